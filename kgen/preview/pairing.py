"""Two sets of resources → which one after was which one before.

A resource is the same one in both if group, kind, namespace and name are: the version of the API is a spelling. What is
left is paired by what kustomize does to names: it ends those of generated ConfigMaps and Secrets with a hash of their
content, and puts a prefix, a suffix or a namespace on all of them at once. Everything is looked up, nothing is
searched for: the time is linear.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kgen.errors import InputError
from kgen.preview.comparison import Move
from kgen.resource import Resource, ResourceId

_HASHED: Final = re.compile(r"(.+)-[bcdfghkmt2456789]{10}")
"""What ends with a content hash, spelled with the letters that kustomize maps hexadecimal digits to."""

_HASHED_KINDS: Final = frozenset({("", "ConfigMap"), ("", "Secret")})


class Identity(NamedTuple):
    """What makes a resource one and the same in a cluster."""

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, resource_id: ResourceId) -> "Identity":
        """Of an id; no namespace is ``default``."""
        gvk = resource_id.gvk
        return cls(gvk.group, gvk.kind, resource_id.namespace or "default", resource_id.name)

    @property
    def stem(self) -> "Identity":
        """Without the content hash at the end of its name, where it has one."""
        match = _HASHED.fullmatch(self.name) if (self.group, self.kind) in _HASHED_KINDS else None
        return self._replace(name=match[1]) if match else self


class Pairing(NamedTuple):
    """Which resource was which.

    Attributes:
        before: The partner of each resource after by the latter's place; None where it is added.
        removed: What has no partner after.
        renamed: The ids before and after of what is called something else.
        moves: Renames that several share.
    """

    before: tuple[Resource | None, ...]
    removed: tuple[Resource, ...]
    renamed: tuple[tuple[ResourceId, ResourceId], ...]
    moves: tuple[Move, ...]


class _Free(NamedTuple):
    """What has no partner yet, by place."""

    before: dict[int, Resource]
    after: dict[int, Resource]
    partners: dict[int, Resource]

    def match(self, before: int, after: int) -> None:
        """Let two be one."""
        self.partners[after] = self.before.pop(before)
        del self.after[after]


def pair(before: Iterable[Resource], after: Iterable[Resource]) -> Pairing:
    """Pair the resources of two states.

    Raises:
        InputError: A state has two that are one and the same in a cluster.
    """
    one, other = list(before), list(after)
    free = _Free(dict(enumerate(one)), dict(enumerate(other)), {})
    _by_identity(free)
    namesakes = set(free.partners)
    if free.before and free.after:
        _by_content(free)
        _by_history(free)
        _by_stem(free)
        _by_moves(free)
    renamed = tuple((free.partners[j].id, other[j].id) for j in sorted(free.partners) if j not in namesakes)
    partners = tuple(free.partners.get(j) for j in range(len(other)))
    return Pairing(partners, tuple(free.before.values()), renamed, tuple(_moves(renamed)))


def _by_identity(free: _Free) -> None:
    """What is called the same."""
    before, after = _places(free.before), _places(free.after)
    for identity, j in after.items():
        if identity in before:
            free.match(before[identity], j)


def _places(resources: dict[int, Resource]) -> dict[Identity, int]:
    """Where each resource is that has a name of its own.

    Raises:
        InputError: Two are one and the same in a cluster.
    """
    found: dict[Identity, int] = {}
    for i, resource in resources.items():
        identity = Identity.of(resource.id)
        if not identity.name:
            continue  # its name is made in the cluster: generateName
        first = found.setdefault(identity, i)
        if first != i:
            raise _twice(resources[first], resource)
    return found


def _twice(first: Resource, second: Resource) -> InputError:
    where = f", first at {first.origin}" if first.origin else ""
    versions = {first.id.gvk.api_version, second.id.gvk.api_version}
    how = f" ({' and '.join(sorted(versions))} are one resource in a cluster)" if len(versions) > 1 else ""
    message = f"{second.id} is there twice{how}{where}"
    return InputError(message, origin=second.origin, hint="remove or rename one of them")


def _by_content(free: _Free) -> None:
    """Resources whose names are made in the cluster: equal ones first, then in their order."""
    nameless = {i: resource for i, resource in free.before.items() if not resource.id.name}
    by_text: defaultdict[str, list[int]] = defaultdict(list)
    by_type: defaultdict[Identity, list[int]] = defaultdict(list)
    for i, resource in reversed(nameless.items()):
        by_text[_text(resource)].append(i)
        by_type[_generated(resource)].append(i)
    rest = []
    for j, resource in [(j, resource) for j, resource in free.after.items() if not resource.id.name]:
        same = by_text.get(_text(resource))
        if same:
            free.match(same.pop(), j)
        else:
            rest.append((j, resource))
    for j, resource in rest:
        open_ones = by_type[_generated(resource)]
        while open_ones and open_ones[-1] not in free.before:
            open_ones.pop()
        if open_ones:
            free.match(open_ones.pop(), j)


def _generated(resource: Resource) -> Identity:
    metadata = resource.body.get("metadata") or {}
    return Identity.of(resource.id)._replace(name=str(metadata.get("generateName") or ""))


def _text(resource: Resource) -> str:
    return json.dumps(resource.body, sort_keys=True)


def _by_history(free: _Free) -> None:
    """What a build knows to have been one: an id of the one on its way is an id of the other."""
    by_id: defaultdict[Identity, set[int]] = defaultdict(set)
    for i, resource in free.before.items():
        for known in (resource.id, *resource.previous_ids):
            by_id[Identity.of(known)].add(i)
    for j, resource in list(free.after.items()):
        for known in reversed(resource.previous_ids):
            candidates = [i for i in by_id.get(Identity.of(known), ()) if i in free.before]
            if len(candidates) == 1:
                free.match(candidates[0], j)
                break


def _by_stem(free: _Free) -> None:
    """What is called the same but for the content hash."""
    before, after = _stems(free.before), _stems(free.after)
    for stem, places in after.items():
        if len(places) == len(before.get(stem, ())) == 1:
            free.match(before[stem][0], places[0])


def _stems(resources: dict[int, Resource]) -> dict[Identity, list[int]]:
    found: defaultdict[Identity, list[int]] = defaultdict(list)
    for i, resource in resources.items():
        if resource.id.name:
            found[Identity.of(resource.id).stem].append(i)
    return found


class _Way(NamedTuple):
    """How names may have changed: see `Move`."""

    prefix: tuple[str, str]
    suffix: tuple[str, str]
    before: str
    after: str

    def applied(self, identity: Identity) -> Identity | None:
        """What a resource would be called then; None where it cannot have gone this way."""
        name, (prefix, new_prefix), (suffix, new_suffix) = identity.name, self.prefix, self.suffix
        fits = name.startswith(prefix) and name.endswith(suffix) and len(name) > len(prefix) + len(suffix)
        if identity.namespace != self.before or not fits:
            return None
        core = name[len(prefix) : len(name) - len(suffix)]
        return identity._replace(name=f"{new_prefix}{core}{new_suffix}", namespace=self.after)


_ROUNDS: Final = 4
_SAMPLE: Final = 8
_FEWEST: Final = 2
_FEW: Final = 4
_NONE: Final = ("", "")


def _by_moves(free: _Free) -> None:
    """What has got, lost or changed one prefix, suffix or namespace with most others.

    A few resources are asked for all the ways in which their names may have changed; the way that pairs most counts,
    if it pairs at least two and at least a quarter of what is left.
    """
    for _ in range(_ROUNDS):
        after = {stem: places[0] for stem, places in _stems(free.after).items() if len(places) == 1}
        before = {stem: places[0] for stem, places in _stems(free.before).items() if len(places) == 1}
        ways = Counter(way for stem in _sampled(before) for way in _ways(stem, after))
        best = max((_matches(way, before, after) for way, _ in ways.most_common(_SAMPLE)), key=len, default={})
        if len(best) < max(_FEWEST, len(before) // _FEW):
            return
        for i, j in best.items():
            free.match(i, j)


def _sampled(stems: dict[Identity, int]) -> list[Identity]:
    """Some of them, from all over."""
    every = max(len(stems) // _SAMPLE, 1)
    return list(stems)[::every]


def _ways(stem: Identity, after: Iterable[Identity]) -> Iterator[_Way]:
    """All the ways in which this one may have become one of those."""
    for other in after:
        if (other.group, other.kind) == (stem.group, stem.kind):
            yield from _ways_between(stem, other)


def _ways_between(one: Identity, other: Identity) -> Iterator[_Way]:
    """All the ways from one name to another: what stands before and behind what they share."""
    spaces = one.namespace, other.namespace
    is_longer = len(one.name) > len(other.name)
    inner, outer = (other.name, one.name) if is_longer else (one.name, other.name)
    at = outer.rfind(inner)
    if at < 0:
        yield from (_Way(*parts, *spaces) for parts in _replacements(one.name, other.name))
    while at >= 0:
        parts = [("", outer[:at]), ("", outer[at + len(inner) :])]
        prefix, suffix = [(new, old) for old, new in parts] if is_longer else parts
        yield _Way(prefix, suffix, *spaces)
        at = outer.rfind(inner, 0, at + len(inner) - 1) if inner else -1


def _replacements(one: str, other: str) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """One prefix, or one suffix, in the place of another: ``dev-web`` and ``prod-web``."""
    behind = _shared(one[::-1], other[::-1])
    at = next((i for i in range(len(one) - behind, len(one) - 1) if one[i] in "-."), None)
    if at is not None:
        core = len(one) - at - 1
        yield (one[: at + 1], other[: len(other) - core]), ("", "")
    at = next((i for i in range(_shared(one, other) - 1, 0, -1) if one[i] in "-."), None)
    if at is not None:
        yield ("", ""), (one[at:], other[at:])


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _matches(way: _Way, before: dict[Identity, int], after: dict[Identity, int]) -> dict[int, int]:
    """What a way pairs: the places before and after.

    Where one prefix or suffix takes the place of another, several names must share that: ``app-9`` and ``app-10``
    alone, be it a Deployment and its Service, are two applications.
    """
    ways = [(stem, way.applied(stem)) for stem in before]
    found = [(one, other) for one, other in ways if other is not None and other in after]
    is_replaced = all(way.prefix) or all(way.suffix)
    if is_replaced and len({one.name for one, _ in found}) < _FEWEST:
        return {}
    return {before[one]: after[other] for one, other in found}


def _moves(renamed: Iterable[tuple[ResourceId, ResourceId]]) -> Iterator[Move]:
    """The renames that several share, told once."""
    pairs = [(a, b) for a, b in renamed if b.name]
    ways = [list(_ways_between(Identity.of(a).stem, Identity.of(b).stem)) for a, b in pairs]
    counts = Counter(way for found in ways for way in found)
    members: defaultdict[_Way, list[ResourceId]] = defaultdict(list)
    for found, (_, resource_id) in zip(ways, pairs, strict=True):
        way = max(found, key=lambda way: counts[way], default=None)
        if way is not None and way != _Way(_NONE, _NONE, way.before, way.before):
            members[way].append(resource_id)
    for way, ids in members.items():
        if len(ids) >= _FEWEST:
            spaces = (way.before, way.after) if way.before != way.after else None
            yield Move(way.prefix, way.suffix, spaces, tuple(ids))
