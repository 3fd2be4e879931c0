"""One resource before and after → the smallest patch between them, in the form that kustomize applies exactly.

A strategic merge patch where it reproduces the state after, list order included; a JSON 6902 patch where it does
not (kustomize moves a merged list item to the front and drops empty maps and lists).
"""

from dataclasses import dataclass
from typing import Any

from kgen import yamlio
from kgen.equality import same
from kgen.errors import InputError, Unsupported
from kgen.fieldpath import ItemKey
from kgen.kustomize import json6902, merge
from kgen.overlay.operations import Operation, operations
from kgen.resource import Body, ResourceId
from kgen.schema.merge_keys import MergeType, merge_type
from kgen.yamlio.scalars import is_text
from kgen.yamlio.written import unwritten


class _Inexpressible(Exception):
    """A strategic merge patch has no words for this change."""


@dataclass(frozen=True, slots=True)
class StrategicMergePatch:
    """A part of a resource, laid over the one with its type, name and namespace."""

    body: Body


@dataclass(frozen=True, slots=True)
class Json6902Patch:
    """Operations; those in a list are by position, and guarded by a ``test`` of what they were computed against."""

    operations: tuple[Operation, ...]


Patch = StrategicMergePatch | Json6902Patch


def patch_between(before: Body, after: Body, *, merges: bool = True) -> Patch:
    """The patch that turns the one state of a resource into the other; they must differ.

    Of the two forms the shorter one, as YAML and with what a kustomization must say to apply it; JSON 6902 where a
    strategic merge (`merges`) is known to fail.
    """
    guarded = Json6902Patch(tuple(operations(before, after)))
    merged = _merge_patch(before, after) if merges else None
    if merged is None:
        return guarded
    if not same(json6902.rounded(before), before):
        return merged  # large numbers elsewhere would lose digits
    room = 0 if _copies(before, after, _merge_type(before)) else len(yamlio.dump([{"target": _target(before)}]))
    is_shorter = len(yamlio.dump([merged.body])) <= len(yamlio.dump([list(guarded.operations)])) + room
    return merged if is_shorter else guarded


def _merge_patch(before: Body, after: Body) -> StrategicMergePatch | None:
    """The strategic merge patch, if kustomize makes of it what is wanted."""
    body = identity(before)
    if not same(body, identity(after)):
        return None  # it finds its resource by what is to change
    try:
        _merge_maps(body, _strategic(before, after, _merge_type(before)))
        applied = unwritten(merge.apply(before, body))
    except (_Inexpressible, InputError, Unsupported):  # kustomize refuses a map where a list was, and the like
        return None
    return StrategicMergePatch(body) if same(applied, after) else None


def _merge_type(body: Body) -> MergeType:
    return merge_type(ResourceId.of(body).gvk)


def _target(body: Body) -> Body:
    """What a kustomization must say to find the resource of JSON 6902 operations."""
    resource_id = ResourceId.of(body)
    parts = {**resource_id.gvk._asdict(), "name": resource_id.name, "namespace": resource_id.namespace}
    return {key: value for key, value in parts.items() if value}


def removal(body: Body) -> Patch:
    """The patch that removes a resource."""
    return StrategicMergePatch({**identity(body), "$patch": "delete"})


def identity(body: Body) -> Body:
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
            if not is_text(key):
                raise _Inexpressible  # kubectl before 1.31 drops the quotes of such a key
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
    if isinstance(before, list) and isinstance(after, list) and kind.keys:
        return _strategic_items(before, after, kind)
    if isinstance(before, str) and isinstance(after, bool | int | float):
        raise _Inexpressible  # a text in quotes keeps them in kustomize's merge, and the number becomes a text
    return after


def _copies(before: Any, after: Any, kind: MergeType) -> bool:
    """Whether a merge would replace a list whole, and say again a field of a map in it that does not change."""
    if same(before, after):
        return False
    if isinstance(before, dict) and isinstance(after, dict):
        return any(_copies(before[key], value, kind.field(key)) for key, value in after.items() if key in before)
    if isinstance(before, list) and isinstance(after, list) and kind.keys:
        earlier = _by_key(before, kind.keys)
        items = _by_key(after, kind.keys).items()
        return any(_copies(earlier[key], item, kind.item()) for key, item in items if key in earlier)
    return _repeats(before, after)


def _repeats(before: Any, after: Any) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        return any(_repeats(one, other) for one, other in zip(before, after, strict=False))
    if isinstance(before, dict) and isinstance(after, dict):
        return any(
            same(value, after[key]) or _repeats(value, after[key]) for key, value in before.items() if key in after
        )
    return False


def _strategic_items(before: list[Any], after: list[Any], kind: MergeType) -> list[Any]:
    """What changes, comes and goes; kustomize puts all that a patch names in front, in its order."""
    items_before, items_after = _by_key(before, kind.keys), _by_key(after, kind.keys)
    patch: list[Any] = []
    for key in _to_name(items_before, items_after):
        if key in items_before:
            patch.append(dict(key.fields) | _strategic(items_before[key], items_after[key], kind.item()))
        else:
            patch.append(items_after[key])
    return patch + [dict(key.fields) | {"$patch": "delete"} for key in items_before if key not in items_after]


def _to_name(before: dict[ItemKey, Body], after: dict[ItemKey, Body]) -> list[ItemKey]:
    """The items that a patch must name for the list to have the order after: as many as need be, from the first on."""
    keys = list(after)
    changed = [index for index, key in enumerate(keys) if key not in before or not same(before[key], after[key])]
    count = changed[-1] + 1 if changed else 0
    while keys[count:] != [key for key in before if key in after and key not in keys[:count]]:
        count += 1
    return keys[:count]


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
