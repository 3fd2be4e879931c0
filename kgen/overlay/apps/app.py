"""What kgen knows of an application: what its settings name, and what else must change with them.

A member of this package is a module that satisfies `App`: facts with their sources.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from kgen.fieldpath import FieldPath
from kgen.overlay.couplings.following import Followed, Key
from kgen.overlay.couplings.meaning import Role
from kgen.overlay.couplings.places import Place, places
from kgen.overlay.couplings.things import Course
from kgen.overlay.edits import Edit
from kgen.overlay.rules.state import Notice
from kgen.schema import pods


class Setting(NamedTuple):
    """A text of the base with what the overlay makes of it.

    Attributes:
        course: Of which resource.
        before: As in the base.
        after: As in the overlay.
        is_free: Whether nobody set it.
    """

    course: Course
    before: Place
    after: Place
    is_free: bool

    def becomes(self, text: str, reason: str) -> Followed:
        """The text with another content."""
        return Followed(self.before, self.course.edited.id, text, reason)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the facts of an application are held against.

    Attributes:
        courses: The resources of the overlay as it is without couplings.
        taken: Texts that somebody set.
        made: Texts that features set, which follow as those of the base do.
        ignored: Addresses of texts that a person says name nothing.
    """

    courses: Sequence[Course]
    taken: frozenset[Key]
    ignored: frozenset[str] = frozenset()
    made: frozenset[Key] = frozenset()

    def settings(self) -> Iterator[Setting]:
        """All texts that are in the base and in the overlay."""
        for course in self.courses:
            if course.base is None:
                continue
            now = {place.path: place for place in places(course.after)}
            for before in places(course.base):
                after = now.get(before.path)
                if after is not None:
                    key = (course.edited.id.key, before.path)
                    is_same = key not in self.taken and before.text == after.text
                    yield Setting(course, before, after, is_same or key in self.made)

    def images(self) -> Iterator[tuple[str, str]]:
        """The images of all containers of the base, each with what it becomes."""
        for course in self.courses:
            now = {(kind, body.get("name")): body.get("image") for kind, body in pods.containers(course.after.body)}
            for kind, body in pods.containers(course.base.body if course.base else {}):
                before, after = body.get("image"), now.get((kind, body.get("name")))
                if isinstance(before, str) and isinstance(after, str):
                    yield before, after


def added(course: Course, key: str, text: str, reason: str) -> Followed:
    """A new key of a ConfigMap or Secret."""
    field = "data" if course.after.id.gvk.kind == "ConfigMap" else "stringData"
    place = Place(course.source.id, FieldPath((field, key)), "", key, key)
    return Followed(place, course.edited.id, text, reason)


class App(Protocol):
    """A module of this package; its docstring is its documentation."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """What ``app`` in ``kgen.yaml`` calls it."""

    @property
    def ROLES(self) -> Mapping[str, Role]:  # noqa: N802 - a constant of the module
        """What its settings name."""

    def runs(self, image: str, /) -> bool:
        """Whether an image is surely one of it."""

    def follows(self, scene: Scene, /) -> Iterator[Followed]:
        """What must change with what the overlay changes, beside what names it; or stays all the same."""

    def edits(self, scene: Scene, /) -> Iterator[Edit]:
        """What must change that is no text: ports, above all."""

    def notices(self, scene: Scene, /) -> Iterator[Notice]:
        """What a person should know."""
