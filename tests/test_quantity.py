import re
from fractions import Fraction

import pytest

from kgen import quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("1", 1),
        ("+1", 1),
        ("-1", -1),
        ("1.", 1),
        (".5", Fraction(1, 2)),
        ("1n", Fraction(1, 10**9)),
        ("1u", Fraction(1, 10**6)),
        ("500m", Fraction(1, 2)),
        ("0.1", Fraction(1, 10)),
        ("1k", 1000),
        ("128M", 128_000_000),
        ("1G", 10**9),
        ("1T", 10**12),
        ("1P", 10**15),
        ("1E", 10**18),
        ("1Ki", 1024),
        ("512Mi", 512 * 2**20),
        ("1.5Gi", 1536 * 2**20),
        ("1Ti", 2**40),
        ("1Pi", 2**50),
        ("1Ei", 2**60),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1e+3", 1000),
        ("2e-1", Fraction(1, 5)),
        ("0.5n", Fraction(1, 10**9)),
        ("-0.5n", Fraction(-1, 10**9)),
        (134217728, 134217728),
        (0.1, Fraction(1, 10)),
        (1e22, 10**22),
    ],
)
def test_parse(text: str | float, expected: Fraction) -> None:
    assert quantity.parse(text) == expected


def test_spellings_of_one_amount_are_equal() -> None:
    assert len({quantity.parse(text) for text in ("2Gi", "2048Mi", "2097152Ki", "2147483648", 2147483648)}) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a quantity such as 500m, 512Mi or 2Gi"),
        ("much", "'much' is not a quantity such as 500m, 512Mi or 2Gi"),
        (" 1", "' 1' is not a quantity such as 500m, 512Mi or 2Gi"),
        ("1 Gi", "'1 Gi' is not a quantity such as 500m, 512Mi or 2Gi"),
        ("1.1.M", "'1.1.M' is not a quantity such as 500m, 512Mi or 2Gi"),
        (".", "'.' is not a quantity such as 500m, 512Mi or 2Gi"),
        ("1e3Gi", "'1e3Gi' is not a quantity such as 500m, 512Mi or 2Gi"),
        ("٣", "'٣' is not a quantity such as 500m, 512Mi or 2Gi"),
        ("1e400", "'1e400' is out of all proportion"),
        ("9" * 41, "'99999999999999999999' is out of all proportion"),
        (True, "true is not a quantity such as 500m, 512Mi or 2Gi"),
        (float("nan"), "nan is not a quantity such as 500m, 512Mi or 2Gi"),
        ("1GB", "'1GB' is not a quantity: no suffix 'GB', did you mean 'G'?"),
        ("1GiB", "'1GiB' is not a quantity: no suffix 'GiB', did you mean 'Gi'?"),
        ("1gi", "'1gi' is not a quantity: no suffix 'gi', did you mean 'Gi'?"),
        ("1K", "'1K' is not a quantity: no suffix 'K', did you mean 'k'?"),
        ("1i", "'1i' is not a quantity: no suffix 'i'"),
        ("1e", "'1e' is not a quantity: no suffix 'e', did you mean 'E'?"),
    ],
)
def test_parse_refuses(text: str | float, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        quantity.parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2Gi", "2048Mi"),
        ("0", "0Mi"),
        ("2186464Ki", "2135.2Mi"),
        ("-54Mi", "-54Mi"),
        ("-1", "0Mi"),
        ("64.04Mi", "64Mi"),
    ],
)
def test_mebibytes(text: str, expected: str) -> None:
    assert quantity.mebibytes(quantity.parse(text)) == expected


@pytest.mark.parametrize(("text", "expected"), [("0.5", "500m"), ("2", "2000m"), ("1.5m", "1.5m"), ("-250m", "-250m")])
def test_millicores(text: str, expected: str) -> None:
    assert quantity.millicores(quantity.parse(text)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "1000m"), (0.1, "100m"), ("1Gi", "1024Mi"), ("1.5Gi", "1536Mi"), ("0.5Ki", 512), ("1500M", 1500000000),
     ("1e3", "1000e0"), ("5e0", "5"), ("0e3", "0"), ("0Gi", 0), ("1500e0", 1500)],
)  # fmt: skip
def test_spellings_that_are_stored_alike(one: str | float, other: str | float) -> None:
    assert quantity.stored(one) == quantity.stored(other)


@pytest.mark.parametrize(("one", "other"), [("1Gi", 1 << 30), ("1e3", "1k"), ("2e-1", "200m"), ("1Ki", "1024")])
def test_one_number_that_is_stored_in_two_spellings(one: str | float, other: str | float) -> None:
    assert quantity.parse(one) == quantity.parse(other)
    assert quantity.stored(one) != quantity.stored(other)
