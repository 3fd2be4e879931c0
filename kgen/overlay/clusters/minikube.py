"""minikube: one node in a virtual machine or a container, on every system.

https://minikube.sigs.k8s.io/docs/
"""

import re
import shlex
from collections.abc import Iterator

from kgen import quantity
from kgen.overlay.clusters.cluster import Cluster, Command, HostMount, Requests, Setup, Storage

# The default since 1.37 on a computer with less than 16 GB; before it was 2200 (up to 1.36). A larger computer
# gives a quarter of its memory, which is no promise to build on. Two CPUs on any.
# https://github.com/kubernetes/minikube/blob/v1.38.1/cmd/minikube/cmd/start.go (suggestMemoryAllocation)
# https://github.com/kubernetes/minikube/pull/20852
_DEFAULT_NODE = Requests("2", "3072Mi")

# The kubelet of a virtual machine reports 65 to 160 MiB less than --memory: 2200 MB gave 2186464Ki (VirtualBox),
# 4000 MB gave 3936940Ki (hyperkit). The larger is taken.
_OVERHEAD = "160Mi"

# etcd 100m/100Mi, kube-apiserver 250m, kube-controller-manager 200m, kube-scheduler 100m, one CoreDNS 100m/70Mi;
# kindnet 100m/50Mi on each node once there are several.
# https://github.com/kubernetes/minikube/blob/v1.38.1/pkg/minikube/cni/cni.go
_CONTROL_PLANE = Requests("750m", "170Mi")
_KINDNET = Requests("100m", "50Mi")

# The volume takes the claim's modes as they are, and is a folder of the node: with several nodes each has its own.
# https://github.com/kubernetes/minikube/blob/v1.38.1/pkg/storage/storage_provisioner.go
# https://github.com/kubernetes/minikube/issues/12360
_STORAGE = Storage(
    "standard",
    "k8s.io/minikube-hostpath",
    frozenset({"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"}),
    bound_to_node=False,
)


def create(setup: Setup) -> Iterator[Command]:
    """Start it with the size that capacity was computed for; it mounts one folder, so more need a process each.

    Up to 1.36 ``--mount-string`` does nothing without ``--mount``; the path must be absolute.
    https://minikube.sigs.k8s.io/docs/handbook/mount/
    """
    node = setup.node
    cpu, memory = (node and node.cpu) or _DEFAULT_NODE.cpu, (node and node.memory) or _DEFAULT_NODE.memory
    words = ["minikube start", f"--cpus={max(1, int(quantity.parse(cpu)))}"]
    words.append(f"--memory={int(quantity.parse(memory) / quantity.MEBIBYTE)}")
    if setup.nodes > 1:
        words.append(f"--nodes={setup.nodes}")
    first, *more = setup.mounts or (None,)
    if first:
        words.append(f"--mount --mount-string={_mount(first)}")
    yield Command(
        " ".join(words), "an existing cluster keeps its size and mount: 'minikube delete' first to change them"
    )
    for mount in more:
        if mount:
            yield Command(
                f"minikube mount {_mount(mount)}",
                "in a terminal of its own, left running: 'start' mounts one folder only",
            )


def reach(setup: Setup) -> Iterator[Command]:
    """Open each service in the browser, by a tunnel where the node cannot be reached."""
    for service, namespace in dict.fromkeys((port.service, port.namespace) for port in setup.ports):
        option = f" -n {shlex.quote(namespace)}" if namespace else ""
        yield Command(f"minikube service {shlex.quote(service)}{option}", f"opens {service} once its pods run")


def _mount(mount: HostMount) -> str:
    """For a shell: ``"$PWD/dags:/mnt/airflow/dags"``."""
    escaped = re.sub(r'([\\"$`])', r"\\\1", f"{mount.folder}:{mount.path}")
    return f'"$PWD/{escaped}"'


CLUSTER = Cluster(
    name="minikube",
    context="minikube",
    default_node=_DEFAULT_NODE,
    overhead=_OVERHEAD,
    control_plane=_CONTROL_PLANE,
    each_of_several=_KINDNET,
    storage=_STORAGE,
    ports_at_creation=False,
    load_balancer="minikube tunnel",
    create=create,
    reach=reach,
    delete=Command("minikube delete", "deletes the cluster and all that is in it"),
)
