"""PostgreSQL keeps its data in a claim; in a Deployment without one each restart of the pod empties the database.

The data lie in a folder of the volume (``subPath``), because its root need not be empty (``lost+found``), and
PostgreSQL makes a database in empty folders only. The images keep them in ``/var/lib/postgresql/data``, since 18 in a
folder of each version in ``/var/lib/postgresql``. https://hub.docker.com/_/postgres (PGDATA)

The strategy becomes ``Recreate``: two servers on one folder destroy it, and in pods each fails to see the other's lock.
Recreate waits until the old pod is gone, a rollout without surge does not. ``kubectl apply --server-side`` refuses that
change on a Deployment that was applied before: delete the Deployment first.
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment

Deployments of PostgreSQL that have a volume for their data are left alone, and so is a StatefulSet.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from kgen.fieldpath import FieldPath
from kgen.kustomize.transformers.images import split
from kgen.overlay.edits import ABSENT, Edit
from kgen.overlay.features.scene import Scene, added, container, metadata, named, pod
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, Resource
from kgen.schema import pods

ID: Final = "postgres-persistence"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = False

_ROOT: Final = "/var/lib/postgresql"
_FOLDERS: Final = 18
"""The version since which the image keeps a folder for each version."""
_KEPT: Final = "a restart of the pod would empty the database"
_ALONE: Final = "two servers on one folder destroy it; this waits until the old one is gone"


def unfit(scene: Scene) -> str | None:
    """It needs a Deployment of PostgreSQL without a volume for its data."""
    databases = list(scene.databases())
    if not databases:
        return "no container runs PostgreSQL"
    if not any(is_forgetful(resource, body) for resource, body in databases):
        return "PostgreSQL has a volume already, or is no Deployment"
    return None


def is_forgetful(resource: Resource, body: Body) -> bool:
    """Whether each restart of the pod empties the database of this container."""
    mounts = [str(mount.get("mountPath")) for mount in pods.items(body, "volumeMounts")]
    return resource.id.gvk.kind == "Deployment" and not any(f"{mount}/".startswith(f"{_ROOT}/") for mount in mounts)


def edits(scene: Scene) -> Iterator[Edit]:
    """The claim, the volume, its mount and folder, and the strategy."""
    for resource, body in scene.databases():
        if is_forgetful(resource, body):
            yield from _kept(scene, resource, body)


def _kept(scene: Scene, resource: Resource, body: Body) -> Iterator[Edit]:
    claim, workload = f"{resource.id.name}-data", resource.id
    yield added(_claim(metadata(claim, workload), scene.option("size", "1Gi")), f"keeps what {workload} stores")
    volumes = pods.items(pods.pod_spec(resource.body) or {}, "volumes")
    name = claim if any(one.get("name") == "data" for one in volumes) else "data"
    volume = pod(workload) / "volumes" / named(name) / "persistentVolumeClaim" / "claimName"
    yield Edit(workload, volume, claim, _KEPT)
    where = container(workload, body.get("name"))
    mount = where / "volumeMounts" / named(_folder(body), "mountPath")
    yield Edit(workload, mount / "name", name, "the folder of the image for its data")
    yield Edit(workload, mount / "subPath", "pgdata", "a folder of the volume: its root need not be empty")
    yield Edit(workload, FieldPath(("spec", "strategy", "rollingUpdate")), ABSENT, _ALONE)
    yield Edit(workload, FieldPath(("spec", "strategy", "type")), "Recreate", _ALONE)


def _folder(body: Body) -> str:
    """Where the data are: where a variable says, else where the image has them."""
    said = [one.get("value") for one in pods.items(body, "env") if one.get("name") == "PGDATA"]
    version = re.match("[0-9]+", split(str(body.get("image")))[1])
    return str(said[0]) if said else _ROOT if version and int(version[0]) >= _FOLDERS else f"{_ROOT}/data"


def _claim(about: Body, size: Any) -> Body:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": about,
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}},
    }


def notices(_: Scene) -> Iterator[Notice]:
    """Say what becomes of the data that are there."""
    yield Notice(
        "the database starts empty, once: what it holds now is not moved",
        "kubectl delete -k removes the claim and its data too",
        "info",
    )
