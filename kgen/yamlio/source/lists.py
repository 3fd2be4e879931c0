"""Adds items to a list at the top of a file that a person wrote, and takes items out; the rest of the text stays.

As with `splice`, what was written is read again and compared: a layout not thought of here ends in an error.
"""

import re
from collections.abc import Mapping as MappingType
from typing import Any

from kgen.errors import InputError, InputErrors, Origin
from kgen.yamlio.source import places
from kgen.yamlio.source.nodes import Entry, Leaf, Mapping, Node, Scalar, Sequence, Source, plain
from kgen.yamlio.source.places import Replacement
from kgen.yamlio.source.read import read
from kgen.yamlio.source.scalars import inline

Item = str | MappingType[str, Any]
"""A text, or a map of texts and such maps, which is written as ``{…}``."""


def append(text: str, key: str, item: Item, path: str) -> str:
    """The text with an item more in the list under a key, which is made where it is not there.

    Raises:
        InputError: The text is not YAML, or is written in a way that a person has to edit.
    """
    source = _read(text, path)
    entry = source.root.entry(key) if isinstance(source.root, Mapping) else None
    before = plain(source.root) or {}
    wanted = {**before, key: [*(before.get(key) or []), _plain(item)]} if isinstance(before, dict) else None
    result = _apply(text, _addition(source, key, entry, _written(item)))
    if wanted is None or _data(result, path) != wanted:
        origin = source.origin(entry.key.start if entry else 0)
        raise InputError(f"cannot add to {key}", origin=origin, hint=f"add this item by hand: {_written(item)}")
    return result


def drop(text: str, key: str, index: int, path: str) -> str:
    """The text without one item of the list under a key; the key goes with the last.

    Raises:
        InputError: The text is not YAML, or is written in a way that a person has to edit.
    """
    source = _read(text, path)
    before = plain(source.root)
    left = [item for place, item in enumerate(before[key]) if place != index]
    wanted = {name: value for name, value in before.items() if name != key} | ({key: left} if left else {})
    result = _apply(text, _removal(source, key, index))
    if _data(result, path) != (wanted or None):
        where = _origin(source, key, index)
        raise InputError(f"cannot take this out of {key}", origin=where, hint="remove it by hand")
    return result


def _read(text: str, path: str) -> Source:
    source = read(text, path)
    if source.duplicates:
        raise InputErrors(source.duplicates)
    return source


def _data(text: str, path: str) -> Any:
    try:
        return plain(_read(text, path).root)
    except InputError:
        return ...


def _apply(text: str, replacement: Replacement | None) -> str:
    if replacement is None:
        return text
    return text[: replacement.start] + replacement.text + text[replacement.end :]


def _plain(item: Item) -> Any:
    if isinstance(item, str):
        return Leaf("text", item)
    return {key: _plain(value) for key, value in item.items()}


def _written(item: Item) -> str:
    if isinstance(item, str):
        return inline(item, "", flow=True)
    return "{" + ", ".join(f"{key}: {_written(value)}" for key, value in item.items()) + "}"


def _addition(source: Source, key: str, entry: Entry | None, item: str) -> Replacement | None:
    text, eol = source.text, "\r\n" if "\r\n" in source.text else "\n"
    if entry is None:
        return _new_list(source, f"{key}:{eol}- {item}{eol}", eol)
    node = entry.value
    if isinstance(node, Sequence) and node.flow:
        end = node.items[-1].end if node.items else node.end - 1
        return Replacement(end, end, f", {item}" if node.items else item)
    if isinstance(node, Sequence):
        end = _line_end(text, node.items[-1].end)
        return Replacement(end, end, f"{eol}{' ' * _column(text, node.start)}- {item}")
    if isinstance(node, Scalar) and node.kind == "null" and node.start == node.end:
        end = _line_end(text, entry.key.end)
        return Replacement(end, end, f"{eol}{' ' * _column(text, entry.key.start)}- {item}")
    return None


def _new_list(source: Source, lines: str, eol: str) -> Replacement | None:
    """Below all that there is."""
    if isinstance(source.root, Mapping) and source.root.flow:
        return None
    position = source.body_end if source.root is None else _below(source.text, source.root)
    gap = "" if source.text[:position].endswith("\n") or not source.text[:position].strip("\ufeff") else eol
    return Replacement(position, position, gap + lines)


def _below(text: str, root: Node) -> int:
    """Where the line after the last of the document starts; comments at the end stay at the end."""
    blank = re.compile(r"[ \t\r\n]*\Z").search(text[root.start : root.end])
    end = _line_end(text, root.start + (blank.start() if blank else root.end - root.start))
    match = re.compile(r"\r\n|\n|").match(text, end)
    return match.end() if match else end


def _removal(source: Source, key: str, index: int) -> Replacement | None:
    root = source.root
    entry = root.entry(key) if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or entry is None or not isinstance(entry.value, Sequence):
        return None
    items = entry.value.items
    if len(items) == 1:
        return places.remove(source, root, entry)[0]
    item = items[index]
    if entry.value.flow:
        if index + 1 < len(items):
            return Replacement(item.start, items[index + 1].start, "")
        return Replacement(items[index - 1].end, item.end, "")
    start = source.text.rfind("\n", 0, item.start) + 1
    end = _line_end(source.text, max(item.end - 1, item.start))
    return Replacement(start, min(end + 1 + source.text.startswith("\r\n", end), len(source.text)), "")


def _origin(source: Source, key: str, index: int) -> Origin:
    entry = source.root.entry(key) if isinstance(source.root, Mapping) else None
    inside = entry is not None and isinstance(entry.value, Sequence) and index < len(entry.value.items)
    return source.origin(entry.value.items[index].start if inside and entry else 0)  # type: ignore[union-attr] # inside


def _line_end(text: str, offset: int) -> int:
    match = re.compile(r"[^\r\n]*").match(text, offset)
    return match.end() if match else offset


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)
