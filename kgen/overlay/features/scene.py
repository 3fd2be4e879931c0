"""What a feature sees of the base, and the spellings of its edits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kgen.fieldpath import FieldPath, ItemKey
from kgen.kustomize.transformers.images import split
from kgen.overlay.edits import Edit
from kgen.overlay.features.airflow import Airflow
from kgen.resource import Body, Resource, ResourceId, ResourceMap
from kgen.schema import pods


@dataclass(frozen=True, slots=True)
class Scene:
    """The resources on their way, and what is declared.

    Attributes:
        resources: The base with the edits of earlier features.
        airflow: Where Airflow is in the base; None where it is not.
        options: What is said of this feature.
        modes: The access modes that the cluster's storage serves; None where that is not known.
    """

    resources: ResourceMap
    airflow: Airflow | None = None
    options: Mapping[str, Any] | None = None
    modes: frozenset[str] | None = None

    def option(self, name: str, otherwise: Any) -> Any:
        """What is said under this name, or what goes without saying."""
        return (self.options or {}).get(name, otherwise)

    def body(self, resource_id: ResourceId) -> Body:
        """What has become of a resource so far; empty where it went."""
        resource = self.resources.get(resource_id)
        return resource.body if resource else {}

    @property
    def settings(self) -> Mapping[str, Any]:
        """Airflow's settings as they are so far."""
        return (pods.mapping(self.body(self.airflow.settings), "data") or {}) if self.airflow else {}

    def setting(self, key: str, value: Any, reason: str) -> Iterator[Edit]:
        """Give Airflow a setting; ABSENT takes it away."""
        if self.airflow:
            yield Edit(self.airflow.settings, FieldPath(("data", key)), value, reason)

    def databases(self) -> Iterator[tuple[Resource, Body]]:
        """The containers that run PostgreSQL, with their workload."""
        for resource in self.resources:
            for place, container in pods.containers(resource.body):
                image = container.get("image")
                if place == "containers" and isinstance(image, str) and _name(image) == "postgres":
                    yield resource, container


def _name(image: str) -> str:
    return split(image)[0].rpartition("/")[2]


def pod(resource_id: ResourceId) -> FieldPath:
    """Where the pod's spec is."""
    return FieldPath(pods.pod_spec_path(resource_id.gvk) or ())


def container(resource_id: ResourceId, name: object) -> FieldPath:
    """Where a container is."""
    return pod(resource_id) / "containers" / named(name)


def named(name: object, key: str = "name") -> ItemKey:
    """An item of a list."""
    return ItemKey(((key, name),))


def added(body: Body, reason: str) -> Edit:
    """A resource more."""
    return Edit(ResourceId.of(body), FieldPath(), body, reason)


def metadata(name: str, like: ResourceId) -> Body:
    """A name in the namespace of another resource."""
    return {"name": name, **({"namespace": like.namespace} if like.namespace else {})}
