"""All verdicts together: what a whole change is judged to do, whatever the files hold."""

import importlib
import importlib.util
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from verdict_situations import IMAGE, amount, body, situation, with_, workload

from kgen.preview.verdicts import RULES, Node, judge
from kgen.resource import Body

PACKAGE = "kgen.preview.verdicts"
WEB = workload(
    replicas=2,
    strategy={"type": "RollingUpdate"},
)
SERVICE = body(
    "v1", "Service", "web", spec={"clusterIP": "10.0.0.5", "selector": {"app": "web"}, "ports": [{"port": 80}]}
)
CFG = body("v1", "ConfigMap", "web-cfg-m5d2cggb7k", data={"app.conf": "timeout = 30"})
NEXT_CFG = body("v1", "ConfigMap", "web-cfg-b6gmtkgcd5", data={"app.conf": "timeout = 60"})
SECRET = body("v1", "Secret", "db", data={"password": "MQ=="})
BUDGET = body("policy/v1", "PodDisruptionBudget", "web", spec={"minAvailable": 1})
CLAIM = body("v1", "PersistentVolumeClaim", "data", spec={"accessModes": ["ReadWriteOnce"]})


def using(config: str) -> Body:
    found = with_(WEB, "spec.template.spec.containers.0.envFrom", [{"secretRef": {"name": "db"}}])
    found["spec"]["template"]["spec"]["volumes"] = [{"name": "cfg", "configMap": {"name": config}}]
    return found


def test_a_change_with_two_rejections_and_a_restart() -> None:
    after = with_(with_(using("web-cfg-b6gmtkgcd5"), IMAGE, "reg/web:1.1"), "spec.selector.matchLabels.v", "2")
    found = judge(
        situation(
            (using("web-cfg-m5d2cggb7k"), with_(after, "spec.template.metadata.labels.v", "2")),
            (SERVICE, with_(SERVICE, "spec.clusterIP", "10.0.0.6")),
            (CFG, NEXT_CFG),
            (SECRET, with_(SECRET, "data.password", "Mg==")),
            (CLAIM, None),
            beside=[BUDGET],
        )
    )
    assert [f"{finding.level} {finding.rule} {finding.resource}: {finding.message}" for finding in found] == [
        "blocking apply-fails Deployment/web: refused: spec.selector of an existing Deployment cannot change",
        "blocking apply-fails Service/web: refused: spec.clusterIP of an existing Service cannot change",
        (
            "blocking data-loss PersistentVolumeClaim/data: apply loses nothing, but deleting or pruning it "
            "deletes its data, unless its volume's reclaim policy is Retain"
        ),
        (
            "note restarts-pods Deployment/web: restarts 2 pods, new before old (RollingUpdate) once it is accepted: "
            "template.metadata.labels.v, containers[name=main].image, volumes[name=cfg].configMap.name"
        ),
        (
            "note left-behind ConfigMap/web-cfg-b6gmtkgcd5: ConfigMap/web-cfg-m5d2cggb7k, with the old content, stays: "
            "kubectl apply -k does not delete it"
        ),
        "warning left-behind PersistentVolumeClaim/data: stays: kubectl apply -k does not delete it",
    ]


def test_nothing_changes() -> None:
    assert judge(situation(beside=[WEB, SERVICE, SECRET, BUDGET, CLAIM], node=Node("kind", (amount(1, 1),)))) == ()


def test_the_ids_are_those_of_the_modules() -> None:
    names = [rule.ID for rule in RULES]
    assert names == [str(getattr(rule, "__name__", "")).rpartition(".")[2].replace("_", "-") for rule in RULES]
    assert len(set(names)) == len(names)


def test_each_verdict_says_what_it_rests_on() -> None:
    """Its own docstring, or one of those that it leads to, has the sources."""
    for rule in RULES:
        text = str(rule.__doc__)
        named = [name for name in re.findall(r"`(\w+)`", text) if importlib.util.find_spec(f"{PACKAGE}.{name}")]
        texts = [text, *(str(importlib.import_module(f"{PACKAGE}.{name}").__doc__) for name in named)]
        assert any("https://" in each for each in texts), rule.ID


def test_a_finding_is_one_line_whatever_the_names_are() -> None:
    named = with_(SECRET, "metadata.name", "db\n\x1b[31mx")
    (found,) = judge(situation((named, None)))
    assert found.message == "stays: kubectl apply -k does not delete it"
    assert found.hint == "kubectl delete secret 'db  [31mx' -n prod"


JUNK: tuple[Any, ...] = (None, "", 0, -1, True, "x", [], {}, [None], ["x"], [[1]], {"a": None}, 10**30, {"name": ["x"]})


@pytest.mark.parametrize("seed", range(8))
def test_broken_shapes_are_no_reason_to_stop(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same each time
    states = (using("web-cfg"), SERVICE, SECRET, CLAIM, *OTHERS)
    for _ in range(12):
        pairs = [(_broken(state, dice), _broken(state, dice)) for state in states]
        judge(situation(*pairs, node=Node("kind", (amount(1, 1024),))))


SCOPED = {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}
OTHERS = (
    body("rbac.authorization.k8s.io/v1", "Role", "r", **SCOPED),
    body("rbac.authorization.k8s.io/v1", "RoleBinding", "b", roleRef={"name": "r"}, subjects=[{"kind": "User"}]),
    body("networking.k8s.io/v1", "NetworkPolicy", "p", spec={"podSelector": {}, "ingress": [{"from": [{}]}]}),
    body("networking.k8s.io/v1", "Ingress", "i", spec={"rules": [{"host": "a.org"}]}),
    body("batch/v1", "Job", "j", spec={"template": WEB["spec"]["template"], "completions": 1}),
    body("batch/v1", "CronJob", "c", spec={"jobTemplate": {"spec": {"template": WEB["spec"]["template"]}}}),
    workload("StatefulSet", "db", volumeClaimTemplates=[{"metadata": {"name": "data"}}]),
    workload("DaemonSet", "ds"),
)


def _broken(state: Body, dice: random.Random) -> Body:
    """A copy with junk in one place."""
    copy = with_(state, "kept", value=True)
    holders = list(
        _holders({name: value for name, value in copy.items() if name not in {"apiVersion", "kind", "metadata"}})
    )
    holder, step = dice.choice(holders)
    holder[step] = dice.choice(JUNK)
    return copy


def _holders(node: Any) -> Iterator[tuple[Any, Any]]:
    for step, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield node, step
        yield from _holders(value)
