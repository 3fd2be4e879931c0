"""Claims become ReadWriteOnce where the cluster's storage cannot serve many nodes.

On kind and its like a ``ReadWriteMany`` or ``ReadOnlyMany`` claim stays Pending for ever, and with it every pod that
uses it. ``ReadWriteOnce`` means one *node*, not one pod: all pods of the claim run on the node of the volume.

Claims name the class where the default one must not serve them (on minikube with several nodes each node has a folder
of its own, and pods on different nodes silently do not see each other's files), or where another one is declared.

Only claims that the cluster's default storage class serves are changed, those in the ``volumeClaimTemplates`` of a
StatefulSet too. A claim that names another class, a volume or a selector is left alone, with a notice.
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from collections.abc import Iterator
from typing import Final

from kgen.capacity import FOR_MANY
from kgen.fieldpath import FieldPath
from kgen.overlay.clusters.cluster import Cluster, Storage
from kgen.overlay.edits import Edit
from kgen.overlay.rules.claims import Claim, claims
from kgen.overlay.rules.state import Notice, State

ID: Final = "storage"


def edits(state: State) -> Iterator[Edit]:
    """Replace the modes that are not served, as a whole list, as strategic merge does; name the class if need be."""
    storage = state.cluster.storage_on(state.nodes)
    for claim in claims(state.resources):
        if _kept(claim, state.cluster, storage) is None:
            yield from _class_edit(claim, storage)
            yield from _modes_edit(claim, state.cluster, storage)


def _class_edit(claim: Claim, storage: Storage) -> Iterator[Edit]:
    if storage.reason and claim.storage_class != storage.storage_class:
        yield Edit(
            claim.resource.id,
            FieldPath((*claim.path.segments, *claim.class_path)),
            storage.storage_class,
            storage.reason,
        )


def _modes_edit(claim: Claim, cluster: Cluster, storage: Storage) -> Iterator[Edit]:
    refused = _refused(claim, storage)
    if refused:
        modes = ["ReadWriteOnce" if mode in refused else mode for mode in claim.modes]
        yield Edit(
            claim.resource.id,
            claim.path / "spec" / "accessModes",
            list(dict.fromkeys(modes)),
            f"{_why(cluster, storage, ' and '.join(refused))}; ReadWriteOnce is for all pods on one node",
        )


def _why(cluster: Cluster, storage: Storage, refused: str) -> str:
    if not storage.provisioner:
        return f"{cluster.name}'s storage does not serve {refused}, as declared in kgen.yaml"
    if not storage.refuses:
        return f"nobody documents that {cluster.name}'s storage ({storage.provisioner}) serves {refused}"
    return f"{cluster.name}'s storage ({storage.provisioner}) refuses {refused}, the claim would stay Pending"


def notices(state: State) -> Iterator[Notice]:
    """Say which claims are left alone, and which cannot be judged."""
    cluster, storage = state.cluster, state.cluster.storage_on(state.nodes)
    for claim in claims(state.resources):
        why = _kept(claim, cluster, storage)
        refused = _refused(claim, storage)
        if refused and why:
            yield Notice(
                f"{claim} asks for {' and '.join(refused)}, which {cluster.name}'s own storage does not "
                f"serve; it is left as it is, for {why}",
                f"make sure that {cluster.name} has storage for it",
            )
        elif storage.access_modes is None and why is None and claim.is_for_many:
            yield Notice(
                f"{claim} is for many nodes; whether the storage of {cluster.name} serves that is not declared",
                "declare it: 'storage: {accessModes: [ReadWriteOnce]}' in kgen.yaml",
                "info",
            )


def _refused(claim: Claim, storage: Storage) -> list[str]:
    served = storage.access_modes
    return [mode for mode in FOR_MANY if served is not None and mode in claim.modes and mode not in served]


def _kept(claim: Claim, cluster: Cluster, storage: Storage) -> str | None:
    """In words, what keeps the claim from the cluster's own storage."""
    if claim.spec.get("volumeName"):
        return f"it names the volume {claim.spec['volumeName']!r}"
    if claim.spec.get("selector"):
        return "it selects its volume by labels"
    if claim.storage_class == "":
        return "it wants a volume made by hand (storageClassName is empty)"
    if claim.storage_class not in {None, storage.storage_class, cluster.storage.storage_class}:
        return f"it names the storage class {claim.storage_class!r}"
    if storage.access_modes is not None and "ReadWriteOnce" not in storage.access_modes:
        return "ReadWriteOnce is not served either"
    return None
