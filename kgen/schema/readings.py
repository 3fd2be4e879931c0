"""What pods read of ConfigMaps and Secrets, and whether they see a change while they run.

Environment variables are read when a container starts, and a file that is mounted by ``subPath`` is never updated; a
volume is, a minute or two later (the kubelet's sync period and its cache).
https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#mounted-configmaps-are-updated-automatically
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from kgen.resource import Body
from kgen.schema import pods

Way = Literal["env", "envFrom", "subPath", "init container", "volume"]


class Reading(NamedTuple):
    """One thing that a pod reads.

    Attributes:
        kind: ``ConfigMap`` or ``Secret``.
        name: Which.
        key: Which of its keys; None for all.
        way: How.
    """

    kind: str
    name: str
    key: str | None
    way: Way

    @property
    def is_live(self) -> bool:
        """Whether a running pod sees another value."""
        return self.way == "volume"


_Content = tuple[str, str, dict[str, str] | None]
"""What a volume shows: kind, name, and path → key where it chooses keys."""

_KEYS: Final = (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef"))
_WHOLE: Final = (("ConfigMap", "configMapRef"), ("Secret", "secretRef"))
_SHOW: Final = frozenset(("configMap", "secret", "projected"))
_SOURCES: Final = (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName"))


def readings(spec: Body) -> Iterator[Reading]:
    """Everything that the containers of a pod read, given its spec."""
    volumes = {str(v.get("name")): tuple(_contents(v)) for v in pods.items(spec, "volumes") if not _SHOW.isdisjoint(v)}
    for name in pods.CONTAINER_LISTS:
        for container in pods.items(spec, name):
            yield from _environment(container)
            ends = name == "initContainers" and container.get("restartPolicy") != "Always"
            for reading in _files(volumes, container) if volumes else ():
                yield reading._replace(way="init container") if ends and reading.is_live else reading


def _environment(container: Body) -> Iterator[Reading]:
    for variable in pods.items(container, "env"):
        source = variable.get("valueFrom")
        for kind, field in _KEYS if source else ():
            reference = pods.mapping(variable, "valueFrom", field)
            if reference is not None:
                yield Reading(kind, str(reference.get("name")), str(reference.get("key")), "env")
    for source in pods.items(container, "envFrom"):
        for kind, field in _WHOLE:
            reference = source.get(field)
            if isinstance(reference, dict):
                yield Reading(kind, str(reference.get("name")), None, "envFrom")


def _files(volumes: dict[str, tuple[_Content, ...]], container: Body) -> Iterator[Reading]:
    for mount in pods.items(container, "volumeMounts"):
        for content in volumes.get(str(mount.get("name")), ()):
            yield from _mounted(mount, *content)


def _contents(volume: Body) -> Iterator[_Content]:
    projected = pods.mapping(volume, "projected")
    sources = (volume,) if projected is None else pods.items(projected, "sources")
    for source in sources:
        for kind, field, own_name in _SOURCES:
            found = source.get(field)
            if isinstance(found, dict):
                name = found.get("name") if projected is not None else found.get(own_name)
                items = {str(item.get("path")): str(item.get("key")) for item in pods.items(found, "items")}
                yield kind, str(name), items or None


def _mounted(mount: Body, kind: str, name: str, paths: dict[str, str] | None) -> Iterator[Reading]:
    part = mount.get("subPath")
    if part:
        # The path of a file is its key, unless items give it another; a folder of them holds several.
        known = paths if paths is not None else {str(part): str(part)}
        for path, key in known.items():
            if path == part or path.startswith(f"{part}/"):
                yield Reading(kind, name, key, "subPath")
    elif mount.get("subPathExpr"):
        yield Reading(kind, name, None, "subPath")
    elif paths is None:
        yield Reading(kind, name, None, "volume")
    else:
        yield from (Reading(kind, name, key, "volume") for key in paths.values())
