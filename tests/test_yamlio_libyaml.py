"""Syntax errors in words for a person, and the pieces a file is parsed in."""

import importlib
import sys
from collections.abc import Callable

import pytest

from kgen.errors import InputError, Unsupported
from kgen.yamlio import comments, load, load_legacy, marks
from kgen.yamlio.libyaml import split
from kgen.yamlio.syntax import Explanation, explain

INDENT = "check the indentation of this line and the one above it"
QUOTES = "put the text in quotes"

PROBLEMS: list[tuple[str | bytes, str, str, str | None]] = [
    ("a: b: c\n", "1:5", "a ':' is not allowed here", QUOTES),
    ("a: 1\n b: 2\n", "2:3", "a ':' is not allowed here", QUOTES),
    ("a:\n  b: 1\n c: 2\n", "3:2", "this does not fit what stands above it", INDENT),
    ("a: 'b' c\n", "1:8", "this does not fit what stands above it", INDENT),
    ("- a\nb: 1\n", "2:1", "a list item, '-', is expected here", INDENT),
    ("a: 1\nb\nc: 2\n", "3:1", "the line above is no 'key: value'", INDENT),
    ("a: {b:c:}\n", "1:8", "a ':' is not allowed here", "put a space behind it, or the text in quotes"),
    ("a:\n\tb: 1\n", "2:1", "a tab indents this line", "use spaces"),
    ("a: b\n\t\n", "2:1", "a tab indents this line", "use spaces"),
    ("a: |\n\tb\n", "2:1", "a tab indents this line", "use spaces"),
    ("a: - b\n", "1:4", "a list item, '-', is not allowed here", "start the list on a line of its own"),
    ("a: ? b\n", "1:4", "a '?' is not allowed here", QUOTES),
    ("a: }\n", "1:4", "a value is missing here", None),
    ("a: *\n", "1:5", "a name must follow '*' or '&'", 'put the text in quotes, as in "*"'),
    ('a: "\\q"\n', "1:5", "this escape is unknown in double quotes", "double the backslash, or use single quotes"),
    ('a: "\\ud800"\n', "1:7", "there is no such Unicode character", None),
    ("a: |x\n", "1:5", "only a comment may follow here", "start the text on the next line"),
    ("%YAML 1.2\n---\na: 1\n", "2:1", "kustomize reads no directives", "remove the line that starts with '%'"),
    ("a: !x!y z\n", "1:4", "this tag is not defined", QUOTES),
    ("a: @b\n", "1:4", "no value can start with '@'", QUOTES),
    ("\xe9: \xe9\nb: `c`\n", "2:4", "no value can start with '`'", QUOTES),
    ("a: [b\nc: d\n", "2:2", "a ',' or the closing ']' is missing", "the list starts in line 1"),
    ("a: 1\nb: {c: d\n", "3:1", "a ',' or the closing '}' is missing", "the map starts in line 2"),
    ("a: 1\nb: 'c\nd: 1\n", "4:1", "a quote is not closed", "it is opened in line 2"),
    ("a: 1\n---\nb: 1\nc: '\n", "5:1", "a quote is not closed", "it is opened in line 4"),
    ("a: !<b\n", "1:7", "did not find the expected '>'", None),
    ("a: 1\nb: \x07\n", "2", "the character U+0007 is not allowed in YAML", "remove it, or escape it in quotes"),
    (
        "a: 1\n---\nb: 1\nc: \0\n",
        "4",
        "the character U+0000 is not allowed in YAML",
        "remove it, or escape it in quotes",
    ),
    (b"a: 1\nb: \xff\n", "2", "the file is not UTF-8", "save it as UTF-8"),
    (b"a: \xe2\x82", "1", "the file is not UTF-8", "save it as UTF-8"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), PROBLEMS, ids=[repr(each[0]) for each in PROBLEMS])
def test_a_syntax_error_is_said_in_words(text: str | bytes, place: str, message: str, hint: str | None) -> None:
    with pytest.raises(InputError) as caught:
        load(text, "f.yaml")
    assert (str(caught.value.origin), caught.value.message, caught.value.hint) == (f"f.yaml:{place}", message, hint)


def test_a_problem_without_an_explanation_is_passed_on() -> None:
    assert explain("did not find what nobody expects", "", None) == Explanation("did not find what nobody expects")


def test_many_texts_with_an_escape_that_libyaml_does_not_know_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgen.yamlio.libyaml._MOST_WORK", 60)
    assert [document.body for document in load('a: "b\\\'c\\\'"\nd: "\\\'"\n', "f.yaml")] == [{"a": "b'c'", "d": "'"}]
    with pytest.raises(Unsupported) as caught:
        load('a: "\\\'"\nb: "\\\'"\nc: "\\\'"\nd: "\\\'"\n', "f.yaml")
    assert str(caught.value.origin) == "f.yaml:2:5"
    assert caught.value.message == "not supported by the built-in engine: the escape \\' in so many texts"
    assert caught.value.hint == "write ' without a backslash"


@pytest.mark.parametrize("read", [lambda text: load_legacy(text, ""), lambda text: marks(text, ""), comments])
def test_all_readers_say_it_alike(read: Callable[[str], object]) -> None:
    with pytest.raises(InputError) as caught:
        read("a: @\n")
    assert caught.value.message == "no value can start with '@'"


@pytest.mark.parametrize(
    ("text", "chunks"),
    [
        ("", [(b"", 0)]),
        ("a\n---\nb\n", [(b"a\n", 0), (b"b\n", 2)]),
        ("---\na\n--- # c\nb", [(b"---\na\n", 0), (b"b", 3)]),
        ("a\n---\n---\nb\n", [(b"a\n", 0), (b"---\nb\n", 2)]),
        ("a\r\n---\r\nb\r\n", [(b"a\n", 0), (b"b\n", 2)]),
        ("a\n\n\n---   \nb\n---\nc\n", [(b"a\n\n\n", 0), (b"b\n", 4), (b"c\n", 6)]),
        ("a\n---", [(b"a\n---", 0)]),
        ("a\n ---\nb\n", [(b"a\n ---\nb\n", 0)]),
    ],
)
def test_a_file_is_cut_at_its_separators(text: str, chunks: list[tuple[bytes, int]]) -> None:
    assert [(chunk.text, chunk.lines_before) for chunk in split(text, "f.yaml")] == chunks


def test_without_the_c_extension_the_import_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    monkeypatch.delitem(sys.modules, "kgen.yamlio.libyaml")
    with pytest.raises(ImportError) as caught:
        importlib.import_module("kgen.yamlio.libyaml")
    assert str(caught.value) == (
        "PyYAML is installed without its C extension, which kgen needs: "
        "pip install --force-reinstall --only-binary :all: PyYAML"
    )
