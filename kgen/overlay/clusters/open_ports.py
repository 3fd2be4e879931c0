"""Where Services are when the cluster itself opens their ports on the laptop."""

import shlex
from collections.abc import Iterator

from kgen.overlay.clusters.cluster import Command, ExposedPort, Setup
from kgen.overlay.clusters.mapped_ports import at
from kgen.overlay.clusters.shell import in_namespace, kubectl


def reach(setup: Setup) -> Iterator[Command]:
    """A LoadBalancer by its own port, a NodePort by its number; one that the cluster chose must be asked for."""
    asked: dict[tuple[str, str], ExposedPort] = {}
    for port in setup.ports:
        if port.service_type == "LoadBalancer":
            yield at(port, port.port)
        elif port.node_port is not None:
            yield at(port, port.node_port)
        else:
            asked.setdefault((port.service, port.namespace), port)
    for port in asked.values():
        yield Command(
            f"{kubectl(setup)} get service {shlex.quote(port.service)}{in_namespace(port)} "
            "-o jsonpath='{.spec.ports[*].nodePort}'",
            f"prints the number: {port.service} is at http://localhost:NUMBER once its pods run",
        )
