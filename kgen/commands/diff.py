"""``kgen diff``: what each overlay changes of its base, and why."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kgen import project
from kgen.cache import user_cache
from kgen.errors import InputError, Origin
from kgen.filesystem import DiskFileSystem, FileSystem
from kgen.kustomize import build, kustomization
from kgen.preview.compare import compare
from kgen.preview.comparison import Comparison
from kgen.preview.reasons import explain, read_reasons
from kgen.resource import ResourceMap
from kgen.yamlio.recall import Recall

if TYPE_CHECKING:
    from kgen.kustomize.legacy import Oddity


def diff(
    names: Sequence[str], *, start: str, cached: bool = False, oddities: "list[Oddity] | None" = None
) -> list[Comparison]:
    """Compare overlays with their bases.

    Args:
        names: Names of overlays, or paths of kustomizations; none means every overlay of the project.
        start: The folder the person is in.
        cached: Whether large files that were parsed may be kept in the person's cache.
        oddities: Gets what kustomize accepts in the overlays and a person surely did not mean.

    Raises:
        InputError: Something is wrong with the files, or there is nothing to compare.
        Unsupported: The built-in engine refuses a feature.
    """
    fs = DiskFileSystem()
    recall = Recall(user_cache() if cached else None, again=True)
    return [_compare(folder, fs, recall, oddities) for folder in _folders(names, start)]


def _folders(names: Sequence[str], start: str) -> list[str]:
    if names:
        return [project.locate(start, name) for name in names]
    root = project.root(start)
    found = project.overlay_names(root)
    if not found:
        raise InputError(
            "there is no overlay to compare",
            origin=Origin(os.path.join(root, "overlays")),
            hint="`kgen overlay minikube` makes one",
        )
    return [os.path.join(root, "overlays", name) for name in found]


def _compare(folder: str, fs: FileSystem, recall: Recall, oddities: "list[Oddity] | None") -> Comparison:
    after = build(folder, fs, recall=recall, oddities=oddities)
    bases = _bases(folder, fs)
    before = ResourceMap(resource for base in bases for resource in build(base, fs, recall=recall))
    against = ", ".join(os.path.basename(base) for base in bases) or "nothing"
    comparison = compare(before, after, os.path.basename(folder), against)
    return explain(comparison, after, read_reasons(folder, fs))


def _bases(folder: str, fs: FileSystem) -> list[str]:
    """The folders among the resources of a kustomization: what it builds upon."""
    listed = kustomization.load(project.kustomization_file(folder, fs), fs).resources
    paths = [os.path.normpath(os.path.join(folder, entry)) for entry in listed]
    return [path for path in paths if fs.is_dir(path)]
