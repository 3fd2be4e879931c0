"""Files for people: how they look, and the law that every reader sees the data that were written."""

import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kgen.errors import InputError
from kgen.yamlio import Path, comments, load, load_legacy, write
from kgen.yamlio.scalars import json_number

LAW = settings(derandomize=True, deadline=None, max_examples=80)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "{}\n"),
        ([], "[]\n"),
        ("a", "a\n"),
        (None, "null\n"),
        ({"b": 1, "a": {"d": [], "c": {}}}, "b: 1\na:\n  d: []\n  c: {}\n"),
        ({"a": [1, {"b": 2, "c": [3]}, [4, [5]], []]}, "a:\n- 1\n- b: 2\n  c:\n  - 3\n- - 4\n  - - 5\n- []\n"),
        ({"a": [{"b": {"c": 1}}]}, "a:\n- b:\n    c: 1\n"),
        ({"a": True, "b": None, "c": 1.5, "d": -3}, "a: true\nb: null\nc: 1.5\nd: -3\n"),
        ({"a": 1.0, "b": 1e20, "c": 1e-7, "d": 1.5e300}, "a: 1\nb: 1.0e+20\nc: 1.0e-07\nd: 1.5e+300\n"),
        ({"a": "b\nc\n"}, "a: |\n  b\n  c\n"),
        ({"a": "b\nc"}, "a: |-\n  b\n  c\n"),
        ({"a": "b\n\n"}, "a: |+\n  b\n\n"),
        ({"a": ["b\n\n c\n", "d"]}, "a:\n- |\n  b\n\n   c\n- d\n"),
        ({"a": "- op: add\n  path: /a\n  value: y\n"}, "a: |\n  - op: add\n    path: /a\n    value: y\n"),
        ({"a": "b\n"}, "a: |\n  b\n"),
        ({"a": "\n"}, 'a: "\\n"\n'),
        ({"a": " b\nc"}, 'a: " b\\nc"\n'),
        ({"a": "b \nc"}, 'a: "b \\nc"\n'),
        ({"a": "b\tc\nd"}, "a: |-\n  b\tc\n  d\n"),
        ({"a": "\tb\nc"}, 'a: "\\tb\\nc"\n'),
        ({"a": "x " * 100 + "y"}, "a: " + "x " * 100 + "y\n"),
        ({"a\nb": 1, "y": 2, "1": 3, "": 4}, '"a\\nb": 1\n"y": 2\n"1": 3\n"": 4\n'),
    ],
)  # fmt: skip
def test_data_look_as_one_would_type_them(body: Any, text: str) -> None:
    assert write(body) == text


PLAIN = [
    "a", "nginx:1.25", "apps/v1", "a b", "--flag=x", "-c", "../../base", "./a", "/var/run", "$(POD)", "${X}", "(a)",
    "app.kubernetes.io/name", "100m", "1Gi", "10.0.0.0/8", "v1.2.3", "a#b", "a:b", "http://a:80/b?c=d", "it's", 'a"b',
    "a, b", "+x", "_", "\xe9", "a  b", "nulls", "yes!",
]  # fmt: skip
QUOTED = [
    "", " ", "a ", " a", "y", "N", "yes", "Off", "true", "NULL", "null", "~", "1", "-1", "+1", "1.5", ".5", "1.", "1e3",
    "1E3", "0x1F", "0o17", "0b1", "017", "1_000", "1:30", "190:20:30.15", "2001-01-01", "2001-01-01T00:00:00Z", ".inf",
    "-.Inf", ".nan", "=", "<<", "-", "--", "---", "---a", "...", ".", "- a", "? a", "?", ": a", "a:", "a: b", "a #b",
    "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a", '"a"', "[a]", "{a}", ",a", "\t", "a\tb", "\x85", "\u2028",
    "\ufeff", "\xa0", "\x00", "\x7f", "\\n\r", "1.25", "1.25.3", "0a1b", "._", "0.5.x", "\U0001f600",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_a_harmless_text_is_plain(text: str) -> None:
    assert write({text: [text, {"key": text}]}) == f"{text}:\n- {text}\n- key: {text}\n"


@pytest.mark.parametrize("text", QUOTED)
def test_what_a_reader_may_mistake_is_in_quotes(text: str) -> None:
    assert write([text])[2] == ("'" if text == '"a"' else '"')


def test_a_text_with_quotes_or_backslashes_is_in_the_quotes_that_leave_it_as_it_is() -> None:
    assert write(['{"a": "b"}', "#\\d", 'it\'s "so": x', '"\t"']) == (
        '- \'{"a": "b"}\'\n- \'#\\d\'\n- "it\'s \\"so\\": x"\n- "\\"\\t\\""\n'
    )


READERS = {
    "resources": lambda text: load(text, "f.yaml")[0].body,
    "kustomization files": lambda text: load_legacy(text, "f.yaml").documents[0].body,
    "YAML 1.1": yaml.safe_load,
    "YAML 1.2": YAML(typ="safe", pure=True).load,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", PLAIN + QUOTED)
def test_every_reader_reads_the_same_text(reader: str, text: str) -> None:
    body = {"a": text, "b": [text, {"c": text}], "d": f"e\n{text}\n"}
    assert READERS[reader](write(body)) == body


CHARS = st.sampled_from(
    "ab01 \n\n:#-.,'\"\\\t&*!|>%@`[]{}?=~_+xeynTZ\x00\x7f\x85\xa0\xe9\u2028\ufeff\ufffe\U0001f600"
) | st.characters(exclude_categories=["Cs"])
TEXT = st.text(CHARS, max_size=12)
KEY = TEXT.filter(lambda text: text != "<<")
FLOAT = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: json_number(number) == number)
SCALAR = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | FLOAT | TEXT
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3), max_leaves=6
)
BODY = st.dictionaries(KEY, JSON, min_size=1, max_size=3) | st.lists(JSON, min_size=1, max_size=3)


