"""Which node ports Services ask for: a number may be asked for once in a cluster.

https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
"""

from collections.abc import Iterable, Iterator
from typing import Final

from kgen.fieldpath import FieldPath, ItemKey
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods

RANGE: Final = range(30000, 32768)
"""What the API server gives by default."""


def asked_for(body: Body) -> Iterator[tuple[FieldPath, int]]:
    """The node ports that a Service names; 0 names none, and other types have none."""
    spec = pods.mapping(body, "spec") or {}
    if spec.get("type") not in ("NodePort", "LoadBalancer"):
        return
    for entry in pods.items(spec, "ports"):
        number = entry.get("nodePort")
        if isinstance(number, int) and number:
            item = ItemKey((("port", entry.get("port")), ("protocol", entry.get("protocol", "TCP"))))
            yield FieldPath(("spec", "ports", item, "nodePort")), number


def owners(resources: Iterable[Resource]) -> dict[int, list[ResourceId]]:
    """Each node port → the Services that ask for it."""
    found: dict[int, list[ResourceId]] = {}
    for resource in resources:
        if resource.body.get("kind") == "Service" and resource.body.get("apiVersion") == "v1":
            for _, number in asked_for(resource.body):
                known = found.setdefault(number, [])
                if resource.id not in known:
                    known.append(resource.id)
    return found
