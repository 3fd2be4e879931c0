"""What a plain scalar is read as, and how a value is written so that every YAML reader takes it for the same.

Reading follows the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), as editors do, and calls
the few further spellings that kustomize's YAML library takes for a number (``1_000``, ``0b11``) numbers too.
Writing quotes whatever YAML 1.1 would take for something else (``yes``, ``12:30``, a date).
"""

import re
from typing import Final, Literal

Kind = Literal["text", "integer", "number", "boolean", "null"]
"""What a scalar is: ``number`` has a fraction or an exponent."""

_KINDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("null", re.compile(r"|~|null|Null|NULL")),
    ("boolean", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("integer", re.compile(r"[-+]?[0-9][0-9_]*|[-+]?0o[0-7_]+|[-+]?0x[0-9A-Fa-f_]+|[-+]?0b[01_]+")),
    ("number", re.compile(r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?")),
    ("number", re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")),
)
_SAFE: Final = re.compile(r"[A-Za-z0-9_/.][A-Za-z0-9_/.@+-]*(:[A-Za-z0-9_/.@+-]+)*", re.ASCII)
_OLD: Final = re.compile(r"y|n|yes|no|on|off|[-+.0-9][-+.0-9_:TtZz]*", re.IGNORECASE)
"""Booleans, base 60 numbers and dates of YAML 1.1."""
_SHORT_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\", "\0": "\\0"}


def kind_of(text: str) -> Kind:
    """What a scalar written without quotes is."""
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), "text")


def quoted(text: str) -> str:
    """The text in double quotes, on one line."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def inline(value: str | int, style: str, *, flow: bool) -> str:
    """A value on one line, in the style of the scalar it replaces where that can hold it.

    Args:
        value: The value; a number keeps quotes that are there.
        style: ``'`` or ``"`` to quote so, anything else to quote only where needed.
        flow: Whether it stands between ``{`` and ``}``.
    """
    text = str(value)
    if style == "'" and text.isprintable():
        return _single(text)
    if style in ("'", '"'):
        return quoted(text)
    if isinstance(value, int) or _is_safe(text, flow=flow):
        return text
    return _single(text) if re.search(r'["\\]', text) and "'" not in text and text.isprintable() else quoted(text)


def literal(value: str) -> tuple[str, tuple[str, ...]] | None:
    """A text of several lines as a literal block: its header (``|`` or ``|-``) and its lines; None if it cannot be."""
    body = value.removesuffix("\n")
    lines = tuple(body.split("\n"))
    tame = all(line.replace("\t", " ").isprintable() for line in lines)
    if len(lines) == 1 or not tame or not lines[-1].strip() or not lines[0].strip() or lines[0][0] in " \t":
        return None
    return ("|" if value.endswith("\n") else "|-"), lines


def _is_safe(text: str, *, flow: bool) -> bool:
    plain = _SAFE.fullmatch(text) is not None and not _OLD.fullmatch(text)
    return plain and kind_of(text) == "text" and not (flow and ":" in text)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _escaped(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004  # the end of the basic plane
