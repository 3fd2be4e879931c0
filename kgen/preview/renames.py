"""Fields that only follow a resource to its new name: its own name, and the references to it.

kustomize's table of name references says where one resource names another
(https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/konfig/builtinpluginconsts/namereference.go).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from kgen.kustomize.default_fieldspecs import defaults
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.preview.comparison import FieldChange, ResourceChange
from kgen.resource import Gvk, ResourceId

_OWN = {("metadata", "name"), ("metadata", "namespace")}


class Renames:
    """The resources of a comparison that have other names, or are in other namespaces, than before."""

    def __init__(self, pairs: Iterable[tuple[ResourceId, ResourceId]]) -> None:
        self._names: defaultdict[tuple[str, str], list[Gvk]] = defaultdict(list)
        self._spaces: set[tuple[str, str]] = set()
        for before, after in pairs:
            if before.name != after.name:
                self._names[before.name, after.name].append(after.gvk)
            if before.namespace != after.namespace:
                self._spaces.add((before.namespace, after.namespace))
        targets: defaultdict[str, set[str]] = defaultdict(set)
        for old, new in self._names:
            targets[old].add(new)
        self.aliases = {old: next(iter(new)) for old, new in targets.items() if len(new) == 1}

    def told(self, change: ResourceChange) -> ResourceChange:
        """The change of a resource, with what only follows told apart."""
        if not self._names and not self._spaces:
            return change
        return replace(change, fields=tuple(self._told(field, change) for field in change.fields))

    def _told(self, field: FieldChange, change: ResourceChange) -> FieldChange:
        if field.sort != "value" or field.after_at is None:
            return field
        keys = tuple(step for step in field.after_at if isinstance(step, str))
        follows = change.renamed_from is not None if keys in _OWN else self._follows(field, keys, change.id.gvk)
        return replace(field, sort="rename") if follows else field

    def _follows(self, field: FieldChange, keys: tuple[str, ...], gvk: Gvk) -> bool:
        if not isinstance(field.before, str) or not isinstance(field.after, str):
            return False
        if keys[-1] == "namespace" and (field.before, field.after) in self._spaces:
            return True
        targets = self._names.get((field.before, field.after), ())
        return any(_selects(wanted, target) for wanted in _targets(gvk, keys) for target in targets)


def _selects(wanted: Gvk, gvk: Gvk) -> bool:
    return FieldSpec("", *wanted).selects(gvk)


@cache
def _targets(gvk: Gvk, keys: tuple[str, ...]) -> tuple[Gvk, ...]:
    """The kinds that a field of this kind may name; keys without positions."""
    return tuple(target for path, target in _references(gvk) if path == keys)


@cache
def _references(gvk: Gvk) -> tuple[tuple[tuple[str, ...], Gvk], ...]:
    return tuple(_paths(gvk))


def _paths(gvk: Gvk) -> Iterator[tuple[tuple[str, ...], Gvk]]:
    for reference in defaults().name_reference:
        for spec in reference.fields:
            if spec.selects(gvk):
                yield tuple(step.removesuffix("[]") for step in spec.steps), reference.target
