"""A wish for one field, with its reason; and what a base becomes when wishes are granted."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from kgen.errors import InputError
from kgen.fieldpath import FieldPath, ItemKey
from kgen.resource import Body, Resource, ResourceId, ResourceMap


class Absent:
    """The value of a field that is not there: unlike null, which YAML can hold."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


REMOVED: Final = FieldPath(("$patch",))
"""The path of an edit that takes a whole resource away."""

HASHED: Final = FieldPath(("$hash",))
"""The path of an edit that lets a hash of its content end the name of a resource."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Set one field of one resource, or remove it; at the empty path, add a resource, at `REMOVED` take one away.

    At `HASHED` a hash of its content is to end the name of a resource.

    Attributes:
        resource: Which resource, by its id in the base.
        path: Which field; maps and list items on the way are created when missing.
        value: Plain data, or ABSENT to remove the field.
        reason: Why, in words for a person; it becomes the comment in the patch and the reason in the preview.
    """

    resource: ResourceId
    path: FieldPath
    value: Any
    reason: str


_WHOLE: Final = (FieldPath(), REMOVED, HASHED)
"""The paths of edits that are about a whole resource."""


def apply_edits(resources: ResourceMap, edits: Iterable[Edit]) -> ResourceMap:
    """The resources with the edits made, in order; the given ones stay as they are.

    Raises:
        InputError: A field on the way is something else than Kubernetes has there.
    """
    edits = list(edits)
    resources = _whole(resources, edits)
    bodies: dict[ResourceId, Body] = {}
    for edit in edits:
        key = edit.resource.key
        if edit.path in _WHOLE:
            continue
        resource = resources.get(key)
        if resource is None:
            raise KeyError(str(edit.resource))
        if key not in bodies:
            bodies[key] = {**resource.body}
        try:
            _set(bodies[key], edit.path, edit.value)
        except (TypeError, AttributeError):
            message = f"{edit.resource}: {edit.path} leads through something that is no map and no list"
            raise InputError(message, origin=resource.origin, hint="mend it in the base") from None
    return resources.with_bodies(bodies) if bodies else resources


def _whole(resources: ResourceMap, edits: list[Edit]) -> ResourceMap:
    """The resources with those that come, without those that go; some with a hash."""
    gone, hashed = ({edit.resource.key for edit in edits if edit.path == path} for path in (REMOVED, HASHED))
    new = {edit.resource.key: edit.value for edit in edits if not edit.path.segments}
    if not gone and not new and not hashed:
        return resources
    kept = [resource for resource in resources if resource.id.key not in gone | new.keys()]
    kept = [replace(resource, needs_hash=True) if resource.id.key in hashed else resource for resource in kept]
    return ResourceMap([*kept, *(Resource(copy.deepcopy(body)) for body in new.values())])


def overruled(edits: Iterable[Edit], by: Iterable[Edit]) -> Iterator[Edit]:
    """The edits that still hold after later ones: where those set a field again, their reason counts."""
    again: dict[ResourceId, list[FieldPath]] = {}
    for edit in by:
        again.setdefault(edit.resource.key, []).append(edit.path)
    for edit in edits:
        paths = again.get(edit.resource.key, ())
        if not any(is_on(edit.path, path) or path == REMOVED for path in paths):
            yield edit


def is_on(inner: FieldPath, outer: FieldPath) -> bool:
    """Whether a field is another one, or in it."""
    return inner.segments[: len(outer.segments)] == outer.segments


def _set(body: Body, path: FieldPath, value: Any) -> None:
    """Set a field; what is on the way is copied, what is beside it is shared with the body from before."""
    *parents, last = path.segments
    node: Any = body
    for segment, following in zip(parents, path.segments[1:], strict=True):
        node = _step(node, segment, [] if isinstance(following, ItemKey | int) else {})
    if isinstance(last, ItemKey):
        node[:] = [item for item in node if not last.matches(item)] + ([] if value is ABSENT else [value])
    elif value is ABSENT:
        node.pop(last, None) if isinstance(node, dict) else node.pop(int(last))
    else:
        node[last] = copy.deepcopy(value)


def _step(node: Any, segment: str | int | ItemKey, empty: Any) -> Any:
    """One step down, into a copy."""
    if isinstance(segment, ItemKey):
        place = next((index for index, item in enumerate(node) if segment.matches(item)), None)
        if place is None:
            place = len(node)
            node.append(dict(segment.fields))
        segment = place
    if isinstance(segment, str) and node.get(segment) is None:
        node[segment] = empty
    node[segment] = copy.copy(node[segment])
    return node[segment]
