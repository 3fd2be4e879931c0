"""What a resource with pods asks of the nodes: how many pods, how many more in a rollout, and what ties them."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from kgen.capacity.amounts import Amount
from kgen.capacity.requests import pod_request
from kgen.errors import InputError
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods

_SURGE: Final[Mapping[tuple[str, str], str | int]] = {("apps", "Deployment"): "25%", ("apps", "DaemonSet"): 0}
"""The default of ``maxSurge`` in the kinds that have it.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge
https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/
"""


_UNAVAILABLE: Final = "25%"
"""The default of ``maxUnavailable`` of a Deployment."""


Claim = tuple[str, str]
"""The namespace and name of a PersistentVolumeClaim."""


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
    tied = _tied([claims_of(resource) & set(on_one_node) for resource in found])
    return tuple(_workload(resource, nodes, tie) for resource, tie in zip(found, tied, strict=True))


def total(of: Iterable[Workload]) -> Amount:
    """The requests of all pods in the steady state."""
    return sum((workload.steady for workload in of), Amount())


def makes_room(body: Body) -> bool:
    """Whether a Deployment's rollout may stop a pod before its successor runs: by default from four replicas on."""
    written = (pods.mapping(body, "spec", "strategy", "rollingUpdate") or {}).get("maxUnavailable")
    return resolve(written, pods.replicas(body), _UNAVAILABLE, up=False) > 0


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


def claims_of(resource: Resource) -> set[Claim]:
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
