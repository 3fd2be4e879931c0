"""Kubernetes resources as plain data, what identifies them, and an ordered map of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

from kgen.errors import InputError, Origin
from kgen.origins import FieldOrigins

Body = dict[str, Any]
"""A resource as YAML holds it: maps, lists, strings, numbers, booleans, None. Never a model of Kubernetes."""


class Gvk(NamedTuple):
    """Group, version and kind; the group of the core API is the empty string."""

    group: str
    version: str
    kind: str

    @classmethod
    def of(cls, body: Body) -> "Gvk":
        """Read it from ``apiVersion`` and ``kind``."""
        return _gvk(str(body.get("apiVersion") or ""), str(body.get("kind") or ""))

    @property
    def api_version(self) -> str:
        """The spelling of ``apiVersion``: ``apps/v1``, or ``v1`` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version


@cache
def _gvk(api_version: str, kind: str) -> Gvk:
    group, _, version = api_version.rpartition("/")
    return Gvk(group, version, kind)


class ResourceId(NamedTuple):
    """What makes a resource one and the same: its type, namespace (empty when unset) and name."""

    gvk: Gvk
    namespace: str
    name: str

    @classmethod
    def of(cls, body: Body) -> "ResourceId":
        """Read it from a body; a missing part is the empty string."""
        metadata = body.get("metadata") or {}
        return cls(Gvk.of(body), str(metadata.get("namespace") or ""), str(metadata.get("name") or ""))

    def __str__(self) -> str:
        return f"{self.gvk.kind}/{self.name}"

    @property
    def key(self) -> "ResourceId":
        """The identity kustomize compares by: no namespace and ``default`` are the same."""
        return self if self.namespace else self._replace(namespace="default")


@dataclass(slots=True)
class Resource:
    """One resource: its body, where it was read, and the ids it had before transformers renamed it.

    Attributes:
        body: Plain data; the identity is read from it, so it has one home.
        origin: The file and line that made it.
        previous_ids: Oldest first, without the current one.
        needs_hash: Whether a hash of its content ends its name, as with a generated ConfigMap.
        origins: What made and last changed each field, if the build was asked for it.
    """

    body: Body
    origin: Origin | None = None
    previous_ids: tuple[ResourceId, ...] = field(default=())
    needs_hash: bool = False
    origins: FieldOrigins | None = None

    @property
    def id(self) -> ResourceId:
        """What identifies it now."""
        return ResourceId.of(self.body)


class ResourceMap:
    """Resources in order, no two with one id, found by id in constant time."""

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self._by_key: dict[ResourceId, Resource] = {}
        self._by_name: dict[str, list[Resource]] | None = None
        for resource in resources:
            self.add(resource)

    def add(self, resource: Resource) -> None:
        """Append one.

        Raises:
            InputError: One with the same id is there already.
        """
        key = resource.id.key
        other = self._by_key.get(key)
        if other is not None:
            first = f", first at {other.origin}" if other.origin else ""
            raise InputError(
                f"{resource.id} is defined twice{first}", origin=resource.origin, hint="remove or rename one of them"
            )
        self._by_key[key] = resource
        self._by_name = None

    def with_bodies(self, bodies: Mapping[ResourceId, Body]) -> "ResourceMap":
        """The same, some with another body, by the key of the id that both have."""
        made = ResourceMap()
        made._by_key = {
            key: replace(resource, body=bodies[key]) if key in bodies else resource
            for key, resource in self._by_key.items()
        }
        return made

    def get(self, resource_id: ResourceId) -> Resource | None:
        """The resource with this id, if it is here."""
        return self._by_key.get(resource_id.key)

    def named(self, name: str) -> list[Resource]:
        """The resources of any kind that have or had this name, in order."""
        if self._by_name is None:
            self._by_name = {}
            for resource in self:
                for one in {resource.id.name, *(known.name for known in resource.previous_ids)}:
                    self._by_name.setdefault(one, []).append(resource)
        return self._by_name.get(name, [])

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, resource_id: object) -> bool:
        return isinstance(resource_id, ResourceId) and resource_id.key in self._by_key


def original(resource: Resource, before: ResourceMap) -> Resource | None:
    """What a built resource was in its base: the one with its id, or with one it had on the way."""
    for known in (resource.id, *reversed(resource.previous_ids)):
        found = before.get(known)
        if found is not None:
            return found
    return None
