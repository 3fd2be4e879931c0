"""What a plain scalar means to kustomize, and how Go prints a number.

There are two dialects, versions 3 and 2 of the Go library go-yaml; the second is called legacy here. It still has
the booleans of YAML 1.1. What has been read becomes JSON, which knows neither infinities nor a difference between
``1.0`` and ``1``, and version 2 prints it.

Source: ``resolve.go`` in https://github.com/kubernetes-sigs/yaml/tree/v1.4.0/goyaml.v3 and in ``goyaml.v2``.
"""

import math
import re
from typing import Final

Scalar = str | int | float | bool | None

INT64_MIN, INT64_MAX, UINT64_MAX = -(2**63), 2**63 - 1, 2**64 - 1

_NAN = dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan)
_INFINITE = {
    sign + spelling: value
    for sign, value in (("", math.inf), ("+", math.inf), ("-", -math.inf))
    for spelling in (".inf", ".Inf", ".INF")
}

WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **_INFINITE,
    **_NAN,
    "<<": "<<",
}
"""Plain scalars with a meaning of their own: ``<<`` has it as a key, infinities and not-a-number cannot be JSON."""

LEGACY_WORDS: Final[dict[str, Scalar]] = {
    **WORDS,
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}
"""The same for YAML 1.1."""

_NUMBER_LIKE = re.compile(r"[-+.0-9][-+.0-9_a-fA-FxXoO]*")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DOTTED = re.compile(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?")
_BASED = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_BINARY = re.compile(r"[-+]?[01]+")
_OCTAL = re.compile(r"[-+]?[0-7]+")
_TIMESTAMP = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<separator>[Tt]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"(?:[.,](?P<fraction>[0-9]+))?"
    r"(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_LONGEST_DECIMAL = 20  # digits fit into 64 bits; longer ones would be costly to convert

NUMERIC_START: Final = frozenset("0123456789+-.")
"""A plain scalar that starts with one of these may be a number or a date."""


def number(text: str, *, legacy: bool = False) -> int | float | None:
    """The number that go-yaml sees in a text, before JSON; None if it sees none."""
    if text.isdigit() and text.isascii() and text[0] != "0" and len(text) < _LONGEST_DECIMAL - 1:
        return int(text)
    if not _NUMBER_LIKE.fullmatch(text):
        return None
    if text.startswith("."):
        return _finite(text) if _DOTTED.fullmatch(text) else None
    plain = text.replace("_", "")
    based = _based(plain)
    if based is not None:
        return based
    if _DECIMAL.fullmatch(plain):
        return _finite(plain)
    binary = _prefixed(plain, "0b", _BINARY, 2)
    return _prefixed(plain, "0o", _OCTAL, 8) if binary is None and not legacy else binary


def _based(plain: str) -> int | None:
    """A whole number as Go reads it: ``0x``, ``0b``, ``0o`` or a leading ``0`` name the base."""
    match = _BASED.fullmatch(plain)
    if match is None:
        return None
    sign, hexadecimal, binary, octal, decimal = match.groups()
    digits, base = next(
        (digits, base) for digits, base in ((hexadecimal, 16), (binary, 2), (octal, 8), (decimal, 10)) if digits
    )
    if base == 10 and len(digits) > _LONGEST_DECIMAL:  # noqa: PLR2004  # the base
        return None
    whole = int(digits, base)
    if sign:
        whole = -whole if sign == "-" else whole
        return whole if INT64_MIN <= whole <= INT64_MAX else None
    return whole if whole <= UINT64_MAX else None


def _prefixed(plain: str, prefix: str, digits: re.Pattern[str], base: int) -> int | None:
    """Go-yaml also takes a sign behind the prefix, as in ``0b-11``."""
    if not plain.startswith(prefix) or not digits.fullmatch(plain, len(prefix)):
        return None
    whole = int(plain[len(prefix) :], base)
    return whole if INT64_MIN <= whole <= INT64_MAX else None


def _finite(plain: str) -> float | None:
    """Go refuses what is too large; that stays text."""
    value = float(plain)
    return None if math.isinf(value) else value


def is_negative_zero(text: str) -> bool:
    """Whether it is a float whose sign JSON keeps: ``-0.0`` becomes ``-0``, where ``-0`` is a whole number."""
    value = number(text) if text.startswith("-") else None
    return isinstance(value, float) and not value


def json_number(number: float) -> int | float:
    """What a number is after JSON: a whole number where JSON prints neither point nor exponent and it fits 64 bits."""
    if isinstance(number, int):
        return number
    if not number.is_integer() or abs(number) >= 1e21:  # noqa: PLR2004  # from here on Go's JSON has an exponent
        return number
    from decimal import Decimal

    whole = int(Decimal(repr(number)))
    return whole if INT64_MIN <= whole <= UINT64_MAX else number


_LEAST_FIXED, _GREATEST_FIXED = -4, 5  # powers of ten that Go's format 'g' writes without an exponent


def format_number(number: float) -> str:
    """A finite number as go-yaml prints it: ``1``, ``1.5``, ``1e+06`` for a float, ``1.2345675e+06``."""
    if isinstance(number, int) and INT64_MIN <= number <= UINT64_MAX:
        return str(number)
    from decimal import Decimal

    sign, digits, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    text = "".join(map(str, digits))
    power = len(text) + int(exponent) - 1
    minus = "-" if sign else ""
    if _LEAST_FIXED <= power <= _GREATEST_FIXED:
        return minus + _fixed(text, power + 1)
    fraction = f".{text[1:]}" if text[1:] else ""
    return f"{minus}{text[0]}{fraction}e{power:+03d}"


def format_json(number: float) -> str:
    """A finite number as Go writes it in JSON: an exponent, without a zero before it, only where digits get many.

    https://pkg.go.dev/encoding/json#Marshal
    """
    from decimal import Decimal

    if not number or 1e-6 <= abs(number) < 1e21:  # noqa: PLR2004  # Go's own numbers
        return f"{Decimal(repr(float(number))):f}".removesuffix(".0")
    digits, _, exponent = repr(float(number)).partition("e")
    return f"{digits}e{int(exponent):+d}"


def _fixed(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def timestamp(text: str) -> str | None:
    """A date or a time as go-yaml understands it, in the form that JSON gives it; None if it is neither.

    Raises:
        ValueError: It is one, but its time zone cannot become JSON.
    """
    match = _TIMESTAMP.fullmatch(text) if text[4:5] == "-" else None
    if match is None or not _is_date(int(match["year"]), int(match["month"]), int(match["day"])):
        return None
    date = f"{match['year']}-{int(match['month']):02d}-{int(match['day']):02d}"
    if match["hour"] is None:
        return f"{date}T00:00:00Z"
    clock = [int(match[part]) for part in ("hour", "minute", "second")]
    is_spaced = match["separator"][0] == " "
    if any(value > limit for value, limit in zip(clock, (23, 59, 59), strict=True)) or is_spaced == bool(match["zone"]):
        return None
    zone = _zone(match["zone"] or "Z")
    fraction = (match["fraction"] or "")[:9].rstrip("0")
    point = f".{fraction}" if fraction else ""
    return zone and f"{date}T{clock[0]:02d}:{clock[1]:02d}:{clock[2]:02d}{point}{zone}"


def is_timestamp(text: str) -> bool:
    """Whether go-yaml understands a text as a date or a time."""
    try:
        return timestamp(text) is not None
    except ValueError:
        return True


def is_text(plain: str) -> bool:
    """Whether a scalar without quotes is the text it shows, and no number, date, boolean, null or ``<<``."""
    if plain in WORDS:
        return False
    return plain[0] not in NUMERIC_START or (number(plain) is None and not is_timestamp(plain))


def _is_date(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12:  # noqa: PLR2004  # months
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)  # noqa: PLR2004  # Gregorian calendar
    return 1 <= day <= _DAYS[month - 1] + leap


def _zone(text: str) -> str | None:
    if text == "Z":
        return text
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 24 or minutes > 60:  # noqa: PLR2004  # Go lets these two pass when it reads
        return None
    if hours > 23 or minutes > 59:  # noqa: PLR2004  # but not when it writes
        raise ValueError(f"the time zone {text} cannot become JSON")
    return text if hours or minutes else "Z"
