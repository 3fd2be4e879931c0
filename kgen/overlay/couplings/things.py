"""What texts can name in a base, and what becomes of it: resources, namespaces, images, tags, folders, ports.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/,
https://github.com/distribution/reference/blob/main/reference.go
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from kgen.equality import same
from kgen.kustomize.transformers.images import split
from kgen.resource import Body, Resource, ResourceId, ResourceMap, original
from kgen.schema import pods
from kgen.schema.scope import is_cluster_scoped

_WORD: Final = re.compile(r"[\w-]+")

Aspect = Literal["name", "namespace", "image", "tag", "hostPath", "port"]


class Thing(NamedTuple):
    """Something that a text can name.

    Attributes:
        aspect: Of what kind it is.
        owner: What has it: ``Service/db``, an image's name, a volume's workload.
        before: How it is called in the base.
        after: How it is called in the overlay; None where that cannot be said: it becomes several things.
        source: The resource of the base that it belongs to.
        hashed: Whether a hash that is known only to the build will end the name.
        is_new: Whether the overlay changes that hash.
    """

    aspect: Aspect
    owner: str
    before: str
    after: str | None
    source: ResourceId
    hashed: bool = False
    is_new: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether a text that names it must change."""
        return self.is_new or self.before != self.after

    @property
    def wish(self) -> str:
        """How ``couplings`` in ``kgen.yaml`` calls it."""
        return self.owner if self.aspect == "name" else self.aspect


@dataclass(frozen=True, slots=True)
class Index:
    """All things by aspect and by how they are called, and what else these words stand for in the base.

    Attributes:
        things: The things of one aspect that are called so.
        references: Whole image references.
        ports: The ports of each resource, by the key of its id and their number.
        words: Labels, containers, volumes: words that are not changed.
        mounts: Folders in containers.
        starts: The first words of what changes, without which no text names any of it.
        deepest: How many parts the longest path has.
    """

    things: Mapping[Aspect, Mapping[str, list[Thing]]]
    references: Mapping[str, list[Thing]]
    ports: Mapping[tuple[ResourceId, str], list[Thing]]
    words: frozenset[str]
    mounts: frozenset[str]
    starts: frozenset[str]
    deepest: int = field(default=0)

    def named(self, aspect: Aspect, text: str) -> list[Thing]:
        """The things of this aspect that are called so."""
        return self.things[aspect].get(text, [])

    @property
    def is_still(self) -> bool:
        """Whether nothing changes."""
        return not any(thing.is_changed for names in self.things.values() for all_ in names.values() for thing in all_)

    def may_change(self, text: str) -> bool:
        """Whether a text can name something that changes."""
        return "" in self.starts or not self.starts.isdisjoint(_WORD.findall(text))


class Course(NamedTuple):
    """A resource on its way.

    Attributes:
        base: As the base builds it; None where the overlay adds it.
        edited: As it is before kustomize's own fields apply.
        after: As the overlay makes it.
    """

    base: Resource | None
    edited: Resource
    after: Resource

    @property
    def source(self) -> Resource:
        """As it was first."""
        return self.base or self.edited


def courses(base: ResourceMap, edited: ResourceMap, after: ResourceMap) -> list[Course]:
    """Each resource of an overlay with what it was."""
    found = []
    for resource in after:
        source = original(resource, edited) or resource
        found.append(Course(original(source, base), source, resource))
    return found


def rehashed(course: Course) -> bool:
    """Whether a content hash ends the name, and the overlay, as it is without couplings, makes it another one."""
    if not course.after.needs_hash:
        return False
    base = course.base
    return base is None or not base.needs_hash or not same(_content(base.body), _content(course.after.body))


def index(found: Sequence[Course], new: Collection[ResourceId] = (), *, added: bool = False) -> Index:
    """What texts of the base can name, and what becomes of it.

    Args:
        found: The resources.
        new: Those whose content hash is another one, by the key of their id in the base.
        added: Whether what the overlay adds can be named too, as texts do that came with it.
    """
    kept = [(course.source, course.after) for course in found if added or course.base]
    things: dict[Aspect, dict[str, list[Thing]]] = {
        aspect: {} for aspect in ("name", "namespace", "image", "tag", "hostPath", "port")
    }
    references: dict[str, list[Thing]] = {}
    ports: dict[tuple[ResourceId, str], list[Thing]] = {}
    for resource, other in kept:
        for thing in _things(resource, other, is_new=resource.id.key in new):
            _add(things[thing.aspect], thing)
            if thing.aspect == "port":
                ports.setdefault((resource.id.key, thing.before), []).append(thing)
        for thing in _references(resource, other):
            _add(references, thing)
    folders = things["hostPath"]
    return Index(
        things,
        references,
        ports,
        frozenset(word for resource, _ in kept for word in _words(resource.body)),
        frozenset(folder for resource, _ in kept for folder in _mounts(resource.body)),
        frozenset(_starts((*things.values(), references))),
        max((path.count("/") for path in folders), default=0),
    )