@LAW
@given(BODY)
def test_law_both_dialects_read_what_was_written(body: Any) -> None:
    text = write(body)
    assert load(text, "f.yaml")[0].body == body
    assert load_legacy(text, "f.yaml").documents[0].body == body


@LAW
@given(BODY)
def test_law_yaml_1_1_and_1_2_read_what_was_written(body: Any) -> None:
    text = write(body)
    assert same(READERS["YAML 1.1"](text), body)
    assert same(READERS["YAML 1.2"](text), body)


def same(read: Any, body: Any) -> bool:
    """Equal, and no text turned into a number or the other way round; 1.0 is written as 1."""
    if isinstance(body, dict):
        return list(read) == list(body) and all(same(read[key], body[key]) for key in body)
    if isinstance(body, list):
        return len(read) == len(body) and all(map(same, read, body))
    return read == body and isinstance(read, str) == isinstance(body, str)


def paths(body: Any, path: Path = ()) -> list[Path]:
    steps = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [found for step, item in steps for found in [(*path, step), *paths(item, (*path, step))]]


@st.composite
def commented(draw: st.DrawFn) -> tuple[Any, dict[Path, str]]:
    body = draw(BODY)
    words = st.lists(TEXT, max_size=12)
    notes = draw(st.dictionaries(st.sampled_from(paths(body)), words, max_size=4))
    return body, {path: " ".join(" ".join(words).split()) for path, words in notes.items()}


@LAW
@given(commented())
def test_law_comments_stay_with_what_they_are_about(drawn: tuple[Any, dict[Path, str]]) -> None:
    body, notes = drawn
    text = write(body, notes)
    shown = {path: "".join(c if c.isprintable() else "\ufffd" for c in note) for path, note in notes.items() if note}
    assert comments(text) == [shown]
    assert load(text, "f.yaml")[0].body == body


def test_comments_stand_above_what_they_are_about() -> None:
    body = {"a": {"b": 1}, "c": [1, {"d": 2}, [3]]}
    notes = {
        ("a",): "one",
        ("a", "b"): "two",
        ("c", 0): "three",
        ("c", 1): "four",
        ("c", 1, "d"): "five",
        ("c", 2, 0): "six",
    }
    assert write(body, notes) == (
        "# one\na:\n  # two\n  b: 1\nc:\n# three\n- 1\n# four\n-\n  # five\n  d: 2\n-\n  # six\n  - 3\n"
    )  # fmt: skip


def test_a_long_comment_is_wrapped_at_100_columns() -> None:
    lines = write({"a": {"b": 1}}, {("a", "b"): "word " * 60 + "x" * 120}).splitlines()
    assert [len(line) for line in lines] == [2, 98, 98, 98, 18, 124, 6]
    assert all(line.startswith("  # ") for line in lines[1:-1])


def test_a_comment_of_several_lines_becomes_one_paragraph() -> None:
    assert write({"a": 1}, {("a",): "one\n\n two\u2028three\x07"}) == "# one two three\ufffd\na: 1\n"


@pytest.mark.parametrize("note", ["", "  ", "\n"])
def test_an_empty_comment_is_none(note: str) -> None:
    assert write({"a": 1}, {("a",): note}) == "a: 1\n"


@pytest.mark.parametrize("path", [(), ("b",), ("a", 2), ("a", -1), ("a", "0"), ("a", 0, "b"), ("c",), (0,)])
def test_a_comment_on_nothing_is_a_mistake(path: Path) -> None:
    with pytest.raises(KeyError) as caught:
        write({"a": [1, 2]}, {path: "c"})
    assert caught.value.args == (path,)


@pytest.mark.parametrize(
    ("body", "message", "hint"),
    [
        ({"a": 2**64}, "kustomize cannot read the number 18446744073709551616", "put it in quotes if it is text"),
        (
            {"a": -(2**63) - 1},
            "kustomize cannot read the number -9223372036854775809",
            "put it in quotes if it is text",
        ),
        ({"a": math.inf}, "kustomize cannot read the number inf", "put it in quotes if it is text"),
        ({"a": math.nan}, "kustomize cannot read the number nan", "put it in quotes if it is text"),
        ({"<<": 1}, "kustomize drops the key '<<'", "remove it"),
        ({"k" * 1001: 1}, f"the key {'k' * 40}... is longer than YAML allows", "shorten it"),
    ],
    ids=lambda each: str(each)[:30],
)
def test_what_nobody_could_read_is_refused(body: Any, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        write(body)
    assert (caught.value.message, caught.value.hint) == (message, hint)
