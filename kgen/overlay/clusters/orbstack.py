"""OrbStack: one light node on macOS.

https://docs.orbstack.dev/kubernetes/
"""

from collections.abc import Iterator
from typing import Final

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
    Setup,
)
from kgen.overlay.clusters.k3d import K3S_PODS, K3S_STORAGE

_MANUAL: Final = "https://docs.orbstack.dev/kubernetes/"


def create(_: Setup) -> Iterator[Command]:
    """It has one cluster."""
    yield Command("orb start k8s", "starts its one cluster")


def load(_: Setup, __: str) -> Command:
    """Nothing to do."""
    return Command("", "the cluster sees the images that docker builds here; give them a tag other than latest")


def delete(_: Setup) -> Command:
    """It has one cluster."""
    return Command("orb delete k8s", "deletes the cluster and all that is in it")


CLUSTER: Final = Cluster(
    name="orbstack",
    summary="one light node on macOS, which sees the folders of this computer",
    identity=Identity("orbstack", "orbstack", Evidence(("spec", "providerID"), "k3s://.+")),
    # Its memory grows and shrinks with what is used. What its own pods ask for is documented nowhere: taken as k3s's.
    nodes=Nodes(overhead="160Mi", control_plane=K3S_PODS),
    # https://github.com/orbstack/orbstack/issues/2053
    storage=K3S_STORAGE,
    exposure=Exposure(shared_address=True),
    folders=Folders("shared", ("/Users", "/Volumes", "/private", "/mnt/mac")),
    commands=Commands(create, load, open_ports.reach, delete),
    facts=(
        Fact("nodes", "memory is given and taken back as it is used; its own pods are taken to ask for what k3s's do"),
        Fact("storage", "a claim for many nodes stays Pending", "https://github.com/orbstack/orbstack/issues/2053"),
        Fact("folders", "the folders of macOS are seen under their own paths"),
        Fact("access", "every Service is reached from macOS; LoadBalancers also at *.k8s.orb.local", _MANUAL),
        Fact("images", "what docker builds is there; an image tagged latest is pulled all the same", _MANUAL),
    ),
)
