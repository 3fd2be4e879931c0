"""What of a wish kustomize's own fields say, and what is left to patch under them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from kgen.equality import same
from kgen.overlay import disguise
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
from kgen.overlay.pairing import Pair, is_namespace
from kgen.overlay.renames import renaming
from kgen.overlay.trial import Ground, under_fields, upon
from kgen.resource import Body, Resource, ResourceId, ResourceMap, original


class Effort(NamedTuple):
    """How far to go in saying a wish as a person would.

    Attributes:
        without: The ones of kustomize's own fields that are not looked for.
        renames: Whether a resource may get another name, which kustomize's references follow; else one is removed
            and another added.
    """

    without: frozenset[str] = frozenset()
    renames: bool = True


_ALIKE: Final = (("namespace",), ("namePrefix", "nameSuffix"), ("labels",), ("commonAnnotations",), MOVING)

EFFORTS: Final = (
    Effort(),
    *(Effort(frozenset(fields)) for fields in _ALIKE),
    Effort(frozenset(("images", "replicas"))),
    Effort(frozenset((*MOVING, "images", "replicas"))),
    Effort(frozenset(MOVING), renames=False),
    Effort(frozenset((*MOVING, "images", "replicas")), renames=False),
)
"""In the order in which they are tried, until one builds what is wanted."""


def remainder(  # noqa: PLR0913, PLR0917  # as `synthesise`
    base: ResourceMap,
    found: list[Pair],
    declared: Mapping[str, Any],
    effort: Effort,
    hidden: Collection[ResourceId] = (),
    ground: Ground | None = None,
) -> tuple[dict[str, Any], list[Pair]]:
    """Kustomize's own fields, and what is to be patched under them.

    Args:
        base: What the base builds.
        found: What each resource is to become before the declared fields apply.
        declared: kustomize's own fields that are said already.
        effort: How far to go.
        hidden: What is added in disguise, by the key of its id.
        ground: Where the base is, if it is anywhere.
    """
    fields = dict(declared)
    if not effort.renames:
        found = list(_replaced(found))
    found = list(disguise.apart(found, hidden))
    moving = moving_fields(found, effort.without) if not fields.keys() & set(MOVING) else {}
    renames = [pair for pair in found if _is_renamed(pair, moving)]
    if moving or renames:
        moved = _moved(base, ground, moving, renames)
        found = [_pulled_pair(pair, moved, moving) for pair in found]
    entries = [] if "images" in effort.without else images(found)
    counts = [] if "replicas" in effort.without else replicas(found)
    found = [_leaf_free(pair, entries, counts) for pair in found] if entries or counts else found
    for name, more in (("images", entries), ("replicas", counts)):
        if more:
            moving[name] = [*more, *fields.get(name, ())]
    return fields | moving, found


def _replaced(found: Iterable[Pair]) -> Iterator[Pair]:
    """Resources with another identity are removed and added, or changed where another one takes their identity."""
    new: dict[ResourceId, Resource] = {}
    kept: list[Pair] = []
    for before, after in found:
        stays = before is not None and after is not None and before.id.key == after.id.key
        kept += [Pair(before, after if stays else None)] if before else []
        if after and not stays:
            new[after.id.key] = after
    for before, after in kept:
        yield Pair(before, after or (new.pop(before.id.key, None) if before else None))
    yield from (Pair(None, after) for after in new.values())


def _leaf_free(pair: Pair, entries: Sequence[Body], counts: Sequence[Body]) -> Pair:
    if pair.before is None or pair.after is None or same(pair.before.body, pair.after.body):
        return pair
    body = without_replicas(pair, without_images(pair, entries), counts)
    return Pair(pair.before, replace(pair.after, body=body))


def _is_renamed(pair: Pair, fields: Mapping[str, Any]) -> bool:
    """Whether it has another name, which none of the fields gives it."""
    before, after = pair
    if (
        before is None
        or after is None
        or before.id.name == after.id.name
        or fields.keys() & {"namePrefix", "nameSuffix"}
    ):
        return False
    return not (is_namespace(before.id.gvk) and fields.get("namespace") == after.id.name)


def _moved(
    base: ResourceMap, ground: Ground | None, fields: Mapping[str, Any], renames: Sequence[Pair]
) -> dict[ResourceId, Resource]:
    """What these fields, and references to these names, make of the base, by the keys of its ids."""
    patches = [renaming(pair.before.id, pair.after.id.name) for pair in renames if pair.before and pair.after]
    moved = {}
    trial = {**fields, "patches": patches} if patches else fields
    for resource in upon(ground, base, trial) if ground else under_fields(base, trial, hash_suffixes=False):
        before = original(resource, base)
        if before is not None:
            moved[before.id.key] = resource
    return moved


def _pulled_pair(pair: Pair, moved: Mapping[ResourceId, Resource], fields: Mapping[str, Any]) -> Pair:
    before, after = pair
    if after is None:
        return pair
    if before is None or before.id.key not in moved:
        return Pair(before, replace(after, body=unnamed(after.body, fields)))
    body = pulled_back(before.body, moved[before.id.key].body, after.body)
    if _is_renamed(pair, fields):
        body = {**body, "metadata": {**body["metadata"], "name": after.id.name}}
    return Pair(before, replace(after, body=body))
