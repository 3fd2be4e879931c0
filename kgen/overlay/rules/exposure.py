"""Services are reached from the laptop: by a fixed number, or as the type that is opened.

Docker Desktop promises localhost only for a LoadBalancer, so that is what a NodePort becomes there; for any cluster
``expose`` in ``kgen.yaml`` says the type. Fields that the new type may not have go.

On kind and k3d a Service is reached from the laptop only by a port that ``kind.yaml`` or ``k3d.yaml`` maps, so the
number must be known before the cluster is. Ports without one get 30080 and up, by resource id, within 30000-30085: that
band is kept for numbers chosen by hand, so the cluster never hands one of them to another Service. Explicit numbers
stay.
https://kubernetes.io/docs/concepts/services-networking/service/#avoid-nodeport-collisions
"""

from collections.abc import Iterator
from typing import Any, Final

from kgen.fieldpath import FieldPath, ItemKey
from kgen.overlay.clusters.cluster import Cluster, ExposedPort, Exposure
from kgen.overlay.edits import ABSENT, Edit
from kgen.overlay.rules.state import Notice, State
from kgen.resource import Body, Resource, ResourceMap
from kgen.schema import pods

ID: Final = "exposure"

_NUMBERS: Final = (*range(30080, 30086), *range(30000, 30080))
# https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
_RANGE: Final = range(30000, 32768)
_MERGE_KEYS: Final = ("port", "protocol")
_EXPOSED: Final = ("NodePort", "LoadBalancer")
# https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/apis/core/validation/validation.go (ValidateService)
_OF_A_LOAD_BALANCER: Final = (
    "loadBalancerClass", "loadBalancerSourceRanges", "allocateLoadBalancerNodePorts", "healthCheckNodePort",
)  # fmt: skip


def edits(state: State) -> Iterator[Edit]:
    """Give each exposed Service the type that is opened, or each port the next number that no Service has."""
    exposure = state.cluster.exposure
    if exposure.service_type is not None:
        yield from _typed(state.resources, exposure.service_type, exposure.reason)
    if not exposure.at_creation:
        return
    free = _free(state.resources)
    for (resource, index, _), number in zip(_without_number(state.resources), free, strict=False):
        yield Edit(
            resource.id,
            FieldPath(("spec", "ports", _segment(_ports(resource.body), index), "nodePort")),
            number,
            f"{state.cluster.name} maps ports only when the cluster is created ({_file(state.cluster)}), so the number "
            "is fixed",
        )


def _typed(resources: ResourceMap, service_type: str, reason: str) -> Iterator[Edit]:
    for resource in _services(resources, *_EXPOSED):
        spec = pods.mapping(resource.body, "spec") or {}
        if spec.get("type") != service_type:
            yield Edit(resource.id, FieldPath(("spec", "type")), service_type, reason)
            for field in _OF_A_LOAD_BALANCER if service_type == "NodePort" else ():
                if field in spec:
                    yield Edit(resource.id, FieldPath(("spec", field)), ABSENT, f"a {service_type} may not have it")


def _file(cluster: Cluster) -> str:
    return cluster.file.name if cluster.file else "at creation"


def notices(state: State) -> Iterator[Notice]:
    """Say which ports found no number, and which Services need a helper."""
    cluster = state.cluster
    yield from _unusable(state.resources)
    if cluster.exposure.at_creation:
        numbers = len(_free(state.resources))
        for resource, _, port in list(_without_number(state.resources))[numbers:]:
            yield Notice(
                f"{resource.id}: no number in 30000-30085 is left for port {port.get('port')}, {cluster.name} cannot "
                "map it",
                "give it a nodePort of your own in the base, up to 32767",
            )
    yield from _addresses(state.resources, cluster)
    helper = cluster.exposure.load_balancer
    if helper:
        for resource in _balanced(state.resources, cluster.exposure):
            yield Notice(
                f"{resource.id} is a LoadBalancer: on {cluster.name} it has no address without '{helper.line}'",
                f"run '{helper.line}': {helper.comment}",
                "info",
            )


