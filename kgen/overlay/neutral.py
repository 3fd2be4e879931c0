"""Variants without what tells them apart as a whole: a namespace, a prefix or suffix of all names, a label on all.

What is left of them is alike, and kustomize's own fields make each variant of it again.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from kgen import yamlio
from kgen.errors import InputError
from kgen.overlay.own_fields import UNPREFIXED, moving_fields, pulled_back
from kgen.overlay.pairing import Pair
from kgen.overlay.target import target_of, twin_key
from kgen.overlay.trial import under_fields
from kgen.resource import Body, Resource, ResourceId, ResourceMap, original
from kgen.schema.pods import mapping
from kgen.schema.scope import is_cluster_scoped

Twins = list[Pair]
"""A variant: each resource without what the whole variant has of its own, and as it is."""

_LABELLED: Final = ("labels", "matchLabels", "selector")


@dataclass(frozen=True, slots=True)
class _Own:
    """What a whole variant has of its own."""

    prefix: str = ""
    suffix: str = ""
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


def as_they_are(variants: Sequence[ResourceMap]) -> list[Twins]:
    """The variants with everything."""
    return [[Pair(resource, resource) for resource in variant] for variant in variants]


def neutral(variants: Sequence[ResourceMap]) -> list[Twins] | None:
    """The variants without what is their own; None where they have nothing of the kind."""
    owns = _owns(variants)
    if all(own == _Own() for own in owns):
        return None
    try:
        return [_without(variant, own) for variant, own in zip(variants, owns, strict=True)]
    except InputError:  # two resources would have one name
        return None


def _owns(variants: Sequence[ResourceMap]) -> list[_Own]:
    spaces = _where_different([_namespace(variant) for variant in variants])
    labels, annotations = (_notes(variants, kind) for kind in ("labels", "annotations"))
    parts = zip(_affixes(variants), spaces, labels, annotations, strict=True)
    return [_Own(*affixes, space or "", *notes) for affixes, space, *notes in parts]


def _where_different(values: list[str | None]) -> list[str | None]:
    return values if None not in values and len(set(values)) > 1 else [None] * len(values)


def _namespace(variant: ResourceMap) -> str | None:
    """The namespace of all resources that have one; None where they are not at one."""
    spaces = {resource.id.namespace for resource in variant if not is_cluster_scoped(resource.id.gvk)}
    return spaces.pop() if len(spaces) == 1 else None


def _notes(variants: Sequence[ResourceMap], kind: str) -> list[dict[str, str]]:
    """The labels or annotations that all resources of a variant have, with another value in another variant."""
    common = [_common(variant, kind) for variant in variants]
    keys = [key for key in common[0] if len({notes.get(key) for notes in common}) > 1]
    keys = [key for key in keys if all(key in notes for notes in common)]
    return [{key: notes[key] for key in keys} for notes in common]


def _common(variant: ResourceMap, kind: str) -> dict[str, str]:
    all_notes = [mapping(resource.body, "metadata", kind) or {} for resource in variant]
    texts = {key: value for key, value in all_notes[0].items() if isinstance(value, str)}
    return {key: value for key, value in texts.items() if all(notes.get(key) == value for notes in all_notes)}


class _Affixes(NamedTuple):
    prefix: str
    suffix: str


def _affixes(variants: Sequence[ResourceMap]) -> list[_Affixes]:
    """The prefix and suffix of each variant's names, if without them more resources have namesakes."""
    named = [[one.id for one in variant if one.id.gvk.kind not in UNPREFIXED] for variant in variants]
    words = [[one.name.split("-") for one in ids] for ids in named]
    prefixes = _own_heads(words)
    suffixes = [head[::-1] for head in _own_heads([[name[::-1] for name in names] for names in words])]
    found = [
        _Affixes("".join(f"{word}-" for word in head), "".join(f"-{word}" for word in tail))
        for head, tail in zip(prefixes, suffixes, strict=True)
    ]
    before = [{(one.gvk.group, one.gvk.kind, one.name) for one in ids} for ids in named]
    after = [
        {(group, kind, name.removeprefix(own.prefix).removesuffix(own.suffix)) for group, kind, name in ids}
        for ids, own in zip(before, found, strict=True)
    ]
    is_better = len(set.intersection(*after)) > len(set.intersection(*before))
    return found if is_better else [_Affixes("", "")] * len(variants)


