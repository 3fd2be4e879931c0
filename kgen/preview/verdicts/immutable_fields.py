"""Which fields the API server refuses to change on a resource that exists, by kind and Kubernetes version: data.

The rules are those of the API server's own validation, the ``Validate…Update`` functions in
https://github.com/kubernetes/kubernetes/tree/master/pkg/apis: ``apps/validation/validation.go`` for a StatefulSet,
``batch/…`` for a Job, ``core/…`` for what has no group, and so on; the selectors of a Deployment, DaemonSet and
ReplicaSet are refused in ``pkg/registry/apps/*/strategy.go``, definitions in
``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``. All of it was read as of
1.20, and tried there; as of 1.33 to 1.36 that of StatefulSets, Jobs, storage, claims, volumes and Pods. Of addresses
and definitions only the former was read, and what later versions have of health check ports and resource claims is
known, not read. It compares with ``DeepEqual`` after defaulting: another spelling of a quantity is no change, another
order of a list is one, so it counts for ``accessModes`` too; only the scopes of a ResourceQuota are compared as a set.

Not immutable, though often taken for it: ``spec.parallelism`` of a Job, everything in a CronJob, an Ingress and a Role,
``spec.selector`` of a ReplicationController, the first ``storageClassName`` of a claim (a server has filled in the
default class by then, or takes it from 1.26 on), a NetworkPolicy, an autoscaler, a PodDisruptionBudget, Endpoints.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from kgen.preview.verdicts.situation import Version, dig
from kgen.resource import Body
from kgen.schema import pods

Remedy = Literal["pods", "pod", "claims", "data", "run", "access", "address", "name", "volumes", "everything", "plain"]
"""What a deletion before the next apply costs."""

NEVER: Final = (99, 0)


class Frozen(NamedTuple):
    """A field that cannot change.

    Attributes:
        path: Which.
        remedy: What deleting the resource first would cost.
        before: The first version in which it may change.
        where: When the rule holds, asked with both bodies; None for always.
        but: Fields below it that may change.
    """

    path: tuple[str, ...]
    remedy: Remedy = "plain"
    before: Version = NEVER
    where: Callable[[Body, Body], bool] | None = None
    but: tuple[tuple[str, ...], ...] = ()

    def holds(self, version: Version, before: Body, after: Body) -> bool:
        """Whether it cannot change in this version, for this resource."""
        return version < self.before and (self.where is None or self.where(before, after))


def _is_set(*path: str) -> Callable[[Body, Body], bool]:
    """Whether the field had a value before: it may be set once."""
    return lambda before, _: dig(before, path) not in (None, "")


def _is_unset(*path: str) -> Callable[[Body, Body], bool]:
    """Whether the field had a value before, and has none after."""
    return lambda before, after: dig(before, path) is not None and dig(after, path) is None


def _has_no_gates(before: Body, _: Body) -> bool:
    """Whether a Pod is not held back; as long as it is, where it may run can be narrowed."""
    return not dig(before, ("spec", "schedulingGates"))


def _is_immutable(before: Body, _: Body) -> bool:
    return before.get("immutable") is True


def _has_address(before: Body, after: Body) -> bool:
    """Whether a Service keeps an address of the cluster, and asks for one of its own choice.

    A field that is left out keeps the address that the server gave.
    """
    kinds = [dig(body, ("spec", "type")) for body in (before, after)]
    return "ExternalName" not in kinds and bool(dig(after, ("spec", "clusterIP")))


def _loses_address(before: Body, after: Body) -> bool:
    """Whether a Service no longer says which address of the cluster it has; since 1.21 it keeps the one it has."""
    is_said = bool(dig(before, ("spec", "clusterIP"))) and not dig(after, ("spec", "clusterIP"))
    return is_said and dig(after, ("spec", "type")) != "ExternalName"


def _says_parameters(before: Body, after: Body) -> bool:
    """Whether there are any; ``{}`` is refused too, for what is stored is none."""
    return bool(before.get("parameters")) or "parameters" in after


def _balances(before: Body, after: Body) -> bool:
    return all(dig(body, ("spec", "type")) == "LoadBalancer" for body in (before, after))


def _checks_health(before: Body, after: Body) -> bool:
    """Whether a port for health checks is kept, and one is asked for; one that is left out stays."""
    is_local = all(dig(body, ("spec", "externalTrafficPolicy")) == "Local" for body in (before, after))
    return is_local and _balances(before, after) and bool(dig(after, ("spec", "healthCheckNodePort")))


def _is_not_suspended(before: Body, _: Body) -> bool:
    """Where a Job is suspended its pods' placement may change.

    https://kubernetes.io/docs/concepts/workloads/controllers/job/#mutable-scheduling-directives
    """
    return dig(before, ("spec", "suspend")) is not True


def _is_suspended(before: Body, after: Body) -> bool:
    return not _is_not_suspended(before, after)


def _does_not_follow(_: Body, after: Body) -> bool:
    """``completions`` of an Indexed Job may change together with ``parallelism``, to the same number (from 1.27)."""
    spec = pods.mapping(after, "spec") or {}
    return not (spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism"))


_PLACEMENT: Final = tuple(
    ("spec", "template", *field)
    for field in (
        ("metadata", "labels"),
        ("metadata", "annotations"),
        ("spec", "nodeSelector"),
        ("spec", "affinity", "nodeAffinity"),
        ("spec", "tolerations"),
        ("spec", "schedulingGates"),
    )
)
_CONTAINERS: Final = tuple(("spec", "template", "spec", name) for name in ("containers", "initContainers"))

_SELECTOR: Final = (Frozen(("spec", "selector"), "pods"),)
_ROLE: Final = (Frozen(("roleRef",), "access"),)

_CONTENT: Final = tuple(Frozen((field,), "name", where=_is_immutable) for field in ("data", "immutable"))

_STATEFUL_SET: Final = tuple(
    ("spec", field)
    for field in (
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    )
)

_EXPANDING: Final = ("spec", "csi", "controllerExpandSecretRef")
"""May be set once."""

_VOLUME: Final = tuple(
    ("spec", field)
    for field in (
        "capacity",
        "accessModes",
        "claimRef",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "mountOptions",
        "nodeAffinity",
        "volumeAttributesClassName",
    )
)

_POD: Final = tuple(
    ("spec", field)
    for field in ("activeDeadlineSeconds", "tolerations", "schedulingGates", "containers", "initContainers")
)

IMMUTABLE: Final[Mapping[tuple[str, str], tuple[Frozen, ...]]] = {
    ("apps", "Deployment"): _SELECTOR,
    ("apps", "DaemonSet"): _SELECTOR,
    ("apps", "ReplicaSet"): _SELECTOR,
    ("apps", "StatefulSet"): (
        Frozen(("spec",), "claims", but=(*_STATEFUL_SET, ("spec", "revisionHistoryLimit"))),
        # A server of 1.31 refused it (https://github.com/kubernetes/kubernetes/issues/130263), one of 1.35 names it
        # among the fields that may change; nothing is said of the versions between, where that is not known.
        Frozen(("spec", "revisionHistoryLimit"), "claims", before=(1, 32)),
    ),
    ("batch", "Job"): (
        *(
            Frozen(("spec", field), "run")
            for field in (
                "selector",
                "completionMode",
                "podFailurePolicy",
                "backoffLimitPerIndex",
                "managedBy",
                "successPolicy",
            )
        ),
        Frozen(("spec", "completions"), "run", where=_does_not_follow),
        Frozen(("spec", "completions"), "run", before=(1, 27)),
        Frozen(("spec", "template"), "run", where=_is_not_suspended),
        Frozen(("spec", "template"), "run", where=_is_suspended, before=(1, 23)),
        Frozen(("spec", "template"), "run", where=_is_suspended, but=_PLACEMENT, before=(1, 35)),
        # The resources of its containers may change, from 1.35 on where that is switched on; see `refusals`.
        Frozen(("spec", "template"), "run", where=_is_suspended, but=(*_PLACEMENT, *_CONTAINERS)),
    ),
    ("", "PersistentVolumeClaim"): (
        Frozen(
            ("spec",),
            "data",
            but=(
                ("spec", "resources", "requests", "storage"),
                ("spec", "storageClassName"),
                ("spec", "volumeAttributesClassName"),
                ("spec", "volumeName"),
            ),
        ),
        # Once, where it was not said; the empty class is said.
        Frozen(
            ("spec", "storageClassName"),
            "data",
            where=lambda before, _: dig(before, ("spec", "storageClassName")) is not None,
        ),
        Frozen(("spec", "volumeName"), "data", where=_is_set("spec", "volumeName")),
    ),
    ("", "Service"): (
        Frozen(("spec", "clusterIP"), "address", where=_has_address),
        Frozen(("spec", "clusterIP"), "address", where=_loses_address, before=(1, 21)),
        Frozen(("spec", "loadBalancerClass"), "address", where=_balances),
        Frozen(("spec", "healthCheckNodePort"), "address", where=_checks_health),
    ),
    ("", "ConfigMap"): (*_CONTENT, Frozen(("binaryData",), "name", where=_is_immutable)),
    ("", "Secret"): (*_CONTENT, Frozen(("stringData",), "name", where=_is_immutable), Frozen(("type",), "name")),
    ("rbac.authorization.k8s.io", "RoleBinding"): _ROLE,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _ROLE,
    ("storage.k8s.io", "StorageClass"): tuple(
        Frozen((field,), "volumes", where=_says_parameters if field == "parameters" else None)
        for field in ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode")
    ),
    ("storage.k8s.io", "VolumeAttributesClass"): (Frozen(("driverName",)), Frozen(("parameters",))),
    ("storage.k8s.io", "CSIStorageCapacity"): (Frozen(("nodeTopology",)), Frozen(("storageClassName",))),
    ("storage.k8s.io", "CSIDriver"): (
        Frozen(("spec",), before=(1, 21)),
        Frozen(("spec", "attachRequired")),
        Frozen(("spec", "volumeLifecycleModes")),
    ),
    ("networking.k8s.io", "IngressClass"): (Frozen(("spec", "controller")),),
    ("scheduling.k8s.io", "PriorityClass"): (Frozen(("value",)), Frozen(("preemptionPolicy",))),
    ("node.k8s.io", "RuntimeClass"): (Frozen(("handler",)),),
    ("discovery.k8s.io", "EndpointSlice"): (Frozen(("addressType",)),),
    ("apiextensions.k8s.io", "CustomResourceDefinition"): (
        Frozen(("spec", "group"), "everything"),
        Frozen(("spec", "scope"), "everything"),
        Frozen(("spec", "names", "kind"), "everything"),
        Frozen(("spec", "names", "plural"), "everything"),
    ),
    ("resource.k8s.io", "ResourceClaim"): (Frozen(("spec",)),),
    ("resource.k8s.io", "ResourceClaimTemplate"): (Frozen(("spec",)),),
    # The type of volume is a key of the spec, so everything is refused but what may change.
    ("", "PersistentVolume"): (
        Frozen(("spec",), "volumes", where=_is_set(*_EXPANDING), but=_VOLUME),
        Frozen(("spec",), "volumes", but=(*_VOLUME, _EXPANDING)),
        Frozen(("spec", "volumeAttributesClassName"), "volumes", where=_is_unset("spec", "volumeAttributesClassName")),
        Frozen(("spec", "nodeAffinity"), "volumes", where=_is_set("spec", "nodeAffinity"), before=(1, 36)),
    ),
    # See `pod_updates` for the parts of what may change here.
    ("", "Pod"): (
        Frozen(("spec",), "pod", where=_has_no_gates, but=_POD),
        Frozen(("spec",), "pod", but=(*_POD, ("spec", "nodeSelector"), ("spec", "affinity", "nodeAffinity"))),
    ),
}
"""Group and kind → what cannot change."""
