"""The dialect of resources: every answer of kustomize that is recorded, and what kgen says where there is none."""

from typing import Any

import pytest
from yamlio_cases import Row, as_bytes, resource, rows

from kgen.errors import InputError, InputErrors, KgenError, Unsupported
from kgen.yamlio import Document, dump, load


def printed(text: bytes | str) -> str | None:
    """What is printed of a file; None if it is refused."""
    try:
        return dump(document.body for document in load(text, "f.yaml"))
    except KgenError:
        return None


@pytest.mark.parametrize("row", rows("values"), ids=lambda row: row["text"])
def test_a_value_is_printed_as_kustomize_prints_it(row: Row) -> None:
    expected = None if row["printed"] is None or "refused" in row else resource("").split("  v:")[0] + row["printed"]
    assert printed(resource(row["text"])) == expected


@pytest.mark.parametrize("row", rows("files"), ids=lambda row: row["name"])
def test_a_file_is_printed_as_kustomize_prints_it(row: Row) -> None:
    assert printed(as_bytes(row["text"])) == (None if "refused" in row else row["printed"])


@pytest.mark.parametrize("row", [row for row in rows("values") if "refused" in row], ids=lambda row: row["text"])
def test_a_value_that_only_kustomize_accepts_is_refused_with_a_reason(row: Row) -> None:
    with pytest.raises(KgenError) as caught:
        load(resource(row["text"]), "f.yaml")
    assert caught.value.message == row["refused"]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("a: 1\n", {"a": 1}),
        (b"a: \xc3\xa9\n", {"a": "\xe9"}),
        ("a: 1.0\nb: 1e3\nc: -0.0\n", {"a": 1, "b": 1000, "c": 0}),
        ("a: 1e20\nb: 1e21\nc: 1.5\n", {"a": 1e20, "b": 1e21, "c": 1.5}),
        ("a: 1234567890123456768.0\n", {"a": 1234567890123456800}),
        ("a: yes\nb: on\nc: y\nd: =\n", {"a": "yes", "b": "on", "c": "y", "d": "="}),
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x b\n*x : c\n", {"a": "b", "b": "c"}),
        ("&x a: b\nc: *x\n", {"a": "b", "c": "a"}),
        ("a: !!binary //79\n", {"a": "\ufffd\ufffd\ufffd"}),
        ("1: a\ntrue: b\n0x10: c\n", {"1": "a", "true": "b", "0x10": "c"}),
    ],
)
def test_values_become_what_json_has(text: str | bytes, body: Any) -> None:
    assert load(text, "f.yaml") == [Document(body, 1)]


def test_numbers_keep_their_kind() -> None:
    body = load("a: 1.0\nb: true\nc: 1e21\n", "f.yaml")[0].body
    assert [type(value) for value in body.values()] == [int, bool, float]


@pytest.mark.parametrize("text", ["", "\n", "# c\n", "---\n", "---\n# c\n---\n", "null\n", "~\n", "{}\n", "[]\n"])
def test_an_empty_document_is_left_out(text: str) -> None:
    assert load(text, "f.yaml") == []


def test_the_line_of_a_document_is_that_of_its_first_key() -> None:
    text = "# c\n\na: 1\n---\n# c\n---\n\n\nb: 2\n--- # c\nc: 3\n"
    assert [document.line for document in load(text, "f.yaml")] == [3, 9, 11]


def test_the_line_counts_windows_line_ends_once() -> None:
    assert load("# c\r\na: 1\r\n---\r\nb: 2\r\n", "f.yaml") == [Document({"a": 1}, 2), Document({"b": 2}, 4)]


def test_an_alias_is_a_copy() -> None:
    body = load("a: &x {b: [1]}\nc: *x\n", "f.yaml")[0].body
    body["a"]["b"].append(2)
    assert body["c"] == {"b": [1]}


def test_only_the_first_document_before_dots_is_read() -> None:
    assert load("a: 1\n...\n}{\n---\nb: 2\n", "f.yaml") == [Document({"a": 1}, 1), Document({"b": 2}, 5)]


