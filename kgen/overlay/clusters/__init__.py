"""The clusters kgen knows: one module each, facts with their sources."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kgen.overlay.clusters import (
    colima,
    docker_desktop,
    generic,
    k3d,
    kind,
    microk8s,
    minikube,
    orbstack,
    rancher_desktop,
)
from kgen.overlay.clusters.cluster import Cluster

CLUSTERS: Final[Mapping[str, Cluster]] = MappingProxyType(
    {
        cluster.name: cluster
        for cluster in (
            minikube.CLUSTER,
            kind.CLUSTER,
            k3d.CLUSTER,
            docker_desktop.KUBEADM,
            docker_desktop.KIND,
            microk8s.CLUSTER,
            rancher_desktop.CLUSTER,
            colima.CLUSTER,
            orbstack.CLUSTER,
            generic.CLUSTER,
        )
    }
)
"""By the name ``kgen.yaml`` gives them."""
