"""An image of Airflow that was built on this computer, for web interface, scheduler and workers.

``image`` is all there is to say: the containers get it, the workers' settings follow, and all have the pull policy
``IfNotPresent``: a tag ``latest`` would be pulled even where the image was loaded. The command that loads it is told at
the end of ``kgen overlay``; from a registry (``localhost:5001/airflow:dev``) it is pulled.
https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting

Whatever pods and tasks need belongs into it: workers never installed ``requirements.txt``. With ``requirements: false``
nothing is installed when pods start, and they need no internet; the image must bring ``kubernetes`` along then. Without
it the requirement of Airflow stays, with the version of the image's tag, if that tells one: with another version pip
would replace Airflow.
"""

from collections.abc import Iterator
from typing import Final

from kgen.overlay.apps.airflow_1_10 import SECTION
from kgen.overlay.edits import ABSENT, REMOVED, Edit
from kgen.overlay.features.airflow import Airflow
from kgen.overlay.features.scene import Scene, container, named, pod
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, ResourceId
from kgen.schema import pods

ID: Final = "local-image"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = True

_PRESENT: Final = "loaded images are used as they are, whatever the tag"
_INSTALLED: Final = "nothing is installed at the start: the image has it all"


def unfit(scene: Scene) -> str | None:
    """It needs an image."""
    return None if scene.option("image", "") else "it has no image: say {image: airflow:dev}"


def edits(scene: Scene) -> Iterator[Edit]:
    """The image and its pull policy for containers and workers, and what is installed."""
    image, airflow = str(scene.option("image", "")), scene.airflow
    if airflow is None:
        return
    for server in airflow.servers:
        where = container(server.workload, server.container)
        yield Edit(server.workload, where / "image", image, "declared in kgen.yaml: features.local-image")
        yield Edit(server.workload, where / "imagePullPolicy", "IfNotPresent", _PRESENT)
    yield from scene.setting(f"{SECTION}WORKER_CONTAINER_IMAGE_PULL_POLICY", "IfNotPresent", _PRESENT)
    if not scene.option("requirements", True):
        yield from _nothing_installed(scene, airflow)


def _nothing_installed(scene: Scene, airflow: Airflow) -> Iterator[Edit]:
    """The ConfigMap, its volumes and their mounts go."""
    for resource, _ in airflow.requirements:
        yield Edit(resource, REMOVED, ABSENT, _INSTALLED)
        for server in airflow.servers:
            for volume in _volumes(scene.body(server.workload), resource):
                yield from without_volume(scene, server.workload, volume, _INSTALLED)


def _volumes(body: Body, config: ResourceId) -> list[str]:
    found = pods.items(pods.pod_spec(body) or {}, "volumes")
    return [str(one.get("name")) for one in found if (one.get("configMap") or {}).get("name") == config.name]


def without_volume(scene: Scene, workload: ResourceId, volume: str, reason: str) -> Iterator[Edit]:
    """Take a volume away, and all its mounts."""
    yield Edit(workload, pod(workload) / "volumes" / named(volume), ABSENT, reason)
    for field, body in pods.containers(scene.body(workload)):
        for mount in pods.items(body, "volumeMounts"):
            if mount.get("name") == volume:
                mounts = pod(workload) / field / named(body.get("name")) / "volumeMounts"
                yield Edit(workload, mounts / named(mount.get("mountPath"), "mountPath"), ABSENT, reason)


def notices(_: Scene) -> Iterator[Notice]:
    """Nothing to say: whether the version that is pinned fits is told where images change."""
    return iter(())