def _own_heads(variants: Sequence[Sequence[list[str]]]) -> list[list[str]]:
    """The words with which all names of each variant begin, but not those with which all variants' do."""
    heads = [_head(names) for names in variants]
    while all(heads) and len({head[-1] for head in heads}) == 1:
        heads = [head[:-1] for head in heads]
    return heads


def _head(names: Sequence[list[str]]) -> list[str]:
    head = min(names, key=len, default=[])[:-1]
    while any(name[: len(head)] != head for name in names):
        head = head[:-1]
    return head


def _without(variant: ResourceMap, own: _Own) -> Twins:
    """The variant as it must be for its own fields to make it what it is."""
    twins = [Pair(Resource(_stripped(before.body, own)), after) for before, after in _renamed(variant, own)]
    fields = moving_fields(twins)
    bare = ResourceMap(before for before, _ in twins if before)
    moved = {}
    for resource in under_fields(bare, fields):
        before = original(resource, bare)
        moved[before.id.key if before else resource.id.key] = resource.body
    return [
        Pair(Resource(pulled_back(before.body, moved[before.id.key], after.body), after.origin), after)
        for before, after in twins
        if before and after
    ]


def _renamed(variant: ResourceMap, own: _Own) -> Iterator[tuple[Resource, Resource]]:
    """The resources without the prefix and suffix, references too: kustomize finds those."""
    patches = []
    twins: dict[Any, list[ResourceId]] = {}
    for resource in variant:
        twins.setdefault(twin_key(resource.id), []).append(resource.id)
    for resource in variant:
        name = resource.id.name.removeprefix(own.prefix).removesuffix(own.suffix)
        if name != resource.id.name and resource.id.gvk.kind not in UNPREFIXED:
            rename = yamlio.dump([[{"op": "replace", "path": "/metadata/name", "value": name}]])
            patches.append(
                {
                    "target": target_of(
                        resource.id, [one for one in twins[twin_key(resource.id)] if one != resource.id]
                    ),
                    "patch": rename,
                }
            )
    if not patches:
        yield from ((resource, resource) for resource in variant)
        return
    for renamed in under_fields(variant, {"patches": patches}):
        former = original(renamed, variant)
        if former is not None:
            yield renamed, former


def _stripped(body: Body, own: _Own) -> Body:
    stripped = copy.deepcopy(body)
    metadata = stripped["metadata"]
    if own.namespace and metadata.get("namespace") == own.namespace:
        del metadata["namespace"]
    subjects = stripped.get("subjects")
    for subject in subjects if isinstance(subjects, list) else ():
        if isinstance(subject, dict) and own.namespace and subject.get("namespace") == own.namespace:
            del subject["namespace"]
    _drop(metadata, "annotations", own.annotations)
    if own.labels:
        _drop_everywhere(stripped, own.labels)
    return stripped


def _drop_everywhere(node: Any, labels: Mapping[str, str]) -> None:
    if isinstance(node, dict):
        for key in _LABELLED:
            _drop(node, key, labels)
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _drop_everywhere(value, labels)


def _drop(holder: Body, key: str, notes: Mapping[str, str]) -> None:
    """Take notes out of a map in the holder, and the map where nothing is left of it."""
    node = holder.get(key)
    if isinstance(node, dict) and any(node.get(name) == value for name, value in notes.items()):
        for name, value in notes.items():
            if node.get(name) == value:
                del node[name]
        if not node:
            del holder[key]
