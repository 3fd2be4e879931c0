"""kind: nodes are containers; mounts and ports are fixed when the cluster is created, by a file.

https://kind.sigs.k8s.io/docs/user/configuration/
"""

import shlex
from collections.abc import Iterator
from typing import Any, Final

from kgen.overlay.clusters.cluster import (
    ONE_NODE,
    Cluster,
    ClusterFile,
    Command,
    Commands,
    Evidence,
    ExposedPort,
    Exposure,
    Fact,
    Folders,
    Identity,
    Nodes,
    Requests,
    Setup,
    Storage,
)
from kgen.overlay.clusters.mapped_ports import host_ports, reach

_FILE: Final = "kind.yaml"
_PREFIX: Final = "kind-"

_KINDNET: Final = Requests("100m", "50Mi")
NODES: Final = Nodes(
    # A node is a container without limits, so it reports all that Docker has, and so does every further node.
    # https://github.com/kubernetes-sigs/kind/issues/2805
    default=None,
    shared_machine=True,
    # What the kubelet reports is what Docker has, but that is less than what a virtual machine or a computer is sold
    # as: a Docker Desktop of 4 GB has about 3.9 GiB.
    overhead="160Mi",
    # etcd 100m/100Mi, kube-apiserver 250m, kube-controller-manager 200m, kube-scheduler 100m, two CoreDNS 100m/70Mi
    # each; kindnet 100m/50Mi on each node.
    control_plane=Requests("850m", "240Mi"),
    each=_KINDNET,
    each_of_several=_KINDNET,
)

# "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes", and the claim stays Pending.
# ReadWriteOnce means one node, not one pod, and the volume keeps its pods there.
# https://github.com/rancher/local-path-provisioner/blob/v0.0.34/provisioner.go
# https://github.com/kubernetes-sigs/kind/issues/2371
STORAGE: Final = Storage("standard", "rancher.io/local-path", ONE_NODE)


def content(setup: Setup) -> dict[str, Any]:
    """What ``kind.yaml`` holds, keys in kind's order: every node sees the folders, the first one maps the ports.

    Without a name, so that it is for any cluster. A relative ``hostPath`` counts from where ``kind create cluster``
    runs, not from the file.
    https://kind.sigs.k8s.io/docs/user/configuration/#extra-mounts
    https://kind.sigs.k8s.io/docs/user/configuration/#extra-port-mappings
    """
    roles = ["control-plane"] + ["worker"] * (setup.nodes - 1)
    found: list[dict[str, Any]] = [{"role": role} for role in roles]
    if setup.mounts:
        for node in found:
            node["extraMounts"] = [{"hostPath": f"./{m.folder}", "containerPath": m.path} for m in setup.mounts]
    mappings = [_mapping(port, host_port) for port, host_port in host_ports(setup.ports)]
    if mappings:
        found[0]["extraPortMappings"] = mappings
    return {"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "nodes": found}


def create(setup: Setup) -> Iterator[Command]:
    """Create it from the file beside the overlay."""
    yield Command(
        f"kind create cluster --config {shlex.quote(f'{setup.overlay}/{_FILE}')}{_named(setup)}",
        f"an existing cluster keeps its folders and ports: 'kind delete cluster{_named(setup)}' first to change them",
    )


def load(setup: Setup, image: str) -> Command:
    """Bring an image into every node.

    https://kind.sigs.k8s.io/docs/user/quick-start/#loading-an-image-into-your-cluster
    """
    return Command(
        f"kind load docker-image {shlex.quote(image)}{_named(setup)}", "nodes do not see this computer's images"
    )


def delete(setup: Setup) -> Command:
    """Of this name."""
    return Command(f"kind delete cluster{_named(setup)}", "deletes the cluster and all that is in it")


def _named(setup: Setup) -> str:
    name = setup.context.removeprefix(_PREFIX)
    return "" if name in ("", "kind") else f" --name {shlex.quote(name)}"


def _mapping(port: ExposedPort, host_port: int) -> dict[str, Any]:
    return {
        "containerPort": port.node_port,
        "hostPort": host_port,
        "listenAddress": "127.0.0.1",
        "protocol": port.protocol,
    }


CLUSTER: Final = Cluster(
    name="kind",
    summary="nodes are containers; folders and ports are mapped when it is created",
    identity=Identity("kind-kind", r"kind-[a-z0-9.-]+", Evidence(("spec", "providerID"), "kind://.+")),
    nodes=NODES,
    storage=STORAGE,
    exposure=Exposure(
        at_creation=True,
        load_balancer=Command("cloud-provider-kind", "in a terminal of its own; on macOS and WSL as root"),
    ),
    folders=Folders("mounted"),
    file=ClusterFile(_FILE, content),
    commands=Commands(create, load, reach, delete),
    facts=(
        Fact(
            "nodes",
            "nodes have no limits: each reports all that Docker has, so three nodes promise three times the machine",
            "https://github.com/kubernetes-sigs/kind/issues/2805",
        ),
        Fact(
            "storage",
            "a claim for many nodes stays Pending: 'Only support ReadWriteOnce access mode' up to kind 0.25, 'NodePath "
            "only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes' since 0.27",
            "https://github.com/kubernetes-sigs/kind/issues/2371",
        ),
        Fact(
            "folders",
            "a relative hostPath counts from where 'kind create cluster' runs; on Docker Desktop it must be among the "
            "shared folders",
            "https://kind.sigs.k8s.io/docs/user/configuration/#extra-mounts",
        ),
        Fact(
            "access",
            "a port that was not mapped at creation is never reached on macOS and Windows; on Linux the node's address "
            "works too",
            "https://kind.sigs.k8s.io/docs/user/configuration/#extra-port-mappings",
        ),
        Fact(
            "images",
            "an image tagged latest, or not at all, is pulled even if it was loaded",
            "https://kind.sigs.k8s.io/docs/user/quick-start/#loading-an-image-into-your-cluster",
        ),
        Fact("identity", "the context is kind- and the name", "https://kind.sigs.k8s.io/docs/user/quick-start/"),
    ),
)
