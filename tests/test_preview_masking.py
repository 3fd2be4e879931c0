# ruff: noqa: E501 - a row of a table is a line
import base64
import json
from typing import Any

import pytest

from kgen.preview.compare import compare
from kgen.preview.comparison import Comparison, Finding, ResourceChange
from kgen.preview.masking import mask
from kgen.preview.texts import dissect
from kgen.resource import Body, Resource


def secret(**fields: Any) -> Body:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, **fields}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def config(**data: str) -> Body:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def masked(before: Body | None, after: Body | None, *others: Body) -> Comparison:
    one, other = ([Resource(body)] if body else [] for body in (before, after))
    comparison = dissect(compare(one, other))
    return mask([comparison], [*one, *other, *(Resource(body) for body in others)])[0]


def told(comparison: Comparison) -> list[tuple[str, Any, Any]]:
    return [(str(f.path), f.before, f.after) for change in comparison.resources for f in change.fields]


def test_a_changed_secret_shows_that_it_changed_not_what_it_is() -> None:
    comparison = masked(secret(data={"password": encoded("one")}), secret(data={"password": encoded("two")}))
    assert told(comparison) == [("data.password", "‹secret 1›", "‹secret 2›")]


def test_a_value_that_moves_to_string_data_is_the_same_one() -> None:
    before = secret(data={"password": encoded("one"), "user": encoded("me")})
    comparison = masked(before, secret(stringData={"password": "one", "user": "you"}))
    values = [f for change in comparison.resources for f in change.of("value")]
    assert [(str(f.path), f.before, f.after) for f in values] == [("stringData.user", "‹secret 2›", "‹secret 3›")]
    assert comparison.equivalents == 2  # the password, and the map that is empty now


def test_added_and_removed_secrets_are_masked() -> None:
    for comparison in (masked(None, secret(stringData={"a": "hunter2"})), masked(secret(stringData={"a": "b"}), None)):
        (change,) = comparison.resources
        assert change.resource.body["stringData"] == {"a": "‹secret 1›"}


