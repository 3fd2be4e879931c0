"""Bounds for what grows out of itself: copied again and again, a few lines would fill any memory."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from kgen.errors import Unsupported
from kgen.yamlio import allowance

MAX_VALUES: Final = 10_000
"""How many values one copy within a resource may have."""
MAX_CHARACTERS: Final = 16 << 20
"""How long a text may grow that others are put into."""


def check_copy(value: Any) -> None:
    """See that a map or a list is not too large to be copied within a resource.

    Raises:
        Unsupported: It is, or all copies of the build together are.
    """
    if not isinstance(value, dict | list):
        return
    count = sum(1 for _ in islice(_values(value), MAX_VALUES + 1))
    allowance.current().make(count)
    if count > MAX_VALUES:
        raise Unsupported(f"a copy of more than {MAX_VALUES:,} values", hint="copy less")


def weight(value: Any) -> int:
    """What it counts to patch a resource with a value: something in any case, and twice what is in it."""
    return 8 + 2 * sum(1 for _ in _values(value))


def _values(root: Any) -> Iterator[Any]:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        yield ...
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)


def check_text(text: str) -> None:
    """See that a text others are put into has not grown out of proportion.

    Raises:
        Unsupported: It has.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unsupported(f"a text of more than {MAX_CHARACTERS:,} characters", hint="replace less")
