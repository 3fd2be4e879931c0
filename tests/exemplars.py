"""One valid resource of each kind, as short as the API server takes it; NAME stands for its name."""

import json
from typing import Any, Final

from kubernetes_api import Api, Refused

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
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "autoscaling/v2beta2",
    ("discovery.k8s.io/v1", "EndpointSlice"): "discovery.k8s.io/v1beta1",
}
"""Where a server has a kind only in the version before."""

_PROBE: Final = {"httpGet": {"port": 80}}
_FIELD: Final = {"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}
_RICH_POD: Final = {
    "initContainers": [{"name": "first", "image": "reg/web@sha256:" + "0" * 64}],
    "containers": [
        {
            "name": "main",
            "image": "reg/web:1.0",
            "env": [
                {"name": "A"},
                {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                {"name": "C", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            ],
            "envFrom": [{"configMapRef": {"name": "a"}}],
            "ports": [{"containerPort": 80}],
            "resources": {"limits": {"cpu": 1, "memory": "1024Mi"}},
            "volumeMounts": [{"name": "empty", "mountPath": "/empty"}],
            "volumeDevices": [{"name": "claim", "devicePath": "/dev/a"}],
            "livenessProbe": _PROBE,
            "readinessProbe": {"tcpSocket": {"port": 80}},
            "startupProbe": {"exec": {"command": ["true"]}},
            "lifecycle": {"preStop": {"httpGet": {"port": 80}}, "postStart": {"exec": {"command": ["true"]}}},
        },
        {"name": "latest", "image": "reg/web", "resources": {"requests": {"cpu": "0.5"}}},
    ],
    "volumes": [
        {"name": "nothing"},
        {"name": "host", "hostPath": {"path": "/a"}},
        {"name": "empty", "emptyDir": {"sizeLimit": "1024Mi"}},
        {"name": "map", "configMap": {"name": "a", "items": [{"key": "a", "path": "a"}]}},
        {"name": "secret", "secret": {"secretName": "a"}},
        {
            "name": "projected",
            "projected": {
                "sources": [
                    {"configMap": {"name": "a", "items": [{"key": "a", "path": "a"}]}},
                    {"secret": {"name": "b", "items": [{"key": "b", "path": "b"}]}},
                    {"downwardAPI": {"items": [{**_FIELD, "path": "c"}]}},
                    {"serviceAccountToken": {"path": "d"}},
                ]
            },
        },
        {
            "name": "downward",
            "downwardAPI": {
                "items": [
                    _FIELD,
                    {"path": "b", "resourceFieldRef": {"containerName": "main", "resource": "limits.cpu"}},
                ]
            },
        },
        {"name": "claim", "persistentVolumeClaim": {"claimName": "a"}},
        {"name": "nfs", "nfs": {"server": "a", "path": "/a"}},
        {"name": "csi", "csi": {"driver": "example.org"}},
    ],
    "nodeSelector": {"a": "b"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "imagePullSecrets": [{"name": "a"}],
    "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}],
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "zone",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]},
        }
    ],
    "serviceAccountName": "default",
}
_RICH_TEMPLATE: Final = {"metadata": {"labels": _LABELS}, "spec": _RICH_POD}


def _richer(kind: str, **spec: Any) -> Body:
    body = EXEMPLARS[kind]
    return {**body, "spec": {**body["spec"], **spec}}


RICH: Final = {
    "Deployment, rich": _richer("Deployment", template=_RICH_TEMPLATE, strategy={"rollingUpdate": {}}),
    "Deployment, recreated": _richer("Deployment", strategy={"type": "Recreate"}),
    "DaemonSet, rich": _richer("DaemonSet", template=_RICH_TEMPLATE, updateStrategy={"rollingUpdate": {}}),
    "StatefulSet, rich": _richer(
        "StatefulSet",
        template=_RICH_TEMPLATE,
        updateStrategy={"rollingUpdate": {}},
        volumeClaimTemplates=[{"metadata": {"name": "more"}, "spec": _CLAIM}],
    ),
    "StatefulSet, told": _richer("StatefulSet", updateStrategy={"type": "RollingUpdate"}),
    "Job, rich": _richer("Job", template={"spec": {**_RICH_POD, "restartPolicy": "Never"}}),
    "Job, of two": _richer("Job", completions=2),
    "Job, a queue": _richer("Job", parallelism=2),
    "Service, with a port": _richer("Service", type="NodePort"),
    "Service, balanced": _richer("Service", type="LoadBalancer"),
    "Service, elsewhere": {**EXEMPLARS["Service"], "spec": {"type": "ExternalName", "externalName": "example.org"}},
    "Service, headless": _richer("Service", clusterIP="None"),
    "Service, bare": {**EXEMPLARS["Service"], "spec": {"clusterIP": "None", "ports": [{"port": 80}]}},
    "NetworkPolicy, both": _richer("NetworkPolicy", egress=[{"ports": [{"port": 53, "protocol": "UDP"}]}]),
    "PersistentVolumeClaim, selecting": _richer("PersistentVolumeClaim", selector={"matchLabels": {"a": "b"}}),
    "Ingress, rich": _richer("Ingress", tls=[{"hosts": ["example.org"]}], rules=[{"host": "example.org"}]),
    "HorizontalPodAutoscaler, of two": {
        "apiVersion": "autoscaling/v2",
        **{key: value for key, value in EXEMPLARS["HorizontalPodAutoscaler"].items() if key != "apiVersion"},
        "spec": {
            **EXEMPLARS["HorizontalPodAutoscaler"]["spec"],
            "metrics": [
                {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": 1}}}
            ],
        },
    },
}
"""More of some kinds, so that each type of the table of defaults is there."""


def named(body: Body, name: str) -> Body:
    """An exemplar under a name."""
    found: Body = json.loads(json.dumps(body).replace("KNAME", f"K{name}").replace("NAME", name))
    return found


def versioned(api: Api, body: Body) -> Body:
    """An exemplar in the version of its kind that a server has."""
    version, kind = body["apiVersion"], body["kind"]
    try:
        api.collection(body, "x")
    except (KeyError, Refused):
        return {**body, "apiVersion": OLDER.get((version, kind), version)}
    return body
