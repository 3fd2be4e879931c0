"""What texts name, what is sure of it, and what they become."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgen.errors import InputError
from kgen.fieldpath import FieldPath
from kgen.overlay.coupled import couple
from kgen.overlay.couplings.check import check_couplings
from kgen.overlay.couplings.mentions import changes, mentions
from kgen.overlay.couplings.things import Course, index
from kgen.overlay.desired import Wish
from kgen.overlay.edits import Edit, apply_edits
from kgen.overlay.spec import parse
from kgen.overlay.synthesise import Directives
from kgen.resource import Body, Resource, ResourceId, ResourceMap


def named(name: str, namespace: str = "") -> Body:
    return {"name": name} | ({"namespace": namespace} if namespace else {})


def service(name: str, *ports: int, namespace: str = "") -> Body:
    spec = {"ports": [{"port": port} for port in ports]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": named(name, namespace), "spec": spec}


def config(name: str = "settings", /, **data: Any) -> Body:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": named(name), "data": data}


def pods(image: str, name: str = "run", **container: Any) -> Body:
    template = {"spec": {"containers": [{"name": "main", "image": image, **container}]}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": named(name), "spec": {"template": template}}


PREFIX = {"namePrefix": "dev-"}


class Result:
    """What becomes of a base."""

    def __init__(self, base: list[Body], fields: Body, edits: tuple[Edit, ...] = (), declared: str = "") -> None:
        resources = ResourceMap(Resource(body) for body in base)
        wished = Wish(apply_edits(resources, edits), edits, Directives("../../base", fields))
        self.coupled = couple(wished, resources, parse(declared, "kgen.yaml")[0])

    @property
    def followed(self) -> dict[str, str]:
        return {one.place.address.partition(":")[2]: one.text for one in self.coupled.followed}

    @property
    def left(self) -> list[str]:
        return [str(leftover) for leftover in self.coupled.leftovers]


def under_prefix(text: str, key: str = "KEY", *others: Body, declared: str = "") -> Result:
    return Result([service("db", 5432), service("shop-db", 5432), *others, config(**{key: text})], PREFIX, (), declared)


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("DB_HOST", "db", "dev-db"),
        ("dbHost", "db", "dev-db"),
        ("BROKERS", "db,shop-db", "dev-db,dev-shop-db"),
        ("KEY", "shop-db", "dev-shop-db"),
        ("KEY", "a,shop-db,b", "a,dev-shop-db,b"),
        ("KEY", "db:5432", "dev-db:5432"),
        ("KEY", "postgres://db@db:5432/db", "postgres://db@dev-db:5432/db"),
        ("KEY", "postgres://db:db@db/db?a=b", "postgres://db:db@dev-db/db?a=b"),
        ("KEY", "jdbc:postgresql://db/x", "jdbc:postgresql://dev-db/x"),
        ("KEY", "http://db/x and http://shop-db", "http://dev-db/x and http://dev-shop-db"),
        ("KEY", "db.default", "dev-db.default"),
        ("KEY", "db.default.svc", "dev-db.default.svc"),
        ("KEY", "http://db.default.svc.cluster.local:80/", "http://dev-db.default.svc.cluster.local:80/"),
        ("app.ini", "[db]\nhost = db\nname=db\n", "[db]\nhost = dev-db\nname=db\n"),
        ("app.yaml", "host: db\ndatabase: db\n", "host: dev-db\ndatabase: db\n"),
        ("app.json", '{"host":"db", "x": 1}', '{"host":"dev-db", "x": 1}'),
        ("ARGS", "serve --db-host db --user db", "serve --db-host dev-db --user db"),
        ("ARGS", "psql -h db -U db", "psql -h dev-db -U db"),
        ("ARGS", "serve --db-host=db --user=db", "serve --db-host=dev-db --user=db"),
    ],
)
def test_what_surely_names_a_service_follows_it(key: str, text: str, expected: str) -> None:
    assert under_prefix(text, key).followed == {key: expected}


OTHER_WORDS = [
    "dev-db", "db-replica", "mydb", "db_name", "x.db", "/var/db/x", "host/db", "", "db.example.org", "db@host", "db.5",
    "http://db:pw@host/", "http://example.org/db", "DB", "shop-db2", "postgres://x/shop-db",
]  # fmt: skip


@pytest.mark.parametrize("text", OTHER_WORDS)
def test_longer_words_paths_and_users_are_not_that_name(text: str) -> None:
    found = under_prefix(text)
    assert (found.followed, found.left) == ({}, [])


@pytest.mark.parametrize("key", ["DB_NAME", "USER", "PROFILE", "KEY"])
def test_a_single_word_is_left_for_a_person_to_say(key: str) -> None:
    found = under_prefix("db", key)
    assert (found.followed, found.left) == ({}, [f"ConfigMap/settings:{key}: 'db' is now 'dev-db' (Service/db)"])


def test_a_name_of_several_words_that_is_a_label_too_is_left_for_a_person_to_say() -> None:
    labelled = pods("img")
    labelled["metadata"]["labels"] = {"app": "shop-db"}
    found = under_prefix("shop-db", "TITLE", labelled)
    assert (found.followed, len(found.left)) == ({}, 1)
    assert under_prefix("shop-db", "DB_HOST", labelled).followed == {"DB_HOST": "dev-shop-db"}


@pytest.mark.parametrize(("said", "followed"), [("none", {}), ("Service/db", {"KEY": "dev-db"}), ("Service/other", {})])
def test_what_a_person_says_of_a_text_is_done(said: str, followed: dict[str, str]) -> None:
    found = under_prefix("db", declared=f"couplings: {{'ConfigMap/settings:KEY': {said}}}")
    assert (found.followed, found.left) == (followed, [])


def test_a_person_can_say_that_what_seems_sure_is_just_a_word() -> None:
    assert under_prefix("shop-db", declared="couplings: {'ConfigMap/settings:KEY': none}").followed == {}


def test_what_a_person_declares_is_never_changed() -> None:
    edit = Edit(ResourceId.of(config()), FieldPath(("data", "DB_HOST")), "shop-db", "declared")
    found = Result([service("shop-db"), config(DB_HOST="shop-db")], PREFIX, (edit,))
    assert found.followed == {}
    assert found.left == ["ConfigMap/settings:DB_HOST: 'shop-db' is now 'dev-shop-db' (Service/shop-db)"]


def test_environments_commands_and_secrets_are_looked_at() -> None:
    secret = {
        "apiVersion": "v1", "kind": "Secret", "metadata": named("keys"),
        "data": {"url": "aHR0cDovL2RiLw==", "raw": "/w==", "odd": 1}, "stringData": {"host": "db"},
    }  # fmt: skip
    pod = pods("img", env=[{"name": "HOST", "value": "db"}, {"name": "REF", "valueFrom": {}}], args=["--host", "db", 1])
    found = Result([service("db"), secret, pod], PREFIX)
    assert found.followed == {
        "url": "http://dev-db/",
        "host": "dev-db",
        "main/HOST": "dev-db",
        "main/args[1]": "dev-db",
    }
    (edited,) = (one for one in found.coupled.wish.edited if one.id.gvk.kind == "Secret")
    assert edited.body["data"]["url"] == "aHR0cDovL2Rldi1kYi8="


def moved(before: Body, path: str, value: Any) -> Edit:
    steps = [int(step) if step.isdigit() else step for step in path.split("/")]
    return Edit(ResourceId.of(before), FieldPath(tuple(steps)), value, "")


IMAGE = "spec/template/spec/containers/0/image"
TAG_OF = "the tag of team/app"


@pytest.mark.parametrize(
    ("before", "after", "key", "text", "expected"),
    [
        ("team/app:1.2", "team/app:1.3", "APP_TAG", "1.2", "1.3"),
        ("team/app:1.2", "localhost:5001/app:dev", "REPO", "team/app", "localhost:5001/app"),
        ("team/app:1.2", "localhost:5001/app:dev", "KEY", "x=team/app:1.2", "x=localhost:5001/app:dev"),
        ("team/app:1.2", "localhost:5001/app:dev", "KEY", "docker://team/app:1.2", "docker://localhost:5001/app:dev"),
        ("r.io:5000/app:1", "app@sha256:00", "KEY", "r.io:5000/app:1", "app@sha256:00"),
        ("app:1", "other:1", "IMAGE", "app", "other"),
        ("app:1", "app:2", "KEY", "app:1", "app:2"),
        ("team/app", "r.io/app:2", "WORKER_REPOSITORY", "team/app", "r.io/app"),
        ("team/app", "r.io/app:2", "WORKER_IMAGE", "team/app", "r.io/app:2"),
        ("team/app", "r.io/app", "KEY", "team/app", "r.io/app"),
        ("team/app:1", "r.io/app:2", "REPO", "team/app:1", "r.io/app:2"),
    ],
)
def test_an_image_is_followed_by_name_and_by_tag(before: str, after: str, key: str, text: str, expected: str) -> None:
    pod = pods(before)
    assert Result([pod, config(**{key: text})], {}, (moved(pod, IMAGE, after),)).followed == {key: expected}


@pytest.mark.parametrize(
    ("before", "after", "data", "left"),
    [
        ("team/app:1.2", "team/app:1.3", {"V": "pip==1.2"}, [f"'1.2' is now '1.3' ({TAG_OF})"]),
        ("team/app:1.2", "team/app@sha256:00", {"TAG": "1.2"}, [f"'1.2' is another one now ({TAG_OF})"]),
        ("team/app:1.2", "team/app:1.2.3", {"T": "1.2.3"}, []),
        ("app:1", "other:1", {"USER": "app"}, ["'app' is now 'other' (the image app)"]),
        ("app:1", "app:2", {"COUNT": "1"}, ["'1' is now '2' (the tag of app)"]),
        ("team/app", "registry.io/team/app", {"R": "registry.io/team/app"}, []),
        ("team/app", "r.io/a:2", {"K": "team/app"}, ["'team/app' is now 'r.io/a:2' or 'r.io/a' (the image team/app)"]),
    ],
)
def test_what_may_be_another_version_is_told(before: str, after: str, data: dict[str, str], left: list[str]) -> None:
    pod = pods(before)
    found = Result([pod, config(**data)], {}, (moved(pod, IMAGE, after),))
    assert found.followed == {}
    assert [line.partition(": ")[2] for line in found.left] == left


def test_images_that_become_different_ones_are_told() -> None:
    one, two = pods("team/app:1"), pods("team/app:1", "other")
    found = Result([one, two, config(IMAGE="team/app:1")], {}, (moved(one, IMAGE, "team/app:2"),))
    assert found.followed == {}
    assert found.left == ["ConfigMap/settings:IMAGE: 'team/app:1' is another one now (the image team/app:1)"]


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("POD_NAMESPACE", "one", "two"),
        ("KEY", "http://db.one:80", "http://db.two:80"),
        ("KEY", "db.one.svc", "db.two.svc"),
        ("KEY", "x.one.svc", None),
        ("KEY", "someone", None),
    ],
)
def test_a_namespace_is_followed_where_it_stands_for_one(key: str, text: str, expected: str | None) -> None:
    base = [service("db", 80, namespace="one"), {**config(**{key: text}), "metadata": named("settings", "one")}]
    found = Result(base, {"namespace": "two"})
    assert (found.followed, found.left) == ({key: expected} if expected else {}, [])


def test_a_word_that_is_a_namespace_too_is_told() -> None:
    found = Result([service("db"), config(PROFILE="default", TEXT="by default")], {"namespace": "two"})
    assert (found.followed, found.left) == (
        {},
        [
            "ConfigMap/settings:PROFILE: 'default' is now 'two' (the namespace)",
            "ConfigMap/settings:TEXT: 'default' is now 'two' (the namespace)",
        ],
    )


def with_folder(path: str, mount: str) -> Body:
    pod = pods("img", volumeMounts=[{"name": "v", "mountPath": mount}])
    pod["spec"]["template"]["spec"]["volumes"] = [{"name": "v", "hostPath": {"path": path}}]
    return pod


FOLDER = "spec/template/spec/volumes/0/hostPath/path"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("/mnt/x", "/mnt/x", "/srv"),
        ("/mnt/x", "/mnt/x/y:/data", "/srv/y:/data"),
        ("/mnt/x", "/mnt/xy /data/mnt/x /mnt", None),
        ("/mnt/x", "http://host/mnt/x", None),
        ("/data/x", "/data/x", None),  # a folder in the container
    ],
)
def test_a_folder_of_the_node_is_followed(path: str, text: str, expected: str | None) -> None:
    pod = with_folder(path, "/data")
    assert Result([pod, config(D=text)], {}, (moved(pod, FOLDER, "/srv"),)).followed == (
        {"D": expected} if expected else {}
    )


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [("DB_PORT", "5432", "6432"), ("KEY", "http://db:5432/5432", "http://db:6432/5432"), ("LIMIT", "5432", None)],
)
def test_a_port_is_followed_behind_its_host_and_where_the_key_says_so(
    key: str, text: str, expected: str | None
) -> None:
    db = service("db", 5432)
    found = Result([db, config(**{key: text})], {}, (moved(db, "spec/ports/0/port", 6432),))
    assert (found.followed, len(found.left)) == (({key: expected}, 0) if expected else ({}, 1))


def test_an_argument_follows_the_port_of_its_own_container() -> None:
    pod = pods("img", args=["--port", "8080"], ports=[{"containerPort": 8080}])
    edit = moved(pod, "spec/template/spec/containers/0/ports/0/containerPort", 9090)
    assert Result([service("web", 8080), pod], {}, (edit,)).followed == {"main/args[1]": "9090"}


def test_what_two_services_could_mean_is_told() -> None:
    one, two = service("one", 80), service("two", 80)
    found = Result([one, two, config(PORT="80")], {}, (moved(one, "spec/ports/0/port", 81),))
    assert (found.followed, found.left) == (
        {},
        ["ConfigMap/settings:PORT: '80' is now '81' (port 0 of Service/one)"],
    )


def hosted(image: str, path: str) -> Resource:
    volumes = [{"name": "v", "hostPath": {"path": path}}]
    body = pods(image, "a-b", ports=[{"containerPort": 80 if path == "/" else 81}])
    return Resource({**body, "spec": {"template": {"spec": {**body["spec"]["template"]["spec"], "volumes": volumes}}}})


NAMES = index(
    [
        Course(one, one, other)
        for one, other in (
            (Resource(service("db", 5432, namespace="x")), Resource(service("db", 5433, namespace="y"))),
            (Resource(service("a.b", 7)), Resource(service("c.b", 7))),
            (Resource(service("same", 9)), Resource(service("same", 9))),
            (hosted("team/app", "/"), hosted("team/app:1", "/mnt")),
            (hosted("r.io:5000/app:1.2", "/mnt/.d/e"), hosted("r.io:5000/app@sha256:00", "/mnt/f")),
        )
    ]
)
WORDS = ["db", "x", "y", "a.b", "a", "same", "team", "app", "r.io", "5000", "80", "1.2", "7", "mnt", ".d", "e", "//"]
PIECE = st.sampled_from([*WORDS, *'@:/.-,=" \n'])


@given(st.lists(PIECE).map("".join), st.booleans())
def test_parts_of_a_text_without_a_word_of_what_changes_name_none_of_it(text: str, has_root: bool) -> None:
    """The folder / has no word at all: with it no part can be left out."""
    assert "" in NAMES.starts
    folders = {path: things for path, things in NAMES.things["hostPath"].items() if has_root or path != "/"}
    starts = NAMES.starts if has_root else NAMES.starts - {""}
    names = replace(NAMES, starts=starts, things={**NAMES.things, "hostPath": folders})
    expected = [one for one in mentions(text, "KEY", names) if any(thing.is_changed for thing in one.things)]
    assert changes(text, "KEY", names) == expected


def test_nothing_renamed_is_nothing_followed() -> None:
    found = Result([service("db"), config(HOST="db")], {"labels": [{"pairs": {"a": "b"}}]})
    assert (found.followed, found.left, found.coupled.wish.directives.files) == ({}, [], {})


def test_kustomize_lets_whole_names_follow_where_its_own_fields_rename() -> None:
    found = Result([service("db"), config(HOST="db", URL="http://db"), config("other", DB_HOST="db")], PREFIX)
    (body,) = found.coupled.wish.directives.files.values()
    fields = [{"version": "v1", "kind": "ConfigMap", "path": f"data/{key}"} for key in ("DB_HOST", "HOST")]
    assert body == {"nameReference": [{"kind": "Service", "fieldSpecs": fields}]}
    assert found.followed == {"HOST": "dev-db", "DB_HOST": "dev-db", "URL": "http://dev-db"}


def test_a_field_that_means_different_things_is_computed() -> None:
    """A name reference is for the field of every ConfigMap."""
    found = Result(
        [service("db"), config(HOST="db"), config("other", HOST="db")],
        PREFIX,
        (),
        "couplings: {'ConfigMap/other:HOST': none}",
    )
    assert found.coupled.wish.directives.files == {}
    assert found.followed == {"HOST": "dev-db"}


ODD = [
    {**config("other", HOST="db"), "apiVersion": "example.org/v1"},
    config("other", HOST=5),
    {**config("other"), "data": "text"},
]


@pytest.mark.parametrize("other", ODD)
def test_where_a_name_reference_would_stumble_the_name_is_computed(other: Body) -> None:
    found = Result([service("db"), config(HOST="db"), other], PREFIX)
    assert (found.coupled.wish.directives.files, found.followed) == ({}, {"HOST": "dev-db"})


def test_containers_and_variables_without_a_name_are_told_by_their_place() -> None:
    pod = pods("img", env=[{"name": "HOST", "value": "db"}, {"name": "HOST", "value": "db"}, {"value": "db"}])
    containers = pod["spec"]["template"]["spec"]["containers"]
    containers += [{"args": ["http://db"]}, {"name": 5, "args": "db", "command": ["http://db", ["db"]]}]
    found = Result([service("db"), pod], PREFIX)
    (made,) = (one.body for one in found.coupled.wish.edited if one.id.gvk.kind == "Deployment")
    first, second, third = made["spec"]["template"]["spec"]["containers"]
    assert [variable["value"] for variable in first["env"]] == ["dev-db", "dev-db", "db"]
    assert (second["args"], third["command"]) == (["http://dev-db"], ["http://dev-db", ["db"]])


@pytest.mark.parametrize(
    ("declared", "message", "hint"),
    [
        (
            "{'ConfigMap/settings:HOTS': none}",
            "couplings: no text 'ConfigMap/settings:HOTS' in the base",
            "did you mean 'ConfigMap/settings:HOST'?",
        ),
        (
            "{'ConfigMap/settings:HOST': ConfigMap/db}",
            "couplings: ConfigMap/settings:HOST does not name ConfigMap/db",
            "it can be Service/db or none",
        ),
    ],
)
def test_a_coupling_must_be_there(declared: str, message: str, hint: str) -> None:
    base = ResourceMap([Resource(service("db")), Resource(config(HOST="db"))])
    spec, errors = parse(f"couplings: {declared}", "kgen.yaml")
    assert errors == []
    (error,) = check_couplings(spec, base)
    assert (error.message, error.hint, str(error.origin)) == (message, hint, "kgen.yaml:1:13")


def test_an_app_must_be_known() -> None:
    spec, _ = parse("app: airflow-1.1", "kgen.yaml")
    (error,) = check_couplings(spec, ResourceMap())
    assert isinstance(error, InputError)
    assert (error.message, error.hint) == ("unknown app 'airflow-1.1'", "did you mean 'airflow-1.10'?")
