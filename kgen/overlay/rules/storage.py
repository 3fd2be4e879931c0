"""A claim for many nodes becomes ReadWriteOnce where the cluster's storage cannot serve many.

On kind and its like a ``ReadWriteMany`` or ``ReadOnlyMany`` claim stays Pending for ever, and with it every pod that
uses it. ``ReadWriteOnce`` means one *node*, not one pod: all pods of the claim run on the node of the volume.

Only claims that the cluster's default storage class serves are changed, those in the ``volumeClaimTemplates`` of a
StatefulSet too. A claim that names another class, a volume or a selector is left alone, with a notice.
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kgen.fieldpath import FieldPath
from kgen.overlay.clusters.cluster import Storage
from kgen.overlay.edits import Edit
from kgen.overlay.rules.state import Notice, State
from kgen.resource import Body, Resource, ResourceMap
from kgen.schema import pods

ID: Final = "storage"

_FOR_MANY: Final = ("ReadWriteMany", "ReadOnlyMany")
_CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"


class _Claim(NamedTuple):
    resource: Resource
    body: Body
    path: FieldPath

    def __str__(self) -> str:
        template = f" {self.path}" if self.path.segments else ""
        return f"{self.resource.id}{template}"

    @property
    def spec(self) -> Body:
        return pods.mapping(self.body, "spec") or {}

    @property
    def modes(self) -> list[Any]:
        modes = self.spec.get("accessModes")
        return modes if isinstance(modes, list) else []


def edits(state: State) -> Iterator[Edit]:
    """Replace the modes that are not served; the list is replaced as a whole, as strategic merge does."""
    storage = state.cluster.storage
    for claim in _claims(state.resources):
        refused = _refused(claim, storage)
        if refused and not _bound_elsewhere(claim, storage):
            modes = ["ReadWriteOnce" if mode in refused else mode for mode in claim.modes]
            yield Edit(
                claim.resource.id,
                claim.path / "spec" / "accessModes",
                list(dict.fromkeys(modes)),
                f"{state.cluster.name}'s storage ({storage.provisioner}) refuses {' and '.join(refused)}, the claim "
                "would stay Pending; ReadWriteOnce is for all pods on one node",
            )


def notices(state: State) -> Iterator[Notice]:
    """Say which claims are left alone, and which are served but not shared."""
    cluster = state.cluster
    for claim in _claims(state.resources):
        where = _bound_elsewhere(claim, cluster.storage)
        refused = _refused(claim, cluster.storage)
        if refused and where:
            yield Notice(
                f"{claim} asks for {' and '.join(refused)}, which {cluster.name}'s own storage does not "
                f"serve; it is left as it is, for it {where}",
                f"make sure that {cluster.name} has storage for it",
            )
        elif state.nodes > 1 and not cluster.storage.bound_to_node and not where and _wanted_by_many(claim):
            yield Notice(
                f"{claim} is for many nodes, but each node of {cluster.name} has a folder of its own for "
                "it: pods on different nodes do not see each other's files",
                "use one node, or a storage class that is shared",
            )


def _claims(resources: ResourceMap) -> Iterator[_Claim]:
    for resource in resources:
        gvk = resource.id.gvk
        if (gvk.group, gvk.kind) == ("", "PersistentVolumeClaim"):
            yield _Claim(resource, resource.body, FieldPath())
        if (gvk.group, gvk.kind) == ("apps", "StatefulSet"):
            templates = (pods.mapping(resource.body, "spec") or {}).get("volumeClaimTemplates")
            for index, template in enumerate(templates if isinstance(templates, list) else ()):
                if isinstance(template, dict):
                    yield _Claim(resource, template, FieldPath(("spec", "volumeClaimTemplates", index)))


def _wanted_by_many(claim: _Claim) -> bool:
    return any(mode in _FOR_MANY for mode in claim.modes)


def _refused(claim: _Claim, storage: Storage) -> list[str]:
    return [mode for mode in _FOR_MANY if mode in claim.modes and mode not in storage.access_modes]


def _bound_elsewhere(claim: _Claim, storage: Storage) -> str | None:
    """In words, what keeps the claim from the default storage class."""
    annotations = pods.mapping(claim.body, "metadata", "annotations") or {}
    storage_class = claim.spec.get("storageClassName", annotations.get(_CLASS_ANNOTATION))
    if claim.spec.get("volumeName"):
        return f"names the volume {claim.spec['volumeName']!r}"
    if claim.spec.get("selector"):
        return "selects its volume by labels"
    if storage_class == "":
        return "wants a volume made by hand (storageClassName is empty)"
    if storage_class not in {None, storage.default_class}:
        return f"names the storage class {storage_class!r}"
    return None
