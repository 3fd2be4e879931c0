"""Builders of what the verdicts' tests start from: two states, and what differs between them."""

from collections.abc import Iterator, Sequence
from typing import Any

from kgen.capacity import Amount
from kgen.equality import same
from kgen.fieldpath import FieldPath, ItemKey
from kgen.preview.comparison import Comparison, FieldChange, Finding, ResourceChange, Sort
from kgen.preview.verdicts import Node, Rule, Situation
from kgen.preview.verdicts.situation import key
from kgen.resource import Body, Resource, ResourceId

Pair = tuple[Body | None, Body | None]
Sorts = dict[str, Sort]


def situation(
    *pairs: Pair,
    beside: Sequence[Body] = (),
    sorts: Sorts | None = None,
    node: Node | None = None,
    kubernetes: tuple[int, int] = (1, 33),
) -> Situation:
    """What judges see.

    Args:
        pairs: Each resource before and after; None where it is not there.
        beside: What is the same before and after.
        sorts: What the change of a field, by its path, amounts to, where it is no other value.
        node: The declared nodes.
        kubernetes: The version of the API server.
    """
    before = [Resource(body) for body, _ in pairs if body is not None]
    after = [Resource(body) for _, body in pairs if body is not None]
    same_ones = [Resource(body) for body in beside]
    changes = [_change(pair, sorts or {}) for pair in pairs]
    comparison = Comparison("after", "before", tuple(change for change in changes if change is not None))
    return Situation(comparison, (*before, *same_ones), (*after, *same_ones), node, kubernetes)


def said(rule: Rule, of: Situation) -> list[tuple[str, str]]:
    """Which resource, and the message."""
    return [(str(finding.resource), finding.message) for finding in rule.findings(of)]


def one(rule: Rule, of: Situation) -> Finding:
    found = list(rule.findings(of))
    assert len(found) == 1, [finding.message for finding in found]
    return found[0]


def body(api_version: str, kind: str, name: str, namespace: str | None = "prod", **fields: Any) -> Body:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def with_(origin: Body, path: str, value: Any = None) -> Body:
    """A copy in which one field, ``spec.template.spec.containers.0.image``, is another; None takes it away."""
    copy: Any = _copy(origin)
    node = copy
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/" if "/" in path else ".")]
    for step in steps:
        node = node.setdefault(step, {}) if isinstance(node, dict) and isinstance(step, str) else node[step]
    if value is None:
        node.pop(last)
    else:
        node[last] = value
    assert isinstance(copy, dict)
    return copy


def workload(kind: str = "Deployment", name: str = "web", **spec: Any) -> Body:
    labels = {"app": name}
    pod = {"containers": [{"name": "main", "image": "reg/web:1.0", "env": [{"name": "A", "value": "1"}]}]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return body("apps/v1", kind, name, spec={"selector": {"matchLabels": labels}, "template": template, **spec})


IMAGE = "spec.template.spec.containers.0.image"


def amount(cpu: int, mebibytes: int) -> Amount:
    return Amount(cpu, mebibytes * 1024 * 1024)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _change(pair: Pair, sorts: Sorts) -> ResourceChange | None:
    before, after = pair
    if before is None or after is None:
        return ResourceChange(before and Resource(before), after and Resource(after))
    fields = tuple(
        _sorted(field, sorts)
        for field in _fields(before, after, ())
        if not (field.path.segments[:1] == ("metadata",) and field.path.segments[-1] in ("name", "namespace"))
        or key(ResourceId.of(before)) != key(ResourceId.of(after))
    )
    return ResourceChange(Resource(before), Resource(after), fields) if fields else None


def _sorted(field: FieldChange, sorts: Sorts) -> FieldChange:
    sort = sorts.get(str(field.path), "value")
    return FieldChange(field.op, field.path, field.before, field.after, sort=sort)


def _fields(before: Any, after: Any, path: tuple[Any, ...]) -> Iterator[FieldChange]:
    if same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            if name not in before:
                yield FieldChange("add", FieldPath((*path, name)), None, after[name])
            elif name not in after:
                yield FieldChange("remove", FieldPath((*path, name)), before[name], None)
            else:
                yield from _fields(before[name], after[name], (*path, name))
    elif _named(before) and _named(after):
        yield from _items({i["name"]: i for i in before}, {i["name"]: i for i in after}, path)
    else:
        yield FieldChange("change", FieldPath(path), before, after)


def _items(before: dict[str, Any], after: dict[str, Any], path: tuple[Any, ...]) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*before, *after)):
        item = FieldPath((*path, ItemKey((("name", name),))))
        if name not in before:
            yield FieldChange("add", item, None, after[name])
        elif name not in after:
            yield FieldChange("remove", item, before[name], None)
        else:
            yield from _fields(before[name], after[name], item.segments)
    if before.keys() == after.keys() and list(before) != list(after):
        yield FieldChange("reorder", FieldPath(path), list(before), list(after))


def _named(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(i, dict) and "name" in i for i in value)
