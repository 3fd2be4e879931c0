"""Two lists whose items have no names → which items stayed, changed, came and went."""

import json
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

_MOST: Final = 250_000
"""How many pairs of items may be tried; beyond, items are taken one by one."""


class Pair(NamedTuple):
    """The position of an item before and after; None where it was not, or is not any more."""

    before: int | None
    after: int | None


def align(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Pair]:
    """The items that differ: equal ones are left out. No item is ever in two pairs."""
    one, other = [_token(item) for item in before], [_token(item) for item in after]
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    middle = (one[start : len(one) - end], other[start : len(other) - end])
    for tag, i, up_to_i, j, up_to_j in _blocks(*middle):
        if tag != "equal":
            yield from _block(range(start + i, start + up_to_i), range(start + j, start + up_to_j))


def shuffled(before: Sequence[Any], after: Sequence[Any]) -> tuple[int, ...] | None:
    """The positions before in their order after, where both have the same items; None where they do not."""
    if len(before) != len(after):
        return None
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for index, item in enumerate(before):
        places[_token(item)].append(index)
    order = [places[token].popleft() if places.get(token) else None for token in map(_token, after)]
    return None if None in order else tuple(place for place in order if place is not None)


def _blocks(one: list[str], other: list[str]) -> list[tuple[str, int, int, int, int]]:
    if len(one) * len(other) > _MOST:
        return [("replace", 0, len(one), 0, len(other))]
    return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())


def _block(before: range, after: range) -> Iterator[Pair]:
    """Items in one place are the same ones, changed; what is over came or went."""
    yield from (Pair(i, j) for i, j in zip(before, after, strict=False))
    yield from (Pair(i, None) for i in before[len(after) :])
    yield from (Pair(None, j) for j in after[len(before) :])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _token(item: Any) -> str:
    """Equal for equal items: 1, 1.0, true and "1" are four."""
    return f"'{item}" if type(item) is str else json.dumps(item, sort_keys=True)
