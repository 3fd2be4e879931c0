"""How a kustomization says which resource a patch is for.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

import re
from collections.abc import Sequence

from kgen.resource import Body, ResourceId


def twin_key(resource_id: ResourceId) -> tuple[str, str, str]:
    """What resources share that a target tells apart only by group and namespace."""
    return resource_id.gvk.version, resource_id.gvk.kind, resource_id.name


def target_of(resource_id: ResourceId, twins: Sequence[ResourceId]) -> Body:
    """The full target: its fields are regular expressions, anchored by kustomize, and an empty one matches all."""
    gvk = resource_id.gvk
    target: Body = {}
    if gvk.group or any(twin.gvk.group for twin in twins):
        target["group"] = literal(gvk.group) or "^$"
    target |= {"version": gvk.version, "kind": gvk.kind, "name": literal(resource_id.name)}
    if resource_id.namespace or any(twin.namespace for twin in twins):
        target["namespace"] = literal(resource_id.namespace) or "default"
    return target


def literal(text: str) -> str:
    """A regular expression that matches just this text."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)
