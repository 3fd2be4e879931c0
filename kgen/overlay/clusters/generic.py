"""Any other cluster: what kgen should know of it is declared in ``kgen.yaml``.

``context``, ``node``, ``storage`` and ``expose``; what is not declared is not touched.
https://kubernetes.io/docs/concepts/storage/storage-classes/
"""

import shlex
from collections.abc import Iterator
from typing import Final

from kgen.overlay.clusters.cluster import (
    Cluster,
    Command,
    Commands,
    Exposure,
    Fact,
    Folders,
    Identity,
    Nodes,
    Setup,
    Storage,
)
from kgen.overlay.clusters.shell import in_namespace, kubectl


def create(setup: Setup) -> Iterator[Command]:
    """The cluster is there already."""
    if not setup.context:
        yield Command("kubectl config current-context", "the cluster that the commands below reach")


def load(_: Setup, image: str) -> Command:
    """By a registry that nodes can reach."""
    return Command(f"docker push {shlex.quote(image)}", "nodes pull it from a registry that they reach")


def reach(setup: Setup) -> Iterator[Command]:
    """Ask for the address of a LoadBalancer, reach others through the API server."""
    for port in dict.fromkeys(port._replace(node_port=None) for port in setup.ports):
        name = shlex.quote(port.service)
        if port.service_type == "LoadBalancer":
            line = f"{kubectl(setup)} get service {name}{in_namespace(port)}"
            yield Command(line, f"{port.service} is at its EXTERNAL-IP, port {port.port}, once its pods run")
        elif port.protocol == "TCP":
            yield Command(
                f"{kubectl(setup)} port-forward{in_namespace(port)} service/{name} {port.port}:{port.port}",
                f"in a terminal of its own: {port.service} is at http://localhost:{port.port} while this runs",
            )


def delete(_: Setup) -> Command:
    """It is not kgen's to delete."""
    return Command("", "the cluster itself is left alone")


CLUSTER: Final = Cluster(
    name="generic",
    summary="any other cluster; context, node, storage and expose say what it is like",
    identity=Identity(""),
    nodes=Nodes(),
    storage=Storage(None, "", None),
    exposure=Exposure(),
    folders=Folders("unknown"),
    commands=Commands(create, load, reach, delete),
    facts=(
        Fact(
            "nodes",
            "node.memory and node.cpu are what one node has left for pods: its allocatable less what runs on it",
        ),
        Fact("storage", "storage.class is named in the claims that name none; storage.accessModes are those it serves"),
        Fact("folders", "a hostPath is a folder of whichever node the pod runs on"),
        Fact("access", "expose is the type of the Services that are NodePort or LoadBalancer in the base"),
        Fact("identity", "context is put into every command that is printed"),
    ),
)
