"""Sets fields in a file that a person wrote by replacing only the characters of those fields.

The text around them stays byte for byte: comments, layout, quotes, line endings. What was written is read again and
compared, so that a layout not thought of here ends in an error and never in a damaged file.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from kgen.errors import InputError, InputErrors, Origin
from kgen.fieldpath import FieldPath
from kgen.yamlio.source import places
from kgen.yamlio.source.nodes import Alias, Entry, Leaf, Mapping, Node, Scalar, Source, plain
from kgen.yamlio.source.places import Replacement, Value
from kgen.yamlio.source.read import read
from kgen.yamlio.source.scalars import inline, literal, quoted


class Change(NamedTuple):
    """One field to set.

    Attributes:
        keys: The map keys that lead to it.
        value: Its text or whole number; None removes the field. A number keeps quotes that a person gave it.
    """

    keys: tuple[str, ...]
    value: str | int | None


_SHORT = 60
"""Characters of a value that a hint shows."""


def splice(text: str, changes: Iterable[Change], path: str) -> str:
    """The text with the fields set, in order; maps on the way are created.

    A field that has the value already is left as it is written.

    Args:
        text: The file as it is.
        changes: The fields to set.
        path: How errors name the file.

    Raises:
        InputError: The text is not YAML, or is written in a way that a person has to edit.
    """
    for change in changes:
        text = _splice(text, change, path)
    return text


def _splice(text: str, change: Change, path: str) -> str:
    _check_text(change)
    source = read(text, path)
    if source.duplicates:
        raise InputErrors(source.duplicates)
    before = plain(source.root)
    found = _follow(source, change)
    wanted = _with_value(before, change.keys, _leaf(change.value, found.value))
    if before == wanted:
        return text
    for value in _spellings(change):
        result = _apply(text, _replacements(source, found, change, value))
        if _reads_as(result, wanted, path):
            return result
    raise _by_hand(change, source.origin(found.offset), "as the file is written, other fields would change too")


def _check_text(change: Change) -> None:
    """A byte of a command line that is no UTF-8 arrives as half of a surrogate pair, which no file can hold."""
    if re.search("[\ud800-\udfff]", "".join((*change.keys, str(change.value)))):
        field = ".".join(change.keys).encode(errors="replace").decode()
        raise InputError(f"cannot set {field}: the value is not UTF-8 text", hint="use a terminal that writes UTF-8")


def _spellings(change: Change) -> list[Value | None]:
    """How the value may be written, best first."""
    if change.value is None:
        return [None]
    block = literal(change.value) if isinstance(change.value, str) else None
    return [Value(change.value, block), Value(change.value)] if block else [Value(change.value)]


class _Found(NamedTuple):
    """How far the keys lead: the entries on the way, and the keys that are missing."""

    entries: tuple[tuple[Mapping, Entry], ...]
    rest: tuple[str, ...]
    value: Node | None

    @property
    def offset(self) -> int:
        return self.entries[-1][1].key.start if self.entries else 0


def _follow(source: Source, change: Change) -> _Found:
    node = source.root
    entries: list[tuple[Mapping, Entry]] = []
    for depth, key in enumerate(change.keys):
        if isinstance(node, Alias):
            raise _by_hand(change, source.origin(node.start), f"kgen does not edit through the alias *{node.name}")
        if not isinstance(node, Mapping):
            _check_empty(source, node, change, change.keys[:depth])
            return _Found(tuple(entries), change.keys[depth:], node)
        entry = node.entry(key)
        if entry is None:
            return _Found(tuple(entries), change.keys[depth:], node)
        entries.append((node, entry))
        node = entry.value
    return _Found(tuple(entries), (), node)


def _check_empty(source: Source, node: Node | None, change: Change, keys: tuple[str, ...]) -> None:
    name = str(FieldPath(keys)) or "the file"
    if node is not None and plain(node) is not None:
        raise _by_hand(change, source.origin(node.start), f"{name} does not hold a map")
    if isinstance(node, Scalar) and node.marked:
        raise _by_hand(change, source.origin(node.start), f"{name} has an anchor or a tag")


def _leaf(value: str | int | None, node: Node | None) -> Leaf | None:
    if value is None:
        return None
    kept = isinstance(value, int) and isinstance(node, Scalar) and node.style in ("'", '"') and not node.marked
    return Leaf("integer" if isinstance(value, int) and not kept else "text", str(value))


def _with_value(data: Any, keys: tuple[str, ...], leaf: Leaf | None) -> Any:
    """The data with one value set or removed; the top is no value when it becomes empty, as `plain` has it."""
    if not keys:
        return leaf
    key, rest = keys[0], keys[1:]
    children = dict(data) if isinstance(data, dict) else {}
    if leaf is not None or (rest and key in children):
        children[key] = _with_value(children.get(key), rest, leaf)
    else:
        children.pop(key, None)
    return children or None


def _reads_as(text: str, wanted: Any, path: str) -> bool:
    try:
        source = read(text, path)
    except InputError:
        return False
    return not source.duplicates and plain(source.root) == wanted


def _apply(text: str, replacements: list[Replacement]) -> str:
    for start, end, new in sorted(replacements, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _replacements(source: Source, found: _Found, change: Change, value: Value | None) -> list[Replacement]:
    if value is None:
        return places.remove(source, *found.entries[-1]) if found.entries and not found.rest else []
    if not found.rest:
        _check_scalar(source, found.value, change)
        return places.replace(source, *found.entries[-1], value)
    if isinstance(found.value, Mapping):
        insert = places.insert_flow if found.value.flow else places.insert_block
        return insert(source, found.value, found.rest, value)
    if found.entries:
        return places.fill(source, *found.entries[-1], found.rest, value)
    return places.append(source, found.rest, value)


def _check_scalar(source: Source, node: Node | None, change: Change) -> None:
    if isinstance(node, Scalar) and not node.marked:
        return
    why = "it holds a map or a list"
    if isinstance(node, Alias):
        why = f"its value is the alias *{node.name}"
    elif isinstance(node, Scalar):
        why = "its value has an anchor or a tag"
    raise _by_hand(change, source.origin(node.start if node else 0), why)


def _by_hand(change: Change, origin: Origin, why: str) -> InputError:
    field = str(FieldPath(change.keys))
    if change.value is None:
        return InputError(f"cannot remove {field}: {why}", origin=origin, hint="remove it by hand")
    value = inline(change.value, "", flow=False)
    value = value if len(value) <= _SHORT else quoted(str(change.value)[:_SHORT])[:-1] + "…"
    return InputError(f"cannot set {field}: {why}", origin=origin, hint=f"edit it by hand: {field}: {value}")
