"""Reads a file that a person wrote into nodes with places, or says what is wrong with its YAML and where.

Aliases and merge keys are followed. Tags other than ``!!str``, keys that are not scalars and second documents are
errors: nothing kgen reads this way has a use for them.
"""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml_events
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from kgen.errors import InputError
from kgen.yamlio.source.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence, Source, place, resolve
from kgen.yamlio.source.scalars import Kind, kind_of

MAX_LENGTH: Final = 1 << 20
MAX_DEPTH: Final = 50
MAX_NODES: Final = 100_000
"""Nodes of a document with every alias written out."""

_COLON: Final = re.compile(r"[ \t]*:")
_STRING_TAGS: Final = ("!", "tag:yaml.org,2002:str")
_COLLECTION_TAGS: Final = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_PROBLEMS: Final = (
    ("found character '\\t'", "a tab where YAML allows none", "indent with spaces"),
    ("found character", "this character cannot start a value", "put the value in quotes"),
    (
        "mapping values are not allowed here",
        "a ': ' that YAML cannot place here",
        "mend the indentation, or put a value that holds ': ' in quotes",
    ),
    (
        "expected <block end>",
        "this does not fit the lines above it",
        "give keys of one map the same indentation, and start only the items of a list with '- '",
    ),
    ("could not find expected ':'", "a key without its ':'", "write it as key: value"),
)
"""What ruamel's messages begin with, in plain words, and what to do."""


