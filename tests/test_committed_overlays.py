"""The overlays in this repository: up to date, and the same for every kubectl that is found."""

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Kgen
from oracles import ALL

from kgen import build, yamlio

NAMES = sorted(path.name for path in (ROOT / "overlays").iterdir() if path.is_dir())


def resources(name: str) -> dict[str, Any]:
    return {str(resource.id): resource.body for resource in build(ROOT / "overlays" / name)}


def test_these_are_committed() -> None:
    assert NAMES == ["kind", "minikube", "minikube-small"]


def test_they_are_what_would_be_written(kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ran = kgen("overlay", "--all", "--check")
    assert (ran.code, ran.out) == (0, "")


NONE = pytest.param("", id="none", marks=pytest.mark.skip(reason="no kubectl and no kustomize found"))


@pytest.mark.parametrize("oracle", sorted(ALL) or [NONE])
@pytest.mark.parametrize("path", ["base", *(f"overlays/{name}" for name in NAMES)])
def test_every_version_builds_the_same_bytes(
    oracle: str, path: str, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert kgen("build", path).out == ALL[oracle].build(path).stdout


def test_the_base_has_the_articles_ten_resources() -> None:
    assert sorted(str(resource.id) for resource in build(ROOT / "base")) == [
        "ClusterRole/pods-permissions",
        "ClusterRoleBinding/pods-permissions",
        "ConfigMap/airflow-envvars-configmap",
        "ConfigMap/requirements-configmap",
        "Deployment/airflow-scheduler",
        "Deployment/airflow-webserver",
        "Deployment/postgres",
        "PersistentVolumeClaim/airflow-logs-pvc",
        "Service/airflow-webserver",
        "Service/postgres",
    ]


def test_on_kind_the_claim_binds_and_the_service_has_the_port_that_is_mapped() -> None:
    built = resources("kind")
    assert built["PersistentVolumeClaim/airflow-logs-pvc"]["spec"]["accessModes"] == ["ReadWriteOnce"]
    path = ROOT / "overlays/kind/kind.yaml"
    (document,) = yamlio.load(path.read_bytes(), str(path))
    (node,) = document.body["nodes"]
    (mapping,) = node["extraPortMappings"]
    (port,) = built["Service/airflow-webserver"]["spec"]["ports"]
    assert (mapping["containerPort"], mapping["hostPort"]) == (port["nodePort"], port["port"]) == (30080, 8080)
    assert node["extraMounts"] == [{"hostPath": "./dags", "containerPath": "/mnt/airflow/dags"}]
    assert "name" not in document.body


def deployments(name: str) -> dict[str, Any]:
    return {key: body["spec"] for key, body in resources(name).items() if key.startswith("Deployment/")}


@pytest.mark.parametrize("name", ["minikube", "minikube-small"])
def test_on_minikube_no_rollout_needs_room_for_a_second_pod(name: str) -> None:
    for spec in deployments(name).values():
        assert spec["strategy"] == {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}, "type": "RollingUpdate"}


def requests(name: str) -> dict[str, Any]:
    return {
        key: spec["template"]["spec"]["containers"][0]["resources"].get("requests")
        for key, spec in deployments(name).items()
    }


def test_on_minikubes_default_node_no_request_is_lowered() -> None:
    assert set(requests("minikube").values()) == {None}


def test_on_a_small_node_requests_are_computed_and_limits_stay() -> None:
    """2200 - 160 overhead - 170 of minikube's own = 1870Mi free; 1344 + 384 (declared) + 128 = 1856Mi."""
    assert requests("minikube-small") == {
        "Deployment/airflow-scheduler": {"memory": "384Mi"},
        "Deployment/airflow-webserver": {"memory": "1344Mi"},
        "Deployment/postgres": None,
    }
    limits = {
        key: spec["template"]["spec"]["containers"][0]["resources"]["limits"]
        for key, spec in deployments("minikube-small").items()
    }
    assert limits == {
        "Deployment/airflow-scheduler": {"memory": "512Mi"},
        "Deployment/airflow-webserver": {"memory": "2Gi"},
        "Deployment/postgres": {"memory": "128Mi", "cpu": "500m"},
    }


def test_nothing_in_the_repository_names_this_machine() -> None:
    for path in Path(ROOT / "overlays").rglob("*"):
        assert path.is_dir() or str(ROOT) not in path.read_text()
