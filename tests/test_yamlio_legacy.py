"""The dialect of kustomization files and JSON 6902 patches."""

from typing import Any

import pytest
from yamlio_cases import Row, rows

from kgen.errors import InputError, InputErrors, KgenError, Origin, Unsupported
from kgen.yamlio import Document, dump, load_legacy


def value_of(text: str) -> Any:
    return load_legacy(f"v: {text}\n", "f.yaml").documents[0].body["v"]


@pytest.mark.parametrize("row", rows("legacy"), ids=lambda row: row["text"])
def test_a_value_is_read_as_kustomize_reads_it(row: Row) -> None:
    try:
        printed = dump([{"spec": {"v": value_of(row["text"])}}]).removeprefix("spec:\n")
    except KgenError:
        printed = None
    assert printed == (None if "refused" in row else row["printed"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y", True), ("n", False), ("yes", True), ("Off", False), ("ON", True), ("true", True), ("~", None), ("", None),
        ("0644", 420), ("0o644", 420), ("0o8", "0o8"), ("0b11", 3), ("1e3", 1000), ("1_000", 1000), ("1:30", "1:30"),
        ("2001-01-01", "2001-01-01"), ("'y'", "y"), ("!!str y", "y"), ("{a: , b}", {"a": None, "b": None}),
        ("{1: a, on: b}", {"1": "a", "true": "b"}), ("=", "="), ("[2001-1-1 1:2:3]", ["2001-1-1 1:2:3"]),
    ],
)  # fmt: skip
def test_words_are_those_of_yaml_1_1(text: str, value: Any) -> None:
    assert value_of(text) == value


def test_the_last_of_two_keys_wins_with_a_warning() -> None:
    legacy = load_legacy("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n", "f.yaml")
    assert legacy.documents == [Document({"b": {"c": 2}, "a": 3}, 1)]
    assert legacy.warnings == [
        ("duplicate key 'c', first at line 3: kustomize takes this one", Origin("f.yaml", 4, 3)),
        ("duplicate key 'a', first at line 1: kustomize takes this one", Origin("f.yaml", 5, 1)),
    ]


def test_what_is_inside_of_a_repeated_key_is_not_warned_about_again() -> None:
    legacy = load_legacy("a: {b: 1}\na: {b: 2}\n", "f.yaml")
    assert [str(origin) for _, origin in legacy.warnings] == ["f.yaml:2:1"]


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("", []),
        ("# only a comment\n", []),
        ("---\n", [Document(None, 1)]),
        ("---\n---\na: 1\n", [Document(None, 1), Document({"a": 1}, 3)]),
        ("# c\na: 1\n---\nb: 2\n", [Document({"a": 1}, 2), Document({"b": 2}, 4)]),
        ("\ufeffa: 1\r\n", [Document({"a": 1}, 1)]),
        ("[]\n", [Document([], 1)]),
    ],
)
def test_all_documents_are_given(text: str, documents: list[Document]) -> None:
    assert load_legacy(text, "f.yaml") == (documents, [])


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("x: &x {a: 1}\nz: {a: 2, <<: *x}\n", {"a": 1}),
        ("x: &x {a: 1}\nz: {<<: *x, a: 2}\n", {"a": 2}),
        ("x: &x {a: 1}\nz: {a: 2, <<: *x, a: 3}\n", {"a": 3}),
        ("x: &x {a: 1}\nz: {<<: [{a: 2, b: 2}, *x]}\n", {"a": 2, "b": 2}),
    ],
)
def test_a_merge_comes_where_it_stands(text: str, body: Any) -> None:
    assert load_legacy(text, "f.yaml").documents[0].body["z"] == body


def test_merging_leaves_the_merged_map_alone() -> None:
    body = load_legacy("x: &x {a: [1]}\nz: {<<: *x}\n", "f.yaml").documents[0].body
    body["z"]["a"].append(2)
    assert body["x"] == {"a": [1]}


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("a: .nan\n", "1:4", "JSON has no number .nan", "put it in quotes, without a tag, if it is text"),
        ("a:\n  ~: b\n", "2:3", "the key ~ is no text", "put it in quotes"),
        ("? \n: a\n", "1:2", "the key here is no text", "put it in quotes"),
        ("a: {<<: b}\n", "1:5", "'<<' merges maps, and its value is none", None),
        (
            "<<: {a: 1}\n<<: {b: 1}\n",
            "2:1",
            "'<<' stands here twice",
            "merge several maps with <<: [*one, *two]",
        ),
        ("a: [b?]\n", "1:5", "kustomize reads no '?' in plain text between brackets", "put the text in quotes"),
        ('a: "b\\/c"\n', "1:4", "kustomize does not know the escape '\\/'", "write '/'"),
    ],
)
def test_an_error_says_what_is_wrong_where_and_what_to_do(
    text: str, place: str, message: str, hint: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        load_legacy(text, "f.yaml")
    assert (str(caught.value.origin), caught.value.message, caught.value.hint) == (f"f.yaml:{place}", message, hint)


@pytest.mark.parametrize(
    ("text", "feature", "hint"),
    [
        ("1.5: a\n", "the key 1.5 is a number", "put it in quotes"),
        ("18446744073709551615: a\n", "the key 18446744073709551615 is a number", "put it in quotes"),
        ("'<<': a\n", "the key '<<' in quotes", "remove it"),
    ],
)
def test_a_key_that_kustomize_spells_its_own_way_is_refused(text: str, feature: str, hint: str) -> None:
    with pytest.raises(Unsupported) as caught:
        load_legacy(text, "f.yaml")
    message = f"not supported by the built-in engine: {feature}"
    assert (str(caught.value.origin), caught.value.message, caught.value.hint) == ("f.yaml:1:1", message, hint)


def test_all_that_is_wrong_is_said() -> None:
    with pytest.raises(InputErrors) as caught:
        load_legacy("a: .nan\nb: !!int c\n", "f.yaml")
    assert [part.message for part in caught.value.parts] == ["JSON has no number .nan", "'c' is no !!int"]
