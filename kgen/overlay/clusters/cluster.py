"""What kgen knows of a cluster, and what it needs of an overlay to say how to start one.

A member of this package is one module with one `Cluster`: facts with their sources, and its own commands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, Protocol


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

ONE_NODE: Final = frozenset({"ReadWriteOnce", "ReadWriteOncePod"})
EVERY_MODE: Final = ONE_NODE | {"ReadOnlyMany", "ReadWriteMany"}


class Fact(NamedTuple):
    """Something worth knowing, and where it is written; without a source it was measured or is an estimate."""

    topic: Literal["nodes", "storage", "folders", "access", "images", "identity"]
    text: str
    source: str = ""


class Evidence(NamedTuple):
    """What proves of which kind a node is: a field of it, and what that looks like."""

    path: tuple[str, ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class Identity:
    """How to tell the cluster from others.

    Attributes:
        context: The kubectl context that it creates; empty where every cluster has another one.
        contexts: What contexts of this kind look like, as a regular expression for the whole name.
        evidence: What proves it of a node.
    """

    context: str
    contexts: str = ".+"
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Nodes:
    """The size of nodes, and what of it is left to pods.

    Attributes:
        default: The size to reckon with where none is declared, or None where it is whatever the computer has.
        overhead: Memory between a node's published size and what its kubelet reports as allocatable.
        control_plane: What the cluster's own pods request once.
        each: What they request on every node.
        each_of_several: The same when there is more than one.
        shared_machine: Whether all nodes live on one machine that each reports as its own.
    """

    default: Requests | None = None
    overhead: str = "0"
    control_plane: Requests = _NOTHING
    each: Requests = _NOTHING
    each_of_several: Requests = _NOTHING
    shared_machine: bool = False


@dataclass(frozen=True, slots=True)
class Storage:
    """What serves the claims that leave the choice to the cluster.

    Attributes:
        storage_class: The name of the StorageClass; None where it is not known.
        provisioner: Its provisioner; empty where a person declared it.
        access_modes: The modes it serves; None where they are not known.
        refuses: Whether it is known to refuse the others; else nobody documents that it serves them.
        reason: Why claims must name the class; empty where it is the default one.
    """

    storage_class: str | None
    provisioner: str
    access_modes: frozenset[str] | None
    refuses: bool = True
    reason: str = ""


class Command(NamedTuple):
    """A line to type, and why; a line may be empty, then only the words count."""

    line: str
    comment: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """How a Service is reached from the laptop.

    Attributes:
        at_creation: Whether a port is reached only if it was mapped when the cluster was made.
        service_type: What type a Service that is exposed gets; None for the one it has.
        reason: Why.
        load_balancer: What gives a Service of type LoadBalancer its address; None where nothing is to do.
        shared_address: Whether all LoadBalancers share one address, so that no two have the same port.
        taken: Ports of that address which the cluster uses itself.
    """

    at_creation: bool = False
    service_type: str | None = None
    reason: str = ""
    load_balancer: Command | None = None
    shared_address: bool = False
    taken: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Folders:
    """How a folder of the laptop is seen in a node.

    Attributes:
        way: ``mounted``: by the commands or the file that make the cluster; ``shared``: some are, under the path they
            have on the laptop; ``none``: not at all; ``unknown``: nodes are elsewhere.
        shared: The folders that are seen under their own path.
        unmountable: Characters that no path may have, for they mean something where mounts are written.
    """

    way: Literal["mounted", "shared", "none", "unknown"] = "mounted"
    shared: tuple[str, ...] = ()
    unmountable: str = ""


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
    service_type: str = "NodePort"


@dataclass(frozen=True, slots=True)
class Setup:
    """An overlay, as far as starting a cluster for it goes.

    Attributes:
        overlay: Its folder from the project's root: ``overlays/kind``.
        context: The kubectl context; empty for the current one.
        mounts: The folders its pods want from the laptop.
        ports: The ports to reach it by.
        node: The node that was declared.
        root: The project's root, from where the person stands; commands run there.
        image: An image built on the laptop that its pods run, if one is declared.
        secrets: What makes the file of its Secret, if it is to be told.
    """

    overlay: str
    context: str = ""
    mounts: tuple[HostMount, ...] = ()
    ports: tuple[ExposedPort, ...] = ()
    node: NodeSize | None = None
    root: str = "."
    image: str = ""
    secrets: str = ""

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return (self.node and self.node.count) or 1


@dataclass(frozen=True, slots=True)
class Commands:
    """The cluster's own commands.

    Attributes:
        create: Makes or starts it.
        load: Brings an image that was built on the laptop into it.
        reach: Opens the services of an overlay.
        delete: Deletes it.
    """

    create: Callable[[Setup], Iterator[Command]]
    load: Callable[[Setup, str], Command]
    reach: Callable[[Setup], Iterator[Command]]
    delete: Callable[[Setup], Command]


class ClusterFile(NamedTuple):
    """The file beside the overlay that the cluster is created from: its name, and what it holds."""

    name: str
    content: Callable[[Setup], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Facts of one kind of cluster; sources stand beside them in its module.

    Attributes:
        name: As in ``kgen.yaml``: ``minikube``.
        summary: What it is, in one line.
        identity: How to tell it from others.
        nodes: The size of its nodes.
        storage: What serves claims.
        storage_of_several: The same with more than one node, where that differs.
        exposure: How Services are reached.
        folders: How folders of the laptop are seen.
        file: The file it is created from, if it takes one.
        commands: Its own commands.
        facts: What else is worth knowing, with sources.
    """

    name: str
    summary: str
    identity: Identity
    nodes: Nodes
    storage: Storage
    exposure: Exposure
    folders: Folders
    commands: Commands = field(repr=False)
    facts: tuple[Fact, ...] = field(repr=False)
    file: ClusterFile | None = field(default=None, repr=False)
    storage_of_several: Storage | None = None

    def storage_on(self, nodes: int) -> Storage:
        """What serves claims on so many nodes."""
        return (self.storage_of_several if nodes > 1 else None) or self.storage

    def node_classes(self, nodes: int) -> frozenset[str | None]:
        """The storage classes whose volumes are folders of a node; None is that of claims which name none."""
        storage = self.storage_on(nodes)
        if not storage.provisioner:
            return frozenset()
        return frozenset({storage.storage_class} if storage.reason else {storage.storage_class, None})