def decode(data: bytes, path: str) -> str:
    """The text of a file.

    Raises:
        InputError: It is not UTF-8; the error has the place of the first bad byte.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise InputError(
            f"not UTF-8 text: byte 0x{data[error.start]:02x}",
            origin=place(before, len(before), path),
            hint="save the file as UTF-8",
        ) from None


def read(text: str, path: str) -> Source:
    """The one document of a file.

    Args:
        text: The file as it is, a byte order mark included.
        path: How errors name the file.

    Raises:
        InputError: It is not YAML, or more of YAML than is read here.
    """
    if len(text) > MAX_LENGTH:
        raise InputError(f"longer than {MAX_LENGTH} characters", origin=place(text, 0, path), hint="split the file")
    return _Composer(text, path).document()


class _Composer:
    """Makes nodes of the events of ruamel's parser."""

    def __init__(self, text: str, path: str) -> None:
        self._text, self._path = text, path
        self._starts: list[int] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._open: set[str] = set()
        self._duplicates: list[InputError] = []
        self._count = 0
        self._events = self._parse()

    def document(self) -> Source:
        root: Node | None = None
        body_end, seen = len(self._text), False
        for event in self._events:
            if isinstance(event, yaml_events.DocumentStartEvent):
                if seen:
                    raise self._error(event.start_mark.index, "a second document", "keep one document in this file")
                seen, root = True, self._node(next(self._events), 0)
            elif isinstance(event, yaml_events.DocumentEndEvent) and event.explicit:
                body_end = event.start_mark.index
        return Source(self._text, self._path, root, tuple(self._duplicates), body_end, self._starts)

    def _parse(self) -> Iterator[Any]:
        try:
            yield from YAML(typ="safe", pure=True).parse(self._text)
        except MarkedYAMLError as error:
            raise self._syntax_error(error) from None
        except ReaderError as error:
            character = f"U+{ord(self._text[error.position]):04X}"
            hint = "remove it, or write it as an escape in double quotes"
            raise self._error(error.position, f"the character {character} is not allowed in YAML", hint) from None
        except (ValueError, OverflowError):
            raise self._error(0, "not valid YAML: an escape such as \\UFFFFFFFF names no character", None) from None

    def _syntax_error(self, error: MarkedYAMLError) -> InputError:
        offset = len(self._text) if error.problem_mark is None else error.problem_mark.index
        problem = error.problem or ""
        for start, message, hint in _PROBLEMS:
            if problem.startswith(start):
                return self._error(offset, f"not valid YAML: {message}", hint)
        if error.context_mark is not None and offset >= len(self._text.rstrip()):
            message = "not valid YAML: what begins here is never closed"
            opening = min(error.context_mark.index, max(self._text.rfind("["), self._text.rfind("{")))
            start = error.context_mark.index if error.context_mark.index < len(self._text.rstrip()) else opening
            return self._error(start, message, "add the closing quote or bracket")
        return self._error(offset, f"not valid YAML: {problem}", None)

    def _error(self, offset: int, message: str, hint: str | None) -> InputError:
        return InputError(message, origin=place(self._text, offset, self._path, self._starts), hint=hint)

    def _node(self, event: Any, depth: int) -> Node:
        start = event.start_mark.index
        before = self._count
        self._count += 1
        if depth > MAX_DEPTH:
            raise self._error(start, f"nested deeper than {MAX_DEPTH} levels", "use fewer levels")
        if isinstance(event, yaml_events.AliasEvent):
            return self._alias(event, start)
        if event.anchor:
            self._open.add(event.anchor)
        node = self._scalar(event) if isinstance(event, yaml_events.ScalarEvent) else self._collection(event, depth)
        if event.anchor:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = node, self._count - before
        return node

    def _alias(self, event: Any, start: int) -> Alias:
        if event.anchor in self._open:
            raise self._error(start, f"*{event.anchor} stands inside of what it refers to", None)
        if event.anchor not in self._anchors:
            hint = f"mark the value it refers to with &{event.anchor}, above this line"
            raise self._error(start, f"*{event.anchor} refers to nothing", hint)
        node, size = self._anchors[event.anchor]
        self._count += size
        if self._count > MAX_NODES:
            raise self._error(
                start, f"with its aliases written out the file has over {MAX_NODES} values", "use fewer aliases"
            )
        return Alias(start, event.end_mark.index, event.anchor, node)

    def _scalar(self, event: Any) -> Scalar:
        kind: Kind = "text" if event.style else kind_of(event.value)
        if event.tag is not None:
            self._check_tag(event, _STRING_TAGS)
            kind = "text"
        marked = event.anchor is not None or event.tag is not None
        return Scalar(event.start_mark.index, event.end_mark.index, event.value, kind, event.style or "", marked)

    def _collection(self, event: Any, depth: int) -> Mapping | Sequence:
        self._check_tag(event, _COLLECTION_TAGS)
        if isinstance(event, yaml_events.SequenceStartEvent):
            items = tuple(self._node(child, depth + 1) for child in self._children(yaml_events.SequenceEndEvent))
            return Sequence(*self._span(event, items), items, bool(event.flow_style))
        entries = tuple(self._entries(depth))
        values = tuple(entry.value for entry in entries)
        return Mapping(*self._span(event, values), entries, bool(event.flow_style))

    def _check_tag(self, event: Any, known: tuple[str, ...]) -> None:
        if event.tag is not None and str(event.tag) not in known:
            name = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            raise self._error(event.start_mark.index, f"the tag {name} has no meaning here", "remove it")

    def _children(self, end: type) -> Iterator[Any]:
        for event in self._events:
            self._last_end = event.end_mark.index
            if isinstance(event, end):
                return
            yield event

    def _span(self, event: Any, children: tuple[Node, ...]) -> tuple[int, int]:
        """A block collection ends with its last child: the parser's mark lies after the comments that follow."""
        end = self._last_end if event.flow_style or not children else children[-1].end
        return event.start_mark.index, end

    def _entries(self, depth: int) -> Iterator[Entry]:
        first: dict[tuple[str, bool], Scalar] = {}
        for event in self._children(yaml_events.MappingEndEvent):
            key = self._key(event, depth)
            entry = Entry(key, self._behind_colon(key, self._node(next(self._events), depth + 1)))
            if entry.merges:
                self._check_merge(entry)
            if (key.value, entry.merges) in first:
                self._report_duplicate(first[key.value, entry.merges], key)
                continue
            first[key.value, entry.merges] = key
            yield entry

    def _behind_colon(self, key: Scalar, value: Node) -> Node:
        """A value that is not there stands right behind the colon; the parser puts it before the next token."""
        if value.start < value.end or isinstance(value, Alias):
            return value
        colon = _COLON.match(self._text, key.end)
        position = colon.end() if colon else key.end
        return dataclasses.replace(value, start=position, end=position)

    def _key(self, event: Any, depth: int) -> Scalar:
        key = self._node(event, depth + 1)
        if not isinstance(key, Scalar):
            raise self._error(key.start, "a key is plain text here, not a map, list or alias", None)
        return key

    def _check_merge(self, entry: Entry) -> None:
        node = resolve(entry.value)
        nodes = [resolve(item) for item in node.items] if isinstance(node, Sequence) else [node]
        if not all(isinstance(item, Mapping) for item in nodes):
            raise self._error(entry.value.start, "'<<' takes a map or a list of maps", "for example: <<: *common")

    def _report_duplicate(self, first: Scalar, second: Scalar) -> None:
        where = place(self._text, first.start, self._path, self._starts)
        self._duplicates.append(
            self._error(second.start, f"{second.value!r} is given twice, first at {where}", "remove one of them")
        )
