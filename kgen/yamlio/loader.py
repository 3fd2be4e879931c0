"""The text of resources as plain data, read the way kustomize reads it."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from kgen.errors import InputError, Origin
from kgen.yamlio.scalars import resolve

_SEPARATOR = re.compile(rb"\n---.*\n")


class Document(NamedTuple):
    """One YAML document: plain data, and the line its first field stands on."""

    body: Any
    line: int


def load(text: bytes | str, path: str) -> list[Document]:
    """Read resources or strategic merge patches; empty documents are dropped."""
    source = text.encode() if isinstance(text, str) else text
    return [document for line, chunk in _split(source) for document in _compose(chunk, path, line)]


def _split(source: bytes) -> Iterator[tuple[int, bytes]]:
    source = source.replace(b"\r\n", b"\n")
    start = line = 0
    for match in _SEPARATOR.finditer(source):
        yield line, source[start : match.start() + 1]
        line += source.count(b"\n", start, match.end())
        start = match.end()
    yield line, source[start:]


def _compose(chunk: bytes, path: str, first: int) -> Iterator[Document]:
    try:
        yield from _events(CParser(chunk), path, first)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        assert mark is not None
        raise InputError(str(error.problem), origin=Origin(path, mark.line + first + 1, mark.column + 1)) from None
    except ReaderError as error:
        raise InputError(str(error.reason), origin=Origin(path)) from None


def _events(parser: Any, path: str, first: int) -> Iterator[Document]:
    get = parser.get_event
    get()
    get()
    root: list[Any] = []
    stack: list[Any] = []
    node: Any = root
    key: Any = None
    line = 0
    anchors: dict[str, Any] = {}
    while True:
        event = get()
        kind = event.__class__
        if kind is ScalarEvent:
            value = event.value
            if event.implicit[0]:
                value = resolve(value)
            if event.anchor:
                anchors[event.anchor] = value
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            value = {} if kind is MappingStartEvent else []
            if event.anchor:
                anchors[event.anchor] = value
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            node, key = stack.pop()
            continue
        elif kind is AliasEvent:
            value = anchors[event.anchor]
        else:
            break
        line = line or event.start_mark.line + first + 1
        if node.__class__ is list:
            node.append(value)
        elif key is None:
            if value in node:
                raise InputError(f"duplicate key '{value}'", origin=Origin(path, event.start_mark.line + first + 1))
            key = value
            continue
        else:
            node[key] = value
            key = None
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            stack.append((node, key))
            node, key = value, None
    if root and root[0] is not None:
        yield Document(root[0], line)
