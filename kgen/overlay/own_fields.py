"""Which of kustomize's own fields a wish can be said with, and what is left to patch then.

``namespace``, ``namePrefix``, ``nameSuffix``, ``labels``, ``commonAnnotations``, ``images`` and ``replicas`` come
before patches, because people, Renovate, Argo CD and Flux read and write them there. A field is proposed only where
everything it would touch wants it; whether the whole then builds what is wanted, the proof says.
"""

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from kgen.equality import same
from kgen.kustomize.default_fieldspecs import defaults
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.transformers.images import Image, split
from kgen.overlay.pairing import Pair
from kgen.resource import Body, Resource
from kgen.schema.pods import CONTAINER_LISTS, has_replicas, mapping
from kgen.schema.scope import is_cluster_scoped

Fields = dict[str, Any]

MOVING: Final = ("namePrefix", "nameSuffix", "namespace", "labels", "commonAnnotations")
"""The fields that change every resource."""

UNPREFIXED: Final = ("CustomResourceDefinition", "Namespace", "APIService")
"""Kinds whose names kustomize leaves alone."""


def moving_fields(found: Sequence[Pair], without: Collection[str] = ()) -> Fields:
    """Fields that change every resource: the namespace, names, labels and annotations, but for those left out."""
    kept = [(pair.before, pair.after) for pair in found if pair.before and pair.after]
    wanted = [pair.after for pair in found if pair.after]
    if not kept or not wanted:
        return {}
    fields: Fields = {**_names(kept, found), **_namespace(kept, wanted)}
    labels = _shared(kept, wanted, "labels")
    if labels:
        fields["labels"] = [{"pairs": labels, **_depth(kept, labels)}]
    annotations = _shared(kept, wanted, "annotations")
    if annotations:
        fields["commonAnnotations"] = annotations
    return {name: value for name, value in fields.items() if name not in without}


def _names(kept: Sequence[tuple[Resource, Resource]], found: Sequence[Pair]) -> Fields:
    """The prefix and suffix of all names, if all got the same."""
    moves = {
        (head, tail)
        for before, after in kept
        if before.id.gvk.kind not in UNPREFIXED
        for head, middle, tail in [after.id.name.partition(before.id.name)]
        if middle or not before.id.name
    }
    moved = [pair for pair in kept if pair[0].id.gvk.kind not in UNPREFIXED]
    if len(moves) != 1 or not all(before.id.name in after.id.name for before, after in moved):
        return {}
    prefix, suffix = next(iter(moves))
    added = [pair.after.id for pair in found if pair.after and not pair.before]
    if any(not (one.name.startswith(prefix) and one.name.endswith(suffix)) for one in added):
        return {}
    return {key: text for key, text in (("namePrefix", prefix), ("nameSuffix", suffix)) if text}


def _namespace(kept: Sequence[tuple[Resource, Resource]], wanted: Sequence[Resource]) -> Fields:
    """The namespace of all that can have one, if it is another than before."""
    spaces = {one.id.namespace for one in wanted if not is_cluster_scoped(one.id.gvk)}
    moved = any(before.id.namespace != after.id.namespace for before, after in kept)
    return {"namespace": next(iter(spaces))} if moved and len(spaces) == 1 and "" not in spaces else {}


def _shared(kept: Sequence[tuple[Resource, Resource]], wanted: Sequence[Resource], field: str) -> dict[str, str]:
    """The labels or annotations that all resources have, and some did not have before."""
    common = dict(_notes(wanted[0].body, field))
    for resource in wanted[1:]:
        notes = _notes(resource.body, field)
        common = {key: value for key, value in common.items() if notes.get(key) == value}
    return {
        key: value
        for key, value in common.items()
        if isinstance(value, str) and any(_notes(before.body, field).get(key) != value for before, _ in kept)
    }


def _notes(body: Body, field: str) -> Body:
    return mapping(body, "metadata", field) or {}


