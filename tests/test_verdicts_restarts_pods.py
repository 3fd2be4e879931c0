from typing import Any

import pytest
from verdict_situations import IMAGE, Pair, amount, body, one, said, situation, with_, workload

from kgen.preview.verdicts import Node, restarts_pods

SHORT = "containers[name=main].image"
ENV = "spec.template.spec.containers.0.env"


def bump(kind: str = "Deployment", **spec: Any) -> Pair:
    before = workload(kind, **spec)
    return before, with_(before, IMAGE, "reg/web:1.1")


@pytest.mark.parametrize(
    ("pair", "message", "pods", "level"),
    [
        (bump(), f"restarts 1 pod, new before old (RollingUpdate): {SHORT}", 1, "note"),
        (bump(replicas=2), f"restarts 2 pods, new before old (RollingUpdate): {SHORT}", 2, "note"),
        (bump(replicas=8), f"restarts 8 pods, 2 less and 2 more at a time (RollingUpdate): {SHORT}", 8, "note"),
        (
            bump(replicas=3, strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
            f"restarts 3 pods, 1 at a time (RollingUpdate): {SHORT}",
            3,
            "note",
        ),
        (
            bump(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
            f"restarts 1 pod, down meanwhile (RollingUpdate): {SHORT}",
            1,
            "warning",
        ),
        (
            bump(replicas=2, strategy={"rollingUpdate": {"maxSurge": "50%", "maxUnavailable": "100%"}}),
            f"restarts 2 pods, down meanwhile (RollingUpdate): {SHORT}",
            2,
            "warning",
        ),
        (
            bump(replicas=2, strategy={"type": "Recreate"}),
            f"restarts 2 pods, down meanwhile (Recreate): {SHORT}",
            2,
            "warning",
        ),
        (bump("StatefulSet", replicas=1), f"restarts 1 pod, down meanwhile (RollingUpdate): {SHORT}", 1, "warning"),
        (bump("StatefulSet", replicas=3), f"restarts 3 pods, the last one first (RollingUpdate): {SHORT}", 3, "note"),
        (
            bump("StatefulSet", replicas=3, updateStrategy={"rollingUpdate": {"partition": 2}}),
            f"restarts 1 of 3 pods (partition): {SHORT}",
            1,
            "note",
        ),
        (
            bump("StatefulSet", replicas=3, ordinals={"start": 5}, updateStrategy={"rollingUpdate": {"partition": 6}}),
            f"restarts 2 of 3 pods (partition): {SHORT}",
            2,
            "note",
        ),
        (
            bump("StatefulSet", replicas=3, updateStrategy={"rollingUpdate": {"partition": 3}}),
            f"restarts none of 3 pods (partition): {SHORT}",
            0,
            "note",
        ),
        (
            bump("StatefulSet", replicas=3, updateStrategy={"type": "OnDelete"}),
            f"restarts nothing until its pods are deleted (OnDelete): {SHORT}",
            0,
            "note",
        ),
        (bump("DaemonSet"), f"restarts its pod on every node, old before new (RollingUpdate): {SHORT}", 1, "note"),
        (
            bump("DaemonSet", updateStrategy={"rollingUpdate": {"maxSurge": 1}}),
            f"restarts its pod on every node, new before old (RollingUpdate): {SHORT}",
            1,
            "note",
        ),
        (
            bump("DaemonSet", updateStrategy={"type": "OnDelete"}),
            f"restarts nothing until its pods are deleted (OnDelete): {SHORT}",
            0,
            "note",
        ),
        (bump("ReplicaSet"), f"restarts nothing: a ReplicaSet only makes new pods from it: {SHORT}", 0, "note"),
        (bump(paused=True), f"restarts nothing while it is paused: {SHORT}", 0, "note"),
    ],
)
def test_kinds_and_strategies(pair: Pair, message: str, pods: int, level: str) -> None:
    found = one(restarts_pods, situation(pair))
    assert (found.message, found.pods, found.level) == (message, pods, level)
    assert [str(path) for path in found.paths] == ["spec.template.spec.containers[name=main].image"]


MEMORY = "spec.template.spec.containers.0.resources.limits.memory"
WEB = workload(replicas=2)
TWO = with_(WEB, ENV, [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}])
SWAPPED = with_(WEB, ENV, [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}])
MANY = with_(TWO, "spec.template.spec.nodeSelector", {"a": "b"})
MANY = with_(with_(MANY, "spec.template.metadata.labels.v", "2"), IMAGE, "x:1")
JOB_SPEC = {"template": WEB["spec"]["template"]}
CRON = body("batch/v1", "CronJob", "nightly", spec={"schedule": "0 1 * * *", "jobTemplate": {"spec": JOB_SPEC}})
POD = body("v1", "Pod", "one", spec=WEB["spec"]["template"]["spec"])
SCALER = body(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    "web",
    spec={"minReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
)


@pytest.mark.parametrize(
    ("pair", "message", "pods"),
    [
        (
            (TWO, SWAPPED),
            "restarts 2 pods, new before old (RollingUpdate): only the order of containers[name=main].env",
            2,
        ),
        (
            (WEB, MANY),
            (
                "restarts 2 pods, new before old (RollingUpdate): template.metadata.labels.v, "
                "containers[name=main].env[name=B], containers[name=main].image and 1 more"
            ),
            2,
        ),
        # Pods that go or come with another number of replicas are not restarted.
        ((WEB, with_(with_(WEB, IMAGE, "x:2"), "spec.replicas", 5)), None, 2),
        ((WEB, with_(with_(WEB, IMAGE, "x:2"), "spec.replicas", 1)), None, 1),
        # What is refused restarts nothing yet.
        (
            (WEB, with_(with_(WEB, IMAGE, "x:2"), "spec.selector.matchLabels.v", "2")),
            "restarts 2 pods, new before old (RollingUpdate) once it is accepted: containers[name=main].image",
            2,
        ),
        (
            (CRON, with_(CRON, "spec.jobTemplate.spec.template.spec.containers.0.image", "x:2")),
            "restarts nothing: the next run takes it: containers[name=main].image",
            0,
        ),
        (
            (CRON, with_(CRON, "spec.jobTemplate.spec.backoffLimit", 2)),
            "restarts nothing: the next run takes it: spec.jobTemplate.spec.backoffLimit",
            0,
        ),
        (
            (POD, with_(POD, "spec.containers.0.image", "x:2")),
            "restarts in place: spec.containers[name=main].image",
            1,
        ),
    ],
)
def test_what_changes(pair: Pair, message: str | None, pods: int) -> None:
    found = one(restarts_pods, situation(pair))
    assert found.pods == pods
    assert message is None or found.message == message


def test_another_content_hash_restarts() -> None:
    uses = with_(
        WEB, f"{ENV}.0", {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "cfg-m5d2cggb7k", "key": "a"}}}
    )
    named = with_(uses, f"{ENV}.0.valueFrom.configMapKeyRef.name", "cfg-b6gmtkgcd5")
    config = body("v1", "ConfigMap", "cfg-m5d2cggb7k", data={"a": "1"})
    other = body("v1", "ConfigMap", "cfg-b6gmtkgcd5", data={"a": "2"})
    assert one(restarts_pods, situation((config, other), (uses, named))).message == (
        "restarts 2 pods, new before old (RollingUpdate): "
        "containers[name=main].env[name=A].valueFrom.configMapKeyRef.name"
    )


