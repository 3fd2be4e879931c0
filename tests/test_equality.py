from typing import Any

import pytest

from kgen.equality import same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        (0, False),
        (1, "1"),
        (None, {}),
        ({}, []),
        ({"a": None}, {}),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ({"a": {"b": [1, {"c": 1}]}}, {"a": {"b": [1, {"c": True}]}}),
    ],
)
def test_different_values_or_types_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [({"a": 1, "b": [None, {}]}, {"b": [None, {}], "a": 1}), ([], []), (None, None), ("", "")],
)
def test_equal_data_is_the_same_whatever_the_order_of_keys(one: Any, other: Any) -> None:
    assert same(one, other)
