"""What pods may do beyond their own sandbox, from their specs.

https://kubernetes.io/docs/concepts/security/pod-security-standards/ and the defaults of
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/: escalation is allowed unless forbidden, the
image decides on the user unless ``runAsUser`` or ``runAsNonRoot`` does, and a container's own word counts before its
pod's.
"""

import posixpath
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kgen.preview.verdicts.situation import dig, strings
from kgen.resource import Body
from kgen.schema import pods


class Power(NamedTuple):
    """One thing that pods or a container may do.

    Attributes:
        text: What, in words, of the container or the pods.
        field: The field that gives it.
        is_asked_for: Whether the spec says so, rather than only does not forbid it.
    """

    text: str
    field: str
    is_asked_for: bool = True


IS_ROOT: Final = "runs as root (runAsUser: 0)"
MAY_BE_ROOT: Final = "may run as root: nothing forbids it any more"

_HOST: Final = (
    Power("share the node's network (hostNetwork)", "hostNetwork"),
    Power("see the node's processes (hostPID)", "hostPID"),
    Power("share the node's memory segments (hostIPC)", "hostIPC"),
)


def of_pod(spec: Body) -> frozenset[Power]:
    """What all its containers may do."""
    return frozenset(power for power in _HOST if spec.get(power.field) is True)


def of_containers(spec: Body) -> dict[str, frozenset[Power]]:
    """What each container may do."""
    pod = pods.mapping(spec, "securityContext") or {}
    return {
        str(container.get("name")): frozenset(_container(container, pod))
        for field in pods.CONTAINER_LISTS
        for container in pods.items(spec, field)
    }


def node_folders(spec: Body) -> dict[str, bool]:
    """The node's folders that pods see → whether they may write there."""
    writing = {
        str(mount.get("name"))
        for field in pods.CONTAINER_LISTS
        for container in pods.items(spec, field)
        for mount in pods.items(container, "volumeMounts")
        if mount.get("readOnly") is not True
    }
    found: dict[str, bool] = {}
    for volume in pods.items(spec, "volumes"):
        path = dig(volume, ("hostPath", "path"))
        if isinstance(path, str):
            folder = posixpath.normpath(path)
            found[folder] = found.get(folder, False) or str(volume.get("name")) in writing
    return found


def _container(container: Body, pod: Body) -> Iterator[Power]:
    own = pods.mapping(container, "securityContext") or {}
    privileged = own.get("privileged") is True
    if privileged:
        yield Power("runs privileged", "privileged")
    if privileged or own.get("allowPrivilegeEscalation") is not False:
        asked = own.get("allowPrivilegeEscalation") is True
        yield Power("may gain privileges (allowPrivilegeEscalation)", "allowPrivilegeEscalation", asked)
    yield from _capabilities(own)
    yield from _user(own, pod)
    yield from _confinement(own, pod)
    for port in pods.items(container, "ports"):
        if port.get("hostPort"):
            yield Power(f"listens on the node's port {port['hostPort']} (hostPort)", "hostPort")


def _capabilities(own: Body) -> Iterator[Power]:
    capabilities = pods.mapping(own, "capabilities") or {}
    added, dropped = (
        {name.upper().removeprefix("CAP_") for name in strings(capabilities.get(field))} for field in ("add", "drop")
    )
    yield from (Power(f"has capability {name}", "capabilities") for name in sorted(added))
    if "ALL" not in dropped:
        yield Power("no longer drops all capabilities", "capabilities", is_asked_for=False)


def _user(own: Body, pod: Body) -> Iterator[Power]:
    user = _first(own, pod, "runAsUser")
    if _is_root(user):
        yield Power(IS_ROOT, "runAsUser")
    if _is_root(user) or (user is None and _first(own, pod, "runAsNonRoot") is not True):
        yield Power(MAY_BE_ROOT, "runAs", is_asked_for=False)


def _confinement(own: Body, pod: Body) -> Iterator[Power]:
    profile = dig(own, ("seccompProfile", "type")) or dig(pod, ("seccompProfile", "type"))
    if profile in {None, "Unconfined"}:
        yield Power("may make every system call (no seccompProfile)", "seccompProfile", profile == "Unconfined")
    if own.get("procMount") == "Unmasked":
        yield Power("sees all of /proc (procMount)", "procMount")


def _is_root(user: object) -> bool:
    return isinstance(user, int) and not isinstance(user, bool) and user == 0


def _first(own: Body, pod: Body, field: str) -> Any:
    return own[field] if own.get(field) is not None else pod.get(field)
