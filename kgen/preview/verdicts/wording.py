"""How findings put numbers and fields into words."""

from collections.abc import Iterable
from typing import Final

from kgen.fieldpath import FieldPath

_MOST: Final = 3


def several(number: int, noun: str) -> str:
    """``1 pod``, ``2 pods``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: Iterable[object], most: int = _MOST) -> str:
    """``a, b, c and 4 more``, each once, in order."""
    known = list(dict.fromkeys(str(word) for word in words))
    more = len(known) - most
    return ", ".join(known[:most]) + (f" and {more} more" if more > 0 else "")


def in_template(path: FieldPath, template: tuple[str, ...]) -> FieldPath:
    """A field of a pod's template, from the pod's spec on where it is in there."""
    inside = path.segments[len(template) :]
    if path.segments[: len(template)] != template or not template or not inside:
        return path
    return FieldPath(inside[1:] if inside[0] == "spec" and len(inside) > 1 else ("template", *inside))
