"""Two sets of resources → what differs, field by field, list items named by their merge keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kgen.equality import same
from kgen.fieldpath import FieldPath, ItemKey, pointer
from kgen.resource import Body, Resource, ResourceId, ResourceMap
from kgen.schema.merge_keys import MergeType, merge_type

FieldOp = Literal["add", "remove", "change", "reorder"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    Attributes:
        op: What happened to the field; ``reorder`` when the items of a list only changed places.
        path: Which field, list items by merge key where the list has one.
        pointer: The same as a JSON pointer into the body it is read from (after, or before when removed).
        before: The value before; None when there was none. For ``reorder`` the keys of the items in order.
        after: The value after; None when there is none.
        reason: Why, where the overlay says so.
    """

    op: FieldOp
    path: FieldPath
    pointer: str
    before: Any
    after: Any
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource that was added, removed or changed; `fields` is empty for the first two."""

    op: Literal["add", "remove", "change"]
    id: ResourceId
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two states, resources in the order of the state after, removed ones last."""

    name: str
    against: str
    resources: tuple[ResourceChange, ...]

    def count(self, op: Literal["add", "remove", "change"]) -> int:
        """How many resources were added, removed or changed."""
        return sum(resource.op == op for resource in self.resources)

    @property
    def summary(self) -> str:
        """All of it in one line."""
        return (
            f"{self.name} vs {self.against}: {self.count('change')} changed, "
            f"{self.count('add')} added, {self.count('remove')} removed"
        )


def compare(before: ResourceMap, after: ResourceMap, name: str = "after", against: str = "before") -> Comparison:
    """What it takes to get from one state to the other; empty exactly when they are equal."""
    pairs = _pair(before, after)
    changes: list[ResourceChange] = []
    for resource in after:
        partner = pairs.get(resource.id)
        if partner is None:
            changes.append(ResourceChange("add", resource.id))
        elif fields := tuple(compare_bodies(partner.body, resource.body)):
            changes.append(ResourceChange("change", resource.id, fields))
    paired = {partner.id for partner in pairs.values()}
    changes += [ResourceChange("remove", resource.id) for resource in before if resource.id not in paired]
    return Comparison(name, against, tuple(changes))


def compare_bodies(before: Body, after: Body) -> Iterator[FieldChange]:
    """The fields that differ between two states of one resource."""
    return _compare(before, after, FieldPath(), (), merge_type(ResourceId.of(after).gvk))


def _pair(before: ResourceMap, after: ResourceMap) -> dict[ResourceId, Resource]:
    """Each resource after → the one it was before: the same id, or one it had on the way."""
    pairs = {resource.id: partner for resource in after if (partner := before.get(resource.id)) is not None}
    taken = {partner.id for partner in pairs.values()}
    free: dict[ResourceId, list[Resource]] = {}
    for resource in before:
        if resource.id not in taken:
            for known in (resource.id, *resource.previous_ids):
                free.setdefault(known.key, []).append(resource)
    for resource in after:
        if resource.id in pairs:
            continue
        for known in reversed(resource.previous_ids):
            candidates = [other for other in free.get(known.key, ()) if other.id not in taken]
            if len(candidates) == 1:
                pairs[resource.id] = candidates[0]
                taken.add(candidates[0].id)
                break
    return pairs


def _compare(
    before: Any, after: Any, path: FieldPath, steps: tuple[str | int, ...], kind: MergeType
) -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare_maps(before, after, path, steps, kind)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _compare_lists(before, after, path, steps, kind)
    elif not same(before, after):
        yield _change("change", path, steps, before, after)


def _compare_maps(
    before: Body, after: Body, path: FieldPath, steps: tuple[str | int, ...], kind: MergeType
) -> Iterator[FieldChange]:
    for key in sorted({*before, *after}):
        inner, where = path / key, (*steps, key)
        if key not in before:
            yield from _added(after[key], inner, where)
        elif key not in after:
            yield _change("remove", inner, where, before[key], None)
        else:
            yield from _compare(before[key], after[key], inner, where, kind.field(key))


def _added(value: Any, path: FieldPath, steps: tuple[str | int, ...]) -> Iterator[FieldChange]:
    """An added map is told by its leaves, as a patch would say it; a list or an empty map as a whole."""
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from _added(value[key], path / key, (*steps, key))
    else:
        yield _change("add", path, steps, None, value)


def _compare_lists(
    before: list[Any], after: list[Any], path: FieldPath, steps: tuple[str | int, ...], kind: MergeType
) -> Iterator[FieldChange]:
    if same(before, after):
        return
    items_before, items_after = _keyed(before, kind.keys), _keyed(after, kind.keys)
    if items_before and items_after:
        yield from _compare_keyed(items_before, items_after, path, steps, kind)
    elif len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _compare(one, other, path / index, (*steps, index), kind.item())
    else:
        yield _change("change", path, steps, before, after)


def _compare_keyed(
    before: dict[ItemKey, tuple[int, Any]],
    after: dict[ItemKey, tuple[int, Any]],
    path: FieldPath,
    steps: tuple[str | int, ...],
    kind: MergeType,
) -> Iterator[FieldChange]:
    for key, (index, item) in after.items():
        if key in before:
            yield from _compare(before[key][1], item, path / key, (*steps, index), kind.item())
        else:
            yield _change("add", path / key, (*steps, index), None, item)
    for key, (index, item) in before.items():
        if key not in after:
            yield _change("remove", path / key, (*steps, index), item, None)
    order_before, order_after = [k for k in before if k in after], [k for k in after if k in before]
    if order_before != order_after or not _appended(before, after):
        yield _change("reorder", path, steps, [str(key) for key in before], [str(key) for key in after])


def _appended(before: dict[ItemKey, Any], after: dict[ItemKey, Any]) -> bool:
    """Whether the new items all stand behind the ones that were there."""
    new = [key not in before for key in after]
    return new == sorted(new)


def _keyed(items: Sequence[Any], keys: tuple[str, ...]) -> dict[ItemKey, tuple[int, Any]] | None:
    """The items by merge key; None where that would lose or confuse any."""
    if not keys or not all(isinstance(item, dict) and keys[0] in item for item in items):
        return None
    found = {}
    for index, item in enumerate(items):
        key = ItemKey.of(item, keys)
        if not all(isinstance(value, str | int) for _, value in key.fields) or key in found:
            return None
        found[key] = (index, item)
    return found


def _change(op: FieldOp, path: FieldPath, steps: tuple[str | int, ...], before: Any, after: Any) -> FieldChange:
    return FieldChange(op, path, pointer(steps), before, after)