def _depth(kept: Sequence[tuple[Resource, Resource]], labels: Mapping[str, str]) -> Fields:
    """How deep the labels go: only in metadata, in pod templates too, or in selectors as well."""
    specs = defaults()
    for option, table in (("includeSelectors", specs.common_labels), ("includeTemplates", specs.template_labels)):
        deep = [found for pair in kept for found in _reached(*pair, labels, table)]
        if deep and all(deep):
            return {option: True}
    return {}


def _reached(
    before: Resource, after: Resource, labels: Mapping[str, str], table: Iterable[FieldSpec]
) -> Iterator[bool]:
    """For each place below metadata that lacks one of the labels: whether it gets them all."""
    for spec in table:
        if spec.path == "metadata/labels" or "[]" in spec.path or not spec.selects(before.id.gvk):
            continue
        held, given = (mapping(one.body, *spec.steps) for one in (before, after))
        if (spec.create or held is not None) and any((held or {}).get(key) != labels[key] for key in labels):
            yield all((given or {}).get(key) == labels[key] for key in labels)


def pulled_back(before: Any, moved: Any, after: Any) -> Any:
    """What a value must be for the fields to make it what is wanted.

    Args:
        before: As the base has it.
        moved: As the fields make it of that.
        after: As it is wanted.
    """
    if same(moved, after):
        return before
    if isinstance(before, dict) and isinstance(moved, dict) and isinstance(after, dict):
        return {
            key: pulled_back(before.get(key, {}), moved[key], value) if key in moved else value
            for key, value in after.items()
            if key in before or key not in moved or not same(moved[key], value)
        }
    if isinstance(before, list) and isinstance(moved, list) and isinstance(after, list) and len(before) == len(moved):
        return [_item(before, moved, index, value) for index, value in enumerate(after)]
    return after


def _item(before: Sequence[Any], moved: Sequence[Any], index: int, value: Any) -> Any:
    """An item by its name, else by its place."""
    places = [i for i, item in enumerate(moved) if _name(item) is not None and _name(item) == _name(value)]
    place = places[0] if places else index
    if place >= len(moved) or (not places and _name(value) is not None):
        return value
    return pulled_back(before[place], moved[place], value)


def unnamed(body: Body, fields: Mapping[str, Any]) -> Body:
    """A resource to add, without the prefix and suffix that its name will get."""
    name = (mapping(body, "metadata") or {}).get("name")
    if body["kind"] in UNPREFIXED or not isinstance(name, str):
        return body
    name = name.removeprefix(fields.get("namePrefix", "")).removesuffix(fields.get("nameSuffix", ""))
    return {**body, "metadata": {**body["metadata"], "name": name}}


def _name(item: Any) -> str | None:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def images(found: Iterable[Pair]) -> list[Body]:
    """The entries of ``images`` that say how images change, of those that all containers agree on."""
    changes: dict[str, set[tuple[str, str]]] = {}
    final: set[str] = set()
    for pair in found:
        for was, container in _containers_of(pair):
            final.add(container["image"])
            if was is not None:
                changes.setdefault(split(was)[0], set()).add((was, container["image"]))
    entries = [_entry(name, changed) for name, changed in changes.items()]
    return [_as_body(one) for one in entries if one and all(one.applied(image) == image for image in final)]


def without_images(pair: Pair, entries: Sequence[Body]) -> Body:
    """What a resource must be for the entries to make its images what is wanted."""
    copied = Pair(pair.before, _copy(pair.after))
    said = [_from_body(entry) for entry in entries]
    for was, container in _containers_of(copied):
        if was is not None and _applied(said, was) == container["image"]:
            container["image"] = was
    return copied.after.body if copied.after else {}


def image_of(entry: Body, image: str) -> str:
    """The image that an entry names, if this one is meant by it; empty otherwise."""
    name, tag, digest = split(image)
    named = entry.get("newName", entry["name"]) == name
    return image if named and (entry.get("newTag", tag), entry.get("digest", digest)) == (tag, digest) else ""


