"""One string as go-yaml 2 prints it: which quotes it gets, and where a long one is folded.

Source: ``yaml_emitter_analyze_scalar`` and the ``yaml_emitter_write_*`` functions of ``emitterc.go``, and
``stringv`` of ``encode.go``, in https://github.com/kubernetes-sigs/yaml/tree/v1.4.0/goyaml.v2.
"""

import re

from kgen.yamlio.scalars import LEGACY_WORDS, NUMERIC_START, resolve_legacy, timestamp

WIDTH = 80
"""A line is folded at the first space beyond this column."""

_BOM = "\ufeff"
_BREAKS = "\n\u2028\u2029"
_UNPRINTABLE = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_INDICATOR = re.compile(
    rf"""---|\.\.\.|[#,\[\]{{}}&*!|>'"%@`]|[?:-](?:[ \t]|\Z)  # what must not start a plain scalar
    |.+?:(?:[ \t]|\Z)|.*?[ \t{_BREAKS}]\#                    # what must not be inside one
    """,
    re.DOTALL | re.VERBOSE,
)
_BREAK_SPACE = re.compile(f"[{_BREAKS}] ")
_SPACE_BREAK = re.compile(f" [{_BREAKS}]")
_BASE60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_ESCAPED = re.compile('[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]|["\\\\]')
_ESCAPES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


def is_ambiguous(text: str) -> bool:
    """Whether the plain text would not be read as this very string by YAML 1.1."""
    if text in LEGACY_WORDS:
        return True
    if text[0] not in NUMERIC_START:
        return False
    if timestamp(text) is not None or _BASE60.fullmatch(text):
        return True
    return not isinstance(resolve_legacy(text), str)


def write_string(text: str, column: int, indent: int, *, simple_key: bool = False) -> str:
    """The string in the form go-yaml 2 chooses.

    Args:
        text: Any string.
        column: Where the text starts in its line, from 0.
        indent: How far its further lines are indented.
        simple_key: Whether it is a key with its value in the same line, which is never folded.
    """
    ends = text[:1] + text[-1:]
    breaks = any(char in text for char in _BREAKS)
    special = bool(_UNPRINTABLE.search(text)) or bool(breaks and _SPACE_BREAK.search(text))
    limit = None if simple_key else indent
    if "\n" in text and not special and text[-1] != " ":
        return _literal(text, indent)
    if special or "\n" in text or not text or is_ambiguous(text):
        return _double_quoted(text, column, limit)
    if not breaks and " " not in ends and not _INDICATOR.match(text):
        return text if limit is None else _folded(text, column, limit)
    if breaks and _BREAK_SPACE.search(text):
        return _double_quoted(text, column, limit)
    return _single_quoted(text, column, limit)


def _literal(text: str, indent: int) -> str:
    hint = "2" if text[0] in " " + _BREAKS else ""
    if text[-1] not in _BREAKS:
        hint += "-"
    elif len(text) == 1 or text[-2] in _BREAKS:
        hint += "+"
    pad = " " * indent
    return f"|{hint}\n" + re.sub(f"(?:(?<=[{_BREAKS}])|^)(?=[^{_BREAKS}])", pad, text)


def _double_quoted(text: str, column: int, indent: int | None) -> str:
    if text.startswith(_BOM):  # go-yaml looks for the mark at the start of the text only, again for each character
        return '"' + "".join(map(_escape, text)) + '"'
    escaped = _ESCAPED.sub(lambda match: _escape(match[0]), text)
    return '"' + (escaped if indent is None else _folded(escaped, column + 1, indent, "\\")) + '"'


def _escape(char: str) -> str:
    short = _ESCAPES.get(char)
    if short:
        return "\\" + short
    digits = f"{ord(char):X}"
    letter, width = next((letter, width) for letter, width in (("x", 2), ("u", 4), ("U", 8)) if len(digits) <= width)
    return f"\\{letter}{digits:0>{width}}"


def _single_quoted(text: str, column: int, indent: int | None) -> str:
    quoted = text.replace("'", "''")
    if indent is None:
        return f"'{quoted}'"
    return f"'{_folded(quoted, column + 1, indent)}'"


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
