"""An image of Airflow that was built on this computer, for web interface, scheduler and workers.

``image`` is all there is to say: the containers and the workers' ``AIRFLOW__KUBERNETES__WORKER_CONTAINER_*`` get it,
with the pull policy ``IfNotPresent``: a tag ``latest`` would be pulled even where the image was loaded. The command
that loads it is told at the end of ``kgen overlay``; from a registry (``localhost:5001/airflow:dev``) it is pulled.
https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting

Whatever pods and tasks need belongs into it: workers never installed ``requirements.txt``. With ``requirements: false``
nothing is installed when pods start, and they need no internet; the image must bring ``kubernetes`` along then. Without
it the requirement of Airflow stays, with the version of the image's tag, if that tells one: with another version pip
would replace Airflow.
"""

import re
from collections.abc import Iterator
from typing import Final

from kgen.fieldpath import FieldPath
from kgen.kustomize.transformers.images import split
from kgen.overlay.edits import ABSENT, REMOVED, Edit
from kgen.overlay.features.airflow import SECTION, Airflow
from kgen.overlay.features.scene import Scene, container, named, pod
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, ResourceId
from kgen.schema import pods

ID: Final = "local-image"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = True

_PINNED: Final = re.compile(r"(apache-airflow(?:\[[^\]\n]*\])?==)[0-9][\w.]*")
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?![\w.])")
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
    repository, tag = halves(image)
    yield from scene.setting(f"{SECTION}WORKER_CONTAINER_REPOSITORY", repository, "workers run the scheduler's image")
    yield from scene.setting(f"{SECTION}WORKER_CONTAINER_TAG", tag, "the rest of its name")
    yield from scene.setting(f"{SECTION}WORKER_CONTAINER_IMAGE_PULL_POLICY", "IfNotPresent", _PRESENT)
    if not scene.option("requirements", True):
        yield from _nothing_installed(scene, airflow)
    elif version := _VERSION.match(split(image)[1]):
        yield from _installed(scene, airflow, version[0])


def halves(image: str) -> tuple[str, str]:
    """The two settings, between which Airflow puts a colon, whatever the image: ``name@sha256`` and its digits."""
    name, tag, digest = split(image)
    if digest:
        algorithm, _, digits = digest.partition(":")
        return f"{name}{tag and ':'}{tag}@{algorithm}", digits
    return name, tag


def _installed(scene: Scene, airflow: Airflow, version: str) -> Iterator[Edit]:
    for resource, key in airflow.requirements:
        path = FieldPath(("data", key))
        text = path.get(scene.body(resource))
        if isinstance(text, str):
            reason = "the version of the image, or pip would replace Airflow"
            yield Edit(resource, path, _PINNED.sub(rf"\g<1>{version}", text), reason)


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


def notices(scene: Scene) -> Iterator[Notice]:
    """Say what is not known of the image."""
    image = str(scene.option("image", ""))
    if scene.option("requirements", True) and not _VERSION.match(split(image)[1]):
        yield Notice(
            f"the tag of {image} does not tell the version of Airflow in it, and requirements.txt pins one",
            "say 'requirements: false' under features.local-image if all that is needed is in the image; else make "
            "sure that the versions are the same, or pip replaces Airflow at each start",
        )