ERRORS = [
    ("a: 1\nb: 2\na: 3\n", "3:1", "duplicate key 'a'", "first at line 1"),
    ("a: 1\n---\nb:\n- c: 1\n  c: 2\n", "5:3", "duplicate key 'c'", "first at line 4"),
    ("a: &x b\nc: {*x : 1, b: 2}\n", "2:13", "duplicate key 'b'", "first at line 2"),
    ("a:\n  1: b\n", "2:3", "the key 1 is no text", "put it in quotes"),
    ("a:\n  2001-01-01: b\n", "2:3", "the key 2001-01-01 is no text", "put it in quotes"),
    ("null: b\n", "1:1", "the key null is no text", "put it in quotes"),
    ("a: .inf\n", "1:4", "JSON has no number .inf", "put it in quotes, without a tag, if it is text"),
    (
        "a: 2001-01-01T00:00:00+24:00\n",
        "1:4",
        "the time zone +24:00 cannot become JSON",
        "put it in quotes, without a tag, if it is text",
    ),
    ("a: !!int x\n", "1:4", "'x' is no !!int", "put it in quotes, without a tag, if it is text"),
    ("a: !!timestamp x\n", "1:4", "'x' is no !!timestamp", "put it in quotes, without a tag, if it is text"),
    ("a: !!binary x\n", "1:4", "this !!binary is not base64", "put it in quotes, without a tag, if it is text"),
    ("a: !!float .inf\n", "1:4", "JSON has no number .inf", "put it in quotes, without a tag, if it is text"),
    ("a: *x\n", "1:4", "there is no anchor &x above in this document", None),
    ("a: &x 1\n---\nb: *x\n", "3:4", "there is no anchor &x above in this document", None),
    ("a: &x [*x]\n", "1:8", "*x contains itself", None),
    ("a: &x\n  b: {<<: *x}\n", "2:11", "*x contains itself", None),
    ("a: &x 1\nb: {<<: *x}\n", "2:9", "'<<' merges maps, and *x is none", None),
    ("a: {<<: 1}\n", "1:5", "'<<' merges maps, and its value is none", None),
    ("a:\n  <<: {b: 1}\n  <<: {c: 1}\n", "3:3", "'<<' stands here twice", "merge several maps with <<: [*one, *two]"),
    ("a: &x 1\nb: {*x : 1}\n", "2:5", "a key must be text, and *x is none", None),
    (
        "a: {{ b }}\n",
        "1:5",
        "a map or a list cannot be a key",
        "put templates as in '{{ value }}' in quotes: kustomize has none",
    ),
    ("a: [b?]\n", "1:5", "kustomize reads no '?' in plain text between brackets", "put the text in quotes"),
    ("a: {b?: 1}\n", "1:5", "kustomize reads no '?' in plain text between brackets", "put the text in quotes"),
    ("a: |1\n \tb\n", "1:4", "kustomize cannot print this block", "put the text in double quotes"),
    (
        "a: 1\n--- b: 2\n",
        "2",
        "only a comment may stand behind '---'",
        "start the document on the next line; text that is no document must be indented",
    ),
    ('a: "b\\/c"\n', "1:4", "kustomize does not know the escape '\\/'", "write '/'"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), ERRORS, ids=[error[0] for error in ERRORS])
