"""What a field means to the API server where it is absent, and whether two spellings of a value are one to it.

The knowledge is in `kgen.schema.data.defaults`; here is the asking, and what depends on other fields. Of kinds that
are not there, custom resources above all, nothing is assumed.
"""

import base64
import binascii
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from kgen import quantity
from kgen.equality import same
from kgen.resource import Body, Gvk
from kgen.schema.data.defaults import DEFAULTS, FIELDS, KINDS

_TEXTS: Final = ("strings", "bytes")
"""The types of maps whose keys are those of a person."""

UNKNOWN: Final = ""
"""The type of which nothing is known."""

RESOURCE: Final = "Resource"
"""The type of a resource of a kind that is not known: all of its metadata is."""


@cache
def type_of(gvk: Gvk) -> str:
    """The type of a kind's bodies, whatever the version; `RESOURCE` where no more is known."""
    return gvk.kind if gvk.kind in KINDS.get(gvk.group, "").split() else RESOURCE


def field_type(owner: str, key: str) -> str:
    """The type of a field of this type, or of the items of the list there."""
    if owner == "quantities":
        return "quantity"
    return FIELDS.get(owner, {}).get(key, UNKNOWN)


def equivalent(owner: str, key: str, before: Body, after: Body) -> bool:
    """Whether a field of two maps of this type is one and the same to the API server."""
    if owner in {UNKNOWN, RESOURCE}:
        return False
    return all(
        same(effective(owner, each, before), effective(owner, each, after))
        for each in (key, *_TOGETHER.get((owner, key), ()))
    )


def effective(owner: str, key: str, body: Body) -> Any:
    """What a field means: its value in one spelling, or what stands for it where there is none; None is nothing."""
    value = body.get(key)
    if owner in _TEXTS:  # a null there is an empty text, an absent key is none
        text = "" if value is None and key in body else value
        return _decoded(text) if owner == "bytes" else text
    if value is None:
        value = _default(owner, key, body)
    return _normal(value, field_type(owner, key))


def stands_for_nothing(owner: str, key: str, body: Body) -> bool:
    """Whether a map here means as much as none, as long as it says nothing."""
    return bool(_default(owner, key, body) == {})


def _normal(value: Any, kind: str) -> Any:
    """A value in one spelling; an empty list is nothing, a map is without what says nothing."""
    if isinstance(value, dict):
        return _normal_map(value, kind)
    if isinstance(value, list):
        return [_normal(item, kind) for item in value] or None
    if kind == "quantity" and isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            return quantity.stored(value)
        except ValueError:
            return value
    return value


def _normal_map(body: Body, kind: str) -> Body:
    if kind == UNKNOWN:
        return body
    if kind == "StatefulSetStrategy" and body.get("type") is None:
        body = {**_ROLLING, **body}
    return {
        key: effective(kind, key, body)
        for key in body
        if kind in {*_TEXTS, "quantities"} or not equivalent(kind, key, body, _without(key, body))
    }


def _decoded(value: Any) -> Any:
    """What a text in base64 is, wherever its lines break; one that is none stays.

    https://pkg.go.dev/encoding/base64#Encoding.DecodeString
    """
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return value


def _without(key: str, body: Body) -> Body:
    return {name: value for name, value in body.items() if name != key}


def _default(owner: str, key: str, body: Body) -> Any:
    """What stands for an absent field; None is nothing."""
    derive = _DERIVED.get((owner, key))
    if derive is not None:
        return derive(body)
    return DEFAULTS.get(owner, {}).get(key)


def _pull_policy(container: Body) -> str | None:
    """https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting."""
    image = container.get("image")
    if not isinstance(image, str) or not image:
        return None
    if "@" in image:
        return "IfNotPresent"
    tag = image.rpartition("/")[2].partition(":")[2]
    return "Always" if tag in {"", "latest"} else "IfNotPresent"


def _policy_types(policy: Body) -> list[str]:
    """https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource."""
    return ["Ingress", "Egress"] if policy.get("egress") else ["Ingress"]


def _traffic_policy(service: Body) -> str | None:
    return "Cluster" if service.get("type") in {"NodePort", "LoadBalancer"} else None


def _internal_policy(service: Body) -> str | None:
    return None if service.get("type") == "ExternalName" else "Cluster"


