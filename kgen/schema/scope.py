"""Whether a kind lives in a namespace, as far as kustomize knows."""

from functools import cache

from kgen.resource import Gvk
from kgen.schema.data.cluster_scoped import CLUSTER_SCOPED


def is_cluster_scoped(gvk: Gvk) -> bool:
    """Whether the kind is known to be in no namespace; unknown kinds, custom resources too, count as namespaced."""
    return gvk in _cluster_scoped()


@cache
def _cluster_scoped() -> frozenset[Gvk]:
    lines = (line.partition(":") for line in CLUSTER_SCOPED.strip().splitlines())
    return frozenset(Gvk(*version.rpartition("/")[::2], kind) for version, _, kinds in lines for kind in kinds.split())
