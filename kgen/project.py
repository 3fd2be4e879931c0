"""Where things are: the project's root, its overlays, and what a name or a path on the command line means."""

import os
import re
from collections.abc import Callable, Sequence
from typing import Final

from kgen.errors import InputError, Origin
from kgen.filesystem import FileSystem

KUSTOMIZATION_NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")

_MOST_NAMES: Final = 20
_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


def find_root(start: str) -> str | None:
    """The nearest folder, from this one up, that holds ``overlays/`` or ``base/``."""
    folder = os.path.abspath(start)
    while True:
        if any(os.path.isdir(os.path.join(folder, name)) for name in ("overlays", "base")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def home(folder: str, start: str) -> str:
    """What paths in a preview are told from: the repository around a folder, else its project, else `start`."""
    above = folder
    while not os.path.exists(os.path.join(above, ".git")):
        if above == os.path.dirname(above):
            return find_root(folder) or start
        above = os.path.dirname(above)
    return above


def root(start: str) -> str:
    """As `find_root`.

    Raises:
        InputError: There is none.
    """
    found = find_root(start)
    if found is None:
        raise InputError(
            "no project here: neither this folder nor one above it holds overlays/ or base/",
            origin=Origin(os.path.abspath(start)),
            hint="go to the project's folder, or make base/ with your manifests and a kustomization.yaml",
        )
    return found


def overlay_folder(project: str, name: str) -> str:
    """The folder of the overlay with this name, there or not.

    Raises:
        InputError: The name cannot be one folder's.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot name an overlay",
            hint="a name is one folder's below overlays/: letters, digits, '-', '_' and '.', as in 'staging'",
        )
    return os.path.join(project, "overlays", name)


def overlay_names(project: str, marker: tuple[str, ...] = KUSTOMIZATION_NAMES) -> list[str]:
    """The names of the overlays that hold one of these files, in order.

    Raises:
        InputError: The folder cannot be read.
    """
    folder = os.path.join(project, "overlays")
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot list the overlays: {reason}", origin=Origin(folder)) from None
    return [name for name in names if any(os.path.isfile(os.path.join(folder, name, file)) for file in marker)]


def kustomization_file(folder: str, fs: FileSystem) -> str:
    """The path of the kustomization in a folder; that of a missing one where there is none."""
    paths = [os.path.join(folder, name) for name in KUSTOMIZATION_NAMES]
    return next((path for path in paths if fs.is_file(path)), paths[0])


def locate(start: str, name: str, elsewhere: Callable[[], Sequence[str]] = tuple) -> str:
    """The folder that a name (of an overlay) or a path means.

    Args:
        start: The folder the person is in.
        name: The name, or a path.
        elsewhere: Gives the paths of overlays that no project's ``overlays/`` holds.

    Raises:
        InputError: Neither is there.
    """
    project = find_root(start)
    if project is not None and _NAME.fullmatch(name):
        folder = os.path.join(project, "overlays", name)
        if os.path.isdir(folder):
            return folder
    path = os.path.join(os.path.abspath(start), name)
    if os.path.exists(path):
        return os.path.normpath(path)
    known = overlay_names(project) if project is not None else []
    raise InputError(f"no overlay and no folder is called {name!r}", hint=_suggestion(name, known or elsewhere()))


def _suggestion(name: str, known: Sequence[str]) -> str:
    import difflib

    by_name = {os.path.basename(path): path for path in known} | {path: path for path in known}
    close = difflib.get_close_matches(name, by_name, 1)
    if close:
        return f"did you mean {by_name[close[0]]!r}?"
    if known:
        more = [f"{len(known) - _MOST_NAMES:,} more"] if len(known) > _MOST_NAMES else []
        return f"the overlays are: {', '.join([*known[:_MOST_NAMES], *more])}"
    return "there are no overlays yet: `kgen overlay minikube` makes one"
