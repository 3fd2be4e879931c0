"""YAML of which nobody knows what reads it, such as a program's configuration: values as they are spelled.

What `yes` or `0644` means is the reader's business, so nothing is lost: a plain scalar that might mean something else
than its text stays apart from the same text in quotes.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from kgen.yamlio.depth import MAX_DEPTH
from kgen.yamlio.libyaml import parsing, whole

_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,17}")
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_AMBIGUOUS: Final = re.compile(r"[-+.0-9].*|y|n|yes|no|on|off|true|false|null", re.IGNORECASE | re.DOTALL)


class Plain(str):
    """A text that stands without quotes, and that some readers take for something else than text."""

    __slots__ = ()


def load_spelled(text: str) -> list[Any]:
    """The documents of a text.

    Raises:
        InputError: It is not YAML.
        ValueError: It has anchors, tags, repeated or odd keys, or nests without end: more than its values counts.
    """
    documents = []
    with parsing(whole(text, "")) as next_event:
        while not isinstance(event := next_event(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):  # the only other one here is the end of a document
                documents.append(_value(next_event(), next_event, 0))
    return documents


def _value(event: Any, next_event: Callable[[], Any], depth: int) -> Any:
    if isinstance(event, AliasEvent) or event.anchor or event.tag or depth > MAX_DEPTH:
        raise ValueError("not plain data")
    if isinstance(event, ScalarEvent):
        return event.value if event.style else _scalar(event.value)
    if isinstance(event, MappingStartEvent):
        return _map(next_event, depth + 1)
    items = []
    while not isinstance(inner := next_event(), SequenceEndEvent):
        items.append(_value(inner, next_event, depth + 1))
    return items


def _map(next_event: Callable[[], Any], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while not isinstance(event := next_event(), MappingEndEvent):
        if not isinstance(event, ScalarEvent) or event.value in found or event.anchor or event.value == "<<":
            raise ValueError("a key that is no plain one")
        found[event.value] = _value(next_event(), next_event, depth)
    return found


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Plain(text) if _AMBIGUOUS.fullmatch(text) else text
