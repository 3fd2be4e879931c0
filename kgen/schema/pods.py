"""Where pods are: which kinds run them, where the pod's spec lies in each, and its containers.

https://kubernetes.io/docs/concepts/workloads/
"""

import posixpath
from collections.abc import Iterator
from typing import Any, Final

from kgen.resource import Body, Gvk

_TEMPLATE: Final = ("spec", "template", "spec")

_POD_SPECS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("", "Pod"): ("spec",),
    ("", "ReplicationController"): _TEMPLATE,
    ("apps", "DaemonSet"): _TEMPLATE,
    ("apps", "Deployment"): _TEMPLATE,
    ("apps", "ReplicaSet"): _TEMPLATE,
    ("apps", "StatefulSet"): _TEMPLATE,
    ("batch", "CronJob"): ("spec", "jobTemplate", *_TEMPLATE),
    ("batch", "Job"): _TEMPLATE,
}

_WITH_REPLICAS: Final = frozenset(
    {("", "ReplicationController"), ("apps", "Deployment"), ("apps", "ReplicaSet"), ("apps", "StatefulSet")}
)

CONTAINER_LISTS: Final = ("initContainers", "containers")
"""The lists of a pod's spec that hold containers, in the order in which they start."""


def pod_spec_path(gvk: Gvk) -> tuple[str, ...] | None:
    """The keys that lead to the pod's spec, or None for a kind that runs no pods; any version of the API counts."""
    return _POD_SPECS.get((gvk.group, gvk.kind))


def pod_spec(body: Body) -> Body | None:
    """The pod's spec itself, or None where there is none."""
    path = pod_spec_path(Gvk.of(body))
    return None if path is None else mapping(body, *path)


def labels(body: Body) -> Body:
    """The labels of its pods."""
    path = pod_spec_path(Gvk.of(body)) or ()
    return mapping(body, *path[:-1], "metadata", "labels") or {}


def containers(body: Body) -> Iterator[tuple[str, Body]]:
    """Each container with the name of its list (``initContainers`` or ``containers``), in the order of the file."""
    spec = pod_spec(body) or {}
    for field in CONTAINER_LISTS:
        for container in items(spec, field):
            yield field, container


def host_paths(body: Body) -> Iterator[tuple[Body, str, str]]:
    """Each ``hostPath`` volume of the pods: the volume, its path without what says nothing, and its type."""
    for volume in items(pod_spec(body) or {}, "volumes"):
        source = mapping(volume, "hostPath") or {}
        if isinstance(source.get("path"), str) and source["path"]:
            yield volume, posixpath.normpath(source["path"]).replace("//", "/"), str(source.get("type") or "")


def has_replicas(gvk: Gvk) -> bool:
    """Whether the kind has the field ``spec.replicas``."""
    return (gvk.group, gvk.kind) in _WITH_REPLICAS


def replicas(body: Body) -> int:
    """The value of ``spec.replicas``; 1 where it is absent, as the API server has it, and for kinds without it."""
    value = (mapping(body, "spec") or {}).get("replicas")
    return value if has_replicas(Gvk.of(body)) and isinstance(value, int) else 1


def mapping(body: Body, *keys: str) -> Body | None:
    """The map at these keys, or None where something else or nothing is."""
    node: Any = body
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else None


def items(body: Body, key: str) -> Iterator[Body]:
    """The maps in the list at this key; nothing where there is no list."""
    value = body.get(key)
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()
