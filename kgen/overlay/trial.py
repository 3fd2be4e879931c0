"""Builds in memory: what resources become under kustomize's own fields."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from kgen import yamlio
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.resource import Body, Resource, ResourceMap

_FOLDER = "/trial"


def under_fields(
    resources: Iterable[Resource],
    fields: Mapping[str, Any],
    added: Mapping[str, Body] | None = None,
    *,
    hash_suffixes: bool = True,
) -> ResourceMap:
    """What a kustomization with these fields makes of these resources.

    Args:
        resources: What it starts from.
        fields: kustomize's own fields, by name.
        added: More resources, by the name of their file.
        hash_suffixes: Whether content hashes end the names that ask for one.

    Raises:
        InputError: A field cannot be applied to these resources.
    """
    added = added or {}
    files = {
        "kustomization.yaml": yamlio.dump([{"resources": ["resources.yaml", *added], **fields}]),
        "resources.yaml": yamlio.dump(marked(resource) for resource in resources),
    }
    files |= {name: yamlio.dump([body]) for name, body in added.items()}
    fs = MemoryFileSystem({os.path.join(_FOLDER, name): text for name, text in files.items()})
    return build(_FOLDER, fs, hash_suffixes=hash_suffixes)


def marked(resource: Resource) -> Body:
    """The body, with kustomize's own mark where a content hash is to end the name."""
    if not resource.needs_hash:
        return resource.body
    metadata = resource.body["metadata"]
    annotations = {**(metadata.get("annotations") or {}), "internal.config.kubernetes.io/needsHashSuffix": "enabled"}
    return {**resource.body, "metadata": {**metadata, "annotations": annotations}}
