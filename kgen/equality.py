"""Own equality of plain data: what the proof and the preview mean by "the same"."""

from typing import Any


def same(before: Any, after: Any) -> bool:
    """Equal in value and in type: 1, 1.0, true and "1" are four values. The order of keys does not count."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(same(value, after[key]) for key, value in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(same, before, after))
    return bool(before == after)
