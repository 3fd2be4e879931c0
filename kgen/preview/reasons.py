"""Why a field differs: read from the comments in an overlay's files, so no code of the repository runs."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from kgen import yamlio
from kgen.fieldpath import FieldPath
from kgen.filesystem import FileSystem
from kgen.kustomize.transformers.images import split
from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.preview.listkeys import ListNode
from kgen.project import kustomization_file
from kgen.resource import Body, Gvk, ResourceId, ResourceMap
from kgen.schema.merge_keys import merge_type

Steps = tuple[str | int, ...]

_OURS: Final = "kgen-digest: "
_HEAD: Final = 1000


@dataclass(frozen=True, slots=True)
class Reason:
    """A comment, and which changes it explains.

    Attributes:
        text: The comment.
        target: The resource: fields of its id as regular expressions; empty for all resources.
        path: The field, where the comment stands in a strategic merge patch.
        pointer: The field, where it stands in a JSON 6902 patch.
        field: kustomize's own field, where it stands in the kustomization, with its value there.
        is_whole: Whether it is about the resource as such: why it comes or goes.
    """

    text: str
    target: Body
    path: FieldPath | None = None
    pointer: str | None = None
    field: tuple[str, Any] | None = None
    is_whole: bool = False

    def explains(self, change: FieldChange, ids: Iterable[ResourceId]) -> bool:
        """Whether it is about this change of the resource with these ids, the current one and the ones before."""
        if self.field is not None:
            name, value = self.field
            return _MAKERS[name](value, change)
        if not any(_selects(self.target, known) for known in ids):
            return False
        if self.path is not None:
            return _related(self.path.segments, change.path.segments)
        return self.pointer is not None and _related(self.pointer.split("/"), change.pointer.split("/"))

    @property
    def depth(self) -> int:
        """How near to a single field it stands."""
        if self.path is not None:
            return len(self.path.segments)
        return self.pointer.count("/") if self.pointer is not None else 0


def explain(comparison: Comparison, after: ResourceMap, reasons: list[Reason]) -> Comparison:
    """The comparison with a reason on each change that the overlay's comments explain."""
    ordered = sorted(reasons, key=lambda reason: -reason.depth)
    changes = tuple(_explained(change, after, ordered) for change in comparison.resources)
    return replace(comparison, resources=changes)


def _explained(change: ResourceChange, after: ResourceMap, reasons: list[Reason]) -> ResourceChange:
    resource = after.get(change.id)
    ids = (change.id,) if resource is None else (resource.id, *resource.previous_ids)
    if change.op != "change":
        whole = [one for one in reasons if one.is_whole and any(_selects(one.target, known) for known in ids)]
        return replace(change, reason=whole[0].text if whole else None)
    fields = tuple(
        replace(field, reason=next((reason.text for reason in reasons if reason.explains(field, ids)), None))
        for field in change.fields
    )
    return replace(change, fields=fields)


def read_reasons(folder: str, fs: FileSystem) -> list[Reason]:
    """The comments of a kustomization that the built-in engine has built, of its components and patches."""
    path = kustomization_file(folder, fs)
    text = fs.read(path).decode("utf-8", "replace")
    documents = yamlio.load_legacy(text, path).documents
    body = documents[0].body if documents else {}
    comments = (yamlio.comments(text) or [{}])[0]
    reasons = [*_field_reasons(body, comments), *_resource_reasons(body, folder, fs), *_value_reasons(body, comments)]
    for name in body.get("components") or []:
        inside = os.path.join(folder, str(name))
        reasons += read_reasons(inside, fs) if fs.is_file(kustomization_file(inside, fs)) else []
    for index, entry in enumerate(body.get("patches") or []):
        if isinstance(entry, dict):
            above = comments.get(("patches", index))
            reasons += _patch_reasons(entry, folder, fs, above)
    return reasons


def _field_reasons(body: Body, comments: dict[Steps, str]) -> Iterator[Reason]:
    for steps, text in comments.items():
        field = steps[0] if steps else None
        if field in _MAKERS:
            value = body[field]
            if len(steps) > 1 and isinstance(value, list) and isinstance(steps[1], int):
                value = [value[steps[1]]]
            yield Reason(text, {}, field=(str(field), value))


def _value_reasons(body: Body, comments: dict[Steps, str]) -> Iterator[Reason]:
    """Those of the values of a generated ConfigMap: of single ones, and of what is said of no single one."""
    for steps, text in comments.items():
        match steps:
            case ("configMapGenerator", int(index), *place) if len(place) in {0, 2}:
                entry = body["configMapGenerator"][index]
                key = [str(entry[place[0]][place[1]]).partition("=")[0]] if place else []
                about = {"kind": "ConfigMap", "name": re.escape(str(entry.get("name")))}
                yield Reason(text, about, path=FieldPath(("data", *key)))


