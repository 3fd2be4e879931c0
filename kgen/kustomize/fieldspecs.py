"""Field specs: where in which kinds a transformer reads or writes, and how several tables of them become one."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple, cast

from kgen.errors import InputError
from kgen.resource import Gvk


class FieldSpec(NamedTuple):
    r"""A field of some kinds; an empty group, version or kind stands for any.

    Attributes:
        path: Keys joined by ``/``; lists on the way are walked, ``\/`` is a slash in a key, ``[]`` ends a list's name.
        create: Whether missing maps and the field itself are made.
    """

    path: str
    group: str = ""
    version: str = ""
    kind: str = ""
    create: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """The path's parts."""
        return split_path(self.path)

    def selects(self, gvk: Gvk) -> bool:
        """Whether it speaks of this kind."""
        return self.kind in ("", gvk.kind) and self.group in ("", gvk.group) and self.version in ("", gvk.version)


class NameReference(NamedTuple):
    """Fields that hold the name of a resource of one kind; an empty group or version stands for any."""

    target: Gvk
    fields: tuple[FieldSpec, ...]


class FieldSpecs(NamedTuple):
    """All the tables of one kustomization, named as in a ``configurations`` file."""

    name_prefix: tuple[FieldSpec, ...] = ()
    name_suffix: tuple[FieldSpec, ...] = ()
    namespace: tuple[FieldSpec, ...] = ()
    common_labels: tuple[FieldSpec, ...] = ()
    labels: tuple[FieldSpec, ...] = ()
    template_labels: tuple[FieldSpec, ...] = ()
    common_annotations: tuple[FieldSpec, ...] = ()
    name_reference: tuple[NameReference, ...] = ()
    var_reference: tuple[FieldSpec, ...] = ()
    images: tuple[FieldSpec, ...] = ()
    replicas: tuple[FieldSpec, ...] = ()

    def ordered(self) -> "FieldSpecs":
        """The same, sorted as kustomize sorts what it reads, so that a narrower spec comes before a wider one."""
        references = tuple(sorted(self.name_reference, key=lambda reference: kind_rank(reference.target)))
        tables = {name: sort_specs(table) for name, table in self._asdict().items() if name != "name_reference"}
        return FieldSpecs(**tables, name_reference=references)

    def merged(self, other: "FieldSpecs") -> "FieldSpecs":
        """Both tables, sorted as kustomize sorts them.

        Raises:
            InputError: Both have the same field, and only one creates it.
        """
        if other is self:
            return self
        tables: Iterable[Any] = (
            merge_references(a, b) if name == "name_reference" else sort_specs(merge_all(a, b))
            for name, a, b in zip(self._fields, cast("Any", self), cast("Any", other), strict=True)
        )
        return FieldSpecs(*tables)


@cache
def split_path(path: str) -> tuple[str, ...]:
    """The keys of a path; a slash after a backslash belongs to the key."""
    parts = path.split("/")
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    steps = [parts[0]]
    for part in parts[1:]:
        if steps[-1].endswith("\\"):
            steps[-1] = steps[-1][:-1] + "/" + part
        else:
            steps.append(part)
    return tuple(steps)


def merge_all(specs: Iterable[FieldSpec], more: Iterable[FieldSpec]) -> tuple[FieldSpec, ...]:
    """The specs, then those of `more` that are not there yet.

    Raises:
        InputError: Both have the same field, and only one creates it.
    """
    merged = list(specs)
    first: dict[tuple[str, ...], FieldSpec] = {}
    for one in merged:
        _note(one, first)
    for spec in more:
        same = first.get(spec[:4])
        if same is None:
            merged.append(spec)
            _note(spec, first)
        elif same.create != spec.create:
            raise InputError(f"two field specs for '{spec.path}' disagree about create")
    return tuple(merged)


def _note(one: FieldSpec, first: dict[tuple[str, ...], FieldSpec]) -> None:
    """Let a spec be found by all that speak of its field and its kinds, of each the one that was noted first."""
    for group in {one.group, ""}:
        for version in {one.version, ""}:
            for kind in {one.kind, ""}:
                first.setdefault((one.path, group, version, kind), one)


def _gvk(spec: FieldSpec) -> Gvk:
    return Gvk(spec.group, spec.version, spec.kind)


def merge_references(one: Iterable[NameReference], other: Iterable[NameReference]) -> tuple[NameReference, ...]:
    """Both tables of name references, those of the same kind as one, sorted as kustomize sorts them.

    Raises:
        InputError: Both have the same field, and only one creates it.
    """
    merged = {reference.target: reference for reference in one}
    for reference in other:
        known = merged.get(reference.target)
        # The fields of a new target are taken as they are, whatever they say of one another.
        fields = merge_all(known.fields, reference.fields) if known else reference.fields
        merged[reference.target] = NameReference(reference.target, fields)
    return tuple(sorted(merged.values(), key=lambda reference: kind_rank(reference.target)))


def sort_specs(specs: Iterable[FieldSpec]) -> tuple[FieldSpec, ...]:
    """The specs as kustomize sorts them, by kind."""
    return tuple(sorted(specs, key=lambda spec: kind_rank(_gvk(spec))))


ORDER_FIRST = (
    *("Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount"),
    *("PodSecurityPolicy", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret"),
    *("Endpoints", "Service", "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim"),
    *("Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget"),
)
ORDER_LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_RANKS = {kind: i - len(ORDER_FIRST) for i, kind in enumerate(ORDER_FIRST)}
_RANKS |= {kind: i + 1 for i, kind in enumerate(ORDER_LAST)}


def kind_rank(gvk: Gvk) -> tuple[int, str]:
    """What kustomize sorts kinds by: first and last ones by name, the others as text, the core group after the rest."""
    return _RANKS.get(gvk.kind, 0), f"{gvk.group or '~G'}_{gvk.version or '~V'}_{gvk.kind or '~K'}"
