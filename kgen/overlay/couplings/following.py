"""What texts become when the things they name change, and which of them only a person can say."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from kgen.fieldpath import FieldPath
from kgen.overlay.couplings.meaning import Role, meant
from kgen.overlay.couplings.mentions import Mention, changes
from kgen.overlay.couplings.places import Place, places
from kgen.overlay.couplings.things import Course, Index, Thing
from kgen.resource import Resource, ResourceId

NONE: Final = "none"

Key = tuple[ResourceId, FieldPath]


class Followed(NamedTuple):
    """A text that names things, and what it becomes.

    Attributes:
        place: The text, of the resource as the base has it.
        resource: Its resource before kustomize's own fields apply.
        text: What it becomes.
        reason: Why, for a person.
        things: What it names.
        is_name: Whether it is nothing but the name of a resource.
    """

    place: Place
    resource: ResourceId
    text: str
    reason: str
    things: tuple[Thing, ...] = ()
    is_name: bool = False


class Leftover(NamedTuple):
    """A text that holds what the overlay changes, and is left alone."""

    address: str
    before: str
    things: tuple[Thing, ...]

    @property
    def proposal(self) -> str:
        """How ``couplings`` in ``kgen.yaml`` says that it names the first of the things."""
        return f"{self.address}: {self.things[0].wish}"

    def __str__(self) -> str:
        ends = [(thing.after, "-HASH" if thing.hashed else "") for thing in self.things if thing.after is not None]
        after = dict.fromkeys(repr(f"{name}{end}") for name, end in ends)
        now = f" is now {' or '.join(after)}" if after else " is another one now"
        return f"{self.address}: {self.before!r}{now} ({', '.join(dict.fromkeys(t.owner for t in self.things))})"


class Texts(NamedTuple):
    """What became of all texts."""

    followed: tuple[Followed, ...]
    leftovers: tuple[Leftover, ...]


class Declared(NamedTuple):
    """What is said of texts.

    Attributes:
        couplings: By address: ``none``, or what is named there.
        roles: What keys of applications name.
        taken: Texts that a person, a rule or a patch set.
        settled: Texts that the application's facts follow.
        made: Texts that features set, which follow as those of the base do.
    """

    couplings: Mapping[str, str]
    roles: Mapping[str, Role]
    taken: frozenset[Key]
    settled: frozenset[Key] = frozenset()
    made: frozenset[Key] = frozenset()


def follow(found: Iterable[Course], index: Index, wide: Index, said: Declared) -> Texts:
    """What texts become, and which are left behind.

    Args:
        found: The resources of the overlay as it is without couplings.
        index: What texts of the base can name.
        wide: What texts can name that features set: what they added too.
        said: What is said of texts.
    """
    followed: list[Followed] = []
    leftovers: list[Leftover] = []
    for course in () if wide.is_still else found:
        known = {place.path: place.text for place in places(course.base)} if course.base else {}
        for place in places(course.after):
            key = (course.edited.id.key, place.path)
            if key in said.settled:
                continue
            named = place._replace(resource=course.source.id)
            things = wide if key in said.made else index
            changed = changes(place.text, place.key, things)
            is_free = key in said.made or (known.get(place.path) == place.text and key not in said.taken)
            chosen = dict(_chosen(named, changed, things, said)) if is_free else {}
            if chosen:
                followed.append(_followed(named, course.edited, chosen))
            leftovers += _left(named, changed, chosen, said)
    return Texts(tuple(followed), tuple(leftovers))


def _chosen(place: Place, found: Iterable[Mention], index: Index, said: Declared) -> Iterator[tuple[Mention, Thing]]:
    """What is followed: what a person says, else what is sure; of mentions that lie over each other the first."""
    wish = said.couplings.get(place.address)
    end = 0
    for mention in found:
        if wish is None:
            thing = meant(mention, place, index, said.roles)
        else:
            thing = next((thing for thing in mention.things if thing.wish == wish), None)
        if thing is not None and thing.is_changed and thing.after is not None and mention.start >= end:
            yield mention, thing
            end = mention.end


def _followed(place: Place, source: Resource, chosen: Mapping[Mention, Thing]) -> Followed:
    text, end = "", 0
    for mention, thing in chosen.items():
        text += place.text[end : mention.start] + (thing.after or "")
        end = mention.end
    spans = [(mention.start, mention.end) for mention in chosen]
    is_name = spans == [(0, len(place.text))] and next(iter(chosen.values())).aspect == "name"
    things = tuple(chosen.values())
    reason = f"names {' and '.join(dict.fromkeys(thing.owner for thing in things))}"
    return Followed(place, source.id, text + place.text[end:], reason, things, is_name)


def _left(
    place: Place, found: Iterable[Mention], chosen: Mapping[Mention, Thing], said: Declared
) -> Iterator[Leftover]:
    """What is not followed, once for each word."""
    if place.address in said.couplings:
        return
    spans = {(mention.start, mention.end) for mention in chosen}
    words: dict[str, list[Thing]] = {}
    for mention in found:
        if (mention.start, mention.end) not in spans:
            word = place.text[mention.start : mention.end]
            words.setdefault(word, []).extend(thing for thing in mention.things if thing.is_changed)
    yield from (Leftover(place.address, word, tuple(dict.fromkeys(things))) for word, things in words.items())
