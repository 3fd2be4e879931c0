"""The cluster that a declaration means: the facts of its kind, with what the declaration says otherwise."""

import re
from collections.abc import Iterator
from dataclasses import replace

from kgen.errors import InputError
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.cluster import Cluster, Storage
from kgen.overlay.spec.model import Spec

_DECLARED = "declared in kgen.yaml"


def declared_cluster(spec: Spec) -> Cluster | None:
    """The cluster, or None where none is declared, or none that kgen knows."""
    cluster = CLUSTERS.get(spec.cluster or "")
    if cluster is None:
        return None
    if spec.context is not None:
        cluster = replace(cluster, identity=replace(cluster.identity, context=spec.context))
    if spec.storage.storage_class is not None or spec.storage.access_modes is not None:
        storage = _storage(spec, cluster.storage_on(spec.node.count or 1))
        cluster = replace(cluster, storage=storage, storage_of_several=None)
    if spec.expose is not None:
        exposure = replace(cluster.exposure, service_type=spec.expose, reason=f"{_DECLARED}: expose")
        cluster = replace(cluster, exposure=exposure)
    return cluster


def check_context(spec: Spec) -> Iterator[InputError]:
    """A context that the declared cluster cannot have: commands would reach another one."""
    cluster = CLUSTERS.get(spec.cluster or "")
    if cluster and spec.context is not None and not re.fullmatch(cluster.identity.contexts, spec.context):
        yield InputError(
            f"{spec.context!r} is no context of {cluster.name}",
            origin=spec.origin("context"),
            hint=f"it has one like {cluster.identity.context!r}; for any other cluster say 'cluster: generic'",
        )


def _storage(spec: Spec, known: Storage) -> Storage:
    """Another class than the known one must be named in claims, and serves what is declared."""
    declared = spec.storage
    if declared.storage_class in (None, known.storage_class):
        return replace(known, access_modes=declared.access_modes or known.access_modes)
    return Storage(declared.storage_class, "", declared.access_modes, reason=f"{_DECLARED}: storage.class")
