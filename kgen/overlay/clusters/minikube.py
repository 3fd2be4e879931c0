"""minikube: nodes in a virtual machine or a container, on every system.

https://minikube.sigs.k8s.io/docs/
"""

import shlex
from collections.abc import Iterator
from typing import Final

from kgen import quantity
from kgen.overlay.clusters.cluster import (
    EVERY_MODE,
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
from kgen.overlay.clusters.minikube_memory import default_memory
from kgen.overlay.clusters.shell import in_namespace, mounted

# The default since 1.37 on a computer with less than 16 GB; before it was 2200 (up to 1.36). A larger computer
# gives a quarter of its memory, which is no promise to build on. Two CPUs on any.
# https://github.com/kubernetes/minikube/blob/v1.38.1/cmd/minikube/cmd/start.go (suggestMemoryAllocation)
# https://github.com/kubernetes/minikube/pull/20852
_DEFAULT_NODE: Final = Requests("2", "3072Mi")

_NODES: Final = Nodes(
    default=_DEFAULT_NODE,
    # The kubelet of a virtual machine reports 65 to 160 MiB less than --memory: 2200 MB gave 2186464Ki (VirtualBox),
    # 4000 MB gave 3936940Ki (hyperkit). The larger is taken.
    overhead="160Mi",
    # etcd 100m/100Mi, kube-apiserver 250m, kube-controller-manager 200m, kube-scheduler 100m, one CoreDNS 100m/70Mi;
    # kindnet 100m/50Mi on each node once there are several.
    # https://github.com/kubernetes/minikube/blob/v1.38.1/pkg/minikube/cni/cni.go
    control_plane=Requests("750m", "170Mi"),
    each_of_several=Requests("100m", "50Mi"),
)

# The volume takes the claim's modes as they are, and is a folder of the node: with several nodes each has its own.
# https://github.com/kubernetes/minikube/blob/v1.38.1/pkg/storage/storage_provisioner.go
# https://github.com/kubernetes/minikube/issues/12360
_STORAGE: Final = Storage("standard", "k8s.io/minikube-hostpath", EVERY_MODE)

# The addon storage-provisioner-rancher, whose volumes keep their pods on their node.
# https://minikube.sigs.k8s.io/docs/tutorials/local_path_provisioner/
_STORAGE_OF_SEVERAL: Final = Storage(
    "local-path",
    "rancher.io/local-path",
    ONE_NODE,
    reason="with several nodes minikube's default storage gives each node a folder of its own",
)
_ADDON: Final = "storage-provisioner-rancher"


def create(setup: Setup) -> Iterator[Command]:
    """Start it with the size that capacity was computed for; it mounts one folder, so more need a process each.

    Up to 1.36 ``--mount-string`` does nothing without ``--mount``; the path must be absolute.
    https://minikube.sigs.k8s.io/docs/handbook/mount/
    """
    node = setup.node
    cpu, memory = (node and node.cpu) or _DEFAULT_NODE.cpu, (node and node.memory) or _DEFAULT_NODE.memory
    words = [_minikube(setup, "start"), f"--cpus={max(1, int(quantity.parse(cpu)))}"]
    words.append(f"--memory={int(quantity.parse(memory) / quantity.MEBIBYTE)}")
    if setup.nodes > 1:
        words.append(f"--nodes={setup.nodes} --addons={_ADDON}")
    first, *more = setup.mounts or (None,)
    if first:
        words.append(f"--mount --mount-string={mounted(first)}")
    fixed = f"an existing cluster keeps its size and mount: '{_minikube(setup, 'delete')}' first to change them"
    seen = "; of several nodes only the first sees the folder, unless the driver is docker" if setup.nodes > 1 else ""
    yield Command(" ".join(words), fixed + (seen if first else ""))
    for mount in more:
        if mount:
            yield Command(
                _minikube(setup, f"mount {mounted(mount)}"),
                "in a terminal of its own, left running: 'start' mounts one folder only",
            )


def load(setup: Setup, image: str) -> Command:
    """Bring an image into the node.

    https://minikube.sigs.k8s.io/docs/handbook/pushing/
    """
    return Command(_minikube(setup, f"image load {shlex.quote(image)}"), "the node does not see this computer's images")


def reach(setup: Setup) -> Iterator[Command]:
    """Open each service in the browser, by a tunnel where the node cannot be reached."""
    for service in dict.fromkeys((port.service, in_namespace(port)) for port in setup.ports):
        name, option = service
        yield Command(_minikube(setup, f"service {shlex.quote(name)}{option}"), f"opens {name} once its pods run")


def delete(setup: Setup) -> Command:
    """Of the profile."""
    return Command(_minikube(setup, "delete"), "deletes the cluster and all that is in it")


def _minikube(setup: Setup, words: str) -> str:
    """The command for the profile that has the context's name."""
    profile = "" if setup.context in ("", "minikube") else f"-p {shlex.quote(setup.context)} "
    return f"minikube {profile}{words}"


def _sizes() -> str:
    gib = (8, 12, 16, 24, 32)
    new = ", ".join(str(default_memory(size * 1024)) for size in gib)
    old = ", ".join(str(default_memory(size * 1024, since_1_37=False)) for size in gib)
    docker = ", ".join(str(default_memory(size * 1024, size * 1024)) for size in gib)
    return (
        f"without --memory a node gets, on a computer of {', '.join(map(str, gib))} GiB: {new} MB since 1.37, "
        f"{old} MB from 1.8 to 1.36, {docker} MB with the docker driver on Linux; several nodes share the quarter"
    )


CLUSTER: Final = Cluster(
    name="minikube",
    summary="nodes in a virtual machine or a container, on every system",
    identity=Identity(
        "minikube", r"[a-zA-Z0-9][-_.a-zA-Z0-9]*", Evidence(("metadata", "labels", "minikube.k8s.io/name"), ".+")
    ),
    nodes=_NODES,
    storage=_STORAGE,
    storage_of_several=_STORAGE_OF_SEVERAL,
    exposure=Exposure(
        load_balancer=Command("minikube tunnel", "in a terminal of its own; it asks for the administrator's password")
    ),
    folders=Folders("mounted", unmountable=":"),
    commands=Commands(create, load, reach, delete),
    facts=(
        Fact("nodes", _sizes(), "https://github.com/kubernetes/minikube/blob/v1.38.1/cmd/minikube/cmd/start.go"),
        Fact(
            "nodes",
            "with the docker and podman drivers a node reports the whole computer, whatever --memory says; pods above "
            "the limit are killed",
            "https://github.com/kubernetes/minikube/issues/16635",
        ),
        Fact(
            "storage",
            "with several nodes the default class gives each node a folder of its own, writable on the first only",
            "https://github.com/kubernetes/minikube/issues/12360",
        ),
        Fact(
            "folders",
            "'minikube mount' is slow and fails with more than 600 files; with the docker driver mounts are fixed when "
            "the cluster is made",
            "https://minikube.sigs.k8s.io/docs/handbook/mount/",
        ),
        Fact(
            "folders",
            "with virtual machines what pods write outside /data, /var/lib and /tmp/hostpath* is lost at a reboot",
            "https://minikube.sigs.k8s.io/docs/handbook/persistent_volumes/",
        ),
        Fact(
            "access",
            "'minikube service' opens a NodePort; with the docker driver a fixed one is at the same place each time "
            "with 'minikube start --ports=127.0.0.1:8080:30080'",
            "https://minikube.sigs.k8s.io/docs/handbook/accessing/",
        ),
        Fact(
            "identity", "the context has the name of the profile", "https://minikube.sigs.k8s.io/docs/commands/profile/"
        ),
    ),
)
