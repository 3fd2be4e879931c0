"""How scalars are written, where that is more than their value.

kustomize keeps YAML as it was parsed: a number patched over a text in quotes stays in quotes and so becomes text, an
annotation ``0x10`` stays ``0x10``, and a key without any value is lost where a patch passes by. Plain data cannot say
such things, so `load` can be asked to note them down.
"""

from collections.abc import Callable
from typing import Any

from kgen.errors import InputError, Unsupported
from kgen.yamlio.folding import is_lost_in_a_block
from kgen.yamlio.kinds import (
    Folded,
    Linked,
    Mistyped,
    NullText,
    Quoted,
    Retyped,
    Tagged,
    TaggedFolded,
    TaggedQuoted,
    Untagged,
    WrittenBool,
    WrittenDate,
    WrittenFloat,
    WrittenInt,
    needs_quotes,
)
from kgen.yamlio.quoting import without_next_lines, write_string
from kgen.yamlio.scalars import WORDS, format_json, format_number, is_timestamp
from kgen.yamlio.tags import NO_TEXT_TAGS, TYPE_TAGS


class Written:
    """What there is to note of one file.

    Args:
        styles: Whether texts in quotes become `Quoted`, and values that are printed otherwise remember it.

    Attributes:
        empty: The keys without any value: a map, and the key in it.
        odd: The values whose text is another: a map, the key in it, the text.
        garbled: What a patch cannot have, if the file has it: a time between brackets is a text there, though none
            where it comes to, and a whole number with the tag of another stays a number between quotes.
        turns_in_brackets: Whether a list item without any value, or a date, would be another value between brackets.
        styles: As given.
        is_styled: Whether any value remembers how it was written.
    """

    def __init__(self, *, styles: bool) -> None:
        self.empty: list[tuple[dict[Any, Any], Any]] = []
        self.odd: list[tuple[dict[Any, Any], Any, str]] = []
        self.garbled: Unsupported | None = None
        self.styles = styles
        self.is_styled = False
        self.turns_in_brackets = False
        self._nulls: dict[tuple[int, Any], str] = {}  # the text of those in `odd`

    def copied(self, old: Any, new: Any) -> None:
        """Note down of a copy how its nulls are written."""
        for key, value in old.items() if isinstance(old, dict) else enumerate(old):
            if value is None:
                self.moved(old, new, key)
            elif isinstance(value, dict | list):
                self.copied(value, new[key])

    def moved(self, old: Any, new: Any, key: Any) -> None:
        """Note down of a null of one map how it is written also in another one, where it comes to."""
        text = self._nulls.get((id(old), key))
        if text is not None:
            self._nulls[id(new), key] = text
            self.odd.append((new, key, text))
            if not text:
                self.empty.append((new, key))

    def note(self, event: Any, value: Any, holder: Any, key: Any) -> Any:
        """Note down a scalar that is in quotes, or not the text it shows; the value to take."""
        text: str = event.value
        if event.style and event.tag not in TYPE_TAGS:
            if not self.styles or not isinstance(value, str):
                return value
            self.is_styled = True
            has_tag = event.tag not in NO_TEXT_TAGS
            if event.style != ">":
                return TaggedQuoted(value) if has_tag else Quoted(value)
            folded = TaggedFolded(value) if has_tag else Folded(value)
            folded.text = text
            return folded
        if holder.__class__ is dict and _printed(value) != text:
            self.odd.append((holder, key, text))
            if value is None:
                self._nulls[id(holder), key] = text
                if not text:
                    self.empty.append((holder, key))
        self.turns_in_brackets |= (value is None and holder.__class__ is list and not text) or (
            value.__class__ is str and value != text and ":" in text
        )
        if self.styles:
            value = written_as(value, text) if event.tag in NO_TEXT_TAGS else Tagged(value)
            self.is_styled = self.is_styled or value.__class__ not in _PLAIN
        return value


_NUMBERS: dict[type, type] = {int: WrittenInt, float: WrittenFloat}
_WRITTEN: dict[type, type] = {**_NUMBERS, bool: WrittenBool, str: WrittenDate}


