"""The other overlays of a project that have the same base."""

from functools import lru_cache

from kgen import project
from kgen.commands.declaration import FILE, Declaration, Place, base_of, text_of
from kgen.errors import InputError
from kgen.overlay.couplings.apart import shared
from kgen.overlay.spec import Spec, parse


def siblings(place: Place, declared: Declaration) -> list[Spec]:
    """What the others declare, where that matters: whatever is wrong with them, their own runs tell.

    Args:
        place: The overlay.
        declared: What its ``kgen.yaml`` says.
    """
    if declared.spec.namespace is None or not shared(declared.base):
        return []
    base = base_of(place, declared.spec)
    found = []
    for name in project.overlay_names(place.root, (FILE,)):
        other = Place(place.root, project.overlay_folder(place.root, name), place.start, name)
        spec = _said(other) if name != place.name else None
        if spec is not None and base_of(other, spec) == base:
            found.append(spec)
    return found


def _said(place: Place) -> Spec | None:
    try:
        text = text_of(place.file)
    except InputError:
        return None
    return None if text is None else _parsed(text, place.file)


@lru_cache(1024)
def _parsed(text: str, path: str) -> Spec | None:
    spec, errors = parse(text, path)
    return None if errors else spec
