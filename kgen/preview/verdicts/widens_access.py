"""Someone may do more than before, or something is reachable from further away.

- Rules of a Role or ClusterRole, compared as sets; a Role that becomes a ClusterRole; subjects that a binding gains; an
  added binding for the account that running pods use, or for everyone (`rbac`, `role_access`).
- What pods may do on their node: privileged, capabilities, root, host namespaces, ``hostPath`` (`pod_powers`).
- A Service or Ingress that is reachable from further away (`exposure`).
- A NetworkPolicy that goes or lets more through (`network_policies`), and a namespace whose Pod Security level is lower
  (https://kubernetes.io/docs/concepts/security/pod-security-admission/).

What is new as a whole widens nothing: it is compared with nothing.
"""

from collections.abc import Iterator
from typing import Final

from kgen.fieldpath import FieldPath
from kgen.preview.comparison import Finding, Level
from kgen.preview.pairing import Identity
from kgen.preview.verdicts import exposure, network_policies, role_access, workload_access
from kgen.preview.verdicts.role_access import GROUP
from kgen.preview.verdicts.situation import Changed, Situation, dig
from kgen.preview.verdicts.wording import listed
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods
from kgen.schema.label_selectors import matches

ID: Final = "widens-access"

_ROLES: Final = frozenset(("Role", "ClusterRole"))
_BINDINGS: Final = frozenset(("RoleBinding", "ClusterRoleBinding"))
_POLICY: Final = ("networking.k8s.io", "NetworkPolicy")
_ENFORCE: Final = ("metadata", "labels", "pod-security.kubernetes.io/enforce")
_LEVELS: Final = ("privileged", "baseline", "restricted")

_Told = tuple[tuple[str, ...], str]
"""A field, and what is new, in words."""


def findings(situation: Situation) -> Iterator[Finding]:
    """Everything that is wider."""
    for changed in situation.changed:
        for prefix, message in _changed(changed, situation):
            yield Finding(ID, _level(changed), changed.id, message, paths=_paths(changed, prefix))
    for resource in situation.added:
        if resource.id.gvk.group == GROUP:
            yield from (Finding(ID, "warning", resource.id, text) for text in _added(resource, situation))
    for resource in situation.removed:
        if resource.id.gvk[::2] == _POLICY:
            message = "once it is deleted, what it forbids gets through; apply -k leaves it"
            yield Finding(ID, "warning", resource.id, message)


def _level(changed: Changed) -> Level:
    """Another host of an Ingress is what people mean to add."""
    return "note" if changed.kind[1] == "Ingress" else "warning"


def _changed(changed: Changed, situation: Situation) -> Iterator[_Told]:
    match changed.kind:
        case "rbac.authorization.k8s.io", kind if kind in _ROLES:
            yield from (((field,), text) for field, text in role_access.roles(changed))
        case "rbac.authorization.k8s.io", kind if kind in _BINDINGS:
            yield from (((field,), text) for field, text in role_access.bindings(changed, situation))
        case "", "Service":
            yield from exposure.service(changed)
        case "networking.k8s.io", "Ingress":
            yield from exposure.ingress(changed)
        case "networking.k8s.io", "NetworkPolicy":
            yield from _policy(changed, situation)
        case "", "Namespace":
            yield from _pod_security(changed)
    path = pods.pod_spec_path(changed.id.gvk)
    if path is not None:
        yield from (((*path, field), text) for field, text in workload_access.wider(changed))


def _added(resource: Resource, situation: Situation) -> Iterator[str]:
    widened = list(role_access.widened_kind(resource, situation))
    yield from widened
    if not widened and resource.id.gvk.kind in _BINDINGS:
        yield from role_access.new_binding(resource, situation)


def _policy(changed: Changed, situation: Situation) -> Iterator[_Told]:
    before, after = (pods.mapping(body, "spec") or {} for body in (changed.before, changed.after))
    for field, text in network_policies.opened(before, after):
        yield ("spec", field), text
    free = list(_set_free(changed, before, after, situation))
    if free:
        yield ("spec", "podSelector"), f"no longer selects {listed(free)}"


def _set_free(changed: Changed, before: Body, after: Body, situation: Situation) -> Iterator[ResourceId]:
    """The workloads that it selected and selects no more, of those that are there before and after."""
    if before.get("podSelector") == after.get("podSelector"):
        return
    earlier = {Identity.of(known): body for known, body in situation.workloads_before}
    where = changed.id.namespace or "default"
    for known, body in situation.workloads:
        was = earlier.get(Identity.of(known))
        if was is not None and (known.namespace or "default") == where:
            selected = matches(before.get("podSelector") or {}, pods.labels(was))
            if selected and matches(after.get("podSelector") or {}, pods.labels(body)) is False:
                yield known


def _pod_security(changed: Changed) -> Iterator[_Told]:
    one, other = (dig(body, _ENFORCE) or "privileged" for body in (changed.before, changed.after))
    if one in _LEVELS and other in _LEVELS and _LEVELS.index(other) < _LEVELS.index(one):
        yield _ENFORCE, f"lets more pods in: Pod Security {one} → {other}"


def _paths(changed: Changed, prefix: tuple[str, ...]) -> tuple[FieldPath, ...]:
    """The changed fields at this one, else those that have its name in their path, else those around it."""
    *around, last = prefix
    near = changed.under(*around)
    named = tuple(field for field in near if any(last in str(step) for step in field.path.segments))
    return tuple(field.path for field in changed.under(*prefix) or named or near)