def _printed(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def written_as(value: Any, text: str) -> Any:
    """A number, a boolean or a date that remembers this text, if it is printed otherwise; anything else as it is."""
    if value.__class__ not in _WRITTEN or _printed(value) == text:
        return value
    written = _WRITTEN[value.__class__](value)
    written.text = text
    return written


def untagged(value: Any, text: str) -> Any:
    """A value that kustomize has given no type yet: where variables stand a number counts as text."""
    if value is None or value == text:
        return Untagged(text)
    if value.__class__ not in _WRITTEN:
        return value
    made = _WRITTEN[value.__class__](value)
    made.text, made.is_tagged = text, False
    return made


def is_untagged(value: Any) -> bool:
    """Whether it is such a value."""
    return not getattr(value, "is_tagged", True)


def unwritten(value: Any) -> Any:
    """The same plain data without notes, changed in place."""
    kind = value.__class__
    if kind is dict:
        for key, item in value.items():
            if item.__class__ not in _PLAIN:
                value[key] = unwritten(item)
    elif kind is list:
        for index, item in enumerate(value):
            if item.__class__ not in _PLAIN:
                value[index] = unwritten(item)
    elif kind in _BASES:
        return _BASES[kind](value)
    return value


def printed(value: Any) -> Any:
    """The same plain data as whoever reads it gets it, changed in place: without notes, U+0085 as YAML takes it."""
    kind = value.__class__
    if kind is dict:
        for key, item in value.items():
            if item.__class__ is not str or not item.isascii():
                value[key] = printed(item)
    elif kind is list:
        for index, item in enumerate(value):
            if item.__class__ is not str or not item.isascii():
                value[index] = printed(item)
    else:
        value = unwritten(value)
        return without_next_lines(value) if isinstance(value, str) else value
    return value


def settled(value: Any) -> Any:
    """The same data where linked texts have become what they were changed to, changed in place."""
    if isinstance(value, dict):
        for key, item in value.items():
            value[key] = settled(item)
    elif isinstance(value, list):
        value[:] = [settled(item) for item in value]
    elif value.__class__ is Linked and value.later is not value:
        if value.later.__class__ is str:
            value.later = Linked.of(value.later, is_quoted=value.is_quoted)
        return value.later
    return value


def unlinked(value: Any) -> Any:
    """New data of the same values, which no longer change with others."""
    if isinstance(value, dict):
        return {key: unlinked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unlinked(item) for item in value]
    return str(value) if value.__class__ is Linked else value


def through_json(value: Any, *, styles: bool) -> Any:
    """New data as it is after kustomize made JSON of it and read that.

    Where styles count, texts are in quotes; it did not print the YAML before, so folded ones are as they were.
    """
    if isinstance(value, dict):
        return {key: through_json(item, styles=styles) for key, item in value.items()}
    if isinstance(value, list):
        return [through_json(item, styles=styles) for item in value]
    value = value.text if styles and isinstance(value, Folded) else unwritten(value)
    if isinstance(value, float):
        return written_as(value, format_json(value))
    if not isinstance(value, str):
        return value
    value = without_next_lines(value)
    return Quoted(value) if styles else value


_MARKS = "\"'|>"
"""What a text in quotes or in a block begins with."""


def printed_by_json(value: Any) -> Any:
    """The same data as it is written after kustomize had it in JSON, changed in place: a million is ``1e+06``.

    Texts that need quotes have them then.

    Raises:
        InputError: A text becomes a block that kustomize cannot read again.
    """
    if value.__class__ is dict:
        for key, item in value.items():
            value[key] = printed_by_json(item)
    elif value.__class__ is list:
        value[:] = [printed_by_json(item) for item in value]
    elif value.__class__ in _NUMBERS:
        return written_as(value, format_number(float(str(value))))
    elif value.__class__ is str and write_string(value, 0, 0)[0] in _MARKS:
        if value[:1] == "\t" and is_lost_in_a_block(value):
            raise InputError("kustomize cannot read what it makes of several lines that begin with a tab")
        return Quoted(value)
    return value


def set_by_kustomize(value: str) -> str:
    """A text that kustomize itself put there: in a block, or in quotes where YAML 1.1 would see no text in it."""
    return Quoted(value) if "\n" in value or needs_quotes(value) else bare(value)


def bare(value: str) -> str:
    """A text without quotes that is one, whatever it looks like: a time is none to YAML 1.1."""
    return Tagged(value) if is_timestamp(value) else str(value)


_PLAIN = frozenset((str, int, float, bool, type(None)))
_BASES: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys(
        (Quoted, Folded, TaggedQuoted, TaggedFolded, Retyped, Tagged, NullText, Mistyped, Linked, WrittenDate), str
    ),
    Untagged: lambda text: WORDS.get(text, str(text)),
    WrittenInt: int,
    WrittenFloat: float,
    WrittenBool: bool,
}
