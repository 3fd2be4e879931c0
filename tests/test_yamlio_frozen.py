"""What is frozen comes back as it was, to the last bit, or is not frozen at all."""

import json
import struct
from typing import Any

import pytest
from build_cases import CASES
from hypothesis import given, settings
from hypothesis import strategies as st
from yamlio_cases import as_bytes, as_json_text, resource, rows

from kgen.errors import KgenError
from kgen.yamlio.composer import Document
from kgen.yamlio.depth import MAX_DEPTH
from kgen.yamlio.frozen import freeze, thaw
from kgen.yamlio.kinds import Linked, Quoted
from kgen.yamlio.loader import load
from kgen.yamlio.written import Written


def exact(value: Any) -> Any:
    """A value with everything that equality overlooks: types, order, signs of zero, the texts it remembers."""
    if isinstance(value, dict):
        return [(type(key), key, exact(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [exact(item) for item in value]
    bits = struct.pack("d", value) if isinstance(value, float) else value
    return type(value), bits, getattr(value, "text", None)


def places(bodies: list[Any], path: tuple[Any, ...] = ()) -> dict[int, tuple[Any, ...]]:
    """Where each map and list stands, by its identity."""
    found = {id(bodies): path}
    for key, value in bodies.items() if isinstance(bodies, dict) else enumerate(bodies):
        if isinstance(value, dict | list):
            found |= places(value, (*path, key))
    return found


def seen(documents: list[Document], written: Written) -> Any:
    """All there is to see of parsed documents and the notes on them."""
    where = places([document.body for document in documents])
    odd = [(where.get(id(holder)), key, text) for holder, key, text in written.odd]
    empty = [(where.get(id(holder)), key) for holder, key in written.empty]
    return exact([document.body for document in documents]), [document.line for document in documents], odd, empty


def check(text: bytes | str, *, styles: bool) -> bool:
    """Whether a file can be frozen; what comes back is what parsing gives."""
    full, written, again = Written(styles=True), Written(styles=styles), Written(styles=styles)
    documents = load(text, "f.yaml", written)
    data = freeze(load(text, "f.yaml", full), full)
    if data is None:
        return False
    thawed = thaw(data, again)
    assert thawed is not None
    assert seen(thawed, again) == seen(documents, written)
    assert not places([d.body for d in thawed]).keys() & places([d.body for d in documents]).keys()
    return True


TEXTS = [
    *(resource(row["text"]) for row in rows("values")),
    *(as_bytes(row["text"]) for row in rows("files")),
    *(path.read_bytes() for path in sorted(CASES.rglob("*.yaml"))),
]


@pytest.mark.parametrize("styles", [False, True])
def test_every_file_that_can_be_read_comes_back_the_same(styles: bool) -> None:
    frozen = 0
    for text in TEXTS:
        try:
            frozen += check(text, styles=styles)
        except KgenError:  # nothing to freeze
            continue
    assert frozen > 500


SCALARS = st.one_of(st.text(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.none() | st.booleans() | SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(VALUES)
def test_every_value_comes_back_the_same(value: Any) -> None:
    written = Written(styles=False)
    documents = [Document(value, 7)]
    data = freeze(documents, written)
    assert data is not None
    assert seen(thaw(data, Written(styles=False)) or [], written) == seen(documents, written)


@settings(deadline=None)
@given(VALUES, st.booleans())
def test_every_value_in_a_file_comes_back_the_same(value: Any, styles: bool) -> None:
    try:
        assert check(as_json_text({"a": value}), styles=styles)
    except KgenError:
        return


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"0x10"', "Quoted"),
        ("0x10", "WrittenInt"),
        ("1.50", "WrittenFloat"),
        ("True", "WrittenBool"),
        ("2020-01-01", "WrittenDate"),
        ("|\n  x\n", "Quoted"),
        (">\n  x\n    y\n", "Folded"),
        ("[[{a: 'b'}]]", "list"),
    ],
)
def test_styles_come_back(text: str, kind: str) -> None:
    written = Written(styles=True)
    documents = load(f"a: {text}\n", "f.yaml", written)
    thawed = thaw(freeze(documents, written) or b"", Written(styles=True))
    assert thawed is not None
    assert type(thawed[0].body["a"]).__name__ == kind
    assert exact(thawed[0].body) == exact(documents[0].body)


SHARED: dict[str, Any] = {"a": 1}


@pytest.mark.parametrize(
    "body",
    [
        {"a": float("nan")},
        {"a": float("-inf")},
        {"a": SHARED, "b": SHARED},
        pytest.param({"a": object()}, id="an object"),
        {"a": Linked.of("x")},
        {Quoted("a"): 1},
    ],
    ids=str,
)
def test_what_would_change_is_not_frozen(body: Any) -> None:
    written = Written(styles=True)
    written.is_styled = True
    assert freeze([Document(body, 1)], written) is None


def test_notes_on_what_is_not_there_are_not_frozen() -> None:
    """As on a map that was merged into another one."""
    written = Written(styles=False)
    documents = load("a: {<<: {b: 0x10}}\n", "f.yaml", written)
    assert written.odd
    assert freeze(documents, written) is None


def nested(depth: int) -> Any:
    body: Any = "deep"
    for _ in range(depth):
        body = {"a": body}
    return body


def test_as_deep_as_a_file_may_be_is_frozen_and_no_deeper() -> None:
    written = Written(styles=False)
    data = freeze([Document(nested(MAX_DEPTH), 1)], written)
    assert data is not None
    assert thaw(data, written) == [Document(nested(MAX_DEPTH), 1)]
    assert freeze([Document(nested(MAX_DEPTH + 1), 1)], written) is None


FORM: dict[str, Any] = {"lines": [1], "bodies": [{"a": "b"}], "quoted": [], "scalars": [], "odd": [], "empty": []}


def changed(**fields: Any) -> bytes:
    return json.dumps({**FORM, **fields}).encode()


def test_the_form_that_is_spoilt_below_can_be_thawed() -> None:
    assert thaw(changed(), Written(styles=True)) == [Document({"a": "b"}, 1)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        changed()[:-1],
        changed() + b"}",
        changed(lines=[]),
        changed(lines=["1"]),
        changed(lines=None),
        changed(bodies=3),
        changed(bodies=[float("nan")]),
        changed(bodies=[float("inf")]),
        changed(bodies=[nested(MAX_DEPTH + 1)]),
        b'{"bodies":' + b"[" * 100_000,
        changed(bodies=[0]).replace(b"[0]", b"[" + b"9" * 5000 + b"]"),
        changed(quoted=[[9, "a"]]),
        changed(quoted=[[1, "b"]]),
        changed(quoted=[[]]),
        changed(scalars=[[1, "a", "i", "0x10"]]),
        changed(scalars=[[1, "a", "x", "0x10"]]),
        changed(scalars=[[1, "a"]]),
        changed(odd=[[1, "a"]]),
        changed(odd=[[2, "a", "b"]]),
        changed(empty=[[2, "a"]]),
        changed(empty=3),
    ],
)
def test_what_was_never_frozen_is_not_thawed(data: bytes) -> None:
    written = Written(styles=True)
    assert thaw(data, written) is None
    assert (written.odd, written.empty) == ([], [])
