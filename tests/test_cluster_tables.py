"""What published nodes hold of the article's base, and what each cluster needs changed: tables from measurements.

Each node is named by its published size; what is free of it for pods was read from running nodes, or is an estimate of
their documentation. Amounts are in Mi.
"""

from typing import Any, NamedTuple

import pytest
from conftest import ROOT
from rule_states import Node, said

from kgen import build
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.declared import declared_cluster
from kgen.overlay.room import room
from kgen.overlay.rules import run
from kgen.overlay.rules.demand import asked
from kgen.overlay.rules.state import State
from kgen.overlay.spec import NodeSize, Spec, StorageFacts
from kgen.quantity import MEBIBYTE
from kgen.resource import ResourceMap

LOGS, WEB = "PersistentVolumeClaim/airflow-logs-pvc", "Service/airflow-webserver"
RWO = (LOGS, "spec.accessModes", ["ReadWriteOnce"])
FIXED_PORT = (WEB, "spec.ports[port=8080].nodePort", 30080)


@pytest.fixture(scope="module")
def base() -> ResourceMap:
    return build(ROOT / "base")


class Row(NamedTuple):
    """A node, what is free on it, what is left beside the base (negative: short), and whose rollouts still fit."""

    cluster: str
    memory: str
    free: int
    left: int
    rollouts: str


ROWS = [
    Row("minikube", "2200Mi", 1870, -818, ""),
    Row("minikube", "3072Mi", 2742, 54, ""),
    Row("minikube", "4000Mi", 3670, 982, "postgres airflow-scheduler"),
    Row("minikube", "5066Mi", 4736, 2048, "postgres airflow-webserver airflow-scheduler"),
    Row("minikube", "5065Mi", 4735, 2047, "postgres airflow-scheduler"),
    Row("minikube", "3018Mi", 2688, 0, ""),
    Row("kind", "4060Mi", 3610, 922, "postgres airflow-scheduler"),
    Row("kind", "16Gi", 15934, 13246, "postgres airflow-webserver airflow-scheduler"),
    Row("k3d", "4060Mi", 3760, 1072, "postgres airflow-scheduler"),
    Row("colima", "2Gi", 1820, -868, ""),
    Row("rancher-desktop", "4Gi", 3750, 1062, "postgres airflow-scheduler"),
    Row("microk8s", "4Gi", 3750, 1062, "postgres airflow-scheduler"),
    Row("docker-desktop", "4Gi", 3596, 908, "postgres airflow-scheduler"),
    Row("docker-desktop-kind", "4060Mi", 3610, 922, "postgres airflow-scheduler"),
    Row("orbstack", "8Gi", 7892, 5204, "postgres airflow-webserver airflow-scheduler"),
    Row("generic", "2688Mi", 2688, 0, ""),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.cluster} {row.memory}")
def test_whether_the_base_fits_a_node(row: Row, base: ResourceMap) -> None:
    state = State(base, CLUSTERS[row.cluster], Node(cpu="2", memory=row.memory))
    (free,) = room(state.cluster, state.node).free
    wanted = sum(workload.steady.memory for workload in asked(state))
    assert (free.memory / MEBIBYTE, (free.memory - wanted) / MEBIBYTE) == (row.free, row.left)
    edits, notices = run(state)
    lowered = [edit for edit in edits if "requests" in str(edit.path)]
    held = {edit.resource.name for edit in edits if edit.path.segments[-1] == "maxSurge"}
    assert bool(lowered) is (row.left < 0)
    if row.left >= 0:
        assert {"postgres", "airflow-webserver", "airflow-scheduler"} - held == set(row.rollouts.split())
    assert not [notice for notice in notices if "do not fit" in notice.message]


@pytest.mark.parametrize("name", CLUSTERS)
def test_cpu_is_never_short_on_two_cores(name: str, base: ResourceMap) -> None:
    (free,) = room(CLUSTERS[name], Node(cpu="2", memory="8Gi")).free
    assert sum(workload.steady.cpu for workload in asked(State(base, CLUSTERS[name]))) <= free.cpu


