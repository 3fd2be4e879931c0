"""What differs between two states, as plain values: every step of a preview takes a `Comparison` and gives one.

`compare` makes it, reasons, ignore rules, verdicts and masks add to it, renderers only read it. Nothing is ever
dropped on the way: what a person need not see is told apart by its `Sort`, and counted.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from kgen.errors import Origin
from kgen.fieldpath import FieldPath, pointer
from kgen.resource import Resource, ResourceId

FieldOp = Literal["add", "remove", "change", "reorder"]
ResourceOp = Literal["add", "remove", "change"]

Sort = Literal["value", "order", "equivalent", "rename"]
"""What a change of a field amounts to.

``value``: another value. ``order``: the same items in another order. ``equivalent``: another spelling of what the API
server takes for the same. ``rename``: the name or namespace of a resource that was renamed, or a reference to one.
"""

Steps = tuple[str | int, ...]
"""Keys and positions from the root of a body."""

Level = Literal["blocking", "warning", "note"]
"""How bad: the change is refused or loses data; it does harm or does not arrive; it is good to know."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    Attributes:
        op: What happened to it; ``reorder`` where items of a list changed places.
        path: Which field, list items by merge key where the list has one, else by their position after (before,
            where they are removed).
        before: The value before; None where there was none. For ``reorder`` the items in order, in words.
        after: The value after, likewise.
        before_at: Where it is in the body before; None where it is added.
        after_at: Where it is in the body after; None where it is removed.
        sort: What the change amounts to.
        order: For ``reorder``, the positions before of the items that stay, in their order after.
        format: What the text is (``json``, ``yaml``, ``ini``, ``properties``, ``manifest``), where `inner` tells it.
        inner: What differs in a text that holds data.
        reason: Why, where the overlay says so.
        cause: The line that made the change, where known.
    """

    op: FieldOp
    path: FieldPath
    before: Any = None
    after: Any = None
    before_at: Steps | None = None
    after_at: Steps | None = None
    sort: Sort = "value"
    order: tuple[int, ...] = ()
    format: str | None = None
    inner: tuple["FieldChange", ...] = ()
    reason: str | None = None
    cause: Origin | None = None

    @property
    def pointer(self) -> str:
        """Where it is in the body after, or before where it is removed, as a JSON pointer (RFC 6901)."""
        return pointer(self.after_at if self.after_at is not None else self.before_at or ())


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource that was added, removed or changed.

    Attributes:
        before: The resource before; None where it is added.
        after: The resource after; None where it is removed.
        fields: What differs, in both; empty for what is added or removed.
        reason: Why it was added or removed, where the overlay says so.
        cause: The line that did, where known.
    """

    before: Resource | None
    after: Resource | None
    fields: tuple[FieldChange, ...] = ()
    reason: str | None = None
    cause: Origin | None = None

    @property
    def op(self) -> ResourceOp:
        """What happened to it."""
        if self.before is None:
            return "add"
        return "remove" if self.after is None else "change"

    @property
    def resource(self) -> Resource:
        """As it is after, or was before it was removed."""
        found = self.after if self.after is not None else self.before
        if found is None:
            raise ValueError("a change is of a resource before, after, or both")
        return found

    @property
    def id(self) -> ResourceId:
        """What identifies it after, or before where it was removed."""
        return self.resource.id

    @property
    def renamed_from(self) -> ResourceId | None:
        """What it was called before, where its name or namespace is another now."""
        if self.before is None or self.after is None:
            return None
        before, after = self.before.id.key, self.after.id.key
        return self.before.id if (before.name, before.namespace) != (after.name, after.namespace) else None

    def of(self, *sorts: Sort) -> tuple[FieldChange, ...]:
        """Its changed fields of these sorts."""
        return tuple(field for field in self.fields if field.sort in sorts)

    @property
    def is_visible(self) -> bool:
        """Whether it has a change of its own: more than another spelling, or following others to their new names."""
        return self.op != "change" or any(field.sort in {"value", "order"} for field in self.fields)


class Move(NamedTuple):
    """Many resources that were renamed in the same way, told once.

    Attributes:
        prefix: What stood before what their names share, and what stands there now; empty for nothing.
        suffix: What stood behind it, and stands there now.
        namespaces: The namespace before and after, where it is another; empty for none.
        members: Their ids after.
    """

    prefix: tuple[str, str]
    suffix: tuple[str, str]
    namespaces: tuple[str, str] | None
    members: tuple[ResourceId, ...]


class Finding(NamedTuple):
    """What a change does, beyond the fields it changes.

    Attributes:
        rule: The verdict's ID: ``restarts-pods``.
        level: How bad it is.
        resource: Of what.
        message: What happens, in one line without a full stop.
        hint: What to do about it, if anything.
        paths: The changed fields that bring it about.
        pods: How many pods are concerned, where that is known.
    """

    rule: str
    level: Level
    resource: ResourceId
    message: str
    hint: str | None = None
    paths: tuple[FieldPath, ...] = ()
    pods: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two states.

    Attributes:
        name: What the state after is called: ``minikube``.
        against: What the state before is called: ``base``, ``main``.
        resources: In the order of the state after, removed ones last.
        moves: Renames that many of them share.
        findings: What the changes do.
        ignored: How many changes a person chose to ignore.
        notes: What else is good to know: files that are not committed, what the sides are.
    """

    name: str
    against: str
    resources: tuple[ResourceChange, ...]
    moves: tuple[Move, ...] = ()
    findings: tuple[Finding, ...] = ()
    ignored: int = 0
    notes: tuple[str, ...] = ()

    @property
    def visible(self) -> tuple[ResourceChange, ...]:
        """The resources that a person should see: with changes of their own, or names that no move tells."""
        moved = {member for move in self.moves for member in move.members}
        return tuple(
            change
            for change in self.resources
            if change.is_visible or (change.renamed_from is not None and change.id not in moved)
        )

    @property
    def differs(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.visible or self.moves)

    def count(self, op: ResourceOp) -> int:
        """How many resources to see were added, removed or changed."""
        return sum(change.op == op for change in self.visible)

    @property
    def equivalents(self) -> int:
        """How many fields are only spelled in another way."""
        return sum(len(change.of("equivalent")) for change in self.resources)
