"""One string as go-yaml 2 prints it: which quotes it gets, and where a long one is folded.

Source: ``yaml_emitter_analyze_scalar`` and the ``yaml_emitter_write_*`` functions of ``emitterc.go``, and
``stringv`` of ``encode.go``, in https://github.com/kubernetes-sigs/yaml/tree/v1.4.0/goyaml.v2.
"""

import json
import re

from kgen.errors import InputError, Unsupported
from kgen.yamlio.scalars import LEGACY_WORDS, NUMERIC_START, is_timestamp, number

WIDTH = 80
"""A line is folded at the first space beyond this column."""

MAX_TEXT = 16 << 20
"""How many characters a text may have that is not plain words. https://kubernetes.io/docs/concepts/configuration/configmap/
says that a ConfigMap has one megabyte at most."""

_LONGEST_SIMPLE_KEY = 128  # bytes; a longer one stands behind ``?``
_LONGEST_JSON_KEY = 1024  # characters, with its quotes; go-yaml reads no longer ones in JSON
_ESCAPED_IN_JSON = "<>&\u2028\u2029"  # by Go, with six characters each
_LONGEST_SHOWN = 40

_BOM = "\ufeff"
_BREAKS = "\n\u2028\u2029"
_INDICATOR = re.compile(r"---|\.\.\.|[#,\[\]{}&*!|>'\"%@`]|[?:-](?:[ \t]|\Z)")
"""What must not start a plain scalar."""

_INNER_INDICATOR = re.compile(f":(?:[ \t]|\\Z)|[ \t{_BREAKS}]#")
"""What must not be inside one."""

_BREAK_SPACE = re.compile(f"[{_BREAKS}] ")
_SPACE_BREAK = re.compile(f" [{_BREAKS}]")
_LINE_START = re.compile(f"(?:(?<=[{_BREAKS}])|^)(?=[^{_BREAKS}])")
_UNUSUAL_BREAKS = re.compile("([\u2028\u2029]+)")
_NEXT_LINE = "\x85"
_NOT_YAML = re.compile(r"[\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]|\x85(?:---|\.\.\.)[ \x85]")
"""What JSON does not escape, and YAML does not allow; U+0085 ends a line, which must not look like a document's end."""
_BASE60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_ESCAPES = {
    "\0": r"\0", "\a": r"\a", "\b": r"\b", "\t": r"\t", "\n": r"\n", "\v": r"\v", "\f": r"\f", "\r": r"\r",
    "\x1b": r"\e", '"': r"\"", "\\": r"\\", "\x85": r"\N", "\xa0": r"\_", "\u2028": r"\L", "\u2029": r"\P",
}  # fmt: skip


_SIMPLE = re.compile(r"[A-Za-z/_(][A-Za-z0-9/_.,()=+-]*(?: +[A-Za-z0-9/_.,()=+-]+)*")
"""The most common strings: plain, unless they are one of the words."""


def is_ambiguous(text: str) -> bool:
    """Whether the plain text would not be read as this very string by YAML 1.1."""
    if text[0] not in NUMERIC_START:
        return text in LEGACY_WORDS and text != "<<"
    return (
        text in LEGACY_WORDS
        or number(text, legacy=True) is not None
        or is_timestamp(text)
        or bool(_BASE60.fullmatch(text))
    )


def has_unprintable(text: str) -> bool:
    """Whether a character can stand in double quotes only: controls, tabs, the byte order mark, beyond U+FFFD."""
    bare = text.replace("\n", "")
    return not (bare.isascii() and bare.isprintable()) and not all(map(_is_printable, bare))


def _is_printable(char: str) -> bool:
    return " " <= char <= "~" or "\xa0" <= char <= "\ud7ff" or ("\ue000" <= char <= "\ufffd" and char != _BOM)


def write_string(text: str, column: int, indent: int) -> str:
    """A string as a value, or as a key behind ``?``.

    Args:
        text: Any string.
        column: Where the text starts in its line, from 0.
        indent: How far its further lines are indented.

    Raises:
        InputError: kustomize cannot print it.
        Unsupported: It is out of all proportion.
    """
    if _SIMPLE.fullmatch(text) and text not in LEGACY_WORDS:
        return _folded(text, column, indent)
    if len(text) > MAX_TEXT:
        raise Unsupported(f"a text of more than {MAX_TEXT >> 20} MB", hint="a cluster takes no resource that large")
    _check_printable(text)
    return _written(without_next_lines(text), column, indent)


def write_key(key: str) -> str | None:
    """A string as a key with its value in the same line; None if it cannot be one.

    Raises:
        InputError: kustomize cannot print it.
    """
    if len(key) <= _LONGEST_SIMPLE_KEY and _SIMPLE.fullmatch(key) and key not in LEGACY_WORDS:
        return key
    if len(json.dumps(key, ensure_ascii=False)) + 5 * sum(map(key.count, _ESCAPED_IN_JSON)) > _LONGEST_JSON_KEY:
        raise InputError(f"kustomize cannot print the key {_shortened(key)}", hint="shorten it")
    _check_printable(key)
    if _NEXT_LINE in key:
        raise _unprintable(_NEXT_LINE, key)
    if len(key.encode()) > _LONGEST_SIMPLE_KEY or any(char in key for char in "\r" + _BREAKS):
        return None
    return _written(key, 0, None)


