"""What a person's function is given: the resources, to look up, change, add and remove.

Bodies are plain dicts. Names are those at the time of asking: a resource that was renamed answers to its new name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kgen.errors import InputError
from kgen.overlay.function.journal import Entry, Journal, text
from kgen.overlay.function.names import Name, identity, matches, nearest, spelled
from kgen.overlay.function.plain import plain
from kgen.overlay.function.reasons import checked
from kgen.resource import Body, ResourceId
from kgen.schema import pods


class NotThere(InputError, KeyError):
    """What was asked for is not there, or is more than one."""

    def __str__(self) -> str:
        return self.message


class EditedResource:
    """One resource, to be changed in place."""

    __slots__ = ("_entry",)

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    @property
    def body(self) -> Body:
        """All of it, as YAML would hold it: a plain dict, to be changed in place or replaced."""
        body: Body = self._entry.opened()
        return body

    @body.setter
    def body(self, body: Body) -> None:
        self._entry.opened()
        self._entry.body = body

    @property
    def kind(self) -> str:
        """For example ``Deployment``."""
        return text(self._entry.current, "kind")

    @property
    def name(self) -> str:
        """Its ``metadata.name``; change it there to rename the resource."""
        return text(self._entry.current, "metadata", "name")

    @property
    def namespace(self) -> str:
        """Its ``metadata.namespace``; empty where it has none."""
        return text(self._entry.current, "metadata", "namespace")

    def container(self, name: str) -> Body:
        """The container of this name, or the init container, of a workload: a plain dict.

        Raises:
            NotThere: It has none of this name.
        """
        known = []
        for container in _containers(self.body):
            known.append(str(container.get("name")))
            if container.get("name") == name:
                return container
        raise NotThere(f"no container {name!r} in {self!r}", hint=nearest(name, known, "it has"))

    def __repr__(self) -> str:
        return f"{self.kind}/{self.name}"


class Resources:
    """All resources of an overlay, as its base, its rules and its declaration leave them.

    Before kustomize's own fields, such as ``namePrefix`` and ``namespace``, apply.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._entries = {EditedResource(entry): entry for entry in journal.entries}

    def __getitem__(self, name: str) -> EditedResource:
        """The resource called ``Deployment/web``, or ``KIND.group/NAME``, or ``NAMESPACE/KIND/NAME``.

        Raises:
            NotThere: There is none, or more than one.
        """
        found = list(self._called(Name.of(name)))
        if len(found) == 1:
            return found[0]
        spellings = spelled([identity(entry.current) for entry in self._entries.values()])
        if not found:
            raise NotThere(f"no resource {name!r}", hint=nearest(name, spellings.values(), "there are"))
        meant = [spellings[identity(self._entries[resource].current)] for resource in found]
        raise NotThere(f"{name!r} can be {' and '.join(meant)}", hint="write one of these")

    def _called(self, name: Name) -> Iterator[EditedResource]:
        return (one for one, entry in self._entries.items() if matches(name, entry.current))

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str):
            return any(True for _ in self._called(Name.of(name)))
        return name in self._entries

    def __iter__(self) -> Iterator[EditedResource]:
        """Those there are now; adding and removing meanwhile does no harm."""
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<{len(self)} resources>"

    def select(
        self,
        *,
        kind: str | None = None,
        name: str | None = None,
        namespace: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> list[EditedResource]:
        """The resources that have all of this, in order.

        Args:
            kind: ``Deployment``, or with its group ``Service.serving.knative.dev``.
            name: The whole name.
            namespace: The namespace; ``default`` is also that of what has none.
            labels: Labels among those in its metadata.
        """
        wanted = Name(namespace, kind, name)
        pairs = (labels or {}).items()
        return [
            resource
            for resource, entry in self._entries.items()
            if matches(wanted, entry.current) and pairs <= _labels(entry.current).items()
        ]

    def add(self, body: Body, reason: str | None = None) -> EditedResource:
        """Add a resource: a copy of this body, which the resource that is given back has.

        Raises:
            InputError: It is no resource, or is there already.
        """
        why = checked(reason) if reason is not None else self._journal.reason
        entry = Entry(None, plain(body, "the resource to add"), why=why, out=self._journal.out)
        added = identity(entry.body, "the resource to add")
        if any(identity(other.current).key == added.key for other in self._entries.values()):
            raise InputError(f"{added} is there already", hint=f'change it: resources["{added}"].body')
        self._journal.entries.append(entry)
        resource = EditedResource(entry)
        self._entries[resource] = entry
        entry.opened()
        return resource

    def remove(self, resource: EditedResource | str, reason: str | None = None) -> None:
        """Remove a resource, or the one of this name.

        Raises:
            NotThere: It is not there, or not any more.
        """
        found = self[resource] if isinstance(resource, str) else resource
        entry = self._entries.pop(found, None)
        if entry is None:
            raise NotThere(f"{found!r} is not there to be removed", hint="it was removed before, or is no resource")
        entry.why = checked(reason) if reason is not None else self._journal.reason
        self._journal.entries.remove(entry)
        self._journal.out.pop(entry, None)
        self._journal.removed.append(entry)


def _labels(body: Any) -> Mapping[str, Any]:
    return pods.mapping(body, "metadata", "labels") or {}


def _containers(node: Any) -> Iterator[Body]:
    """All of them, in resources of any kind, as kustomize finds them."""
    for key, child in node.items() if isinstance(node, dict) else ():
        if key in pods.CONTAINER_LISTS:
            yield from pods.items(node, key)
        yield from _containers(child)


def identities(journal: Journal) -> dict[Entry, ResourceId]:
    """Who each resource is in the end.

    Raises:
        InputError: One is nobody, or two are one.
    """
    found: dict[ResourceId, Entry] = {}
    for entry in journal.entries:
        resource_id = identity(entry.current, entry.name)
        other = found.setdefault(resource_id.key, entry)
        if other is not entry:
            raise InputError(
                f"{other.name} and {entry.name} are both {resource_id}", hint="give one of them another name"
            )
    return {entry: identity(entry.current, entry.name) for entry in journal.entries}
