"""What pods request, what a rollout adds, and whether nodes hold it: one arithmetic, without opinions.

The scheduler places a pod where its *requests* fit, whatever it really uses: the sum of the requests on a node
never exceeds the node's allocatable amount. A request that is absent takes the value of the limit.
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

Counted are CPU and memory. Not counted is what files do not say: a LimitRange's defaults, an autoscaler's replicas.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, Literal

from kgen import quantity
from kgen.errors import InputError
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods

Measure = Literal["cpu", "memory"]
MEASURES: Final[tuple[Measure, ...]] = ("memory", "cpu")

Number = Fraction | float
"""Exact; a float only as ``math.inf``, for a node whose size in this measure is not known."""

_SURGE: Final[Mapping[tuple[str, str], str | int]] = {("apps", "Deployment"): "25%", ("apps", "DaemonSet"): 0}
"""The default of ``maxSurge`` in the kinds that have it.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge
https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/
"""


_UNAVAILABLE: Final = "25%"
"""The default of ``maxUnavailable`` of a Deployment."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Cores and bytes."""

    cpu: Number = Fraction(0)
    memory: Number = Fraction(0)

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.cpu + other.cpu, self.memory + other.memory)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.cpu - other.cpu, self.memory - other.memory)

    def __mul__(self, times: int) -> "Amount":
        return self if times == 1 else Amount(self.cpu * times, self.memory * times)

    def of(self, measure: Measure) -> Number:
        """One of the two."""
        return self.cpu if measure == "cpu" else self.memory

    def fits(self, room: "Amount") -> bool:
        """Whether it is within the room in both measures; asking for nothing fits anywhere."""
        return not self.exceeds(room)

    def exceeds(self, room: "Amount") -> tuple[Measure, ...]:
        """The measures in which it asks for something and for more than the room."""
        return tuple(measure for measure in MEASURES if self.of(measure) and self.of(measure) > room.of(measure))


@dataclass(frozen=True, slots=True)
class Workload:
    """What a resource with pods asks of the nodes.

    Attributes:
        id: Which resource.
        pod: The requests of one of its pods.
        pods: How many run at once in the steady state.
        surge: How many more a rollout starts before it stops the first of them.
        on_every_node: Whether one pod runs on each node (a DaemonSet).
        together: What ties its pods to those of all workloads with the same on one node; empty for nothing.
    """

    id: ResourceId
    pod: Amount
    pods: int
    surge: int = 0
    on_every_node: bool = False
    together: str = ""

    @property
    def steady(self) -> Amount:
        """The requests of all its pods."""
        return self.pod * self.pods


@dataclass(frozen=True, slots=True)
class Placement:
    """What happens when pods are put on nodes.

    Attributes:
        left: The room left on each node.
        unplaced: The workloads of which not all pods found room.
        homes: The node of those that are tied together.
    """

    left: tuple[Amount, ...]
    unplaced: tuple[Workload, ...] = ()
    homes: Mapping[str, int] = field(default_factory=dict)

    def left_for(self, workload: Workload) -> tuple[Amount, ...]:
        """The room that further pods of a workload can take."""
        home = self.homes.get(workload.together)
        return self.left if home is None else (self.left[home],)


Claim = tuple[str, str]
"""The namespace and name of a PersistentVolumeClaim."""


def workloads(
    resources: Iterable[Resource], nodes: int = 1, on_one_node: Collection[Claim] = ()
) -> tuple[Workload, ...]:
    """What each resource with pods asks for, in the order of the resources.

    Args:
        resources: The resources.
        nodes: How many nodes there are.
        on_one_node: Claims whose volume is on one node, and so all pods that use it.

    Raises:
        InputError: A quantity does not parse.
    """
    found = [r for r in resources if pods.pod_spec_path(r.id.gvk) is not None]
    tied = _tied([_claims(resource) & set(on_one_node) for resource in found])
    return tuple(_workload(resource, nodes, tie) for resource, tie in zip(found, tied, strict=True))


def _claims(resource: Resource) -> set[Claim]:
    """The claims that its pods share; those of a StatefulSet's templates belong to one pod each."""
    volumes = pods.items(pods.pod_spec(resource.body) or {}, "volumes")
    sources = (pods.mapping(volume, "persistentVolumeClaim") or {} for volume in volumes)
    return {(resource.id.namespace, str(source["claimName"])) for source in sources if source.get("claimName")}


def _tied(claims: Sequence[set[Claim]]) -> list[str]:
    """One name for all workloads that are tied by claims, also over others; empty where there is none."""
    groups: list[set[Claim]] = []
    for found in claims:
        touching = [group for group in groups if group & found]
        groups = [group for group in groups if not group & found] + ([found.union(*touching)] if found else [])
    return [next(("/".join(min(group)) for group in groups if group & found), "") for found in claims]


