"""A Secret's values that only moved between ``data`` and ``stringData``, or moved and changed: one change each.

The API server takes ``stringData`` into ``data``: https://kubernetes.io/docs/concepts/configuration/secret/.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any, NamedTuple

from kgen.fieldpath import FieldPath
from kgen.preview.comparison import FieldChange, Sort
from kgen.resource import Body

_FIELDS = ("data", "stringData")


class Moved(NamedTuple):
    """The values of a Secret that are in the other field now.

    Attributes:
        changes: One for each; equivalent where the value is the same.
        before: The body before, with those values where they are after, and as they are there.
    """

    changes: tuple[FieldChange, ...]
    before: Body


def moved(before: Body, after: Body) -> Moved:
    """Take out what moved, so that the rest can be compared as it is."""
    rest, changes = before, []
    for old, new in (_FIELDS, _FIELDS[::-1]):
        for key in _moving(before, after, old, new):
            kept = {name: value for name, value in rest[old].items() if name != key}
            rest = {**rest, old: kept, new: {**rest.get(new, {}), key: after[new][key]}}
            changes.append(_change(key, old, new, before[old][key], after[new][key]))
    return Moved(tuple(changes), rest)


def _moving(before: Body, after: Body, old: str, new: str) -> Iterator[str]:
    maps = [body.get(field, {}) for body in (before, after) for field in (old, new)]
    if all(isinstance(found, dict) for found in maps):
        old_before, new_before, old_after, new_after = maps
        yield from sorted(key for key in old_before if key in new_after and key not in {*new_before, *old_after})


def _change(key: str, old: str, new: str, before: Any, after: Any) -> FieldChange:
    content = _content(before, old)
    is_same = content is not None and content == _content(after, new)
    sort: Sort = "equivalent" if is_same else "value"
    return FieldChange("change", FieldPath((new, key)), before, after, (old, key), (new, key), sort)


def _content(value: Any, field: str) -> bytes | None:
    """What a value is, however it is written; None where it is not written well."""
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value.replace("\n", ""), validate=True) if field == "data" else value.encode()
    except (binascii.Error, ValueError):
        return None
