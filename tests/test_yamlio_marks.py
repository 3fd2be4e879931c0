"""Where fields and comments stand."""

import pytest

from kgen.errors import Unsupported
from kgen.yamlio import Path, comments, load, marks
from kgen.yamlio.libyaml import whole
from kgen.yamlio.positions import repeated_keys


def places(text: str) -> list[dict[Path, str]]:
    """Line and column by path, as text."""
    return [{path: f"{origin.line}:{origin.column}" for path, origin in each.items()} for each in marks(text, "f.yaml")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n", {(): "1:1", ("a",): "1:1"}),
        ("\n# c\na:\n  b: 1\n", {(): "3:1", ("a",): "3:1", ("a", "b"): "4:3"}),
        ("a:\n- b\n- c: 1\n", {(): "1:1", ("a",): "1:1", ("a", 0): "2:1", ("a", 1): "3:1", ("a", 1, "c"): "3:3"}),
        ("a:\n  - b\n", {(): "1:1", ("a",): "1:1", ("a", 0): "2:3"}),
        ("- - a\n  - b\n", {(): "1:1", (0,): "1:1", (0, 0): "1:3", (0, 1): "2:3"}),
        ("-\n  # c\n  a: 1\n", {(): "1:1", (0,): "1:1", (0, "a"): "3:3"}),
        ("- # - c\n  a\n", {(): "1:1", (0,): "1:1"}),
        ("-\n- a\n", {(): "1:1", (0,): "1:1", (1,): "2:1"}),
        (
            "a: {b: [c, d]}\n",
            {(): "1:1", ("a",): "1:1", ("a", "b"): "1:5", ("a", "b", 0): "1:9", ("a", "b", 1): "1:12"},
        ),
        ("a: &x [1]\n*x : 2\n", {(): "1:1", ("a",): "1:1", ("a", 0): "1:8", ("",): "2:1"}),
        ("a: &x b\n*x : c\n", {(): "1:1", ("a",): "1:1", ("b",): "2:1"}),
        ("a: &x {b: 1}\nc: *x\n", {(): "1:1", ("a",): "1:1", ("a", "b"): "1:8", ("c",): "2:1"}),
        ("<<: {a: 1}\n", {(): "1:1", ("<<",): "1:1", ("<<", "a"): "1:6"}),
        ("a: 1\na: 2\n", {(): "1:1", ("a",): "2:1"}),
        ("? a\n: b\n? [c]\n: d\n", {(): "1:1", ("a",): "1:3", ("?",): "3:3", ("?", 0): "3:4"}),
        ("\xe9: \xe9\n'b c': 1\n", {(): "1:1", ("\xe9",): "1:1", ("b c",): "2:1"}),
        ("\ufeffa: 1\r\nb: 2\r\n", {(): "1:1", ("a",): "1:1", ("b",): "2:1"}),
    ],
)
def test_every_field_and_item_has_its_place(text: str, expected: dict[Path, str]) -> None:
    assert places(text) == [expected]


def test_a_place_is_an_origin() -> None:
    origin = marks("a:\n  b: 1\n", "x/f.yaml")[0][("a", "b")]
    assert str(origin) == "x/f.yaml:2:3"


def test_there_is_one_map_for_each_document_that_is_loaded() -> None:
    text = "# c\n---\na: 1\n---\n{}\n---\nb: 1\n...\nc: 1\n"
    found = marks(text, "f.yaml")
    assert [set(each) for each in found] == [{(), ("a",)}, {(), ("b",)}]
    assert [each[()].line for each in found] == [document.line for document in load(text, "f.yaml")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n", {}),
        ("# x\na: 1\n", {("a",): "x"}),
        ("# x\n#  y\n#z\na: 1\n", {("a",): "x y z"}),
        ("# x\n\na: 1\n", {}),
        ("# header\n\n# x\na: 1\n", {("a",): "x"}),
        ("a: 1 # x\n", {}),
        ("a:\n  # x\n  b: 1\n  # y\n  c: 1\n", {("a", "b"): "x", ("a", "c"): "y"}),
        ("a:\n  b: 1\n  # x\nc: 1\n", {}),
        ("a:\n  b: 1\n# x\nc: 1\n", {("c",): "x"}),
        ("a:\n# x\n- b\n# y\n- c: 1\n  # z\n  d: 1\n", {("a", 0): "x", ("a", 1): "y", ("a", 1, "d"): "z"}),
        ("# x\n-\n  # y\n  a: 1\n", {(0,): "x", (0, "a"): "y"}),
        ("# x\n- - a\n  # y\n  - b\n", {(0,): "x", (0, 1): "y"}),
        ("a: |\n  # x\n  b\n  # y\nc: 1\n", {}),
        ("a: |\n  b\n# x\nc: 1\n", {("c",): "x"}),
        ("a: 'b\n  # x\n  c'\nd: 1\n", {}),
        ("a: 'b\n\n# x\n  '\n# y\nd: 1\n", {("d",): "y"}),
        ("a: {b: 1,\n# x\nc: 2}\n", {("a", "c"): "x"}),
        ("a: 1\n# x\n", {}),
        ("# x\n{a: 1}\n", {}),
        ("a:\n# x\n- b: {c: 1}\n", {("a", 0): "x"}),
        ("#\n# \na: 1\n", {}),
        ("## x\na: 1\n", {("a",): "# x"}),
        ("# x\r\na: 1\r\n", {("a",): "x"}),
        ("# \xe9\nb: 1\n", {("b",): "\xe9"}),
    ],
)
def test_a_comment_belongs_to_what_stands_right_below(text: str, expected: dict[Path, str]) -> None:
    assert comments(text) == [expected]


def test_comments_are_given_by_document() -> None:
    assert comments("# x\na: 1\n---\n# nothing\n---\nb: 1\n---\n# y\nc: 1\n") == [{("a",): "x"}, {}, {("c",): "y"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 1\n", []),
        ("a: 1\na: 1\n", [("a", "f.yaml:2:1", 1)]),
        ("a: 1\na: 1\na: 1\n", [("a", "f.yaml:2:1", 1), ("a", "f.yaml:3:1", 1)]),
        ("a:\n- b: 1\n- b: 1\n  b: 1\n", [("b", "f.yaml:4:3", 3)]),
        ("a: {b: 1}\na: {b: 1}\n", [("a", "f.yaml:2:1", 1)]),
    ],
)
def test_repeated_keys_are_found(text: str, expected: list[tuple[str, str, int]]) -> None:
    found = repeated_keys(whole(text, "f.yaml"))
    assert [(repeat.key, str(repeat.origin), repeat.first_line) for repeat in found] == expected


def test_what_nests_without_end_is_refused() -> None:
    with pytest.raises(Unsupported) as caught:
        marks("[" * 20_000 + "]" * 20_000, "f.yaml")
    assert caught.value.message == "not supported by the built-in engine: maps and lists nest more than 200 deep"
    assert str(caught.value.origin).startswith("f.yaml:1")  # libyaml 0.2.6 stops before it knows the column
