"""What stays in the cluster although the state after has it no more: ``kubectl apply -k`` deletes nothing.

What is removed stays; what has another name or namespace is created anew beside the old one, which stays too, and its
pods run on. So does a generated ConfigMap under its old content hash, which is harmless and lets ``kubectl rollout
undo`` find it.
https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-to-delete-objects

``kubectl apply --prune`` and the GitOps tools that prune delete it; `data_loss` tells what that would cost.
"""

from collections.abc import Iterator
from typing import Final

from kgen.preview.comparison import Finding, Level, Move
from kgen.preview.pairing import Identity
from kgen.preview.verdicts import remedies
from kgen.preview.verdicts.situation import Changed, Situation, dig
from kgen.resource import Resource, ResourceId
from kgen.schema import pods

ID: Final = "left-behind"

_STAYS: Final = "kubectl apply -k does not delete it"


def findings(situation: Situation) -> Iterator[Finding]:
    """Each resource that stays, told of what it is now where it has another name; those of one move together."""
    together: set[Identity] = set()
    for move in situation.comparison.moves:
        plain = [changed for changed in _members(move, situation) if not _has_data(changed)]
        if len(plain) > 1:
            together |= {Identity.of(changed.id) for changed in plain}
            yield _moved(plain)
    for changed in situation.changed:
        before = changed.change.renamed_from
        if before is not None and Identity.of(changed.id) not in together:
            yield _renamed(changed, before)
    for resource in situation.removed:
        yield _removed(resource)


def _members(move: Move, situation: Situation) -> Iterator[Changed]:
    found = (situation.changes.get(Identity.of(member)) for member in move.members)
    yield from (changed for changed in found if changed is not None)


def _has_data(changed: Changed) -> bool:
    """Whether it is told by itself, for the data that stays with it."""
    with_claims = changed.kind == ("apps", "StatefulSet") and bool(
        dig(changed.before, ("spec", "volumeClaimTemplates"))
    )
    return with_claims or changed.kind in {("", "PersistentVolumeClaim"), ("", "Namespace")}


def _moved(members: list[Changed]) -> Finding:
    ids = [ResourceId.of(changed.before) for changed in members]
    running = sum(_has_pods(changed.before) for changed in members)
    runs = f", and the pods of {running} run on" if running else ""
    is_other = any(before.name != changed.id.name for before, changed in zip(ids, members, strict=True))
    where = "under their old names" if is_other else f"in namespace {ids[0].namespace or 'default'}"
    message = f"{len(ids)} resources stay {where}{runs}: kubectl apply -k deletes none"
    return Finding(ID, "warning", members[0].id, message, "; ".join(remedies.delete_all(ids)))


def _removed(resource: Resource) -> Finding:
    identity = resource.id
    level: Level = "note" if identity.gvk.kind in {"ConfigMap", "Secret"} else "warning"
    runs = " and its pods run on" if _has_pods(resource.body) else ""
    return Finding(ID, level, identity, f"stays{runs}: {_STAYS}", remedies.delete(identity))


def _renamed(changed: Changed, before: ResourceId) -> Finding:
    name = _name(changed, before)
    if changed.kind == ("", "PersistentVolumeClaim"):
        message = f"starts empty: the data stays in {name}; {_STAYS}"
        return Finding(ID, "warning", changed.id, message, f"copy the data, then {remedies.delete(before)}")
    if changed.kind == ("apps", "StatefulSet") and _has_data(changed):
        message = f"starts with empty volumes: the data stays in the claims of {name}, whose pods run on; {_STAYS}"
        return Finding(ID, "warning", changed.id, message, f"copy the data, then {remedies.delete(before)}")
    if changed.kind == ("", "Namespace"):
        message = f"{name} stays with everything in it: {_STAYS}"
        return Finding(ID, "warning", changed.id, message, f"{remedies.delete(before)} deletes all of it")
    if _is_hashed(changed, before):
        message = f"{name}, with the old content, stays: {_STAYS}"
        return Finding(ID, "note", changed.id, message, f"once no pod uses it: {remedies.delete(before)}")
    runs = ", and its pods run on" if _has_pods(changed.before) else ""
    return Finding(ID, "warning", changed.id, f"{name} stays{runs}: {_STAYS}", remedies.delete(before))


def _name(changed: Changed, before: ResourceId) -> str:
    if (before.namespace or "default") == (changed.id.namespace or "default"):
        return str(before)
    return f"{before} of namespace {before.namespace or 'default'}"


def _is_hashed(changed: Changed, before: ResourceId) -> bool:
    """Whether only the content hash of its name is another."""
    one, other = Identity.of(before), Identity.of(changed.id)
    return one.stem == other.stem and one.stem != one and other.stem != other


def _has_pods(body: dict[str, object]) -> bool:
    return pods.pod_spec(body) is not None and pods.replicas(body) > 0