def _written(text: str, column: int, indent: int | None) -> str:
    """The text in the style that go-yaml chooses; without an indent, it is not broken into lines."""
    breaks = "\n" in text or (not text.isascii() and any(char in text for char in _BREAKS))
    special = bool(breaks and _SPACE_BREAK.search(text)) or has_unprintable(text)
    if "\n" in text and not special and text[-1] != " " and indent is not None:
        return f"|{block_hints(text)}\n{_indented(text, indent)}"
    if special or "\n" in text or not text or is_ambiguous(text):
        return _double_quoted(text, column, indent)
    is_plain = not (breaks or " " in (text[0], text[-1]) or _INDICATOR.match(text) or _INNER_INDICATOR.search(text, 1))
    if is_plain:
        return text if indent is None else _folded(text, column, indent)
    if breaks and _BREAK_SPACE.search(text):
        return _double_quoted(text, column, indent)
    return _single_quoted(text, column, indent)


def block_hints(text: str) -> str:
    """What stands behind the ``|`` or ``>`` of a block: how far it is indented if that is not obvious, and its end."""
    hint = "2" if text[0] in " " + _BREAKS else ""
    if text[-1] not in _BREAKS:
        return hint + "-"
    return hint + "+" if len(text) == 1 or text[-2] in _BREAKS else hint


def _indented(text: str, indent: int) -> str:
    return _LINE_START.sub(" " * indent, text)


def _check_printable(text: str) -> None:
    lost = _NOT_YAML.search(text)
    if lost:
        raise _unprintable(lost[0][0], text)


def _unprintable(char: str, text: str) -> InputError:
    return InputError(f"kustomize cannot print the character U+{ord(char):04X} in {_shortened(text)}", hint="remove it")


def without_next_lines(text: str) -> str:
    """What is left of U+0085 in JSON: it stands there as it is, and YAML, which reads that, folds the lines it ends.

    A text that kustomize cannot print stays as it is.
    """
    if _NEXT_LINE not in text or _NOT_YAML.search(text):
        return text
    first, *inner = text.split(_NEXT_LINE)
    last = inner.pop().lstrip(" ")
    folded, breaks = [first.rstrip(" ")], 1
    for line in (line.strip(" ") for line in inner):
        folded += ["\n" * (breaks - 1) or " ", line] if line else []
        breaks = 1 if line else breaks + 1
    return "".join((*folded, "\n" * (breaks - 1) or " ", last))


def _shortened(text: str) -> str:
    return ascii(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "...")


def _double_quoted(text: str, column: int, indent: int | None) -> str:
    if text.startswith(_BOM):  # go-yaml looks for the mark at the start of the text only, again for each character
        return '"' + "".join(_ESCAPES.get(char) or _numeric_escape(char) for char in text) + '"'
    escaped = "".join(map(_escape, text))
    return '"' + (escaped if indent is None else _folded(escaped, column + 1, indent, "\\")) + '"'


def _escape(char: str) -> str:
    if _is_printable(char) and char not in '"\\\n\u2028\u2029':
        return char
    return _ESCAPES.get(char) or _numeric_escape(char)


def _numeric_escape(char: str) -> str:
    digits = f"{ord(char):X}"
    letter, width = next((letter, width) for letter, width in (("x", 2), ("u", 4), ("U", 8)) if len(digits) <= width)
    return f"\\{letter}{digits:0>{width}}"


def _single_quoted(text: str, column: int, indent: int | None) -> str:
    quoted = text.replace("'", "''")
    if indent is None:
        return f"'{quoted}'"
    first, *further = _UNUSUAL_BREAKS.split(quoted)
    lines = [_folded(first, column + 1, indent)]
    for breaks, line in zip(further[::2], further[1::2], strict=True):
        lines.append(breaks + (" " * indent + _folded(line, indent, indent) if line else ""))
    return f"'{''.join(lines)}'"


def _folded(text: str, column: int, indent: int, before_space: str | None = None) -> str:
    """Break the text at single spaces beyond the width.

    Args:
        text: The text with its escapes.
        column: Where it starts.
        indent: How far its further lines are indented.
        before_space: Written where a line is broken in front of another space; None if it must not be.
    """
    if column + len(text) <= WIDTH:
        return text
    lines = []
    start = 0
    at = text.find(" ", max(1, WIDTH + 1 - column))
    while 0 <= at < len(text) - 1:
        escape = "" if text[at + 1] != " " else before_space
        if text[at - 1] == " " or escape is None:
            at = text.find(" ", at + 1)
            continue
        lines.append(text[start:at])
        start = at + 1
        lines.append("\n" + " " * indent + escape)
        at = text.find(" ", start + WIDTH + 1 - indent - len(escape))
    return "".join(lines) + text[start:]
