"""A base, what it should become, and kustomize's own fields → the files of an overlay.

kustomize's own fields come before patches, because people, Renovate, Argo CD and Flux read and write them there.
What remains is one patch file per resource, which says only what changes, and why.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kgen import yamlio
from kgen.equality import same
from kgen.fieldpath import FieldPath
from kgen.overlay.edits import Edit
from kgen.overlay.patches import Json6902Patch, Patch, StrategicMergePatch, patch_between
from kgen.resource import Body, ResourceId, ResourceMap

Steps = tuple[str | int, ...]

# The order in which kustomize itself writes these fields.
FIELD_ORDER: Final = ("namePrefix", "nameSuffix", "namespace", "labels", "images", "replicas")

_HEAD: Final = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}


@dataclass(frozen=True, slots=True)
class Directives:
    """What an overlay says beside patches.

    Attributes:
        base: The base's folder as the overlay names it.
        fields: kustomize's own fields, by name.
        reasons: Why, by position in `fields`: ``("images", 0)``.
        resources: Resources the overlay adds, by file name.
    """

    base: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[Steps, str] = field(default_factory=dict)
    resources: Mapping[str, Body] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overlay:
    """The text of an overlay's files, by path in its folder, each without kgen's header; and the patches as values."""

    files: Mapping[str, str]
    patches: tuple[tuple[ResourceId, Patch], ...] = ()

    @property
    def patched(self) -> tuple[str, ...]:
        """The patch files."""
        return tuple(path for path in self.files if path.startswith("patches/"))


def synthesise(base: ResourceMap, wanted: ResourceMap, edits: Sequence[Edit], directives: Directives) -> Overlay:
    """The overlay that makes the base what is wanted.

    Args:
        base: What the base builds, content hashes left off.
        wanted: The same resources as they should be, before kustomize's own fields apply.
        edits: What was wished, for the reasons.
        directives: The rest of the overlay.
    """
    files: dict[str, str] = {}
    entries: list[Body] = []
    patches: list[tuple[ResourceId, Patch]] = []
    for resource in base:
        after = wanted.get(resource.id)
        if after is None or same(resource.body, after.body):
            continue
        patch = patch_between(resource.body, after.body)
        patches.append((resource.id, patch))
        path = _file_name(resource.id, files)
        reasons = [edit for edit in edits if edit.resource.key == resource.id.key]
        files[path] = _patch_text(patch, reasons, resource.body, after.body)
        entries.append(_entry(path, patch, resource.id, base))
    added = {name: yamlio.write(body, {}) for name, body in directives.resources.items()}
    return Overlay({"kustomization.yaml": _kustomization(directives, entries), **added, **files}, tuple(patches))


def _kustomization(directives: Directives, patches: list[Body]) -> str:
    body: Body = _HEAD | {"resources": [directives.base, *directives.resources]}
    body |= {name: directives.fields[name] for name in FIELD_ORDER if name in directives.fields}
    if patches:
        body["patches"] = patches
    return yamlio.write(body, directives.reasons)


def _file_name(resource_id: ResourceId, taken: Iterable[str]) -> str:
    """``patches/<kind>-<name>.yaml``; where two would meet, also on a disk that ignores case, more of the id."""
    used = {path.lower() for path in taken}
    gvk = resource_id.gvk
    parts = [gvk.kind, resource_id.name]
    numbers = (str(number) for number in itertools.count(2))
    for more in itertools.chain(("", resource_id.namespace, gvk.group, gvk.version), numbers):
        parts += [more] if more else []
        path = f"patches/{_file_part('-'.join(parts))}.yaml"
        if path not in used:
            return path
    raise AssertionError  # there is always a next number


def _file_part(text: str) -> str:
    return re.sub(r"[^a-z0-9.-]+", "-", text.lower())[:200]


def _entry(path: str, patch: Patch, resource_id: ResourceId, base: ResourceMap) -> Body:
    """How the kustomization names the patch: only JSON 6902 needs a target.

    A strategic merge patch without one fails loudly where it matches nothing; with one kustomize is silent.
    """
    if isinstance(patch, StrategicMergePatch):
        return {"path": path}
    return {"path": path, "target": _target(resource_id, base)}


def _target(resource_id: ResourceId, base: ResourceMap) -> Body:
    """The full target: its fields are regular expressions, anchored by kustomize, and an empty one matches all."""
    gvk = resource_id.gvk
    twins = [
        other.id
        for other in base
        if other.id != resource_id
        and (other.id.gvk.version, other.id.gvk.kind, other.id.name) == (gvk.version, gvk.kind, resource_id.name)
    ]
    target: Body = {}
    if gvk.group or any(twin.gvk.group for twin in twins):
        target["group"] = _literal(gvk.group) or "^$"
    target |= {"version": gvk.version, "kind": gvk.kind, "name": _literal(resource_id.name)}
    if resource_id.namespace or any(twin.namespace for twin in twins):
        target["namespace"] = _literal(resource_id.namespace) or "default"
    return target


def _literal(text: str) -> str:
    """A regular expression that matches just this text."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


def _patch_text(patch: Patch, edits: Sequence[Edit], before: Body, after: Body) -> str:
    if isinstance(patch, StrategicMergePatch):
        body: Any = patch.body
        found = [(_nearest(body, edit.path), edit.reason) for edit in edits]
    else:
        body = list(patch.operations)
        found = [(_operation_of(patch, edit, before, after), edit.reason) for edit in edits]
    return yamlio.write(body, _joined(found, body))


def _joined(found: Iterable[tuple[Steps | None, str]], body: Any) -> dict[Steps, str]:
    """One comment per place; a reason that all fields of a map share stands once, above the map."""
    comments: dict[Steps, list[str]] = {}
    for steps, reason in found:
        if steps and reason not in comments.setdefault(steps, []):
            comments[steps].append(reason)
    said = {steps: "; ".join(reasons) for steps, reasons in comments.items()}
    for steps, reason in list(said.items()):
        fields = {(*steps[:-1], key) for key in _at(body, steps[:-1])}
        if len(fields) > 1 and all(said.get(field) == reason for field in fields):
            said = {place: text for place, text in said.items() if place not in fields} | {steps[:-1]: reason}
    return said


def _at(body: Any, steps: Steps) -> Iterable[Any]:
    """The keys of the map there; nothing where it is a list."""
    for step in steps:
        body = body[step]
    return body if isinstance(body, dict) else ()


def _nearest(body: Body, path: FieldPath) -> Steps | None:
    """Where the patch says this field: the field itself, or what stands for it, as a list replaced whole does.

    None when the patch says nothing there: the wish was what the base has already.
    """
    node: Any = body
    steps: list[str | int] = []
    for segment in path:
        try:
            step = FieldPath((segment,)).positions(node)[0]
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return tuple(steps) if isinstance(node, list) else None
        steps.append(step)
    return tuple(steps)


def _operation_of(patch: Json6902Patch, edit: Edit, before: Body, after: Body) -> Steps | None:
    """The first operation that changes the field, something in it, or something around it."""
    for body in (after, before):
        try:
            place = edit.path.pointer(body)
        except KeyError:
            continue
        for index, operation in enumerate(patch.operations):
            changed = operation["path"].removesuffix("/-")
            if operation["op"] != "test" and (_within(place, changed) or _within(changed, place)):
                return (index,)
    return None


def _within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(outer + "/")
