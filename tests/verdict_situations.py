"""Builders of what the verdicts' tests start from: two states, and what differs between them."""

from collections.abc import Sequence
from typing import Any

from kgen.capacity import Amount
from kgen.preview.compare import compare
from kgen.preview.comparison import Finding
from kgen.preview.verdicts import Node, Rule, Situation
from kgen.resource import Body, Resource, ResourceId

Pair = tuple[Body | None, Body | None]


def situation(
    *pairs: Pair,
    beside: Sequence[Body] = (),
    node: Node | None = None,
    kubernetes: tuple[int, int] = (1, 33),
) -> Situation:
    """What judges see.

    Args:
        pairs: Each resource before and after; None where it is not there. One by another name says so.
        beside: What is the same before and after.
        node: The declared nodes.
        kubernetes: The version of the API server.
    """
    both = tuple(Resource(body) for body in beside)
    before = tuple(Resource(body) for body, _ in pairs if body is not None)
    after = tuple(_resource(*pair) for pair in pairs if pair[1] is not None)
    comparison = compare((*before, *both), (*after, *both))
    return Situation(comparison, (*before, *both), (*after, *both), node, kubernetes)


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


def _resource(before: Body | None, after: Body | None) -> Resource:
    assert after is not None
    return Resource(after, previous_ids=() if before is None else (ResourceId.of(before),))
