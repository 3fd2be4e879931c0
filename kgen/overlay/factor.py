"""Variants of one application → the base they share, and an overlay for each.

The base has the resources that all have, or most where that is shorter, each with what most agree on
(`kgen.overlay.agreement`). Each overlay is synthesised and proven as any other: it builds its variant.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kgen import yamlio
from kgen.equality import same
from kgen.errors import InputError, VerificationError
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay.agreement import agreed, differing
from kgen.overlay.desired import Wish
from kgen.overlay.neutral import Twins, as_they_are, neutral
from kgen.overlay.pairing import pairs
from kgen.overlay.synthesise import Directives, file_name
from kgen.overlay.verify import Inexpressible, compose
from kgen.resource import Body, Resource, ResourceId, ResourceMap
from kgen.schema.merge_keys import merge_type

_ROOT: Final = "/factored"
_REMOVAL: Final = 8
"""How many lines it takes to remove a resource: a patch and its entry."""

_OWN: Final = 5
"""How many lines it may take to say what is a whole variant's own."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the states to factor.

    Attributes:
        resources: What is there.
        texts: How a person wrote a resource, comments and all, where that is known.
        lines: How many lines all of it has.
    """

    resources: ResourceMap
    texts: Mapping[ResourceId, str] = field(default_factory=dict)
    lines: int = 0


class Group(NamedTuple):
    """One resource in all variants, by the variant's position: without what is the variant's own, and as it is."""

    bare: dict[int, Resource]
    whole: dict[int, Resource]

    @property
    def bodies(self) -> list[Body]:
        """The bodies in the order of the variants."""
        return [self.bare[index].body for index in sorted(self.bare)]


@dataclass(frozen=True, slots=True)
class Factored:
    """A base and overlays.

    Attributes:
        files: Text by path: ``base/…`` and ``overlays/<name>/…``.
        identical: How many resources all variants have alike, but for what is a whole variant's own.
        differ: In how many fields each other resource of the base differs.
        partial: The resources that not all have, and the names of the variants that do.
        before: How many lines the variants had.
    """

    files: Mapping[str, str]
    identical: int
    differ: tuple[int, ...]
    partial: tuple[tuple[ResourceId, tuple[str, ...]], ...]
    before: int

    @property
    def resources(self) -> int:
        """How many different resources there are."""
        return self.identical + len(self.differ) + len(self.partial)

    @property
    def after(self) -> int:
        """How many lines the files have."""
        return sum(text.count("\n") for text in self.files.values())


def factor(variants: Mapping[str, Variant]) -> Factored:
    """The base and the overlays of two or more variants; each overlay is proven to build its variant.

    What is a whole variant's own, such as its namespace, stays out of the base unless that takes many more lines.

    Raises:
        InputError: They share nothing.
        Inexpressible: No overlay makes one of them.
    """
    maps = [variant.resources for variant in variants.values()]
    bare = neutral(maps)
    made: list[Factored] = []
    failed: list[Inexpressible | InputError] = []
    for twins in (bare, as_they_are(maps)) if bare else (as_they_are(maps),):
        try:
            made.append(_factored(variants, twins))
        except (Inexpressible, InputError) as error:
            failed.append(error)
    if not made:
        raise failed[-1]
    longest = min(one.after for one in made) + _OWN * len(variants)
    return next(one for one in made if one.after <= longest)


def _factored(variants: Mapping[str, Variant], twins: Sequence[Twins]) -> Factored:
    groups = _groups(twins)
    shared = _shared(groups, len(variants))
    if not shared:
        raise InputError("these variants share no resource", hint="factor variants of one application")
    files = _base_files(shared, groups, list(variants.values()))
    fs = MemoryFileSystem({posixpath.join(_ROOT, path): text for path, text in files.items()})
    base = build(posixpath.join(_ROOT, "base"), fs)
    _verify(base, shared)
    for index, name in enumerate(variants):
        folder = posixpath.join("overlays", name)
        wish = Wish(_wanted(groups, shared, index), (), Directives("../../base"), is_free=True)
        made, _ = compose(posixpath.join(_ROOT, folder), wish, base, fs)
        files |= {posixpath.join(folder, path): text for path, text in made.files.items()}
    return Factored(files, *_counted(groups, list(variants)), sum(variant.lines for variant in variants.values()))


def _groups(variants: Sequence[Twins]) -> list[Group]:
    """Which resources of the variants are one: each variant's are paired with those found so far."""
    known: dict[ResourceId, Group] = {}
    for index, twins in enumerate(variants):
        whole = {before.id.key: after for before, after in twins if before and after}
        found = ResourceMap(next(iter(group.bare.values())) for group in known.values())
        for earlier, one in pairs(found, ResourceMap(before for before, _ in twins if before)):
            if one is None:
                continue
            group = known.setdefault((earlier or one).id.key, Group({}, {}))
            group.bare[index], group.whole[index] = one, whole[one.id.key]
    return list(known.values())


