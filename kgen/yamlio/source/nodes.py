"""A YAML document as written: its values, and from which character to which each one stands."""

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kgen.errors import InputError, Origin
from kgen.yamlio.source.scalars import Kind

MERGE_KEY = "<<"
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value.

    Attributes:
        start: Offset of its first character, an anchor or tag before it included.
        end: Offset after its last character; a literal block ends after its trailing blank lines.
        value: Its text, unescaped; for what is not text, as written (``1.10``).
        kind: What it is read as.
        style: ``'``, ``"``, ``|``, ``>``, or empty when plain.
        marked: Whether an anchor or a tag stands before it.
    """

    start: int
    end: int
    value: str
    kind: Kind
    style: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; offsets as for `Scalar`, but a block list ends where its last item does."""

    start: int
    end: int
    items: tuple["Node", ...]
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map; offsets as for `Sequence`."""

    start: int
    end: int
    entries: tuple["Entry", ...]
    flow: bool = False

    def entry(self, key: str) -> "Entry | None":
        """The entry written here under this key; what ``<<`` brings along is not."""
        return next((entry for entry in self.entries if entry.key.value == key and not entry.merges), None)

    def merged(self) -> tuple["Entry", ...]:
        """The entries written here, then those that ``<<`` brings along."""
        written = tuple(entry for entry in self.entries if not entry.merges)
        said = {entry.key.value for entry in written}
        brought: dict[str, Entry] = {}
        for entry in self.entries:
            for source in _merge_sources(entry.value) if entry.merges else ():
                brought = {other.key.value: other for other in source.merged()} | brought
        return (*written, *(entry for key, entry in brought.items() if key not in said))


@dataclass(frozen=True, slots=True)
class Alias:
    """``*name``; the target stands elsewhere."""

    start: int
    end: int
    name: str
    target: "Node"


Node = Scalar | Sequence | Mapping | Alias


class Entry(NamedTuple):
    """A key and its value."""

    key: Scalar
    value: Node

    @property
    def merges(self) -> bool:
        """Whether it is a merge key, which brings along the entries of other maps."""
        return self.key.value == MERGE_KEY and not self.key.style


class Leaf(NamedTuple):
    """A scalar without its place, to compare documents by."""

    kind: Kind
    value: str


@dataclass(frozen=True)
class Source:
    """One file: its text, and the document in it (None when there is nothing but comments).

    Attributes:
        duplicates: An error for every key that is given twice in one map; of such keys the first counts.
        body_end: Where further lines of the document can be added.
    """

    text: str
    path: str
    root: Node | None
    duplicates: tuple[InputError, ...] = ()
    body_end: int = 0
    _starts: list[int] = field(default_factory=list, repr=False, compare=False)

    def origin(self, offset: int) -> Origin:
        """Line and column, both from 1, of a character."""
        return place(self.text, offset, self.path, self._starts)


def place(text: str, offset: int, path: str, starts: list[int] | None = None) -> Origin:
    """Line and column of a character; `starts` keeps the starts of the lines from call to call."""
    starts = [] if starts is None else starts
    if not starts:
        starts += [len(BOM) if text.startswith(BOM) else 0]
        starts += [match.end() for match in re.finditer(r"\r\n|\r|\n", text)]
    line = max(bisect.bisect_right(starts, offset), 1)
    return Origin(path, line, max(offset - starts[line - 1], 0) + 1)


def resolve(node: Node) -> Scalar | Sequence | Mapping:
    """The node itself, or what an alias stands for."""
    while isinstance(node, Alias):
        node = node.target
    return node


def plain(node: Node | None) -> Any:
    """The data without places: dict, list, `Leaf`, None; an empty map is the same as no value."""
    node = None if node is None else resolve(node)
    if isinstance(node, Mapping):
        return {entry.key.value: plain(entry.value) for entry in node.merged()} or None
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return None if node is None or node.kind == "null" else Leaf(node.kind, node.value)


def mappings(node: Node | None) -> Iterator[Mapping]:
    """All maps that are written below a node, itself first."""
    if isinstance(node, Mapping):
        yield node
        for entry in node.entries:
            yield from mappings(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from mappings(item)


def _merge_sources(node: Node) -> list[Mapping]:
    node = resolve(node)
    nodes = [resolve(item) for item in node.items] if isinstance(node, Sequence) else [node]
    return [item for item in nodes if isinstance(item, Mapping)]
