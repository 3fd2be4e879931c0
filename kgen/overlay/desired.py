"""A base, a declaration and a cluster's facts → the desired state, with the reason of every change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final

from kgen.equality import same
from kgen.errors import InputError
from kgen.fieldpath import FieldPath, ItemKey
from kgen.overlay import features
from kgen.overlay.clusters.declared import declared_cluster
from kgen.overlay.edits import REMOVED, Edit, apply_edits, overruled
from kgen.overlay.features import credentials
from kgen.overlay.rules import run
from kgen.overlay.rules.state import Notice, State
from kgen.overlay.spec import Image, Spec, find_config_map, find_container, find_replicated
from kgen.overlay.synthesise import FIELD_ORDER, Directives
from kgen.overlay.trial import Ground, under_fields, upon
from kgen.resource import Body, Resource, ResourceId, ResourceMap
from kgen.schema.pods import has_replicas, host_paths, pod_spec_path

# Exist in every cluster: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
_INITIAL_NAMESPACES: Final = ("default", "kube-system", "kube-public", "kube-node-lease")

_SAID: Final = "declared in kgen.yaml"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an overlay is to make of its base.

    Attributes:
        edited: The base's resources with all edits made, before kustomize's own fields apply.
        edits: What was changed and why: declared edits first, then those of the rules.
        directives: kustomize's own fields, and resources to add.
        notices: What the person should know.
        is_free: Whether more than the declaration's words took part, so that there may be no overlay for it.
        state: The desired state, where it is known.
        features: Those of the edits that features made: what they name is followed, as if the base had it.
        ground: Where the base is, if it is anywhere.
    """

    edited: ResourceMap
    edits: tuple[Edit, ...]
    directives: Directives
    notices: tuple[Notice, ...] = ()
    is_free: bool = False
    state: ResourceMap | None = field(default=None, compare=False, repr=False)
    features: tuple[Edit, ...] = field(default=(), compare=False, repr=False)
    ground: Ground | None = field(default=None, compare=False, repr=False)

    @property
    def followed(self) -> frozenset[tuple[ResourceId, FieldPath]]:
        """The fields that features set, and nothing after them."""
        made = set(map(id, self.features))
        found = {(edit.resource.key, edit.path) for edit in self.edits if id(edit) in made}
        return frozenset(found - self.taken)

    @property
    def taken(self) -> frozenset[tuple[ResourceId, FieldPath]]:
        """The fields that a person, a rule, a function or a patch sets."""
        made = set(map(id, self.features))
        return frozenset((edit.resource.key, edit.path) for edit in self.edits if id(edit) not in made)


def wish(spec: Spec, base: ResourceMap) -> Wish:
    """What the declaration and the rules of its cluster ask of a base that it was checked against."""
    effects = features.effects(spec, base)
    made, declared = _wanted(spec, base, effects)
    edits = [*made, *declared]
    notices = tuple(notice for effect in effects for notice in effect.notices)
    state = _rules_state(spec, base, edits)
    if state is not None:
        demanded, said = run(state)
        edits += demanded
        notices += said
    generated = credentials.generated(made)
    edited = _hashed(apply_edits(base, edits), generated)
    directives = replace(_directives(spec, base), generated=generated)
    return Wish(edited, tuple(edits), directives, notices, features=tuple(made))


def _hashed(resources: ResourceMap, generated: Collection[ResourceId]) -> ResourceMap:
    """The same, with a content hash for those that kustomize generates."""
    if not generated:
        return resources
    return ResourceMap(replace(one, needs_hash=True) if one.id.key in generated else one for one in resources)


def rules_state(spec: Spec, base: ResourceMap) -> State | None:
    """What the rules see: the base as it is declared; None without a cluster."""
    return _rules_state(spec, base, [*chain(*_wanted(spec, base, features.effects(spec, base)))])


def _rules_state(spec: Spec, base: ResourceMap, edits: Sequence[Edit]) -> State | None:
    cluster = declared_cluster(spec)
    if cluster is None:
        return None
    declared = _declared(spec, base)
    return State(
        resources=apply_edits(base, [*edits, *_replicas(spec, base)]),
        cluster=cluster,
        node=spec.node,
        declared=frozenset(_declared_requests(declared)),
    )


def _wanted(spec: Spec, base: ResourceMap, effects: Sequence[features.Effect]) -> tuple[list[Edit], list[Edit]]:
    """The edits of the features, and what is declared: where both say something, that counts.

    Raises:
        InputError: Something is declared of a resource that a feature takes away.
    """
    declared = _declared(spec, base)
    made = [edit for effect in effects for edit in effect.edits]
    gone = {edit.resource.key for edit in made if edit.path == REMOVED}
    for edit in declared:
        if edit.resource.key in gone:
            message = f"{edit.resource} is taken away by a feature, but changed here"
            raise InputError(message, origin=spec.origin("config"), hint="leave one of them out")
    return list(overruled(_last(made), declared)), declared


def _last(edits: list[Edit]) -> list[Edit]:
    """Without those that a later one makes void."""
    return [edit for index, edit in enumerate(edits) for _ in overruled([edit], edits[index + 1 :])]


