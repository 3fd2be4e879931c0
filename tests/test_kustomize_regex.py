import time

import pytest

from kgen.errors import InputError, Unsupported
from kgen.kustomize.regex import compiled


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("", ""),
        ("a", "xay"),
        ("^a$", "a"),
        ("^(?:we.*|zzz)$", "web"),
        ("^(?:we.*|zzz)$", "zzz"),
        ("^a|b$", "xb"),
        (r"^\w+-\d{2,3}$", "web-12"),
        ("^[a-c-]+$", "a-c"),
        ("^[^x]$", "y"),
        ("^[]a]$", "]"),
        ("^[[:alpha:]_]+$", "ab_"),
        ("^[[:^digit:]]$", "x"),
        (r"^[\d\-x]+$", "1-x"),
        (r"^\x41\x{42}\.$", "AB."),
        ("^a{2}b{0,1}c{1,}$", "aacc"),
        ("^(ab){2}$", "abab"),
        ("^(?P<name>a)?(?<other>b)$", "b"),
        (r"\bweb\b", "a web"),
        (r"\Aweb\z", "web"),
        ("^a{,2}$", "a{,2}"),
        ("^a{01}$", "a{01}"),
        ("^(a{10}){100}(b{10}){99}$", "a" * 1000 + "b" * 990),
        ("^a+?b*?$", "aab"),
        (r"a\Bb", "ab"),
        ("^()*$", ""),
    ],
)
def test_matches(pattern: str, text: str) -> None:
    assert compiled(pattern).search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^a$", "a\n"),
        ("^(?:we.*|zzz)$", "awe"),
        (r"^\w+-\d{2,3}$", "web-1"),
        ("^[a-c]+$", "d"),
        ("^a{2}$", "aaa"),
        ("^.$", "\n"),
        (r"^\d$", "٣"),
        (r"\bweb\b", "aweb"),
        ("^[^a-z]$", "q"),
    ],
)
def test_does_not_match(pattern: str, text: str) -> None:
    assert not compiled(pattern).search(text)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("a(", "a '(' without its ')'"),
        ("a)", "an unmatched ')'"),
        ("*a", "nothing to repeat before '*'"),
        ("a**", "a repeat of a repeat"),
        ("[a", "a '[' without its ']'"),
        ("[z-a]", "the range z-a"),
        ("[[:odd:]]", "the class [:odd:]"),
        (r"\y", "the escape \\y"),
        (r"\xzz", "the escape \\xzz"),
        ("a{3,2}", "a repeat out of bounds"),
        ("a{1001}", "a repeat out of bounds"),
        ("(?=a)", "look-around is not there in Go"),
        ("((a{1000}){1000}){1000}", "a repeat out of bounds"),
        ("((a{11}){90}b{2}){2}", "a repeat out of bounds"),
        ("(((a{10}b)+){10}c{1000}){11}", "a repeat out of bounds"),
        ("a{9999999999}", "a repeat out of bounds"),
        ("(" + "b" * 60 + "){400}", "it is too large"),
    ],
)
def test_says_what_is_wrong(pattern: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        compiled(pattern)
    assert caught.value.message == f"'{pattern}' is not a regular expression: {why}"


def test_a_pattern_nested_too_deeply_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        compiled("(" * 20_000)
    assert caught.value.message == f"the regular expression '{'(' * 40}…' is nested too deeply"


@pytest.mark.parametrize(("pattern", "what"), [(r"\pL", "a Unicode class"), ("(?i)a", "flags"), (r"\Qa", "quoting")])
def test_refuses_what_it_does_not_read(pattern: str, what: str) -> None:
    with pytest.raises(Unsupported) as caught:
        compiled(pattern)
    assert caught.value.message.endswith(f": {what} in the regular expression '{pattern}'")
    assert caught.value.hint == "write it without"


def test_a_catastrophic_pattern_ends() -> None:
    before = time.monotonic()
    assert not compiled("^(a+)+$").search("a" * 5000 + "b")
    assert time.monotonic() - before < 5


def test_what_would_take_too_long_is_refused() -> None:
    pattern = compiled("a?" * 3000 + "a" * 3000)
    assert not pattern.search("a")
    with pytest.raises(Unsupported) as caught:
        pattern.search("a" * 30_000)
    assert caught.value.message.endswith("…' on a text of 30,000 characters")
    assert caught.value.hint == "write a shorter one"