def total(of: Iterable[Workload]) -> Amount:
    """The requests of all pods in the steady state."""
    return sum((workload.steady for workload in of), Amount())


def place(of: Sequence[Workload], nodes: Sequence[Amount]) -> Placement:
    """Put the steady state's pods on nodes, given the free room of each.

    DaemonSets first, one pod a node (all of them on the one machine where several nodes share it), then the largest
    pods first, each on the first node with room; what is tied together is one piece. On one node this is exact; on
    several it is a way that works, which the scheduler may or may not take.
    """
    left = list(nodes)
    homeless: list[Workload] = []
    for workload in (w for w in of if w.on_every_node):
        placed = [_settle(workload, 1, left, number % len(left)) for number in range(workload.pods)]
        homeless += [workload] if 0 in placed else []
    pieces = sorted(_pieces(w for w in of if not w.on_every_node), key=lambda w: (-w.pod.memory, -w.pod.cpu))
    placement = _fill([(piece, piece.pods) for piece in pieces], left)
    lost = {piece.together for piece in placement.unplaced if piece.together}
    unplaced = [w for w in of if w.together in lost] + [w for w in placement.unplaced if not w.together]
    return Placement(placement.left, (*homeless, *unplaced), placement.homes)


def _pieces(of: Iterable[Workload]) -> list[Workload]:
    """Each workload, but those that are tied together as one with a single large pod."""
    alone: list[Workload] = []
    tied: dict[str, Workload] = {}
    for workload in of:
        if not workload.together:
            alone.append(workload)
        elif workload.together in tied:
            piece = tied[workload.together]
            tied[workload.together] = replace(piece, pod=piece.pod + workload.steady)
        else:
            tied[workload.together] = replace(workload, pod=workload.steady, pods=1)
    return [*alone, *tied.values()]


def surge_fits(workload: Workload, left: Sequence[Amount]) -> bool:
    """Whether a rollout of this workload alone finds room for its extra pods in what the steady state leaves."""
    return not _fill([(workload, workload.surge)], left).unplaced


def makes_room(body: Body) -> bool:
    """Whether a Deployment's rollout may stop a pod before its successor runs: by default from four replicas on."""
    written = (pods.mapping(body, "spec", "strategy", "rollingUpdate") or {}).get("maxUnavailable")
    return resolve(written, pods.replicas(body), _UNAVAILABLE, up=False) > 0


def no_room_for_surge(workload: Workload, left: Sequence[Amount]) -> str:
    """In words, what a rollout asks for that the steady state does not leave; for one that does not fit."""
    lacking = [(workload.pod * workload.surge).exceeds(room) for room in left]
    measure: Measure = next((measures[0] for measures in lacking if measures), "memory")
    asked, most = show(workload.pod.of(measure), measure), show(max(room.of(measure) for room in left), measure)
    node = "the roomiest node" if len(left) > 1 else "the node of its volume" if workload.together else "the node"
    running = "the first still runs" if workload.pods == 1 else f"all {workload.pods} still run"
    more = f"{workload.surge} more pods of {asked} each" if workload.surge > 1 else f"one more pod of {asked}"
    number = f"a second pod of {asked}" if workload.pods == workload.surge == 1 else more
    return f"a rollout starts {number} while {running}; {node} has {most} left"


def show(amount: Number, measure: Measure) -> str:
    """An amount that is known, as people write it: ``512Mi``, ``500m CPU``."""
    known = Fraction(amount)
    return quantity.mebibytes(known) if measure == "memory" else f"{quantity.millicores(known)} CPU"


def container_request(container: Body, measure: Measure) -> Fraction:
    """What one container requests: its request, else its limit, else nothing.

    Raises:
        ValueError: The quantity does not parse.
    """
    return _requested(pods.mapping(container, "resources"), measure)


def pod_request(spec: Body, measure: Measure) -> Number:
    """What one pod requests, given its spec.

    The containers that run on (``containers`` and, in ``initContainers``, those with ``restartPolicy: Always``) add
    up; each other init container needs room for itself beside the earlier ones that run on; the larger counts. A
    request for the pod as a whole replaces that; a limit for it does where no container asks for anything. The
    overhead of its runtime class comes on top.
    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#pod-level-resource-specification

    Raises:
        ValueError: A quantity does not parse.
    """
    asked = sum((container_request(c, measure) for c in pods.items(spec, "containers")), Fraction(0))
    sidecars, largest = Fraction(0), Fraction(0)
    for container in pods.items(spec, "initContainers"):
        request = container_request(container, measure)
        largest = max(largest, sidecars + request)
        sidecars += request if container.get("restartPolicy") == "Always" else 0
    whole = pods.mapping(spec, "resources")
    explicit = _given(whole, "requests", measure)
    asked = max(asked + sidecars, largest) if explicit is None else explicit
    return (asked or _requested(whole, measure)) + (_given(spec, "overhead", measure) or 0)


