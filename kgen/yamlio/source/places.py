"""Which characters of a file to replace so that one field is set, filled, added or removed.

Each function gives replacements for one text; whether the result reads as wanted is checked by the caller.
"""

import re
from typing import NamedTuple

from kgen.yamlio.source.nodes import BOM, Entry, Mapping, Node, Scalar, Sequence, Source, mappings
from kgen.yamlio.source.scalars import inline

_BLANK_LINES = re.compile(r"[ \t\r\n]*\Z")
_COMMA = re.compile(r"\s*,")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")


class Value(NamedTuple):
    """A value to write.

    Attributes:
        plain: Its text or number.
        block: Header and lines of a literal block, to be used where the layout allows one; None to stay on one line.
    """

    plain: str | int
    block: tuple[str, tuple[str, ...]] | None = None


class Replacement(NamedTuple):
    """The characters from `start` to before `end` become `text`."""

    start: int
    end: int
    text: str


def replace(source: Source, mapping: Mapping, entry: Entry, value: Value) -> list[Replacement]:
    """Write a value over the scalar of an entry; its line's comment stays."""
    node = entry.value
    block = None if mapping.flow else value.block
    style = node.style if isinstance(node, Scalar) else ""
    head = block[0] if block else inline(value.plain, style, flow=mapping.flow)
    indent = _indent(source, mapping) + _step(source, mapping)
    lines = _lines(block[1], indent) if block else []
    eol = _eol(source.text, node.start)
    body = "".join(eol + line for line in lines)
    if style in ("|", ">"):
        return _replace_block(source, node, head, body)
    if node.start == node.end:
        head = (": " if _colon(source, entry) is None else " ") + head
    line_end = _line_end(source.text, node.end)
    return [Replacement(node.start, node.end, head), *([Replacement(line_end, line_end, body)] if body else [])]


def fill(source: Source, mapping: Mapping, entry: Entry, keys: tuple[str, ...], value: Value) -> list[Replacement]:
    """Give an entry without a value a map that holds one field."""
    node, colon = entry.value, _colon(source, entry)
    start = colon if colon and not source.text[colon : node.start].strip() else node.start
    if mapping.flow:
        return [Replacement(start, node.end, f"{'' if colon else ':'} {_flow(keys, value)}")]
    step = _step(source, mapping)
    lines = _block(keys, value, _indent(source, mapping) + step, step)
    line_end = _line_end(source.text, node.end)
    body = "".join(_eol(source.text, line_end) + line for line in lines)
    return [Replacement(start, node.end, ""), Replacement(line_end, line_end, body)]


def insert_block(source: Source, mapping: Mapping, keys: tuple[str, ...], value: Value) -> list[Replacement]:
    """Add lines for one field below the last entry of a block map, before the comments that follow it."""
    indent, step = _indent(source, mapping), _step(source, mapping)
    position = _line_end(source.text, _content_end(source, mapping))
    eol = _eol(source.text, position)
    lines = _block(keys, value, indent, step)
    return [Replacement(position, position, "".join(eol + line for line in lines))]


def insert_flow(source: Source, mapping: Mapping, keys: tuple[str, ...], value: Value) -> list[Replacement]:
    """Add one field after the last entry of ``{…}``."""
    pair = _pair(keys, value)
    if mapping.entries:
        last = mapping.entries[-1]
        position = max(last.key.end, last.value.end)
        gap = " " if source.text[position - 1] == ":" else ""
        return [Replacement(position, position, f"{gap}, {pair}")]
    close = mapping.end - 1
    inside = source.text[source.text.rindex("{", mapping.start, close) + 1 : close]
    return [Replacement(close, close, pair + (inside[-1] if inside.isspace() else ""))]


def append(source: Source, keys: tuple[str, ...], value: Value) -> list[Replacement]:
    """Add the first field of a document that has none: below all comments."""
    text, position = source.text, source.body_end
    eol = _eol(text, position)
    ends_line = text[:position].lstrip(BOM) == "" or text[:position].endswith("\n")
    lines = eol.join(_block(keys, value, 0, _DEFAULT_STEP))
    return [Replacement(position, position, lines + eol if ends_line else eol + lines)]


def remove(source: Source, mapping: Mapping, entry: Entry) -> list[Replacement]:
    """Take an entry out: its lines in a block map, its part of ``{…}`` with one comma."""
    if mapping.flow:
        return [_remove_flow(source, mapping, entry)]
    start = _line_start(source.text, entry.key.start)
    end = _line_end(source.text, max(entry.key.end, _content_end(source, entry.value)))
    return [Replacement(start, end + len(_break_at(source.text, end)), "")]


