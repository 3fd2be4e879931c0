"""Builds in memory: what resources become under kustomize's own fields."""

import os
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kgen import yamlio
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay import disguise
from kgen.resource import Body, Resource, ResourceId, ResourceMap

_FOLDER = "/trial"


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
    added = added or {}
    bodies = [(resource.id.key in hidden, marked(resource)) for resource in resources]
    if hidden:
        reveal = [_revealed(body) for is_hidden, body in bodies if is_hidden]
        fields = {**fields, "patches": [*fields.get("patches", ()), *reveal]}
    listed = [name for name in added if name not in fields.get("configurations", ())]
    files = {
        "kustomization.yaml": yamlio.dump([{"resources": ["resources.yaml", *listed], **fields}]),
        "resources.yaml": yamlio.dump(disguise.disguised(body) if is_hidden else body for is_hidden, body in bodies),
    }
    files |= {name: yamlio.dump([body]) for name, body in added.items()}
    fs = MemoryFileSystem({os.path.join(_FOLDER, name): text for name, text in files.items()})
    return build(_FOLDER, fs, hash_suffixes=hash_suffixes)


def _revealed(body: Body) -> Body:
    return {"patch": yamlio.dump([disguise.revealing(body)]), **disguise.entry(body)}


def marked(resource: Resource) -> Body:
    """The body, with kustomize's own mark where a content hash is to end the name."""
    if not resource.needs_hash:
        return resource.body
    metadata = resource.body["metadata"]
    annotations = {**(metadata.get("annotations") or {}), "internal.config.kubernetes.io/needsHashSuffix": "enabled"}
    return {**resource.body, "metadata": {**metadata, "annotations": annotations}}
