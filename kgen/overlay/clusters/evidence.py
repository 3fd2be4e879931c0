"""Whether nodes are those of the cluster that is declared: a context's name proves nothing."""

import re
from collections.abc import Sequence
from typing import Any

from kgen.errors import InputError
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.cluster import Cluster, Evidence
from kgen.resource import Body


def refute(cluster: Cluster, nodes: Sequence[Body]) -> None:
    """Stop where the nodes are not of this kind.

    Raises:
        InputError: One of them is not.
    """
    evidence = cluster.identity.evidence
    strangers = [node for node in nodes if evidence is not None and not _proves(evidence, node)]
    if evidence is None or not strangers:
        return
    name = _at(strangers[0], ("metadata", "name"))
    looks = [other.name for other in CLUSTERS.values() if _looks_like(other, cluster, strangers[0])]
    raise InputError(
        f"the context {cluster.identity.context!r} leads to no {cluster.name}: {'.'.join(evidence.path)} of its node "
        f"{name!r} is {_at(strangers[0], evidence.path)!r}",
        hint=f"say 'cluster: {looks[0]}' if that is what it is" if looks else "name the right one with 'context:'",
    )


def _looks_like(other: Cluster, cluster: Cluster, node: Body) -> bool:
    """Whether the node can be of another kind that has the same context."""
    evidence, context = other.identity.evidence, cluster.identity.context
    fits = re.fullmatch(other.identity.contexts, context) is not None
    return other.name != cluster.name and fits and evidence is not None and _proves(evidence, node)


def _proves(evidence: Evidence, node: Body) -> bool:
    value = _at(node, evidence.path)
    return isinstance(value, str) and re.fullmatch(evidence.pattern, value) is not None


def _at(node: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node