_DEFAULT_STEP = 2


def _remove_flow(source: Source, mapping: Mapping, entry: Entry) -> Replacement:
    index = mapping.entries.index(entry)
    if index + 1 < len(mapping.entries):
        return Replacement(entry.key.start, mapping.entries[index + 1].key.start, "")
    end = max(entry.key.end, entry.value.end)
    if index:
        previous = mapping.entries[index - 1]
        start = max(previous.key.end, previous.value.end)
        is_empty = source.text[start - 1 : start] == ":"  # between brackets "key:}" would be another key
        return Replacement(start, end, " " if is_empty else "")
    comma = _COMMA.match(source.text, end)
    return Replacement(entry.key.start, comma.end() if comma else end, "")


def _replace_block(source: Source, node: Node, head: str, body: str) -> list[Replacement]:
    """The comment beside ``|`` stays; so do the blank lines below."""
    header = _BLOCK_HEADER.match(source.text, node.start)
    header_end = header.end() if header else node.start
    line_end = _line_end(source.text, header_end)
    content_end = max(line_end, _line_end(source.text, _content_end(source, node)))
    return [Replacement(node.start, header_end, head), Replacement(line_end, content_end, body)]


def _content_end(source: Source, node: Node) -> int:
    """Where the last character of a value stands, which for a literal block is before its trailing blank lines."""
    if isinstance(node, Mapping) and not node.flow:
        last = node.entries[-1]
        return max(last.key.end, _content_end(source, last.value))
    if isinstance(node, Sequence) and not node.flow and node.items:
        return _content_end(source, node.items[-1])
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        return _block_end(source.text, node)
    return node.end


def _block_end(text: str, node: Scalar) -> int:
    header = _BLOCK_HEADER.search(text, node.start)
    if header and "+" in header[0]:
        return node.end - len(_break_before(text, node.end))
    blank = _BLANK_LINES.search(text[node.start : node.end])
    return node.start + (blank.start() if blank else 0)


def _colon(source: Source, entry: Entry) -> int | None:
    """The offset after the colon of an entry whose colon stands right behind its key."""
    match = re.compile(r"[ \t]*:").match(source.text, entry.key.end)
    return match.end() if match and match.end() <= entry.value.end else None


def _indent(source: Source, mapping: Mapping) -> int:
    start = mapping.entries[0].key.start
    return start - _line_start(source.text, start)


def _step(source: Source, near: Mapping) -> int:
    """By how much maps are indented: as below `near` if there are any, else as elsewhere in the file."""
    for outer in (near, *mappings(source.root)):
        for entry in outer.entries:
            inner = entry.value
            if isinstance(inner, Mapping) and not inner.flow:
                return max(_indent(source, inner) - _indent(source, outer), 1)
    return _DEFAULT_STEP


def _block(keys: tuple[str, ...], value: Value, indent: int, step: int) -> list[str]:
    *outer, last = keys
    lines = [" " * (indent + step * depth) + _key(key) + ":" for depth, key in enumerate(outer)]
    start = " " * (indent + step * len(outer)) + _key(last) + ": "
    if value.block is None:
        return [*lines, start + inline(value.plain, "", flow=False)]
    return [*lines, start + value.block[0], *_lines(value.block[1], indent + step * (len(outer) + 1))]


def _lines(lines: tuple[str, ...], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _pair(keys: tuple[str, ...], value: Value) -> str:
    key, *rest = keys
    return f"{_key(key)}: {_flow(tuple(rest), value)}"


def _flow(keys: tuple[str, ...], value: Value) -> str:
    return "{" + _pair(keys, value) + "}" if keys else inline(value.plain, "", flow=True)


def _key(key: str) -> str:
    return inline(key, "", flow=True)


def _line_start(text: str, offset: int) -> int:
    after_break = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return after_break or (len(BOM) if text.startswith(BOM) else 0)


def _line_end(text: str, offset: int) -> int:
    match = re.compile(r"[^\r\n]*").match(text, offset)
    return match.end() if match else offset


def _break_at(text: str, offset: int) -> str:
    match = re.compile(r"\r\n|\n|\r|").match(text, offset)
    return match[0] if match else ""


def _break_before(text: str, offset: int) -> str:
    return "\r\n" if text.endswith("\r\n", 0, offset) else "\n" if text.endswith("\n", 0, offset) else ""


def _eol(text: str, offset: int) -> str:
    """The line ending used here: of this line, else of the one before."""
    here = _break_at(text, _line_end(text, offset))
    return here or _break_before(text, _line_start(text, offset)) or "\n"
