"""What would be lost if what is no longer wanted were deleted, by hand, by ``--prune`` or by a GitOps tool.

``kubectl apply -k`` itself deletes nothing, so as long as nobody does nothing is lost, and the message says so. One
thing is lost at once: the claims of pods that a StatefulSet with ``whenScaled: Delete`` scales away.

- A claim: its volume goes with it, unless the reclaim policy is Retain; the class or volume in the state is asked.
  https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming
- A namespace: everything in it. A CustomResourceDefinition: every resource of its kind.
- A StatefulSet: its claims stay, unless ``whenDeleted`` is Delete.
  https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
- A PersistentVolume whose reclaim policy is Delete.
"""

from collections.abc import Iterator
from typing import Final

from kgen.preview.comparison import Finding
from kgen.preview.verdicts.situation import Changed, Situation, dig
from kgen.resource import Body, Resource
from kgen.schema import pods

ID: Final = "data-loss"

_SAFE: Final = "apply loses nothing, but deleting or pruning it"
_RETENTION: Final = ("spec", "persistentVolumeClaimRetentionPolicy")
_MOST: Final = 4
_BACKUP: Final = "back it up before it is deleted, or set 'persistentVolumeReclaimPolicy: Retain' on its volume"


def findings(situation: Situation) -> Iterator[Finding]:
    """What is lost at once, and then what would be lost."""
    for changed in situation.changed:
        if changed.kind == ("apps", "StatefulSet") and not changed.is_renamed:
            yield from _scaled(changed)
    for resource in situation.removed:
        yield from _deleted(resource, situation)


def _scaled(changed: Changed) -> Iterator[Finding]:
    """https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention."""
    before, after = pods.replicas(changed.before), pods.replicas(changed.after)
    if after < before and dig(changed.after, (*_RETENTION, "whenScaled")) == "Delete":
        claims = _claims(changed.before, after)
        if claims:
            message = f"deletes {claims} and their data: fewer replicas, and whenScaled is Delete"
            paths = tuple(field.path for field in changed.under("spec", "replicas"))
            yield Finding(ID, "blocking", changed.id, message, "set whenScaled: Retain first, or back them up", paths)


def _deleted(resource: Resource, situation: Situation) -> Iterator[Finding]:
    identity, body = resource.id, resource.body
    match identity.gvk.group, identity.gvk.kind:
        case "", "PersistentVolumeClaim":
            policy = _policy(body, identity.namespace, situation)
            if policy != "Retain":
                unless = "" if policy == "Delete" else ", unless its volume's reclaim policy is Retain"
                yield Finding(ID, "blocking", identity, f"{_SAFE} deletes its data{unless}", _BACKUP)
        case "", "PersistentVolume":
            if dig(body, ("spec", "persistentVolumeReclaimPolicy")) == "Delete":
                yield Finding(ID, "blocking", identity, f"{_SAFE} deletes the volume: its policy is Delete", _BACKUP)
        case "", "Namespace":
            yield Finding(ID, "blocking", identity, f"{_SAFE} deletes everything in it", "move what is needed first")
        case "apiextensions.k8s.io", "CustomResourceDefinition":
            kind = dig(body, ("spec", "names", "kind"))
            message = f"{_SAFE} deletes every {kind} in the cluster"
            yield Finding(ID, "blocking", identity, message, f"keep it as long as there is a {kind}")
        case "apps", "StatefulSet":
            yield from _stateful_set(resource)


def _stateful_set(resource: Resource) -> Iterator[Finding]:
    claims = _claims(resource.body, 0)
    if not claims:
        return
    if dig(resource.body, (*_RETENTION, "whenDeleted")) == "Delete":
        message = f"{_SAFE} deletes {claims} and their data: whenDeleted is Delete"
        yield Finding(ID, "blocking", resource.id, message, "set whenDeleted: Retain first, or back them up")
    else:
        message = f"{_SAFE} leaves {claims}: their data is lost when those are deleted too"
        yield Finding(ID, "warning", resource.id, message, "keep the claims as long as the data is wanted")


def _claims(body: Body, first: int) -> str:
    """The claims of the pods from this one on: ``data-db-1, data-db-2``."""
    start = dig(body, ("spec", "ordinals", "start"))
    names = [
        dig(claim, ("metadata", "name"))
        for claim in pods.items(pods.mapping(body, "spec") or {}, "volumeClaimTemplates")
    ]
    numbers = range(first, pods.replicas(body))
    count = len(numbers) * len(names)
    shown = [
        f"{name}-{dig(body, ('metadata', 'name'))}-{number + (start if isinstance(start, int) else 0)}"
        for name in names
        for number in numbers[:_MOST]
    ]
    return (
        ", ".join(shown) if count <= _MOST else f"{', '.join(shown[: _MOST - 1])} and {count - _MOST + 1} more claims"
    )


def _policy(claim: Body, namespace: str, situation: Situation) -> str | None:
    """The reclaim policy of a claim's volume, as far as the states tell."""
    volume, storage_class = (dig(claim, ("spec", field)) for field in ("volumeName", "storageClassName"))
    for body in situation.storage:
        kind, name = body.get("kind"), dig(body, ("metadata", "name"))
        spec = pods.mapping(body, "spec") or {}
        if kind == "PersistentVolume":
            bound = dig(spec, ("claimRef", "name")), dig(spec, ("claimRef", "namespace")) or ""
            if (volume and name == volume) or bound == (dig(claim, ("metadata", "name")), namespace):
                return str(spec.get("persistentVolumeReclaimPolicy") or "Retain")
        elif kind == "StorageClass" and not volume and name == storage_class:
            return str(body.get("reclaimPolicy") or "Delete")
    return None
