"""kind: nodes are containers; mounts and ports are fixed when the cluster is created, by a file.

https://kind.sigs.k8s.io/docs/user/configuration/
"""

import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Final

from kgen.overlay.clusters.cluster import Cluster, Command, ExposedPort, HostMount, Requests, Setup, Storage

# A node is a container without limits, so it reports all that Docker has, and so does every further node.
# https://github.com/kubernetes-sigs/kind/issues/2805
_DEFAULT_NODE = None

# What the kubelet reports is what Docker has, but that is less than what a virtual machine or a computer is sold
# as: a Docker Desktop of 4 GB has about 3.9 GiB.
_OVERHEAD = "160Mi"

# etcd 100m/100Mi, kube-apiserver 250m, kube-controller-manager 200m, kube-scheduler 100m, two CoreDNS 100m/70Mi
# each; kindnet 100m/50Mi on each node.
_CONTROL_PLANE = Requests("850m", "240Mi")
_KINDNET = Requests("100m", "50Mi")

# "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes", and the claim stays Pending.
# ReadWriteOnce means one node, not one pod, and the volume keeps its pods there.
# https://github.com/rancher/local-path-provisioner/blob/v0.0.34/provisioner.go
# https://github.com/kubernetes-sigs/kind/issues/2371
_STORAGE = Storage(
    "standard", "rancher.io/local-path", frozenset({"ReadWriteOnce", "ReadWriteOncePod"}), bound_to_node=True
)

_FIRST_UNPRIVILEGED_PORT: Final = 1024


def kind_config(mounts: Sequence[HostMount] = (), ports: Sequence[ExposedPort] = (), nodes: int = 1) -> dict[str, Any]:
    """What ``kind.yaml`` holds, keys in kind's order: every node sees the folders, the first one maps the ports.

    Without a name, so that the cluster is kind's default one. A relative ``hostPath`` counts from where
    ``kind create cluster`` runs, not from the file.
    https://kind.sigs.k8s.io/docs/user/configuration/#extra-mounts
    https://kind.sigs.k8s.io/docs/user/configuration/#extra-port-mappings
    """
    roles = ["control-plane"] + ["worker"] * (nodes - 1)
    found: list[dict[str, Any]] = [{"role": role} for role in roles]
    if mounts:
        for node in found:
            node["extraMounts"] = [{"hostPath": f"./{m.folder}", "containerPath": m.path} for m in mounts]
    mappings = [_mapping(port, host_port) for port, host_port in host_ports(ports)]
    if mappings:
        found[0]["extraPortMappings"] = mappings
    return {"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "nodes": found}


def host_ports(ports: Sequence[ExposedPort]) -> tuple[tuple[ExposedPort, int], ...]:
    """Each port that has a nodePort, with the laptop's port for it.

    The Service's own port where any user may open it and no other has it; else the nodePort, which is unique.
    """
    first = {(port.node_port, port.protocol): port for port in reversed(ports)}
    mapped = [port for port in first.values() if port.node_port is not None][::-1]
    taken = {port.node_port for port in mapped}
    found = []
    for port in mapped:
        free = port.port >= _FIRST_UNPRIVILEGED_PORT and port.port not in taken
        host_port = port.port if free else port.node_port or 0
        taken.add(host_port)
        found.append((port, host_port))
    return tuple(found)


def create(setup: Setup) -> Iterator[Command]:
    """Create it from the file beside the overlay."""
    yield Command(
        f"kind create cluster --config {shlex.quote(f'{setup.overlay}/kind.yaml')}",
        "an existing cluster keeps its folders and ports: 'kind delete cluster' first to change them",
    )


def reach(setup: Setup) -> Iterator[Command]:
    """Where each mapped port is."""
    for port, host_port in host_ports(setup.ports):
        where = f"localhost:{host_port}" if port.protocol == "TCP" else f"localhost:{host_port}/{port.protocol}"
        scheme = "http://" if port.protocol == "TCP" else ""
        yield Command("", f"{port.service} is at {scheme}{where} once its pods run")


def _mapping(port: ExposedPort, host_port: int) -> dict[str, Any]:
    return {
        "containerPort": port.node_port,
        "hostPort": host_port,
        "listenAddress": "127.0.0.1",
        "protocol": port.protocol,
    }


CLUSTER = Cluster(
    name="kind",
    context="kind-kind",
    default_node=_DEFAULT_NODE,
    overhead=_OVERHEAD,
    control_plane=_CONTROL_PLANE,
    each_node=_KINDNET,
    each_of_several=_KINDNET,
    shared_machine=True,
    storage=_STORAGE,
    ports_at_creation=True,
    load_balancer="cloud-provider-kind",
    file="kind.yaml",
    create=create,
    reach=reach,
    delete=Command("kind delete cluster", "deletes the cluster and all that is in it"),
)
