"""Builders of what the rules' tests start from."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.edits import Edit
from kgen.overlay.rules.state import State
from kgen.resource import Body, Resource, ResourceId, ResourceMap


@dataclass(frozen=True)
class Node:
    cpu: str | None = None
    memory: str | None = None
    count: int | None = None


def state(
    cluster: str,
    *bodies: Body,
    node: Node | None = None,
    declared: Collection[tuple[ResourceId, str, str]] = (),
) -> State:
    return State(ResourceMap(Resource(body) for body in bodies), CLUSTERS[cluster], node, declared)


def body(api_version: str, kind: str, name: str, spec: Any, **metadata: Any) -> Body:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


def container(name: str, limit: str | None = None, request: str | None = None, **fields: Any) -> Body:
    resources: Body = {}
    if limit:
        resources["limits"] = {"memory": limit}
    if request:
        resources["requests"] = {"memory": request}
    return {"name": name, "resources": resources, **fields}


def deployment(name: str, *containers: Body, pod: Body | None = None, **spec: Any) -> Body:
    template = {"spec": {"containers": list(containers), **(pod or {})}}
    return body("apps/v1", "Deployment", name, {**spec, "template": template})


def said(edits: Collection[Edit]) -> list[tuple[str, str, Any]]:
    return [(str(edit.resource), str(edit.path), edit.value) for edit in edits]


POSTGRES = deployment(
    "postgres", {"name": "postgres", "resources": {"limits": {"memory": "128Mi", "cpu": "500m"}}}, replicas=1
)
DAGS = {"volumes": [{"name": "dags", "hostPath": {"path": "/mnt/airflow/dags", "type": "Directory"}}]}
WEBSERVER = deployment("webserver", container("web", "2Gi"), replicas=1, pod=DAGS)
SCHEDULER = deployment("scheduler", container("main", "512Mi"), replicas=1, pod=DAGS)
LOGS = body("v1", "PersistentVolumeClaim", "logs", {"accessModes": ["ReadWriteMany"]})
SERVICE = body("v1", "Service", "web", {"type": "NodePort", "ports": [{"port": 8080}]})
ARTICLE = (LOGS, POSTGRES, SERVICE, WEBSERVER, SCHEDULER)
"""The shape of the article's base: three Deployments, a claim for many nodes, a NodePort."""