def _resource_reasons(body: Body, folder: str, fs: FileSystem) -> Iterator[Reason]:
    """What kgen wrote above the resources that the overlay adds; a person's own comments there may be anything."""
    for name in body.get("resources") or []:
        path = os.path.join(folder, str(name))
        text = fs.read(path).decode("utf-8", "replace") if fs.is_file(path) else ""
        if _OURS not in text[:_HEAD]:
            continue
        for document, found in zip(yamlio.load(text, path), yamlio.comments(text), strict=False):
            comment = found.get((next(iter(document.body), ""),))
            if comment:
                yield Reason(comment, _identity(document.body), is_whole=True)


def _patch_reasons(entry: Body, folder: str, fs: FileSystem, above: str | None) -> Iterator[Reason]:
    path = os.path.join(folder, str(entry.get("path") or ""))
    text = str(entry["patch"]) if "patch" in entry else fs.read(path).decode("utf-8", "replace")
    comments = yamlio.comments(text)
    for document, found in zip(yamlio.load(text, path), comments, strict=False):
        body = document.body
        if isinstance(body, list):
            target = entry.get("target") or {}
            for steps, comment in found.items():
                if steps and isinstance(steps[0], int):
                    yield Reason(comment, target, pointer=_pointer(body, steps[0]))
            if above:
                yield Reason(above, target, pointer="")
        elif isinstance(body, dict):
            target = entry.get("target") or _identity(body)
            lists = ListNode(merge_type(Gvk.of(body)))
            for steps, comment in found.items():
                yield Reason(comment, target, path=_named(body, steps, lists), is_whole=steps == ("$patch",))
            if above:
                yield Reason(above, target, path=FieldPath())


def _pointer(operations: list[Any], index: int) -> str:
    """Where the commented operation acts; above a ``test`` the comment is about what follows it."""
    for operation in operations[index:]:
        if operation.get("op") != "test":
            return str(operation.get("path")).removesuffix("/-")
    return ""


def _identity(body: Body) -> Body:
    resource = ResourceId.of(body)
    fields = {**resource.gvk._asdict(), "name": resource.name, "namespace": resource.namespace}
    return {key: re.escape(value) for key, value in fields.items() if value}


def _selects(target: Body, resource: ResourceId) -> bool:
    """Whether the anchored regular expressions of a target match; a broken one matches nothing."""
    actual = {**resource.gvk._asdict(), "name": resource.name, "namespace": resource.namespace or "default"}
    try:
        return all(
            re.fullmatch(str(target[key]), value) is not None for key, value in actual.items() if target.get(key)
        )
    except re.error:
        return False


def _named(body: Any, steps: Steps, lists: ListNode) -> FieldPath:
    """A path by position as a path by what names list items."""
    path = FieldPath()
    for step in steps:
        body = body[step]
        key = lists.key_of(body) if isinstance(step, int) else None
        path /= step if key is None else key
        lists = lists.item() if isinstance(step, int) else lists.field(step)
    return path


def _related(one: Iterable[Any], other: Iterable[Any]) -> bool:
    """Whether one path is the other or leads to it."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _names(value: Any, change: FieldChange) -> bool:
    before, after = change.before, change.after
    return isinstance(before, str) and isinstance(after, str) and before in after and str(value) in after


def _places(value: Any, change: FieldChange) -> bool:
    return bool(change.path.segments[-1:] == ("namespace",) and change.after == value)


def _labels(value: Any, change: FieldChange) -> bool:
    pairs: Body = {}
    for entry in value:
        pairs |= entry.get("pairs") or {}
    return bool(change.path.segments and change.path.segments[-1] in pairs)


def _images(value: Any, change: FieldChange) -> bool:
    names = [str(entry.get("name")) for entry in value]
    return change.path.segments[-1:] == ("image",) and split(str(change.before))[0] in names


def _replicas(value: Any, change: FieldChange) -> bool:
    return change.path.segments == ("spec", "replicas") and any(entry.get("count") == change.after for entry in value)


# kustomize's own field → whether it made a change.
_MAKERS: Final = {
    "namePrefix": _names,
    "nameSuffix": _names,
    "namespace": _places,
    "labels": _labels,
    "images": _images,
    "replicas": _replicas,
}