@pytest.mark.parametrize(
    ("spec", "storage", "ports"),
    [
        (Spec(cluster="minikube"), [], []),
        (Spec(cluster="microk8s"), [], []),
        (Spec(cluster="microk8s", node=NodeSize(count=3, memory="8Gi")), [], []),
        (Spec(cluster="kind"), [RWO], [FIXED_PORT]),
        (Spec(cluster="kind", node=NodeSize(count=3)), [RWO], [FIXED_PORT]),
        (Spec(cluster="k3d"), [RWO], [FIXED_PORT]),
        (Spec(cluster="k3d", node=NodeSize(count=2)), [RWO], [FIXED_PORT]),
        (Spec(cluster="docker-desktop"), [RWO], [(WEB, "spec.type", "LoadBalancer")]),
        (Spec(cluster="docker-desktop-kind"), [RWO], [(WEB, "spec.type", "LoadBalancer")]),
        (Spec(cluster="rancher-desktop"), [RWO], []),
        (Spec(cluster="colima"), [RWO], []),
        (Spec(cluster="orbstack"), [RWO], []),
        (
            Spec(cluster="minikube", node=NodeSize(count=2, memory="8Gi")),
            [(LOGS, "spec.storageClassName", "local-path"), RWO],
            [],
        ),
        # What is declared counts more than what is known.
        (Spec(cluster="kind", storage=StorageFacts(access_modes=frozenset({"ReadWriteMany"}))), [], [FIXED_PORT]),
        (
            Spec(cluster="kind", storage=StorageFacts(storage_class="nfs")),
            [(LOGS, "spec.storageClassName", "nfs")],
            [FIXED_PORT],
        ),
        (Spec(cluster="kind", storage=StorageFacts(storage_class="standard")), [RWO], [FIXED_PORT]),
        (Spec(cluster="docker-desktop", expose="NodePort"), [RWO], []),
        # What is not declared of any other cluster is not touched.
        (Spec(cluster="generic"), [], []),
        (Spec(cluster="generic", storage=StorageFacts(access_modes=frozenset({"ReadWriteOnce"}))), [RWO], []),
        (
            Spec(
                cluster="generic",
                expose="LoadBalancer",
                storage=StorageFacts(storage_class="gp3", access_modes=frozenset({"ReadWriteOnce"})),
            ),
            [(LOGS, "spec.storageClassName", "gp3"), RWO],
            [(WEB, "spec.type", "LoadBalancer")],
        ),
        # No claim is made ReadWriteOnce where that is not served either.
        (Spec(cluster="generic", storage=StorageFacts(access_modes=frozenset({"ReadOnlyMany"}))), [], []),
    ],
    ids=str,
)
def test_what_claims_and_services_need(spec: Spec, storage: list[Any], ports: list[Any], base: ResourceMap) -> None:
    cluster = declared_cluster(spec)
    assert cluster
    edits, _ = run(State(base, cluster, spec.node))
    found = said(edits)
    assert [edit for edit in found if edit[0] == LOGS] == storage
    assert [edit for edit in found if edit[0] == WEB] == ports


def test_a_class_that_is_known_already_is_not_named() -> None:
    cluster = declared_cluster(Spec(cluster="kind", storage=StorageFacts(storage_class="standard")))
    assert cluster
    assert cluster.storage == CLUSTERS["kind"].storage


@pytest.mark.parametrize(
    ("memory", "held"),
    [
        # The webserver and the scheduler share a claim, so its node has 8192 - 160 - 220 - 2560 = 5252 left.
        ("8Gi", set()),
        # 4096 - 220 - 160 - 2560 = 1156: no second webserver beside them, though other nodes have room.
        ("4Gi", {"airflow-webserver"}),
    ],
)
def test_pods_that_share_a_volume_need_their_room_on_its_node(memory: str, held: set[str], base: ResourceMap) -> None:
    spec = Spec(cluster="minikube", node=NodeSize(count=3, memory=memory))
    edits, _ = run(State(base, CLUSTERS["minikube"], spec.node))
    assert {edit.resource.name for edit in edits if edit.path.segments[-1] == "maxSurge"} == held


def test_pods_that_share_a_volume_and_fit_no_node_together(base: ResourceMap) -> None:
    """2560Mi of requests that are declared, on nodes with at most 2660 - 160 - 50 = 2450Mi each."""
    declared = {(r.id, name, "memory") for r in base for name in ("airflow-webserver", "airflow-scheduler")}
    state = State(base, CLUSTERS["minikube"], Node(cpu="2", memory="2660Mi", count=3), declared)
    _, notices = run(state)
    assert [tuple(notice) for notice in notices if "do not fit" in notice.message] == [
        (
            (
                "the pods do not fit on minikube: they need 2560Mi on one node for Deployment/airflow-scheduler and "
                "Deployment/airflow-webserver, whose pods share a claim, and no node has that left"
            ),
            # 2560 + 160 + 50 if that node is no other pod's; 2560 + 64 + 160 + 220 on the first beside all others.
            "--node-memory=3004Mi holds them in whatever order they are placed; below 2770Mi they fit in none",
            "warning",
        )
    ]
