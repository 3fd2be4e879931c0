"""Scalars with a tag: ``!!str 5``, ``!!int "5"``, ``!!binary aGk=``, ``!mine x``."""

import base64
from collections.abc import Mapping
from typing import Final

from kgen.yamlio.scalars import INT64_MAX, INT64_MIN, Scalar, json_number, number, timestamp

YAML_PREFIX: Final = "tag:yaml.org,2002:"
MERGE_TAG: Final = YAML_PREFIX + "merge"
TEXT_TAG: Final = YAML_PREFIX + "str"
FLOAT_TAG: Final = YAML_PREFIX + "float"
TYPE_TAGS: Final = frozenset(YAML_PREFIX + name for name in ("null", "bool", "int", "float", "timestamp"))
"""What quotes make no text of."""
NO_TEXT_TAGS: Final = TYPE_TAGS | {None, "!", f"{YAML_PREFIX}binary"}
"""Those, and what is no tag that stays with a text."""

_CLASSES: Final = {"null": type(None), "bool": bool, "int": int, "float": float}


def decode(tag: str, text: str, words: Mapping[str, Scalar], *, legacy: bool = False) -> Scalar:
    """The value of a scalar with this tag; one that YAML does not define is as good as none, and the scalar is text.

    Args:
        tag: In full, as the parser gives it.
        text: The scalar.
        words: The words of the dialect.
        legacy: Which dialect it is.

    Raises:
        ValueError: The text is nothing of that kind, or cannot become JSON.
    """
    kind = tag.removeprefix(YAML_PREFIX)
    if kind == "binary":
        return _from_base64(text)
    if kind == "timestamp":
        stamp = timestamp(text)
        if stamp is None:
            raise ValueError(f"'{text}' is no !!timestamp")
        return text if legacy else stamp
    if kind not in _CLASSES:
        return text
    value = words[text] if text in words else number(text, legacy=legacy)
    return _checked(kind, text, text if value is None and text not in words else value)


def _checked(kind: str, text: str, value: Scalar) -> Scalar:
    if kind == "float" and type(value) is int and INT64_MIN <= value <= INT64_MAX:
        value = float(value)
    if type(value) is not _CLASSES[kind]:
        raise ValueError(f"'{text}' is no !!{kind}")
    if isinstance(value, float):
        return finite(text, value)
    return value


def finite(text: str, value: float) -> int | float:
    """The number as JSON has it.

    Raises:
        ValueError: JSON has no such number.
    """
    if value - value != 0:
        raise ValueError(f"JSON has no number {text}")
    return json_number(value)


def _from_base64(text: str) -> str:
    """Bytes that are no UTF-8 become the replacement character one by one, as Go writes them into JSON."""
    try:
        data = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except ValueError:
        raise ValueError("this !!binary is not base64") from None
    return "".join("\ufffd" if "\udc80" <= char <= "\udcff" else char for char in data.decode(errors="surrogateescape"))
