"""Resources that are in no namespace, told apart where overlays of one base would fight over them.

Two overlays with different namespaces build a ClusterRoleBinding of one name with different subjects: applied to one
cluster, the second takes from the first what it may do. The namespace then ends the name. Where both have the same
namespace, or none, and one of them makes such a resource another one, the overlay's own name does.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from kgen.equality import same
from kgen.errors import InputError
from kgen.fieldpath import FieldPath
from kgen.overlay.differences import differences
from kgen.overlay.edits import ABSENT, Edit, apply_edits
from kgen.overlay.own_fields import UNPREFIXED
from kgen.overlay.renames import renaming
from kgen.overlay.spec import Spec
from kgen.overlay.trial import under_fields
from kgen.resource import Resource, ResourceId, ResourceMap, original
from kgen.schema.scope import is_cluster_scoped

_NAME: Final = FieldPath(("metadata", "name"))
_ENDING: Final = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")


class Contested(InputError):
    """Two overlays build different things by one name that cannot be another one."""


class Sibling(NamedTuple):
    """Another overlay of the same base.

    Attributes:
        name: Its name.
        spec: What it declares.
        edited: Gives its resources before kustomize's own fields apply; None where that cannot be told.
    """

    name: str
    spec: Spec
    edited: Callable[[], ResourceMap | None]


@dataclass(frozen=True, slots=True)
class Apart:
    """An overlay that may have to be told apart from others.

    Attributes:
        name: Its name.
        spec: What it declares.
        base: What its base builds.
        edited: Its resources before kustomize's own fields apply.
    """

    name: str
    spec: Spec
    base: ResourceMap
    edited: ResourceMap

    def renames(self, others: Iterable[Sibling]) -> Iterator[Edit]:
        """Other names for what it shares with others.

        Args:
            others: Those; not looked at where there is nothing to tell apart.

        Raises:
            Contested: What is shared cannot have another name.
        """
        bound = [one for one in self.edited if is_cluster_scoped(one.id.gvk)]
        own = [one for one in bound if self._is_own(one)]
        split = {known.key for known in shared(self.base)}
        kept = [one for one in bound if self.spec.namespace is not None and one.id.key in split]
        if own:
            rivals = list(self._met(others))
            contested = {one.id.key: edit for one in own for edit in self._contested(one, rivals, split)}
            yield from contested.values()
            kept, others = [one for one in kept if one.id.key not in contested], rivals
        if kept and any(other.spec.namespace != self.spec.namespace for other in self._met(others)):
            reason = "other overlays bring it for another namespace"
            yield from (self._renamed(one, str(self.spec.namespace), reason) for one in kept)

    def _met(self, others: Iterable[Sibling]) -> Iterator[Sibling]:
        return (other for other in others if may_meet(self.spec, other.spec))

    def _contested(
        self, resource: Resource, rivals: Sequence[Sibling], split: Collection[ResourceId]
    ) -> Iterator[Edit]:
        """Another name for what it makes another one than they do."""
        unlike = [other for other in rivals if self._differs(resource, other, split)]
        if not unlike:
            return
        if resource.id.gvk.kind in UNPREFIXED or not _ENDING.fullmatch(self.name):
            raise Contested(
                f"overlays/{unlike[0].name} builds another {resource.id} than this one: in one cluster the last one "
                "applied would win",
                origin=self.spec.origin("patches"),
                hint="if they are for different clusters, say so: declare 'cluster' and 'context' in both",
            )
        spaces = {other.spec.namespace for other in unlike}
        if self.spec.namespace is None or self.spec.namespace in spaces:
            taken = self.name in {other.spec.namespace for other in rivals}
            end = f"{self.name}-overlay" if taken else self.name
            yield self._renamed(resource, end, f"overlays/{unlike[0].name} brings another one")
        else:
            yield self._renamed(resource, self.spec.namespace, "other overlays bring it for another namespace")

    def _is_own(self, resource: Resource) -> bool:
        """Whether the overlay brings it, or makes it another one."""
        before = self.base.get(resource.id)
        return before is None or not same(before.body, resource.body)

    def _differs(self, resource: Resource, other: Sibling, split: Collection[ResourceId]) -> bool:
        """Whether another overlay builds something else by this name."""
        is_elsewhere = other.spec.namespace != self.spec.namespace
        if is_elsewhere and other.spec.namespace is not None and resource.id.key in split:
            return False  # it gives its own another name
        theirs = other.edited()
        if theirs is None:
            return resource.id in self.base
        found = theirs.get(resource.id)
        if found is None:
            return False
        return not same(found.body, resource.body) or (is_elsewhere and says_namespace(resource))

    def _renamed(self, resource: Resource, end: str, why: str) -> Edit:
        reason = f"{why}: in one cluster the last one applied would win"
        return Edit(resource.id, _NAME, f"{resource.id.name}-{end}", reason)


def shared(base: ResourceMap) -> list[ResourceId]:
    """What of a base is in no namespace and says one, so that overlays with different ones make different things."""
    return [
        resource.id
        for resource in base
        if is_cluster_scoped(resource.id.gvk) and resource.id.gvk.kind not in UNPREFIXED and says_namespace(resource)
    ]


def says_namespace(resource: Resource) -> bool:
    """Whether there is a namespace in it, beside its own."""
    return any(_says_namespace(value) for key, value in resource.body.items() if key != "metadata")


def _says_namespace(node: Any) -> bool:
    if isinstance(node, dict):
        return "namespace" in node or any(map(_says_namespace, node.values()))
    return isinstance(node, list) and any(map(_says_namespace, node))


def may_meet(one: Spec, other: Spec) -> bool:
    """Whether two overlays of one base may give such resources one name in one cluster."""
    names = [(spec.name_prefix, spec.name_suffix) for spec in (one, other)]
    return names[0] == names[1] and is_one_cluster(one, other)


def is_one_cluster(one: Spec, other: Spec) -> bool:
    """Whether two overlays may be for one cluster."""
    pairs = ((one.cluster, other.cluster), (one.context, other.context))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def renamed(edited: ResourceMap, edits: Iterable[Edit]) -> ResourceMap:
    """The resources with these names, each with the id that it had."""
    edits = list(edits)
    former = {edit.resource.key: edit.resource for edit in edits if edit.path == _NAME}
    made = apply_edits(edited, edits)
    found = ResourceMap()
    for before, after in zip(edited, made, strict=True):
        known = former.get(before.id.key)
        found.add(replace(after, previous_ids=(*before.previous_ids, before.id)) if known else after)
    return found


def following(edited: ResourceMap, names: Iterable[Edit]) -> Iterator[Edit]:
    """What else becomes another one where kustomize follows these names: the ``roleRef`` of a binding."""
    told = [edit for edit in names if edit.resource.gvk.kind != "ClusterRoleBinding"]  # which nothing names
    if not told:
        return
    patches = [renaming(edit.resource, edit.value) for edit in told]
    before, after = (under_fields(edited, fields, hash_suffixes=False) for fields in ({}, {"patches": patches}))
    reason = f"names {' and '.join(str(edit.resource) for edit in told)}"
    moved = {edit.resource.key for edit in told}
    for resource in after:
        source = original(resource, before)
        if source is not None and source.id.key not in moved:
            for path in differences(source.body, resource.body):
                value = path.get(resource.body)
                yield Edit(source.id, path, ABSENT if value is None else value, reason)
