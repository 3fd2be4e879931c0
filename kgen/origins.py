"""Where the fields of a built resource come from: what made each one, and what changed it last.

Kept beside the data in a tree of the same shape, never inside it.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from kgen.errors import Origin

Path = tuple[str | int, ...]
"""Keys and positions from the root of a resource: ``("spec", "containers", 0, "image")``."""


class Change(NamedTuple):
    """What a build did to a field.

    Attributes:
        by: The field of a kustomization that asked for it (``patches``, ``images``), the kind of a plug-in, or what
            kustomize does unasked: ``name reference``, ``content hash``.
        origin: The line that says it: in a patch's file, or the entry of a kustomization.
        asked_at: The entry of the kustomization.
    """

    by: str
    origin: Origin
    asked_at: Origin


class FieldOrigin(NamedTuple):
    """Where one field comes from.

    Attributes:
        made: The line that brought it in.
        changed: What changed or made it last; None as long as it is as its file has it.
    """

    made: Origin
    changed: Change | None = None


@dataclass(frozen=True, slots=True)
class FieldOrigins:
    """Where a value comes from, and all that is in it.

    Attributes:
        here: The value itself.
        below: The values in it, by key or by position; empty for a scalar.
    """

    here: FieldOrigin
    below: dict[str | int, "FieldOrigins"]

    def at(self, *path: str | int) -> FieldOrigin:
        """Where the field at this path comes from; for one that is not there, its nearest parent."""
        node = self
        for step in path:
            if step not in node.below:
                break
            node = node.below[step]
        return node.here


def children(value: Any) -> list[tuple[str | int, Any]]:
    """The values in a map or list, by key or position; none in a scalar."""
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []
