"""Holds a declaration against its base: every name must mean something there, no request exceed its limit."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from kgen import quantity
from kgen.errors import InputError, Origin
from kgen.fieldpath import FieldPath
from kgen.overlay.spec import advice
from kgen.overlay.spec.model import Requirements, Spec
from kgen.overlay.spec.parse import place
from kgen.overlay.spec.targets import (
    ContainerTarget,
    find_config_map,
    find_container,
    find_host_path,
    find_image,
    find_replicated,
)
from kgen.resource import ResourceId, ResourceMap
from kgen.schema.pods import mapping


def check(spec: Spec, base: ResourceMap, clusters: Collection[str]) -> list[InputError]:
    """All that is wrong with a declaration for this base, in the order of the file.

    Args:
        spec: The declaration.
        base: What the base builds.
        clusters: The names of the clusters there are.
    """
    errors = [
        *_check_cluster(spec, clusters),
        *_check_names(spec, base),
        *_check_targets(spec, "hostPaths", lambda name, origin: find_host_path(name, base, origin)),
        *_check_targets(spec, "images", lambda name, origin: find_image(name, base, origin)),
        *_check_targets(spec, "replicas", lambda name, origin: find_replicated(name, base, origin)),
        *_check_targets(spec, "config", lambda name, origin: find_config_map(name, base, origin)),
        *_check_targets(spec, "resources", lambda name, origin: find_container(name, base, origin)),
        *_check_amounts(spec, base),
    ]
    return sorted(errors, key=place)


def _check_cluster(spec: Spec, clusters: Collection[str]) -> Iterator[InputError]:
    if spec.cluster is not None and spec.cluster not in clusters:
        hint = advice.nearest(spec.cluster, clusters, "kgen knows")
        yield InputError(f"unknown cluster {spec.cluster!r}", origin=spec.origin("cluster"), hint=hint)
    for field in ("context", "storage", "expose") if spec.cluster is None else ():
        if (field,) in spec.origins:
            hint = "add 'cluster: generic', or the name of yours"
            yield InputError(
                f"{field} says something of a cluster, and there is none", origin=spec.origin(field), hint=hint
            )


_UNNAMED: Final = ("CustomResourceDefinition", "APIService", "Namespace")
"""Kinds that kustomize gives no prefix and no suffix."""
_SUBDOMAIN: Final = (r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", 253)
_NAMES: Final[Mapping[str, tuple[str, int]]] = {
    # https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
    "Service": (r"[a-z]([-a-z0-9]*[a-z0-9])?", 63),
    # https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#jobs-creation
    "CronJob": (_SUBDOMAIN[0], 52),
}


def _check_names(spec: Spec, base: ResourceMap) -> Iterator[InputError]:
    """Only the first name that becomes invalid is told: the others have the same cause."""
    field = "namePrefix" if spec.name_prefix else "nameSuffix"
    for resource in base:
        kind, before = resource.id.gvk.kind, resource.id.name
        after = f"{spec.name_prefix}{before}{spec.name_suffix}"
        if after == before or kind in _UNNAMED or not _fits(before, kind) or _fits(after, kind):
            continue
        longest = _NAMES.get(kind, _SUBDOMAIN)[1]
        hint = f"a {kind}'s name has at most {longest} characters" if len(after) > longest else _name_rule(kind)
        yield InputError(f"{field} makes {after!r} of {resource.id}", origin=spec.origin(field), hint=hint)
        return


def _fits(name: str, kind: str) -> bool:
    pattern, longest = _NAMES.get(kind, _SUBDOMAIN)
    return len(name) <= longest and re.fullmatch(pattern, name) is not None


def _name_rule(kind: str) -> str:
    if kind == "Service":
        return "a Service's name has lower-case letters, digits and '-' only, and begins with a letter"
    return f"each part of a {kind}'s name between '.' begins and ends with a letter or digit"


def _check_targets(
    spec: Spec, field: str, find: Callable[[str, Origin], ResourceId | ContainerTarget | str]
) -> Iterator[InputError]:
    """Each name means one thing, and no two names the same."""
    first: dict[Any, str] = {}
    for name in spec.host_paths if field == "hostPaths" else getattr(spec, field):
        origin = spec.origin(field, name)
        try:
            found = find(name, origin)
        except InputError as error:
            yield error
            continue
        identity = (found.resource, found.container.name) if isinstance(found, ContainerTarget) else found
        if identity in first:
            message = f"{field}: {name!r} is the same as {first[identity]!r}"
            yield InputError(message, origin=origin, hint="keep one of them")
        first.setdefault(identity, name)


def _check_amounts(spec: Spec, base: ResourceMap) -> Iterator[InputError]:
    for name, declared in spec.resources.items():
        try:
            container = find_container(name, base).container
        except InputError:
            continue
        given = mapping(container.body, "resources") or {}
        requests = {**(mapping(given, "requests") or {}), **declared.requests}
        limits = {**(mapping(given, "limits") or {}), **declared.limits}
        for resource in dict.fromkeys((*declared.requests, *declared.limits)):
            if _exceeds(requests.get(resource), limits.get(resource)):
                yield _too_much(spec, name, resource, requests[resource], limits[resource])


def _exceeds(request: Any, limit: Any) -> bool:
    """Whether both are there and the request is greater; what is no quantity is for others to tell."""
    try:
        return request is not None and limit is not None and quantity.parse(request) > quantity.parse(limit)
    except ValueError:
        return False


def _too_much(spec: Spec, name: str, resource: str, request: Any, limit: Any) -> InputError:
    declared: Requirements = spec.resources[name]
    field = "requests" if resource in declared.requests else "limits"
    message, hint = f"{request} is above its limit {limit}", "raise the limit or lower the request"
    if resource not in declared.limits:
        message = f"{request} is above the limit {limit} of the base"
        hint = f"declare limits.{resource} too, or request at most {limit}"
    elif resource not in declared.requests:
        message = f"{limit} is below the request {request} of the base"
        hint = f"declare requests.{resource} too, or a limit of at least {request}"
    path = ("resources", name, field, resource)
    return InputError(f"{FieldPath(path)}: {message}", origin=spec.origin(*path), hint=hint)
