"""What a field of ``kgen.yaml`` may hold: the words the table of fields is written in.

A `Text` or `Amount` carries its rule as a regular expression that Python and JSON Schema read alike, so that an editor
accepts exactly what kgen accepts.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Complaint(NamedTuple):
    """What is wrong with a value, to follow its name, and what to do."""

    message: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class Text:
    """A text.

    Attributes:
        what: What it is: ``a label's value``.
        rule: What it may look like, in words.
        pattern: The same as a regular expression for the whole text.
        max_length: Its greatest length.
    """

    what: str
    rule: str
    pattern: str
    max_length: int

    def complaint(self, text: str) -> Complaint | None:
        """What is wrong with this text."""
        if len(text) > self.max_length:
            return Complaint(f"{_shown(text)} is not {self.what}: {len(text)} characters", self.rule)
        return None if re.fullmatch(self.pattern, text) else Complaint(f"{_shown(text)} is not {self.what}", self.rule)


@dataclass(frozen=True, slots=True)
class Amount:
    """A Kubernetes quantity, as text or as a number.

    Attributes:
        what: What it is: ``an amount of memory``.
        pattern: What a plausible one looks like: ``3072Mi``, but not ``3072``, which counts bytes.
        numbers: JSON Schemas of the plausible plain numbers.
        advice: What to do about one that is not.
    """

    what: str
    pattern: str
    numbers: tuple[Mapping[str, Any], ...]
    advice: Callable[[str], str]

    def complaint(self, text: str) -> Complaint | None:
        """What is wrong with this quantity, as written."""
        if len(text) <= _LONGEST_AMOUNT and re.fullmatch(self.pattern, text):
            return None
        return Complaint(f"{_shown(text)} is not {self.what}", self.advice(text[:_LONGEST_AMOUNT]))


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within 32 bits, which is what Kubernetes counts in."""

    minimum: int
    maximum: int = 2**31 - 1

    def complaint(self, text: str) -> Complaint | None:
        """What is wrong with this number, as written."""
        if not re.fullmatch(r"\+?[0-9]{1,10}", text) or not self.minimum <= int(text) <= self.maximum:
            return Complaint(f"{_shown(text)} is not a whole number from {self.minimum} to {self.maximum}", None)
        return None


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def complaint(self, _text: str) -> None:
        """Nothing can be wrong with it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A map of known fields.

    Attributes:
        fields: The fields by name.
        others: Patterns of further names, with their fields.
    """

    fields: Mapping[str, "Field"]
    others: tuple[tuple[str, "Field"], ...] = ()

    def field(self, name: str) -> "Field | None":
        """The field of this name."""
        found = (field for pattern, field in self.others if len(name) <= _LONGEST_NAME and re.fullmatch(pattern, name))
        return self.fields.get(name) or next(found, None)


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map from names that people choose to values of one shape."""

    key: Text
    value: "Shape"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of maps.

    Attributes:
        item: The fields of each.
        short: The field that must be there; an item that is just a text is this field alone.
    """

    item: Table
    short: str


@dataclass(frozen=True, slots=True)
class Words:
    """A list of texts."""

    item: Text


@dataclass(frozen=True, slots=True)
class Switch:
    """On (``true``), off (``false``), or on with options.

    Attributes:
        options: What can be said of it; it is on without, unless there is something to choose.
    """

    options: Table = Table({})


Single = Text | Amount | Whole | Flag
Shape = Single | Table | MapOf | ListOf | Words | Switch


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its shape, what it is for, and an example of a value."""

    shape: Shape
    description: str
    example: Any


_LONGEST_AMOUNT = 40
_LONGEST_NAME = 317
_SHOWN = 60


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
