"""Images and replicas that a person changed by hand, as changes of ``kgen.yaml``, where such things are declared."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kgen.errors import InputError
from kgen.overlay.own_fields import images
from kgen.overlay.pairing import pairs
from kgen.overlay.spec import Spec, find_image, find_replicated
from kgen.resource import Body, ResourceId, ResourceMap, original
from kgen.schema.pods import mapping
from kgen.yamlio.source import Change

_IMAGE_FIELDS: Final = ("newName", "newTag", "digest")


def of_resources(spec: Spec, base: ResourceMap, present: ResourceMap, wanted: ResourceMap) -> list[Change]:
    """What must be declared otherwise, so that resources are built as they are wanted.

    Args:
        spec: The declaration.
        base: What the base builds.
        present: What the overlay builds now, content hashes left off.
        wanted: What it shall build.
    """
    return [*_replicas(spec, base, present, wanted), *_images(spec, base, present, wanted)]


def of_kustomization(spec: Spec, base: ResourceMap, before: Body, after: Body) -> list[Change]:
    """What must be declared, so that these entries of ``images`` and ``replicas`` are in a kustomization.

    Args:
        spec: The declaration.
        base: What the base builds; what is not in it cannot be declared.
        before: The kustomization as kgen writes it.
        after: The same as a person or a program left it.
    """
    found: list[Change] = []
    for entry in _new(before, after, "images"):
        if isinstance(entry.get("name"), str) and _is_image(entry["name"], base):
            found += _image(entry["name"], entry)
    for entry in _new(before, after, "replicas"):
        key = _workload(str(entry.get("name")), spec, base)
        if key is not None and type(entry.get("count")) is int:
            found.append(Change(("replicas", key), entry["count"]))
    return found


def _new(before: Body, after: Body, field: str) -> Iterator[Body]:
    """The entries of a list that were not in it before."""
    known = before.get(field) or []
    said = after.get(field)
    for entry in said if isinstance(said, list) else ():
        if isinstance(entry, dict) and entry not in known:
            yield entry


def _image(name: str, entry: Mapping[str, Any]) -> Iterator[Change]:
    for field in _IMAGE_FIELDS:
        value = entry.get(field)
        yield Change(("images", name, field), None if value in (None, "") else str(value))


def _is_image(name: str, base: ResourceMap) -> bool:
    try:
        return find_image(name, base) == name
    except InputError:
        return False


def _workload(name: str, spec: Spec, base: ResourceMap) -> str | None:
    """How the declaration calls a workload, or would."""
    for key in (*spec.replicas, name):
        try:
            if find_replicated(key, base).name == name:
                return key
        except InputError:
            continue
    return None


def _replicas(spec: Spec, base: ResourceMap, present: ResourceMap, wanted: ResourceMap) -> Iterator[Change]:
    declared: dict[ResourceId, str] = {find_replicated(key, base).key: key for key in spec.replicas}
    for resource in present:
        before, after = original(resource, base), wanted.get(resource.id)
        if before is not None and after is not None and before.id.key in declared:
            count = _count(after.body)
            if count != _count(resource.body) and (count is None or type(count) is int):
                yield Change(("replicas", declared[before.id.key]), count)


def _count(body: Body) -> Any:
    return (mapping(body, "spec") or {}).get("replicas")


def _images(spec: Spec, base: ResourceMap, present: ResourceMap, wanted: ResourceMap) -> Iterator[Change]:
    if not spec.images:
        return
    now, then = ({entry["name"]: entry for entry in images(pairs(base, resources))} for resources in (present, wanted))
    for name in spec.images:
        if name in then and then[name] != now.get(name):
            yield from _image(name, then[name])
