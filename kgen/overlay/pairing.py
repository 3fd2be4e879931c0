"""Which resource of a base becomes which of the wanted ones.

By identity, by the name it had before a person renamed it, or where only the API version changed; and, where all
names moved alike or a resource differs in nothing but its name, by that. A Namespace becomes the one that what was in
it moved to.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kgen.resource import Gvk, Resource, ResourceId, ResourceMap, original


class Pair(NamedTuple):
    """One resource before and after; None where it is added or removed."""

    before: Resource | None
    after: Resource | None


class Move(NamedTuple):
    """What happened to the names of several resources at once."""

    prefix: str
    suffix: str


def pairs(base: ResourceMap, wanted: ResourceMap) -> list[Pair]:
    """Each resource of the base with what it becomes, in the order of the base, then those that are added."""
    after: dict[ResourceId, Resource] = {}
    for resource in wanted:
        before = original(resource, base)
        if before is not None and before.id.key not in after:
            after[before.id.key] = resource
    taken = {id(resource) for resource in after.values()}
    left = [resource for resource in base if resource.id.key not in after]
    new = [resource for resource in wanted if id(resource) not in taken]
    for before, found in _matched(left, new):
        after[before.id.key] = found
        taken.add(id(found))
    for before, found in _moved_namespaces(base, after, [one for one in new if id(one) not in taken]):
        after[before.id.key] = found
        taken.add(id(found))
    kept = [Pair(resource, after.get(resource.id.key)) for resource in base]
    return kept + [Pair(None, resource) for resource in wanted if id(resource) not in taken]


def _matched(left: Sequence[Resource], new: Sequence[Resource]) -> Iterator[tuple[Resource, Resource]]:
    """Pairs among what has no namesake: another version or namespace, a name that moved, all else being equal."""
    move = _move(left, new)
    keys = (_identity, lambda resource: _moved(resource, move), _content)
    free, waiting = list(new), list(left)
    for key_before, key_after in ((keys[0], keys[0]), (keys[1], keys[0]), (keys[2], keys[2])):
        places: dict[str, list[Resource]] = {}
        for after in reversed(free):
            places.setdefault(key_after(after), []).append(after)
        found = {id(before): places[key].pop() for before in waiting if places.get(key := key_before(before))}
        yield from ((before, found[id(before)]) for before in waiting if id(before) in found)
        taken = {id(after) for after in found.values()}
        free = [after for after in free if id(after) not in taken]
        waiting = [before for before in waiting if id(before) not in found]


def _moved_namespaces(
    base: ResourceMap, after: Mapping[ResourceId, Resource], new: Sequence[Resource]
) -> Iterator[tuple[Resource, Resource]]:
    """Each Namespace that is gone, with the new one into which what was in it moved."""
    moves = {(one.id.namespace, after[one.id.key].id.namespace) for one in base if one.id.key in after}
    free = {one.id.name: one for one in new if is_namespace(one.id.gvk)}
    for before in base:
        if is_namespace(before.id.gvk) and before.id.key not in after:
            names = [name for name in free if (before.id.name, name) in moves]
            if names:
                yield before, free.pop(names[0])


def is_namespace(gvk: Gvk) -> bool:
    """Whether it is the kind that kustomize's field ``namespace`` names anew."""
    return (gvk.group, gvk.kind) == ("", "Namespace")


def _identity(resource: Resource) -> str:
    return f"{resource.id.gvk.group}/{resource.id.gvk.kind}/{resource.id.name}"


def _moved(resource: Resource, move: Move) -> str:
    return f"{resource.id.gvk.group}/{resource.id.gvk.kind}/{move.prefix}{resource.id.name}{move.suffix}"


def _content(resource: Resource) -> str:
    """All but the name and namespace."""
    said = resource.body.get("metadata") or {}
    metadata = {key: value for key, value in said.items() if key not in ("name", "namespace")}
    return json.dumps({**resource.body, "metadata": metadata}, sort_keys=True)


def _move(left: Sequence[Resource], new: Sequence[Resource]) -> Move:
    """The prefix and suffix that most names got."""
    votes: Counter[Move] = Counter()
    kinds: dict[tuple[str, str], list[str]] = {}
    for after in new:
        kinds.setdefault((after.id.gvk.group, after.id.gvk.kind), []).append(after.id.name)
    for before in left:
        for name in kinds.get((before.id.gvk.group, before.id.gvk.kind), ()):
            head, found, tail = name.partition(before.id.name)
            if found:
                votes[Move(head, tail)] += 1
    return votes.most_common(1)[0][0] if votes else Move("", "")
