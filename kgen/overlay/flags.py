"""The command line's wishes as changes of ``kgen.yaml``.

Spellings are those of kubectl and kustomize where they have one. What a flag does not say stays as the file has it;
only a new tag takes the place of a digest, and a new digest that of a tag.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kgen.errors import InputError, InputErrors
from kgen.kustomize.transformers.images import split
from kgen.overlay.spec import advice
from kgen.overlay.spec.fields import key_shape, single_shape
from kgen.overlay.spec.shapes import Amount, Complaint, Whole
from kgen.overlay.spec.targets import (
    config_maps,
    find_config_map,
    find_container,
    find_host_path,
    find_image,
    find_replicated,
)
from kgen.resource import ResourceMap
from kgen.yamlio.source import Change


@dataclass(frozen=True, kw_only=True, slots=True)
class Flags:
    """What was given on the command line, as text; None or empty was not given.

    Attributes:
        host_path: ``PATH=FOLDER``, PATH a hostPath of the base.
        image: ``NAME=NEW:TAG``, ``NAME=NEW@DIGEST``, ``NAME=NEW``, ``NAME:TAG``, ``NAME@DIGEST``; a NEW that is empty
            or ``*`` keeps the name, as with ``kustomize edit set image``.
        replicas: ``NAME=N``.
        requests: ``NAME:memory=512Mi,cpu=250m``, NAME a workload or ``workload/container``.
        limits: As `requests`.
        config: ``NAME.KEY=VALUE``, NAME a ConfigMap.
    """

    cluster: str | None = None
    node_memory: str | None = None
    node_cpu: str | None = None
    nodes: str | None = None
    context: str | None = None
    namespace: str | None = None
    host_path: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    replicas: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    config: tuple[str, ...] = ()


def changes(flags: Flags, base: ResourceMap, clusters: Collection[str]) -> list[Change]:
    """The changes to splice into ``kgen.yaml``, in the order of its fields.

    Args:
        flags: What was given.
        base: What the base builds; the flags name its images, workloads and ConfigMaps.
        clusters: The names of the clusters there are.

    Raises:
        InputErrors: Flags are not understood, name what is not there, or hold what Kubernetes would refuse; each error
            names its flag.
    """
    found: list[Change] = []
    errors: list[InputError] = []
    for flag, value, read in _readers(flags, base, clusters):
        try:
            found += read(value)
        except InputError as error:
            errors.append(InputError(f"{flag} {value}: {error.message}", hint=error.hint))
    if errors:
        raise InputErrors(errors)
    return found


_Reader = Callable[[str], Iterable[Change]]


def _readers(flags: Flags, base: ResourceMap, clusters: Collection[str]) -> Iterator[tuple[str, str, _Reader]]:
    """Each flag that was given, with its value and what reads it."""
    several: tuple[tuple[str, tuple[str, ...], _Reader], ...] = (
        ("--cluster", _given(flags.cluster), lambda value: _cluster(value, clusters)),
        ("--context", _given(flags.context), lambda value: [_change(("context",), value)]),
        ("--node-memory", _given(flags.node_memory), lambda value: [_change(("node", "memory"), value)]),
        ("--node-cpu", _given(flags.node_cpu), lambda value: [_change(("node", "cpu"), value)]),
        ("--nodes", _given(flags.nodes), lambda value: [_change(("node", "count"), value)]),
        ("--host-path", flags.host_path, lambda value: _host_path(value, base)),
        ("--namespace", _given(flags.namespace), lambda value: [_change(("namespace",), value)]),
        ("--image", flags.image, lambda value: _image(value, base)),
        ("--replicas", flags.replicas, lambda value: _replicas(value, base)),
        ("--requests", flags.requests, lambda value: _amounts(value, "requests", base)),
        ("--limits", flags.limits, lambda value: _amounts(value, "limits", base)),
        ("--config", flags.config, lambda value: _config(value, base)),
    )
    for flag, values, read in several:
        for value in values:
            yield flag, value, read


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


_COMMON: Final = ("cpu", "memory", "ephemeral-storage")
_IMAGE_EXAMPLE: Final = "for example: --image postgres=postgres:16, --image postgres:16"
_HOST_PATH_EXAMPLE: Final = 'for example: --host-path /mnt/data="$PWD/data"'
_REPLICAS_EXAMPLE: Final = "for example: --replicas web=2"
_AMOUNTS_EXAMPLE: Final = "for example: --{} web:memory=512Mi,cpu=250m"
_CONFIG_EXAMPLE: Final = "for example: --config app-config.LOG_LEVEL=debug"


def _cluster(value: str, clusters: Collection[str]) -> list[Change]:
    if value not in clusters:
        raise _error("unknown cluster", advice.nearest(value, clusters, "kgen knows"))
    return [_change(("cluster",), value)]


def _host_path(value: str, base: ResourceMap) -> list[Change]:
    path, equals, folder = value.partition("=")
    if not equals:
        raise _error("not PATH=FOLDER", _HOST_PATH_EXAMPLE)
    _check_key(path, "hostPaths")
    find_host_path(path, base)
    return [_change(("hostPaths", path), folder)]


def _image(value: str, base: ResourceMap) -> list[Change]:
    name, equals, after = value.partition("=")
    new_name, tag, digest = split(after)
    if not equals:
        name, tag, digest = split(value)
        new_name = ""
    parts = {"newName": new_name, "newTag": tag, "digest": digest}
    said = {field: part for field, part in parts.items() if part not in ("", "*")}
    if not said:
        raise _error("no new name, tag or digest", _IMAGE_EXAMPLE)
    _check_key(name, "images")
    find_image(name, base)
    path = ("images", name)
    dropped = {"newTag", "digest"} - said.keys() if {"newTag", "digest"} & said.keys() else set()
    found = [_change((*path, field), part) for field, part in said.items()]
    return [*found, *(Change((*path, field), None) for field in sorted(dropped))]


def _replicas(value: str, base: ResourceMap) -> list[Change]:
    name, equals, count = value.partition("=")
    if not equals:
        raise _error("not NAME=N", _REPLICAS_EXAMPLE)
    _check_key(name, "replicas")
    find_replicated(name, base)
    return [_change(("replicas", name), count)]


def _amounts(value: str, field: str, base: ResourceMap) -> list[Change]:
    name, colon, rest = value.partition(":")
    pairs = [pair.partition("=") for pair in rest.split(",")]
    if not colon or not all(resource and equals for resource, equals, _ in pairs):
        raise _error("not NAME:RESOURCE=AMOUNT", _AMOUNTS_EXAMPLE.format(field))
    _check_key(name, "resources")
    find_container(name, base)
    return [_change(("resources", name, field, resource), amount) for resource, _, amount in pairs]


def _config(value: str, base: ResourceMap) -> list[Change]:
    """Names and keys may both hold dots: the longest name that there is counts."""
    where, equals, text = value.partition("=")
    if not equals or "." not in where:
        raise _error("not NAME.KEY=VALUE", _CONFIG_EXAMPLE)
    known = config_maps(base)
    name = max((name for name in known if where.startswith(f"{name}.")), key=len, default="")
    if not name:
        hint = advice.nearest(where.partition(".")[0], known, "the base has")
        raise _error("no such ConfigMap in the base", hint)
    find_config_map(name, base)
    key = where.removeprefix(f"{name}.")
    _check_key(key, "config", name)
    return [_change(("config", name, key), text)]


def _check_key(name: str, *path: str) -> None:
    _raise(key_shape(*path).complaint(name))


def _change(path: tuple[str, ...], value: str) -> Change:
    """A change to a value that its field can hold; whole numbers are written without quotes."""
    shape = single_shape(*path)
    if shape is None:
        raise _error(f"unknown resource {path[-1]!r}", advice.nearest(path[-1], _COMMON, "for example"))
    _raise(shape.complaint(value))
    bare = isinstance(shape, Whole | Amount) and value.isascii() and value.isdigit()
    return Change(path, int(value) if bare else value)


def _raise(complaint: Complaint | None) -> None:
    if complaint is not None:
        raise _error(*complaint)


def _error(message: str, hint: str | None) -> InputError:
    return InputError(message, hint=hint)
