"""k3d: k3s in containers; mounts and ports are fixed when the cluster is created, by a file.

https://k3d.io/stable/usage/configfile/
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from kgen.overlay.clusters import mapped_ports
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

_FILE: Final = "k3d.yaml"
_PREFIX: Final = "k3d-"

# CoreDNS and metrics-server 100m/70Mi each; Traefik, the provisioner and the load balancers ask for nothing, and the
# control plane is no pod. https://github.com/k3s-io/k3s/tree/master/manifests
K3S_PODS: Final = Requests("200m", "140Mi")

# As kind's. https://github.com/k3s-io/k3s/blob/master/manifests/local-storage.yaml
K3S_STORAGE: Final = Storage("local-path", "rancher.io/local-path", ONE_NODE)


def content(setup: Setup) -> dict[str, Any]:
    """What ``k3d.yaml`` holds, keys in k3d's order: every node sees the folders, the load balancer maps the ports.

    Without a name, so that it is for any cluster. k3d puts environment variables in, which makes the path absolute.
    https://github.com/k3d-io/k3d/blob/v5.9.0/pkg/config/v1alpha5/schema.json
    """
    found: dict[str, Any] = {"apiVersion": "k3d.io/v1alpha5", "kind": "Simple"}
    found |= {"servers": 1, "agents": setup.nodes - 1}
    if setup.mounts:
        found["volumes"] = [
            {"volume": f"${{PWD}}/{mount.folder}:{mount.path}", "nodeFilters": ["all"]} for mount in setup.mounts
        ]
    mappings = [_mapping(port, host_port) for port, host_port in mapped_ports.host_ports(_numbered(setup.ports))]
    if mappings:
        found["ports"] = mappings
    return found


def create(setup: Setup) -> Iterator[Command]:
    """Create it from the file beside the overlay."""
    yield Command(
        f"k3d cluster create{_name(setup)} --config {shlex.quote(f'{setup.overlay}/{_FILE}')}",
        f"an existing cluster keeps its folders and ports: 'k3d cluster delete{_name(setup)}' first to change them",
    )


def load(setup: Setup, image: str) -> Command:
    """Bring an image into every node.

    https://k3d.io/stable/usage/importing_images/
    """
    option = f" -c{_name(setup)}" if _name(setup) else ""
    return Command(f"k3d image import {shlex.quote(image)}{option}", "nodes do not see this computer's images")


def reach(setup: Setup) -> Iterator[Command]:
    """Where each mapped port is."""
    return mapped_ports.reach(replace(setup, ports=_numbered(setup.ports)))


def delete(setup: Setup) -> Command:
    """Of this name."""
    return Command(f"k3d cluster delete{_name(setup)}", "deletes the cluster and all that is in it")


def _name(setup: Setup) -> str:
    name = setup.context.removeprefix(_PREFIX)
    return "" if name in ("", "k3s-default") else f" {shlex.quote(name)}"


def _numbered(ports: Sequence[ExposedPort]) -> tuple[ExposedPort, ...]:
    """A LoadBalancer takes its own port on the nodes."""
    return tuple(p._replace(node_port=p.port) if p.service_type == "LoadBalancer" else p for p in ports)


def _mapping(port: ExposedPort, host_port: int) -> dict[str, Any]:
    protocol = "" if port.protocol == "TCP" else f"/{port.protocol.lower()}"
    return {"port": f"127.0.0.1:{host_port}:{port.node_port}{protocol}", "nodeFilters": ["loadbalancer"]}


CLUSTER: Final = Cluster(
    name="k3d",
    summary="k3s in containers; folders and ports are mapped when it is created",
    identity=Identity(
        "k3d-k3s-default", r"k3d-[a-z0-9.-]+", Evidence(("metadata", "name"), r"k3d-.+-(server|agent)-\d+")
    ),
    # As with kind: without --servers-memory a node reports all that Docker has.
    nodes=Nodes(overhead="160Mi", control_plane=K3S_PODS, shared_machine=True),
    storage=K3S_STORAGE,
    exposure=Exposure(at_creation=True, shared_address=True, taken=(80, 443)),
    folders=Folders("mounted", unmountable=":$"),
    file=ClusterFile(_FILE, content),
    commands=Commands(create, load, reach, delete),
    facts=(
        Fact("nodes", "a node is a container without limits and reports all that Docker has"),
        Fact(
            "nodes",
            "--servers-memory limits it and makes it report the limit (2.4 % too much), but breaks on Docker Desktop",
            "https://github.com/k3d-io/k3d/issues/1039",
        ),
        Fact(
            "storage",
            "a claim for many nodes stays Pending",
            "https://github.com/rancher/local-path-provisioner/issues/70",
        ),
        Fact(
            "folders",
            "a path in k3d.yaml must be absolute, and each $ in the file begins an environment variable",
            "https://k3d.io/stable/usage/configfile/",
        ),
        Fact(
            "access",
            "ports are mapped at creation, or later with 'k3d cluster edit --port-add'; Traefik has 80 and 443",
            "https://k3d.io/stable/usage/exposing_services/",
        ),
        Fact("identity", "the context is k3d- and the name", "https://k3d.io/stable/usage/kubeconfig/"),
    ),
)