def _declared(spec: Spec, base: ResourceMap) -> list[Edit]:
    """The edits that are declared, but for what kustomize's own fields say."""
    return [
        *_requirements(spec, base),
        *_config(spec, base),
        *_host_paths(spec, base),
        *(edit for edit in _replicas(spec, base) if _shares_name(edit, base)),
    ]


def desired_state(wished: Wish, base: ResourceMap) -> ResourceMap:
    """The resources as they should be built: the edited ones under kustomize's own fields, without any patch.

    Content hashes are left off their names, and which resources get one is told. Without such fields and hashes, only
    what differs from the base need be built: what kustomize writes of it can differ in spelling.

    Raises:
        InputError: A field cannot be applied to these resources.
    """
    said = wished.directives
    if said.fields or any(resource.needs_hash for resource in wished.edited):
        added = {**said.resources, **said.files}
        if wished.ground is not None:
            return upon(wished.ground, wished.edited, said.fields, added, said.hidden)
        return under_fields(wished.edited, said.fields, added, hash_suffixes=False, hidden=said.hidden)
    changed = [resource for resource in wished.edited if is_changed(resource, base)]
    built = {resource.id.key: resource for resource in under_fields(changed, {}, said.resources, hidden=said.hidden)}
    kept = [built.pop(resource.id.key, resource) for resource in wished.edited]
    return ResourceMap([*kept, *built.values()])


def is_changed(resource: Resource, base: ResourceMap) -> bool:
    """Whether a base has another resource of this identity, or none."""
    before = base.get(resource.id)
    return before is None or not same(before.body, resource.body)


def _requirements(spec: Spec, base: ResourceMap) -> Iterator[Edit]:
    for workload, wanted in spec.resources.items():
        resource_id, container = find_container(workload, base)
        above = FieldPath(pod_spec_path(resource_id.gvk) or ())
        path = above / container.field / ItemKey((("name", container.name),)) / "resources"
        for group, quantities in (("requests", wanted.requests), ("limits", wanted.limits)):
            for name, value in quantities.items():
                yield Edit(resource_id, path / group / name, value, f"{_SAID}: resources.{workload}.{group}.{name}")


def _declared_requests(edits: list[Edit]) -> Iterator[tuple[ResourceId, str, str]]:
    for edit in edits:
        match edit.path.segments:
            case (*_, ItemKey(fields), "resources", "requests", str(name)):
                yield edit.resource, str(dict(fields)["name"]), name


def _config(spec: Spec, base: ResourceMap) -> Iterator[Edit]:
    for name, data in spec.config.items():
        resource_id = find_config_map(name, base)
        for key, value in data.items():
            yield Edit(resource_id, FieldPath(("data", key)), value, f"{_SAID}: config.{name}.{key}")


def _host_paths(spec: Spec, base: ResourceMap) -> Iterator[Edit]:
    folders = {path.rstrip("/"): (path, folder) for path, folder in spec.host_paths.items()}
    for resource in base:
        above = FieldPath(pod_spec_path(resource.id.gvk) or ()) / "volumes"
        for volume, path, _ in host_paths(resource.body):
            if path in folders and isinstance(volume.get("name"), str):
                name, folder = folders[path]
                where = above / ItemKey((("name", volume["name"]),)) / "hostPath" / "path"
                yield Edit(resource.id, where, folder, f"{_SAID}: hostPaths.{name}")


def _replicas(spec: Spec, base: ResourceMap) -> Iterator[Edit]:
    for name, count in spec.replicas.items():
        reason = f"{_SAID}: replicas.{name}"
        yield Edit(find_replicated(name, base), FieldPath(("spec", "replicas")), count, reason)


def _shares_name(edit: Edit, base: ResourceMap) -> bool:
    """Whether kustomize's own field, which knows no kinds, would change another workload as well."""
    name = edit.resource.name
    return sum(resource.id.name == name and has_replicas(resource.id.gvk) for resource in base) > 1


def _directives(spec: Spec, base: ResourceMap) -> Directives:
    fields: dict[str, Any] = {
        "namePrefix": spec.name_prefix,
        "nameSuffix": spec.name_suffix,
        "namespace": spec.namespace,
        "labels": [{"pairs": dict(spec.labels)}] if spec.labels else None,
        "images": [_image(name, image) for name, image in spec.images.items()],
        "replicas": [
            {"name": edit.resource.name, "count": edit.value}
            for edit in _replicas(spec, base)
            if not _shares_name(edit, base)
        ],
    }
    fields = {name: fields[name] for name in FIELD_ORDER if fields.get(name)}
    reasons: dict[tuple[str | int, ...], str] = {(name,): _SAID for name in fields}
    return Directives(spec.base, fields, reasons, _namespace(spec, base))


def _image(name: str, image: Image) -> Body:
    parts = {"name": name, "newName": image.new_name, "newTag": image.new_tag, "digest": image.digest}
    return {key: value for key, value in parts.items() if value is not None}


def _namespace(spec: Spec, base: ResourceMap) -> Mapping[str, Body]:
    """The Namespace itself: ``kubectl apply -k`` into one that is not there fails for every resource."""
    given = any(resource.id.gvk.kind == "Namespace" and not resource.id.gvk.group for resource in base)
    if spec.namespace in (None, *_INITIAL_NAMESPACES) or given or not spec.create_namespace:
        return {}
    return {"namespace.yaml": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": spec.namespace}}}
