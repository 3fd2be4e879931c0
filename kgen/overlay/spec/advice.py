"""What to tell a person whose word or amount is not the one they meant."""

import difflib
import re
from collections.abc import Iterable

_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*")
_FEW = 64
"""A bare number of memory below this is meant in Gi."""


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """``did you mean 'memory'?``, or the words there are: ``allowed: cpu, memory``.

    Args:
        word: What was written.
        known: The words there are.
        otherwise: What to begin the list with.
    """
    words = list(known)
    folded = {other.casefold(): other for other in reversed(words)}
    found = difflib.get_close_matches(word.casefold(), folded, n=1)
    if found:
        return f"did you mean {folded[found[0]]!r}?"
    return f"{otherwise}: {', '.join(words) or 'none'}"


def memory(text: str) -> str:
    """For an amount of memory that is none, or is not plausible."""
    match = _NUMBER.fullmatch(text)
    number, unit = match.groups() if match else ("", "?")
    if not unit and "." not in number:
        return f"write {number}{'Gi' if int(number) < _FEW else 'Mi'}: a number alone counts bytes"
    if unit == "m":
        return f"write {number}Mi: 'm' is a thousandth of a byte"
    if unit[:1].upper() in ("K", "M", "G", "T", "P", "E"):
        return f"write {number}{unit[0].upper()}i"
    return "for example 512Mi or 2Gi"


def cpu(text: str) -> str:
    """For an amount of CPU that is none, or is not plausible."""
    match = _NUMBER.fullmatch(text)
    number, unit = match.groups() if match else ("", "?")
    if not unit and float(number):
        return f"write {number}m: a number alone counts whole cores"
    if unit == "M":
        return f"write {number}m"
    if unit.casefold().removeprefix("v").rstrip("s") in ("cpu", "core"):
        return f"write {number}"
    return "for example 500m or 2"


def amount(_text: str) -> str:
    """For any other quantity."""
    return "for example 1, 500m or 2Gi"
