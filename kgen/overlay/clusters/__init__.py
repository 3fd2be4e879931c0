"""The local clusters kgen knows: one module each, facts with their sources."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kgen.overlay.clusters import kind, minikube
from kgen.overlay.clusters.cluster import Cluster

CLUSTERS: Final[Mapping[str, Cluster]] = MappingProxyType(
    {
        "minikube": minikube.CLUSTER,
        "kind": kind.CLUSTER,
    }
)
"""By the name ``kgen.yaml`` gives them."""
