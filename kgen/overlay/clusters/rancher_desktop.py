"""Rancher Desktop: k3s in a virtual machine (Lima, WSL).

https://docs.rancherdesktop.io/
"""

import shlex
from collections.abc import Iterator
from math import ceil
from typing import Final

from kgen import quantity
from kgen.overlay.clusters import open_ports
from kgen.overlay.clusters.cluster import (
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
)
from kgen.overlay.clusters.k3d import K3S_PODS, K3S_STORAGE

# A quarter of the computer's memory, in whole GiB and at most 6: this is what a computer of 16 GB gives.
# https://github.com/rancher-sandbox/rancher-desktop/blob/main/pkg/rancher-desktop/config/settingsImpl.ts
_DEFAULT_NODE: Final = Requests("2", "4Gi")


def create(setup: Setup) -> Iterator[Command]:
    """Start it with the size that capacity was computed for; on Windows WSL decides.

    https://docs.rancherdesktop.io/references/rdctl-command-reference/
    """
    node = setup.node
    cpu, memory = (node and node.cpu) or _DEFAULT_NODE.cpu, (node and node.memory) or _DEFAULT_NODE.memory
    yield Command(
        "rdctl start --kubernetes.enabled"
        f" --virtual-machine.number-cpus={max(1, int(quantity.parse(cpu)))}"
        f" --virtual-machine.memory-in-gb={ceil(quantity.parse(memory) / quantity.GIBIBYTE)}",
        "starts it with this size; on Windows the size is that of WSL (.wslconfig)",
    )


def load(_: Setup, image: str) -> Command:
    """Nothing to do with the engine moby; with containerd images must be built where the cluster looks."""
    return Command(
        f"nerdctl --namespace k8s.io build --tag {shlex.quote(image)} .",
        "with the engine containerd; with moby the cluster sees the images that docker builds here",
    )


def delete(_: Setup) -> Command:
    """The cluster, not the program."""
    return Command("", "the cluster goes with Troubleshooting > Reset Kubernetes in Rancher Desktop")


CLUSTER: Final = Cluster(
    name="rancher-desktop",
    summary="Rancher Desktop's k3s in a virtual machine, which sees the home folder",
    identity=Identity("rancher-desktop", "rancher-desktop", Evidence(("spec", "providerID"), "k3s://.+")),
    # A virtual machine of 4 GiB offers about 3890Mi.
    nodes=Nodes(default=_DEFAULT_NODE, overhead="206Mi", control_plane=K3S_PODS),
    storage=K3S_STORAGE,
    exposure=Exposure(shared_address=True, taken=(80, 443)),
    folders=Folders("shared", ("/Users", "/home", "/tmp/rancher-desktop", "/mnt/c", "/mnt/d")),  # noqa: S108
    commands=Commands(create, load, open_ports.reach, delete),
    facts=(
        Fact(
            "nodes",
            "on macOS and Linux it gets a quarter of the computer's memory, in whole GiB and at most 6, and 2 CPUs",
            "https://github.com/rancher-sandbox/rancher-desktop/blob/main/pkg/rancher-desktop/config/settingsImpl.ts",
        ),
        Fact(
            "storage",
            "a claim for many nodes stays Pending",
            "https://github.com/rancher-sandbox/rancher-desktop/issues/5170",
        ),
        Fact(
            "folders",
            "it sees /Users/NAME, /home/NAME and /tmp/rancher-desktop under their own paths, on Windows /mnt/c/...; no "
            "other folder",
            "https://github.com/rancher-sandbox/rancher-desktop/issues/7299",
        ),
        Fact(
            "access",
            "a NodePort and a LoadBalancer are at localhost; Traefik has 80 and 443",
            "https://docs.rancherdesktop.io/",
        ),
        Fact(
            "images",
            "with the engine moby the cluster sees docker's images, with containerd those of the namespace k8s.io",
            "https://docs.rancherdesktop.io/tutorials/working-with-images/",
        ),
    ),
)
