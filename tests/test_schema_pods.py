import json
from typing import Any

import pytest

from kgen.resource import Gvk
from kgen.schema import pods

TEMPLATE = {"template": {"spec": {"initContainers": [{"name": "i"}], "containers": [{"name": "a"}, {"name": "b"}]}}}


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [
        ("v1", "Pod", ("spec",)),
        ("v1", "ReplicationController", ("spec", "template", "spec")),
        ("apps/v1", "Deployment", ("spec", "template", "spec")),
        ("apps/v1beta2", "StatefulSet", ("spec", "template", "spec")),
        ("apps/v1", "DaemonSet", ("spec", "template", "spec")),
        ("apps/v1", "ReplicaSet", ("spec", "template", "spec")),
        ("batch/v1", "Job", ("spec", "template", "spec")),
        ("batch/v1", "CronJob", ("spec", "jobTemplate", "spec", "template", "spec")),
        ("v1", "Service", None),
        ("v1", "Deployment", None),
        ("example.org/v1", "Job", None),
    ],
)
def test_pod_spec_path(api_version: str, kind: str, expected: tuple[str, ...] | None) -> None:
    assert pods.pod_spec_path(Gvk.of({"apiVersion": api_version, "kind": kind})) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"apiVersion": "apps/v1", "kind": "Deployment", "spec": TEMPLATE}, ["i", "a", "b"]),
        ({"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"jobTemplate": {"spec": TEMPLATE}}}, ["i", "a", "b"]),
        ({"apiVersion": "v1", "kind": "Pod", "spec": TEMPLATE["template"]["spec"]}, ["i", "a", "b"]),
        ({"apiVersion": "v1", "kind": "Service", "spec": TEMPLATE}, []),
        ({"apiVersion": "v1", "kind": "Pod", "spec": None}, []),
        ({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": None}}, []),
        ({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": ["x", {"name": "y"}]}}, ["y"]),
        ({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": "x"}}, []),
    ],
)
def test_containers(body: dict[str, Any], expected: list[str]) -> None:
    assert [container["name"] for _, container in pods.containers(body)] == expected


def test_containers_come_with_the_name_of_their_list() -> None:
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": TEMPLATE}
    assert [field for field, _ in pods.containers(body)] == ["initContainers", "containers", "containers"]


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Deployment", '{"replicas": 3}', 3),
        ("Deployment", '{"replicas": 0}', 0),
        ("Deployment", '{"replicas": null}', 1),
        ("Deployment", '{"replicas": "3"}', 1),
        ("Deployment", "{}", 1),
        ("Deployment", "null", 1),
        ("StatefulSet", '{"replicas": 2}', 2),
        ("DaemonSet", '{"replicas": 2}', 1),
    ],
)
def test_replicas(kind: str, spec: str, expected: int) -> None:
    assert pods.replicas({"apiVersion": "apps/v1", "kind": kind, "spec": json.loads(spec)}) == expected
