"""Which folders of the laptop must be mounted into the node, for the ``hostPath`` volumes of the base.

A local cluster's node is a machine or a container of its own: a folder of the laptop is there only when it was
mounted. Mounted is what a workload takes as a directory: ``type`` ``Directory``, ``DirectoryOrCreate``, empty or
absent. Left alone is what belongs to the node itself (``/``, ``/proc``, ``/var/run`` …), sockets and devices.

No resource is changed. ``Directory`` is right where the folder is mounted: pods wait for it, while with
``DirectoryOrCreate`` they start on an empty folder when it is not.
https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types
"""

import posixpath
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final, NamedTuple

from kgen.errors import InputError
from kgen.overlay.clusters.cluster import HostMount
from kgen.overlay.edits import Edit
from kgen.overlay.rules.state import Notice, State
from kgen.resource import Resource, ResourceMap
from kgen.schema import pods

ID: Final = "hostpath"

_DIRECTORIES: Final = frozenset({"", "Directory", "DirectoryOrCreate"})
_FILES: Final = frozenset({"File", "FileOrCreate"})

# What a node lives on: mounted over, it would not work.
_OF_THE_NODE: Final = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/opt/cni", "/proc", "/run", "/sbin", "/sys", "/usr",
    "/var/lib/cni", "/var/lib/containerd", "/var/lib/docker", "/var/lib/etcd", "/var/lib/kubelet",
    "/var/lib/minikube", "/var/lib/rancher", "/var/log", "/var/run",
)  # fmt: skip

_OF_THE_PROJECT: Final = frozenset({"base", "overlays"})


class _Volume(NamedTuple):
    resource: Resource
    path: str
    type: str


def edits(_: State) -> Iterator[Edit]:
    """Nothing to change."""
    return iter(())


def notices(state: State) -> Iterator[Notice]:
    """Say which single files a pod wants from the node, and which paths cannot be mounted."""
    for volume in _volumes(state.resources):
        place = f"{volume.resource.id}: hostPath {volume.path!r}"
        if not volume.path.startswith("/"):
            yield Notice(f"{place} is not absolute, so it cannot be mounted", "write it from the root of the node")
        elif volume.type in _FILES and not _of_the_node(volume.path):
            yield Notice(
                f"{place} is a single file, and only folders are mounted from this computer",
                "mount its folder, or keep the file in a ConfigMap",
            )


def mounts(resources: ResourceMap) -> tuple[HostMount, ...]:
    """The folders to mount, by their path in the node; one that lies within another comes with it.

    Raises:
        InputError: A path goes up with ``..``.
    """
    paths = sorted({
        volume.path
        for volume in _volumes(resources)
        if volume.type in _DIRECTORIES and volume.path.startswith("/") and not _of_the_node(volume.path)
    })  # fmt: skip
    outer = [path for path in paths if not any(_within(path, other) for other in paths if other != path)]
    found = []
    for path, folder in zip(outer, _folders(outer), strict=True):
        inner = tuple(folder + other[len(path) :] for other in paths if other != path and _within(other, path))
        found.append(HostMount(path, folder, inner))
    return tuple(found)


def _volumes(resources: Iterable[Resource]) -> Iterator[_Volume]:
    for resource in resources:
        for volume in pods.items(pods.pod_spec(resource.body) or {}, "volumes"):
            source = pods.mapping(volume, "hostPath") or {}
            if isinstance(source.get("path"), str) and source["path"]:
                yield _Volume(resource, _normal(resource, source["path"]), str(source.get("type") or ""))


def _normal(resource: Resource, path: str) -> str:
    if ".." in path.split("/"):
        raise InputError(
            f"{resource.id}: hostPath {path!r} goes up with '..', which Kubernetes refuses",
            origin=resource.origin,
            hint="write the path it leads to",
        )
    return posixpath.normpath(path).replace("//", "/")


def _of_the_node(path: str) -> bool:
    """Whether it is a part of the node, holds one, or is a socket."""
    return path.endswith(".sock") or any(_within(path, own) or _within(own, path) for own in _OF_THE_NODE)


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith(other.rstrip("/") + "/")


def _folders(paths: Iterable[str]) -> list[str]:
    """A folder for each path, no two the same, and none of them one of the project's own."""
    taken = set(_OF_THE_PROJECT)
    found = []
    for path in paths:
        name = next(name for name in _names(path) if name not in taken)
        taken.add(name)
        found.append(name)
    return found


def _names(path: str) -> Iterator[str]:
    """Its last part, then with the parts before it, then with a number: ``data``, ``app-data``, ``app-data-2``."""
    parts = path.strip("/").split("/")
    for length in range(1, len(parts) + 1):
        yield "-".join(parts[-length:])
    for number in count(2):
        yield f"{'-'.join(parts)}-{number}"
