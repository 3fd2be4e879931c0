"""Printing byte for byte as kustomize does: every answer that is recorded, and what neither of the two can print."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yamlio_cases import Row, rows

from kgen.errors import InputError
from kgen.yamlio import dump, load
from kgen.yamlio.naturalorder import _is_less, sorted_keys
from kgen.yamlio.scalars import format_number

PRINTABLE = [row for row in rows("printed") if row["printed"] is not None and "refused" not in row]


@pytest.mark.parametrize("row", PRINTABLE, ids=lambda row: repr(row["value"])[:40])
def test_data_are_printed_as_kustomize_prints_them(row: Row) -> None:
    assert dump([{"spec": {"v": row["value"]}}]) == "spec:\n" + row["printed"]


@pytest.mark.parametrize("row", PRINTABLE, ids=lambda row: repr(row["value"])[:40])
def test_what_is_printed_is_read_as_what_prints_the_same(row: Row) -> None:
    text = "spec:\n" + row["printed"]
    assert dump(document.body for document in load(text, "f.yaml")) == text


@pytest.mark.parametrize(
    "row",
    [row for row in rows("printed") if row["printed"] is None or "refused" in row],
    ids=lambda row: repr(row["value"])[:40],
)
def test_what_kustomize_cannot_print_is_refused(row: Row) -> None:
    with pytest.raises(InputError):
        dump([{"spec": {"v": row["value"]}}])


@pytest.mark.parametrize(
    ("body", "message", "hint"),
    [
        ({"a": "b\x7f"}, r"kustomize cannot print the character U+007F in 'b\x7f'", "remove it"),
        ({"b\x85": 1}, r"kustomize cannot print the character U+0085 in 'b\x85'", "remove it"),
        ({"a": "\ud800"}, r"kustomize cannot print the character U+D800 in '\ud800'", "remove it"),
        ({"a": "b" * 50 + "\x80"}, f"kustomize cannot print the character U+0080 in '{'b' * 40}...'", "remove it"),
        ({"b" * 1023: 1}, f"kustomize cannot print the key '{'b' * 40}...'", "shorten it"),
        ({"<" * 171: 1}, f"kustomize cannot print the key '{'<' * 40}...'", "shorten it"),
    ],
    ids=["value", "key", "surrogate", "long", "long key", "key that is long as JSON"],
)
def test_a_refusal_shows_the_text(body: Any, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        dump([body])
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize("key", ["b" * 1022, "<" * 170])
def test_the_longest_key_is_printed(key: str) -> None:
    expected = f"? {key}\n: 1\n" if key[0] == "b" else f"? <{key[1:]}\n: 1\n"
    assert dump([{key: 1}]) == expected


@pytest.mark.parametrize(
    ("bodies", "text"),
    [
        ([], ""),
        ([{"a": 1}], "a: 1\n"),
        ([{"a": 1}, {"b": []}], "a: 1\n---\nb: []\n"),
        ([{}], "{}\n"),
        ([[]], "[]\n"),
        ([[1, [2]], "x", None, 1.5], "- 1\n- - 2\n---\nx\n---\nnull\n---\n1.5\n"),
    ],
)
def test_documents_are_joined_with_separators(bodies: list[Any], text: str) -> None:
    assert dump(bodies) == text


def test_numbers_are_printed_as_json_has_them() -> None:
    assert dump([{"a": 1.0, "b": -0.0, "c": 1e6, "d": 2**64, "e": True}]) == (
        "a: 1\nb: 0\nc: 1000000\nd: 1.8446744073709552e+19\ne: true\n"
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (1.5, "1.5"), (999999.0, "999999"), (1e6, "1e+06"), (1234567.5, "1.2345675e+06"), (1e21, "1e+21"),
        (0.0001, "0.0001"), (0.00001, "1e-05"), (-2.5e-7, "-2.5e-07"), (1e300, "1e+300"), (7, "7"), (-7, "-7"),
    ],
)  # fmt: skip
def test_a_number_is_formatted_as_go_does(number: float, text: str) -> None:
    assert format_number(number) == text


@pytest.mark.parametrize(
    "ordered",
    [
        [],
        ["a"],
        ["a", "a-1", "a.b", "a/b", "aA", "aa", "ab"],
        ["-", ".", "_", "~", "1", "2", "10", "A1", "B", "a", "\xe9"],
        ["a", "a_1", "a0", "a1", "a1.9", "a1.10", "a2", "a9", "a10", "a100", "b"],
        ["a1", "a1-", "a1a"],
        ["a001", "a002", "a010", "a100"],
        ["a10", "a100"],
        ["a15", "a101"],
        ["a01", "a5"],
        ["x18446744073709551619", "x4"],
    ],
)
def test_keys_are_ordered_as_people_count(ordered: list[str]) -> None:
    assert sorted_keys(reversed(ordered)) == ordered


@given(st.sets(st.from_regex(r"[ab@/ -]{0,2}(0|[1-9][0-9]{0,17})?", fullmatch=True), max_size=8))
@settings(deadline=None)
def test_keys_with_a_number_at_the_end_are_ordered_by_the_same_rule(keys: set[str]) -> None:
    ordered = sorted_keys(keys)
    assert all(_is_less(one, other) for i, one in enumerate(ordered) for other in ordered[i + 1 :])
