"""The other overlays of a project that have the same base."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from kgen import project
from kgen.commands import patch_files
from kgen.commands.declaration import FILE, Declaration, Place, base_of, text_of
from kgen.errors import InputError, KgenError
from kgen.overlay.couplings.apart import Sibling
from kgen.overlay.desired import wish
from kgen.overlay.handwritten import fold
from kgen.overlay.spec import Spec, parse
from kgen.resource import ResourceMap


class Siblings:
    """What the overlays of projects declare: each project is read once in a run, when it is first asked for."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, list[tuple[Place, Spec]]]] = {}
        self._edited: dict[Place, ResourceMap | None] = {}

    def of(self, place: Place, declared: Declaration) -> Iterator[Sibling]:
        """The others of one base: what is wrong with them, their own runs tell.

        Args:
            place: The overlay.
            declared: What its ``kgen.yaml`` says, with its base.
        """
        if place.root not in self._known:
            self._known[place.root] = _by_base(place)
        for other, spec in self._known[place.root].get(base_of(place, declared.spec), ()):
            if other.name != place.name:
                yield Sibling(other.name, spec, partial(self._made, other, spec, declared.base))

    def _made(self, place: Place, spec: Spec, base: ResourceMap) -> ResourceMap | None:
        if place not in self._edited:
            self._edited[place] = _edited(place, spec, base)
        return self._edited[place]


def _edited(place: Place, spec: Spec, base: ResourceMap) -> ResourceMap | None:
    """What an overlay makes of its base before kustomize's own fields; None where only its own run tells."""
    if spec.python is not None:
        return None
    try:
        return fold(wish(spec, base), patch_files.read(place, spec), place.folder).edited
    except KgenError:
        return None


def _by_base(place: Place) -> dict[str, list[tuple[Place, Spec]]]:
    """All overlays of a project with what they declare, by the folder of their base."""
    found: defaultdict[str, list[tuple[Place, Spec]]] = defaultdict(list)
    for name in project.overlay_names(place.root, (FILE,)):
        other = Place(place.root, project.overlay_folder(place.root, name), place.start, name)
        spec = _said(other)
        if spec is not None:
            found[base_of(other, spec)].append((other, spec))
    return found


def _said(place: Place) -> Spec | None:
    try:
        text = text_of(place.file)
    except InputError:
        return None
    spec, errors = parse(text or "", place.file)
    return None if text is None or errors else spec
