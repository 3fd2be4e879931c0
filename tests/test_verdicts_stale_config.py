from typing import Any

import pytest
from verdict_situations import IMAGE, Pair, body, one, said, situation, with_, workload

from kgen.preview.verdicts import stale_config
from kgen.resource import Body

CFG = body("v1", "ConfigMap", "cfg", data={"a": "1", "b": "1"})
CHANGED = (CFG, with_(CFG, "data.a", "2"))
SECRET = body("v1", "Secret", "db", data={"a": "MQ=="})
CONTAINER = "spec.template.spec.containers.0"


def reading(kind: str = "Deployment", name: str = "web", volumes: Any = (), **container: Any) -> Body:
    found = workload(kind, name)
    found["spec"]["template"]["spec"]["volumes"] = list(volumes)
    found["spec"]["template"]["spec"]["containers"][0] |= container
    return found


def env(name: str = "cfg", key: str = "a", kind: str = "configMapKeyRef") -> list[Body]:
    return [{"name": "A", "valueFrom": {kind: {"name": name, "key": key}}}]


ALL = [{"configMapRef": {"name": "cfg"}}]
VOLUME = [{"name": "v", "configMap": {"name": "cfg"}}]
CHOSEN = [{"name": "v", "configMap": {"name": "cfg", "items": [{"key": "a", "path": "conf/a.ini"}]}}]
PROJECTED = [{"name": "v", "projected": {"sources": [{"configMap": {"name": "cfg"}}, {"secret": {"name": "db"}}]}}]
MOUNT = [{"name": "v", "mountPath": "/etc/cfg"}]


def part(path: str, field: str = "subPath") -> list[Body]:
    return [{"name": "v", "mountPath": "/etc/cfg", field: path}]


GENERATED = "or let a generator name it by its content"
RESTART = f"kubectl rollout restart deployment/web -n prod, {GENERATED}"


@pytest.mark.parametrize(
    ("reader", "message", "level", "hint"),
    [
        (reading(env=env()), "Deployment/web keeps the old values until restarted (env)", "warning", RESTART),
        (reading(envFrom=ALL), "Deployment/web keeps the old values until restarted (envFrom)", "warning", RESTART),
        (
            reading(envFrom=ALL, env=env()),
            "Deployment/web keeps the old values until restarted (env, envFrom)",
            "warning",
            RESTART,
        ),
        (
            reading(volumes=VOLUME, volumeMounts=part("a")),
            "Deployment/web keeps the old values until restarted (subPath)",
            "warning",
            RESTART,
        ),
        (
            reading(volumes=CHOSEN, volumeMounts=part("conf")),
            "Deployment/web keeps the old values until restarted (subPath)",
            "warning",
            RESTART,
        ),
        (
            reading(volumes=VOLUME, volumeMounts=part("$(A)", "subPathExpr")),
            "Deployment/web keeps the old values until restarted (subPath)",
            "warning",
            RESTART,
        ),
        (
            reading("StatefulSet", "db", env=env()),
            "StatefulSet/db keeps the old values until restarted (env)",
            "warning",
            f"kubectl rollout restart statefulset/db -n prod, {GENERATED}",
        ),
        (
            reading("ReplicaSet", "rs", env=env()),
            "ReplicaSet/rs keeps the old values until restarted (env)",
            "warning",
            f"delete the pods of ReplicaSet/rs one by one, {GENERATED}",
        ),
        (
            with_(reading("DaemonSet", "ds", env=env()), "spec.updateStrategy", {"type": "OnDelete"}),
            "DaemonSet/ds keeps the old values until restarted (env)",
            "warning",
            f"delete the pods of DaemonSet/ds one by one, {GENERATED}",
        ),
        (
            with_(
                reading(volumes=VOLUME),
                "spec.template.spec.initContainers",
                [{"name": "init", "volumeMounts": MOUNT}],
            ),
            "Deployment/web keeps the old values until restarted (init container)",
            "warning",
            RESTART,
        ),
        (
            with_(
                reading(volumes=VOLUME),
                "spec.template.spec.initContainers",
                [{"name": "sidecar", "restartPolicy": "Always", "volumeMounts": MOUNT}],
            ),
            "Deployment/web sees it a minute or two later, in files; nothing restarts",
            "note",
            None,
        ),
        (
            reading(volumes=VOLUME, volumeMounts=MOUNT),
            "Deployment/web sees it a minute or two later, in files; nothing restarts",
            "note",
            None,
        ),
        (
            reading(volumes=CHOSEN, volumeMounts=MOUNT),
            "Deployment/web sees it a minute or two later, in files; nothing restarts",
            "note",
            None,
        ),
        (
            reading(volumes=PROJECTED, volumeMounts=MOUNT),
            "Deployment/web sees it a minute or two later, in files; nothing restarts",
            "note",
            None,
        ),
    ],
)
def test_what_readers_see(reader: Body, message: str, level: str, hint: str | None) -> None:
    found = one(stale_config, situation(CHANGED, beside=[reader]))
    assert (str(found.resource), found.message, found.level, found.hint) == ("ConfigMap/cfg", message, level, hint)
    assert list(map(str, found.paths)) == ["data.a"]


