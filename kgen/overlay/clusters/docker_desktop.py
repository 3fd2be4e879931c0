"""Docker Desktop's Kubernetes, in its two ways: kubeadm (one node) and kind (nodes are containers).

Both have the context ``docker-desktop``; the nodes tell them apart.
https://docs.docker.com/desktop/use-desktop/kubernetes/
"""

from collections.abc import Iterator
from typing import Final

from kgen.overlay.clusters import kind, open_ports
from kgen.overlay.clusters.cluster import (
    ONE_NODE,
    Cluster,
    Command,
    Commands,
    Evidence,
    Exposure,
    Fact,
    Folders,
    Identity,
    Nodes,
    Requests,
    Setup,
    Storage,
)

_MANUAL: Final = "https://docs.docker.com/desktop/use-desktop/kubernetes/"
_CONTEXTS: Final = "docker-desktop|docker-for-desktop"

# NodePorts are reached with kubeadm only, and not in every version; the address of a node never is.
# https://github.com/docker/for-win/issues/13305
# https://github.com/docker/for-mac/issues/2445
_EXPOSURE: Final = Exposure(
    service_type="LoadBalancer",
    reason="Docker Desktop opens the ports of a LoadBalancer on localhost, in both of its ways and in every version",
    shared_address=True,
)


def _create(way: str) -> Iterator[Command]:
    yield Command("", f"in Docker Desktop switch on Settings > Kubernetes > Enable Kubernetes, way '{way}'")


def _create_kubeadm(_: Setup) -> Iterator[Command]:
    return _create("kubeadm")


def _create_kind(_: Setup) -> Iterator[Command]:
    return _create("kind")


def _load(_: Setup, __: str) -> Command:
    return Command("", "the cluster sees the images that docker builds here; give them a tag other than latest")


def _delete(_: Setup) -> Command:
    return Command("", "the cluster goes with Settings > Kubernetes > Reset Kubernetes Cluster in Docker Desktop")


_NODES_FACT: Final = Fact(
    "nodes",
    "a node has what Docker Desktop's virtual machine has: by default half of the computer's memory",
    "https://docs.docker.com/desktop/settings-and-maintenance/settings/",
)
_ACCESS_FACT: Final = Fact(
    "access",
    "a LoadBalancer is at localhost and its port; older versions serve one at a time",
    "https://github.com/docker/roadmap/issues/272",
)

KUBEADM: Final = Cluster(
    name="docker-desktop",
    summary="Docker Desktop, way kubeadm: one node that sees the folders of this computer",
    identity=Identity("docker-desktop", _CONTEXTS, Evidence(("metadata", "name"), "docker-desktop")),
    # kubeadm keeps 100Mi of what the machine has for itself; the machine has less than it is sold as. Two CoreDNS since
    # kubeadm asks for 100m/100Mi for etcd.
    nodes=Nodes(overhead="260Mi", control_plane=Requests("850m", "240Mi")),
    # Closed source: whether ReadWriteMany binds is documented nowhere, ReadWriteOnce is known to.
    # https://github.com/docker/for-win/issues/1758
    storage=Storage("hostpath", "docker.io/hostpath", ONE_NODE, refuses=False),
    exposure=_EXPOSURE,
    folders=Folders(
        "shared",
        ("/Users", "/Volumes", "/private", "/home", "/host_mnt", "/run/desktop/mnt/host", "/var/folders"),
    ),
    commands=Commands(_create_kubeadm, _load, open_ports.reach, _delete),
    facts=(
        _NODES_FACT,
        Fact(
            "storage",
            "nobody documents whether its storage serves ReadWriteMany; ReadWriteOnce is known to bind",
            "https://github.com/docker/for-win/issues/1758",
        ),
        Fact(
            "folders",
            "a hostPath is a path of this computer: /Users/... on macOS, /home/... on Linux, "
            "/run/desktop/mnt/host/c/... on Windows",
            "https://docs.docker.com/desktop/settings-and-maintenance/settings/#file-sharing",
        ),
        Fact(
            "folders",
            "on macOS 4.39 to 4.41 do not find them: 'hostPath type check failed'",
            "https://github.com/docker/for-mac/issues/7663",
        ),
        _ACCESS_FACT,
        Fact("images", "what docker builds is there; nothing is to be loaded", _MANUAL),
        Fact("identity", "the other way has the same context; here the one node is called docker-desktop", _MANUAL),
    ),
)

KIND: Final = Cluster(
    name="docker-desktop-kind",
    summary="Docker Desktop, way kind: nodes are containers that see none of its folders",
    identity=Identity("docker-desktop", _CONTEXTS, Evidence(("spec", "providerID"), "kind://.+")),
    nodes=kind.NODES,
    storage=kind.STORAGE,
    exposure=_EXPOSURE,
    folders=Folders("none"),
    commands=Commands(_create_kind, _load, open_ports.reach, _delete),
    facts=(
        _NODES_FACT,
        Fact(
            "storage",
            "as kind's: a claim for many nodes stays Pending",
            "https://github.com/kubernetes-sigs/kind/issues/2371",
        ),
        Fact(
            "folders",
            "no folder of this computer is mounted into the nodes, and none can be: pods see an empty one",
            "https://github.com/docker/desktop-feedback/issues/111",
        ),
        _ACCESS_FACT,
        Fact("images", "what docker builds is there, with the containerd image store", _MANUAL),
        Fact("identity", "the other way has the same context; here nodes have a providerID of kind's", _MANUAL),
    ),
)
