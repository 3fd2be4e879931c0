"""Own equality of plain data: what the proof and the preview mean by "the same"."""

from typing import Any


def same(before: Any, after: Any) -> bool:
    """Equal in value and in type: 1, 1.0, true and "1" are four values. The order of keys does not count."""
    kind = type(before)
    if kind is not type(after):
        return False
    if kind is dict:
        return len(before) == len(after) and _same_maps(before, after)
    if kind is list:
        return len(before) == len(after) and all(map(same, before, after))
    return bool(before == after)


def _same_maps(before: dict[Any, Any], after: dict[Any, Any]) -> bool:
    """Both have as many keys. Texts are most of what there is, and equal only to texts: they need no call."""
    for key, value in before.items():
        if key not in after:
            return False
        other = after[key]
        if value != other if type(value) is str else not same(value, other):
            return False
    return True
