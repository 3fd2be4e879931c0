"""Files that kgen writes for people: a kustomization, a patch, as one would type it."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from kgen.errors import InputError
from kgen.yamlio.positions import Path
from kgen.yamlio.scalars import INT64_MIN, LEGACY_WORDS, UINT64_MAX, json_number

WIDTH: Final = 100
"""Comments are wrapped at this column; values never are."""

_NARROWEST: Final = 30  # columns for a comment, however far it is indented
_LONGEST_KEY: Final = 1000  # characters; YAML wants the ':' within 1,024
_NO_COMMENTS: Final[Mapping[Path, str]] = MappingProxyType({})

_WORDS: Final = frozenset(word.lower() for word in LEGACY_WORDS)
_PLAIN_START: Final = re.compile(r"[\w./+$(]|-[^ ]")
_NUMERIC: Final = re.compile(r"(?=.*[0-9]|[^A-Za-z]*\Z)[-+.0-9][-+.0-9_:a-fA-FxXoOtTzZ ]*")
"""What some version of YAML may take for a number, a date or a time, and a little more."""

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write(body: Any, comments: Mapping[Path, str] = _NO_COMMENTS) -> str:
    """Write plain data as a file for people.

    Keys stay in their order, text of several lines becomes a block, nothing is folded. Whoever reads it sees the
    same, be it kustomize, YAML 1.1 or YAML 1.2: what one of them could mistake for something else is in quotes.

    Args:
        body: Maps, lists, strings, numbers, booleans and None.
        comments: What stands above keys and list items, by path, in lines of at most `WIDTH` columns.

    Raises:
        InputError: kustomize could not read a number or a key.
        KeyError: There is nothing at the path of a comment.
    """
    for path in comments:
        _check_path(body, path)
    return "".join(f"{line}\n" for line in _lines(body, (), 0, comments))


def _check_path(body: Any, path: Path) -> None:
    node = body
    for step in path:
        is_there = step in node if isinstance(node, dict) else isinstance(node, list) and step in range(len(node))
        if not is_there:
            raise KeyError(path)
        node = node[step]
    if not path:
        raise KeyError(path)


def _lines(value: Any, path: Path, indent: int, comments: Mapping[Path, str]) -> Iterable[str]:
    """The lines of a value. Those of a text in a block are not indented behind their first."""
    if isinstance(value, dict) and value:
        return _map_lines(value, path, indent, comments)
    if isinstance(value, list) and value:
        return _list_lines(value, path, indent, comments)
    return _scalar_lines(value)


def _map_lines(body: dict[str, Any], path: Path, indent: int, comments: Mapping[Path, str]) -> Iterator[str]:
    for key, value in body.items():
        here = (*path, key)
        yield from _comment_lines(comments.get(here, ""), indent)
        if isinstance(value, list) and value:
            yield f"{_key(key)}:"
            yield from _list_lines(value, here, indent, comments)
        elif isinstance(value, dict) and value:
            yield f"{_key(key)}:"
            yield from _indented(_map_lines(value, here, indent + 2, comments))
        else:
            first, *further = _scalar_lines(value)
            yield f"{_key(key)}: {first}"
            yield from _indented(further)


def _list_lines(items: list[Any], path: Path, indent: int, comments: Mapping[Path, str]) -> Iterator[str]:
    for index, item in enumerate(items):
        here = (*path, index)
        yield from _comment_lines(comments.get(here, ""), indent)
        first, *further = _lines(item, here, indent + 2, comments)
        if first.startswith("#"):  # a comment on what is first in the item
            yield "-"
            yield f"  {first}"
        else:
            yield f"- {first}"
        yield from _indented(further)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else line for line in lines)


def _comment_lines(comment: str, indent: int) -> Iterator[str]:
    width = max(WIDTH - indent, _NARROWEST)
    line = "#"
    for word in comment.split():
        visible = "".join(char if char.isprintable() else "\ufffd" for char in word)
        if line != "#" and len(line) + 1 + len(visible) > width:
            yield line
            line = "#"
        line += f" {visible}"
    if line != "#":
        yield line


def _key(key: str) -> str:
    text = _quoted(key) if "\n" in key or not _is_plain(key) else key
    if len(text) > _LONGEST_KEY:
        raise InputError(f"the key {key[:40]}... is longer than YAML allows", hint="shorten it")
    if key == "<<":
        raise InputError("kustomize drops the key '<<'", hint="remove it")
    return text


def _scalar_lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return _text_lines(value)
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int | float):
        return [_number(value)]
    return ["{}" if isinstance(value, dict) else "[]"]


def _number(value: float) -> str:
    """With a point and a signed exponent, without which YAML 1.1 sees no fraction."""
    number = json_number(value) if math.isfinite(value) else value
    if isinstance(number, int) and INT64_MIN <= number <= UINT64_MAX:
        return str(number)
    if isinstance(number, int) or not math.isfinite(number):
        raise InputError(f"kustomize cannot read the number {number}", hint="put it in quotes if it is text")
    mantissa, *exponent = repr(number).split("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}e{exponent[0]}" if exponent else mantissa


def _text_lines(text: str) -> list[str]:
    if "\n" in text and _is_block(text):
        if not text.endswith("\n"):
            return ["|-", *text.split("\n")]
        return ["|+" if text.endswith("\n\n") else "|", *text[:-1].split("\n")]
    return [text if _is_plain(text) else _quoted(text)]


def _is_block(text: str) -> bool:
    """Nothing invisible may matter: no white space at an end of the text or of a line, no tab to find the indent by."""
    return text[0] not in " \t\n" and all(
        line.replace("\t", "").isprintable() and line[-1:] not in (" ", "\t") for line in text.split("\n")
    )


def _is_plain(text: str) -> bool:
    if not text.isprintable() or not _PLAIN_START.match(text) or text.startswith(("---", "...")):
        return False
    if ": " in text or " #" in text or text[-1] in ": ":
        return False
    return text.lower() not in _WORDS and not _NUMERIC.fullmatch(text)


def _quoted(text: str) -> str:
    """In the quotes that leave it as it is, where there are such."""
    if text.isprintable() and "'" not in text and ('"' in text or "\\" in text):
        return f"'{text}'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  # digits
