"""What the names in a declaration mean in a base: workloads, containers and ConfigMaps.

A workload is called by its name (``web``) or, where kinds share the name, with its kind (``Deployment/web``); kinds
begin with a capital, names never do. A resource that the base itself renamed answers to its earlier names too.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from kgen.errors import InputError, Origin
from kgen.kustomize.transformers.images import split
from kgen.overlay.spec import advice
from kgen.resource import Body, Gvk, Resource, ResourceId, ResourceMap
from kgen.schema import pods

_REPLICATED: Final = "only a Deployment, StatefulSet, ReplicaSet or ReplicationController has them"


class Container(NamedTuple):
    """One container of a workload.

    Attributes:
        field: Its list in the pod's spec: ``containers`` or ``initContainers``.
        name: Its name.
        body: The container as the base has it.
    """

    field: str
    name: str
    body: Body


class ContainerTarget(NamedTuple):
    """A container and the workload it belongs to."""

    resource: ResourceId
    container: Container


class _What(NamedTuple):
    """What a name is to be the name of: the word for people, and the kinds."""

    word: str
    fits: Callable[[Gvk], bool]


_WORKLOAD: Final = _What("workload", lambda gvk: pods.pod_spec_path(gvk) is not None)
_REPLICATED_WORKLOAD: Final = _What("workload", pods.has_replicas)
_CONFIG_MAP: Final = _What("ConfigMap", lambda gvk: (gvk.group, gvk.kind) == ("", "ConfigMap"))


def find_container(name: str, base: ResourceMap, origin: Origin | None = None) -> ContainerTarget:
    """The container meant by ``web``, ``web/app`` or ``Deployment/web/app``; ``web`` alone if it has only one.

    Raises:
        InputError: There is none, or more than one, by that name.
    """
    kind, workload, wanted = _split(name)
    called = f"{kind}/{workload}" if kind else workload
    resource = _find(called, base, _WORKLOAD, origin)
    containers = [Container(field, str(body.get("name")), body) for field, body in pods.containers(resource.body)]
    main = [container for container in containers if container.field == "containers"]
    if not wanted and len(main) != 1:
        spellings = ", ".join(f"{called}/{container.name}" for container in main)
        hint = f"name one of them: {spellings}" if main else None
        raise InputError(f"{resource.id} has {len(main) or 'no'} containers", origin=origin, hint=hint)
    found = next((one for one in containers if one.name == wanted), None) if wanted else main[0]
    if found is None:
        hint = advice.nearest(wanted, [container.name for container in containers], "it has")
        raise InputError(f"no container {wanted!r} in {resource.id}", origin=origin, hint=hint)
    return ContainerTarget(resource.id, found)


def find_replicated(name: str, base: ResourceMap, origin: Origin | None = None) -> ResourceId:
    """The workload meant by ``web`` or ``Deployment/web`` whose pods can be counted.

    Raises:
        InputError: There is none, or more than one, by that name, or its kind has no replicas.
    """
    if not _called(name, base, _REPLICATED_WORKLOAD) and (found := _called(name, base, _WORKLOAD)):
        raise InputError(f"{found[0].id} has no replicas", origin=origin, hint=_REPLICATED)
    return _find(name, base, _REPLICATED_WORKLOAD, origin).id


def find_config_map(name: str, base: ResourceMap, origin: Origin | None = None) -> ResourceId:
    """The ConfigMap of this name.

    Raises:
        InputError: There is none, or more than one.
    """
    return _find(name, base, _CONFIG_MAP, origin).id


def find_image(name: str, base: ResourceMap, origin: Origin | None = None) -> str:
    """The same name, if a container of the base runs an image of this name.

    Raises:
        InputError: None does.
    """
    known = dict.fromkeys(split(image)[0] for resource in base for image in _images(resource.body))
    if name not in known:
        hint = advice.nearest(name, known, "the base has") if known else "the base has no images"
        raise InputError(f"no image {name!r} in the base", origin=origin, hint=hint)
    return name


def find_host_path(path: str, base: ResourceMap, origin: Origin | None = None) -> str:
    """The same path, if a pod of the base has a ``hostPath`` volume there.

    Raises:
        InputError: None has.
    """
    known = dict.fromkeys(found for resource in base for _, found, _ in pods.host_paths(resource.body))
    if path.rstrip("/") not in known:
        hint = advice.nearest(path, known, "the base has") if known else "the base has no hostPath volumes"
        raise InputError(f"no hostPath {path!r} in the base", origin=origin, hint=hint)
    return path.rstrip("/")


def config_maps(base: ResourceMap) -> tuple[str, ...]:
    """The names of the base's ConfigMaps, as a declaration may spell them."""
    return tuple(dict.fromkeys(_name(resource) for resource in base if _CONFIG_MAP.fits(resource.id.gvk)))