def _load_balancer_ports(service: Body) -> bool | None:
    return True if service.get("type") == "LoadBalancer" else None


def _rolling(strategy: Body) -> Body | None:
    return {} if strategy.get("type") in {None, "RollingUpdate"} else None


def _subject_group(subject: Body) -> str | None:
    """https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/."""
    return {"ServiceAccount": "", "User": _RBAC, "Group": _RBAC}.get(str(subject.get("kind")))


def _ip_families(service: Body) -> str | None:
    """https://kubernetes.io/docs/concepts/services-networking/dual-stack/#headless-services-without-selector."""
    is_bare = service.get("clusterIP") == "None" and not service.get("selector")
    return None if is_bare or service.get("type") == "ExternalName" else "SingleStack"


def _completions(job: Body) -> int | None:
    """Without both it is one pod; without this one alone it is a work queue.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/#parallel-jobs
    """
    return 1 if job.get("parallelism") is None else None


def _backoff_limit(job: Body) -> int | None:
    """https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index."""
    return 6 if job.get("backoffLimitPerIndex") is None else None


def _replacement(job: Body) -> str:
    """https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-replacement-policy."""
    return "TerminatingOrFailed" if job.get("podFailurePolicy") is None else "Failed"


def _stateful_rolling(strategy: Body) -> Body | None:
    """Where the type is written, a strategy without it stays without it."""
    return {} if strategy.get("type") is None else None


def _processor(autoscaler: Body) -> int | None:
    """The target of an autoscaler that says none: in the first version of its API a number, later a metric."""
    return None if autoscaler.get("metrics") else _PERCENT


def _metrics(autoscaler: Body) -> list[Body] | None:
    if autoscaler.get("targetCPUUtilizationPercentage") is not None:
        return None
    target = {"type": "Utilization", "averageUtilization": _PERCENT}
    return [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


def _account(pod: Body) -> str:
    """One field by two names, the older of which is still filled in."""
    return pod.get("serviceAccountName") or pod.get("serviceAccount") or ""


def _source(volume: Body) -> Body | None:
    """A volume that says nothing of where its files are is an emptyDir."""
    return {} if volume.keys() <= {"name", "emptyDir"} else None


_PERCENT: Final = 80
_ROLLING: Final[Body] = {"type": "RollingUpdate", "rollingUpdate": {}}
_RBAC: Final = "rbac.authorization.k8s.io"

_DERIVED: Final[dict[tuple[str, str], Callable[[Body], Any]]] = {
    ("Container", "imagePullPolicy"): _pull_policy,
    ("NetworkPolicySpec", "policyTypes"): _policy_types,
    ("ServiceSpec", "externalTrafficPolicy"): _traffic_policy,
    ("ServiceSpec", "internalTrafficPolicy"): _internal_policy,
    ("ServiceSpec", "allocateLoadBalancerNodePorts"): _load_balancer_ports,
    ("ServicePort", "targetPort"): lambda port: port.get("port"),
    ("Strategy", "rollingUpdate"): _rolling,
    ("StatefulSetStrategy", "rollingUpdate"): _stateful_rolling,
    ("DaemonSetStrategy", "rollingUpdate"): _rolling,
    ("Subject", "apiGroup"): _subject_group,
    ("JobSpec", "completions"): _completions,
    ("JobSpec", "parallelism"): lambda _: 1,
    ("JobSpec", "backoffLimit"): _backoff_limit,
    ("JobSpec", "podReplacementPolicy"): _replacement,
    ("ServiceSpec", "ipFamilyPolicy"): _ip_families,
    ("Volume", "emptyDir"): _source,
    ("AutoscalerSpec", "targetCPUUtilizationPercentage"): _processor,
    ("AutoscalerSpec", "metrics"): _metrics,
    **{(pod, name): _account for pod in ("PodSpec", "JobPodSpec") for name in ("serviceAccount", "serviceAccountName")},
    ("StatefulSetSpec", "persistentVolumeClaimRetentionPolicy"): lambda _: {},
}

_TOGETHER: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("JobSpec", "parallelism"): ("completions",),
    ("StatefulSetStrategy", "type"): ("rollingUpdate",),
}
"""Fields that may not be there, and whose defaults go where this one is written."""
