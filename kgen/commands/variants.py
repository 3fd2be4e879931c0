"""The inputs of ``kgen factor``: folders and files of manifests, and kustomizations."""

import os
from collections.abc import Iterator, Mapping
from typing import Final

from kgen import project, yamlio
from kgen.commands import manifests
from kgen.errors import InputError, KgenError, Origin
from kgen.filesystem import DiskFileSystem, MemoryFileSystem
from kgen.kustomize import build
from kgen.kustomize.draft import Draft
from kgen.kustomize.manifests import drafts
from kgen.overlay import env_file
from kgen.overlay.factor import Variant
from kgen.resource import Resource, ResourceId, ResourceMap
from kgen.yamlio.libyaml import split

_LOCAL: Final = "config.kubernetes.io/local-config"


def read_variant(path: str) -> Variant:
    """What is at a path.

    Args:
        path: Absolute: of a kustomization, which is built, or of manifests. Of a folder all ``*.yaml``, ``*.yml``
            and ``*.json`` at or below it are read, hidden ones aside.

    Raises:
        InputError: Something is wrong with the files, there is nothing, or what is to stay out of Git.
        Unsupported: The built-in engine refuses a feature.
    """
    folder = os.path.dirname(path) if os.path.basename(path) in project.KUSTOMIZATION_NAMES else path
    if any(os.path.isfile(os.path.join(folder, name)) for name in project.KUSTOMIZATION_NAMES):
        fs = env_file.with_placeholders(DiskFileSystem())
        resources = build(folder, fs)
        if fs.used:
            raise InputError(
                f"this makes a Secret of {env_file.NAME}, which is not in Git; factored, it would be",
                origin=Origin(folder),
                hint="switch features.credentials off in its kgen.yaml, factor, and switch it on again",
            )
        lines = yamlio.dump(resource.body for resource in resources).count("\n")
        variant = Variant(_plain(resources), {}, lines)
    else:
        variant = _manifests(path)
    if not len(variant.resources):
        raise InputError("there is no resource here", origin=Origin(path), hint="name what holds manifests")
    return variant


def _plain(resources: ResourceMap) -> ResourceMap:
    """The resources as they are, content hashes being a part of their names."""
    return ResourceMap(Resource(resource.body, resource.origin) for resource in resources)


def _manifests(path: str) -> Variant:
    disk = DiskFileSystem()
    contents = {file: manifests.content(file, disk) for file in manifests.files(path, disk)}
    texts = {key: text for file, content in contents.items() for key, text in _texts(file, content)}
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    resources = _built(folder, contents) if contents else ResourceMap()
    lines = sum(len(content.splitlines()) for content in contents.values())
    return Variant(resources, texts, lines)


def _built(folder: str, contents: Mapping[str, bytes]) -> ResourceMap:
    """What kustomize makes of the manifests, by a kustomization that is not there and that no error leads to."""
    listed = yamlio.dump([{"resources": [os.path.relpath(file, folder) for file in contents]}])
    fs = MemoryFileSystem({**contents, os.path.join(folder, project.KUSTOMIZATION_NAMES[0]): listed})
    try:
        return _plain(build(folder, fs))
    except KgenError as error:
        for part in error.parts:
            part.chain = ()
        raise


def _drafts(path: str, content: bytes) -> list[Draft]:
    """The resources of a file.

    Raises:
        InputError: It holds something else, or what a build would leave out; with the place.
    """
    try:
        found = drafts(content, path)
    except InputError as error:
        raise manifests.unrendered(error, content) from None
    for draft in found:
        annotations = draft.metadata.get("annotations")
        if isinstance(annotations, dict) and str(annotations.get(_LOCAL)).lower() == "true":
            raise InputError(
                f"kustomize leaves out {draft.id}, which has the annotation {_LOCAL}",
                origin=draft.origin,
                hint="remove the annotation, or the resource",
            )
    return found


def _texts(path: str, content: bytes) -> Iterator[tuple[ResourceId, str]]:
    """The resources of a file as they are written, comments and all, but for those in lists and in JSON."""
    found = _drafts(path, content)
    if path.endswith(".json"):
        return
    chunks = list(split(content, path))
    for draft in found:
        line = draft.origin.line if draft.origin else None
        if len(draft.place) == 1 and line:
            chunk = [chunk for chunk in chunks if chunk.lines_before < line][-1]
            yield ResourceId.of(draft.body).key, _tidy(chunk.text.decode())


def _tidy(text: str) -> str:
    """A document that is alone in its file."""
    return text.removeprefix("\ufeff").removeprefix("---\n").strip("\n") + "\n"
