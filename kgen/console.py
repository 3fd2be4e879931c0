"""The two streams: how results, errors and warnings reach a terminal or a pipe. The only printer."""

import contextlib
import itertools
import os
import sys
from collections.abc import Iterable, Sequence
from enum import Enum, StrEnum
from typing import TextIO

from kgen.errors import KgenError, Origin
from kgen.renderers.text import printable, shortened

_MOST_MESSAGES = 20
_LONGEST_LINE = 600


class Colour(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class _Level(Enum):
    """How bad: the word, and the number of its colour."""

    ERROR = ("error", 31)
    WARNING = ("warning", 33)


class Unprintable(Exception):
    """Standard output takes no more."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.gone = isinstance(error, BrokenPipeError)


def speak_utf8() -> None:
    """Print the same bytes whatever the locale says."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started kgen
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the whole run
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def width() -> int:
    """The columns of the terminal; a hundred where there is none."""
    if not sys.stdout.isatty():
        return 100
    import shutil

    return shutil.get_terminal_size().columns


def breaks() -> bool:
    """Whether a terminal breaks what is longer than its width."""
    return sys.stdout.isatty()


def coloured(colour: Colour) -> bool:
    """Whether to colour what goes to standard output."""
    return _coloured(colour, sys.stdout)


def _coloured(colour: Colour, stream: TextIO) -> bool:
    """See https://no-color.org: any value that is not empty switches colours off."""
    if colour is Colour.AUTO:
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return colour is Colour.ALWAYS


def show(text: str) -> None:
    """Write a result to standard output.

    Raises:
        Unprintable: It takes no more. (Of an OSError, typer would make a difference or a defect.)
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered must not be tried again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Unprintable(error) from None


def tell(error: KgenError) -> None:
    """All that is wrong, on standard error, and once for each group what led there."""
    for chain, group in itertools.groupby(error.parts[:_MOST_MESSAGES], lambda part: part.chain):
        parts = list(group)
        for part in parts:
            _say(_Level.ERROR, part.message, part.origin, part.hint)
        _lead(chain, len(parts))
    _say_more(_Level.ERROR, len(error.parts))


def warn(message: str, origin: Origin | None, hint: str | None) -> None:
    """What a person should know, on standard error."""
    _say(_Level.WARNING, message, origin, hint)


def warn_of_oddities(oddities: Iterable[tuple[str, Origin | None]]) -> None:
    """What kustomize takes without a word, each once."""
    told = list(dict.fromkeys(oddities))
    for message, origin in told[:_MOST_MESSAGES]:
        warn(message, origin, None)
    _say_more(_Level.WARNING, len(told))


def _say(level: _Level, message: str, origin: Origin | None, hint: str | None) -> None:
    """One message: where, how bad, what, and what to do."""
    word, number = level.value
    place = f"{_shown(origin)}: " if origin else ""
    label = f"\x1b[{number}m{word}:\x1b[0m" if _coloured(Colour.AUTO, sys.stderr) else f"{word}:"
    lines = f"{place}{label} {_near(_printable(message))}\n"
    if hint:
        lines += f"  hint: {_near(_printable(hint))}\n"
    _write(lines)


def _say_more(level: _Level, count: int) -> None:
    """How many messages were held back: nobody reads a hundred."""
    if count > _MOST_MESSAGES:
        _say(level, f"and {count - _MOST_MESSAGES:,} more like these", None, None)


def _lead(chain: Sequence[Origin], count: int) -> None:
    """What led to that many errors, below them: one place a line, so that a terminal can open it."""
    word = "from" if count == 1 else "all from"
    _write("".join(f"  {word} {_shown(place)}\n" for place in chain[:_MOST_MESSAGES]))


def _write(lines: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(lines)
        sys.stderr.flush()


def here() -> str:
    """The working directory; empty where it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def relative(path: str) -> str:
    """The path as seen from the folder the person is in; far away from it, as it is."""
    start = here()
    if not os.path.isabs(path) or not start:
        return path
    seen = os.path.relpath(path, start)
    return path if seen.startswith(os.path.join("..", "..", "..", "..")) else seen


def _shown(origin: Origin) -> str:
    return _printable(str(origin._replace(path=relative(origin.path))))


def _near(text: str) -> str:
    """The text with paths below the folder the person is in as they would type them."""
    start = here()
    return text if start in ("", "/") else text.replace(f"{start}/", "")


def _printable(text: str) -> str:
    """Without credentials, what would steer the terminal, and the middle of endless lines; lines stay lines."""
    from kgen.redaction import Redactor  # only where something is told

    safe = Redactor().credentials(text)
    return "\n".join(printable(shortened(line, _LONGEST_LINE)) for line in safe.split("\n"))
