"""The kubectl commands that a person can copy from a hint."""

import shlex
from collections.abc import Iterable, Iterator
from typing import Final

from kgen.resource import ResourceId
from kgen.schema.scope import is_cluster_scoped

_BUILT_IN: Final = frozenset(("", "apps", "batch", "autoscaling", "policy", "extensions"))


def delete(resource: ResourceId, *flags: str) -> str:
    """``kubectl delete deployment web -n prod``."""
    return " ".join(("kubectl delete", target(resource), *flags))


def delete_all(resources: Iterable[ResourceId]) -> Iterator[str]:
    """One command for each namespace: ``kubectl delete deployment/web service/web -n prod``."""
    places: dict[str, list[str]] = {}
    for resource in resources:
        places.setdefault(namespace(resource), []).append(slashed(resource))
    yield from (f"kubectl delete {' '.join(names)}{place}" for place, names in places.items())


def target(resource: ResourceId) -> str:
    """A resource as kubectl takes it: ``deployment web -n prod``; without a namespace the one of the context."""
    return f"{kind(resource)} {shlex.quote(resource.name)}{namespace(resource)}"


def namespace(resource: ResourceId) -> str:
    """`` -n prod``, or nothing."""
    if not resource.namespace or is_cluster_scoped(resource.gvk):
        return ""
    return f" -n {shlex.quote(resource.namespace)}"


def kind(resource: ResourceId) -> str:
    """A kind as kubectl takes it, with its group where others may have the same: ``cluster.postgresql.cnpg.io``."""
    group, name = resource.gvk.group, resource.gvk.kind.lower()
    word = name if group in _BUILT_IN or group.endswith(".k8s.io") else f"{name}.{group}"
    return shlex.quote(word)


def rollout(verb: str, resource: ResourceId) -> str:
    """``kubectl rollout restart deployment/web -n prod``."""
    return f"kubectl rollout {verb} {slashed(resource)}{namespace(resource)}"


def slashed(resource: ResourceId) -> str:
    """``deployment/web``."""
    return f"{kind(resource)}/{shlex.quote(resource.name)}"


def labels(wanted: dict[str, object]) -> str:
    """A selector for ``-l``: ``app=web,tier=front``."""
    return shlex.quote(",".join(f"{name}={value}" for name, value in wanted.items()))
