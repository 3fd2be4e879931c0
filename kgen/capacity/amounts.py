"""CPU and memory, added up and compared."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from kgen import quantity

Measure = Literal["cpu", "memory"]


MEASURES: Final[tuple[Measure, ...]] = ("memory", "cpu")


Number = Fraction | float
"""Exact; a float only as ``math.inf``, for a node whose size in this measure is not known."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Cores and bytes."""

    cpu: Number = Fraction(0)
    memory: Number = Fraction(0)

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.cpu + other.cpu, self.memory + other.memory)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.cpu - other.cpu, self.memory - other.memory)

    def __mul__(self, times: int) -> "Amount":
        return self if times == 1 else Amount(self.cpu * times, self.memory * times)

    def of(self, measure: Measure) -> Number:
        """One of the two."""
        return self.cpu if measure == "cpu" else self.memory

    def fits(self, room: "Amount") -> bool:
        """Whether it is within the room in both measures; asking for nothing fits anywhere."""
        return not self.exceeds(room)

    def exceeds(self, room: "Amount") -> tuple[Measure, ...]:
        """The measures in which it asks for something and for more than the room."""
        return tuple(measure for measure in MEASURES if self.of(measure) and self.of(measure) > room.of(measure))


def show(amount: Number, measure: Measure) -> str:
    """An amount that is known, as people write it: ``512Mi``, ``500m CPU``."""
    known = Fraction(amount)
    return quantity.mebibytes(known) if measure == "memory" else f"{quantity.millicores(known)} CPU"