def pod(*env: Body, **container: Any) -> Body:
    spec = {"containers": [{"name": "web", "env": list(env), **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (pod({"name": "DB_PASSWORD", "value": "a"}), pod({"name": "DB_PASSWORD", "value": "b"}), ("‹secret 1›", "‹secret 2›")),
        (pod({"name": "A", "value": "a"}), pod({"name": "A", "value": "b"}), ("a", "b")),
        (  # named by no key, for it is there twice
            pod({"name": "TOKEN", "value": "a"}, {"name": "TOKEN", "value": "x"}),
            pod({"name": "TOKEN", "value": "b"}, {"name": "TOKEN", "value": "x"}),
            ("‹secret 1›", "‹secret 3›"),
        ),
        (pod(args=["--token", "a"]), pod(args=["--token", "b"]), ("‹secret 1›", "‹secret 2›")),
        (pod(args=["--token=a"]), pod(args=["--token=b"]), ("--token=‹secret 1›", "--token=‹secret 2›")),
        (config(CONN="pg://u:a@h/d"), config(CONN="pg://u:b@h/d"), ("pg://u:‹secret 1›@h/d", "pg://u:‹secret 2›@h/d")),
        (config(DB_PWD="a"), config(DB_PWD="b"), ("‹secret 1›", "‹secret 2›")),
        (config(a="has hunter2!"), config(a="has not"), ("has ‹secret 1›", "has not")),
    ],
)  # fmt: skip
def test_where_secrets_are_written_in_clear(before: Body, after: Body, expected: tuple[str, str]) -> None:
    comparison = masked(before, after, secret(stringData={"x": "hunter2!"}))
    assert [(one, other) for _, one, other in told(comparison)] == [expected]


def test_what_differs_in_a_text_is_masked_too() -> None:
    comparison = masked(config(a="[db]\npassword = a\nhost = x\n"), config(a="[db]\npassword = b\nhost = y\n"))
    (field,) = comparison.resources[0].fields
    assert [(str(f.path), f.before, f.after) for f in field.inner] == [
        ("db.host", "x", "y"),
        ("db.password", "‹secret 1›", "‹secret 2›"),
    ]
    assert "password = ‹secret 1›" in field.before


def test_the_annotation_of_kubectl_is_masked_whole() -> None:
    def annotated(text: str) -> Body:
        body = secret(data={})
        body["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": text}
        return body

    comparison = masked(annotated('{"data":{"a":"b"}}'), annotated('{"data":{"a":"c"}}'))
    assert [values for _, *values in told(comparison)] == [["‹secret 1›", "‹secret 2›"]]


def test_messages_and_notes_are_masked() -> None:
    resource = Resource(secret())
    finding = Finding("image", "note", resource.id, "hunter2! is pulled", "pg://u:hunter2!@h")
    comparison = Comparison("a", "b", (ResourceChange(None, resource),), (), (finding,), notes=("hunter2!",))
    (safe,) = mask([comparison], [Resource(secret(stringData={"x": "hunter2!"}))])
    assert safe.findings[0][3:5] == ("‹secret 1› is pulled", "pg://u:‹secret 1›@h")
    assert safe.notes == ("‹secret 1›",)


PLANTED = ["hunter2-alpha", "hunter2-beta", "hunter2-gamma"]


def test_no_planted_secret_is_left_anywhere() -> None:
    """In every place a secret is known to leak from."""
    alpha, beta, gamma = PLANTED
    holders = [
        secret(data={"p": encoded(alpha)}, stringData={"q": beta, "conf": f"user=x\npassword={gamma}\n"}),
        pod({"name": "X", "value": alpha}, {"name": "API_TOKEN", "value": "zzz"}, args=[f"--dsn=pg://u:{beta}@h"]),
        config(**{"a.json": json.dumps({"p": gamma}), "b": f"x {alpha} y", "c": encoded(alpha)}),
    ]
    for holder in holders:
        for before, after in ((None, holder), (holder, None), ({**holder, "x": 1}, holder)):
            text = repr(masked(before, after, *holders))
            assert not [word for word in (*PLANTED, *map(encoded, PLANTED[:1])) if word in text]


def test_words_of_names_are_no_secrets() -> None:
    """A user's name is in the names of half of an Airflow: to hide it there would hide what is spoken of."""
    before, after = pod({"name": "HOST", "value": "airflow-db"}), pod({"name": "HOST", "value": "airflow-db2"})
    for body in (before, after):
        body["metadata"]["name"] = "airflow-web"
        body["spec"]["containers"][0]["image"] = "apache/airflow:2"
    user = secret(stringData={"user": "airflow", "db": "airflow-web", "level": "production"})
    comparison = masked(before, after, user)
    assert [str(change.id) for change in comparison.resources] == ["Pod/airflow-web"]
    assert [values for _, *values in told(comparison)] == [["airflow-db", "airflow-db2"]]
    assert "apache/airflow:2" in repr(comparison)


def test_what_a_resource_is_called_is_never_masked() -> None:
    before, after = {**config(a="1"), "kind": "Widget"}, {**config(a="2"), "kind": "Widget"}
    before["metadata"] = after["metadata"] = {"name": "productionx", "namespace": "productiony"}
    comparison = masked(before, after, secret(stringData={"level": "production"}))
    assert comparison.resources[0].id[1:] == ("productiony", "productionx")


ODD = 'p@:/# é"\\%+hunter'


@pytest.mark.parametrize(
    "text",
    ["postgresql://u:p%40%3A%2F%23%20%C3%A9%22%5C%25%2Bhunter@h/d", "key p%40%3A%2F%23+%C3%A9%22%5C%25%2Bhunter;",
     "x p%40%3A/%23%20%C3%A9%22%5C%25%2Bhunter", json.dumps(["x", ODD], ensure_ascii=False), encoded(ODD), f"is {ODD}!"],
)  # fmt: skip
def test_a_secret_in_other_spellings(text: str) -> None:
    ((_, before, after),) = told(masked(config(a=text), config(a="none"), secret(stringData={"x": ODD})))
    assert ("‹secret " in before, after) == (True, "none")
    assert "hunter" not in before


HIDDEN = [
    {"tokens": ["hunter2-a"]},
    {"password": {"value": "hunter2-a"}},
    {"password": {"value": "hunter2-a", "name": None}},
    {"headers": [{"name": "Authorization", "value": "hunter2-a"}]},
    {"header": "Bearer hunter2-a"},
    {"env": [{"name": "DB_PASS", "value": "hunter2-a"}, {"name": "PGPASS", "value": "hunter2-a"}]},
    {"https://u:hunter2-a@h": 1},
    {"servers": [{"name": "https://u:hunter2-a@h", "weight": 1}]},
    {"run": "curl -u me:hunter2-a http://h"},
    {"run": "mysqladmin -u root -phunter2-a ping"},
    {"run": "redis-cli -h x -a hunter2-a ping"},
    {"command": ["redis-cli", "-a", "hunter2-a", "ping"]},
    {"netrc": "machine h login me password hunter2-a"},
    {"set": "auth.password=ab,hunter2-a"},
    {"json": json.dumps({"a": json.dumps({"password": "hunter2-a"})})},
    {"json": json.dumps({"password": 'a"hunter2-a'})},
    {"credentials": {"key": "hunter2-a"}},
    {"credentials": {"name": "bot", "key": "hunter2-a", "kind": "Basic"}},
    {"apiCredentials": {"nested": {"deep": [["hunter2-a"], {"x": "hunter2-a"}]}}},
    {"credentials": [{"id": "hunter2-a", "scope": "x"}]},
    {"accessKey": {"id": "hunter2-a", "value": "hunter2-a"}},
    {"secret": {"key": "hunter2-a"}},
    {"tokens": {"items": "hunter2-a"}},
    {"secrets": [{"name": "x", "data": {"a": "hunter2-a"}}]},
    {"credentials": {"hunterRef": {"password": "hunter2-a"}}},
    {"json": json.dumps({"credentials": {"key": "hunter2-a"}})},
]

SHOWN: list[Body] = [
    {"credentials": {"secretKeyRef": {"name": "hunter2-a", "key": "hunter2-a"}}},
    {"imagePullSecrets": [{"name": "hunter2-a"}]},
    {"volumes": [{"name": "v", "secret": {"secretName": "hunter2-a", "items": [{"key": "hunter2-a", "path": "p"}]}}]},
    {"sources": [{"secret": {"name": "x", "items": [{"key": "hunter2-a", "path": "p"}]}}]},
    {"sources": [{"serviceAccountToken": {"path": "hunter2-a", "audience": "x"}}]},
    {"properties": {"credentials": {"type": "hunter2-a"}}},
    {"credentials": {"optional": True, "name": "hunter2-a"}},
    {"address": "postgres://u:$PASSWORD@hunter2-a"},
    {"address": "postgres://u:${PASSWORD}@hunter2-a"},
    {"address": "postgres://$(USER):$(PASSWORD)@hunter2-a"},
]
"""What only says where a secret is."""


@pytest.mark.parametrize("fields", HIDDEN, ids=str)
def test_places_that_tell_no_secret(fields: Body) -> None:
    def widget(**spec: Any) -> Body:
        return {"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": spec}

    other = json.loads(json.dumps(fields).replace("hunter2-a", "hunter2-b"))
    for before, after in ((widget(**fields), widget(**other)), (None, widget(**fields)), (widget(**fields), None)):
        comparison = masked(before, after)
        assert comparison.differs
        assert "hunter2" not in repr(comparison)
        for change in comparison.resources:
            assert all(field.before != field.after or field.op != "change" for field in change.fields)


@pytest.mark.parametrize("fields", SHOWN, ids=str)
def test_what_says_where_a_secret_is_shows(fields: Body) -> None:
    other = json.loads(json.dumps(fields).replace("hunter2-a", "hunter2-b"))
    before, after = (
        {"apiVersion": "e/v1", "kind": "W", "metadata": {"name": "w"}, "spec": one} for one in (fields, other)
    )
    comparison = masked(before, after)
    assert "‹secret" not in repr(comparison)
    assert "hunter2-b" in str(told(comparison))


def test_numbers_in_a_map_of_credentials_are_hidden_and_switches_are_not() -> None:
    def widget(**fields: Any) -> Body:
        return {"apiVersion": "e/v1", "kind": "W", "metadata": {"name": "w"}, "credentials": fields}

    comparison = masked(widget(pin=123456, optional=True, gone=None), widget(pin=123457, optional=False, gone=None))
    assert told(comparison) == [
        ("credentials.optional", True, False),
        ("credentials.pin", "‹secret 1›", "‹secret 2›"),
    ]


TEXTS = {
    "maps.yaml": "credentials:\n  key: hunter2-{}\n  more: {{a: [hunter2-{}]}}\nother: x\n".replace("{{", "{").replace(
        "}}", "}"
    ),
    "app.yaml": "db:\n  tokens:\n  - hunter2-{}\n  client_secret: |\n    hunter2-{} and more\n",
    "app.json": json.dumps([{"name": "PASSWORD", "value": "hunter2-{}"}]),
    "pod.yaml": "apiVersion: v1\nkind: Pod\nspec: {args: [--password, hunter2-{}]}\n",
    "secret.yaml": "apiVersion: v1\nkind: Secret\nstringData:\n  a: hunter2-{}\n",
    "app.ini": "[a]\npassword = has spaces hunter2-{}\n",
}


@pytest.mark.parametrize(("key", "text"), TEXTS.items())
def test_texts_tell_no_secret_either(key: str, text: str) -> None:
    one, other = (config(**{key: text.replace("{}", each)}) for each in "ab")
    for before, after in ((one, other), (None, one), (one, None)):
        assert "hunter2" not in repr(masked(before, after))


def test_a_login_for_a_registry_is_masked_in_a_text_and_in_a_map() -> None:
    def config(password: str) -> Body:
        auths = {"auths": {"registry": {"auth": base64.b64encode(f"me:{password}".encode()).decode()}}}
        data = {"config.json": json.dumps(auths), "run.sh": f"echo '{json.dumps(auths)}' > config.json\n"}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data, "spec": auths}

    comparison = masked(config("one"), config("two"))
    assert comparison.differs
    assert "bWU6" not in repr(comparison)
