"""What of a wish kustomize's own fields say, and what is left to patch under them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from kgen import yamlio
from kgen.equality import same
from kgen.overlay.own_fields import (
    MOVING,
    images,
    moving_fields,
    pulled_back,
    replicas,
    unnamed,
    without_images,
    without_replicas,
)
from kgen.overlay.pairing import Pair
from kgen.overlay.target import literal
from kgen.overlay.trial import under_fields
from kgen.resource import Body, Resource, ResourceId, ResourceMap, original


class Effort(NamedTuple):
    """How far to go in saying a wish as a person would.

    Attributes:
        own_fields: Whether kustomize's own fields are looked for.
        renames: Whether a resource may get another name, which kustomize's references follow; else one is removed
            and another added.
    """

    own_fields: bool = True
    renames: bool = True


EFFORTS: Final = (Effort(), Effort(own_fields=False), Effort(own_fields=False, renames=False))
"""In the order in which they are tried, until one builds what is wanted."""


def remainder(
    base: ResourceMap, found: list[Pair], declared: Mapping[str, Any], effort: Effort
) -> tuple[dict[str, Any], list[Pair]]:
    """Kustomize's own fields, and what is to be patched under them.

    Args:
        base: What the base builds.
        found: What each resource is to become before the declared fields apply.
        declared: kustomize's own fields that are said already.
        effort: How far to go.
    """
    fields = dict(declared)
    if not effort.renames:
        found = list(_replaced(found))
    moving = moving_fields(found) if effort.own_fields and not fields.keys() & set(MOVING) else {}
    renames = [] if moving.keys() & {"namePrefix", "nameSuffix"} else [pair for pair in found if _is_renamed(pair)]
    if moving or renames:
        found = _pulled_back(base, found, moving, renames)
    if not effort.own_fields:
        return fields, found
    entries, counts = images(found), replicas(found)
    found = [_leaf_free(pair, entries, counts) for pair in found] if entries or counts else found
    for name, more in (("images", entries), ("replicas", counts)):
        if more:
            moving[name] = [*more, *fields.get(name, ())]
    return fields | moving, found


def _replaced(found: Iterable[Pair]) -> Iterator[Pair]:
    """Resources with another identity are removed and added."""
    for before, after in found:
        if before is not None and after is not None and before.id.key != after.id.key:
            yield from (Pair(before, None), Pair(None, after))
        else:
            yield Pair(before, after)


def _leaf_free(pair: Pair, entries: Sequence[Body], counts: Sequence[Body]) -> Pair:
    if pair.before is None or pair.after is None or same(pair.before.body, pair.after.body):
        return pair
    body = without_replicas(pair, without_images(pair, entries), counts)
    return Pair(pair.before, replace(pair.after, body=body))


def _is_renamed(pair: Pair) -> bool:
    return bool(pair.before and pair.after and pair.before.id.name != pair.after.id.name)


def _pulled_back(
    base: ResourceMap, found: Sequence[Pair], fields: Mapping[str, Any], renames: Sequence[Pair]
) -> list[Pair]:
    """What the resources must be for these fields, and the references to these names, to make them what is wanted."""
    renaming = [_renaming(pair.before, pair.after) for pair in renames if pair.before and pair.after]
    moved = {}
    trial = {**fields, "patches": renaming} if renaming else fields
    for resource in under_fields(base, trial, hash_suffixes=False):
        before = original(resource, base)
        if before is not None:
            moved[before.id.key] = resource
    return [_pulled_pair(pair, moved, fields) for pair in found]


def _renaming(before: Resource, after: Resource) -> Body:
    operation = {"op": "replace", "path": "/metadata/name", "value": after.id.name}
    gvk = before.id.gvk
    target = {"group": literal(gvk.group) or "^$", "version": gvk.version, "kind": gvk.kind}
    target |= {"name": literal(before.id.name), "namespace": literal(before.id.namespace) or "default"}
    return {"patch": yamlio.dump([[operation]]), "target": target}


def _pulled_pair(pair: Pair, moved: Mapping[ResourceId, Resource], fields: Mapping[str, Any]) -> Pair:
    before, after = pair
    if after is None:
        return pair
    if before is None or before.id.key not in moved:
        return Pair(before, replace(after, body=unnamed(after.body, fields)))
    body = pulled_back(before.body, moved[before.id.key].body, after.body)
    if _is_renamed(pair) and not fields.keys() & {"namePrefix", "nameSuffix"}:
        body = {**body, "metadata": {**body["metadata"], "name": after.id.name}}
    return Pair(before, replace(after, body=body))
