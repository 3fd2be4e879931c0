"""Text of a repository inside Markdown and HTML: it is shown, and it never does anything.

GitHub renders Markdown with the extensions of GFM (https://github.github.com/gfm/) and then links mentions
(``@name``), references (``#1``, ``GH-1``, hashes of commits), emoji (``:name:``), addresses and mathematics
(``$…$``) in what came out, except in code
(https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls).
A reference even leaves a note in the issue it names. So whatever a repository says stands in code here, be it a code
span, a fence or ``<code>``, and only plain words stand in prose.
"""

import html
import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final
from urllib.parse import quote

from kgen.renderers.text import COMMAND, printable

_KEPT: Final = "\0"
"""A space within a command; no text that is shown has it."""

_RUNS_OF_BACKTICKS: Final = re.compile("`+")
_PLAIN_WORD: Final = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,6}%?|[→…·]|")
_WORDS: Final = re.compile(r"(\(?)(.*?)([),.;:]*)", re.DOTALL)


def span(text: str) -> str:
    """A code span, for what Markdown reads: in a paragraph, a heading or a list."""
    shown = printable(text) or "(empty)"
    marks = "`" * (_longest_run(shown) + 1)
    padding = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{marks}{padding}{shown}{padding}{marks}"


def code(text: str) -> str:
    """The same as HTML, for what Markdown passes through: in ``<summary>``."""
    return f"<code>{escaped(text)}</code>"


def escaped(text: str) -> str:
    """Text as HTML, in elements and in quoted attributes."""
    return html.escape(printable(text))


def prose(text: str) -> str:
    """A sentence: its plain words as they are, what is between them in code spans, and commands."""
    words = COMMAND.sub(lambda found: found[0].replace(" ", _KEPT), " ".join(text.split())).split(" ")
    runs = groupby(words, key=_is_plain)
    return " ".join(" ".join(run) if plain else _spanned(" ".join(run).replace(_KEPT, " ")) for plain, run in runs)


def coded(text: str) -> str:
    """A sentence as HTML, with its commands as code."""
    parts = COMMAND.split(text)
    commands = [*map(code, COMMAND.findall(text)), ""]
    return "".join(f"{escaped(part)}{command}" for part, command in zip(parts, commands, strict=True))


def fenced(lines: Iterable[str], language: str) -> str:
    """A block of code; its fence is longer than any run of backticks in it. The lines must be printable."""
    text = "\n".join(lines)
    marks = "`" * max(3, _longest_run(text) + 1)
    return f"{marks}{language}\n{text}\n{marks}\n"


def comment(key: str) -> str:
    """A line that Markdown does not show, the same for the same key, other for another.

    What could end a comment is percent-encoded, as in an address.
    """
    return f"<!-- {quote(key, safe=' /=:', errors='surrogatepass')} -->\n"


def _is_plain(word: str) -> bool:
    _, inner, _ = _parts(word)
    return bool(_PLAIN_WORD.fullmatch(inner))


def _spanned(words: str) -> str:
    opening, inner, closing = _parts(words)
    return opening + span(inner) + closing


def _parts(words: str) -> tuple[str, str, str]:
    """What opens, what it says, and the punctuation behind it."""
    found = _WORDS.fullmatch(words)
    return (found[1], found[2], found[3]) if found else ("", words, "")


def _longest_run(text: str) -> int:
    return max((len(run) for run in _RUNS_OF_BACKTICKS.findall(text)), default=0)
