"""What an API server gave, compared with what was wished: a difference is only what an apply would change."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Kgen

from kgen.preview.allocated import without_allocated
from kgen.resource import Body, Resource

ROOT = Path(__file__).parent.parent
ANSWER = Path(__file__).parent / "cases" / "served" / "article.json"
"""The article's base as an API server 1.36 answered, without status and managedFields."""


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_the_base_is_what_a_server_made_of_it(kgen: Kgen) -> None:
    found = kgen("diff", "base", "--against", str(ANSWER))
    assert (found.code, found.out.splitlines()) == (
        0,
        [
            "base vs article.json: no changes · 55 equivalent hidden",
            "  10 resources as an API server gave them: without status, managedFields and what else it adds",
        ],
    )


def _claim(items: dict[str, Body]) -> None:
    items["PersistentVolumeClaim/airflow-logs-pvc"]["spec"]["accessModes"] = ["ReadWriteOnce"]


def _policy(items: dict[str, Body]) -> None:
    container = items["Deployment/postgres"]["spec"]["template"]["spec"]["containers"][0]
    container["imagePullPolicy"] = "Always"


def _drift(items: dict[str, Body]) -> None:
    items["Deployment/postgres"]["spec"]["paused"] = True


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_claim, "    spec.accessModes[0]: ReadWriteOnce → ReadWriteMany"),
        (_policy, "    containers[name=postgres].imagePullPolicy: Always → (absent)"),
        (_drift, "    spec.paused: true → (absent)"),
    ],
)
def test_what_else_differs_is_told(
    change: Callable[[dict[str, Body]], None], told: str, kgen: Kgen, tmp_path: Path
) -> None:
    answer = json.loads(ANSWER.read_text())
    change({f"{item['kind']}/{item['metadata']['name']}": item for item in answer["items"]})
    (tmp_path / "live.json").write_text(json.dumps(answer))
    assert told in kgen("diff", "base", "--against", str(tmp_path / "live.json")).out.splitlines()


def body(kind: str, **fields: Any) -> Body:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, **fields}


def claims(claim: Body) -> Body:
    return body("StatefulSet", spec={"volumeClaimTemplates": [claim]}) | {"apiVersion": "apps/v1"}


def job(labels: Body) -> Body:
    made = body("Job", spec={}) | {"apiVersion": "batch/v1"}
    return made | {"metadata": {"name": "a", "labels": labels} if labels else {"name": "a"}}


SERVICE = body("Service", spec={"clusterIP": "10.0.0.1", "ports": [{"port": 1, "nodePort": 30001}]})


@pytest.mark.parametrize(
    ("served", "wished", "expected"),
    [
        (SERVICE, body("Service", spec={"ports": [{"port": 1}]}), body("Service", spec={"ports": [{"port": 1}]})),
        (body("Service", spec={"clusterIP": "10.0.0.1"}), body("Service"), body("Service")),
        (job({"job-name": "a"}), job({}), job({})),
        (body("Pod", spec={"priority": 0, "nodeName": "n"}), body("Pod", spec={}), body("Pod", spec={})),
        (body("Pod", spec={"priority": 0}), body("Pod", spec={"priority": 1}), body("Pod", spec={"priority": 0})),
        (claims({"status": {"phase": "Pending"}}), claims({}), claims({})),
        # no-ops: the wish says something else, or nothing can be told
        (SERVICE, SERVICE, SERVICE),
        (SERVICE, body("Service", spec={"clusterIP": "None", "ports": []}), SERVICE),
        (SERVICE, {**body("Service"), "metadata": {"name": "b"}}, SERVICE),
        (body("Service", spec=3), body("Service"), body("Service", spec=3)),
        (body("ConfigMap", data={"a": "b"}), body("ConfigMap"), body("ConfigMap", data={"a": "b"})),
    ],
)
def test_what_a_server_fills_in_is_no_wish(served: Body, wished: Body, expected: Body) -> None:
    kept = copy.deepcopy(served)
    (found,) = without_allocated([Resource(served)], [Resource(wished)])
    assert found.body == expected
    assert served == kept
