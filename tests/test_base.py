"""The base is the article's, byte for byte."""

import hashlib
from pathlib import Path

import pytest

BASE = Path(__file__).parent.parent / "base"

DIGESTS = {
    "airflow-envvars-configmap.yaml": "ad69f766dd648b148b02f9ed30a387dcf268ed5e824160b4a2cf4807301de0b3",
    "airflow-logs-pvc.yaml": "efd40f30bec6a2c4f521b64dcfe94d0f67cd6cccf0112e89693b63078f9bf238",
    "airflow-scheduler-deployment.yaml": "d986f4cab1705342e7e213620ea49423aae48ca0f297f3a7bd023591c0691d33",
    "airflow-webserver-deployment.yaml": "9a172ff5435127913dcee0b93a063e003b1e1f5b16326d62d19e6c956c4f38bf",
    "airflow-webserver-service.yaml": "0e5069a62bf55cef326620305a60caff024fac6e2988116e9d7dff5b6408b0a6",
    "pods-permissions-rbac.yaml": "ede10510b3957b41dcd08ddeec6da8659969dfa35ba69669fe54a58bc92c02cd",
    "postgres-deployment.yaml": "653b209204c3466efe3311d82db1f083e81a20c42b494ef1c9be95987f079c61",
    "postgres-service.yaml": "82fc976834d4a06b08b83c7572901d05369bb362a0b65f70cd6d039b049be1aa",
    "requirements-configmap.yaml": "5a31e4238c10d1ec1502c111282e7c86b99ec02afa18e81b7d4c8d686b5e219a",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_manifest_is_the_articles(name: str) -> None:
    assert hashlib.sha256((BASE / name).read_bytes()).hexdigest() == DIGESTS[name]


def test_nothing_else_lies_there() -> None:
    assert {path.name for path in BASE.iterdir()} == {*DIGESTS, "kustomization.yaml"}


def test_kustomization_lists_all_of_them_in_the_order_of_the_articles_script() -> None:
    lines = (BASE / "kustomization.yaml").read_text().splitlines()
    assert [line.removeprefix("- ") for line in lines if line.startswith("- ")] == [
        "airflow-logs-pvc.yaml",
        "pods-permissions-rbac.yaml",
        "postgres-service.yaml",
        "postgres-deployment.yaml",
        "requirements-configmap.yaml",
        "airflow-envvars-configmap.yaml",
        "airflow-webserver-service.yaml",
        "airflow-webserver-deployment.yaml",
        "airflow-scheduler-deployment.yaml",
    ]
