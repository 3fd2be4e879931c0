"""The other overlays of a project that have the same base."""

from collections import defaultdict
from collections.abc import Iterator

from kgen import project
from kgen.commands.declaration import FILE, Declaration, Place, base_of, text_of
from kgen.errors import InputError
from kgen.overlay.couplings.apart import shared
from kgen.overlay.spec import Spec, parse


class Siblings:
    """What the overlays of projects declare: each project is read once in a run, when it is first asked for."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, list[tuple[str, Spec]]]] = {}

    def of(self, place: Place, declared: Declaration) -> Iterator[Spec]:
        """What the others of one base declare, where that matters: what is wrong with them, their own runs tell.

        Args:
            place: The overlay.
            declared: What its ``kgen.yaml`` says.
        """
        if declared.spec.namespace is None or not shared(declared.base):
            return
        if place.root not in self._known:
            self._known[place.root] = _by_base(place)
        for name, spec in self._known[place.root].get(base_of(place, declared.spec), ()):
            if name != place.name:
                yield spec


def _by_base(place: Place) -> dict[str, list[tuple[str, Spec]]]:
    """The names and declarations of all overlays of a project by the folder of their base."""
    found: defaultdict[str, list[tuple[str, Spec]]] = defaultdict(list)
    for name in project.overlay_names(place.root, (FILE,)):
        other = Place(place.root, project.overlay_folder(place.root, name), place.start, name)
        spec = _said(other)
        if spec is not None:
            found[base_of(other, spec)].append((name, spec))
    return found


def _said(place: Place) -> Spec | None:
    try:
        text = text_of(place.file)
    except InputError:
        return None
    spec, errors = parse(text or "", place.file)
    return None if text is None or errors else spec
