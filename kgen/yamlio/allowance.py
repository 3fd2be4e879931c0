"""How much one build may read, make and print: bounds for all its files together, since what each may hold adds up."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from kgen.errors import Exhausted, Origin

MAX_VALUES: Final = 3_000_000
"""How many values: those of 50,000 usual resources. A few times as many would fill the memory of a usual computer."""
MAX_MADE: Final = 20_000_000
"""How many values patches, labels and the like may put into resources."""
MAX_PRINTED: Final = 256 << 20
"""How many characters may be printed."""
TEXT: Final = 64
"""How many characters of a text that is repeated count as another value."""


class Allowance:
    """How many values may still be read, and how many may still be made of them."""

    def __init__(self) -> None:
        self.left = MAX_VALUES
        self.unmade = MAX_MADE

    def take(self, values: int, origin: Origin | None) -> None:
        """Count values in.

        Raises:
            Exhausted: There are too many.
        """
        self.left -= values
        if self.left < 0:
            raise exhausted(origin)

    def make(self, values: int) -> None:
        """Count in values that are put into resources.

        Raises:
            Exhausted: There are too many.
        """
        self.unmade -= values
        if self.unmade < 0:
            raise Exhausted(f"a build that puts more than {MAX_MADE:,} values into resources", hint=_IN_PARTS)


_IN_PARTS: Final = "build it in parts, or with --engine kubectl"
_OPEN: Final[ContextVar[Allowance | None]] = ContextVar("allowance", default=None)


def current() -> Allowance:
    """That of the build; a new one where none is going on."""
    return _OPEN.get() or Allowance()


@contextmanager
def bounded() -> Iterator[None]:
    """A build: what is read within shares one allowance."""
    token = _OPEN.set(Allowance())
    try:
        yield
    finally:
        _OPEN.reset(token)


def exhausted(origin: Origin | None) -> Exhausted:
    """More was read than is allowed; this place was one too many."""
    what = f"a build of more than {MAX_VALUES:,} values"
    return Exhausted(what, origin=origin, hint=_IN_PARTS)


def printed(texts: Iterable[str]) -> Iterator[str]:
    """The same texts.

    Raises:
        Exhausted: They are longer than can be meant to be printed.
    """
    left = MAX_PRINTED
    for text in texts:
        left -= len(text)
        if left < 0:
            raise Exhausted(f"a build that prints more than {MAX_PRINTED >> 20} MB", hint=_IN_PARTS)
        yield text
