"""What is said twice: once under ``features``, once in words of its own."""

import posixpath
from collections.abc import Iterator

from kgen.errors import InputError
from kgen.kustomize.transformers.images import split
from kgen.overlay.features import airflow, credential_readers, credentials, dags, local_image
from kgen.overlay.features.scene import Scene
from kgen.overlay.spec import Spec
from kgen.resource import ResourceMap
from kgen.schema import pods

_HINT = "leave one of them out"


def conflicts(spec: Spec, base: ResourceMap) -> Iterator[InputError]:
    """An image, a folder or a password of Airflow that is declared beside the feature that sets it."""
    scene = Scene(base, airflow.find(base))
    if spec.features.get(local_image.ID) is not None:
        for name in spec.images.keys() & _images(scene):
            message = f"images.{name} and features.local-image both say which image Airflow runs"
            yield InputError(message, origin=spec.origin("images", name), hint=_HINT)
    if spec.features.get(credentials.ID) is not None:
        yield from _passwords(spec, scene)
    if spec.features.get(dags.ID) is not None:
        folders = _folders(scene)
        for path in spec.host_paths:
            if path.rstrip("/") in folders:
                message = f"hostPaths.{path} and features.dags both say where the DAGs come from"
                yield InputError(message, origin=spec.origin("hostPaths", path), hint=_HINT)


def _passwords(spec: Spec, scene: Scene) -> Iterator[InputError]:
    """What is declared of Airflow's settings that is to be in no ConfigMap; workers would take it from there."""
    own = scene.airflow.settings.name if scene.airflow else ""
    for name, data in spec.config.items():
        for key in sorted(data.keys() & credential_readers.KEYS.keys()) if name.rpartition("/")[2] == own else ():
            message = f"config.{name}.{key} and features.credentials both say it, and the one in config is in Git"
            yield InputError(message, origin=spec.origin("config", name, key), hint=_HINT)


def _images(scene: Scene) -> set[str]:
    """The names of the images that Airflow's containers run."""
    found = set()
    for server in scene.airflow.servers if scene.airflow else ():
        bodies = (body for _, body in pods.containers(scene.body(server.workload)))
        found |= {split(body["image"])[0] for body in bodies if body.get("name") == server.container}
    return found


def _folders(scene: Scene) -> set[str]:
    """The folders of the node that hold DAGs."""
    sources = (pods.mapping(dict(volume), "hostPath") or {} for _, _, volume in dags.mounts(scene))
    return {posixpath.normpath(source["path"]) for source in sources if isinstance(source.get("path"), str)}
