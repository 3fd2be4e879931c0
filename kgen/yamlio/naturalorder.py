"""The order go-yaml 2 prints keys in: as people count, ``a2`` before ``a10``, and other characters before letters.

The rules can contradict each other, as for ``a1b``, ``a2`` and ``a10``: such keys kustomize prints in another order
from run to run, and here they come in one of those.

Source: ``sorter.go`` in https://github.com/kubernetes-sigs/yaml/tree/v1.4.0/goyaml.v2.
"""

import re
from collections.abc import Iterable
from functools import cmp_to_key
from string import ascii_letters

_PLAINLY_ORDERED = re.compile(r"[A-Za-z !-/:-@]*").fullmatch
_NUMBERED = re.compile(r"([A-Za-z !-/:-@]*)(0|[1-9][0-9]{0,17})?").fullmatch
_LETTERS = {ord(letter): ord(letter) + 128 for letter in ascii_letters}


def sorted_keys(keys: Iterable[str]) -> list[str]:
    """The keys in natural order."""
    ordered = sorted(keys)
    if len(ordered) < 2 or all(map(_PLAINLY_ORDERED, ordered)):  # noqa: PLR2004  # nothing to order
        return ordered
    numbered = [(_in_order(match), key) for key in ordered if (match := _NUMBERED(key))]
    if len(numbered) == len(ordered):  # by far the quickest where there are many
        return [key for _, key in sorted(numbered)]
    return sorted(ordered, key=cmp_to_key(_compare))


def _in_order(match: re.Match[str]) -> str:
    """A text that sorts as the key does: a number, the shorter first, stands between other characters and letters."""
    text, number = match.groups()
    plain = text.translate(_LETTERS)
    return f"{plain}\x7f{chr(len(number))}{number}" if number else plain


def _compare(left: str, right: str) -> int:
    return -1 if _is_less(left, right) else 1


def _is_less(left: str, right: str) -> bool:
    for i, (a, b) in enumerate(zip(left, right, strict=False)):
        if a == b:
            continue
        if a.isalpha() or b.isalpha():
            return a < b if a.isalpha() and b.isalpha() else b.isalpha()
        first, first_end = _number(left, right, i)
        second, second_end = _number(right, left, i)
        return (first, first_end, a) < (second, second_end, b)
    return len(left) < len(right)


def _number(text: str, other: str, start: int) -> tuple[int, int]:
    """The digits from here on as a number; behind other digits a zero counts."""
    number = _inside_digits(text, start) if "0" in (text[start], other[start]) else 0
    end = start
    while end < len(text) and text[end].isdecimal():
        number = number * 10 + ord(text[end]) - ord("0")
        end += 1
    return (number + 2**63) % 2**64 - 2**63, end  # Go's int64 wraps around


def _inside_digits(text: str, start: int) -> int:
    for char in reversed(text[:start]):
        if not char.isdecimal():
            return 0
        if char != "0":
            return 1
    return 0
