"""``kgen factor``: variants of one application become a base and overlays, proven, then written."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kgen import project
from kgen.commands.variants import read_variant
from kgen.errors import InputError, Origin
from kgen.overlay import emit
from kgen.overlay.factor import Factored
from kgen.overlay.factor import factor as made_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was written, or would be.

    Attributes:
        folder: Absolute.
        names: Of the variants.
        factored: What is in it now.
    """

    folder: str
    names: tuple[str, ...]
    factored: Factored


def factor(variants: Sequence[str], *, into: str, start: str, dry: bool = False) -> Outcome:
    """Turn variants into a base and overlays.

    Args:
        variants: ``NAME=PATH`` each: the overlay's name, and a kustomization or manifests.
        into: A folder that is not there yet, or empty.
        start: The folder the person is in.
        dry: Write nothing.

    Raises:
        InputError: Something is wrong with the variants or the folder; nothing was written.
        Unsupported: The built-in engine refuses a feature, or no overlay makes one of the variants.
    """
    target = os.path.realpath(os.path.join(start, into))
    paths = _paths(variants, start)
    _refuse_target(target, paths)
    made = made_of({name: read_variant(path) for name, path in paths.items()})
    if dry:
        return Outcome(target, tuple(paths), made)
    planned = [emit.plan_text(os.path.join(target, path), None, text) for path, text in made.files.items()]
    with emit.exclusive(_nearest(target)):
        _refuse_target(target, paths)  # again: somebody else may have been there meanwhile
        emit.write(planned)
    return Outcome(target, tuple(paths), made)


def _paths(variants: Sequence[str], start: str) -> dict[str, str]:
    """The absolute path of each variant."""
    paths: dict[str, str] = {}
    for said in variants:
        name, sign, path = said.partition("=")
        if not (sign and path):
            raise InputError(f"{said!r} names no variant", hint="say its name and where it is: dev=manifests/dev")
        project.overlay_folder("", name)
        if name.lower() in map(str.lower, paths):
            raise InputError(f"two variants are called {name!r}", hint="give each a name of its own")
        paths[name] = os.path.realpath(os.path.join(start, path))
        if not os.path.exists(paths[name]):
            raise InputError(f"there is no {path!r}", hint="name a kustomization, or what holds manifests")
    if len(paths) < 2:  # noqa: PLR2004  # one has nothing to share
        raise InputError(
            "one variant alone shares nothing", hint="name two or more: dev=manifests/dev prod=manifests/prod"
        )
    return paths


def _refuse_target(target: str, paths: Mapping[str, str]) -> None:
    """Stop where something would be overwritten, or read as an input the next time."""
    origin, hint = Origin(target), "name a folder that is not there yet: --into deploy"
    for path in paths.values():
        if (target + os.sep).startswith(path + os.sep):
            raise InputError("the folder to write lies in one of the variants", origin=origin, hint=hint)
    try:
        is_free = not os.path.lexists(target) or not os.listdir(target)
    except OSError as error:
        raise emit.failed("read", target, error) from None
    if not is_free:
        raise InputError("the folder to write is not empty", origin=origin, hint=hint)


def _nearest(folder: str) -> str:
    """The folder itself, or the nearest one above it that is there."""
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder
