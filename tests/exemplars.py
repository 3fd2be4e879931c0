"""One valid resource of each kind, as short as the API server takes it; NAME stands for its name."""

from typing import Any, Final

from kgen.resource import Body

_LABELS: Final = {"app": "NAME"}
_POD: Final = {"containers": [{"name": "main", "image": "reg/web:1.0"}]}
_TEMPLATE: Final = {"metadata": {"labels": _LABELS}, "spec": _POD}
_SELECTING: Final = {"selector": {"matchLabels": _LABELS}, "template": _TEMPLATE}
_CLAIM: Final = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
_RULES: Final = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
_ROLE_REF: Final = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "one"}
_HOOK: Final = {
    "name": "hook.example.org",
    "clientConfig": {"service": {"name": "hook", "namespace": "default"}},
    "rules": [
        {"apiGroups": ["example.org"], "apiVersions": ["v1"], "resources": ["nothings"], "operations": ["CREATE"]}
    ],
    "sideEffects": "None",
    "admissionReviewVersions": ["v1"],
}
_DEVICE: Final = {"name": "one", "exactly": {"deviceClassName": "one"}}
_SCHEMA: Final = {"openAPIV3Schema": {"type": "object"}}
_DEFINITION: Final = {
    "group": "example.org",
    "scope": "Namespaced",
    "names": {"kind": "KNAME", "plural": "NAMEs", "singular": "NAME", "listKind": "KNAMEList"},
    "versions": [
        {"name": "v1", "served": True, "storage": True, "schema": _SCHEMA},
        {"name": "v1beta1", "served": True, "storage": False, "schema": _SCHEMA},
    ],
}


def _of(api: str, kind: str, **fields: Any) -> Body:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "NAME"}, **fields}


_ALL: Final = (
    _of("v1", "ConfigMap", data={"a": "1"}),
    _of("v1", "Secret", data={"a": "MQ=="}),
    _of("v1", "Service", spec={"ports": [{"port": 80}], "selector": _LABELS}),
    _of("v1", "PersistentVolumeClaim", spec=_CLAIM),
    _of(
        "v1",
        "PersistentVolume",
        spec={"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}},
    ),
    _of("v1", "Pod", spec=_POD),
    _of("v1", "PodTemplate", template=_TEMPLATE),
    _of("v1", "ReplicationController", spec={"selector": _LABELS, "template": _TEMPLATE}),
    _of("v1", "ServiceAccount"),
    _of("v1", "Namespace"),
    _of("v1", "ResourceQuota", spec={"hard": {"pods": "100"}}),
    _of("v1", "LimitRange", spec={"limits": [{"type": "PersistentVolumeClaim", "max": {"storage": "1Ti"}}]}),
    _of("v1", "Endpoints", subsets=[{"addresses": [{"ip": "10.1.2.3"}], "ports": [{"port": 80}]}]),
    _of("apps/v1", "Deployment", spec=_SELECTING),
    _of("apps/v1", "StatefulSet", spec={**_SELECTING, "serviceName": "one"}),
    _of("apps/v1", "DaemonSet", spec=_SELECTING),
    _of("apps/v1", "ReplicaSet", spec=_SELECTING),
    _of("batch/v1", "Job", spec={"template": {"spec": {**_POD, "restartPolicy": "Never"}}}),
    _of(
        "batch/v1",
        "CronJob",
        spec={
            "schedule": "0 0 1 1 *",
            "jobTemplate": {"spec": {"template": {"spec": {**_POD, "restartPolicy": "Never"}}}},
        },
    ),
    _of(
        "autoscaling/v1",
        "HorizontalPodAutoscaler",
        spec={"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "none"}},
    ),
    _of("policy/v1", "PodDisruptionBudget", spec={"minAvailable": 1, "selector": {"matchLabels": _LABELS}}),
    _of("networking.k8s.io/v1", "Ingress", spec={"defaultBackend": {"service": {"name": "a", "port": {"number": 80}}}}),
    _of("networking.k8s.io/v1", "IngressClass", spec={"controller": "example.org/one"}),
    _of("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {}, "ingress": [{"ports": [{"port": 80}]}]}),
    _of("rbac.authorization.k8s.io/v1", "Role", rules=_RULES),
    _of("rbac.authorization.k8s.io/v1", "ClusterRole", rules=_RULES),
    _of(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        roleRef=_ROLE_REF,
        subjects=[{"kind": "ServiceAccount", "name": "one", "namespace": "one"}],
    ),
    _of(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        roleRef={**_ROLE_REF, "kind": "ClusterRole"},
        subjects=[{"kind": "User", "name": "one"}],
    ),
    _of("storage.k8s.io/v1", "StorageClass", provisioner="example.org/one"),
    _of("storage.k8s.io/v1", "CSIDriver", spec={"attachRequired": False, "volumeLifecycleModes": ["Persistent"]}),
    _of("storage.k8s.io/v1", "VolumeAttributesClass", driverName="one", parameters={"a": "b"}),
    _of("storage.k8s.io/v1", "CSIStorageCapacity", storageClassName="one", nodeTopology={"matchLabels": _LABELS}),
    _of("resource.k8s.io/v1", "ResourceClaim", spec={"devices": {"requests": [_DEVICE]}}),
    _of("resource.k8s.io/v1", "ResourceClaimTemplate", spec={"spec": {"devices": {"requests": [_DEVICE]}}}),
    _of("scheduling.k8s.io/v1", "PriorityClass", value=7),
    _of("node.k8s.io/v1", "RuntimeClass", handler="one"),
    _of("discovery.k8s.io/v1", "EndpointSlice", addressType="IPv4", endpoints=[{"addresses": ["10.1.2.3"]}]),
    _of("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", webhooks=[_HOOK]),
    _of("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", webhooks=[_HOOK]),
    {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "NAMEs.example.org"},
        "spec": _DEFINITION,
    },
)

EXEMPLARS: Final = {body["kind"]: body for body in _ALL}

OLDER: Final = {
    ("batch/v1", "CronJob"): "batch/v1beta1",
    ("policy/v1", "PodDisruptionBudget"): "policy/v1beta1",
    ("discovery.k8s.io/v1", "EndpointSlice"): "discovery.k8s.io/v1beta1",
}
"""Where a server has a kind only in the version before."""