def test_an_autoscaler_decides_how_many() -> None:
    found = one(restarts_pods, situation(bump(), beside=[SCALER]))
    assert found.message == (f"restarts its pods, 3 or more (autoscaled), new before old (RollingUpdate): {SHORT}")
    assert found.pods == 3


def test_one_pod_on_each_declared_node() -> None:
    node = Node("kind", (amount(1, 1024), amount(1, 1024)))
    assert one(restarts_pods, situation(bump("DaemonSet"), node=node)).pods == 2


@pytest.mark.parametrize(
    ("pair", "hint"),
    [
        (bump(), None),
        (bump(paused=True), "kubectl rollout resume deployment/web -n prod, or 'paused: false'"),
        (
            bump("StatefulSet", replicas=3, updateStrategy={"rollingUpdate": {"partition": 2}}),
            "lower spec.updateStrategy.rollingUpdate.partition, 2 now, to let the others follow",
        ),
        (
            bump("DaemonSet", updateStrategy={"type": "OnDelete"}),
            "delete its pods one by one (kubectl get pods -n prod -l app=web); a rollout restart does nothing here",
        ),
        (bump("ReplicaSet"), "delete its pods one by one (kubectl get pods -n prod -l app=web)"),
    ],
)
def test_what_to_do(pair: Pair, hint: str | None) -> None:
    assert one(restarts_pods, situation(pair)).hint == hint


@pytest.mark.parametrize(
    "pair",
    [
        (WEB, with_(WEB, "spec.replicas", 3)),
        (WEB, with_(WEB, "metadata.labels", {"team": "a"})),
        (WEB, with_(WEB, "spec.minReadySeconds", 5)),
        (WEB, with_(WEB, "spec.strategy", {"type": "Recreate"})),
        (WEB, with_(WEB, "spec.template.spec.dnsPolicy", "ClusterFirst")),
        # New, gone, or another workload by another name.
        (None, WEB),
        (WEB, None),
        (WEB, with_(with_(WEB, "metadata.name", "dev-web"), IMAGE, "x:2")),
        # Nothing runs before, or after.
        (with_(WEB, "spec.replicas", 0), with_(WEB, IMAGE, "x:2")),
        (WEB, with_(with_(WEB, IMAGE, "x:2"), "spec.replicas", 0)),
        (CRON, with_(CRON, "spec.schedule", "0 2 * * *")),
        (POD, with_(POD, "spec.nodeName", "n")),
        # A Deployment compares amounts, not how they are written.
        (with_(WEB, MEMORY, "1Gi"), with_(WEB, MEMORY, 1024**3)),
        # Of another API: nothing is known of it.
        (with_(WEB, "apiVersion", "example.org/v1"), with_(with_(WEB, "apiVersion", "example.org/v1"), IMAGE, "x")),
    ],
)
def test_nothing_restarts(pair: Pair) -> None:
    assert said(restarts_pods, situation(pair)) == []


def test_a_stateful_set_compares_what_is_written() -> None:
    before = workload("StatefulSet", "db", serviceName="db")
    (found,) = said(restarts_pods, situation((with_(before, MEMORY, "1Gi"), with_(before, MEMORY, 1024**3))))
    assert found[1].endswith(": containers[name=main].resources.limits.memory")