def test_a_secret_and_several_readers() -> None:
    readers = [reading(name=name, env=env("db", kind="secretKeyRef")) for name in ("a", "b", "c", "d")]
    files = reading(name="e", volumes=PROJECTED, volumeMounts=MOUNT)
    found = list(stale_config.findings(situation((SECRET, with_(SECRET, "data.a", "Mg==")), beside=[*readers, files])))
    assert [(finding.message, finding.hint) for finding in found] == [
        (
            "Deployment/a, Deployment/b, Deployment/c and 1 more keep the old values until restarted (env)",
            (
                "kubectl rollout restart deployment/a -n prod, kubectl rollout restart deployment/b -n prod, "
                f"kubectl rollout restart deployment/c -n prod and 1 more, {GENERATED}"
            ),
        ),
        ("Deployment/e sees it a minute or two later, in files; nothing restarts", None),
    ]


def test_a_change_that_restarts_nothing_helps_nobody() -> None:
    before = with_(reading(env=env()), "spec.paused", value=True)
    found = one(stale_config, situation(CHANGED, (before, with_(before, IMAGE, "x:2"))))
    assert found.hint == f"delete the pods of Deployment/web one by one, {GENERATED}"


READER = reading(env=env())
HASHED = with_(CFG, "metadata.name", "cfg-m5d2cggb7k")
OTHER_HASH = with_(with_(CFG, "metadata.name", "cfg-b6gmtkgcd5"), "data.a", "2")
JOB = body("batch/v1", "Job", "j", spec={"template": READER["spec"]["template"]})


@pytest.mark.parametrize(
    ("pairs", "beside"),
    [
        # Nobody reads it, or not this key, or in another namespace, or another kind of the name.
        ([CHANGED], []),
        ([CHANGED], [reading(env=env(key="b"))]),
        ([CHANGED], [reading(env=env("other"))]),
        ([CHANGED], [reading(env=env(kind="secretKeyRef"))]),
        ([CHANGED], [with_(READER, "metadata.namespace", "other")]),
        ([CHANGED], [reading(volumes=VOLUME, volumeMounts=part("b"))]),
        ([CHANGED], [reading(volumes=VOLUME)]),
        # Its readers restart: by a checksum, by another image.
        ([CHANGED, (READER, with_(READER, "spec/template/metadata/annotations", {"checksum/config": "2"}))], []),
        ([CHANGED, (READER, with_(READER, IMAGE, "x:2"))], []),
        # Its readers are new, have no pods, are gone, or start anew each time.
        ([CHANGED, (None, READER)], []),
        ([CHANGED, (READER, with_(READER, "metadata.name", "dev-web"))], []),
        ([CHANGED, (READER, None)], []),
        ([CHANGED], [with_(READER, "spec.replicas", 0)]),
        ([CHANGED], [JOB]),
        ([CHANGED], [with_(READER, "metadata.annotations", {"reloader.stakater.com/auto": "true"})]),
        ([CHANGED], [with_(READER, "metadata.annotations", {"configmap.reloader.stakater.com/reload": "cfg"})]),
        # Its name has another hash; its labels change; it is new, gone, or cannot change at all.
        ([(HASHED, OTHER_HASH)], [reading(env=env("cfg-b6gmtkgcd5"))]),
        ([(CFG, with_(CFG, "metadata.labels", {"a": "b"}))], [READER]),
        ([(None, CFG)], [READER]),
        ([(CFG, None)], [READER]),
        ([tuple(with_(side, "immutable", value=True) for side in CHANGED)], [READER]),
        ([(with_(CFG, "data.a", "1"), with_(CFG, "binaryData", {}))], [READER]),
    ],
)
def test_nothing_is_stale(pairs: list[Pair], beside: list[Body]) -> None:
    assert said(stale_config, situation(*pairs, beside=beside)) == []
