"""A base, what it should become, and kustomize's own fields → the files of an overlay.

kustomize's own fields come before patches, because people, Renovate, Argo CD and Flux read and write them there.
What remains is one patch file per resource, which says only what changes, and why.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from kgen import yamlio
from kgen.equality import same
from kgen.fieldpath import FieldPath
from kgen.overlay import disguise, env_file, generation
from kgen.overlay.edits import Edit
from kgen.overlay.own_fields import image_of
from kgen.overlay.pairing import Pair, pairs
from kgen.overlay.patches import Json6902Patch, Patch, StrategicMergePatch, patch_between, removal
from kgen.overlay.remainder import EFFORTS, Effort, remainder
from kgen.overlay.target import target_of, twin_key
from kgen.overlay.trial import Ground, is_generated, marked
from kgen.resource import Body, Resource, ResourceId, ResourceMap

Steps = tuple[str | int, ...]

# The order in which kustomize itself writes these fields.
FIELD_ORDER: Final = (
    "components", "namePrefix", "nameSuffix", "namespace", "labels", "commonAnnotations", "images", "replicas",
    "secretGenerator", "configurations",
)  # fmt: skip

_HEAD: Final = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}


@dataclass(frozen=True, slots=True)
class Directives:
    """What an overlay says beside patches.

    Attributes:
        base: The base's folder as the overlay names it.
        fields: kustomize's own fields, by name.
        reasons: Why, by position in `fields`: ``("images", 0)``.
        resources: Resources the overlay adds, by file name.
        hidden: The wanted resources that are added in disguise, by the key of their id.
        files: What else the fields name, by file name: ``configurations``.
        generated: The wanted Secrets that are made of the file beside the overlay, by the key of their id.
    """

    base: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[Steps, str] = field(default_factory=dict)
    resources: Mapping[str, Body] = field(default_factory=dict)
    hidden: frozenset[ResourceId] = frozenset()
    files: Mapping[str, Body] = field(default_factory=dict)
    generated: frozenset[ResourceId] = frozenset()

    def generates(self, resource: Resource) -> bool:
        """Whether a resource, whatever it is called now, is made of the file beside the overlay."""
        known = (resource.id, *resource.previous_ids)
        return any(one.key in self.generated for one in known)


class Patched(NamedTuple):
    """A resource of the base, what its patch makes of it (None where it goes), and the patch."""

    before: Resource
    after: Body | None
    patch: Patch


@dataclass(frozen=True, slots=True)
class Overlay:
    """The text of an overlay's files, by path in its folder, each without kgen's header; and the patches as values.

    It is empty where it builds the base as it is.
    """

    files: Mapping[str, str]
    patches: tuple[Patched, ...] = ()
    is_empty: bool = False

    @property
    def patched(self) -> tuple[str, ...]:
        """The patch files."""
        return tuple(path for path in self.files if path.startswith("patches/"))


def synthesise(  # noqa: PLR0913, PLR0917  # what is wished, and how to say it
    base: ResourceMap,
    wanted: ResourceMap,
    edits: Sequence[Edit],
    directives: Directives,
    effort: Effort = EFFORTS[0],
    by_position: Collection[ResourceId] = (),
    ground: Ground | None = None,
) -> Overlay:
    """The overlay that makes the base what is wanted.

    Args:
        base: What the base builds, content hashes left off.
        wanted: What it should be before the directives' fields apply; renamed resources tell their former ids.
        edits: What was wished, for the reasons.
        directives: The rest of the overlay.
        effort: How far to go.
        by_position: The resources that no strategic merge patch may change, by the key of their id.
        ground: Where the base is, if it is anywhere.
    """
    fields, found = remainder(base, pairs(base, wanted), directives.fields, effort, directives.hidden, ground)
    making = _Making(base, edits, {name: yamlio.write(body, {}) for name, body in directives.resources.items()})
    for before, after in _patched(found):
        making.change(before, after, merges=before.id.key not in by_position)
    new = [pair.after for pair in found if pair.after and not pair.before]
    for resource in new:
        if not directives.generates(resource):
            making.add(resource, hidden=resource.id.key in directives.hidden)
    fields |= _generators(one for one in new if directives.generates(one))
    if making.generated:
        fields["components"] = list(generation.COMPONENTS)
    reasons = dict(directives.reasons) | _field_reasons(fields, edits)
    is_empty = not (making.added or fields or making.entries)
    if is_empty:
        reasons["resources", 0] = "nothing is to be changed"
    text = _kustomization(directives.base, list(making.added), fields, reasons, making.entries)
    files = {"kustomization.yaml": text, **_files(directives), **making.texts}
    return Overlay(files, tuple(making.patches), is_empty)


def _files(directives: Directives) -> dict[str, str]:
    return {name: yamlio.write(body, {}) for name, body in directives.files.items()}


class _Making:
    """The files of an overlay in the making.

    Attributes:
        added: The text of the files of resources that it adds, by path.
        files: The same of those of patches.
        entries: How the kustomization names these.
        patches: The patches of the base as values.
        generated: What of the base is generated instead.
    """

    def __init__(self, base: ResourceMap, edits: Sequence[Edit], added: dict[str, str]) -> None:
        self.added, self.files = added, dict[str, str]()
        self.entries: list[Body] = []
        self.patches: list[Patched] = []
        self.generated: list[generation.Generated] = []
        self._said = _by_resource(edits)
        self._twins: dict[Any, list[ResourceId]] = {}
        for resource in base:
            self._twins.setdefault(twin_key(resource.id), []).append(resource.id)

    @property
    def texts(self) -> dict[str, str]:
        """The text of all files beside the kustomization, by path."""
        return {**self.added, **generation.texts(self.generated), **self.files}

    def change(self, before: Resource, after: Resource | None, *, merges: bool) -> None:
        """Make a resource of the base another one, or let it go."""
        made = after.body if after else None
        if after and is_generated(before, after):
            self.patches.append(Patched(before, None, removal(before.body)))
            self.generated.append(generation.generated(before, after.body, self._said.get(before.id.key, ())))
            before = self.generated[-1].made
            if same(before.body, made):
                return
        patch = patch_between(before.body, made, merges=merges) if made else removal(before.body)
        self.patches.append(Patched(before, made, patch))
        path = file_name("patches", before.id, self.files)
        self.files[path] = patch_text(patch, self._said.get(before.id.key, ()), before.body, made or {})
        self.entries.append(_entry(path, patch, before.id, self._twins[twin_key(before.id)]))

    def add(self, resource: Resource, *, hidden: bool) -> None:
        """Add a resource, in disguise or as what it is."""
        body, path = marked(resource), file_name("resources", resource.id, self.added)
        if hidden:
            body = self._hide(body)
        self.added[path] = yamlio.write(body, _reason(self._said.get(resource.id.key, ())))

    def _hide(self, body: Body) -> Body:
        path = file_name("patches", ResourceId.of(body), self.files)
        patch = disguise.revealing(body)
        first: Steps = (0,) if isinstance(patch, list) else ("apiVersion",)
        self.files[path] = yamlio.write(patch, {first: disguise.WHY})
        self.entries.append({"path": path, **disguise.entry(body)})
        return disguise.disguised(body)


def _by_resource(edits: Sequence[Edit]) -> dict[ResourceId, list[Edit]]:
    """The edits of each resource, by the key of its id."""
    found: dict[ResourceId, list[Edit]] = {}
    for edit in edits:
        found.setdefault(edit.resource.key, []).append(edit)
    return found


def _reason(edits: Sequence[Edit]) -> dict[Steps, str]:
    """Why a resource is there, above its first line."""
    said = dict.fromkeys(edit.reason for edit in edits)
    return {("apiVersion",): "; ".join(said)} if said else {}


def _patched(found: Sequence[Pair]) -> Iterator[tuple[Resource, Resource | None]]:
    """What of the base changes, and what goes."""
    for before, after in found:
        if before is not None and (after is None or is_generated(before, after) or not same(before.body, after.body)):
            yield before, after


def _field_reasons(fields: Mapping[str, Any], edits: Sequence[Edit]) -> dict[Steps, str]:
    """Why an image or a count is another one, where an edit says so."""
    reasons: dict[Steps, str] = {("components",): generation.WHY} if "components" in fields else {}
    for index in range(len(fields.get("secretGenerator", ()))):
        reasons["secretGenerator", index] = f"{env_file.NAME} is not in Git; without it nothing builds this overlay"
    counts = {entry["name"]: index for index, entry in enumerate(fields.get("replicas", ()))}
    for edit in edits:
        if edit.path.segments == ("spec", "replicas") and edit.resource.name in counts:
            reasons["replicas", counts[edit.resource.name]] = edit.reason
        for index, entry in enumerate(fields.get("images", ()) if edit.path.segments[-1:] == ("image",) else ()):
            if edit.value == image_of(entry, edit.value):
                reasons["images", index] = edit.reason
    return reasons


def _generators(secrets: Iterable[Resource]) -> dict[str, Any]:
    """How a kustomization makes these Secrets of the file beside it."""
    entries = []
    for secret in secrets:
        metadata = secret.body["metadata"]
        options = {key: metadata[key] for key in ("labels", "annotations") if metadata.get(key)}
        place = {key: metadata[key] for key in ("name", "namespace") if key in metadata}
        entries.append({**place, "envs": [env_file.NAME], **({"options": options} if options else {})})
    return {"secretGenerator": entries} if entries else {}


def _kustomization(
    base: str, added: Sequence[str], fields: Mapping[str, Any], reasons: Mapping[Steps, str], patches: list[Body]
) -> str:
    body: Body = _HEAD | {"resources": [base, *added]}
    body |= {name: fields[name] for name in FIELD_ORDER if name in fields}
    if patches:
        body["patches"] = patches
    return yamlio.write(body, reasons)


def file_name(folder: str, resource_id: ResourceId, taken: Iterable[str]) -> str:
    """``patches/<kind>-<name>.yaml``; where two would meet, also on a disk that ignores case, more of the id."""
    used = {path.lower() for path in taken}
    gvk = resource_id.gvk
    parts = [gvk.kind, resource_id.name]
    numbers = (str(number) for number in itertools.count(2))
    for more in itertools.chain(("", resource_id.namespace, gvk.group, gvk.version), numbers):
        parts += [more] if more else []
        path = f"{folder}/{_file_part('-'.join(parts))}.yaml"
        if path not in used:
            return path
    raise AssertionError  # there is always a next number


def _file_part(text: str) -> str:
    return re.sub(r"[^a-z0-9.-]+", "-", text.lower())[:200]


def _entry(path: str, patch: Patch, resource_id: ResourceId, twins: Sequence[ResourceId]) -> Body:
    """How the kustomization names the patch: only JSON 6902 needs a target.

    A strategic merge patch without one fails loudly where it matches nothing; with one kustomize is silent.
    """
    if isinstance(patch, StrategicMergePatch):
        return {"path": path}
    return {"path": path, "target": target_of(resource_id, [twin for twin in twins if twin != resource_id])}


def patch_text(patch: Patch, edits: Sequence[Edit], before: Body, after: Body) -> str:
    """A patch as a file for people, with the reasons of these edits above what they are about."""
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
