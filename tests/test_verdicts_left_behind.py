import pytest
from verdict_situations import Pair, body, one, said, situation, with_, workload

from kgen.preview.verdicts import left_behind

STAYS = "kubectl apply -k does not delete it"
WEB = workload(replicas=2)
SET = workload("StatefulSet", "db", volumeClaimTemplates=[{"metadata": {"name": "data"}}])
CLAIM = body("v1", "PersistentVolumeClaim", "logs", spec={"accessModes": ["ReadWriteOnce"]})
CFG = body("v1", "ConfigMap", "cfg", data={"a": "1"})
ROLE = body("rbac.authorization.k8s.io/v1", "ClusterRole", "all", None, rules=[])
CUSTOM = body("postgresql.cnpg.io/v1", "Cluster", "main", spec={})
NAMESPACE = body("v1", "Namespace", "prod", None)
HASHED = with_(CFG, "metadata.name", "cfg-m5d2cggb7k")
OTHER_HASH = with_(with_(CFG, "metadata.name", "cfg-b6gmtkgcd5"), "data.a", "2")


@pytest.mark.parametrize(
    ("pair", "message", "hint", "level"),
    [
        ((WEB, None), f"stays and its pods run on: {STAYS}", "kubectl delete deployment web -n prod", "warning"),
        ((with_(WEB, "spec.replicas", 0), None), f"stays: {STAYS}", "kubectl delete deployment web -n prod", "warning"),
        ((CFG, None), f"stays: {STAYS}", "kubectl delete configmap cfg -n prod", "note"),
        (
            (with_(CFG, "metadata.namespace"), None),
            f"stays: {STAYS}",
            "kubectl delete configmap cfg",
            "note",
        ),
        ((ROLE, None), f"stays: {STAYS}", "kubectl delete clusterrole all", "warning"),
        ((CUSTOM, None), f"stays: {STAYS}", "kubectl delete cluster.postgresql.cnpg.io main -n prod", "warning"),
        (
            (with_(CUSTOM, "metadata.name", "a b;c"), None),
            f"stays: {STAYS}",
            "kubectl delete cluster.postgresql.cnpg.io 'a b;c' -n prod",
            "warning",
        ),
        (
            (WEB, with_(WEB, "metadata.name", "dev-web")),
            f"Deployment/web stays, and its pods run on: {STAYS}",
            "kubectl delete deployment web -n prod",
            "warning",
        ),
        (
            (WEB, with_(WEB, "metadata.namespace", "dev")),
            f"Deployment/web of namespace prod stays, and its pods run on: {STAYS}",
            "kubectl delete deployment web -n prod",
            "warning",
        ),
        (
            (HASHED, OTHER_HASH),
            f"ConfigMap/cfg-m5d2cggb7k, with the old content, stays: {STAYS}",
            "once no pod uses it: kubectl delete configmap cfg-m5d2cggb7k -n prod",
            "note",
        ),
        (
            (CLAIM, with_(CLAIM, "metadata.name", "dev-logs")),
            f"starts empty: the data stays in PersistentVolumeClaim/logs; {STAYS}",
            "copy the data, then kubectl delete persistentvolumeclaim logs -n prod",
            "warning",
        ),
        (
            (SET, with_(SET, "metadata.namespace", "dev")),
            (
                "starts with empty volumes: the data stays in the claims of StatefulSet/db of namespace prod, "
                f"whose pods run on; {STAYS}"
            ),
            "copy the data, then kubectl delete statefulset db -n prod",
            "warning",
        ),
        (
            (NAMESPACE, with_(NAMESPACE, "metadata.name", "dev-prod")),
            f"Namespace/prod stays with everything in it: {STAYS}",
            "kubectl delete namespace prod deletes all of it",
            "warning",
        ),
    ],
)
def test_what_stays(pair: Pair, message: str, hint: str, level: str) -> None:
    found = one(left_behind, situation(pair))
    assert (found.message, found.hint, found.level) == (message, hint, level)


def test_another_kind_of_the_same_name_is_another_resource() -> None:
    role = with_(with_(ROLE, "kind", "Role"), "metadata.namespace", "prod")
    assert said(left_behind, situation((role, None), (None, ROLE))) == [("Role/all", f"stays: {STAYS}")]


@pytest.mark.parametrize(
    "pair",
    [
        (None, WEB),
        (WEB, with_(WEB, "spec.replicas", 3)),
        (CFG, with_(CFG, "data.a", "2")),
        (WEB, WEB),
        # Without a namespace it is in ``default``.
        (with_(CFG, "metadata.namespace"), with_(CFG, "metadata.namespace", "default")),
    ],
)
def test_nothing_stays(pair: Pair) -> None:
    assert said(left_behind, situation(pair)) == []


def test_a_move_is_told_once_and_data_by_itself() -> None:
    states = [WEB, CFG, with_(WEB, "metadata.name", "api"), CLAIM]
    moved = [with_(state, "metadata.name", f"dev-{state['metadata']['name']}") for state in states]
    found = list(left_behind.findings(situation(*zip(states, moved, strict=True))))
    assert [(str(finding.resource), finding.message, finding.hint) for finding in found] == [
        (
            "Deployment/dev-web",
            ("3 resources stay under their old names, and the pods of 2 run on: kubectl apply -k deletes none"),
            "kubectl delete deployment/web configmap/cfg deployment/api -n prod",
        ),
        (
            "PersistentVolumeClaim/dev-logs",
            f"starts empty: the data stays in PersistentVolumeClaim/logs; {STAYS}",
            "copy the data, then kubectl delete persistentvolumeclaim logs -n prod",
        ),
    ]


def test_a_move_to_another_namespace() -> None:
    pairs = [(with_(state, "metadata.namespace"), state) for state in (CFG, CUSTOM)]
    assert said(left_behind, situation(*pairs)) == [
        ("ConfigMap/cfg", "2 resources stay in namespace default: kubectl apply -k deletes none")
    ]
