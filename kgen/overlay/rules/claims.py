"""The claims of a base, those in the templates of StatefulSets too."""

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any, Final, NamedTuple

from kgen import capacity
from kgen.capacity import Claim as Name
from kgen.fieldpath import FieldPath
from kgen.overlay.rules.state import Notice, State
from kgen.resource import Body, Resource, ResourceId, ResourceMap
from kgen.schema import pods

_ANNOTATED: Final = ("metadata", "annotations", capacity.CLASS_ANNOTATION)


class Claim(NamedTuple):
    """A claim: the resource that holds it, the claim itself, and where it lies in the resource."""

    resource: Resource
    body: Body
    path: FieldPath

    def __str__(self) -> str:
        template = f" {self.path}" if self.path.segments else ""
        return f"{self.resource.id}{template}"

    @property
    def spec(self) -> Body:
        """Its spec, empty where there is none."""
        return pods.mapping(self.body, "spec") or {}

    @property
    def modes(self) -> list[Any]:
        """Its access modes, as they are written."""
        modes = self.spec.get("accessModes")
        return modes if isinstance(modes, list) else []

    @property
    def class_path(self) -> tuple[str, ...]:
        """Where the class is named."""
        noted = capacity.CLASS_ANNOTATION in (pods.mapping(self.body, "metadata", "annotations") or {})
        return _ANNOTATED if noted else ("spec", "storageClassName")

    @property
    def storage_class(self) -> Any:
        """The class it names; None for none."""
        return capacity.storage_class(self.body)

    @property
    def is_for_many(self) -> bool:
        """Whether it is for pods on many nodes."""
        return capacity.is_for_many(self.body)


def claims(resources: ResourceMap) -> Iterator[Claim]:
    """All claims, in the order of the resources."""
    for resource in resources:
        gvk = resource.id.gvk
        if (gvk.group, gvk.kind) == ("", "PersistentVolumeClaim"):
            yield Claim(resource, resource.body, FieldPath())
        if (gvk.group, gvk.kind) == ("apps", "StatefulSet"):
            templates = (pods.mapping(resource.body, "spec") or {}).get("volumeClaimTemplates")
            for index, template in enumerate(templates if isinstance(templates, list) else ()):
                if isinstance(template, dict):
                    yield Claim(resource, template, FieldPath(("spec", "volumeClaimTemplates", index)))


def on_one_node(state: State) -> set[Name]:
    """The claims whose volume is on one node, and so all pods that use it; with a single node that says nothing."""
    if state.nodes == 1 or state.cluster.nodes.shared_machine:
        return set()
    return capacity.on_one_node(state.resources, state.cluster.node_classes(state.nodes))


def scattered(state: State) -> Iterator[Notice]:
    """Say whose claims may be on two nodes: a volume stays on that of the first pod that uses it."""
    tied = capacity.on_one_node(state.resources, state.cluster.node_classes(state.nodes)) if state.nodes > 1 else set()
    own = {resource.id: capacity.claims_of(resource) & tied for resource in state.resources if tied}
    for who, used in own.items():
        for one, other in combinations(sorted(used), 2):
            users = _alone(one, other, own), _alone(other, one, own)
            if all(users):
                yield Notice(
                    f"{who} uses {one[1]} as {users[0]} does and {other[1]} as {users[1]} does: where these come "
                    "first, and to two nodes, it stays Pending",
                    "let them share one claim, or use storage that serves many nodes",
                )
                break


def _alone(one: Name, other: Name, own: Mapping[ResourceId, Collection[Name]]) -> ResourceId | None:
    """Who uses the one claim and not the other."""
    return next((who for who, used in own.items() if one in used and other not in used), None)
