from typing import Any

import pytest

from kgen.preview.compare import compare
from kgen.preview.comparison import FieldChange
from kgen.preview.texts import dissect
from kgen.resource import Resource
from kgen.yamlio.spelled import load_spelled


def field(key: str, before: str, after: str, kind: str = "ConfigMap") -> FieldChange:
    bodies = (
        {"apiVersion": "v1", "kind": kind, "metadata": {"name": "c"}, "data": {key: text}} for text in (before, after)
    )
    one, other = ([Resource(body)] for body in bodies)
    return dissect(compare(one, other)).resources[0].fields[0]


@pytest.mark.parametrize(
    ("key", "before", "after", "form", "inner"),
    [
        ("airflow.cfg", "[core]\n# a\ndags = /x\n", "[core]\ndags = /y\n[new]\nA = 1\n", "ini",
         [("core.dags", "/x", "/y"), ("new.A", None, "1")]),
        ("a.json", '{"a": [1, 2], "b": 1.0}', '{"a": [1, 3], "b": 1.00}', "json", [("a[1]", 2, 3), ("b", 1.0, "1.00")]),
        ("a.yaml", "a: yes\nb: 1\n", 'a: "yes"\nb: 2\n', "yaml", [("a", "yes", "yes"), ("b", 1, 2)]),
        ("a.yaml", "a: 1\n---\nb: 1\n", "a: 1\n---\nb: 2\n", "yaml", [("[1].b", 1, 2)]),
        ("any", "a=1\nb: 2\n", "a=1\nb: 3\n", "properties", [("b", "2", "3")]),
        ("any", "a:\n- x\n", "a:\n- y\n", "yaml", [("a[0]", "x", "y")]),
        ("pod.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: a, image: x}\n",
         "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: a, image: y}\n", "manifest",
         [("spec.containers[name=a].image", "x", "y")]),
    ],
)  # fmt: skip
def test_texts_that_hold_data(key: str, before: str, after: str, form: str, inner: list[Any]) -> None:
    change = field(key, before, after)
    assert (change.format, [(str(f.path), f.before, f.after) for f in change.inner]) == (form, inner)


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("notes", "hello\nworld\n", "hello\nmoon\n"),
        ("a.json", '{"a": 1}', '{"a": 1, "a": 2}'),  # a key is there twice
        ("a.json", '{"a": 1}', "{"),
        ("a.yaml", "a: &x 1\n", "a: 2\n"),  # more than its values counts
        ("a.yaml", "a: 1 # one\nb: 1\n", "a: 1\nb: 1\n"),  # a comment only
        ("a.ini", "[a]\nx = 1\n", "[a]\nx = 1\nx = 2\n"),
        ("a.properties", "a=1\nb=2\n", "a=1\\\nb=2\n"),  # a line that goes on
        ("a.properties", "a=1\nb=2\n", "a=1\na=2\n"),
        ("requirements.txt", "x==1\ny\n", "x==2\ny\n"),
        ("run.sh", "#!/bin/sh\nx=1\n", "#!/bin/sh\nexec y\n"),
        ("word", "a", "b"),
    ],
)
def test_other_texts_are_told_by_lines(key: str, before: str, after: str) -> None:
    change = field(key, before, after)
    assert (change.format, change.inner) == (None, ())


def test_secrets_are_not_taken_apart() -> None:
    assert field("a.json", '{"a": 1}', '{"a": 2}', kind="Secret").inner == ()


@pytest.mark.parametrize("text", ["a: *x\n", "a: !t 1\n", "a: 1\na: 2\n", "? [a]\n: 1\n", "<<: {a: 1}\n", "a: &x 1\n"])
def test_what_is_no_plain_data_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what is wrong is nobody's business
        load_spelled(text)


def test_scalars_are_read_as_they_are_spelled() -> None:
    text = "[1, -2, 0, 01, 1.0, yes, 'yes', true, ~, null, '', a b, 2020-01-01, 0x1, .5]"
    (values,) = load_spelled(text)
    assert values == [1, -2, 0, "01", "1.0", "yes", "yes", True, None, None, "", "a b", "2020-01-01", "0x1", ".5"]
    assert [type(value).__name__ for value in values[3:7]] == ["Plain", "Plain", "Plain", "str"]
