"""The files of hand-written patches that a declaration lists, read from the disk."""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kgen.commands.declaration import Place
from kgen.errors import InputError, InputErrors
from kgen.overlay import emit, header
from kgen.overlay.handwritten import Handwritten
from kgen.overlay.spec import PatchFile, Spec, advice
from kgen.yamlio.source import decode

_NOTHING: Final[Mapping[str, str | None]] = MappingProxyType({})


def read(place: Place, declared: Spec, given: Mapping[str, str | None] = _NOTHING) -> list[Handwritten]:
    """The files in the order in which they apply.

    Args:
        place: The overlay.
        declared: What its ``kgen.yaml`` says.
        given: The text of files that are not written yet, by path in the overlay's folder.

    Raises:
        InputErrors: For each file that is not there, cannot be read, or is kgen's.
    """
    found: list[Handwritten] = []
    errors: list[InputError] = []
    for index, patch in enumerate(declared.patches):
        origin = declared.origin("patches", index)
        try:
            text = given.get(patch.path) or _text(place, patch)
        except InputError as error:
            error.led_from(origin)
            errors.append(error)
            continue
        found.append(Handwritten(patch.path, text, patch.target, origin))
    if errors:
        raise InputErrors(errors)
    return found


def _text(place: Place, patch: PatchFile) -> str:
    path = os.path.join(place.folder, patch.path)
    text = emit.read(path)
    if text is None:
        raise InputError(f"there is no file {patch.path} in {place.folder}", hint=_hint(place, patch))
    if header.recorded(text):
        raise InputError(
            f"{patch.path} is a file that kgen writes", hint="list files of your own, for example in edits/"
        )
    return decode(text.encode(errors="surrogateescape"), path)


def _hint(place: Place, patch: PatchFile) -> str:
    folder = os.path.dirname(patch.path)
    try:
        names = sorted(os.listdir(os.path.join(place.folder, folder)))
    except OSError:
        return "write it, or do not list it"
    known = [os.path.join(folder, name) for name in names if name.endswith((".yaml", ".yml", ".json"))]
    known = [path for path in known if path not in ("kgen.yaml", "kustomization.yaml")]
    return advice.nearest(patch.path, known, "there are") if known else "write it, or do not list it"
