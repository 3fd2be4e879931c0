"""Airflow 1.10 runs with what is served today: its client, its watch, its workers' user, one scheduler.

``kubernetes==11.0.0`` stands beside the requirement of Airflow, which takes any version: since version 12 the client
raises when a watch has expired (410), and the executor starts it again from the same expired version, for ever. Pods
are still created, but none is ever seen to end. https://github.com/apache/airflow/issues/12229

The watch waits an hour for the next event instead of a minute: it ends with an error in the log whenever it waits in
vain, and each new one is a chance to meet an expired version.

Workers run as the user of the image. What the executor is not told counts as root.
https://github.com/apache/airflow/issues/8683

1.10 knows one scheduler at a time: a rollout stops the old one before the new one starts. While the old one ends, for
up to 30 seconds, both can be there. ``recreate: true`` waits for its end, but ``kubectl apply --server-side`` (so
Flux, and Argo CD in that mode) refuses this on a Deployment that was applied before.
https://github.com/kubernetes/kubernetes/issues/24198
"""

import re
from collections.abc import Iterator
from typing import Final

from kgen.fieldpath import FieldPath
from kgen.overlay.apps.airflow_1_10 import SECTION
from kgen.overlay.edits import ABSENT, Edit
from kgen.overlay.features.airflow import Airflow
from kgen.overlay.features.scene import Scene
from kgen.overlay.rules.rollout import in_place
from kgen.overlay.rules.state import Notice
from kgen.resource import ResourceId

ID: Final = "runtime-fix"
CLUSTERS: Final = frozenset({"minikube", "kind"})
NEEDS_AIRFLOW: Final = True

_CLIENT: Final = "kubernetes==11.0.0"
_OWN_CLIENT: Final = re.compile(r"^kubernetes\s*([=<>!~;]|$)", re.MULTILINE)
_BRIEF: Final = re.compile(r'\s*\{\s*"_request_timeout"\s*:\s*\[\s*60\s*,\s*60\s*\]\s*\}\s*')
_USER: Final = {
    f"{SECTION}RUN_AS_USER": "worker pods run as the user of the image; unsaid it is root",
    f"{SECTION}FS_GROUP": "their volumes belong to its group; unsaid it is that of root",
}
_ONE: Final = "Airflow 1.10 allows one scheduler at a time"


def unfit(_: Scene) -> str | None:
    """Nothing stands in its way."""
    return None


def edits(scene: Scene) -> Iterator[Edit]:
    """The client, the watch, the user, and the scheduler's rollout, where the base does not say them otherwise."""
    if scene.airflow is None:
        return
    yield from _client(scene, scene.airflow)
    arguments = scene.settings.get(f"{SECTION}KUBE_CLIENT_REQUEST_ARGS")
    if isinstance(arguments, str) and _BRIEF.fullmatch(arguments):
        reason = "a watch that ends every minute starts from a version that may have expired"
        yield from scene.setting(f"{SECTION}KUBE_CLIENT_REQUEST_ARGS", '{"_request_timeout": [60, 3600]}', reason)
    for key, reason in _USER.items():
        if key not in scene.settings:
            yield from scene.setting(key, str(scene.airflow.user), reason)
    scheduler = scene.airflow.scheduler
    if scheduler and scheduler.gvk.kind == "Deployment":
        yield from _rollout(scene, scheduler, recreate=scene.option("recreate", False))


def _client(scene: Scene, airflow: Airflow) -> Iterator[Edit]:
    for resource, key in airflow.requirements:
        path = FieldPath(("data", key))
        text = path.get(scene.body(resource))
        if isinstance(text, str) and not _OWN_CLIENT.search(text):
            reason = "with a newer client the scheduler never recovers from a watch that has expired"
            yield Edit(resource, path, f"{text.rstrip()}\n{_CLIENT}\n", reason)


def _rollout(scene: Scene, scheduler: ResourceId, *, recreate: bool) -> Iterator[Edit]:
    strategy = FieldPath(("spec", "strategy"))
    if recreate:
        yield Edit(scheduler, strategy / "rollingUpdate", ABSENT, _ONE)
        yield Edit(scheduler, strategy / "type", "Recreate", _ONE)
    else:
        yield from in_place(scheduler, scene.body(scheduler), f"{_ONE}, so the old one ends first")


def notices(_: Scene) -> Iterator[Notice]:
    """Nothing to say."""
    return iter(())
