from typing import Any

import pytest

from kgen.overlay.leftovers import find_leftovers
from kgen.resource import Body, Resource, ResourceId, ResourceMap


def service(name: str, namespace: str = "") -> Body:
    return {"apiVersion": "v1", "kind": "Service", "metadata": named(name, namespace)}


def named(name: str, namespace: str = "") -> Body:
    return {"name": name} | ({"namespace": namespace} if namespace else {})


def config(**data: str) -> Body:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": data}


def job(image: str, **fields: Any) -> Body:
    pod = {"template": {"spec": {"containers": [{"name": "run", "image": image, **fields}]}}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"}, "spec": pod}


def told(*pairs: tuple[Body, Body]) -> list[str]:
    before = ResourceMap(Resource(one) for one, _ in pairs)
    after = ResourceMap(
        Resource(other, None, () if ResourceId.of(one) == ResourceId.of(other) else (ResourceId.of(one),))
        for one, other in pairs
    )
    return [str(leftover) for leftover in find_leftovers(before, after)]


def unchanged(body: Body) -> tuple[Body, Body]:
    return body, body


RENAMED = (service("db"), service("dev-db"))


@pytest.mark.parametrize(
    "text", ["db", "db:5432", "postgres://user@db:5432/x", "db.default.svc", "a,db,c", "http://db/x"]
)
def test_a_string_that_names_a_renamed_resource_is_told(text: str) -> None:
    assert told(RENAMED, unchanged(config(HOST=text))) == [
        "ConfigMap/settings data.HOST: 'db' is now 'dev-db' (Service/db)"
    ]


@pytest.mark.parametrize("text", ["dev-db", "db-replica", "mydb", "db_name", "x.db", "/var/db/x", "host/db", ""])
def test_longer_words_are_not_that_name(text: str) -> None:
    assert told(RENAMED, unchanged(config(HOST=text))) == []


def test_two_resources_of_one_name_are_told_once() -> None:
    workload = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "db"}}
    renamed = {**workload, "metadata": {"name": "dev-db"}}
    assert told(RENAMED, (workload, renamed), unchanged(config(HOST="db"))) == [
        "ConfigMap/settings data.HOST: 'db' is now 'dev-db' (Service/db, Deployment/db)"
    ]


def test_environments_and_arguments_are_looked_at() -> None:
    pod = job("img", env=[{"name": "HOST", "value": "db"}, {"name": "REF", "valueFrom": {}}], args=["--host=db", 1])
    path = "spec.template.spec.containers[name=run]"
    assert told(RENAMED, unchanged(pod)) == [
        f"Job/job {path}.env[name=HOST].value: 'db' is now 'dev-db' (Service/db)",
        f"Job/job {path}.args[0]: 'db' is now 'dev-db' (Service/db)",
    ]


@pytest.mark.parametrize(
    ("before", "after", "data", "expected"),
    [
        (
            "team/app:1.2",
            "team/app:1.3",
            {"T": "1.2", "R": "team/app"},
            ["data.T: '1.2' is now '1.3' (tag of team/app)"],
        ),
        ("team/app:1.2", "localhost:5001/app:dev", {"R": "team/app", "V": "pip==1.2"}, ["data.R", "data.V"]),
        ("team/app:1.2", "team/app:1.2.3", {"T": "1.2.3"}, []),
        ("app:1", "other:1", {"USER": "app", "IMAGE": "app", "REF": "app:1"}, ["data.IMAGE", "data.REF"]),
        ("team/app", "registry.io/team/app", {"R": "registry.io/team/app"}, []),
        ("team/app:latest", "team/app:1", {"T": "latest"}, []),
    ],
)
def test_an_image_is_followed_by_name_and_by_tag(
    before: str, after: str, data: dict[str, str], expected: list[str]
) -> None:
    found = told((job(before), job(after)), unchanged(config(**data)))
    assert len(found) == len(expected)
    assert all(part in line for part, line in zip(expected, found, strict=True))


def test_a_namespace_is_told_where_it_stands_for_one() -> None:
    moved = (service("db", "one"), service("db", "two"))
    data = {"A": "db.one.svc", "B": "one", "C": "someone", "D": "x one y"}
    assert [line.split()[1].rstrip(":") for line in told(moved, unchanged(config(**data)))] == ["data.A", "data.B"]


def test_nothing_renamed_leaves_nothing_behind() -> None:
    assert told(unchanged(service("db")), unchanged(config(HOST="db"))) == []


def with_folder(path: str) -> Body:
    volumes = [{"name": "v", "hostPath": {"path": path}}]
    pod = {"template": {"spec": {"containers": [], "volumes": volumes}}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"}, "spec": pod}


@pytest.mark.parametrize(("text", "is_told"), [("/a/b", True), ("/a/b/c", True), ("/a/bc", False), ("x/a/b", False)])
def test_a_string_that_names_a_folder_that_moved(text: str, is_told: bool) -> None:
    expected = ["ConfigMap/settings data.DIR: '/a/b' is now '/home/b' (hostPath)"] if is_told else []
    assert told((with_folder("/a/b/"), with_folder("/home/b")), unchanged(config(DIR=text))) == expected


def test_a_folder_that_stays_is_not_told() -> None:
    assert told(unchanged(with_folder("/a")), unchanged(config(DIR="/a"))) == []
