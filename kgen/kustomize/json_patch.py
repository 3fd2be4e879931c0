"""The text of a JSON 6902 patch that is JSON, read as Go reads it."""

import json
import math
import re
from typing import Any

from kgen.errors import InputError, Origin, Unsupported
from kgen.kustomize.strict_json import why
from kgen.yamlio.depth import too_deep

_MOST_DIGITS = 300
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
        return json.loads(text, parse_int=whole, parse_float=broken, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = Origin(path, error.lineno, error.colno) if error.doc else Origin(path)
        raise InputError(f"this patch begins with '[' but is not JSON: {why(error.msg)}", origin=place) from None
    except RecursionError:
        raise too_deep(Origin(path)) from None


def _refuse(constant: str) -> None:
    raise json.JSONDecodeError(f"there is no {constant}", "", 0)


def _too_large(number: str, path: str) -> Unsupported:
    return Unsupported(
        f"the number {number[:20]} in a patch: it is too large", origin=Origin(path), hint="put it in quotes"
    )