def _shared(groups: Sequence[Group], count: int) -> dict[int, Resource]:
    """The resources of the base, by the position of their group."""
    shared: dict[int, Resource] = {}
    taken: set[ResourceId] = set()
    for place, group in enumerate(groups):
        if not _is_shared(group, count):
            continue
        resource = Resource(_agreed(group))
        if resource.id.key not in taken:
            taken.add(resource.id.key)
            shared[place] = resource
    return shared


def _is_shared(group: Group, count: int) -> bool:
    """Whether all have it; or most, so that removing it from the others is shorter than writing it for each."""
    having = len(group.bare)
    if having == count:
        return True
    size = yamlio.write(group.bodies[0]).count("\n")
    return 2 * having > count and size + _REMOVAL * (count - having) < having * (size + 1)


def _agreed(group: Group) -> Body:
    """What the variants agree on; what identifies a resource is taken from one of them, lest parts of it mix."""
    bodies = group.bodies
    identities = [_identity(body) for body in bodies]
    identity = max(identities, key=identities.count)
    body: Body = agreed(bodies, merge_type(group.bare[min(group.bare)].id.gvk))
    metadata = {key: value for key, value in body["metadata"].items() if key not in _NAMING} | identity["metadata"]
    return {**body, **identity, "metadata": metadata}


_NAMING: Final = ("name", "namespace")


def _identity(body: Body) -> Body:
    metadata = {key: body["metadata"][key] for key in _NAMING if key in body["metadata"]}
    return {key: body[key] for key in ("apiVersion", "kind") if key in body} | {"metadata": metadata}


def _base_files(shared: Mapping[int, Resource], groups: Sequence[Group], variants: Sequence[Variant]) -> dict[str, str]:
    files: dict[str, str] = {}
    for place, resource in shared.items():
        files[file_name("base", resource.id, files)] = _text(resource, groups[place], variants)
    names = sorted(posixpath.basename(path) for path in files)
    head = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    return {"base/kustomization.yaml": yamlio.write({**head, "resources": names}), **files}


def _text(resource: Resource, group: Group, variants: Sequence[Variant]) -> str:
    """As a person wrote it where all variants have it so; else as kgen writes it, without comments."""
    for index, whole in group.whole.items():
        text = variants[index].texts.get(whole.id.key)
        if text and all(same(one.body, resource.body) for one in group.whole.values()):
            return text
    return yamlio.write(resource.body)


def _verify(base: ResourceMap, shared: Mapping[int, Resource]) -> None:
    for resource in shared.values():
        built = base.get(resource.id)
        if built is None or not same(built.body, resource.body):
            raise VerificationError(
                f"the base does not make {resource.id} what was wanted",
                hint="this is a defect of kgen, nothing was written; please report it with the variants",
            )


def _wanted(groups: Sequence[Group], shared: Mapping[int, Resource], index: int) -> ResourceMap:
    """A variant, whose resources tell what they are called in the base."""
    return ResourceMap(
        _placed(group, shared.get(place), index) for place, group in enumerate(groups) if index in group.whole
    )


def _placed(group: Group, of_base: Resource | None, index: int) -> Resource:
    whole = group.whole[index]
    return Resource(whole.body, whole.origin, (of_base.id,) if of_base else ())


def _counted(
    groups: Sequence[Group], names: Sequence[str]
) -> tuple[int, tuple[int, ...], tuple[tuple[ResourceId, tuple[str, ...]], ...]]:
    full = [group for group in groups if len(group.bare) == len(names)]
    counts = [differing(group.bodies, merge_type(group.bare[0].id.gvk)) for group in full]
    partial = [group for group in groups if len(group.bare) < len(names)]
    named = [(next(iter(group.whole.values())).id, tuple(names[index] for index in group.whole)) for group in partial]
    return counts.count(0), tuple(filter(None, counts)), tuple(named)