def resolve(value: object, of: int, default: str | int, *, up: bool) -> int:
    """A ``maxSurge`` or ``maxUnavailable``: a number, or a percentage of `of`, rounded up or down.

    What is neither counts as absent: the API server refuses it.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = value[:-1] if isinstance(value, str) and value.endswith("%") else ""
    if not number.isdecimal():
        return resolve(default, of, 0, up=up)
    share = Fraction(int(number) * of, 100)
    return math.ceil(share) if up else math.floor(share)


def _workload(resource: Resource, nodes: int, together: str) -> Workload:
    body, gvk = resource.body, resource.id.gvk
    spec = pods.pod_spec(body) or {}
    try:
        pod = Amount(pod_request(spec, "cpu"), pod_request(spec, "memory"))
    except ValueError as error:
        raise InputError(
            f"{resource.id}: {error}", origin=resource.origin, hint="write requests and limits as 500m or 512Mi"
        ) from None
    on_every_node = (gvk.group, gvk.kind) == ("apps", "DaemonSet")
    count = nodes if on_every_node else _pods_at_once(gvk.kind, body)
    return Workload(resource.id, pod, count, _surge(body, count), on_every_node, "" if on_every_node else together)


def _pods_at_once(kind: str, body: Body) -> int:
    """How many pods run at once; a Job, and a CronJob's one, count as if they were running now."""
    spec = pods.mapping(body, "spec") or {}
    if kind not in {"Job", "CronJob"}:
        return pods.replicas(body)
    job = spec if kind == "Job" else pods.mapping(spec, "jobTemplate", "spec") or {}
    if spec.get("suspend") is True or job.get("suspend") is True:
        return 0
    parallelism, completions = job.get("parallelism", 1), job.get("completions")
    counts = [count for count in (parallelism, completions) if isinstance(count, int)]
    return min(counts, default=1)


def _surge(body: Body, pods_at_once: int) -> int:
    """How many pods above its number a rollout starts: none with ``Recreate``, ``OnDelete`` or no pods."""
    identity = ResourceId.of(body).gvk
    default = _SURGE.get((identity.group, identity.kind))
    where = "strategy" if identity.kind == "Deployment" else "updateStrategy"
    strategy = pods.mapping(body, "spec", where) or {}
    if default is None or not pods_at_once or strategy.get("type") not in (None, "RollingUpdate"):
        return 0
    written = (pods.mapping(strategy, "rollingUpdate") or {}).get("maxSurge")
    return max(0, resolve(written, pods_at_once, default, up=True))


def _requested(resources: Body | None, measure: Measure) -> Fraction:
    request = _given(resources, "requests", measure)
    return request if request is not None else _given(resources, "limits", measure) or Fraction(0)


def _given(holder: Body | None, kind: str, measure: Measure) -> Fraction | None:
    value: Any = (pods.mapping(holder or {}, kind) or {}).get(measure)
    if value is None:
        return None
    amount = quantity.parse(value)
    if amount < 0:
        raise ValueError(f"{value!r} is negative")
    return amount


def _fill(of: Sequence[tuple[Workload, int]], nodes: Sequence[Amount]) -> Placement:
    """Put so many pods of each workload on the first nodes with room; counted, for there may be very many."""
    left = list(nodes)
    homeless: list[Workload] = []
    homes: dict[str, int] = {}
    for workload, count in of:
        for index in range(len(left)):
            settled = _settle(workload, count, left, index)
            count -= settled  # noqa: PLW2901 - what is still to be placed
            if settled and workload.together:
                homes[workload.together] = index
        if count:
            homeless.append(workload)
    return Placement(tuple(left), tuple(homeless), homes)


def _settle(workload: Workload, count: int, left: list[Amount], index: int) -> int:
    """Put up to so many pods on one node; how many found room."""
    room, pod = left[index], workload.pod
    asked = [measure for measure in MEASURES if pod.of(measure) > 0 and room.of(measure) != math.inf]
    settled = max(0, min([count, *(int(room.of(measure) // pod.of(measure)) for measure in asked)]))
    if settled:
        left[index] -= pod * settled
    return settled
