"""One resource before and after → the smallest patch between them, in the form that kustomize applies exactly.

A strategic merge patch where it reproduces the state after, list order included; a JSON 6902 patch where it does
not (kustomize moves a merged list item to the front and drops empty maps and lists).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from kgen import yamlio
from kgen.equality import same
from kgen.errors import InputError, Unsupported
from kgen.fieldpath import ItemKey, pointer
from kgen.kustomize import merge
from kgen.resource import Body, ResourceId
from kgen.schema.merge_keys import MergeType, merge_type

Steps = tuple[str | int, ...]
Operation = dict[str, Any]


class _Inexpressible(Exception):
    """A strategic merge patch has no words for this change."""


@dataclass(frozen=True, slots=True)
class StrategicMergePatch:
    """A part of a resource, laid over the one with its type, name and namespace."""

    body: Body


@dataclass(frozen=True, slots=True)
class Json6902Patch:
    """Operations by position, each guarded by a ``test`` of what it was computed against."""

    operations: tuple[Operation, ...]


Patch = StrategicMergePatch | Json6902Patch


def patch_between(before: Body, after: Body) -> Patch:
    """The patch that turns the one state of a resource into the other; they must differ.

    Of the two forms the shorter one, as YAML and with what a kustomization must say to apply it.
    """
    guarded = Json6902Patch(tuple(_operations(before, after)))
    body = _identity(before)
    if not same(body, _identity(after)):
        return guarded  # a strategic merge patch finds its resource by what is to change
    try:
        _merge_maps(body, _strategic(before, after, merge_type(ResourceId.of(before).gvk)))
        applied = merge.apply(before, body)
    except (_Inexpressible, InputError, Unsupported):  # kustomize refuses a map where a list was, and the like
        return guarded
    if not same(applied, after):
        return guarded
    target = {"target": _target(before)}
    is_shorter = len(yamlio.dump([body])) <= len(yamlio.dump([list(guarded.operations)])) + len(yamlio.dump([target]))
    return StrategicMergePatch(body) if is_shorter else guarded


def _target(body: Body) -> Body:
    """What a kustomization must say to find the resource of JSON 6902 operations."""
    resource_id = ResourceId.of(body)
    parts = {**resource_id.gvk._asdict(), "name": resource_id.name, "namespace": resource_id.namespace}
    return {key: value for key, value in parts.items() if value}


def removal(body: Body) -> Patch:
    """The patch that removes a resource."""
    return StrategicMergePatch({**_identity(body), "$patch": "delete"})


def _identity(body: Body) -> Body:
    """What a strategic merge patch must say to find its resource."""
    metadata = {key: body["metadata"][key] for key in ("name", "namespace") if key in body["metadata"]}
    return {key: body[key] for key in ("apiVersion", "kind") if key in body} | {"metadata": metadata}


def _merge_maps(target: Body, source: Body) -> None:
    for key, value in source.items():
        if key in target and isinstance(target[key], dict) and isinstance(value, dict):
            _merge_maps(target[key], value)
        elif key in target:
            raise _Inexpressible  # the identity itself changes
        else:
            target[key] = value


def _strategic(before: Body, after: Body, kind: MergeType) -> Body:
    patch: Body = {key: None for key in before if key not in after}
    for key, value in after.items():
        if key not in before:
            patch[key] = value
        elif not same(before[key], value):
            patch[key] = _strategic_value(before[key], value, kind.field(key))
    return _in_order_of(patch, after)


def _in_order_of(patch: Body, after: Body) -> Body:
    """Keys in the order of the resource, removed ones last."""
    return {key: patch[key] for key in after if key in patch} | patch


def _strategic_value(before: Any, after: Any, kind: MergeType) -> Any:
    if isinstance(before, dict) and isinstance(after, dict):
        return _strategic(before, after, kind)
    if isinstance(before, list) and isinstance(after, list):
        if kind.keys:
            return _strategic_items(before, after, kind)
        if _repeats(before, after):
            raise _Inexpressible
    if isinstance(before, str) and isinstance(after, bool | int | float):
        raise _Inexpressible  # a text in quotes keeps them in kustomize's merge, and the number becomes a text
    return after


def _repeats(before: Any, after: Any) -> bool:
    """Whether replacing the one by the other whole would say again what does not change: a field of a map in it."""
    if isinstance(before, list) and isinstance(after, list):
        return any(_repeats(one, other) for one, other in zip(before, after, strict=False))
    if isinstance(before, dict) and isinstance(after, dict):
        return any(
            same(value, after[key]) or _repeats(value, after[key]) for key, value in before.items() if key in after
        )
    return False


def _strategic_items(before: list[Any], after: list[Any], kind: MergeType) -> list[Any]:
    items_before, items_after = _by_key(before, kind.keys), _by_key(after, kind.keys)
    patch: list[Any] = []
    for key, item in items_after.items():
        if key not in items_before:
            patch.append(item)
        elif not same(items_before[key], item):
            patch.append(dict(key.fields) | _strategic(items_before[key], item, kind.item()))
    patch += [dict(key.fields) | {"$patch": "delete"} for key in items_before if key not in items_after]
    return patch


def _by_key(items: list[Any], keys: tuple[str, ...]) -> dict[ItemKey, Body]:
    """The items by exactly the merge keys they have: kustomize pairs a port without protocol with no other."""
    if not all(isinstance(item, dict) and keys[0] in item for item in items):
        raise _Inexpressible
    if any(isinstance(item.get(key), dict | list) for item in items for key in keys):
        raise _Inexpressible
    found = {ItemKey.of(item, keys): item for item in items}
    if len(found) != len(items):
        raise _Inexpressible
    return found


def _operations(before: Body, after: Body) -> Iterator[Operation]:
    """JSON 6902 operations, each list item on the way tested once for being the expected one."""
    tested: set[str] = set()
    for steps, old, new in _leaf_changes(before, after, ()):
        guards = list(_guards(before, steps[:-1] if old is _NOTHING else steps))
        if not guards and old is not _NOTHING:
            guards = [(pointer(steps), old)]
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
        node = node[step]
        if known:
            yield _guard(steps[: index + 1], node)


def _guard(steps: Steps, item: Any) -> tuple[str, Any]:
    if isinstance(item, dict):
        metadata = item.get("metadata")
        if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
            return pointer((*steps, "metadata", "name")), metadata["name"]
        for key in ("name", *item):
            if isinstance(item.get(key), str):
                return pointer((*steps, key)), item[key]
    return pointer(steps), item


class _Nothing:
    """Stands for a field that is not there; null is a value."""


_NOTHING: Final = _Nothing()


def _leaf_changes(before: Any, after: Any, steps: Steps) -> Iterator[tuple[Steps, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*after, *(key for key in before if key not in after)]:
            if key not in before:
                yield (*steps, key), _NOTHING, after[key]
            elif key not in after:
                yield (*steps, key), before[key], _NOTHING
            else:
                yield from _leaf_changes(before[key], after[key], (*steps, key))
    elif isinstance(before, list) and isinstance(after, list) and before and after:
        yield from _item_changes(before, after, steps)
    elif not same(before, after):
        yield steps, before, after


def _item_changes(before: list[Any], after: list[Any], steps: Steps) -> Iterator[tuple[Steps, Any, Any]]:
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
