"""The account of Airflow's scheduler: what may create pods is bound to an account, not to the scheduler.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kgen.overlay.apps import airflow_container
from kgen.overlay.apps.app import Scene
from kgen.overlay.couplings.things import Course
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, Resource
from kgen.schema import pods

_BINDINGS: Final = ("RoleBinding", "ClusterRoleBinding")


class Account(NamedTuple):
    """A ServiceAccount, by the namespace that it is in and its name."""

    namespace: str
    name: str


def is_scheduler(body: Body) -> bool:
    """Whether one of its containers is started as the scheduler."""
    return any(airflow_container.role(container) == "scheduler" for _, container in pods.containers(body))


def account(resource: Resource) -> Account:
    """The account of a workload's pods."""
    spec = pods.pod_spec(resource.body) or {}
    name = str(spec.get("serviceAccountName") or spec.get("serviceAccount") or "default")
    return Account(resource.id.namespace or "default", name)


def notices(scene: Scene) -> Iterator[Notice]:
    """Say where the scheduler gets an account that nothing is bound to, or that is not there."""
    after = [course.after for course in scene.courses]
    for course in scene.courses:
        if course.base is None or not is_scheduler(course.base.body):
            continue
        before, now = account(course.base), account(course.after)
        if before.name == now.name:
            continue
        bindings = _bindings([one.base for one in scene.courses if one.base], before)
        if bindings and not _bindings(after, now):
            yield _unbound(course, bindings, before, now)
        if now.name != "default" and not any(_is(resource, now) for resource in after):
            yield Notice(
                f"ServiceAccount/{now.name} of {course.base.id} is not among the resources: without it there is no pod",
                "add it under patches: in kgen.yaml, unless the cluster has it already",
            )


def _unbound(course: Course, bindings: Sequence[Resource], before: Account, now: Account) -> Notice:
    names = " and ".join(str(binding.id) for binding in bindings)
    return Notice(
        f"{course.source.id} now uses ServiceAccount/{now.name}, but {names} still means {before.name}: it may not "
        "create pods",
        "name the account in the binding's subjects too, by a patch under patches: in kgen.yaml",
    )


def _bindings(resources: Sequence[Resource], meant: Account) -> list[Resource]:
    """The bindings that are for an account."""
    found = []
    for resource in resources:
        for subject in pods.items(resource.body, "subjects") if resource.id.gvk.kind in _BINDINGS else ():
            space = str(subject.get("namespace") or resource.id.namespace or "default")
            if subject.get("kind") == "ServiceAccount" and (space, subject.get("name")) == meant:
                found.append(resource)
    return found


def _is(resource: Resource, meant: Account) -> bool:
    where = Account(resource.id.namespace or "default", resource.id.name)
    return resource.id.gvk.kind == "ServiceAccount" and where == meant
