"""What Roles, ClusterRoles and their bindings grant after and did not before.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

from collections.abc import Iterator
from typing import Any, Final

from kgen.preview.pairing import Identity
from kgen.preview.verdicts import rbac
from kgen.preview.verdicts.situation import Changed, Situation, dig
from kgen.preview.verdicts.wording import listed
from kgen.resource import Body, Gvk, Resource, ResourceId
from kgen.schema import pods

GROUP: Final = "rbac.authorization.k8s.io"
_AGGREGATE: Final = f"{GROUP}/aggregate-to-"
_ANYONE: Final = frozenset(("system:anonymous", "system:authenticated", "system:unauthenticated"))

Subject = tuple[str, str, str]
"""Kind, namespace and name."""


def roles(changed: Changed) -> Iterator[tuple[str, str]]:
    """The field, and what a changed role allows now."""
    added = list(rbac.more(changed.before.get("rules"), changed.after.get("rules")))
    if added:
        yield "rules", f"allows {listed(added)}"
    before, after = (pods.mapping(body, "metadata", "labels") or {} for body in (changed.before, changed.after))
    for label, value in sorted(after.items(), key=str):
        if str(label).startswith(_AGGREGATE) and value == "true" and before.get(label) != "true":
            yield "metadata", f"adds its rules to the ClusterRole {str(label).removeprefix(_AGGREGATE)}"


def bindings(changed: Changed, situation: Situation) -> Iterator[tuple[str, str]]:
    """The field, and to whom, or what, a changed binding grants now."""
    known = {_renamed(subject, situation) for subject in subjects(changed.before)}
    new = [shown(subject) for subject in subjects(changed.after) if subject not in known]
    role = dig(changed.after, ("roleRef", "name"))
    if new:
        yield "subjects", f"grants {role} to {listed(new)} too"
    earlier = dig(changed.before, ("roleRef", "name"))
    if role != earlier and role == "cluster-admin":
        yield "roleRef", f"grants everything (cluster-admin), before it was {earlier}"
    elif role != earlier:
        added = list(rbac.more(_rules(changed.before, situation.before), _rules(changed.after, situation.after)))
        if added and _rules(changed.before, situation.before) is not None:
            yield "roleRef", f"grants {listed(added)} more than {earlier} did"


def new_binding(resource: Resource, situation: Situation) -> Iterator[str]:
    """To whom of those that are there already an added binding grants something: running pods, or just anyone."""
    role = dig(resource.body, ("roleRef", "name"))
    accounts = situation.accounts_before
    found = [
        shown(subject)
        for subject in subjects(resource.body)
        if subject in accounts or (subject[0] != "ServiceAccount" and subject[2] in _ANYONE)
        if not any(_grants(known, resource.body, subject) for known in situation.bindings_before)
    ]
    if found:
        yield f"grants {role} to {listed(found)}"


def _grants(known: Body, binding: Body, subject: Subject) -> bool:
    """Whether a binding before grants the same to this subject, there or everywhere."""
    if known.get("roleRef") != binding.get("roleRef") or subject not in set(subjects(known)):
        return False
    return known.get("kind") == "ClusterRoleBinding" or ResourceId.of(known)[1:2] == ResourceId.of(binding)[1:2]


def widened_kind(resource: Resource, situation: Situation) -> Iterator[str]:
    """Whether it was a Role or RoleBinding of this name, and holds in the whole cluster now."""
    identity = resource.id
    narrow = {"ClusterRole": "Role", "ClusterRoleBinding": "RoleBinding"}.get(identity.gvk.kind)
    if narrow and (GROUP, narrow, identity.name) in situation.removed_names:
        if narrow == "Role":
            yield "was a Role: it can be granted in all namespaces now"
        else:
            yield f"was a RoleBinding: grants {dig(resource.body, ('roleRef', 'name'))} in all namespaces now"


def subjects(body: Body) -> Iterator[Subject]:
    """To whom it is granted."""
    for subject in pods.items(body, "subjects"):
        kind = str(subject.get("kind"))
        yield (
            kind,
            str(subject.get("namespace") or "default") if kind == "ServiceAccount" else "",
            str(subject.get("name")),
        )


def shown(subject: Subject) -> str:
    """``ServiceAccount/default of default``, ``Group/system:authenticated``."""
    kind, namespace, name = subject
    return f"{kind}/{name}{f' of {namespace}' if namespace else ''}"


def _renamed(subject: Subject, situation: Situation) -> Subject:
    """What a service account is called after."""
    kind, namespace, name = subject
    if kind != "ServiceAccount":
        return subject
    found = situation.renamed.get(Identity.of(ResourceId(Gvk("", "v1", kind), namespace, name)))
    return (kind, found.namespace or "default", found.name) if found else subject


def _rules(binding: Body, state: tuple[Resource, ...]) -> Any:
    """The rules it grants, where the state has its role."""
    kind, name = dig(binding, ("roleRef", "kind")), dig(binding, ("roleRef", "name"))
    namespace = dig(binding, ("metadata", "namespace")) or "default"
    for resource in state:
        if resource.body.get("kind") == kind and resource.id.gvk.group == GROUP and resource.id.name == name:
            is_here = (resource.id.namespace or "default") == namespace
            if kind == "ClusterRole" or is_here:
                return resource.body.get("rules") or []
    return None