def _images(node: Any) -> Iterator[str]:
    """The images of all lists of containers, as kustomize finds them: in resources of any kind."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        if key in pods.CONTAINER_LISTS and isinstance(child, list):
            yield from (
                item["image"] for item in child if isinstance(item, dict) and isinstance(item.get("image"), str)
            )
        yield from _images(child)


def _split(name: str) -> tuple[str, str, str]:
    """Kind, workload and container, empty where not given."""
    first, *rest = name.split("/")
    kind, parts = (first, rest) if first[:1].isupper() else ("", [first, *rest])
    return kind, parts[0] if parts else "", "/".join(parts[1:])


def _name(resource: Resource) -> str:
    """The name to tell people: one that ends in a hash of the content was given without."""
    renamed = resource.needs_hash and resource.previous_ids
    return resource.previous_ids[-1].name if renamed else resource.id.name


def _called(name: str, base: ResourceMap, what: _What) -> list[Resource]:
    """The resources of this name now; if there is none, those that had it."""
    kind, plain, _ = _split(name)
    known = [one for one in base.named(plain) if kind in ("", one.id.gvk.kind) and what.fits(one.id.gvk)]
    return [resource for resource in known if resource.id.name == plain] or known


def _find(name: str, base: ResourceMap, what: _What, origin: Origin | None) -> Resource:
    found = _called(name, base, what)
    if not found:
        known = _spellings([one for one in base if what.fits(one.id.gvk)], with_kind="/" in name)
        hint = advice.nearest(name, known, "the base has") if known else f"the base has no {what.word}s"
        raise InputError(f"no {what.word} {name!r} in the base", origin=origin, hint=hint)
    if len(found) > 1:
        raise _ambiguous(name, found, origin)
    return found[0]


def _spellings(resources: Sequence[Resource], *, with_kind: bool) -> list[str]:
    """What to call each of them: with its kind where asked for, or where another kind has the name too."""
    kinds: dict[str, set[str]] = {}
    for resource in resources:
        kinds.setdefault(_name(resource), set()).add(resource.id.gvk.kind)
    plain = [not with_kind and len(kinds[_name(resource)]) == 1 for resource in resources]
    spelled = (_name(one) if short else str(one.id) for one, short in zip(resources, plain, strict=True))
    return list(dict.fromkeys(spelled))


def _ambiguous(name: str, found: Sequence[Resource], origin: Origin | None) -> InputError:
    spellings = sorted({str(resource.id) for resource in found})
    if len(spellings) > 1:
        words = [spelling.removeprefix("ConfigMap/") for spelling in spellings]  # no other kind is meant beside it
        message = f"{name!r} can be {' and '.join(spellings)}"
        return InputError(message, origin=origin, hint=f"write {' or '.join(words)}")
    namespaces = " and ".join(sorted(resource.id.namespace or "default" for resource in found))
    message = f"{spellings[0]} is in the namespaces {namespaces}"
    return InputError(message, origin=origin, hint="a declaration cannot tell them apart: patch them in the base")
