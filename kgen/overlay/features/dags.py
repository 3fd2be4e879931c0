"""Airflow's DAGs come from one place, the same for web interface, scheduler and workers.

Exactly one of:

``host``: a folder of the node, which is a folder of this computer where the cluster mounts it.

``claim``: a claim, made if the base has none of that name. ``kubectl cp`` brings the files.

``git``: a repository. A container beside web interface and scheduler looks for commits every minute; workers clone it
when they start. The image is git-sync 3, the last whose settings this Airflow knows, and it comes from
``registry.k8s.io``, because the registry that Airflow names is gone.
https://github.com/kubernetes/git-sync/tree/release-3.x

``image``: ``true`` where the image has them.

Containers get the volume, workers the settings that mean the same: a DAG that is seen in the web interface and not in
the workers is "not found" when it runs. Settings of the other ways go, for they would win or be mounted in vain.
https://airflow.apache.org/docs/apache-airflow/1.10.9/configurations-ref.html#kubernetes
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kgen.overlay.apps.airflow_1_10 import SECTION
from kgen.overlay.edits import ABSENT, Edit
from kgen.overlay.features.airflow import Server
from kgen.overlay.features.local_image import without_volume
from kgen.overlay.features.scene import Scene, added, container, metadata, named, pod
from kgen.overlay.rules.state import Notice
from kgen.schema import pods

ID: Final = "dags"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = True

_WAYS: Final = ("host", "claim", "git", "image")
_SYNC: Final = ("registry.k8s.io/git-sync/git-sync", "v3.6.7")
_SYNC_USER: Final = 65533
_SAME: Final = "workers get the DAGs from the same place"
_OTHER: Final = "the DAGs come from elsewhere"
_KEYS: Final = {
    "host": ("DAGS_VOLUME_HOST",),
    "claim": ("DAGS_VOLUME_CLAIM",),
    "git": ("GIT_REPO", "GIT_BRANCH", "GIT_SUBPATH", "GIT_DAGS_FOLDER_MOUNT_POINT"),
    "image": ("DAGS_IN_IMAGE",),
}


def unfit(scene: Scene) -> str | None:
    """It needs one way, and a volume to put there."""
    ways = [way for way in _WAYS if scene.option(way, None)]
    if len(ways) != 1:
        said = " and ".join(ways) if ways else "none"
        return f"exactly one of host, claim, git and image is needed, and it has {said}"
    if ways == ["git"] and not scene.option("git", {}).get("repo"):
        return "git has no repo"
    if not list(mounts(scene)):
        return f"no container has a volume at {_folder(scene)}"
    return None


def edits(scene: Scene) -> Iterator[Edit]:
    """Volumes of the servers, settings of the workers."""
    way = next(way for way in _WAYS if scene.option(way, None))
    for other, keys in _KEYS.items():
        for key in keys:
            if other != way and f"{SECTION}{key}" in scene.settings:
                yield from scene.setting(f"{SECTION}{key}", ABSENT, _OTHER)
    yield from _BY_WAY[way](scene)


def _host(scene: Scene) -> Iterator[Edit]:
    folder = scene.option("host", "")
    yield from _volumes(scene, {"hostPath": {"path": folder, "type": "Directory"}}, "the node's folder with the DAGs")
    yield from scene.setting(f"{SECTION}DAGS_VOLUME_HOST", folder, _SAME)


def _claim(scene: Scene) -> Iterator[Edit]:
    name = scene.option("claim", "")
    first = next(mounts(scene))[0].workload
    if not any((one.id.gvk.kind, one.id.name) == ("PersistentVolumeClaim", name) for one in scene.resources):
        many = scene.modes is None or "ReadWriteMany" in scene.modes
        spec = {
            "accessModes": ["ReadWriteMany" if many else "ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        }
        body = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata(name, first), "spec": spec}
        yield added(body, "the DAGs, for web interface, scheduler and workers")
    yield from _volumes(scene, {"persistentVolumeClaim": {"claimName": name}}, "the claim with the DAGs")
    yield from scene.setting(f"{SECTION}DAGS_VOLUME_CLAIM", name, _SAME)


def _git(scene: Scene) -> Iterator[Edit]:
    git, folder = scene.option("git", {}), _folder(scene)
    yield from _volumes(scene, {"emptyDir": {}}, "the clone of the repository")
    for server, volume, _ in mounts(scene):
        beside = container(server.workload, "git-sync")
        yield Edit(server.workload, beside, _sync(git, volume), "looks for new commits every minute")
    settings = {
        f"{SECTION}GIT_REPO": git["repo"],
        f"{SECTION}GIT_BRANCH": git.get("branch", "main"),
        f"{SECTION}GIT_DAGS_FOLDER_MOUNT_POINT": folder,
        f"{SECTION}GIT_SYNC_CONTAINER_REPOSITORY": _SYNC[0],
        f"{SECTION}GIT_SYNC_CONTAINER_TAG": _SYNC[1],
    }
    if "folder" in git:
        settings[f"{SECTION}GIT_SUBPATH"] = git["folder"]
    for key, value in settings.items():
        yield from scene.setting(key, value, "workers clone the same repository when they start")
    path = "/".join(part for part in (folder, "repo", git.get("folder", "")) if part)
    yield from scene.setting("AIRFLOW__CORE__DAGS_FOLDER", path, "where the clone is, for all of them")


def _sync(git: Mapping[str, Any], volume: str) -> dict[str, Any]:
    variables = {
        "GIT_SYNC_REPO": git["repo"],
        "GIT_SYNC_BRANCH": git.get("branch", "main"),
        "GIT_SYNC_ROOT": "/git",
        "GIT_SYNC_DEST": "repo",
        "GIT_SYNC_DEPTH": "1",
        "GIT_SYNC_WAIT": "60",
        "GIT_KNOWN_HOSTS": "false",
    }
    return {
        "name": "git-sync",
        "image": ":".join(_SYNC),
        "env": [{"name": name, "value": value} for name, value in variables.items()],
        "securityContext": {"runAsUser": _SYNC_USER},
        "volumeMounts": [{"name": volume, "mountPath": "/git"}],
    }


def _image(scene: Scene) -> Iterator[Edit]:
    for server, volume, _ in mounts(scene):
        yield from without_volume(scene, server.workload, volume, "the image has the DAGs")
    yield from scene.setting(f"{SECTION}DAGS_IN_IMAGE", "True", "workers too have the DAGs in their image")


_BY_WAY: Final[Mapping[str, Callable[[Scene], Iterator[Edit]]]] = {
    "host": _host,
    "claim": _claim,
    "git": _git,
    "image": _image,
}


def _volumes(scene: Scene, source: dict[str, Any], reason: str) -> Iterator[Edit]:
    """Each volume of DAGs keeps its name and gets another source."""
    for server, name, volume in mounts(scene):
        where = pod(server.workload) / "volumes" / named(name)
        for kind in volume:
            if kind != "name" and kind not in source:
                yield Edit(server.workload, where / kind, ABSENT, _OTHER)
        for kind, value in source.items():
            yield Edit(server.workload, where / kind, value, reason)


def mounts(scene: Scene) -> Iterator[tuple[Server, str, Mapping[str, Any]]]:
    """The servers with a volume of DAGs: its name, and the volume."""
    for server in scene.airflow.servers if scene.airflow else ():
        body = scene.body(server.workload)
        volumes = {str(one.get("name")): one for one in pods.items(pods.pod_spec(body) or {}, "volumes")}
        for _, one in pods.containers(body):
            for mount in pods.items(one, "volumeMounts") if one.get("name") == server.container else ():
                if str(mount.get("mountPath")).rstrip("/") == _folder(scene) and mount.get("name") in volumes:
                    yield server, str(mount["name"]), volumes[str(mount["name"])]


def _folder(scene: Scene) -> str:
    return f"{scene.airflow.home}/dags" if scene.airflow else ""


def notices(scene: Scene) -> Iterator[Notice]:
    """Say how files get into a claim."""
    server = next(mounts(scene), None)
    if scene.option("claim", None) and server:
        workload = server[0].workload
        yield Notice(
            "the claim for the DAGs starts empty",
            f"kubectl cp dags/. POD:{_folder(scene)}, POD one of {workload}",
            "info",
        )
