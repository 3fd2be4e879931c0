"""Folders of the laptop that pods want to see, by ``hostPath`` volumes, and whether they can.

A local cluster's node is a machine or a container of its own: a folder of the laptop is there only when it was
mounted, or where the cluster shows it under the path it has on the laptop (``hostPaths`` in ``kgen.yaml`` gives a
volume such a path). Where no folder can be seen, one that must be there (``Directory``) is refused.

Wanted is what a workload takes as a directory: ``type`` ``Directory``, ``DirectoryOrCreate``, empty or absent. Left
alone is what belongs to the node itself (``/``, ``/proc``, ``/var/run`` …), sockets and devices.

The rule itself changes nothing. ``Directory`` is right where the folder is mounted: pods wait for it, while with
``DirectoryOrCreate`` they start on an empty folder when it is not.
https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types
"""

import posixpath
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final, NamedTuple

from kgen.errors import InputError, InputErrors
from kgen.overlay.clusters.cluster import Cluster, Folders, HostMount
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


_MOUNTED: Final = Folders()


class _Volume(NamedTuple):
    resource: Resource
    path: str
    type: str


def edits(_: State) -> Iterator[Edit]:
    """Nothing to change."""
    return iter(())


def notices(state: State) -> Iterator[Notice]:
    """Say which folders the cluster does not show, which single files a pod wants, and which paths are none."""
    folders, name = state.cluster.folders, state.cluster.name
    for path, volumes in _unseen(state.resources, folders).items():
        yield _unseen_notice(path, " and ".join(dict.fromkeys(str(v.resource.id) for v in volumes)), name, folders.way)
    for volume in _volumes(state.resources):
        place = f"{volume.resource.id}: hostPath {volume.path!r}"
        if not volume.path.startswith("/"):
            yield Notice(f"{place} is not absolute, so it cannot be mounted", "write it from the root of the node")
        elif volume.type in _FILES and not _of_the_node(volume.path):
            yield Notice(
                f"{place} is a single file, and only folders are mounted from this computer",
                "mount its folder, or keep the file in a ConfigMap",
            )


def refuse_unseen(resources: ResourceMap, cluster: Cluster) -> None:
    """Stop where pods would wait for ever for a folder that the cluster can never show.

    Raises:
        InputErrors: One error for each resource that wants such a folder.
    """
    if cluster.folders.way != "none":
        return
    errors = [
        InputError(
            f"{volume.resource.id}: its pods would wait for ever for hostPath {path!r}: {cluster.name} shows them no "
            "folder of this computer",
            origin=volume.resource.origin,
            hint="switch to the cluster docker-desktop (way kubeadm), or bring the files in an image or a ConfigMap",
        )
        for path, volumes in _unseen(resources, cluster.folders).items()
        for volume in volumes
        if volume.type == "Directory"
    ]
    if errors:
        raise InputErrors(errors)


def mounts(resources: ResourceMap, folders: Folders = _MOUNTED) -> tuple[HostMount, ...]:
    """The folders to mount, by their path in the node; one that lies within another comes with it.

    Raises:
        InputError: A path goes up with ``..``.
    """
    if folders.way != "mounted":
        return ()
    paths = sorted(path for path in _wanted(resources) if not set(folders.unmountable) & set(path))
    outer = [path for path in paths if not any(_within(path, other) for other in paths if other != path)]
    found = []
    for path, folder in zip(outer, _folders(outer), strict=True):
        inner = tuple(folder + other[len(path) :] for other in paths if other != path and _within(other, path))
        found.append(HostMount(path, folder, inner))
    return tuple(found)


def _wanted(resources: ResourceMap) -> dict[str, list[_Volume]]:
    """The volumes by the directory that they want from the laptop."""
    found: dict[str, list[_Volume]] = {}
    for volume in _volumes(resources):
        if volume.type in _DIRECTORIES and volume.path.startswith("/") and not _of_the_node(volume.path):
            found.setdefault(volume.path, []).append(volume)
    return found


def _unseen(resources: ResourceMap, folders: Folders) -> dict[str, list[_Volume]]:
    """Those whose directory the cluster does not show by itself."""
    if folders.way == "mounted":
        return {path: found for path, found in _wanted(resources).items() if set(folders.unmountable) & set(path)}
    return {
        path: found
        for path, found in _wanted(resources).items()
        if not any(_within(path, shared) for shared in folders.shared)
    }


def _unseen_notice(path: str, who: str, cluster: str, way: str) -> Notice:
    place = f"{who}: hostPath {path!r}"
    if way == "mounted":
        return Notice(f"{place} has a character that {cluster} cannot mount", "choose another path in the base")
    if way == "none":
        return Notice(
            f"{place} is an empty folder there: {cluster} shows pods no folder of this computer",
            "bring the files in an image or a ConfigMap, or use another cluster",
        )
    if way == "unknown":
        return Notice(
            f"{place} is a folder of whichever node the pod runs on",
            "make sure that it is on every node, or bring the files in an image or a claim",
            "info",
        )
    return Notice(
        f"{place} is not there: {cluster} shows folders of this computer only under the path that they have here",
        f'say which one it is: kgen overlay NAME --host-path {path}="$PWD/{posixpath.basename(path)}"; that is good '
        "for this computer only, so keep the overlay out of Git",
    )


def _volumes(resources: Iterable[Resource]) -> Iterator[_Volume]:
    for resource in resources:
        for volume, path, kind in pods.host_paths(resource.body):
            _refuse_upward(resource, volume["hostPath"]["path"])
            yield _Volume(resource, path, kind)


def _refuse_upward(resource: Resource, path: str) -> None:
    if ".." in path.split("/"):
        raise InputError(
            f"{resource.id}: hostPath {path!r} goes up with '..', which Kubernetes refuses",
            origin=resource.origin,
            hint="write the path it leads to",
        )


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
