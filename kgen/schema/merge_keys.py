"""How a strategic merge patch treats the lists of a Kubernetes type: merged by keys, as a set, or replaced.

The knowledge is in `kgen.schema.data.merge_lists`; here is only the asking.
"""

from collections.abc import Mapping
from functools import cache

from kgen.resource import Gvk
from kgen.schema.data.merge_lists import KINDS, TYPES


class MergeType:
    """What a strategic merge knows of the value of one field.

    Attributes:
        keys: The merge keys of a list's items; empty for a list that is replaced whole, and for what is no list.
        merges: Whether a list here is merged at all; without keys it is a set of plain values.
    """

    __slots__ = ("_fields", "_item", "keys", "merges")

    def __init__(
        self, keys: tuple[str, ...] | None = None, fields: Mapping[str, str] | None = None, item: str = ""
    ) -> None:
        self.keys = keys or ()
        self.merges = keys is not None
        self._fields = fields or {}
        self._item = item

    def field(self, key: str) -> "MergeType":
        """What is known of a field of this map; an empty type when nothing is."""
        text = self._fields.get(key)
        return NOTHING if text is None else _parse(text)

    def item(self) -> "MergeType":
        """What is known of an item of this list; an empty type when nothing is."""
        return _map(self._item)


NOTHING = MergeType()
"""The type of everything that is unknown: its lists are replaced."""


def merge_type(gvk: Gvk) -> MergeType:
    """What a strategic merge knows of a kind; an empty type for a kind or version it does not know."""
    return _map(_kinds().get((gvk.api_version, gvk.kind), ""))


def is_known(gvk: Gvk) -> bool:
    """Whether the schema has this kind."""
    return (gvk.api_version, gvk.kind) in _kinds()


def named_type(name: str) -> MergeType:
    """A type by its own name, as ``PodSpec``; an empty type when it has no lists that are merged."""
    return _map(name if name in TYPES else "")


@cache
def _map(name: str) -> MergeType:
    return MergeType(fields=TYPES[name]) if name else NOTHING


@cache
def _parse(text: str) -> MergeType:
    keys, is_list, item = text.rpartition("|")
    return MergeType(tuple(filter(None, keys.split(","))), item=item) if is_list else _map(item)


@cache
def _kinds() -> dict[tuple[str, str], str]:
    found = {}
    for name, lines in KINDS.items():
        for line in filter(str.strip, lines.splitlines()):
            version, _, kinds = line.partition(":")
            found.update({(version.strip(), kind): name for kind in kinds.split()})
    return found
