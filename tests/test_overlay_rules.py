from pathlib import Path

import pytest
from rule_states import ARTICLE, Node, said, state

from kgen.overlay.clusters.cluster import HostMount
from kgen.overlay.edits import apply_edits
from kgen.overlay.rules import RULES, run
from kgen.overlay.rules.hostpath import mounts
from kgen.yamlio import load

ROLLOUTS = [
    (f"Deployment/{name}", f"spec.strategy.{field}", value)
    for name in ("postgres", "webserver", "scheduler")
    for field, value in (("rollingUpdate.maxSurge", 0), ("rollingUpdate.maxUnavailable", 1), ("type", "RollingUpdate"))
]


def test_each_rule_documents_itself() -> None:
    assert [rule.ID for rule in RULES] == ["storage", "exposure", "capacity", "rollout", "hostpath"]
    assert all(rule.__doc__ for rule in RULES)


def test_a_default_minikube_only_needs_its_rollouts_mended() -> None:
    edits, notices = run(state("minikube", *ARTICLE))
    assert said(edits) == ROLLOUTS
    assert notices == ()


def test_a_small_minikube_needs_a_lower_request_too_and_rollouts_see_it() -> None:
    edits, notices = run(state("minikube", *ARTICLE, node=Node(memory="2200Mi")))
    request = "spec.template.spec.containers[name=web].resources.requests.memory"
    assert said(edits) == [("Deployment/webserver", request, "1216Mi"), *ROLLOUTS]
    # 1870 - 1216 - 512 - 128 = 14
    assert {edit.reason for edit in edits if edit.resource.name == "webserver"} == {
        "a limit counts as a request: the pods ask for 2688Mi together, the node has 1870Mi free; the limit stays",
        "a rollout starts a second pod of 1216Mi while the first still runs; the node has 14Mi left",
    }
    assert notices == ()


def test_kind_needs_its_storage_and_its_port() -> None:
    edits, notices = run(state("kind", *ARTICLE))
    assert said(edits) == [
        ("PersistentVolumeClaim/logs", "spec.accessModes", ["ReadWriteOnce"]),
        ("Service/web", "spec.ports[port=8080].nodePort", 30080),
    ]
    assert [notice.level for notice in notices] == ["info"]


@pytest.mark.parametrize("memory", ["3072Mi", "2200Mi", "5100Mi"])
@pytest.mark.parametrize("cluster", ["minikube", "kind"])
def test_a_second_run_changes_nothing(cluster: str, memory: str) -> None:
    found = state(cluster, *ARTICLE, node=Node(memory=memory))
    edits, _ = run(found)
    after = [resource.body for resource in apply_edits(found.resources, edits)]
    assert run(state(cluster, *after, node=Node(memory=memory)))[0] == ()


def test_a_large_minikube_needs_nothing() -> None:
    assert run(state("minikube", *ARTICLE, node=Node(memory="5100Mi"))) == ((), ())


def test_the_base_of_the_repository() -> None:
    files = sorted((Path(__file__).parent.parent / "base").glob("*.yaml"))
    bodies = [document.body for file in files for document in load(file.read_bytes(), str(file))]
    resources = [found for found in bodies if found["kind"] != "Kustomization"]
    minikube, _ = run(state("minikube", *resources))
    assert {(str(edit.resource), edit.path.segments[-1], edit.value) for edit in minikube} == {
        (f"Deployment/{name}", field, value)
        for name in ("postgres", "airflow-webserver", "airflow-scheduler")
        for field, value in (("maxSurge", 0), ("maxUnavailable", 1), ("type", "RollingUpdate"))
    }
    kind, _ = run(state("kind", *resources))
    assert [(str(edit.resource), edit.value) for edit in kind] == [
        ("PersistentVolumeClaim/airflow-logs-pvc", ["ReadWriteOnce"]),
        ("Service/airflow-webserver", 30080),
    ]
    assert mounts(state("kind", *resources).resources) == (HostMount("/mnt/airflow/dags", "dags"),)
