"""Builds in memory: what resources become under kustomize's own fields."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kgen import yamlio
from kgen.equality import same
from kgen.filesystem import FileSystem, LayeredFileSystem, MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay import disguise
from kgen.overlay.own_fields import pulled_back
from kgen.resource import Body, Resource, ResourceId, ResourceMap, original
from kgen.yamlio.recall import Recall

_FOLDER: Final = "/trial"
_RESOURCES: Final = "resources.yaml"


class Ground(NamedTuple):
    """What an overlay stands on.

    What kustomize's own fields make of a base depends on how it came to be, not only on what it is: on former names,
    on field specs and variables of its own.

    Attributes:
        folder: The overlay's folder.
        base: The base's folder as the overlay names it.
        built: What that builds, content hashes left off.
        fs: Where both are.
        recall: Who parses the files, if anybody may know some.
        hash_suffixes: Whether content hashes end the names of what is made of it.
    """

    folder: str
    base: str
    built: ResourceMap
    fs: FileSystem
    recall: Recall | None = None
    hash_suffixes: bool = False


def upon(
    ground: Ground,
    resources: Iterable[Resource],
    fields: Mapping[str, Any],
    added: Mapping[str, Body] | None = None,
    hidden: Collection[ResourceId] = (),
) -> ResourceMap:
    """What a kustomization with these fields makes of a base, some of which is changed before.

    Args:
        ground: The base.
        resources: What it is to be before the fields apply; what it has no more, and what is new, is all there is.
        fields: kustomize's own fields, by name.
        added: More resources, and what ``configurations`` in the fields lists, by the name of their file.
        hidden: The resources that kustomize takes in disguise only, by the key of their id.

    Raises:
        InputError: A field cannot be applied to these resources, or kustomize cannot read one.
    """
    kept: dict[ResourceId, Resource] = {}
    new: list[Resource] = []
    for resource in resources:
        before = original(resource, ground.built)
        if before is None or before.id.key in kept or resource.id.key in hidden:
            new.append(resource)
        else:
            kept[before.id.key] = resource
    amend = _amendments(ground.built, kept)
    real = ground.fs.real(ground.folder)
    files = _files([ground.base], new, fields, added or {}, hidden)
    layered = LayeredFileSystem(ground.fs).lay(real, {os.path.join(real, name): text for name, text in files.items()})
    return build(real, layered, hash_suffixes=ground.hash_suffixes, recall=ground.recall, amend=amend)


def _amendments(base: ResourceMap, kept: Mapping[ResourceId, Resource]) -> Callable[[ResourceId, Body], Body | None]:
    """What becomes of the base's resources, as kustomize reads it; by the keys of their ids."""
    changed = [one for before in base if (one := kept.get(before.id.key)) and not is_as(before, one)]
    texts = ((one.id.key, yamlio.dump([marked(one)])) for one in changed)
    read = {key: document.body for key, text in texts for document in yamlio.load(text, _RESOURCES)}

    def amend(identity: ResourceId, body: Body) -> Body | None:
        before, after = base.get(identity), kept.get(identity.key)
        if before is None or after is None:
            return body if before is None else None
        made: Body = read.get(after.id.key, body)
        if made is not body and not is_generated(before, after):
            made = pulled_back(body, before.body, made)
        return made

    return amend


def is_as(before: Resource, after: Resource) -> bool:
    """Whether two resources are the same, with or without a hash of it in the name."""
    return before.needs_hash == after.needs_hash and same(before.body, after.body)


def is_generated(before: Resource | None, after: Resource | None) -> bool:
    """Whether a plain resource of the base is to have a hash."""
    return before is not None and after is not None and after.needs_hash and not before.needs_hash


def under_fields(
    resources: Iterable[Resource],
    fields: Mapping[str, Any],
    added: Mapping[str, Body] | None = None,
    *,
    hash_suffixes: bool = True,
    hidden: Collection[ResourceId] = (),
) -> ResourceMap:
    """What a kustomization with these fields makes of these resources.

    Args:
        resources: What it starts from.
        fields: kustomize's own fields, by name.
        added: More resources, and what ``configurations`` in the fields lists, by the name of their file.
        hash_suffixes: Whether content hashes end the names that ask for one.
        hidden: The resources that kustomize takes in disguise only, by the key of their id.

    Raises:
        InputError: A field cannot be applied to these resources.
    """
    files = _files([], resources, fields, added or {}, hidden)
    fs = MemoryFileSystem({os.path.join(_FOLDER, name): text for name, text in files.items()})
    return build(_FOLDER, fs, hash_suffixes=hash_suffixes)


def _files(
    base: Sequence[str],
    resources: Iterable[Resource],
    fields: Mapping[str, Any],
    added: Mapping[str, Body],
    hidden: Collection[ResourceId],
) -> dict[str, str]:
    bodies = [(resource.id.key in hidden, marked(resource)) for resource in resources]
    if hidden:
        reveal = [_revealed(body) for is_hidden, body in bodies if is_hidden]
        fields = {**fields, "patches": [*fields.get("patches", ()), *reveal]}
    listed = [name for name in added if name not in fields.get("configurations", ())]
    files = {
        "kustomization.yaml": yamlio.dump(
            [{"resources": [*base, *([_RESOURCES] if bodies else []), *listed], **fields}]
        ),
        _RESOURCES: yamlio.dump(disguise.disguised(body) if is_hidden else body for is_hidden, body in bodies),
    }
    files |= {name: yamlio.dump([body]) for name, body in added.items()}
    return files


def _revealed(body: Body) -> Body:
    return {"patch": yamlio.dump([disguise.revealing(body)]), **disguise.entry(body)}


def marked(resource: Resource) -> Body:
    """The body, with kustomize's own mark where a content hash is to end the name."""
    if not resource.needs_hash:
        return resource.body
    metadata = resource.body["metadata"]
    annotations = {**(metadata.get("annotations") or {}), "internal.config.kubernetes.io/needsHashSuffix": "enabled"}
    return {**resource.body, "metadata": {**metadata, "annotations": annotations}}
