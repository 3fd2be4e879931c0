"""What is to be told of one feature."""

from dataclasses import dataclass

from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.features import FEATURES, Effect, Feature, effects, scene_of, unfit
from kgen.overlay.spec import Spec
from kgen.overlay.spec.features import FEATURES as TABLE
from kgen.overlay.spec.parse import flow
from kgen.resource import ResourceMap


@dataclass(frozen=True, slots=True)
class Page:
    """A feature.

    Attributes:
        name: Its name in ``kgen.yaml``.
        text: What it is documented to do.
        clusters: Where it is on by itself.
        example: How ``kgen.yaml`` switches it on.
        effect: What it would do to the base if nothing else were on; None where there is none, or it does not apply.
        unfit: Why it does not apply to the base.
    """

    name: str
    text: str
    clusters: tuple[str, ...]
    example: str
    effect: Effect | None = None
    unfit: str | None = None


def page(feature: Feature, base: ResourceMap) -> Page:
    """A feature, with what it would do to a base, which may be empty."""
    text, example = (feature.__doc__ or "").strip(), TABLE.fields[feature.ID].example
    clusters = tuple(name for name in CLUSTERS if name in feature.CLUSTERS)
    found = Page(feature.ID, text, clusters, f"features: {flow({feature.ID: example})}")
    if not len(base):
        return found
    off: dict[str, dict[str, object] | None] = dict.fromkeys((other.ID for other in FEATURES), None)
    spec = Spec(features={**off, feature.ID: example if isinstance(example, dict) else {}})
    scene = scene_of(feature, spec, base, base)
    why = unfit(feature, scene) if scene else None
    effect = next(iter(effects(spec, base)), None)
    return Page(found.name, text, clusters, found.example, effect, why)
