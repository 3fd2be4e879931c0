"""What an application needs to run well: sets of edits, one module each, with their reasons.

A feature changes nothing that a person declares otherwise in ``kgen.yaml``, and the rules of the cluster see what it
made.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from kgen.equality import same
from kgen.errors import InputError
from kgen.overlay.clusters.declared import declared_cluster
from kgen.overlay.edits import ABSENT, REMOVED, Edit, apply_edits
from kgen.overlay.features import (
    airflow,
    content_hash,
    credentials,
    dags,
    local_image,
    namespaced_rbac,
    no_examples,
    postgres_persistence,
    probes,
    runtime_fix,
    worker_resources,
)
from kgen.overlay.features.scene import Scene
from kgen.overlay.rules.state import Notice
from kgen.overlay.spec import Spec
from kgen.resource import ResourceMap


class Feature(Protocol):
    """A module of this package; its docstring is its documentation."""

    @property
    def ID(self) -> str:  # noqa: N802 - a constant of the module
        """Its name in ``kgen.yaml``."""

    @property
    def CLUSTERS(self) -> frozenset[str]:  # noqa: N802 - a constant of the module
        """Where it is on unless it is switched off."""

    @property
    def NEEDS_AIRFLOW(self) -> bool:  # noqa: N802 - a constant of the module
        """Whether it is for Airflow 1.10 only."""

    def unfit(self, scene: Scene, /) -> str | None:
        """Why it cannot apply; None where it can."""

    def edits(self, scene: Scene, /) -> Iterator[Edit]:
        """What must be changed."""

    def notices(self, scene: Scene, /) -> Iterator[Notice]:
        """What a person should know."""


FEATURES: Final[tuple[Feature, ...]] = (
    content_hash,
    runtime_fix,
    no_examples,
    probes,
    postgres_persistence,
    credentials,
    namespaced_rbac,
    local_image,
    worker_resources,
    dags,
)
"""In the order they apply: a hash is for what the base has; an image's requirements go after a line was added."""


class Effect(NamedTuple):
    """What one feature changes and says."""

    feature: str
    edits: tuple[Edit, ...]
    notices: tuple[Notice, ...]


def effects(spec: Spec, base: ResourceMap) -> list[Effect]:
    """What each feature does that is on and applies, in their order; each sees what the earlier ones changed."""
    found, resources = [], base
    for feature in FEATURES:
        scene = scene_of(feature, spec, base, resources)
        if scene is None or unfit(feature, scene) is not None:
            continue
        made = tuple(edit for edit in feature.edits(scene) if _changes(edit, resources))
        found.append(Effect(feature.ID, made, tuple(feature.notices(scene))))
        resources = apply_edits(resources, made)
    return found


def check(spec: Spec, base: ResourceMap) -> Iterator[InputError]:
    """A feature that is asked for and cannot apply; one that is only on by itself is left out silently."""
    resources = base
    for feature in FEATURES:
        scene = scene_of(feature, spec, base, resources)
        why = unfit(feature, scene) if scene else None
        if scene and why is None:
            resources = apply_edits(resources, tuple(feature.edits(scene)))
        elif spec.features.get(feature.ID) is not None:
            yield InputError(
                f"features.{feature.ID} does not apply: {why}",
                origin=spec.origin("features", feature.ID),
                hint=f"`kgen explain {feature.ID}` tells what it needs; remove it here, or mend it",
            )


def scene_of(feature: Feature, spec: Spec, base: ResourceMap, resources: ResourceMap) -> Scene | None:
    """What a feature sees; None where it is off."""
    if feature.ID in spec.features:
        options = spec.features[feature.ID]
    else:
        options = {} if spec.cluster in feature.CLUSTERS else None
    if options is None:
        return None
    cluster = declared_cluster(spec)
    modes = cluster.storage_on(spec.node.count or 1).access_modes if cluster else None
    return Scene(resources, airflow.find(base), options, modes)


def unfit(feature: Feature, scene: Scene) -> str | None:
    """Why a feature cannot apply to the base; None where it can."""
    if feature.NEEDS_AIRFLOW and scene.airflow is None:
        return "no container of the base runs Airflow 1.10 with its Kubernetes executor"
    return feature.unfit(scene)


def _changes(edit: Edit, resources: ResourceMap) -> bool:
    """Whether it is not so already."""
    resource = resources.get(edit.resource)
    if resource is None or edit.path == REMOVED:
        return True
    now = edit.path.get(resource.body)
    return now is not None if edit.value is ABSENT else not same(now, edit.value)
