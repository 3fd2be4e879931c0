"""How much may be read at once: a bound for all files of a build together, since what each may hold adds up."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from kgen.errors import Exhausted, Origin

MAX_VALUES: Final = 3_000_000
"""How many values: those of 50,000 usual resources. A few times as many would fill the memory of a usual computer."""


class Allowance:
    """How many values may still be read, or made of those that were."""

    def __init__(self) -> None:
        self.left = MAX_VALUES

    def take(self, values: int, origin: Origin | None) -> None:
        """Count values in.

        Raises:
            Exhausted: There are too many.
        """
        self.left -= values
        if self.left < 0:
            raise exhausted(origin)


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
    return Exhausted(what, origin=origin, hint="build it in parts, or with --engine kubectl")