def _addresses(resources: ResourceMap, cluster: Cluster) -> Iterator[Notice]:
    """Ports that two LoadBalancers, or one and the cluster itself, cannot both have."""
    exposure = cluster.exposure
    users: dict[tuple[int, str], list[str]] = {}
    for resource in _balanced(resources, exposure) if exposure.shared_address else ():
        for port in _ports(resource.body):
            if isinstance(port.get("port"), int):
                users.setdefault((port["port"], port.get("protocol") or "TCP"), []).append(str(resource.id))
    for (number, _), names in users.items():
        if number in exposure.taken:
            names.insert(0, f"{cluster.name} itself")
        if len(names) > 1:
            yield Notice(
                f"port {number} of {cluster.name}'s one address is wanted by {' and '.join(names)}: only one gets it",
                "give it another port in the base",
            )


def _balanced(resources: ResourceMap, exposure: Exposure) -> list[Resource]:
    """The Services that are a LoadBalancer, or become one."""
    if exposure.service_type == "NodePort":
        return []
    return _services(resources, *(_EXPOSED if exposure.service_type else ("LoadBalancer",)))


def _unusable(resources: ResourceMap) -> Iterator[Notice]:
    """Numbers that the API server refuses: out of its range, or given to two ports of one protocol."""
    users: dict[tuple[int, str], list[str]] = {}
    for resource in _services(resources, *_EXPOSED):
        for port in _ports(resource.body):
            number = _number(port)
            if number is not None and number not in _RANGE:
                yield Notice(
                    f"{resource.id}: nodePort {number} is out of range, the API server refuses it",
                    f"choose one from {_RANGE.start} to {_RANGE.stop - 1}",
                )
            elif number is not None:
                users.setdefault((number, port.get("protocol") or "TCP"), []).append(str(resource.id))
    for (number, _), names in users.items():
        if len(names) > 1:
            yield Notice(
                f"nodePort {number} is taken twice, by {' and '.join(names)}", "give one of them another number"
            )


def exposed_ports(resources: ResourceMap) -> tuple[ExposedPort, ...]:
    """The ports by which Services are reached from outside the cluster, by resource id, then as written."""
    return tuple(
        ExposedPort(
            service=resource.id.name,
            namespace=resource.id.namespace,
            port=port["port"],
            protocol=port.get("protocol") or "TCP",
            node_port=_number(port),
            service_type=resource.body["spec"]["type"],
        )
        for resource in _services(resources, *_EXPOSED)
        for port in _ports(resource.body)
        if isinstance(port.get("port"), int)
    )


def _number(port: Body) -> int | None:
    value = port.get("nodePort")
    return value if isinstance(value, int) and not isinstance(value, bool) and value else None


def _services(resources: ResourceMap, *types: str) -> list[Resource]:
    found = [r for r in resources if (r.id.gvk.group, r.id.gvk.kind) == ("", "Service")]
    chosen = [r for r in found if (pods.mapping(r.body, "spec") or {}).get("type") in types]
    return sorted(chosen, key=lambda resource: resource.id)


def _ports(body: Body) -> list[Body]:
    return list(pods.items(pods.mapping(body, "spec") or {}, "ports"))


def _without_number(resources: ResourceMap) -> Iterator[tuple[Resource, int, Body]]:
    for resource in _services(resources, "NodePort"):
        for index, port in enumerate(_ports(resource.body)):
            if not port.get("nodePort"):
                yield resource, index, port


def _free(resources: ResourceMap) -> list[int]:
    taken: set[Any] = set()
    for resource in _services(resources, *_EXPOSED):
        taken.add((pods.mapping(resource.body, "spec") or {}).get("healthCheckNodePort"))
        taken.update(port.get("nodePort") for port in _ports(resource.body))
    return [number for number in _NUMBERS if number not in taken]


def _segment(ports: list[Body], index: int) -> ItemKey | int:
    """The merge keys that the base writes, no more and no fewer, else kustomize drops the patch without a word.

    By position where those name more than one port. https://github.com/kubernetes-sigs/kustomize/issues/4752
    """
    key = ItemKey.of(ports[index], _MERGE_KEYS)
    return key if sum(key.matches(port) for port in ports) == 1 else index
