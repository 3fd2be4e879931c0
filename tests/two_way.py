"""Two-way strategic merge patches, as ``kubectl`` makes them: the measure of how long a patch may be.

Written after ``strategicpatch.CreateTwoWayMergePatch``, and apart from how kgen makes patches:
https://github.com/kubernetes/apimachinery/blob/v0.33.0/pkg/util/strategicpatch/patch.go
"""

from typing import Any

from kgen.equality import same
from kgen.resource import Body, Resource
from kgen.schema.merge_keys import MergeType, merge_type


def two_way(before: Body, after: Body) -> Body:
    """The patch from one state of a resource to the other, with what identifies it."""
    metadata = {key: before["metadata"][key] for key in ("name", "namespace") if key in before["metadata"]}
    identity = {"apiVersion": before["apiVersion"], "kind": before["kind"], "metadata": metadata}
    return _over(identity, _map(before, after, merge_type(Resource(before).id.gvk)))


def without_order(patch: Any) -> Any:
    """The same without ``$setElementOrder``, which kustomize does not know."""
    if isinstance(patch, list):
        return [without_order(item) for item in patch]
    if not isinstance(patch, dict):
        return patch
    return {key: without_order(value) for key, value in patch.items() if not key.startswith("$setElementOrder/")}


def _over(below: Body, above: Body) -> Body:
    both = {key: _over(below[key], above[key]) for key in below if isinstance(above.get(key), dict)}
    return {**below, **above, **both}


def _map(before: Body, after: Body, kind: MergeType) -> Body:
    patch: Body = {key: None for key in before if key not in after}
    for key, value in after.items():
        known = before.get(key)
        if key in before and same(known, value):
            continue
        if isinstance(known, dict) and isinstance(value, dict):
            patch[key] = _map(known, value, kind.field(key))
        elif isinstance(known, list) and isinstance(value, list):
            patch |= _list(key, known, value, kind.field(key))
        else:
            patch[key] = value
    return patch


def _list(field: str, before: list[Any], after: list[Any], kind: MergeType) -> Body:
    earlier, later = _by_key(before, kind), _by_key(after, kind)
    if earlier is None or later is None:
        return {field: after}
    key = kind.keys[0]
    items = [
        {key: name, **_map(earlier[name], item, kind.item())} if name in earlier else item
        for name, item in later.items()
        if name not in earlier or not same(earlier[name], item)
    ]
    items += [{"$patch": "delete", key: name} for name in earlier if name not in later]
    order = {f"$setElementOrder/{field}": [{key: name} for name in later]}
    return order | ({field: items} if items else {})


def _by_key(items: list[Any], kind: MergeType) -> dict[Any, Body] | None:
    """The items by their merge key; None where they cannot be told apart by it."""
    if not kind.keys:
        return None
    found = {
        item[kind.keys[0]]: item
        for item in items
        if isinstance(item, dict) and isinstance(item.get(kind.keys[0]), str | int)
    }
    return found if len(found) == len(items) else None
