"""Comparisons that show the same, told once: "same 3 changes in 12 overlays"."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from kgen.preview.comparison import Comparison, FieldChange, ResourceChange


class Group(NamedTuple):
    """Comparisons that differ in their names only.

    Attributes:
        names: What they are called, in order.
        comparison: What they all show: the first of them, with those causes that all of them share.
    """

    names: tuple[str, ...]
    comparison: Comparison


def group(comparisons: Sequence[Comparison], *, equivalents: bool = False) -> tuple[Group, ...]:
    """Put those together that show the same, in the order of their first members, those without changes last.

    It takes linear time.

    Reasons count, causes do not: every overlay has patches of its own, in files of its own.

    Args:
        comparisons: What to group.
        equivalents: Whether other spellings of the same are shown too.
    """
    found: dict[bytes, list[Comparison]] = {}
    for comparison in comparisons:
        found.setdefault(_fingerprint(comparison, equivalents=equivalents), []).append(comparison)
    ordered = sorted(found.values(), key=lambda members: not members[0].differs)
    return tuple(Group(tuple(one.name for one in members), _shared(members)) for members in ordered)


def _fingerprint(comparison: Comparison, *, equivalents: bool) -> bytes:
    """A digest of all that a person sees of a comparison but its name."""
    digest = hashlib.sha256()
    for part in (*_parts(comparison), *(_equivalents(comparison) if equivalents else ())):
        digest.update(json.dumps(part, sort_keys=True, default=str).encode("utf-8", "surrogatepass") + b"\n")
    return digest.digest()


def _parts(comparison: Comparison) -> Iterable[Any]:
    yield comparison.against, comparison.ignored, comparison.equivalents, comparison.notes
    yield comparison.moves
    yield [(*finding[:5], [str(path) for path in finding.paths], finding.pods) for finding in comparison.findings]
    for change in _shown(comparison):
        yield change.op, change.id, change.renamed_from, change.reason
        if change.op == "change":
            yield [_field(field) for field in change.fields if field.sort != "equivalent"]
        else:
            yield change.resource.body


def _equivalents(comparison: Comparison) -> Iterable[Any]:
    for change in comparison.resources:
        yield change.id, [_field(field) for field in change.of("equivalent")]


def _shown(comparison: Comparison) -> list[ResourceChange]:
    return [change for change in comparison.resources if _is_shown(change)]


def _is_shown(change: ResourceChange) -> bool:
    return change.op != "change" or any(field.sort != "equivalent" for field in change.fields)


def _field(field: FieldChange) -> list[Any]:
    inner = [_field(each) for each in field.inner]
    return [field.op, str(field.path), field.before, field.after, field.sort, field.order, field.reason, inner]


def _shared(members: list[Comparison]) -> Comparison:
    first, *others = members
    if not others:
        return first
    shown = [_shown(comparison) for comparison in members]
    kept = iter([_with_shared_cause(changes) for changes in zip(*shown, strict=True)])
    resources = tuple(next(kept) if _is_shown(change) else change for change in first.resources)
    return replace(first, resources=resources)


def _with_shared_cause(changes: tuple[ResourceChange, ...]) -> ResourceChange:
    first = changes[0]
    fields = [[field for field in change.fields if field.sort != "equivalent"] for change in changes]
    kept = iter([_field_with_shared_cause(each) for each in zip(*fields, strict=True)])
    told = tuple(field if field.sort == "equivalent" else next(kept) for field in first.fields)
    return replace(first, fields=told, cause=first.cause if len({change.cause for change in changes}) == 1 else None)


def _field_with_shared_cause(fields: tuple[FieldChange, ...]) -> FieldChange:
    return fields[0] if len({field.cause for field in fields}) == 1 else replace(fields[0], cause=None)
