"""Where everything stands in a file: fields and list items, keys that are there twice, comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final, NamedTuple

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kgen.errors import Origin
from kgen.yamlio.depth import MAX_DEPTH, too_deep
from kgen.yamlio.libyaml import Chunk, as_go_reads, parsing, split

Path = tuple[str | int, ...]
"""Keys and indices from the root of a document: ``("spec", "containers", 0, "image")``."""

_LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Repeat(NamedTuple):
    """A key that its map has already."""

    key: str
    origin: Origin
    first_line: int
    path: Path = ()


class _Place(NamedTuple):
    """Where a key or a list item starts in its text; line and column count from 0."""

    path: Path
    line: int
    column: int


@dataclass(slots=True)
class _Open:
    """A map or a list that is being read.

    Attributes:
        path: Which.
        index: Of the item to come; None in a map.
        key: Of the value to come; None before a key.
        dash: The column of its dashes; None if it has none.
    """

    path: Path
    index: int | None = None
    key: str | None = None
    dash: int | None = None


@dataclass(slots=True)
class _Survey:
    """What stands where in the first document of a text.

    Attributes:
        lines: All of the text.
        places: In the order of the text; the first has the empty path, which is the document.
        inner: The lines that start inside of a scalar, so that no comment can be there.
    """

    lines: list[str]
    places: list[_Place] = field(default_factory=list)
    inner: set[int] = field(default_factory=set)
    _open: list[_Open] = field(default_factory=list)
    _anchors: dict[str, str] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """How many maps and lists are being read."""
        return len(self._open)

    def see(self, event: Any) -> None:
        """Take in the next event."""
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._open.pop()
            return
        start, end = event.start_mark, event.end_mark
        path = self._see_node(event)
        if isinstance(event, MappingStartEvent):
            self._open.append(_Open(path))
        elif isinstance(event, SequenceStartEvent):
            self._open.append(_Open(path, index=0, dash=None if event.flow_style else start.column))
        elif isinstance(event, ScalarEvent):
            self._anchors[event.anchor or ""] = event.value
            self.inner.update(range(start.line + 1, end.line + (end.column > 0)))

    def _see_node(self, event: Any) -> Path:
        """The path of a key or a value."""
        line, column = event.start_mark.line, event.start_mark.column
        around = self._open[-1] if self._open else None
        if around is None:
            self.places.append(_Place((), line, column))
            return ()
        if around.index is not None:
            path = (*around.path, around.index)
            around.index += 1
            self.places.append(_Place(path, *self._dash(line, column, around.dash)))
            return path
        if around.key is None:
            around.key = self._key(event)
            self.places.append(_Place((*around.path, around.key), line, column))
            return (*around.path, around.key)
        path, around.key = (*around.path, around.key), None
        return path

    def _key(self, event: Any) -> str:
        if isinstance(event, AliasEvent):
            return self._anchors.get(event.anchor or "", "")
        return str(getattr(event, "value", "?"))  # a map as a key is no business of this module

    def _dash(self, line: int, column: int, dash: int | None) -> tuple[int, int]:
        """Where the dash of an item is that starts here: in this line, or alone in one above."""
        if dash is None:
            return line, column
        for above in range(line, -1, -1):
            text = self.lines[above]
            if text[dash : dash + 1] == "-" and not text[:dash].strip(" -?"):
                return above, dash
        return line, column


def marks(text: bytes | str, path: str) -> list[dict[Path, Origin]]:
    """Where the keys and list items stand, by path; one map for each document that `load` gives.

    A list item stands where its dash is. The empty path is the document. A key that is there twice counts last.

    Raises:
        InputError: The text is not YAML.
        Unsupported: It is out of all proportion.
    """
    return [{place.path: _origin(chunk, place) for place in survey.places} for chunk, survey in _surveys(text, path)]


def comments(text: bytes | str) -> list[dict[Path, str]]:
    """The comments right above keys and list items, by path; one map for each document that `load` gives.

    A comment is the lines that start with ``#``, joined with spaces. With an empty line below it, or indented more
    than what follows, it belongs to nothing.

    Raises:
        InputError: The text is not YAML.
        Unsupported: It is out of all proportion.
    """
    return [dict(_comments(survey)) for _, survey in _surveys(text, "")]


def repeated_keys(chunk: Chunk) -> list[Repeat]:
    """The keys in the first document of a text that their map has already."""
    first: dict[Path, Origin] = {}
    repeats: list[Repeat] = []
    repeated: set[Path] = set()
    for place in _survey(chunk).places:
        origin = first.setdefault(place.path, _origin(chunk, place))
        if origin == _origin(chunk, place):
            continue
        if not any(place.path[:depth] in repeated for depth in range(1, len(place.path))):
            repeats.append(Repeat(str(place.path[-1]), _origin(chunk, place), origin.line or 0, place.path))
            repeated.add(place.path)
    return repeats


def _surveys(text: bytes | str, path: str) -> Iterator[tuple[Chunk, _Survey]]:
    """The documents that are not empty."""
    for chunk in map(as_go_reads, split(text, path)):
        survey = _survey(chunk)
        if len(survey.places) > 1:
            yield chunk, survey


def _survey(chunk: Chunk) -> _Survey:
    survey = _Survey(_LINE_BREAK.split(chunk.text.decode(errors="replace").removeprefix("\ufeff")))
    with parsing(chunk) as next_event:
        events = takewhile(lambda event: not isinstance(event, DocumentEndEvent), iter(next_event, None))
        for event in events:
            if hasattr(event, "anchor") or isinstance(event, MappingEndEvent | SequenceEndEvent):
                survey.see(event)
            if survey.depth > MAX_DEPTH:
                raise too_deep(chunk.origin(event.start_mark))
    return survey


def _origin(chunk: Chunk, place: _Place) -> Origin:
    return Origin(chunk.path, chunk.lines_before + place.line + 1, place.column + 1)


def _comments(survey: _Survey) -> Iterator[tuple[Path, str]]:
    line = -1
    for place in survey.places[1:]:
        if place.line != line and not survey.lines[place.line][: place.column].strip(" \t"):
            comment = _comment_above(survey, place)
            if comment:
                yield place.path, comment
        line = place.line


def _comment_above(survey: _Survey, place: _Place) -> str:
    lines: list[str] = []
    for above in range(place.line - 1, -1, -1):
        text = survey.lines[above].lstrip(" \t")
        indent = len(survey.lines[above]) - len(text)
        if not text.startswith("#") or above in survey.inner or indent > place.column:
            break
        lines.append(text[1:])
    return " ".join(" ".join(reversed(lines)).split())
