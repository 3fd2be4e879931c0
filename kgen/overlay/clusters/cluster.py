"""What kgen knows of a local cluster, and what it needs of an overlay to say how to start one.

A member of this package is one module with one `Cluster`: facts with their sources, and its own commands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol


class NodeSize(Protocol):
    """The node a person declared, as quantities; None is not declared."""

    @property
    def cpu(self) -> str | None:
        """Cores of one node: ``2``."""

    @property
    def memory(self) -> str | None:
        """Memory of one node: ``3072Mi``."""

    @property
    def count(self) -> int | None:
        """How many nodes."""


class Requests(NamedTuple):
    """CPU and memory as quantities."""

    cpu: str = "0"
    memory: str = "0"


_NOTHING: Final = Requests()


@dataclass(frozen=True, slots=True)
class Storage:
    """What serves a claim that names no storage class.

    Attributes:
        default_class: The name of the default StorageClass.
        provisioner: Its provisioner.
        access_modes: The modes it serves.
        bound_to_node: Whether a volume keeps its pods on its node; if not, each node has a folder of its own and
            pods on different nodes silently do not share files.
    """

    default_class: str
    provisioner: str
    access_modes: frozenset[str]
    bound_to_node: bool


class HostMount(NamedTuple):
    """A folder of the laptop that must be seen in the node.

    Attributes:
        path: Where in the node: ``/mnt/airflow/dags``.
        folder: Which folder, from the project's root: ``dags``.
        subfolders: Folders within it that pods want too, from the project's root.
    """

    path: str
    folder: str
    subfolders: tuple[str, ...] = ()


class ExposedPort(NamedTuple):
    """A port of a Service that is to be reached from outside; `node_port` is None where the cluster chooses it."""

    service: str
    namespace: str
    port: int
    protocol: str
    node_port: int | None


@dataclass(frozen=True, slots=True)
class Setup:
    """An overlay, as far as starting a cluster for it goes.

    Attributes:
        overlay: Its folder from the project's root: ``overlays/kind``.
        mounts: The folders its pods want from the laptop.
        ports: The ports to reach it by.
        node: The node that was declared.
        root: The project's root, from where the person stands; commands run there.
    """

    overlay: str
    mounts: tuple[HostMount, ...] = ()
    ports: tuple[ExposedPort, ...] = ()
    node: NodeSize | None = None
    root: str = "."

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return (self.node and self.node.count) or 1


class Command(NamedTuple):
    """A line to type, and why; a line may be empty, then only the words count."""

    line: str
    comment: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Facts of one kind of local cluster; sources stand beside them in its module.

    Attributes:
        name: As in ``kgen.yaml``: ``minikube``.
        context: The kubectl context it creates.
        default_node: The size of a node that its documentation promises, or None where it is whatever the computer
            has.
        overhead: Memory between a node's published size and what its kubelet reports as allocatable.
        control_plane: What its own pods request once.
        each_node: What its own pods request on every node.
        each_of_several: The same when there is more than one.
        shared_machine: Whether all nodes live on one machine that each reports as its own.
        storage: What serves claims.
        ports_at_creation: Whether a port reaches the laptop only if it was mapped when the cluster was made.
        load_balancer: What gives a Service of type LoadBalancer its address.
        file: The file kgen writes beside the overlay to create the cluster from, if it takes one.
        create: The commands that create it.
        reach: The commands that open its services.
        delete: The command that deletes it.
    """

    name: str
    context: str
    default_node: Requests | None
    overhead: str
    control_plane: Requests
    storage: Storage
    ports_at_creation: bool
    load_balancer: str
    create: Callable[[Setup], Iterator[Command]] = field(repr=False)
    reach: Callable[[Setup], Iterator[Command]] = field(repr=False)
    delete: Command
    each_node: Requests = _NOTHING
    each_of_several: Requests = _NOTHING
    shared_machine: bool = False
    file: str | None = None
