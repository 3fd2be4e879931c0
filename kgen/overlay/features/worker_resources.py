"""Worker pods reserve memory, and may use no more than a limit: a LimitRange gives it to pods that say nothing.

Airflow 1.10 has no setting for it, so the scheduler of Kubernetes counts its workers as nothing, places up to
``parallelism`` (32) of them on one node, and they are the first that are killed when its memory runs out. A worker of
one Bash task takes about 110 MiB.
https://kubernetes.io/docs/concepts/policy/limit-range/

It holds for every container of the namespace that says nothing of memory. One with a limit alone reserves its limit, as
before. Of CPU it says nothing: pods without it would get a limit.
"""

from collections.abc import Iterator
from typing import Final

from kgen import quantity
from kgen.overlay.edits import Edit
from kgen.overlay.features.scene import Scene, added, metadata
from kgen.overlay.rules.state import Notice

ID: Final = "worker-resources"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = True


def unfit(scene: Scene) -> str | None:
    """A request above its limit is refused by the API server, and so are pods under two such defaults."""
    request, limit = scene.option("request", "256Mi"), scene.option("limit", "512Mi")
    if quantity.parse(request) > quantity.parse(limit):
        return f"request {request} is above limit {limit}"
    ranges = [resource.id for resource in scene.resources if resource.id.gvk.kind == "LimitRange"]
    return f"the base has {ranges[0]} already" if ranges else None


def edits(scene: Scene) -> Iterator[Edit]:
    """One LimitRange."""
    if scene.airflow is None:
        return
    container = {
        "type": "Container",
        "defaultRequest": {"memory": scene.option("request", "256Mi")},
        "default": {"memory": scene.option("limit", "512Mi")},
    }
    body = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": metadata("worker-resources", scene.airflow.settings),
        "spec": {"limits": [container]},
    }
    yield added(body, "Airflow 1.10 cannot say what its workers need; containers that say nothing get this")


def notices(_: Scene) -> Iterator[Notice]:
    """Say whom else it concerns."""
    yield Notice(
        "the LimitRange holds for all pods of the namespace that say nothing of memory, not for workers alone",
        "give Airflow a namespace of its own with 'namespace: airflow'",
        "info",
    )
