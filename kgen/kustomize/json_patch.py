"""The text of a JSON 6902 patch that is JSON, read as Go reads it."""

import json
import re
from typing import Any

from kgen.errors import InputError, Origin, Unsupported
from kgen.kustomize.strict_json import ESCAPE, numbers, place, why
from kgen.yamlio.depth import too_deep
from kgen.yamlio.scalars import format_json

_ESCAPED = re.compile("[<>&\\\\\u2028\u2029]")


def load(text: str, path: str) -> Any:
    """The plain data of a JSON text. Half a surrogate pair becomes the replacement character, as in Go.

    Raises:
        InputError: It is not JSON.
        Unsupported: A number is too large for a float, or it is out of all proportion.
    """
    if "\\u" in text:
        text = ESCAPE.sub(lambda match: r"\ufffd" if match[1] else match[0], text)
    try:
        data = json.loads(text, **numbers(path))
    except json.JSONDecodeError as error:
        raise InputError(
            f"this patch begins with '[' but is not JSON: {why(error.msg)}", origin=place(error, path)
        ) from None
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
        raise _another(f"'{found[0]}'" if found[0].isascii() else ascii(found[0]), path)
    json.loads(text, parse_int=number, parse_float=number)


def _another(what: str, path: str) -> Unsupported:
    return Unsupported(
        f"{what} in a JSON patch with a test, which compares how values are written",
        origin=Origin(path),
        hint="write the patch as YAML",
    )
