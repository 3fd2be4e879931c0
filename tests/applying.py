"""The changes of a comparison applied to the state before: the law is that this gives the state after."""

import copy
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kgen.preview.comparison import Comparison, FieldChange
from kgen.resource import Body, Resource


def applied(comparison: Comparison, before: Iterable[Resource]) -> list[Body]:
    """The bodies after: those that stay, those that changed, those that came."""
    left = {id(resource): resource.body for resource in before}
    found = []
    for change in comparison.resources:
        was = left.pop(id(change.before)) if change.before is not None else None
        if change.before is None and change.after is not None:
            found.append(change.after.body)
        elif was is not None and change.after is not None:
            found.append(body_after(was, change.fields))
    return [*left.values(), *found]


def body_after(body: Body, fields: Iterable[FieldChange]) -> Any:
    """One body with its changes made."""
    body, rest = copy.deepcopy(body), []
    for field in fields:
        if field.op == "change" and field.before_at and field.after_at and field.before_at[0] != field.after_at[0]:
            (old, key), (new, _) = field.before_at, field.after_at  # a Secret's value that moved
            del body[old][key]
            body.setdefault(new, {})[key] = field.after
        else:
            rest.append(field)
    return _apply(body, rest, 0)


def _apply(node: Any, fields: list[FieldChange], depth: int) -> Any:
    whole = [field for field in fields if len(_at(field)) == depth and field.op == "change"]
    if whole:
        assert len(fields) == 1, "a value is replaced once"
        return copy.deepcopy(whole[0].after)
    return _apply_list(node, fields, depth) if isinstance(node, list) else _apply_map(node, fields, depth)


def _at(field: FieldChange) -> tuple[str | int, ...]:
    at = field.after_at if field.after_at is not None else field.before_at
    assert at is not None
    return at


def _apply_map(node: Any, fields: list[FieldChange], depth: int) -> Any:
    below: defaultdict[Any, list[FieldChange]] = defaultdict(list)
    for field in fields:
        below[_at(field)[depth]].append(field)
    for key, inner in below.items():
        ends = [field for field in inner if len(_at(field)) == depth + 1 and field.op in {"add", "remove"}]
        if ends and ends[0].op == "remove":
            del node[key]
        elif ends:
            assert key not in node
            node[key] = copy.deepcopy(ends[0].after)
        else:
            node[key] = _apply(node.get(key, {}), inner, depth + 1)
    return node


def _apply_list(items: list[Any], fields: list[FieldChange], depth: int) -> list[Any]:
    order = next((field.order for field in fields if field.op == "reorder" and len(_at(field)) == depth), None)
    here = [field for field in fields if len(_at(field)) == depth + 1]
    added = {int(_at(field)[depth]): field.after for field in here if field.op == "add"}
    removed = {_at(field)[depth] for field in here if field.op == "remove"}
    stayed = order or [index for index in range(len(items)) if index not in removed]
    places = (index for index in range(len(stayed) + len(added)) if index not in added)
    came_from = dict(zip(places, stayed, strict=True))
    below: defaultdict[int, list[FieldChange]] = defaultdict(list)
    for field in fields:
        is_inside = len(_at(field)) > depth + 1 or (len(_at(field)) == depth + 1 and field.op in {"change", "reorder"})
        if is_inside and field.after_at is not None:
            below[came_from[int(field.after_at[depth])]].append(field)
        elif is_inside and field.before_at is not None:
            below[int(field.before_at[depth])].append(field)
    result = [_apply(items[i], below[i], depth + 1) if i in below else items[i] for i in stayed]
    for index in sorted(added):
        result.insert(index, copy.deepcopy(added[index]))
    return result
