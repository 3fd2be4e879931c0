"""The text of a JSON 6902 patch that is JSON, read as Go reads it."""

import json
import math
import re
from typing import Any

from kgen.errors import InputError, Origin, Unsupported
from kgen.kustomize.strict_json import why
from kgen.yamlio.depth import too_deep
from kgen.yamlio.scalars import format_json

_MOST_DIGITS = 300
_ESCAPED = re.compile("[<>&\\\\\u2028\u2029]")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u([dD][89a-fA-F]..)|.)", re.DOTALL)


def load(text: str, path: str) -> Any:
    """The plain data of a JSON text. Half a surrogate pair becomes the replacement character, as in Go.

    Raises:
        InputError: It is not JSON.
        Unsupported: A number is too large for a float, or it is out of all proportion.
    """

    def whole(number: str) -> int:
        if len(number) > _MOST_DIGITS:
            raise _too_large(number, path)
        return int(number)

    def broken(number: str) -> float:
        value = float(number)
        if math.isinf(value):
            raise _too_large(number, path)
        return value

    if "\\u" in text:
        text = _ESCAPE.sub(lambda match: r"\ufffd" if match[1] else match[0], text)
    try:
        data = json.loads(text, parse_int=whole, parse_float=broken, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = Origin(path, error.lineno, error.colno) if error.doc else Origin(path)
        raise InputError(f"this patch begins with '[' but is not JSON: {why(error.msg)}", origin=place) from None
    except RecursionError:
        raise too_deep(Origin(path)) from None
    if isinstance(data, list) and any(isinstance(item, dict) and item.get("op") == "test" for item in data):
        _check_spelling(text, path)
    return data


def _check_spelling(text: str, path: str) -> None:
    """A test compares what is written, to JSON from Go.

    Raises:
        Unsupported: Go writes something in another way.
    """

    def number(written: str) -> None:
        if format_json(float(written)) != written or written == "-0":  # which Go writes only of -0.0
            raise _another(f"the number {written[:20]}", path)

    if found := _ESCAPED.search(text):
        raise _another(f"'{ascii(found[0])[1:-1]}'", path)
    json.loads(text, parse_int=number, parse_float=number)


def _another(what: str, path: str) -> Unsupported:
    return Unsupported(
        f"{what} in a JSON patch with a test, which compares how values are written",
        origin=Origin(path),
        hint="write the patch as YAML, or the tested values as Go writes JSON",
    )


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"there is no {constant}", "", 0)


def _too_large(number: str, path: str) -> Unsupported:
    return Unsupported(
        f"the number {number[:20]} in a patch: it is too large", origin=Origin(path), hint="put it in quotes"
    )
