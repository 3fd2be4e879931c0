"""The state after, with what a person ignores as it was before: what patches of a preview are to make."""

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from kgen.fieldpath import FieldPath
from kgen.preview.comparison import Comparison, FieldChange, ResourceChange, Steps
from kgen.resource import Body, Resource


def keep(whole: Comparison, shown: Comparison, after: Iterable[Resource]) -> tuple[Resource, ...]:
    """The resources after, without the changes that are not shown.

    Args:
        whole: What differs.
        shown: The same without what is ignored.
        after: The resources after.
    """
    kept = {_place(change): change for change in shown.resources}
    made: dict[int, Resource | None] = {}
    back: list[Resource] = []
    for change in whole.resources:
        left = kept.get(_place(change))
        if change.after is not None:
            made[id(change.after)] = _made(change, left)
        elif left is None and change.before is not None:
            back.append(change.before)
    found = (made.get(id(resource), resource) for resource in after)
    return (*(resource for resource in found if resource is not None), *back)


def _place(change: ResourceChange) -> tuple[int, int]:
    return id(change.before), id(change.after)


def _made(change: ResourceChange, left: ResourceChange | None) -> Resource | None:
    """A resource after without what is ignored of its change; None where it is not to come."""
    if left is None or change.before is None or change.after is None:
        return change.before if left is None else change.after
    shown = set(map(_what, left.fields))
    ignored = [field for field in change.fields if _what(field) not in shown]
    if not ignored:
        return change.after
    return replace(change.after, body=undone(change.before.body, change.after.body, change.fields, ignored))


def _what(field: FieldChange) -> tuple[str, Steps | None, Steps | None]:
    """What tells a change from all others of its resource, whatever else is noted in it meanwhile."""
    return field.op, field.before_at, field.after_at


def undone(before: Body, after: Body, fields: Sequence[FieldChange], ignored: Iterable[FieldChange]) -> Body:
    """The body after with some of the changes that led to it taken back.

    Args:
        before: The body before.
        after: The body after.
        fields: All changes.
        ignored: Those to take back.
    """
    body = copy.deepcopy(after)
    found = [(field, _way(body, field)) for field in ignored]  # before anything moves
    items: defaultdict[int, list[tuple[list[Any], FieldChange]]] = defaultdict(list)
    for field, way in found:
        if field.op == "reorder":
            _put_back(_at(way[-1], field.after_at or ()), field, fields)
        elif isinstance(way[-1], dict):
            _undo(body, way[-1], field)
        elif field.op == "change":
            way[-1][_last(field)] = copy.deepcopy(field.before)
        else:
            items[id(way[-1])].append((way[-1], field))
    for edits in items.values():
        _undo_items(edits[0][0], [field for _, field in edits])
    for field, way in found:
        if field.op == "add":
            _drop_empty(before, field, way)
    return body


def _way(body: Body, field: FieldChange) -> list[Any]:
    """The values that lead to a field in the body after, down to what it is in; of a reordered list all is at once."""
    if field.op == "reorder":
        return [body]
    where = field.after_at[:-1] if field.after_at is not None else _above(field.path).positions(body)
    return [_at(body, where[:depth]) for depth in range(len(where) + 1)]


def _above(path: FieldPath) -> FieldPath:
    return FieldPath(path.segments[:-1])


def _at(body: Any, steps: Steps) -> Any:
    for step in steps:
        body = body[step]
    return body


def _last(field: FieldChange) -> Any:
    return (field.after_at or field.before_at or ("",))[-1]


def _undo(body: Body, container: Body, field: FieldChange) -> None:
    """In a map."""
    if field.op == "add":
        del container[_last(field)]
        return
    if field.op == "change" and field.before_at and field.after_at and field.before_at[0] != field.after_at[0]:
        del container[_last(field)]  # a Secret's value that moved
        container = body.setdefault(str(field.before_at[0]), {})
    container[_last(field)] = copy.deepcopy(field.before)


def _undo_items(items: list[Any], fields: Sequence[FieldChange]) -> None:
    came = {_last(field) for field in fields if field.op == "add"}
    items[:] = [item for index, item in enumerate(items) if index not in came]
    for field in sorted((field for field in fields if field.op == "remove"), key=_last):
        items.insert(_last(field), copy.deepcopy(field.before))


def _put_back(items: list[Any], field: FieldChange, fields: Iterable[FieldChange]) -> None:
    """The items that stay, in their order before; what came keeps its place."""
    came = {_last(each) for each in fields if each.op == "add" and (each.after_at or ())[:-1] == field.after_at}
    places = [index for index in range(len(items)) if index not in came]
    stayed = {was: items[place] for was, place in zip(field.order, places, strict=True)}
    for place, was in zip(places, sorted(field.order), strict=True):
        items[place] = stayed[was]


def _drop_empty(before: Body, field: FieldChange, way: Sequence[Any]) -> None:
    """A map that came with this field goes with it: it is told by its leaves."""
    for depth in range(len(way) - 1, 0, -1):
        key = field.path.segments[depth - 1]
        is_new = FieldPath(field.path.segments[:depth]).get(before) is None
        if way[depth] != {} or not is_new or not isinstance(key, str) or key not in way[depth - 1]:
            return
        del way[depth - 1][key]
