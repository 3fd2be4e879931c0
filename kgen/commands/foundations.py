"""What kustomizations build upon, and which of those that lie around are overlays."""

import os
from collections.abc import Iterator
from typing import Final, NamedTuple

from kgen import project
from kgen.errors import KgenError
from kgen.filesystem import FileSystem

_PASSED_OVER: Final = ("node_modules", "vendor")


class Foundations(NamedTuple):
    """What a kustomization builds upon: whole kustomizations among its resources.

    Attributes:
        folders: Those that lie here, absolute.
        remote: The addresses of the others.
    """

    folders: list[str]
    remote: list[str]


def foundations(folder: str, fs: FileSystem) -> Foundations:
    """What the kustomization of a folder builds upon.

    Raises:
        InputError: It is wrong.
        Unsupported: It uses what kgen does not build.
    """
    from kgen.kustomize import kustomization, remote

    listed = kustomization.load(project.kustomization_file(folder, fs), fs).resources
    found = Foundations([], [])
    for entry in listed:
        if remote.is_remote(entry):
            found.remote.extend([] if remote.parse(entry).is_file else [entry])
        elif fs.is_dir(path := os.path.normpath(os.path.join(folder, entry))):
            found.folders.append(path)
    return found


def remote_name(address: str) -> str:
    """The short name of a remote kustomization."""
    from kgen.kustomize import remote

    found = remote.parse(address)
    return os.path.basename(found.path) or os.path.basename(found.url).removesuffix(".git")


def is_kustomization(folder: str, fs: FileSystem) -> bool:
    """Whether a folder holds a kustomization."""
    return fs.is_file(project.kustomization_file(folder, fs))


def overlays(start: str, root: str | None, fs: FileSystem, *, alone: bool = False) -> list[str]:
    """The overlays that are meant where nobody names any, absolute.

    Args:
        start: The folder the person is in.
        root: The project's root, if there is one: then all in its ``overlays/`` are meant, and those deeper in there
            that build upon another and that no other one includes. Where none is there, all kustomizations at or below
            `start` that build upon another one are, hidden folders and ``node_modules`` aside; one that cannot be read
            counts, so that somebody is told.
        fs: Where to look.
        alone: Whether those count too that build upon none, where no other one includes them: what a repository has
            changed is in them as well.
    """
    if root is not None:
        folder = os.path.join(root, "overlays")
        found = [path for name in fs.names(folder) if is_kustomization(path := os.path.join(folder, name), fs)]
        if found:
            return [*found, *_deeper(folder, set(found), fs)]
    seen = {folder: _look(folder, fs) for folder in _kustomizations(start, fs)}
    included = {path for look in seen.values() for path in look.includes}
    return [path for path, look in seen.items() if look.is_upon or (alone and look.is_whole and path not in included)]


def _deeper(folder: str, known: set[str], fs: FileSystem) -> list[str]:
    """The overlays in folders of a folder that are none of those known: ``overlays/prod/eu``."""
    paths = list(_kustomizations(folder, fs))
    if known.issuperset(paths):
        return []
    seen = {path: _look(path, fs) for path in paths}
    included = {path for look in seen.values() for path in look.includes}
    return [path for path, look in seen.items() if look.is_upon and path not in known | included]


class _Look(NamedTuple):
    """A kustomization at first sight.

    Attributes:
        is_whole: Whether it can be built alone, as a component cannot.
        is_upon: Whether it can, and builds upon another one.
        includes: The folders of all that it includes.
    """

    is_whole: bool
    is_upon: bool
    includes: tuple[str, ...] = ()


def _kustomizations(folder: str, fs: FileSystem) -> Iterator[str]:
    if is_kustomization(folder, fs):
        yield folder
    for name in fs.names(folder):
        path = os.path.join(folder, name)
        is_ours = not name.startswith(".") and name not in _PASSED_OVER
        if is_ours and fs.is_dir(path) and fs.real(path) == os.path.join(fs.real(folder), name):
            yield from _kustomizations(path, fs)


def _look(folder: str, fs: FileSystem) -> _Look:
    """One that cannot be read counts, so that somebody is told."""
    from kgen.kustomize import kustomization

    try:
        found = kustomization.load(project.kustomization_file(folder, fs), fs)
        known = foundations(folder, fs)
    except (KgenError, OSError):
        return _Look(is_whole=True, is_upon=True)
    components = (os.path.normpath(os.path.join(folder, path)) for path in found.components)
    is_whole = found.kind == "Kustomization"
    return _Look(is_whole, is_whole and any(known), (*known.folders, *components))