def test_an_error_says_what_is_wrong_where_and_what_to_do(
    text: str, place: str, message: str, hint: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        load(text, "f.yaml")
    assert (str(caught.value.origin), caught.value.message, caught.value.hint) == (f"f.yaml:{place}", message, hint)


REFUSALS = [
    ("a: {b: }\n", "1:8", "an empty value between brackets", 'write null, or "" for an empty text'),
    ("a: {b: !x }\n", "1:8", "an empty value between brackets", 'write null, or "" for an empty text'),
    ("a: &x\n  b:\nc: {<<: *x}\n", "3:9", "an empty value between brackets", 'write null, or "" for an empty text'),
    ("a: !x {b: 1}\n", "1:4", "the tag !x", "remove it"),
    ("a: !!set {b: null}\n", "1:4", "the tag !!set", "remove it"),
    ("a:\n  '<<': 1\n", "2:3", "the key '<<' in quotes", "remove it"),
    ("a: " + "[" * 200 + "]" * 200 + "\n", "1:203", "maps and lists nest more than 200 deep", "use fewer levels"),
]


@pytest.mark.parametrize(("text", "place", "feature", "hint"), REFUSALS, ids=[refusal[0][:30] for refusal in REFUSALS])
def test_what_kustomize_garbles_is_refused_by_name(text: str, place: str, feature: str, hint: str | None) -> None:
    with pytest.raises(Unsupported) as caught:
        load(text, "f.yaml")
    message = f"not supported by the built-in engine: {feature}"
    assert (str(caught.value.origin), caught.value.message, caught.value.hint) == (f"f.yaml:{place}", message, hint)


def test_all_that_is_wrong_with_a_document_is_said_in_the_order_of_the_file() -> None:
    with pytest.raises(InputErrors) as caught:
        load("a: .nan\nb: {1: 2}\nc: 1\na: 2\n", "f.yaml")
    assert [(str(part.origin), part.message) for part in caught.value.parts] == [
        ("f.yaml:1:4", "JSON has no number .nan"),
        ("f.yaml:2:5", "the key 1 is no text"),
        ("f.yaml:4:1", "duplicate key 'a'"),
    ]


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)]
    with pytest.raises(Unsupported) as caught:
        load("a0: &a0 x\n" + "".join(levels), "f.yaml")
    assert caught.value.message == "not supported by the built-in engine: aliases expand to more than 500,000 values"
    assert caught.value.hint == "use fewer aliases"
    assert caught.value.origin is not None
    assert caught.value.origin.path == "f.yaml"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "&a ["])
def test_the_deepest_nesting_is_one_error(opening: str) -> None:
    with pytest.raises(KgenError) as caught:
        load(opening * 20_000, "f.yaml")
    assert len(caught.value.parts) == 1


def test_aliases_do_not_nest_deeper_than_text() -> None:
    levels = [f"a{level}: &a{level} [[[[*a{level - 1}]]]]\n" for level in range(1, 60)]
    with pytest.raises(Unsupported) as caught:
        load("a0: &a0 []\n" + "".join(levels), "f.yaml")
    assert caught.value.message == "not supported by the built-in engine: maps and lists nest more than 200 deep"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("metadata:\n  annotations:\n    a: 1\n    b: 2\n    a: 3\n", 5),
        ("items:\n- {}\n- metadata:\n    annotations:\n      a: 1\n      a: 1\n", 6),
    ],
)
def test_an_annotation_that_is_there_twice_is_refused_by_name(text: str, line: int) -> None:
    with pytest.raises(Unsupported) as caught:
        load(text, "f.yaml")
    assert caught.value.message.endswith(": the duplicate key 'a' of annotations")
    assert caught.value.origin is not None
    assert caught.value.origin.line == line
    assert caught.value.hint is not None
    assert caught.value.hint.endswith(": keep one")


@pytest.mark.parametrize(
    "text",
    [
        "spec:\n  metadata:\n    annotations: {a: 1, a: 2}\n",
        "metadata:\n  labels: {a: 1, a: 2}\n",
        "metadata:\n  annotations:\n    x: {a: 1, a: 2}\n",
    ],
)
def test_other_duplicate_keys_are_errors(text: str) -> None:
    with pytest.raises(InputError) as caught:
        load(text, "f.yaml")
    assert caught.value.message == "duplicate key 'a'"


@pytest.mark.parametrize("key", ["name", "namespace"])
def test_a_name_in_quotes_with_a_tag_is_refused(key: str) -> None:
    with pytest.raises(Unsupported, match=r"a tag before a name in quotes$") as caught:
        load(f'a: 1\nmetadata:\n  {key}: !!int "5"\n', "f.yaml")
    assert str(caught.value.origin) == f"f.yaml:3:{len(key) + 5}"
    assert load(f'a: !!int "1"\nmetadata:\n  {key}: !!str 5\n', "f.yaml")[0].body["a"] == 1