def _applied(entries: Iterable[Image], image: str) -> str:
    for entry in entries:
        image = entry.applied(image)
    return image


def _copy(resource: Resource | None) -> Resource | None:
    return resource and replace(resource, body=copy.deepcopy(resource.body))


def _entry(name: str, changed: set[tuple[str, str]]) -> Image | None:
    """The entry that makes all these images what they become; None where there is none, or nothing changes."""
    moved = sorted(pair for pair in changed if pair[0] != pair[1])
    if not moved:
        return None
    before, after = split(moved[0][0]), split(moved[0][1])
    version = after[1:] if after[1:] != before[1:] else ("", "")
    entry = Image(name, after[0] if after[0] != before[0] else "", "", *version)
    return entry if all(entry.applied(one) == other for one, other in changed) else None


def _as_body(entry: Image) -> Body:
    said = {"name": entry.name, "newName": entry.new_name, "newTag": entry.new_tag, "digest": entry.digest}
    return {key: value for key, value in said.items() if value}


def _from_body(entry: Body) -> Image:
    return Image(entry["name"], entry.get("newName", ""), "", entry.get("newTag", ""), entry.get("digest", ""))


def _containers_of(pair: Pair) -> Iterator[tuple[str | None, Body]]:
    """Each container that kustomize would look at, with the image it had."""
    if pair.after is not None and pair.after.id.gvk.kind != "CustomResourceDefinition":
        yield from _containers(pair.before.body if pair.before else {}, pair.after.body)


def _containers(before: Any, after: Any) -> Iterator[tuple[str | None, Body]]:
    if isinstance(after, dict):
        for key, value in after.items():
            earlier = before.get(key) if isinstance(before, dict) else None
            if key in CONTAINER_LISTS and isinstance(value, list):
                yield from _images(earlier, value)
            yield from _containers(earlier, value)
    elif isinstance(after, list):
        for index, value in enumerate(after):
            yield from _containers(before[index] if isinstance(before, list) and index < len(before) else None, value)


def _images(before: Any, after: list[Any]) -> Iterator[tuple[str | None, Body]]:
    earlier = (
        {_name(item): item.get("image") for item in before if isinstance(item, dict)}
        if isinstance(before, list)
        else {}
    )
    for item in after:
        if isinstance(item, dict) and isinstance(item.get("image"), str):
            was = earlier.get(_name(item))
            yield (was if isinstance(was, str) else None), item


def replicas(found: Sequence[Pair]) -> list[Body]:
    """The entries of ``replicas`` that say how many pods: it knows names but no kinds."""
    counts: dict[str, set[Any]] = {}
    for pair in found:
        if pair.after is not None and has_replicas(pair.after.id.gvk):
            name = (pair.before or pair.after).id.name
            counts.setdefault(name, set()).add(repr(_count(pair.after.body)))
    changed = {
        pair.before.id.name: _count(pair.after.body)
        for pair in found
        if pair.before
        and pair.after
        and has_replicas(pair.after.id.gvk)
        and repr(_count(pair.before.body)) != repr(_count(pair.after.body))
    }
    return [
        {"name": name, "count": count}
        for name, count in changed.items()
        if type(count) is int and count >= 0 and len(counts[name]) == 1
    ]


def without_replicas(pair: Pair, body: Body, entries: Sequence[Body]) -> Body:
    """What a resource must be for the entries to make its replicas what is wanted."""
    if pair.before is None or not has_replicas(pair.before.id.gvk) or mapping(body, "spec") is None:
        return body
    for entry in entries:
        if entry["name"] == pair.before.id.name and _count(body) == entry["count"]:
            spec = {key: value for key, value in body["spec"].items() if key != "replicas"}
            was = (mapping(pair.before.body, "spec") or {}).get("replicas", ...)
            return {**body, "spec": spec if was is ... else {**spec, "replicas": was}}
    return body


def _count(body: Body) -> Any:
    return (mapping(body, "spec") or {}).get("replicas")
