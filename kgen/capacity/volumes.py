"""Which claims have their volume on one node, so that all pods that use them run there."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from kgen.capacity.workloads import Claim
from kgen.resource import Body, Resource
from kgen.schema import pods

CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
"""Where the class was named of old; it comes first.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1
"""

FOR_MANY: Final = ("ReadWriteMany", "ReadOnlyMany")
"""The access modes that are for pods on many nodes."""


def on_one_node(resources: Iterable[Resource], classes: Collection[str | None]) -> set[Claim]:
    """The claims that are not for many nodes, and all whose volume is a folder of a node whatever they ask for.

    Args:
        resources: The resources.
        classes: The storage classes of such volumes; None is the class of claims that name none.
    """
    return {
        (resource.id.namespace, resource.id.name)
        for resource in resources
        if (resource.id.gvk.group, resource.id.gvk.kind) == ("", "PersistentVolumeClaim")
        and (not is_for_many(resource.body) or storage_class(resource.body) in classes)
    }


def is_for_many(claim: Body) -> bool:
    """Whether it is for pods on many nodes."""
    modes = (pods.mapping(claim, "spec") or {}).get("accessModes")
    return isinstance(modes, list) and any(mode in FOR_MANY for mode in modes)


def storage_class(claim: Body) -> Any:
    """The class it names; None for none."""
    noted = pods.mapping(claim, "metadata", "annotations") or {}
    named = pods.mapping(claim, "spec") or {}
    return noted[CLASS_ANNOTATION] if CLASS_ANNOTATION in noted else named.get("storageClassName")
