"""Ports of pods that NetworkPolicies name by number: where a pod gets another port, they follow, or it is told.

A policy is about the port of the pods, whatever the Service's is. An entry follows where it is about no other pods, and
all of them that had the old port have the same new one; where it is about others too, opening another port is a
person's choice.
https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from kgen.fieldpath import FieldPath
from kgen.overlay.couplings.following import Key
from kgen.overlay.edits import Edit, is_on
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, Resource, ResourceMap
from kgen.schema import pods
from kgen.schema.label_selectors import matches

_POLICY: Final = ("networking.k8s.io", "NetworkPolicy")


class Port(NamedTuple):
    """A port of pods."""

    number: int
    protocol: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A port, or some in a row, that a policy lets through.

    Attributes:
        policy: Which policy.
        path: Where the number is.
        ports: The numbers.
        protocol: Of which protocol.
        selectors: The pods that have the port.
        is_for_others: Whether it is about more than pods of the policy's own namespace.
    """

    policy: Resource
    path: FieldPath
    ports: range
    protocol: str
    selectors: Sequence[Any]
    is_for_others: bool

    def is_about(self, workload: Resource) -> bool:
        """Whether some of the ports are its pods'."""
        labels, spaces = pods.labels(workload.body), {one.id.key.namespace for one in (workload, self.policy)}
        return len(spaces) == 1 and any(matches(selector, labels) for selector in self.selectors)


Moves = Mapping[Port, int | None]
"""The ports that a workload had, with those that they are now; the same number where one stays, None where it goes."""


def follow(base: ResourceMap, edited: ResourceMap, taken: Collection[Key]) -> Iterator[Edit | Notice]:
    """What NetworkPolicies must say instead, or a person should know.

    Args:
        base: What the base builds.
        edited: The resources before kustomize's own fields apply.
        taken: Fields that a person sets, which stay.
    """
    entries = [entry for one in edited if one.id.gvk[::2] == _POLICY for entry in _entries(one)]
    workloads = [(one, base.get(one.id)) for one in edited if pods.pod_spec(one.body)] if entries else []
    moves = [(one, _moves(_known(source, base), _known(one, edited))) for one, source in workloads if source]
    for entry in entries:
        found = [(one, port, now) for one, ports in moves if entry.is_about(one) for port, now in ports.items()]
        found = [one for one in found if one[1].number in entry.ports and one[1].protocol == entry.protocol]
        becomes = {now for _, _, now in found}
        is_free = not any(entry.policy.id.key == key and is_on(entry.path, path) for key, path in taken)
        (number,) = becomes if len(becomes) == 1 else (None,)
        if len(entry.ports) == 1 and number and number not in entry.ports and is_free and not entry.is_for_others:
            yield Edit(
                entry.policy.id, entry.path, number, f"port {entry.ports[0]} of {found[0][0].id} is {number} now"
            )
        else:
            yield from (_told(entry, *one) for one in found if one[2] not in entry.ports)


def _told(entry: _Entry, workload: Resource, port: Port, now: int | None) -> Notice:
    return Notice(
        f"{entry.policy.id} lets through port {port.number} of {workload.id}, which {_now(now)}",
        f"let {entry.path} say so by a patch under patches: in kgen.yaml, unless others need it as it is",
    )


def _now(port: int | None) -> str:
    return "has no such port any more" if port is None else f"has {port} now"


def _entries(policy: Resource) -> Iterator[_Entry]:
    """Those of the pods that it is for, and those of the pods that these may reach."""
    spec = pods.mapping(policy.body, "spec") or {}
    for index, rule in _maps(spec.get("ingress")):
        yield from _ports(policy, ("spec", "ingress", index), rule, [spec.get("podSelector")], is_for_others=False)
    for index, rule in _maps(spec.get("egress")):
        peers = [peer for _, peer in _maps(rule.get("to"))] or [{"namespaceSelector": {}}]
        known = [peer.get("podSelector", {}) for peer in peers if "ipBlock" not in peer]
        is_for_others = any("ipBlock" in peer or "namespaceSelector" in peer for peer in peers)
        yield from _ports(policy, ("spec", "egress", index), rule, known, is_for_others=is_for_others)


def _ports(
    policy: Resource, above: tuple[str | int, ...], rule: Body, selectors: Sequence[Any], *, is_for_others: bool
) -> Iterator[_Entry]:
    for index, entry in _maps(rule.get("ports")):
        first, last = entry.get("port"), entry.get("endPort", entry.get("port"))
        if isinstance(first, int) and isinstance(last, int):
            path, protocol = FieldPath((*above, "ports", index, "port")), str(entry.get("protocol", "TCP"))
            yield _Entry(policy, path, range(first, last + 1), protocol, selectors, is_for_others)


def _maps(values: Any) -> Iterator[tuple[int, Body]]:
    return ((i, one) for i, one in enumerate(values if isinstance(values, list) else ()) if isinstance(one, dict))


def _moves(before: frozenset[Port], after: frozenset[Port]) -> Moves:
    """What becomes of each port: where one goes and one comes, that is it."""
    gone, come = before - after, after - before
    return {port: port.number if port in after else _successor(port, gone, come) for port in sorted(before)}


def _successor(port: Port, gone: Iterable[Port], come: Iterable[Port]) -> int | None:
    lost, new = ([one.number for one in ports if one.protocol == port.protocol] for ports in (gone, come))
    return new[0] if len(lost) == len(new) == 1 else None


def _known(workload: Resource, resources: ResourceMap) -> frozenset[Port]:
    """The ports of its containers, and those that Services send to."""
    found = [
        (one.get("containerPort"), one) for _, box in pods.containers(workload.body) for one in pods.items(box, "ports")
    ]
    for service in resources:
        if service.id.gvk[::2] == ("", "Service") and service.id.key.namespace == workload.id.key.namespace:
            selector = pods.mapping(service.body, "spec", "selector") or {}
            if selector and matches({"matchLabels": selector}, pods.labels(workload.body)):
                sent = pods.items(pods.mapping(service.body, "spec") or {}, "ports")
                found += [(one.get("targetPort", one.get("port")), one) for one in sent]
    return frozenset(Port(number, str(one.get("protocol", "TCP"))) for number, one in found if isinstance(number, int))
