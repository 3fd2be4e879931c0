"""JSON files as Go's stricter reader takes them, which finds names that stand twice in an object."""

import json
import math
import re
from typing import Any, Final

from kgen.errors import InputError, Origin, Unsupported
from kgen.yamlio.libyaml import decoded

ESCAPE: Final = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u([dD][89a-fA-F]..)|.)", re.DOTALL)
"""An escape in a text; its group is half a surrogate pair, without the other one."""
_MOST_DIGITS: Final = 300


class Repeating(dict[str, Any]):
    """An object that has a name twice."""


def load(content: bytes, path: str) -> Any:
    """The data of a JSON file; None for one that nests too deep or is no UTF-8, which is told where it is read as YAML.

    Raises:
        InputError: It is no JSON.
        Unsupported: A number is too large for a float, or there is half a surrogate pair.
    """
    if b"\\u" in content and any(match[1] for match in ESCAPE.finditer(decoded(content))):
        raise Unsupported("half a surrogate pair in JSON", origin=Origin(path), hint="write both, or the character")
    try:
        return json.loads(content, object_pairs_hook=_noting, **numbers(path))
    except json.JSONDecodeError as error:
        raise InputError(
            f"this file begins with '{{' but is not JSON: {why(error.msg)}",
            origin=place(error, path),
            hint="write it as JSON, or as YAML without braces around it",
        ) from None
    except (RecursionError, UnicodeDecodeError):
        return None


def numbers(path: str) -> dict[str, Any]:
    """How `json.loads` reads numbers as Go does, for which there is no ``NaN``; those of no float are refused."""

    def whole(number: str) -> int:
        if len(number) > _MOST_DIGITS:
            raise _too_large(number, path)
        return int(number)

    def broken(number: str) -> float:
        value = float(number)
        if math.isinf(value):
            raise _too_large(number, path)
        return value

    return {"parse_int": whole, "parse_float": broken, "parse_constant": _refuse}


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"there is no {constant}", "", 0)


def _too_large(number: str, path: str) -> Unsupported:
    return Unsupported(f"the number {number[:20]}, which is too large", origin=Origin(path), hint="put it in quotes")


def place(error: json.JSONDecodeError, path: str) -> Origin:
    """Where in a file the reader stopped."""
    return Origin(path, error.lineno, error.colno) if error.doc else Origin(path)


def why(message: str) -> str:
    """What the JSON reader says, to end a sentence."""
    return message[:1].lower() + message[1:].removesuffix(" at")


def _noting(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Repeating(found)


def repeats(data: Any) -> bool:
    """Whether an object in the data of `load` has a name twice."""
    if isinstance(data, dict | list):
        return isinstance(data, Repeating) or any(map(repeats, data.values() if isinstance(data, dict) else data))
    return False


def unique(content: bytes, path: str) -> Any:
    """The same as `load`, of a file that has each name once in its object.

    Raises:
        InputError: It is no JSON, or a name stands twice.
        Unsupported: See `load`.
    """
    data = load(content, path)
    if repeats(data):
        raise InputError("a name stands twice in one object of this file", origin=Origin(path))
    return data
