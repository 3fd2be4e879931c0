"""What names the items of a list: merge keys, as the schema has them, or as a custom resource's definition says.

For lists that neither knows, those of custom resources above all, items are named by the keys that such lists have in
Kubernetes. A name counts only where it is unique, and every item has it: the caller aligns the items otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kgen.fieldpath import ItemKey
from kgen.resource import Body, Gvk, Resource
from kgen.schema.merge_keys import NOTHING, MergeType, merge_type

_BY_FIELD: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "volumeMounts": (("mountPath",),),
    "volumeDevices": (("devicePath",),),
    "hostAliases": (("ip",),),
    "ownerReferences": (("uid",),),
    "conditions": (("type",),),
    "ports": (("containerPort", "protocol"), ("port", "protocol")),
    "topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"),),
}
_OTHERWISE: Final = (("name",),)

_PROTOCOL: Final = "TCP"
"""What a port without a protocol has: https://kubernetes.io/docs/reference/networking/service-protocols/."""


class ListNode(NamedTuple):
    """A place in a resource, and what is known of the lists there and below.

    Attributes:
        merge: What a strategic merge knows.
        schema: The schema of the value here, where a definition of custom resources in the state has one.
        name: The field.
    """

    merge: MergeType = NOTHING
    schema: Body | None = None
    name: str = ""

    def field(self, key: str) -> "ListNode":
        """A field of the map here."""
        schema = self.schema and self.schema.get("properties")
        return ListNode(self.merge.field(key), _map(schema, key), key)

    def item(self) -> "ListNode":
        """An item of the list here."""
        return ListNode(self.merge.item(), _map(self.schema, "items"))

    def keys(self) -> Iterator[tuple[str, ...]]:
        """What may name the items here, best first."""
        if self.merge.keys:
            yield self.merge.keys
        declared = self.schema and self.schema.get("x-kubernetes-list-map-keys")
        if isinstance(declared, list) and declared:
            yield tuple(map(str, declared))
        yield from _BY_FIELD.get(self.name, _OTHERWISE)

    def named(
        self, before: Sequence[Any], after: Sequence[Any], aliases: Mapping[str, str]
    ) -> "tuple[_Named, _Named] | None":
        """The positions of the items of two lists by what names them; None where nothing names all of them.

        Args:
            before: The one list.
            after: The other.
            aliases: Names after of what may have had another name before.
        """
        for keys in self.keys():
            one, other = _named(before, keys), _named(after, keys)
            if one is not None and other is not None:
                return _followed(one, other, aliases), other
        return None

    def key_of(self, item: Any) -> ItemKey | None:
        """What names one item here, as far as it alone tells."""
        for keys in self.keys():
            key = _key(item, keys)
            if key is not None:
                return key
        return None


_Named = dict[ItemKey, int]


class Definitions:
    """The schemas of custom resources that are defined in a state itself."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._schemas: dict[Gvk, Body] = {}
        for resource in resources:
            if resource.body.get("kind") == "CustomResourceDefinition":
                self._schemas.update(_versions(resource.body))

    def root(self, gvk: Gvk) -> ListNode:
        """Where a resource of this kind begins."""
        return ListNode(merge_type(gvk), self._schemas.get(gvk))


def _versions(definition: Body) -> Iterator[tuple[Gvk, Body]]:
    """https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/."""
    spec = _map(definition, "spec") or {}
    group, kind = str(spec.get("group")), str((_map(spec, "names") or {}).get("kind"))
    versions = spec.get("versions")
    for version in versions if isinstance(versions, list) else ():
        schema = _map(_map(version, "schema"), "openAPIV3Schema")
        if schema is not None:
            yield Gvk(group, str(version.get("name")), kind), schema


def _map(body: Any, key: str) -> Body | None:
    value = body.get(key) if isinstance(body, dict) else None
    return value if isinstance(value, dict) else None


def _named(items: Sequence[Any], keys: tuple[str, ...]) -> _Named | None:
    found: _Named = {}
    for index, item in enumerate(items):
        key = _key(item, keys)
        if key is None or key in found:
            return None
        found[key] = index
    return found


def _followed(before: _Named, after: _Named, aliases: Mapping[str, str]) -> _Named:
    """The items before by their names after, where those are of resources that were renamed."""
    followed = {}
    for key, index in before.items():
        new = ItemKey(tuple((field, aliases.get(value, value)) for field, value in key.fields)) if aliases else key
        is_taken = new in before or new in followed
        followed[new if new in after and not is_taken else key] = index
    return followed


def _key(item: Any, keys: tuple[str, ...]) -> ItemKey | None:
    if not isinstance(item, dict):
        return None
    fields = tuple((key, item.get(key, _PROTOCOL if key == "protocol" else None)) for key in keys)
    # A number and a text are two names, and so are 1 and true.
    plain = all(isinstance(value, str | int) and not isinstance(value, bool) for _, value in fields)
    return ItemKey(fields) if plain else None
