"""``kgen build``: what a kustomization builds."""

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from kgen import yamlio
from kgen.errors import InputError, KgenError, Origin
from kgen.filesystem import DiskFileSystem, FileSystem
from kgen.resource import Body, Resource

if TYPE_CHECKING:
    from kgen.kustomize.legacy import Oddity
    from kgen.yamlio.recall import Recall

Engine = Literal["builtin", "kubectl", "kustomize"]
Output = Literal["yaml", "json"]


class Built(NamedTuple):
    """The text of a build, and what kustomize accepts there but nobody meant, each with its place."""

    text: str
    warnings: tuple[tuple[str, Origin | None], ...] = ()


def build(  # noqa: PLR0913  # each is an option of the command
    path: str,
    *,
    engine: Engine = "builtin",
    output: Output = "yaml",
    restricted: bool = True,
    revision: str | None = None,
    cached: bool = False,
) -> Built:
    """What the kustomization in this folder builds.

    Args:
        path: The folder of the kustomization.
        engine: Who builds: kgen itself, or a tool on PATH.
        output: ``yaml``, byte for byte as kustomize prints it, or ``json``, one ``List``.
        restricted: Whether files must lie in or below the folder of the kustomization that names them.
        revision: The Git revision to read the files of; None for those on the disk.
        cached: Whether large files that were parsed may be kept in the person's cache.

    Raises:
        InputError: Something is wrong with the files, or there is no such revision.
        Unsupported: The built-in engine refuses a feature.
        ToolError: The tool failed.
    """
    if revision is not None and engine != "builtin":
        raise InputError(
            f"--revision is built by kgen itself, not by {engine}",
            hint="check it out beside this with `git worktree add`, and build it there",
        )
    if revision is not None:
        return _at_revision(path, revision, output, _recall(cached=cached), restricted=restricted)
    folder = _folder(path, os.path.abspath(path), DiskFileSystem())
    if engine != "builtin":
        return Built(_by_tool(folder, engine, output, restricted=restricted))
    return _built(folder, DiskFileSystem(), output, _recall(cached=cached), restricted=restricted)


def _recall(*, cached: bool) -> "Recall":
    from kgen.cache import user_cache
    from kgen.yamlio.recall import Recall

    return Recall(user_cache() if cached else None)


def _built(folder: str, fs: FileSystem, output: Output, recall: "Recall", *, restricted: bool) -> Built:
    from kgen.kustomize import build as builtin

    oddities: list[Oddity] = []
    resources = builtin(folder, fs, restricted=restricted, oddities=oddities, recall=recall)
    text = _as_json(resources) if output == "json" else _as_yaml(resources)
    return Built(text, tuple((oddity.message, oddity.origin) for oddity in oddities))


def _as_yaml(resources: Iterable[Resource]) -> str:
    """All as one text; what cannot be printed is placed where the resource began."""
    place: Origin | None = None

    def bodies() -> Iterator[Body]:
        nonlocal place
        for resource in resources:
            place = resource.origin
            yield resource.body

    try:
        return yamlio.dump(bodies())
    except KgenError as error:
        error.led_from(place)
        raise


def _at_revision(path: str, name: str, output: Output, recall: "Recall", *, restricted: bool) -> Built:
    from kgen.external.revision import revision
    from kgen.overlay import env_file

    with revision(os.path.abspath(path), name) as found, found.placing():
        fs = env_file.from_disk(found.fs)
        built = _built(_folder(path, found.folder, fs), fs, output, recall, restricted=restricted)
    return built._replace(warnings=tuple((message, found.place(origin)) for message, origin in built.warnings))


def _by_tool(folder: str, engine: Engine, output: Output, *, restricted: bool) -> str:
    from kgen.external import kubectl

    run = kubectl.build if engine == "kubectl" else kubectl.kustomize_build
    text = run(folder, restricted=restricted)
    if output == "yaml":
        return text
    return _as_json(Resource(document.body) for document in yamlio.load(text, f"the output of {engine}"))


def _folder(path: str, folder: str, fs: FileSystem) -> str:
    """The absolute folder; a path to the kustomization file itself is a common slip."""
    if fs.is_file(folder):
        raise InputError(
            "this is a file, not a folder with a kustomization",
            origin=Origin(folder),
            hint=f"name its folder: {os.path.dirname(path) or '.'}",
        )
    return folder


def _as_json(resources: Iterable[Resource]) -> str:
    from kgen.renderers import json

    return json.resource_list(resources)