def _starts(found: Iterable[Mapping[str, list[Thing]]]) -> Iterator[str]:
    for name, all_ in ((name, all_) for names in found for name, all_ in names.items()):
        if any(thing.is_changed for thing in all_):
            word = _WORD.search(name)
            yield word[0] if word else ""


def _add(names: dict[str, list[Thing]], thing: Thing) -> None:
    """Things of one owner that become different ones become nothing that can be said; like ports are said once."""
    known = names.setdefault(thing.before, [])
    if thing.aspect == "port":
        like = (thing.source.gvk.kind == "Service", thing.after)
        if all((other.source.gvk.kind == "Service", other.after) != like for other in known):
            known.append(thing)
        return
    for place, other in enumerate(known):
        if other.owner == thing.owner:
            known[place] = other if _becomes(other) == _becomes(thing) else other._replace(after=None)
            return
    known.append(thing)


def _becomes(thing: Thing) -> tuple[str | None, bool, bool]:
    return thing.after, thing.hashed, thing.is_new


def _things(before: Resource, after: Resource, *, is_new: bool) -> Iterator[Thing]:
    yield Thing("name", str(before.id), before.id.name, after.id.name, before.id, after.needs_hash, is_new)
    if not is_cluster_scoped(before.id.gvk):
        space, other = (one.id.namespace or "default" for one in (before, after))
        yield Thing("namespace", "the namespace", space, other, before.id)
    for reference in _references(before, after):
        yield from _image_parts(reference)
    yield from _folders(before, after)
    yield from _ports(before, after)


def _content(body: Body) -> dict[str, object]:
    return {key: body.get(key) for key in ("data", "binaryData", "stringData", "type", "immutable")}


def _references(before: Resource, after: Resource) -> Iterator[Thing]:
    images = {(kind, body.get("name")): body.get("image") for kind, body in pods.containers(after.body)}
    for kind, body in pods.containers(before.body):
        one, other = body.get("image"), images.get((kind, body.get("name")))
        if isinstance(one, str) and one and isinstance(other, str):
            yield Thing("image", f"the image {one}", one, other, before.id)


def _image_parts(reference: Thing) -> Iterator[Thing]:
    name, tag, digest = split(reference.before)
    new_name, new_tag, new_digest = split(reference.after or "")
    yield Thing("image", f"the image {name}", name, new_name, reference.source)
    if tag:
        is_known = (tag, digest) == (new_tag, new_digest) or not new_digest
        yield Thing("tag", f"the tag of {name}", tag, (new_tag or None) if is_known else None, reference.source)


def _folders(before: Resource, after: Resource) -> Iterator[Thing]:
    folders = {volume.get("name"): path for volume, path, _ in pods.host_paths(after.body)}
    for volume, path, _ in pods.host_paths(before.body):
        if volume.get("name") in folders:
            yield Thing("hostPath", "the hostPath", path, folders[volume.get("name")], before.id)


def _ports(before: Resource, after: Resource) -> Iterator[Thing]:
    """Ports of Services and of containers: by name where they have one, else by place."""
    now = dict(_numbered(after.body))
    for where, number in _numbered(before.body):
        if where in now:
            yield Thing("port", f"port {where} of {before.id}", number, now[where], before.id)


def _numbered(body: Body) -> Iterator[tuple[str, str]]:
    if (body.get("apiVersion"), body.get("kind")) == ("v1", "Service"):
        for place, port in enumerate(pods.items(pods.mapping(body, "spec") or {}, "ports")):
            yield str(port.get("name") or place), str(port.get("port"))
    for _, container in pods.containers(body):
        for place, port in enumerate(pods.items(container, "ports")):
            yield f"{container.get('name')}/{port.get('name') or place}", str(port.get("containerPort"))


def _words(body: Body) -> Iterator[str]:
    """Words that stay, whatever a resource of the same name is called."""
    yield from (value for value in (pods.mapping(body, "metadata", "labels") or {}).values() if isinstance(value, str))
    yield from (value for value in pods.labels(body).values() if isinstance(value, str))
    for _, container in pods.containers(body):
        yield str(container.get("name"))
    for volume in pods.items(pods.pod_spec(body) or {}, "volumes"):
        yield str(volume.get("name"))


def _mounts(body: Body) -> Iterator[str]:
    for _, container in pods.containers(body):
        for mount in pods.items(container, "volumeMounts"):
            if isinstance(mount.get("mountPath"), str):
                yield mount["mountPath"].rstrip("/")
