"""What can go wrong, and nothing else.

::

    KgenError             anything that stops kgen; carries where and what to do
    ├── InputError        the files are wrong: syntax, missing file, unknown field       exit 2
    │   └── Removable     the same, unless a later step of the build takes it away
    ├── Unsupported       kustomize may accept this, the built-in engine refuses         exit 3
    ├── ToolError         a tool failed: its command line and what it said               exit 4
    └── VerificationError kgen broke its own promise: please report                      exit 5

Only these cross a module boundary. The command line prints them in one place.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple


class Origin(NamedTuple):
    """A place a person can look at: a file, and where known a line and a column (both from 1)."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in self if part is not None)


class KgenError(Exception):
    """Something that stops kgen.

    Args:
        message: What is wrong, in one line, without the place and without a full stop.
        origin: Where it is wrong.
        hint: What to do about it, in one line.

    Attributes:
        chain: The places that led there, nearest first: each names the file below it.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, origin: Origin | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.origin = origin
        self.hint = hint
        self.chain: tuple[Origin, ...] = ()

    @property
    def parts(self) -> tuple["KgenError", ...]:
        """The errors to show, one by one."""
        return (self,)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it cross from one process to another as it is: not all subclasses are made from a message."""
        return _revived, (type(self), self.args), self.__dict__

    def led_from(self, place: Origin | None) -> None:
        """Note what led here: where it is wrong if nobody knew better, else one more link of the chain.

        A file that is there already, as the origin or the last link, said it more exactly.
        """
        for part in self.parts if place is not None else ():
            if part.origin is None:
                part.origin = place
            elif place is not None and (part.chain or (part.origin,))[-1].path != place.path:
                part.chain = (*part.chain, place)


def _revived(kind: type[KgenError], arguments: tuple[Any, ...]) -> KgenError:
    return kind.__new__(kind, *arguments)


class InputError(KgenError):
    """The files are wrong: syntax, a missing file, an unknown field, a value of the wrong type."""


class Removable(InputError):
    """What is wrong with something that a later step of a build may take away: it is wrong only if it stays."""


class InputErrors(InputError):
    """All that is wrong at once, so that it is mended in one go; some of it may be `Unsupported`."""

    def __init__(self, errors: Iterable["KgenError"]) -> None:
        self._parts = tuple(part for error in errors for part in error.parts)
        super().__init__("\n".join(error.message for error in self._parts))

    @property
    def parts(self) -> tuple[KgenError, ...]:
        """The errors to show, in the order of the file."""
        return self._parts


class Unsupported(KgenError):
    """kustomize may accept this; the built-in engine refuses rather than guess.

    Args:
        feature: What it does not do: ``the field 'helmCharts'``.
        origin: Where it is asked for.
        hint: What to do instead.
    """

    exit_code = 3

    def __init__(self, feature: str, *, origin: Origin | None = None, hint: str | None = None) -> None:
        super().__init__(f"not supported by the built-in engine: {feature}", origin=origin, hint=hint)


class Exhausted(Unsupported):
    """What is built is out of all proportion: no more errors are looked for."""


class Refusals(Unsupported):
    """Several things that the built-in engine refuses, where nothing is wrong for sure."""

    def __init__(self, errors: Iterable["KgenError"]) -> None:
        self._parts = tuple(part for error in errors for part in error.parts)
        KgenError.__init__(self, "\n".join(part.message for part in self._parts))

    @property
    def parts(self) -> tuple[KgenError, ...]:
        """The errors to show, in the order of the file."""
        return self._parts


class ToolError(KgenError):
    """A tool that kgen started failed, or is not there."""

    exit_code = 4


class VerificationError(KgenError):
    """kgen's own promise broke: what it was about to write is not what was wanted."""

    exit_code = 5


def together(errors: Iterable[KgenError]) -> KgenError:
    """Several errors as one to raise, each told once.

    It is an `InputError` (exit 2) if any of them is: what is wrong for sure stays wrong, whoever builds it. It is
    `Unsupported` (exit 3) if the built-in engine only refuses, so that another one may build it.
    """
    told: dict[object, KgenError] = {}
    for error in errors:
        for part in error.parts:
            told.setdefault((type(part), part.message, part.origin), part)
    parts = list(told.values())
    if len(parts) == 1:
        return parts[0]
    return InputErrors(parts) if any(isinstance(part, InputError) for part in parts) else Refusals(parts)
