"""Ports of a node that pods ask for: on each node one pod has a port, and the next one stays Pending.

A pod asks for a ``hostPort``, or with ``hostNetwork`` for each port of its containers; a DaemonSet has one pod on each
node. A rollout that starts a pod before it stops one waits for ever where all nodes have given the port away.
https://kubernetes.io/docs/concepts/configuration/overview/, ``NodePorts`` in
https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kgen import capacity
from kgen.errors import InputError
from kgen.preview.pairing import Identity
from kgen.preview.verdicts.rollouts import rollout
from kgen.preview.verdicts.situation import Changed, Situation
from kgen.preview.verdicts.wording import several
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods

_ALL: Final = "0.0.0.0"  # noqa: S104  # nothing is bound
_ELSEWHERE: Final = (
    "'maxSurge: 0' and 'maxUnavailable: 1' under spec.strategy.rollingUpdate let it stop the old one first"
)


class Port(NamedTuple):
    """A port of a node, on one of its addresses; empty for all of them."""

    number: int
    protocol: str
    address: str

    def __str__(self) -> str:
        return f"{self.number}/{self.protocol}"


class Crowd(NamedTuple):
    """A workload with a pod that finds no free port."""

    id: ResourceId
    message: str
    hint: str


Workloads = Iterable[tuple[ResourceId, Body]]


def crowds(situation: Situation, nodes: int) -> Iterator[Crowd]:
    """Each port that more pods ask for than there are nodes, and did not before; then rollouts that wait for one.

    Args:
        situation: Both states.
        nodes: How many nodes there are.
    """
    before, after = _asked(situation.workloads_before, nodes), _asked(situation.workloads, nodes)
    for port, users in after.items():
        asked = sum(users.values())
        if asked > nodes and asked > sum(before.get(port, {}).values()):
            message = f"{several(asked, 'pod')} ask for port {port} of a node, and there {_are(nodes)}: the others wait"
            yield Crowd(_newest(users, situation), message, "fewer replicas, another port, or a Service instead")
    for changed in situation.changed:
        taken = [port for port in _ports(changed.before) if sum(after.get(port, {}).values()) == nodes]
        if taken and _starts_first(changed, situation):
            message = (
                f"a rollout starts a second pod for port {taken[0]}, which each node has given away: it waits for ever"
            )
            yield Crowd(changed.id, message, _ELSEWHERE)


def _asked(workloads: Workloads, nodes: int) -> dict[Port, dict[ResourceId, int]]:
    """The ports that are asked for: how many pods of which workload."""
    found: defaultdict[Port, dict[ResourceId, int]] = defaultdict(dict)
    for known, body in workloads:
        for port in _ports(body):
            found[port][known] = nodes if known.gvk.kind == "DaemonSet" else pods.replicas(body)
    return found


def _ports(body: Body) -> Iterator[Port]:
    spec = pods.pod_spec(body) or {}
    for _, container in pods.containers(body):
        for entry in pods.items(container, "ports"):
            number = entry.get("hostPort") or (entry.get("containerPort") if spec.get("hostNetwork") is True else None)
            if isinstance(number, int) and number:
                yield Port(number, str(entry.get("protocol") or "TCP"), _address(entry))


def _address(port: Body) -> str:
    address = port.get("hostIP")
    return address if isinstance(address, str) and address != _ALL else ""


def _newest(users: Iterable[ResourceId], situation: Situation) -> ResourceId:
    """Who asks for it since the change; any of them where that is an old one with more replicas."""
    found = list(users)
    new = [
        known for known in found if Identity.of(known) in situation.is_new or Identity.of(known) in situation.changes
    ]
    return (new or found)[-1]


def _are(nodes: int) -> str:
    return "is one node" if nodes == 1 else f"are {nodes} nodes"


def _starts_first(changed: Changed, situation: Situation) -> bool:
    """Whether a Deployment rolls out, and starts a pod before it may stop one."""
    found = rollout(changed, situation) if changed.kind == ("apps", "Deployment") else None
    if found is None or not found.pods or capacity.makes_room(changed.after):
        return False
    try:
        return any(asked.surge for asked in capacity.workloads((Resource(changed.after),)))
    except InputError:  # a quantity that is refused anyway
        return False
