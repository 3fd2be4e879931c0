"""JSON files as Go's stricter reader takes them, which finds names that stand twice in an object."""

import json
from typing import Any

from kgen.errors import InputError, Origin


class Repeating(dict[str, Any]):
    """An object that has a name twice."""


def load(content: bytes, path: str) -> Any:
    """The data of a JSON file; None for one that nests too deep or is no UTF-8, which is told where it is read as YAML.

    Raises:
        InputError: It is no JSON.
    """
    try:
        return json.loads(content, object_pairs_hook=_noting)
    except json.JSONDecodeError as error:
        raise InputError(
            f"this file begins with '{{' but is not JSON: {why(error.msg)}",
            origin=Origin(path, error.lineno, error.colno),
            hint="write it as JSON, or as YAML without braces around it",
        ) from None
    except (RecursionError, UnicodeDecodeError):
        return None


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


def check(content: bytes, path: str) -> None:
    """See that a file is JSON, with each name once in its object.

    Raises:
        InputError: It is not.
    """
    if repeats(load(content, path)):
        raise InputError("a name stands twice in one object of this file", origin=Origin(path))
