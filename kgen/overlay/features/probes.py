"""Pods say when they are up, and are restarted when they hang: Airflow's web interface, and PostgreSQL.

The startup probe comes first: a laptop may need minutes for the packages, the tables and the example DAGs, and until it
has succeeded the others do not run. https://github.com/apache/airflow/issues/47093

``/health`` answers 200 as soon as the web interface is up, whether or not the scheduler is. The scheduler gets no
probe: what its entrypoint exports is not seen by commands that the kubelet runs, so a check of its heartbeat would ask
another database. ``pg_isready`` asks by address, because the server that makes the database listens on a socket only.
https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from kgen.overlay.edits import Edit
from kgen.overlay.features.scene import Scene, container
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, ResourceId
from kgen.schema import pods

ID: Final = "probes"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = False

_WEBSERVER: Final = "AIRFLOW__WEBSERVER__"
_PORT: Final = 8080
_WEB: Final[Mapping[str, tuple[Body, str]]] = {
    "startupProbe": (
        {"periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 30},
        "five minutes for packages, tables and DAGs; the other probes wait for it",
    ),
    "livenessProbe": ({"periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 5}, "restarted when it hangs"),
    "readinessProbe": (
        {"periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 3},
        "no requests while it does not answer",
    ),
}
_DATABASE: Final[Mapping[str, tuple[Body, str]]] = {
    "startupProbe": (
        {"periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": 60},
        "five minutes to make or recover the database; the other probes wait for it",
    ),
    "livenessProbe": ({"periodSeconds": 20, "timeoutSeconds": 5, "failureThreshold": 6}, "restarted when it hangs"),
    "readinessProbe": (
        {"periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 3},
        "no connections while it refuses them",
    ),
}


def unfit(scene: Scene) -> str | None:
    """It needs something that it knows how to ask."""
    if scene.airflow is None and not list(scene.databases()):
        return "no container runs Airflow 1.10 or PostgreSQL"
    return None


def edits(scene: Scene) -> Iterator[Edit]:
    """The probes that a container does not have yet."""
    webserver = scene.airflow.webserver if scene.airflow else None
    if webserver:
        found = (body for _, body in pods.containers(scene.body(webserver.workload)))
        body = next((one for one in found if one.get("name") == webserver.container), {})
        yield from _probes(webserver.workload, body, {"httpGet": _health(scene)}, _WEB)
    for resource, body in scene.databases():
        asked = {"exec": {"command": ["pg_isready", "-h", "127.0.0.1", "-U", _user(body)]}}
        yield from _probes(resource.id, body, asked, _DATABASE)


def _probes(workload: ResourceId, body: Body, asked: Body, wanted: Mapping[str, tuple[Body, str]]) -> Iterator[Edit]:
    for field, (often, reason) in wanted.items():
        if field not in body:
            yield Edit(workload, container(workload, body.get("name")) / field, {**asked, **often}, reason)


def _health(scene: Scene) -> Body:
    """Where the web interface answers: its path and port can be settings."""
    port = str(scene.settings.get(f"{_WEBSERVER}WEB_SERVER_PORT", _PORT))
    path = urlsplit(str(scene.settings.get(f"{_WEBSERVER}BASE_URL", ""))).path
    return {"path": posixpath.join("/", path, "health"), "port": int(port) if port.isdigit() else _PORT}


def _user(body: Body) -> str:
    values: dict[Any, Any] = {one.get("name"): one.get("value") for one in pods.items(body, "env")}
    return str(values.get("POSTGRES_USER") or "postgres")


def notices(_: Scene) -> Iterator[Notice]:
    """Nothing to say."""
    return iter(())
