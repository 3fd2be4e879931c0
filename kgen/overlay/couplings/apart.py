"""Resources that are in no namespace, told apart where overlays of one base would fight over them.

Two overlays with different namespaces build a ClusterRoleBinding of one name with different subjects: applied to one
cluster, the second takes from the first what it may do. The namespace then ends the name.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from kgen.fieldpath import FieldPath
from kgen.overlay.edits import Edit, apply_edits
from kgen.overlay.own_fields import UNPREFIXED
from kgen.overlay.spec import Spec
from kgen.resource import ResourceId, ResourceMap
from kgen.schema.scope import is_cluster_scoped


def shared(base: ResourceMap) -> list[ResourceId]:
    """What of a base is in no namespace and says one, so that overlays with different ones make different things."""
    return [
        resource.id
        for resource in base
        if is_cluster_scoped(resource.id.gvk)
        and resource.id.gvk.kind not in UNPREFIXED
        and any(_says_namespace(value) for key, value in resource.body.items() if key != "metadata")
    ]


def _says_namespace(node: Any) -> bool:
    if isinstance(node, dict):
        return "namespace" in node or any(map(_says_namespace, node.values()))
    return isinstance(node, list) and any(map(_says_namespace, node))


def fights(one: Spec, other: Spec) -> bool:
    """Whether two overlays of one base would give such resources one name in one cluster."""
    may_meet = all(
        None in pair or pair[0] == pair[1] for pair in ((one.cluster, other.cluster), (one.context, other.context))
    )
    names = [(spec.name_prefix, spec.name_suffix) for spec in (one, other)]
    return may_meet and names[0] == names[1] and one.namespace != other.namespace


def renames(spec: Spec, base: ResourceMap, edited: ResourceMap, others: Iterable[Spec]) -> Iterator[Edit]:
    """Other names for what an overlay shares with others; only where it declares a namespace, which ends them."""
    if spec.namespace is None or not any(fights(spec, other) for other in others):
        return
    for known in shared(base):
        if known in edited:
            reason = "other overlays bring it for another namespace: in one cluster the last one applied would win"
            yield Edit(known, FieldPath(("metadata", "name")), f"{known.name}-{spec.namespace}", reason)


def renamed(edited: ResourceMap, edits: Iterable[Edit]) -> ResourceMap:
    """The resources with these names, each with the id that it had."""
    former = {edit.resource.key: edit.resource for edit in edits}
    made = apply_edits(edited, edits)
    found = ResourceMap()
    for before, after in zip(edited, made, strict=True):
        known = former.get(before.id.key)
        found.add(replace(after, previous_ids=(*before.previous_ids, before.id)) if known else after)
    return found
