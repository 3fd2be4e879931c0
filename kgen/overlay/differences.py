"""Which fields of a resource differ, list items named by their merge keys: where a reason belongs."""

from collections.abc import Iterator
from typing import Any

from kgen.equality import same
from kgen.fieldpath import FieldPath, ItemKey
from kgen.resource import Body, Gvk
from kgen.schema.merge_keys import MergeType, merge_type


def differences(before: Body, after: Body) -> Iterator[FieldPath]:
    """The smallest fields that differ between two states of a resource: changed, added whole, or removed whole.

    A list whose items neither merge keys nor positions tell apart is one field.
    """
    yield from _between(before, after, FieldPath(), merge_type(Gvk.of(after)))


def _between(before: Any, after: Any, path: FieldPath, kind: MergeType) -> Iterator[FieldPath]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _entries(before, after, path, kind)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, path, kind)
    elif not same(before, after):
        yield path


def _entries(before: Body, after: Body, path: FieldPath, kind: MergeType) -> Iterator[FieldPath]:
    for key in dict.fromkeys((*after, *before)):
        if key not in before or key not in after:
            yield path / key
        else:
            yield from _between(before[key], after[key], path / key, kind.field(key))


def _items(before: list[Any], after: list[Any], path: FieldPath, kind: MergeType) -> Iterator[FieldPath]:
    items_before, items_after = _by_key(before, kind.keys), _by_key(after, kind.keys)
    if items_before is not None and items_after is not None:
        for key in dict.fromkeys((*items_after, *items_before)):
            if key not in items_before or key not in items_after:
                yield path / key
            else:
                yield from _between(items_before[key], items_after[key], path / key, kind.item())
        kept = [key for key in items_before if key in items_after]
        if kept != [key for key in items_after if key in items_before]:
            yield path
    elif len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from _between(*pair, path / index, kind.item())
    else:
        yield path


def _by_key(items: list[Any], keys: tuple[str, ...]) -> dict[ItemKey, Body] | None:
    """The items by their merge keys; None where those do not tell them apart."""
    if not keys or not all(isinstance(item, dict) and keys[0] in item for item in items):
        return None
    if any(isinstance(item.get(key), dict | list) for item in items for key in keys):
        return None
    found = {ItemKey.of(item, keys): item for item in items}
    return found if len(found) == len(items) else None
