"""One resource before and after → JSON 6902 operations; what they say by position is guarded by a ``test``.

https://www.rfc-editor.org/rfc/rfc6902
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from kgen import yamlio
from kgen.equality import same
from kgen.fieldpath import pointer
from kgen.resource import Body

Steps = tuple[str | int, ...]
Operation = dict[str, Any]
_LeafChange = tuple[Steps, Any, Any]


def operations(before: Body, after: Body) -> Iterator[Operation]:
    """The operations that turn the one state of a resource into the other."""
    return _guarded(before, _leaf_changes(before, after, ()))


def _guarded(before: Any, changes: Iterable[_LeafChange]) -> Iterator[Operation]:
    """The operations of these changes, each list item on the way, or first in a list, tested once for being it."""
    tested: set[str] = set()
    for steps, old, new in changes:
        guards = list(_guards(before, steps[:-1] if old is _NOTHING else steps))
        if not guards and isinstance(old, list) and isinstance(new, list):
            guards = [_guard((*steps, 0), item, old) for item in old[:1]]
        for place, value in guards:
            if place not in tested:
                tested.add(place)
                yield {"op": "test", "path": place, "value": value}
        yield _operation(steps, old, new)


def _operation(steps: Steps, old: Any, new: Any) -> Operation:
    if new is _NOTHING:
        return {"op": "remove", "path": pointer(steps)}
    return {"op": "add" if old is _NOTHING else "replace", "path": pointer(steps), "value": new}


def _guards(before: Any, steps: Steps) -> Iterator[tuple[str, Any]]:
    """What tells each list item on the way apart: its name, else its first text, else itself."""
    node = before
    for index, step in enumerate(steps):
        known = isinstance(node, list) and isinstance(step, int) and step < len(node)
        if not known and not (isinstance(node, dict) and step in node):
            return
        siblings, node = node, node[step]
        if known:
            yield _guard(steps[: index + 1], node, siblings)


def _guard(steps: Steps, value: Any, siblings: Sequence[Any]) -> tuple[str, Any]:
    """What tells a list item apart: its name, its first text, the shortest field that no sibling has, else itself."""
    if not isinstance(value, dict):
        return pointer(steps), value
    metadata = value.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
        return pointer((*steps, "metadata", "name")), metadata["name"]
    for key in ("name", *value):
        if isinstance(value.get(key), str):
            return pointer((*steps, key)), value[key]
    others = [one for one in siblings if isinstance(one, dict) and one is not value]
    own = [key for key in value if not any(key in one and same(one[key], value[key]) for one in others)]
    fields = sorted(own, key=lambda key: len(json.dumps(value[key])))
    return (pointer((*steps, fields[0])), value[fields[0]]) if fields else (pointer(steps), value)


class _Nothing:
    """Stands for a field that is not there; null is a value."""


_NOTHING: Final = _Nothing()


def _leaf_changes(before: Any, after: Any, steps: Steps) -> Iterator[_LeafChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*after, *(key for key in before if key not in after)]:
            if key not in before:
                yield (*steps, key), _NOTHING, after[key]
            elif key not in after:
                yield (*steps, key), before[key], _NOTHING
            else:
                yield from _leaf_changes(before[key], after[key], (*steps, key))
    elif isinstance(before, list) and isinstance(after, list) and before and after:
        yield from _list_changes(before, after, steps)
    elif not same(before, after):
        yield steps, before, after


def _list_changes(before: list[Any], after: list[Any], steps: Steps) -> Iterator[_LeafChange]:
    """Item by item, or the list whole where that is shorter."""
    if same(before, after):
        return
    whole: list[_LeafChange] = [((), before, after)]
    single = list(_item_changes(before, after, ()))
    sizes = [len(yamlio.dump([list(_guarded(before, changes))])) for changes in (whole, single)]
    for inner, old, new in whole if sizes[0] < sizes[1] else single:
        yield (*steps, *inner), old, new


def _item_changes(before: list[Any], after: list[Any], steps: Steps) -> Iterator[_LeafChange]:
    """Items that stay by their position before, then those that go from the last on, then those that come."""
    kept = dict(_kept(before, after))
    for old, new in kept.items():
        yield from _leaf_changes(before[old], after[new], (*steps, old))
    for old in reversed(range(len(before))):
        if old not in kept:
            yield (*steps, old), before[old], _NOTHING
    count, there = len(kept), set(kept.values())
    for new, item in enumerate(after):
        if new not in there:
            yield (*steps, "-" if new == count else new), _NOTHING, item
            count += 1


def _kept(before: list[Any], after: list[Any]) -> Iterator[tuple[int, int]]:
    """Which items stay, in order; what is neither equal nor has a namesake becomes what is there."""
    matcher = SequenceMatcher(None, [_likeness(item) for item in before], [_likeness(item) for item in after], False)
    for _, old, old_end, new, new_end in matcher.get_opcodes():
        yield from zip(range(old, old_end), range(new, new_end), strict=False)


def _likeness(item: Any) -> str:
    """What an item is known by: its name, else all of it."""
    name = item.get("name") if isinstance(item, dict) else None
    return f"name {name}" if isinstance(name, str) else json.dumps(item, sort_keys=True)
