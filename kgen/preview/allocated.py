"""What an API server and its controllers fill in where a wish says nothing, and what an apply therefore leaves alone.

An apply takes away only what was applied before. Who compares a wish with what a server gave must not read that
``spec.volumeName`` goes, let alone that this is refused. Observed on a real control plane; the same list is in
https://github.com/carvel-dev/kapp/blob/develop/pkg/kapp/config/default.go (``rebaseRules``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from kgen.preview.pairing import Identity
from kgen.resource import Body, Resource

_EACH: Final = "[]"
"""Each item of a list; its partner is the one in the same place."""

_Steps = tuple[str, ...]

_ANNOTATIONS: Final = ("metadata", "annotations")
_LABELS: Final = ("spec", "template", "metadata", "labels")

_ALLOCATED: Final[dict[tuple[str, str], tuple[_Steps, ...]]] = {
    ("", "Service"): (
        ("spec", "clusterIP"),
        ("spec", "clusterIPs"),
        ("spec", "ipFamilies"),
        ("spec", "healthCheckNodePort"),
        ("spec", "ports", _EACH, "nodePort"),
    ),
    ("", "PersistentVolumeClaim"): (
        ("spec", "volumeName"),
        ("spec", "storageClassName"),
        ("metadata", "finalizers"),
        (*_ANNOTATIONS, "pv.kubernetes.io/bind-completed"),
        (*_ANNOTATIONS, "pv.kubernetes.io/bound-by-controller"),
        (*_ANNOTATIONS, "volume.beta.kubernetes.io/storage-provisioner"),
        (*_ANNOTATIONS, "volume.kubernetes.io/storage-provisioner"),
        (*_ANNOTATIONS, "volume.kubernetes.io/selected-node"),
    ),
    ("", "PersistentVolume"): (
        ("spec", "claimRef"),
        ("metadata", "finalizers"),
        (*_ANNOTATIONS, "pv.kubernetes.io/bound-by-controller"),
        (*_ANNOTATIONS, "pv.kubernetes.io/provisioned-by"),
    ),
    ("", "Namespace"): (("spec", "finalizers"), ("metadata", "labels", "kubernetes.io/metadata.name")),
    ("", "ReplicationController"): (("metadata", "labels"),),
    ("", "Pod"): (
        ("spec", "enableServiceLinks"),
        ("spec", "nodeName"),
        ("spec", "preemptionPolicy"),
        ("spec", "priority"),
        ("spec", "serviceAccount"),
        ("spec", "serviceAccountName"),
        ("spec", "tolerations"),
        ("spec", "volumes"),
        ("spec", "containers", _EACH, "volumeMounts"),
    ),
    ("apps", "StatefulSet"): (("spec", "volumeClaimTemplates", _EACH, "status"),),
    ("batch", "Job"): (
        ("spec", "selector"),
        ("metadata", "labels"),
        (*_LABELS, "batch.kubernetes.io/controller-uid"),
        (*_LABELS, "batch.kubernetes.io/job-name"),
        (*_LABELS, "controller-uid"),
        (*_LABELS, "job-name"),
    ),
}


def without_allocated(served: Iterable[Resource], wished: Iterable[Resource]) -> Iterator[Resource]:
    """The resources of a server without what it filled in, where the wish for the same resource says nothing."""
    wishes = {Identity.of(wish.id): wish.body for wish in wished}
    for resource in served:
        wish = wishes.get(Identity.of(resource.id))
        body: Any = resource.body
        for steps in _ALLOCATED.get(resource.id.gvk[::2], ()) if wish is not None else ():
            body = _without(body, wish, steps)
        yield resource if body is resource.body else replace(resource, body=body)


def _without(served: Any, wish: Any, steps: _Steps) -> Any:
    """The value without the field, where the wish has none; the same value where nothing is to be done."""
    step, *rest = steps
    if step == _EACH:
        return _without_each(served, wish, tuple(rest))
    if not isinstance(served, dict) or step not in served:
        return served
    said: Body = wish if isinstance(wish, dict) else {}
    if rest:
        inner = _without(served[step], said.get(step), tuple(rest))
        return served if inner is served[step] else _with(served, step, inner, is_said=step in said)
    return served if step in said else {key: value for key, value in served.items() if key != step}


def _with(served: Body, step: str, inner: Any, *, is_said: bool) -> Body:
    """A map that is empty now was only there for what was in it."""
    if not inner and not is_said:
        return {key: value for key, value in served.items() if key != step}
    return {**served, step: inner}


def _without_each(served: Any, wish: Any, steps: _Steps) -> Any:
    if not isinstance(served, list) or not isinstance(wish, list) or len(served) != len(wish):
        return served
    return [_without(item, said, steps) for item, said in zip(served, wish, strict=True)]
