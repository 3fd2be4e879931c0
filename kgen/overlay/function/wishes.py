"""What a function did to the resources it was given → a wish, with the reason of every change."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from kgen.fieldpath import FieldPath
from kgen.overlay.desired import Wish
from kgen.overlay.differences import differences
from kgen.overlay.edits import ABSENT, REMOVED, Edit, is_on, overruled
from kgen.overlay.function.journal import Entry, Journal
from kgen.overlay.function.plain import plain
from kgen.overlay.function.reasons import listening
from kgen.overlay.function.resources import Resources, identities
from kgen.resource import Body, Resource, ResourceId, ResourceMap


def granted(wished: Wish, function: Callable[[Resources], None], default: str) -> Wish:
    """The wish as a function leaves it; the given one stays as it is.

    Args:
        wished: What the rules and the declaration make of the base.
        function: What changes the resources.
        default: The reason of a change that has none.

    Raises:
        InputError: What the function leaves behind is no set of resources.
    """
    journal = Journal(wished.edited, default)
    with listening(journal):
        function(Resources(journal))
    journal.look()
    named = identities(journal)
    made = [edit for entry in (*journal.entries, *journal.removed) for edit in _edits(entry, named)]
    edited = ResourceMap(_resource(entry, named) for entry in journal.entries)
    return replace(wished, edited=edited, edits=(*overruled(wished.edits, made), *made), is_free=True)


def _resource(entry: Entry, named: dict[Entry, ResourceId]) -> Resource:
    """A resource that has another identity than it was given with tells that one."""
    if entry.given is None:
        return Resource(plain(entry.body, entry.name))
    given, renamed = entry.given, named[entry].key != entry.given.id.key
    if entry.body is None:
        return given
    previous = (*given.previous_ids, given.id) if renamed else given.previous_ids
    return Resource(plain(entry.body, entry.name), given.origin, previous, given.needs_hash)


def _edits(entry: Entry, named: dict[Entry, ResourceId]) -> Iterator[Edit]:
    """What was changed, by the identity the resource had."""
    if entry not in named:
        if entry.given:
            yield Edit(entry.given.id, REMOVED, ABSENT, entry.why)
    elif entry.given is None:
        for reason in dict.fromkeys((entry.why, *entry.said.values())):
            yield Edit(named[entry], FieldPath(), entry.body, reason)
    elif entry.said:
        yield from _changes(entry, entry.given.id, entry.given.body)


def _changes(entry: Entry, resource: ResourceId, before: Body) -> Iterator[Edit]:
    """A reason for each field that differs in the end, and for what changed again inside it or around it."""
    found: dict[FieldPath, str] = {}
    for path in differences(before, entry.body):
        found |= {said: reason for said, reason in entry.said.items() if is_on(said, path) or is_on(path, said)}
    for path, reason in found.items():
        value = path.get(entry.body)
        yield Edit(resource, path, ABSENT if value is None else value, reason)
