"""Which line of which file made a change: read from the origins of the fields of the state after."""

from collections.abc import Callable
from dataclasses import replace

from kgen.errors import Origin
from kgen.origins import FieldOrigins
from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.resource import ResourceMap

Place = Callable[[Origin], Origin]
"""How a person is told a place."""


def origins_of_interest(comparison: Comparison) -> frozenset[Origin]:
    """Where the changed resources come from: what a build has to follow so that it can tell."""
    return frozenset(
        change.after.origin
        for change in comparison.resources
        if change.after is not None and change.after.origin is not None and change.op == "change"
    )


def with_causes(comparison: Comparison, followed: ResourceMap, place: Place) -> Comparison:
    """The comparison with the line that made each change.

    Args:
        comparison: What differs.
        followed: The state after, built with the origins of the fields of what differs.
        place: How a person is told a place.
    """
    return replace(comparison, resources=tuple(_caused(change, followed, place) for change in comparison.resources))


def _caused(change: ResourceChange, followed: ResourceMap, place: Place) -> ResourceChange:
    if change.after is None:
        return change
    if change.before is None:
        origin = change.after.origin
        return change if origin is None else replace(change, cause=place(origin))
    resource = followed.get(change.after.id)
    if resource is None or resource.origins is None:
        return change
    known = resource.origins
    return replace(change, fields=tuple(_told(field, known, place) for field in change.fields))


def _told(field: FieldChange, origins: FieldOrigins, place: Place) -> FieldChange:
    """A field that is not there any more has no origin; what is left of its parents may have been changed for it."""
    if field.after_at is None:
        return field
    found = origins.at(*field.after_at)
    return replace(field, cause=place(found.changed.origin if found.changed else found.made))
