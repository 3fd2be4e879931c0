"""What several variants of one value agree on, field by field.

Maps are taken key by key, lists that Kubernetes merges by a key item by item where the keys are unique, other lists of
one length by position, and everything else whole.
"""

import json
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from kgen.equality import same
from kgen.fieldpath import ItemKey
from kgen.overlay.edits import ABSENT
from kgen.schema.merge_keys import NOTHING, MergeType


class _Part(NamedTuple):
    """One field or item of all variants; ABSENT in those that have none."""

    values: list[Any]
    kind: MergeType
    keys: tuple[str, ...] = ()


def agreed(values: Sequence[Any], kind: MergeType = NOTHING, keys: tuple[str, ...] = ()) -> Any:
    """The value that most have; ABSENT where no more than half have any.

    Of values that are as frequent as each other the earliest wins.

    Args:
        values: One of each variant, ABSENT where it has none.
        kind: What a strategic merge knows of them.
        keys: Where they are items of a list, what tells those apart.
    """
    there = [value for value in values if value is not ABSENT]
    if 2 * len(there) <= len(values):
        return ABSENT
    parts = _parts(there, kind)
    if parts is None:
        return _most(there)
    parts_agreed = {key: agreed(*part) for key, part in parts.items()}
    found = {key: value for key, value in parts_agreed.items() if value is not ABSENT}
    if isinstance(there[0], list):
        return list(found.values()) if found or [] in there else ABSENT
    if keys and len(found) == len(keys) < min(map(len, there)):  # an item that is nothing but its name
        return _most(there)
    return found if found or {} in there else ABSENT


def differing(values: Sequence[Any], kind: MergeType = NOTHING) -> int:
    """In how many fields the values differ."""
    first = values[0]
    if all(value is first or same(value, first) for value in values):
        return 0
    parts = None if ABSENT in values else _parts(values, kind)
    if parts is None:
        return 1
    return sum(differing(part.values, part.kind) for part in parts.values()) or 1


def _most(values: Sequence[Any]) -> Any:
    counts: dict[str, int] = {}
    texts = [json.dumps(value, sort_keys=True) for value in values]
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return values[texts.index(max(counts, key=counts.__getitem__))]


def _parts(values: Sequence[Any], kind: MergeType) -> dict[Hashable, _Part] | None:
    """What is compared one by one; None where the values are compared whole."""
    if all(isinstance(value, dict) for value in values):
        keys = dict.fromkeys(key for value in values for key in value)
        return {key: _Part([value.get(key, ABSENT) for value in values], kind.field(key)) for key in keys}
    if not all(isinstance(value, list) for value in values):
        return None
    if kind.keys:
        return _items(values, kind)
    if len({len(value) for value in values}) == 1 and all(isinstance(item, dict) for value in values for item in value):
        return {index: _Part(list(items), kind.item()) for index, items in enumerate(zip(*values, strict=True))}
    return None


def _items(values: Sequence[list[Any]], kind: MergeType) -> dict[Hashable, _Part] | None:
    """The items by their merge keys, in the order of the first list that has them."""
    known = [_by_key(value, kind.keys) for value in values]
    if any(len(items) != len(value) for items, value in zip(known, values, strict=True)):
        return None
    order: list[ItemKey] = []
    for items in known:
        place = 0
        for key in items:
            if key not in order:
                order.insert(place, key)
            place = order.index(key) + 1
    return {key: _Part([items.get(key, ABSENT) for items in known], kind.item(), kind.keys) for key in order}


def _by_key(items: list[Any], keys: tuple[str, ...]) -> dict[ItemKey, Any]:
    found = {}
    for item in items:
        if isinstance(item, dict) and keys[0] in item and all(_is_plain(item.get(key)) for key in keys):
            found[ItemKey.of(item, keys)] = item
    return found


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)
