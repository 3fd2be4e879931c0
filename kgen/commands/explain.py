"""``kgen explain``: what kgen knows of clusters and demands of a base, and what that means for the base here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kgen import project
from kgen.commands import declaration
from kgen.commands.bases import Bases
from kgen.commands.overlay import place_of
from kgen.errors import InputError
from kgen.filesystem import DiskFileSystem
from kgen.overlay.apps import APPS
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.cluster import Cluster
from kgen.overlay.clusters.declared import declared_cluster
from kgen.overlay.desired import rules_state
from kgen.overlay.env_file import with_placeholders
from kgen.overlay.features import FEATURES
from kgen.overlay.features.page import Page, page
from kgen.overlay.flags import Flags
from kgen.overlay.rules import RULES, Effect, effects
from kgen.overlay.spec import Spec, advice
from kgen.resource import ResourceMap

_FEATURES: Final = {feature.ID: feature for feature in FEATURES}
_RULES: Final = {rule.ID: (rule.__doc__ or "").strip() for rule in RULES}


@dataclass(frozen=True, slots=True)
class Listing:
    """All that can be explained: names and what they are, by title."""

    sections: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """A cluster, and what each rule would do to the base for it; None where there is no base."""

    cluster: Cluster
    effects: tuple[Effect, ...] | None


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule, and what it would do to the base for each cluster; None where there is no base."""

    name: str
    text: str
    effects: Mapping[str, Effect] | None


@dataclass(frozen=True, slots=True)
class AppPage:
    """An application that kgen knows: what is known of it."""

    name: str
    text: str


def explain(name: str | None, start: str) -> Listing | ClusterPage | RulePage | AppPage | Page:
    """Explain one cluster, rule, application or feature, or say which there are.

    Args:
        name: What to explain; None for the list.
        start: The folder the person is in.

    Raises:
        InputError: There is nothing of that name, or something is wrong with the files of the base.
        Unsupported: The engine refuses something of the base.
    """
    if name is None:
        return Listing(_sections())
    if name in CLUSTERS:
        return _on_base(name, start, Bases())
    if name in _RULES:
        return RulePage(name, _RULES[name], _of_rule(name, start))
    if name in APPS:
        return AppPage(name, (APPS[name].__doc__ or "").strip())
    if name in _FEATURES:
        return page(_FEATURES[name], _declared("generic", start, Bases())[1])
    known = [other for section in _sections().values() for other in section]
    raise InputError(f"there is nothing called {name!r}", hint=advice.nearest(name, known, "kgen explains"))


def _sections() -> dict[str, dict[str, str]]:
    return {
        "Clusters": {cluster.name: cluster.summary for cluster in CLUSTERS.values()},
        "Rules": {name: _first_line(text) for name, text in _RULES.items()},
        "Applications": {name: _first_line(app.__doc__) for name, app in APPS.items()},
        "Features": {name: _first_line(feature.__doc__) for name, feature in _FEATURES.items()},
    }


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0].rstrip(".:").replace("``", "")


def _of_rule(rule: str, start: str) -> Mapping[str, Effect] | None:
    bases = Bases()
    found = {name: _on_base(name, start, bases) for name in CLUSTERS}
    every = [(name, effect) for name, page in found.items() for effect in page.effects or ()]
    return {name: effect for name, effect in every if effect.rule == rule} or None


def _on_base(cluster: str, start: str, bases: Bases) -> ClusterPage:
    """What each rule does for a cluster, as the overlay of its name declares it, if there is one for it."""
    spec, base = _declared(cluster, start, bases)
    state, found = rules_state(spec, base), declared_cluster(spec)
    return ClusterPage(found or CLUSTERS[cluster], tuple(effects(state)) if base and state else None)


def _declared(cluster: str, start: str, bases: Bases) -> tuple[Spec, ResourceMap]:
    """The declaration to go by, and its base; an empty one where there is none."""
    plain = f"cluster: {cluster}\n"
    root = project.find_root(start)
    if root is None:
        return Spec(cluster=cluster), ResourceMap(())
    place, fs = place_of(root, cluster, start), with_placeholders(DiskFileSystem())
    if os.path.isfile(place.file):
        said = declaration.declare(place, Flags(), fs, bases)
        if said.spec.cluster == cluster:
            return said.spec, said.base
    if not os.path.isdir(os.path.join(root, "base")):
        return Spec(cluster=cluster), ResourceMap(())
    said = declaration.declare(place, Flags(), fs, bases, text=plain)
    return said.spec, said.base
