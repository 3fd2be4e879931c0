"""Where a text has brackets, by the keys around them."""

import pytest

from kgen.yamlio.brackets import EVERYWHERE, NONE, Brackets, bracketed


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a: b\n", set()),
        ("a: '{x}'  # [no]\nb: |\n  {y}\n", set()),
        ("a: {}\nb: {c: [1]}\n", {"a", "b", "c"}),
        ("a:\n  b:\n  - - {c: 1}\n  - d: 2\n", {"b"}),
        ("a: &x\n  b: [1]\n", {"b"}),
        ("a:\n- b: 1\n  c: []\n- {d: 1}\n", {"a", "c"}),
        ("? a\n: [1]\n", {"a"}),
        ("a: b\n---\nc: [1]\n", {"c"}),
        ("a: [1]\n...\n{ b: garbage\n", {"a"}),
        ("a: &x {b: 1}\nc: *x\n", {"a", EVERYWHERE}),
        ("a:\n  <<: {b: 1}\n", {EVERYWHERE}),
        ("? [a]\n: b\n", {EVERYWHERE}),
        ("{a: 1}\n", {EVERYWHERE}),
        ("- [a]\n", {EVERYWHERE}),
        ('a: {b: "\\\'"}\n', {"a"}),
    ],
)
def test_brackets_are_found_by_the_keys_around_them(text: str, keys: set[str]) -> None:
    assert bracketed(text) == bracketed(text.encode()) == keys


def test_they_may_be_around_what_is_below_such_a_key() -> None:
    brackets = Brackets.of("a: {}\nb: 1\n")
    assert brackets
    assert brackets.around(["x", "a", "y"])
    assert not brackets.around(["x", "b"])
    assert brackets.below(EVERYWHERE).around(["b"])


def test_brackets_in_texts_are_none() -> None:
    assert not Brackets.of("a: '{}'\n")
    assert not Brackets.of(b"a: b\n")
    assert not NONE


def test_a_patch_brings_its_own() -> None:
    both = Brackets.of("a: {}\n").joined(Brackets.of("b: []\n")).joined(NONE)
    assert both.around(["a"])
    assert both.around(["b"])
    assert not both.around(["c"])
    assert both.joined(both) == both
