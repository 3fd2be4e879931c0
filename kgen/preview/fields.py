"""Two states of one resource → the fields that differ, list items named by what names them.

Nothing is left out: the changes of all sorts together turn the body before into the body after.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from kgen.equality import same
from kgen.fieldpath import FieldPath, Segment
from kgen.preview.alignment import align, shuffled
from kgen.preview.comparison import FieldChange, FieldOp, Sort, Steps
from kgen.preview.listkeys import ListNode
from kgen.resource import Body
from kgen.schema.defaults import UNKNOWN, equivalent, field_type, stands_for_nothing

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class _Field(NamedTuple):
    """A field of two maps, as `kgen.schema.defaults` asks for it."""

    owner: str
    key: str
    before: Body
    after: Body

    def sort(self) -> Sort:
        """What a change of the whole field amounts to."""
        return "equivalent" if equivalent(self.owner, self.key, self.before, self.after) else "value"


class _Place(NamedTuple):
    """Where two values are, and what is known of them.

    Attributes:
        path: Their path.
        before_at: The position before; as the nearest parent's where there is nothing.
        after_at: The position after.
        lists: What is known of lists there.
        kind: The type of the values, as `kgen.schema.defaults` has it.
        aliases: The new names of what was renamed, by the old ones.
        field_of: The field that they are, where they are in maps.
    """

    path: FieldPath
    before_at: Steps
    after_at: Steps
    lists: ListNode
    kind: str
    aliases: Mapping[str, str] = _NONE
    field_of: _Field | None = None

    def field(self, key: str, before: Body, after: Body) -> "_Place":
        """A field of the two maps here."""
        found = _Field(self.kind, key, before, after)
        where = (*self.before_at, key), (*self.after_at, key)
        kind = field_type(self.kind, key)
        return _Place(self.path / key, *where, self.lists.field(key), kind, self.aliases, found)

    def item(self, name: Segment, before: int, after: int) -> "_Place":
        """An item of the two lists here."""
        where = (*self.before_at, before), (*self.after_at, after)
        return _Place(self.path / name, *where, self.lists.item(), self.kind, self.aliases)

    def change(self, op: FieldOp, before: Any, after: Any) -> FieldChange:
        """What happened to the value here as a whole."""
        was, is_now = None if op == "add" else self.before_at, None if op == "remove" else self.after_at
        return FieldChange(
            op, self.path, before, after, was, is_now, self.field_of.sort() if self.field_of else "value"
        )


def compare_bodies(
    before: Body, after: Body, lists: ListNode, kind: str = UNKNOWN, aliases: Mapping[str, str] = _NONE
) -> Iterator[FieldChange]:
    """The fields that differ between two states of one resource; nothing exactly where they are equal.

    Args:
        before: The body before.
        after: The body after.
        lists: What is known of the lists in it.
        kind: The type of its defaults.
        aliases: The new names of resources that were renamed, by the old ones: a list item named so is the same one.
    """
    if not same(before, after):
        yield from _values(before, after, _Place(FieldPath(), (), (), lists, kind, aliases))


def _values(before: Any, after: Any, place: _Place) -> Iterator[FieldChange]:
    """Two values that differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _maps(before, after, place)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, place)
    else:
        yield place.change("change", before, after)


def _maps(before: Body, after: Body, place: _Place) -> Iterator[FieldChange]:
    for key in sorted({*before, *after}, key=str):
        if key not in before:
            yield from _added_field(key, place.field(key, before, after), after[key], before)
        elif key not in after:
            yield place.field(key, before, after).change("remove", before[key], None)
        elif not same(before[key], after[key]):
            yield from _values(before[key], after[key], place.field(key, before, after))


def _added_field(key: str, place: _Place, value: Any, before: Body) -> Iterator[FieldChange]:
    """An added field; where it is as a whole what stood for it before, all that is in it is only another spelling."""
    field = place.field_of
    if field is not None and isinstance(value, dict) and field.sort() == "equivalent":
        yield from (replace(change, sort="equivalent") for change in _added(value, place, is_neutral=True))
    else:
        yield from _added(value, place, field is not None and stands_for_nothing(field.owner, key, before))


def _added(value: Any, place: _Place, is_neutral: bool) -> Iterator[FieldChange]:
    """An added map is told by its leaves, as a patch would say it; a list or an empty map as a whole.

    A leaf is only another spelling of what was there if the map itself means nothing.
    """
    if not isinstance(value, dict) or not value:
        yield place.change("add", None, value)
        return
    for key in sorted(value, key=str):
        inner = place.field(key, {}, value)
        below = _added(value[key], inner, is_neutral and stands_for_nothing(place.kind, key, {}))
        yield from below if is_neutral else (replace(change, sort="value") for change in below)


def _lists(before: list[Any], after: list[Any], place: _Place) -> Iterator[FieldChange]:
    named = place.lists.named(before, after, place.aliases)
    if named is not None:
        yield from _named(before, after, *named, place)
        return
    order = shuffled(before, after)
    if order is not None:
        words = [_in_words(before, index, place.lists) for index in range(len(before))]
        yield _reordered(words, [words[index] for index in order], order, place)
        return
    yield from _aligned(before, after, place)


def _named(
    before: list[Any], after: list[Any], was: dict[Any, int], is_now: dict[Any, int], place: _Place
) -> Iterator[FieldChange]:
    for key, index in is_now.items():
        if key not in was:
            yield place.item(key, -1, index).change("add", None, after[index])
        elif not same(before[was[key]], after[index]):
            yield from _values(before[was[key]], after[index], place.item(key, was[key], index))
    for key, index in was.items():
        if key not in is_now:
            yield place.item(key, index, -1).change("remove", before[index], None)
    stayed = [key for key in is_now if key in was]
    order = tuple(was[key] for key in stayed)
    if list(order) != sorted(order):
        yield _reordered([str(key) for key in was if key in is_now], list(map(str, stayed)), order, place)


def _aligned(before: list[Any], after: list[Any], place: _Place) -> Iterator[FieldChange]:
    for i, j in align(before, after):
        if i is None and j is not None:
            yield place.item(j, -1, j).change("add", None, after[j])
        elif j is None and i is not None:
            yield place.item(i, i, -1).change("remove", before[i], None)
        elif i is not None and j is not None:
            yield from _values(before[i], after[j], place.item(j, i, j))


def _reordered(before: list[str], after: list[str], order: tuple[int, ...], place: _Place) -> FieldChange:
    return FieldChange("reorder", place.path, before, after, place.before_at, place.after_at, "order", order)


def _in_words(items: list[Any], index: int, lists: ListNode) -> str:
    """An item in a few words."""
    item = items[index]
    key = lists.key_of(item)
    return str(key) if key is not None else f"#{index + 1}" if isinstance(item, dict | list) else str(item)
