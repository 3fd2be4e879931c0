"""Ports of the laptop for Services, where a file maps them when the cluster is created."""

from collections.abc import Iterator, Sequence
from typing import Final

from kgen.overlay.clusters.cluster import Command, ExposedPort, Setup

_FIRST_UNPRIVILEGED_PORT: Final = 1024


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


def reach(setup: Setup) -> Iterator[Command]:
    """Where each mapped port is."""
    for port, host_port in host_ports(setup.ports):
        yield at(port, host_port)


def at(port: ExposedPort, host_port: int) -> Command:
    """Says where a port of a Service is on the laptop."""
    where = f"localhost:{host_port}" if port.protocol == "TCP" else f"localhost:{host_port}/{port.protocol}"
    scheme = "http://" if port.protocol == "TCP" else ""
    return Command("", f"{port.service} is at {scheme}{where} once its pods run")
