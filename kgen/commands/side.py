"""One side of a comparison, as a plain value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kgen.commands.manifests import unique
from kgen.filesystem import FileSystem
from kgen.preview.allocated import without_allocated
from kgen.preview.served import wished, without_default_namespace, without_server_fields
from kgen.resource import Resource


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes:
        label: What a person calls it: ``minikube``, ``base``, ``main``, ``after.yaml``.
        resources: What is there.
        notes: What is good to know of it: what is not committed, what was left out.
        folder: The folder of the kustomization that it was built from, if it was; absolute, to be read in `fs`.
        fs: Where it was read. That of a revision lasts until the next pair of sides.
        is_served: Whether any of it came from an API server.
    """

    label: str
    resources: tuple[Resource, ...] = ()
    notes: tuple[str, ...] = ()
    folder: str | None = None
    fs: FileSystem | None = None
    is_served: bool = False


def of_manifests(resources: Iterable[Resource]) -> Side:
    """A side of what was read and not built, without what an API server added.

    Raises:
        InputError: A resource is there twice.
    """
    found = wished(resources)
    notes = []
    if found.served:
        what = f"{found.served} resource{'s' * (found.served != 1)}"
        notes.append(f"{what} as an API server gave them: without status, managedFields and what else it adds")
    if found.owned:
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(found.owned.items()))
        notes.append(f"without what controllers made of other resources: {counts}")
    return Side("", tuple(unique(found.resources)), tuple(notes), is_served=bool(found.served or found.owned))


def alike(before: Side, after: Side) -> tuple[Side, Side]:
    """Both sides without the fields that no wish holds, where one of them is a server's.

    A server says ``namespace: default`` of all that was applied without one, and fills in what an apply leaves alone.
    """
    if not (before.is_served or after.is_served):
        return before, after
    one, other = _plain(before), _plain(after)
    return _settled(one, other), _settled(other, one)


def _plain(side: Side) -> Side:
    return replace(side, resources=tuple(without_default_namespace(without_server_fields(r)) for r in side.resources))


def _settled(side: Side, other: Side) -> Side:
    if not side.is_served:
        return side
    return replace(side, resources=tuple(without_allocated(side.resources, other.resources)))
