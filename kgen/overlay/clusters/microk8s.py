"""MicroK8s: the node is this computer on Linux, a virtual machine of Multipass elsewhere.

https://microk8s.io/docs
"""

import shlex
from collections.abc import Iterator
from typing import Final

from kgen.overlay.clusters import open_ports
from kgen.overlay.clusters.cluster import (
    EVERY_MODE,
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
from kgen.overlay.clusters.shell import here


def create(setup: Setup) -> Iterator[Command]:
    """Nothing is switched on at first: without dns no Service is found, without storage no claim binds."""
    yield Command("sudo snap install microk8s --classic", "on macOS and Windows: microk8s install --cpu 2 --mem 4")
    yield Command(
        "microk8s enable dns hostpath-storage", "nothing is switched on at first, not even a default storage class"
    )
    yield Command(
        "mkdir -p ~/.kube && microk8s config > ~/.kube/microk8s && "
        'export KUBECONFIG="${KUBECONFIG:-$HOME/.kube/config}:$HOME/.kube/microk8s"',
        "microk8s keeps its context to itself; this lends it to kubectl, in this terminal",
    )
    for mount in setup.mounts:
        path = shlex.quote(mount.path)
        yield Command(
            f"sudo mkdir -p {path} && sudo mount --bind {here(mount.folder)} {path}",
            "until the next boot; on macOS and Windows: multipass mount FOLDER microk8s-vm:PATH",
        )


def load(_: Setup, image: str) -> Command:
    """Bring an image into the node.

    https://microk8s.io/docs/registry-images
    """
    return Command(f"docker save {shlex.quote(image)} | microk8s ctr image import -", "it has images of its own")


def delete(_: Setup) -> Command:
    """All of it."""
    return Command("sudo snap remove microk8s --purge", "deletes the cluster and all that is in it")


CLUSTER: Final = Cluster(
    name="microk8s",
    summary="the node is this computer, or a virtual machine on macOS and Windows",
    identity=Identity("microk8s", "microk8s", Evidence(("metadata", "labels", "microk8s.io/cluster"), "true")),
    nodes=Nodes(
        # The kubelet keeps 100Mi (--eviction-hard=memory.available<100Mi), and a virtual machine of 4 GB has less.
        # https://github.com/canonical/microk8s/blob/master/microk8s-resources/default-args/kubelet
        overhead="276Mi",
        # CoreDNS 100m/70Mi once; Calico 250m on each node. The control plane is no pod.
        control_plane=Requests("100m", "70Mi"),
        each=Requests("250m"),
        each_of_several=Requests("250m"),
    ),
    # Takes the claim's modes as they are; since 1.24 a volume keeps its pods on its node.
    # https://github.com/canonical/hostpath-provisioner
    storage=Storage("microk8s-hostpath", "microk8s.io/hostpath", EVERY_MODE),
    exposure=Exposure(load_balancer=Command("microk8s enable metallb", "it asks for a range of free addresses")),
    folders=Folders("mounted"),
    commands=Commands(create, load, open_ports.reach, delete),
    facts=(
        Fact(
            "nodes",
            "on Linux a node has what the computer has; the virtual machine has 2 CPUs and 4 GB if nobody says",
            "https://microk8s.io/docs/install-macos",
        ),
        Fact(
            "storage",
            "without the addon hostpath-storage a claim stays Pending: 'no persistent volumes available for this claim "
            "and no storage class is set'",
            "https://microk8s.io/docs/addon-hostpath-storage",
        ),
        Fact(
            "storage",
            "before 1.24 volumes did not keep their pods on their node",
            "https://github.com/canonical/microk8s/issues/1597",
        ),
        Fact("folders", "a hostPath is a path of the node, which on Linux is this computer"),
        Fact("access", "a NodePort is at localhost and at every address of the computer"),
        Fact(
            "identity",
            "'microk8s kubectl' does not use ~/.kube/config; RBAC is accepted but not enforced without the addon rbac",
            "https://microk8s.io/docs/addon-rbac",
        ),
    ),
)
