"""What stands in a preview, resource by resource: the same list for every format.

A rename is told where the resource was renamed, or once for many, not again by each reference that followed it. A
resource is only left out where everything about it is told elsewhere.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from kgen.errors import Origin
from kgen.preview.comparison import Comparison, FieldChange, Finding, ResourceChange
from kgen.resource import ResourceId

_OWN_NAME: Final = {("metadata", "name"), ("metadata", "namespace")}


class Entry(NamedTuple):
    """One resource to show.

    Attributes:
        change: All of it.
        fields: What a person should see of its fields.
        references: The fields that follow renames of other resources.
        findings: What the change does.
        renamed_from: What it was called before, where no move tells so.
        followers: How many references elsewhere follow its new name, where that is sure.
    """

    change: ResourceChange
    fields: tuple[FieldChange, ...]
    references: tuple[FieldChange, ...]
    findings: tuple[Finding, ...]
    renamed_from: ResourceId | None = None
    followers: int = 0


def entries(comparison: Comparison) -> tuple[Entry, ...]:
    """The resources to show, in order; those of which moves and renames tell everything are left out."""
    findings = _by_resource(comparison.findings)
    moved = {member for move in comparison.moves for member in move.members}
    renames = _renames(comparison)
    followers = Counter(_pair(field) for change in comparison.resources for field in _references(change))
    found = []
    for change in comparison.resources:
        former = None if change.id in moved else change.renamed_from
        entry = Entry(
            change,
            change.of("value", "order"),
            _references(change),
            findings.get(change.id, ()),
            former,
            _followers(change, former, renames, followers),
        )
        if not _told_elsewhere(entry, renames):
            found.append(entry)
    return tuple(found)


def loose_findings(comparison: Comparison) -> tuple[Finding, ...]:
    """Findings about resources that have no entry of their own."""
    shown = {entry.change.id for entry in entries(comparison)}
    return tuple(finding for finding in comparison.findings if finding.resource not in shown)


def _by_resource(findings: tuple[Finding, ...]) -> dict[ResourceId, tuple[Finding, ...]]:
    found: dict[ResourceId, tuple[Finding, ...]] = {}
    for finding in findings:
        found[finding.resource] = (*found.get(finding.resource, ()), finding)
    return found


def _references(change: ResourceChange) -> tuple[FieldChange, ...]:
    return tuple(field for field in change.of("rename") if field.path.segments not in _OWN_NAME)


def _renames(comparison: Comparison) -> Counter[tuple[str, str]]:
    """How many resources changed their name, or their namespace, in each way."""
    found: Counter[tuple[str, str]] = Counter()
    for change in comparison.resources:
        if (former := change.renamed_from) is not None:
            found.update({(former.name, change.id.name), (former.namespace, change.id.namespace)})
    return found


def _pair(field: FieldChange) -> tuple[str, str]:
    return str(field.before), str(field.after)


def _followers(
    change: ResourceChange,
    former: ResourceId | None,
    renames: Counter[tuple[str, str]],
    followers: Counter[tuple[str, str]],
) -> int:
    """Two resources with one name may have been renamed alike: then nobody knows whom a reference follows."""
    if former is None or former.name == change.id.name:
        return 0
    pair = (former.name, change.id.name)
    return followers[pair] if renames[pair] == 1 else 0


def _told_elsewhere(entry: Entry, renames: Counter[tuple[str, str]]) -> bool:
    if entry.change.op != "change" or entry.fields or entry.findings or entry.renamed_from is not None:
        return False
    return all(_pair(field) in renames for field in entry.references)


class Reasoned(NamedTuple):
    """Fields that changed for one reason, by one file.

    Attributes:
        reason: Why, where the overlay says so.
        cause: The line that changed them; only its file where there are several.
        fields: In order.
    """

    reason: str | None
    cause: Origin | None
    fields: tuple[FieldChange, ...]


def by_reason(fields: Iterable[FieldChange]) -> tuple[Reasoned, ...]:
    """Those without reason and cause come first, so that none seems to share that of another."""
    found: dict[tuple[str | None, str | None], list[FieldChange]] = {(None, None): []}
    for field in fields:
        found.setdefault((field.reason, field.cause.path if field.cause else None), []).append(field)
    return tuple(Reasoned(reason, _shared(group), tuple(group)) for (reason, _), group in found.items() if group)


def _shared(fields: list[FieldChange]) -> Origin | None:
    cause = fields[0].cause
    return cause if cause is None or len({field.cause for field in fields}) == 1 else Origin(cause.path)
