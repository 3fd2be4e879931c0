"""Kubernetes quantities (``500m``, ``2Gi``, ``1e3``) as exact numbers, and their spelling for people.

The grammar is the one of ``resource.Quantity``: a signed decimal number, then a binary suffix (powers of
1024), a decimal suffix (powers of 1000) or a decimal exponent. ``E`` alone is exa, ``E3`` is an exponent.
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import math
import re
from fractions import Fraction
from functools import cache
from typing import Final

_BINARY: Final = {
    suffix: Fraction(1024) ** (power + 1) for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"))
}
_DECIMAL: Final = {
    suffix: Fraction(1000) ** power
    for power, suffix in enumerate(("n", "u", "m", "", "k", "M", "G", "T", "P", "E"), start=-3)
}
_SUFFIXES: Final = _DECIMAL | _BINARY

_QUANTITY: Final = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(?:[eE](?P<exponent>[+-]?[0-9]{1,4})|(?P<suffix>[A-Za-z]*))",
    re.ASCII,
)

_MOST_DIGITS: Final = 40
"""The API server holds no more than 2^63-1."""

_SMALLEST_BINARY: Final = 1024
"""Less than this is written without a binary suffix."""

_NANO: Final = _DECIMAL["n"]
MEBIBYTE: Final = int(_BINARY["Mi"])
"""Bytes in one ``Mi``."""
GIBIBYTE: Final = int(_BINARY["Gi"])
"""Bytes in one ``Gi``."""


def parse(value: str | float) -> Fraction:
    """The number a quantity stands for: bytes for memory, cores for CPU.

    Nothing is smaller than ``1n``: finer fractions are rounded up, away from zero, as the API server does.

    Args:
        value: The quantity as YAML holds it: text, or a plain number.

    Raises:
        ValueError: It is not a quantity; the text of the error says so in words for a person.
    """
    return _number(*_parts(value))


def stored(value: str | float) -> tuple[Fraction, str]:
    """What an API server keeps of a quantity: the number, and which kind of suffix it writes it with.

    1Gi and 1024Mi are one, 1Gi and 1073741824 are one number in two spellings.
    https://github.com/kubernetes/apimachinery/blob/v0.33.0/pkg/api/resource/quantity.go (``CanonicalizeBytes``)

    Raises:
        ValueError: As `parse`.
    """
    digits, exponent, suffix = _parts(value)
    number = _number(digits, exponent, suffix)
    if suffix in _BINARY and abs(number) >= _SMALLEST_BINARY:
        return number, "binary"
    has_exponent = exponent is not None and number != 0 and (number % 1000 == 0 or number % 1 != 0)
    return number, "exponent" if has_exponent else "decimal"


def _parts(value: str | float) -> tuple[str, str | None, str]:
    """The digits, the exponent and the suffix."""
    match = None if isinstance(value, bool) else _QUANTITY.fullmatch(str(value))
    if match is None:
        raise ValueError(f"{_spelled(value)} is not a quantity such as 500m, 512Mi or 2Gi")
    suffix = match["suffix"] or ""
    if suffix not in _SUFFIXES:
        raise ValueError(f"{value!r} is not a quantity: no suffix {suffix!r}{_did_you_mean(suffix)}")
    if len(match["number"]) > _MOST_DIGITS or abs(int(match["exponent"] or 0)) > _MOST_DIGITS:
        raise ValueError(f"{str(value)[:20]!r} is out of all proportion")
    return match["number"].rstrip("."), match["exponent"], suffix


@cache
def _number(digits: str, exponent: str | None, suffix: str) -> Fraction:
    return _round_up(Fraction(digits) * (Fraction(10) ** int(exponent) if exponent else _SUFFIXES[suffix]))


def _spelled(value: object) -> str:
    """As YAML has it: ``true``, not ``True``."""
    return str(value).lower() if isinstance(value, bool) else repr(value)


def mebibytes(amount: Fraction | int) -> str:
    """Bytes as ``2048Mi``; what is not whole is rounded to a tenth: ``2135.2Mi``."""
    return f"{_tenths(Fraction(amount) / MEBIBYTE)}Mi"


def millicores(amount: Fraction | int) -> str:
    """Cores as ``500m``; what is not whole is rounded to a tenth."""
    return f"{_tenths(Fraction(amount) * 1000)}m"


def _round_up(number: Fraction) -> Fraction:
    nanos = math.ceil(abs(number) / _NANO)
    return nanos * _NANO if number >= 0 else -nanos * _NANO


def _tenths(number: Fraction) -> str:
    whole, tenth = divmod(round(abs(number) * 10), 10)
    sign = "-" if number < 0 and (whole or tenth) else ""
    return f"{sign}{whole}.{tenth}" if tenth else f"{sign}{whole}"


def _did_you_mean(suffix: str) -> str:
    """A hint for the usual slips: ``GB``, ``GiB``, ``gi``, ``K``."""
    letter = suffix[0]
    binary = suffix[1:2].lower() == "i"
    candidates = (f"{letter.upper()}i",) if binary else (letter.upper(), letter.lower())
    found = next((candidate for candidate in candidates if candidate in _SUFFIXES), None)
    return f", did you mean {found!r}?" if found else ""
