"""Airflow may create pods in its own namespace only, with an account of its own.

Bound to a ClusterRole, and by the account ``default``, every pod of the namespace may create pods in all namespaces,
the code of tasks included. A Role with the same rules takes its place, a RoleBinding that of the ClusterRoleBinding,
and scheduler, web interface (its Run button starts pods) and workers use the ServiceAccount ``airflow``. The workers'
namespace and account are settings, which follow.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole

Two overlays in two namespaces of one cluster no longer fight over one ClusterRoleBinding.
"""

from collections.abc import Iterator
from typing import Final

from kgen.overlay.edits import ABSENT, REMOVED, Edit
from kgen.overlay.features.airflow import Airflow
from kgen.overlay.features.scene import Scene, added, metadata, pod
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, Gvk, Resource, ResourceId
from kgen.schema import pods

ID: Final = "namespaced-rbac"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = True

_GROUP: Final = "rbac.authorization.k8s.io"
_API: Final = f"{_GROUP}/v1"
_OWN: Final = "pods are created in this namespace only"
_ACCOUNT: Final = "an account of its own: default is that of every other pod"


def unfit(scene: Scene) -> str | None:
    """It needs a binding of the scheduler's account to rules that can hold in a namespace."""
    bindings = list(_bindings(scene))
    if not bindings:
        return "no ClusterRoleBinding of the base is for the scheduler's account"
    for binding in bindings:
        role = _role(scene, binding)
        if role is not None and any("nonResourceURLs" in rule for rule in pods.items(role.body, "rules")):
            return f"{role.id} has nonResourceURLs, which no Role can have"
    return None


def edits(scene: Scene) -> Iterator[Edit]:
    """Role and binding for each binding to a ClusterRole, then the account and who uses it."""
    if scene.airflow is None or scene.airflow.scheduler is None:
        return
    scheduler = scene.airflow.scheduler
    account = _account(scene, scheduler)
    own = "airflow" if account == "default" else account
    for binding in _bindings(scene):
        yield from _bound(scene, binding, metadata(own, scheduler))
    if own != account:
        about = metadata(own, scheduler)
        if not any(one.id.gvk.kind == "ServiceAccount" and one.id.name == own for one in scene.resources):
            yield added({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about}, "Airflow's own account")
        yield from _users(scene.airflow, own)


def _bound(scene: Scene, binding: Resource, account: Body) -> Iterator[Edit]:
    space = {key: value for key, value in account.items() if key == "namespace"}
    role = _role(scene, binding)
    reference = dict(binding.body["roleRef"])
    if role is not None:
        reference |= {"kind": "Role"}
        about = {**(pods.mapping(role.body, "metadata") or {}), **space}
        if not any(_refers(other, role) and other is not binding for other in scene.resources):
            yield Edit(role.id, REMOVED, ABSENT, f"its rules are those of a Role: {_OWN}")
        rules = role.body.get("rules")
        yield added({"apiVersion": _API, "kind": "Role", "metadata": about, "rules": rules}, _OWN)
    yield Edit(binding.id, REMOVED, ABSENT, f"bound in one namespace: {_OWN}")
    about = {**(pods.mapping(binding.body, "metadata") or {}), **space}
    subject = {"kind": "ServiceAccount", **account}
    body = {"apiVersion": _API, "kind": "RoleBinding", "metadata": about, "subjects": [subject], "roleRef": reference}
    yield added(body, _OWN)


def _users(airflow: Airflow, own: str) -> Iterator[Edit]:
    for server in airflow.servers:
        if server.role in ("scheduler", "webserver"):
            yield Edit(server.workload, pod(server.workload) / "serviceAccountName", own, _ACCOUNT)


def _account(scene: Scene, workload: ResourceId) -> str:
    spec = pods.pod_spec(scene.body(workload)) or {}
    return str(spec.get("serviceAccountName") or spec.get("serviceAccount") or "default")


def _bindings(scene: Scene) -> Iterator[Resource]:
    """Those to a ClusterRole that are for the scheduler's account."""
    scheduler = scene.airflow.scheduler if scene.airflow else None
    if scheduler is None:
        return
    account, space = _account(scene, scheduler), scheduler.key.namespace
    for resource in scene.resources:
        if resource.id.gvk.kind == "ClusterRoleBinding":
            subjects = [(one.get("name"), one.get("namespace")) for one in pods.items(resource.body, "subjects")]
            if (account, space) in subjects:
                yield resource


def _role(scene: Scene, binding: Resource) -> Resource | None:
    name = (pods.mapping(binding.body, "roleRef") or {}).get("name")
    return scene.resources.get(ResourceId(Gvk(_GROUP, "v1", "ClusterRole"), "", str(name)))


def _refers(binding: Resource, role: Resource) -> bool:
    reference = pods.mapping(binding.body, "roleRef") or {}
    return (reference.get("kind"), reference.get("name")) == ("ClusterRole", role.id.name)


def notices(scene: Scene) -> Iterator[Notice]:
    """Say what an apply does not take away."""
    bindings = " ".join(f"clusterrolebinding/{binding.id.name}" for binding in _bindings(scene))
    yield Notice(
        "where the base was applied before, its ClusterRoleBinding stays there, with all its rights",
        f"kubectl delete {bindings}",
        "info",
    )
