import pytest
from verdict_situations import IMAGE, body, one, said, situation, with_, workload

from kgen.preview.verdicts import image
from kgen.resource import Body

WEB = workload()
DIGEST = "@sha256:" + "0" * 64
NOTES = "its release notes say what is no longer compatible"
PIN = "name a version or a digest"


def of(name: str, *, claim: bool = False) -> Body:
    found = with_(WEB, IMAGE, name)
    if claim:
        pod = found["spec"]["template"]["spec"]
        pod["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "db"}}]
        pod["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/var/lib/postgresql/data"}]
    return found


@pytest.mark.parametrize(
    ("before", "after", "message", "level", "hint"),
    [
        ("reg/web:1.0", "reg/web:latest", "main: web:latest is whatever was pushed last", "warning", PIN),
        ("reg:5000/web:1.0", "reg:5000/web", "main: web without a tag is whatever was pushed last", "warning", PIN),
        (f"web:1.0{DIGEST}", "web", "main: web without a tag is whatever was pushed last", "warning", PIN),
        ("web:1.0", "other:latest", "main: other:latest is whatever was pushed last", "warning", PIN),
        (
            f"web:1.0{DIGEST}",
            "web:1.0",
            "main: web:1.0 is no longer pinned by a digest",
            "warning",
            "keep the digest behind the tag",
        ),
        ("web:1.9", "web:2.0", "main: web goes up a major version, from 1.9 to 2.0", "note", NOTES),
        ("web:v1", "web:v2-alpine", "main: web goes up a major version, from v1 to v2-alpine", "note", NOTES),
        ("web:1.9.3-r1", "mirror/web:2", "main: web goes up a major version, from 1.9.3-r1 to 2", "note", NOTES),
        ("postgres:12", "postgres:16", "main: postgres goes up a major version, from 12 to 16", "note", NOTES),
        ("web:1.10", "web:1.9", "main: web goes down, from 1.10 to 1.9", "warning", None),
        ("web:2.1.3", "web:2.0", "main: web goes down, from 2.1.3 to 2.0", "warning", None),
        ("web:2", "web:1.9", "main: web goes down, from 2 to 1.9", "warning", None),
    ],
)
def test_what_is_told(before: str, after: str, message: str, level: str, hint: str | None) -> None:
    found = one(image, situation((of(before), of(after))))
    assert (found.message, found.level, found.hint) == (message, level, hint)
    assert list(map(str, found.paths)) == ["spec.template.spec.containers[name=main].image"]


@pytest.mark.parametrize(
    ("before", "after"), [("12", "16"), ("9.5", "9.6"), ("9.6-alpine", "10"), ("16", "12"), ("12.3", "16.1")]
)
def test_postgres_does_not_start_on_data_of_another_major_version(before: str, after: str) -> None:
    found = one(image, situation((of(f"postgres:{before}", claim=True), of(f"postgres:{after}", claim=True))))
    assert found.message == f"main: postgres {after} does not start on the data of {before}"
    assert found.hint == f"dump it with {before} and restore it with {after}, or run pg_upgrade"
    assert found.level == "warning"


def test_claims_of_a_stateful_set_last() -> None:
    before = workload("StatefulSet", "db", volumeClaimTemplates=[{"metadata": {"name": "data"}}])
    before["spec"]["template"]["spec"]["containers"][0] |= {
        "image": "bitnami/postgresql:15",
        "volumeMounts": [{"name": "data"}],
    }
    found = one(image, situation((before, with_(before, IMAGE, "bitnami/postgresql:16"))))
    assert found.message == "main: postgresql 16 does not start on the data of 15"


def test_every_container_of_every_kind() -> None:
    pod = {"containers": [{"name": "a", "image": "x:1"}], "initContainers": [{"name": "a", "image": "y:1"}]}
    job = {"template": {"spec": pod}}
    before = body("batch/v1", "CronJob", "nightly", spec={"jobTemplate": {"spec": job}})
    path = "spec.jobTemplate.spec.template.spec"
    after = with_(with_(before, f"{path}.containers.0.image", "x:2"), f"{path}.initContainers.0.image", "y:2")
    assert said(image, situation((before, after))) == [
        ("CronJob/nightly", "a: y goes up a major version, from 1 to 2"),
        ("CronJob/nightly", "a: x goes up a major version, from 1 to 2"),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("web:1.0", "web:1.1"),
        ("web:1.0", "web:1"),
        ("web:1", "web:1.4"),
        ("web:1.0-rc1", "web:1.0"),
        ("web:latest", "web"),
        ("web", "web:latest"),
        ("web:latest", "web:1.0"),
        ("web:1.0", f"web:1.0{DIGEST}"),
        ("web:1.0", f"web{DIGEST}"),
        (f"web:1.0{DIGEST}", f"web:1.1{DIGEST[:-1]}1"),
        # Dates, years, commits and words are no versions.
        ("web:20240101", "web:20230101"),
        ("web:2023.4", "web:2024.1"),
        ("web:1a2b3c4", "web:9f8e7d6"),
        ("web:stable", "web:edge"),
        ("web:1.0", "web:pg16"),
        # Other names are other things.
        ("web:2.0", "api:1.0"),
        ("reg/web:1.0", "mirror:5000/web:1.0"),
        ("postgres:12.3", "postgres:12.9"),
    ],
)
def test_nothing_is_told(before: str, after: str) -> None:
    assert said(image, situation((of(before, claim=True), of(after, claim=True)))) == []


def test_nothing_is_told_of_what_is_new_or_has_no_image() -> None:
    latest = with_(WEB, IMAGE, "web:latest")
    assert said(image, situation((None, latest))) == []
    assert said(image, situation((latest, None))) == []
    assert said(image, situation((WEB, with_(WEB, IMAGE)))) == []
    assert said(image, situation((with_(WEB, IMAGE), latest))) == []
    other = with_(latest, "spec.template.spec.containers.0.name", "other")
    assert said(image, situation((WEB, other))) == []
