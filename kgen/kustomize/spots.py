"""Places in the files of a build, looked up only when somebody asks: most builds have no error to place."""

import posixpath
import re
from functools import cached_property
from typing import Any, NamedTuple

from kgen.errors import InputError, KgenError, Origin

Step = str | int
_ITEM = re.compile(r"- +(?=[^ #&*!])[^ ]?")  # a list item that begins in the line of its dash


class SourceFile:
    """A file that was read: its text, and where in it a value stands.

    Args:
        path: The file.
        text: Its text.
        whole: A place to name for everything in it, where the values are not looked up one by one.
    """

    def __init__(self, path: str, text: str, whole: Origin | None = None) -> None:
        self.path, self.text, self._whole = path, text, whole

    @property
    def name(self) -> str:
        """Its name without folders."""
        return posixpath.basename(self.path)

    def origin(self, *steps: Step) -> Origin:
        """The place of the value that the keys and positions lead to, as near as it can be found."""
        if self._whole is not None:
            return self._whole
        marked = self._marked(steps) if steps else None
        if marked is not None:
            return marked
        if self._source is None:
            return Origin(self.path)
        return self._source.origin(self._find(steps)[1]) if steps else Origin(self.path, 1)

    def _marked(self, steps: tuple[Step, ...]) -> Origin | None:
        """The place of a value that is written just there: most are, and it takes no other library to find them."""
        found = self._marks.get(steps)
        if found is None or isinstance(steps[-1], str) or found.line is None or found.column is None:
            return found
        item = _ITEM.match(self.text.split("\n")[found.line - 1], found.column - 1)
        return found._replace(column=item.end()) if item else None

    def _find(self, steps: tuple[Step, ...]) -> tuple[Any, int]:
        """The value there, None if there is none, and where it or what is nearest to it begins."""
        from kgen.yamlio.source import Mapping, Sequence, resolve

        node, offset = self._source.root, 0
        for step in steps:
            node = None if node is None else resolve(node)
            if isinstance(node, Mapping) and isinstance(step, str):
                entries = [entry for entry in node.merged() if entry.key.value == step]
                if not entries:
                    return None, offset
                node, offset = entries[0].value, entries[0].key.start
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                offset = node.start
            else:
                return None, offset
        return node, offset

    def line(self, *steps: Step) -> Origin:
        """The same as `origin` where a value surely is, but quicker to find."""
        return self._marks.get(steps) or Origin(self.path)

    def has(self, *steps: Step) -> bool:
        """Whether a value is written there."""
        return steps in self._marks

    def within(self, place: Origin, *steps: Step) -> Origin:
        """A place in a text of several lines that is written in place, as a place in the file.

        Args:
            place: Counts from the text's own first line, empty ones left out.
            steps: Where the text is.
        """
        origin, text = self.origin(*steps), self._block(steps)
        if text is None or place.line is None or origin.line is None:
            return origin
        lines = text.split("\n")
        number = min(text.count("\n", 0, len(text) - len(text.lstrip())) + place.line, len(lines))
        first = next((index for index, line in enumerate(lines) if line.strip()), 0)
        written = self.text.splitlines()[origin.line :]
        indent = len(written[first]) - len(lines[first]) if number <= len(written) else 0
        return Origin(self.path, origin.line + number, place.column and place.column + max(indent, 0))

    def _block(self, steps: tuple[Step, ...]) -> str | None:
        """The text there, if it stands line by line below its key (``|``)."""
        from kgen.yamlio.source import Scalar

        node = None if self._whole or self._source is None else self._find(steps)[0]
        return node.value if isinstance(node, Scalar) and node.style == "|" and not node.marked else None

    @cached_property
    def _marks(self) -> dict[tuple[Step, ...], Origin]:
        """Where what is in it stands; nothing where only the reader of kustomizations can read it, as directives."""
        from kgen.yamlio import marks

        try:
            found = marks(self.text, self.path)
        except KgenError:
            return {}
        return found[0] if found else {}

    @cached_property
    def _source(self) -> Any:
        from kgen.yamlio.libyaml import as_go_reads, whole
        from kgen.yamlio.source import read

        try:
            return read(as_go_reads(whole(self.text, self.path)).text.decode(), self.path)
        except InputError:
            return None


class Spot(NamedTuple):
    """A place in a file that is looked up only when somebody asks: most builds have no error to place."""

    file: SourceFile
    steps: tuple[Step, ...]

    @property
    def origin(self) -> Origin:
        """The file, and line and column in it."""
        return self.file.origin(*self.steps)


class InPlace(str):
    """The path of a file, for a text that is written in place in it; origins count from the text's own first line."""

    __slots__ = ("spot",)
    spot: Spot

    @classmethod
    def at(cls, spot: Spot) -> "InPlace":
        """The path for what is written there."""
        path = cls(spot.file.path)
        path.spot = spot
        return path


def placed(origin: Origin | None) -> Origin | None:
    """The place in the file of what stands in a text that is written in place."""
    if origin is not None and isinstance(origin.path, InPlace):
        return origin.path.spot.file.within(origin, *origin.path.spot.steps)
    return origin
