"""How kustomize reads a plain scalar, and how Go prints a number.

Two dialects, both of the Go library go-yaml. Resources and strategic merge patches are read by version 3
(`resolve`), kustomization files and JSON 6902 patches by version 2 (`resolve_legacy`), which still knows the
booleans ``yes``, ``no``, ``on``, ``off``, ``y`` and ``n`` of YAML 1.1. What was read becomes JSON and is printed
by version 2 again, so numbers arrive in the form that JSON leaves them in: ``1.0`` and ``1e3`` are whole numbers.

Source: ``resolve.go`` in https://github.com/kubernetes-sigs/yaml/tree/v1.4.0/goyaml.v3 and in ``goyaml.v2``.
"""

import math
import re
from decimal import Decimal

Scalar = str | int | float | bool | None

INT64_MIN, INT64_MAX, UINT64_MAX = -(2**63), 2**63 - 1, 2**64 - 1

_NULLS = ("", "~", "null", "Null", "NULL")
_INFINITE = {
    sign + spelling: value
    for sign, value in (("", math.inf), ("+", math.inf), ("-", -math.inf))
    for spelling in (".inf", ".Inf", ".INF")
} | dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan)

WORDS: dict[str, Scalar] = {
    **dict.fromkeys(_NULLS),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **_INFINITE,
}
"""Plain scalars with a meaning of their own; infinities and not-a-number cannot become JSON."""

LEGACY_WORDS: dict[str, Scalar] = {
    **WORDS,
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}
"""The same for YAML 1.1."""

_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DOTTED = re.compile(r"\.[0-9]+([eE][-+]?[0-9]+)?")
_BASED = re.compile(r"([-+]?)0(?:[xX]([0-9a-fA-F]+)|[bB]([01]+)|[oO]?([0-7]*))|([-+]?[1-9][0-9]*)")
_BINARY = re.compile(r"[-+]?[01]+")
_OCTAL = re.compile(r"[-+]?[0-7]+")
_TIMESTAMP = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<separator>[Tt]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})"
    r"(?:[.,](?P<fraction>[0-9]+))?"
    r"(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

NUMERIC_START = frozenset("0123456789+-.")
"""With these a plain scalar may be a number or a date."""


def resolve(text: str) -> Scalar:
    """The value of a plain scalar in a resource or a strategic merge patch."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMERIC_START:
        return text
    stamp = timestamp(text)
    if stamp is not None:
        return stamp
    number = _number(text, octal=True)
    return text if number is None else number


def resolve_legacy(text: str) -> Scalar:
    """The value of a plain scalar in a kustomization file or a JSON 6902 patch. A date stays the text it is."""
    if text in LEGACY_WORDS:
        return LEGACY_WORDS[text]
    if text[0] not in NUMERIC_START or timestamp(text) is not None:
        return text
    number = _number(text, octal=False)
    return text if number is None else number


def _number(text: str, *, octal: bool) -> int | float | None:
    if text[0] == ".":
        return _float(text) if _DOTTED.fullmatch(text) else None
    plain = text.replace("_", "")
    number = _based(plain)
    if number is not None and INT64_MIN <= number <= (INT64_MAX if plain[0] == "+" else UINT64_MAX):
        return number
    if _DECIMAL.fullmatch(plain):
        return _float(plain)
    return _prefixed(plain, "0b", _BINARY, 2) or (_prefixed(plain, "0o", _OCTAL, 8) if octal else None)


def _based(plain: str) -> int | None:
    """A whole number as Go reads it: 0x, 0b, 0o or a leading 0 name the base."""
    match = _BASED.fullmatch(plain)
    if match is None:
        return None
    sign, hexadecimal, binary, octal, decimal = match.groups()
    if decimal:
        return int(decimal)
    digits, base = (hexadecimal, 16) if hexadecimal else (binary, 2) if binary else (octal or "0", 8)
    return -int(digits, base) if sign == "-" else int(digits, base)


def _prefixed(plain: str, prefix: str, digits: re.Pattern[str], base: int) -> int | None:
    """Go-yaml also takes a sign behind the prefix, as in ``0b-11``."""
    if plain.startswith(prefix) and digits.fullmatch(plain, 2):
        number = int(plain[2:], base)
        return number if INT64_MIN <= number <= INT64_MAX else None
    return None


def _float(plain: str) -> int | float | None:
    number = float(plain)
    return None if math.isinf(number) else json_number(number)


def json_number(number: float) -> int | float:
    """What a number is after JSON: a whole number where JSON prints neither point nor exponent and it fits 64 bits."""
    if not number.is_integer() or abs(number) >= 1e21:  # noqa: PLR2004  # from here on Go's JSON has an exponent
        return number
    whole = int(Decimal(repr(number)))
    return whole if INT64_MIN <= whole <= UINT64_MAX else number


def format_number(number: float) -> str:
    """A finite float or a whole number as go-yaml prints it: ``1.5``, ``1e+21``, ``1.2345675e+06``."""
    if isinstance(number, int):
        return str(number) if INT64_MIN <= number <= UINT64_MAX else format_number(float(number))
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + int(exponent)
    minus = "-" if sign else ""
    if not digits or text == "0":
        return minus + "0"
    if -4 <= point - 1 < 6:  # noqa: PLR2004  # Go's 'g' format with the shortest digits
        return minus + _fixed(text, point)
    fraction = f".{text[1:]}" if text[1:] else ""
    return f"{minus}{text[0]}{fraction}e{point - 1:+03d}"


def _fixed(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def timestamp(text: str) -> str | None:
    """A date or a time as go-yaml understands it, in the form JSON gives it; None if it is neither."""
    match = _TIMESTAMP.fullmatch(text) if text[4:5] == "-" else None
    if match is None or not _is_date(int(match["year"]), int(match["month"]), int(match["day"])):
        return None
    date = f"{match['year']}-{int(match['month']):02d}-{int(match['day']):02d}"
    if match["hour"] is None:
        return f"{date}T00:00:00Z"
    hour, minute, second = (int(match[part]) for part in ("hour", "minute", "second"))
    spaced = match["separator"][0] == " "
    if hour > 23 or minute > 59 or second > 59 or spaced != (match["zone"] is None):  # noqa: PLR2004  # of a clock
        return None
    zone = _zone(match["zone"] or "Z")
    fraction = (match["fraction"] or "")[:9].rstrip("0")
    point = f".{fraction}" if fraction else ""
    return None if zone is None else f"{date}T{hour:02d}:{minute:02d}:{second:02d}{point}{zone}"


def _is_date(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12:  # noqa: PLR2004  # months
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)  # noqa: PLR2004  # Gregorian calendar
    return 1 <= day <= _DAYS[month - 1] + leap


def _zone(text: str) -> str | None:
    if text == "Z":
        return text
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:  # noqa: PLR2004  # of a clock
        return None
    return text if hours or minutes else "Z"
