"""What the API server refuses whatever was there before: values that contradict one another, ports out of range.

Only what kubectl's previews let through or what a patch easily leaves behind; what one state lacks otherwise is the
business of checks.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kgen import quantity
from kgen.fieldpath import FieldPath, ItemKey
from kgen.preview.pairing import Identity
from kgen.preview.verdicts import node_ports, remedies
from kgen.preview.verdicts.situation import Situation, dig
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods
from kgen.schema.label_selectors import matches

_SELECTING: Final = frozenset(
    (("apps", "Deployment"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"), ("apps", "StatefulSet"))
)


class Invalid(NamedTuple):
    """What is refused of one resource, what to do, and where."""

    message: str
    hint: str
    path: FieldPath


def invalid_values(resource: Resource, situation: Situation) -> Iterator[Invalid]:
    """Each reason to refuse the resource as it is after."""
    identity, body = resource.id, resource.body
    kind = (identity.gvk.group, identity.gvk.kind)
    if kind in _SELECTING:
        yield from _unmatched(body)
    if kind == ("apps", "Deployment"):
        yield from _contradictory_strategy(body)
    if kind == ("", "Service"):
        yield from _node_ports(identity, body, situation)
        yield from _of_another_type(identity, body, situation)
    if pods.pod_spec_path(identity.gvk) is not None:
        yield from _more_than_the_limit(identity, body)


def _unmatched(body: Body) -> Iterator[Invalid]:
    selector, labels = dig(body, ("spec", "selector")), dig(body, ("spec", "template", "metadata", "labels"))
    if isinstance(selector, dict) and selector and matches(selector, labels or {}) is False:
        yield Invalid(
            "refused: spec.selector does not match the labels of its own template",
            "give spec.template.metadata.labels every label that spec.selector asks for",
            FieldPath(("spec", "selector")),
        )


def _contradictory_strategy(body: Body) -> Iterator[Invalid]:
    strategy = dig(body, ("spec", "strategy"))
    if isinstance(strategy, dict) and strategy.get("type") == "Recreate" and strategy.get("rollingUpdate") is not None:
        yield Invalid(
            "refused: strategy Recreate does not go with rollingUpdate",
            "remove it with 'rollingUpdate: null' in the patch, or keep type: RollingUpdate",
            FieldPath(("spec", "strategy", "rollingUpdate")),
        )


def _node_ports(identity: ResourceId, body: Body, situation: Situation) -> Iterator[Invalid]:
    for path, number in node_ports.asked_for(body):
        if number not in node_ports.RANGE:
            yield Invalid(
                f"refused: nodePort {number} is not within 30000-32767 (a dry run does not notice)",
                "take one within 30000-32767, or leave it out and get any",
                path,
            )
        others = [other for other in situation.node_ports.get(number, ()) if other != identity]
        behind = situation.node_ports_behind.get(number, ())
        if others:
            yield Invalid(
                f"refused: nodePort {number} is also that of {others[0]} (a dry run does not notice)",
                "give one of them another, or leave it out and get any",
                path,
            )
        elif behind:
            yield Invalid(
                f"refused: nodePort {number} is still that of {behind[0]}, which apply -k does not delete",
                f"{remedies.delete(behind[0])}, then apply",
                path,
            )


def _of_another_type(identity: ResourceId, body: Body, situation: Situation) -> Iterator[Invalid]:
    """What a Service of type ClusterIP has none of; what it had as a NodePort goes by itself, unless it changes too."""
    spec = pods.mapping(body, "spec") or {}
    if spec.get("type") not in (None, "ClusterIP"):
        return
    changed = situation.changes.get(Identity.of(identity))
    before = pods.mapping(changed.before, "spec") or {} if changed else {}
    asked = list(node_ports.asked_for({"spec": {**spec, "type": "NodePort"}}))
    kept = {number for _, number in node_ports.asked_for({"spec": before})}
    hint = "leave it out, or say 'type: NodePort'"
    for path, number in asked if {number for _, number in asked} != kept else ():
        yield Invalid(f"refused: nodePort {number} does not go with type ClusterIP", hint, path)
    policy = spec.get("externalTrafficPolicy")
    if policy and not spec.get("externalIPs") and before.get("type") not in ("NodePort", "LoadBalancer"):
        path = FieldPath(("spec", "externalTrafficPolicy"))
        yield Invalid(f"refused: externalTrafficPolicy {policy} does not go with type ClusterIP", hint, path)


def _more_than_the_limit(identity: ResourceId, body: Body) -> Iterator[Invalid]:
    """Of a StatefulSet only the pods are refused, in most versions: https://github.com/kubernetes/kubernetes/pull/131790."""
    who = "its pods are refused" if identity.gvk.kind == "StatefulSet" else "refused"
    path = FieldPath(pods.pod_spec_path(identity.gvk) or ())
    for field, container in pods.containers(body):
        requests, limits = (pods.mapping(container, "resources", name) or {} for name in ("requests", "limits"))
        for measure, request in requests.items():
            if measure in limits and _exceeds(request, limits[measure]):
                item = ItemKey.of(container, ("name",))
                yield Invalid(
                    f"{who}: {container.get('name')} requests {request} {measure}, its limit is {limits[measure]}",
                    "raise the limit or lower the request",
                    path / field / item / "resources" / "requests" / measure,
                )


def _exceeds(request: Any, limit: Any) -> bool:
    try:
        return quantity.parse(request) > quantity.parse(limit)
    except ValueError:
        return False
