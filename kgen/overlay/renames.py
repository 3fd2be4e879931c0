"""Other names for resources, and for what refers to them."""

from dataclasses import replace

from kgen import yamlio
from kgen.equality import same
from kgen.overlay.pairing import pairs
from kgen.overlay.target import literal
from kgen.overlay.trial import under_fields
from kgen.resource import Body, Resource, ResourceId, ResourceMap
from kgen.schema.scope import is_cluster_scoped


def renaming(resource: ResourceId, name: str) -> Body:
    """An entry of ``patches`` that gives a resource another name."""
    operation = {"op": "replace", "path": "/metadata/name", "value": name}
    gvk = resource.gvk
    target = {"group": literal(gvk.group) or "^$", "version": gvk.version, "kind": gvk.kind}
    target["name"] = literal(resource.name)
    if not is_cluster_scoped(gvk):  # which kustomize takes for none that is in default
        target["namespace"] = literal(resource.namespace) or "default"
    return {"patch": yamlio.dump([[operation]]), "target": target}


def renamed(present: ResourceMap, shown: ResourceMap, edited: ResourceMap) -> ResourceMap | None:
    """What a person wants, if what has nothing but another name is renamed: what refers to it follows. Else None.

    Args:
        present: All that the overlay builds.
        shown: What of it the person had before them.
        edited: What they made of that.
    """
    former = {
        after.id.key: before.id
        for before, after in pairs(shown, edited)
        if before and after and before.id._replace(name=after.id.name) == after.id != before.id
    }
    if not former:
        return None
    patches = [renaming(before, after.name) for after, before in former.items()]
    wanted = {one.id.key: one for one in under_fields(present, {"patches": patches}, hash_suffixes=False)}
    for one in shown:
        if one.id not in edited:
            wanted.pop(one.id.key, None)
    for one in edited:
        if not _is_among(one, shown):
            known = former.get(one.id.key)
            wanted[one.id.key] = replace(one, previous_ids=(known,)) if known else one
    return ResourceMap(wanted.values())


def _is_among(one: Resource, others: ResourceMap) -> bool:
    other = others.get(one.id)
    return other is not None and same(one.body, other.body)
