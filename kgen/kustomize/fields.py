"""The one walker of field specs: from a resource to the places a path leads to.

Lists on the way are walked item by item. What `create` makes is kustomize's choice: maps on the way, and the field
itself, but never a list or its items.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from kgen.errors import InputError
from kgen.kustomize.draft import Draft
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.scalars import check_key, kind_of
from kgen.resource import Body

Visit = Callable[["Place"], None]


_NO_NAME = frozenset("*-+[0123456789")


class Place(NamedTuple):
    """A value inside a resource, by what holds it."""

    holder: Any
    key: Any

    @property
    def value(self) -> Any:
        """What is there now."""
        return self.holder[self.key]

    def put(self, value: Any) -> None:
        """Put something else there."""
        self.holder[self.key] = value


def visit(draft: Draft, spec: FieldSpec, action: Visit, empty: Callable[[], Any] | None = None) -> None:
    """Call the action at each place the spec leads to.

    Args:
        draft: Where to look; the spec must select its kind.
        spec: The field.
        action: What to do there.
        empty: Makes the value of the field where the spec creates it; without it nothing is ever created.

    Raises:
        InputError: The path leads through a plain value, or the action failed; with the resource and the field.
    """
    if spec.path.startswith("metadata/annotations"):
        show_notes(draft)
    try:
        _walk(draft.body, spec.steps, action, empty if spec.create else None)
    except InputError as error:
        error.message += f" (field '{spec.path}' of {draft.id})"
        error.origin = draft.origin
        raise


def show_notes(draft: Draft) -> None:
    """Kustomize keeps its notes in annotations, so there are some, and nothing else in their place."""
    if draft.has_notes and not isinstance(draft.metadata.get("annotations"), dict):
        draft.metadata["annotations"] = {}


def _walk(node: Any, steps: tuple[str, ...], action: Visit, empty: Callable[[], Any] | None) -> None:
    if isinstance(node, dict):
        _enter(node, steps, action, empty)
    elif isinstance(node, list):
        for item in node:
            _walk(item, steps, action, empty)
    elif node is not None:
        raise InputError(f"a map or a list is expected above '{steps[0]}', not the plain value {node!r}")


def _enter(node: Body, steps: tuple[str, ...], action: Visit, empty: Callable[[], Any] | None) -> None:
    step, rest = steps[0], steps[1:]
    is_list = step.endswith("[]")
    key = (step[:-2] if is_list else step).strip()
    if not key:
        raise InputError("the path has an empty field name")
    if key[0] in _NO_NAME and _is_for_lists(key):
        raise InputError(f"'{key}' does not name a field of a map")
    make: Callable[[], Any] | None = list if is_list else empty if not rest or empty is None else dict
    if key not in node:
        if make is None or is_list:
            return
        check_key(key)
        node[key] = make()
    elif node[key] is None and make in (dict, list):  # a null that is to be a plain value is set as it is
        node[key] = make()
    if rest:
        _walk(node[key], rest, action, empty)
    else:
        action(Place(node, key))


def _is_for_lists(step: str) -> bool:
    """Whether kustomize takes it for a wildcard, or for an item of a list; lists are entered without a word, though."""
    return step in ("*", "-") or is_position(step) or (step.startswith("[") and step.endswith("]"))


def is_position(text: str) -> bool:
    """Whether Go reads it as a whole number; what does not fit 64 bits is the name of a field."""
    return re.fullmatch(r"[-+]?[0-9]{1,99}", text) is not None and -(2**63) <= int(text) < 2**63


def entries(place: Place) -> Body:
    """The map at this place.

    Raises:
        InputError: It is a list or a plain value.
    """
    if not isinstance(place.value, dict):
        raise InputError(f"a map is expected, not a {kind_of(place.value)}")
    return place.value
