"""kustomize's own tables of field specs.

They are those of kustomize 5.6
(https://github.com/kubernetes-sigs/kustomize/tree/master/api/internal/konfig/builtinpluginconsts), told by rule where
they follow one: most name references stand in a pod template, wherever a kind keeps that.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from kgen.kustomize.fieldspecs import FieldSpec, FieldSpecs, NameReference, merge_references, sort_specs
from kgen.resource import Gvk

# Where kinds keep a pod.
_PODS = {
    "Pod": "spec",
    "PodTemplate": "template/spec",
    "Deployment": "spec/template/spec",
    "ReplicaSet": "spec/template/spec",
    "ReplicationController": "spec/template/spec",
    "DaemonSet": "spec/template/spec",
    "StatefulSet": "spec/template/spec",
    "Job": "spec/template/spec",
    "CronJob": "spec/jobTemplate/spec/template/spec",
}
_CONFIG_KINDS = "Pod PodTemplate Deployment ReplicaSet DaemonSet StatefulSet Job CronJob"
_CONFIG_MAP_PATHS = (
    "volumes/configMap/name",
    "volumes/projected/sources/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
)
_SECRET_PATHS = (
    "volumes/secret/secretName",
    "volumes/projected/sources/secret/name",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
)
_POD_KINDS = "Pod StatefulSet Deployment ReplicationController CronJob Job DaemonSet"
_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"


def _in_pods(kinds: str, paths: Iterable[str], pod_version: str = "") -> Iterator[FieldSpec]:
    for kind in kinds.split():
        version = pod_version if kind == "Pod" else ""
        yield from (FieldSpec(f"{_PODS[kind]}/{path}", version=version, kind=kind) for path in paths)


def _scale_targets(kind: str) -> NameReference:
    return NameReference(Gvk("", "", kind), (FieldSpec("spec/scaleTargetRef/name", kind="HorizontalPodAutoscaler"),))


def _name_references() -> Iterator[NameReference]:
    yield from map(_scale_targets, ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"))
    resource_names = [FieldSpec("rules/resourceNames", kind=kind) for kind in ("Role", "ClusterRole")]
    yield NameReference(
        Gvk("", "v1", "ConfigMap"),
        (
            *_in_pods(_CONFIG_KINDS, _CONFIG_MAP_PATHS, "v1"),
            FieldSpec("spec/configSource/configMap", kind="Node"),
            *resource_names,
            FieldSpec(r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap", kind="Ingress"),
        ),
    )
    yield NameReference(
        Gvk("", "v1", "Secret"),
        (
            *_in_pods(_CONFIG_KINDS, _SECRET_PATHS, "v1"),
            FieldSpec("spec/tls/secretName", kind="Ingress"),
            FieldSpec(r"metadata/annotations/ingress.kubernetes.io\/auth-secret", kind="Ingress"),
            FieldSpec(r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret", kind="Ingress"),
            FieldSpec(r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret", kind="Ingress"),
            FieldSpec("imagePullSecrets/name", kind="ServiceAccount"),
            FieldSpec("parameters/secretName", kind="StorageClass"),
            FieldSpec("parameters/adminSecretName", kind="StorageClass"),
            FieldSpec("parameters/userSecretName", kind="StorageClass"),
            FieldSpec("parameters/secretRef", kind="StorageClass"),
            *resource_names,
            FieldSpec(
                "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", "serving.knative.dev", "v1", "Service"
            ),
            FieldSpec("spec/azureFile/secretName", kind="PersistentVolume"),
        ),
    )
    yield NameReference(
        Gvk("", "v1", "Service"),
        (
            FieldSpec("spec/serviceName", "apps", "", "StatefulSet"),
            FieldSpec("spec/rules/http/paths/backend/serviceName", kind="Ingress"),
            FieldSpec("spec/backend/serviceName", kind="Ingress"),
            FieldSpec("spec/rules/http/paths/backend/service/name", kind="Ingress"),
            FieldSpec("spec/defaultBackend/service/name", kind="Ingress"),
            FieldSpec("spec/service/name", "apiregistration.k8s.io", "", "APIService"),
            FieldSpec("webhooks/clientConfig/service", _ADMISSION, "", "ValidatingWebhookConfiguration"),
            FieldSpec("webhooks/clientConfig/service", _ADMISSION, "", "MutatingWebhookConfiguration"),
        ),
    )
    role_binding = FieldSpec("roleRef/name", _RBAC, "", "RoleBinding")
    yield NameReference(Gvk(_RBAC, "", "Role"), (role_binding,))
    yield NameReference(
        Gvk(_RBAC, "", "ClusterRole"), (role_binding, FieldSpec("roleRef/name", _RBAC, "", "ClusterRoleBinding"))
    )
    yield NameReference(
        Gvk("", "v1", "ServiceAccount"),
        (
            FieldSpec("subjects", _RBAC, "", "RoleBinding"),
            FieldSpec("subjects", _RBAC, "", "ClusterRoleBinding"),
            *_in_pods(_POD_KINDS, ("serviceAccountName",)),
        ),
    )
    yield NameReference(
        Gvk("", "v1", "PersistentVolumeClaim"),
        tuple(_in_pods(_POD_KINDS, ("volumes/persistentVolumeClaim/claimName",))),
    )
    yield NameReference(
        Gvk("", "v1", "PersistentVolume"),
        (
            FieldSpec("spec/volumeName", kind="PersistentVolumeClaim"),
            FieldSpec("rules/resourceNames", kind="ClusterRole"),
        ),
    )
    yield NameReference(
        Gvk("storage.k8s.io", "v1", "StorageClass"),
        (
            FieldSpec("spec/storageClassName", kind="PersistentVolume"),
            FieldSpec("spec/storageClassName", kind="PersistentVolumeClaim"),
            FieldSpec("spec/volumeClaimTemplates/spec/storageClassName", kind="StatefulSet"),
        ),
    )
    yield NameReference(
        Gvk("scheduling.k8s.io", "v1", "PriorityClass"), tuple(_in_pods(_POD_KINDS, ("priorityClassName",)))
    )
    # The group is kustomize's own slip; with it no IngressClass is ever meant.
    yield NameReference(
        Gvk("networking.k8s.io/v1", "v1", "IngressClass"), (FieldSpec("spec/ingressClassName", kind="Ingress"),)
    )
    yield NameReference(
        Gvk(_ADMISSION, "", "ValidatingAdmissionPolicy"),
        (FieldSpec("spec/policyName", _ADMISSION, "", "ValidatingAdmissionPolicyBinding"),),
    )


def _template_metadata(field: str) -> Iterator[FieldSpec]:
    """Labels or annotations of a resource and of the pods, jobs it makes."""
    yield FieldSpec(f"metadata/{field}", create=True)
    template = f"spec/template/metadata/{field}"
    yield FieldSpec(template, "", "v1", "ReplicationController", create=True)
    yield from (FieldSpec(template, kind=kind, create=True) for kind in ("Deployment", "ReplicaSet", "DaemonSet"))
    # Annotations reach a StatefulSet of any group, labels only one of apps.
    yield FieldSpec(template, "apps" if field == "labels" else "", "", "StatefulSet", create=True)
    if field == "labels":
        yield FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", "apps", "", "StatefulSet", create=True)
    yield FieldSpec(template, "batch", "", "Job", create=True)
    yield FieldSpec(f"spec/jobTemplate/metadata/{field}", "batch", "", "CronJob", create=True)
    yield FieldSpec(f"spec/jobTemplate/{template}", "batch", "", "CronJob", create=True)


def _selectors() -> Iterator[FieldSpec]:
    """Where the labels of other resources are selected."""
    match = "spec/selector/matchLabels"
    yield FieldSpec("spec/selector", "", "v1", "Service", create=True)
    yield FieldSpec("spec/selector", "", "v1", "ReplicationController", create=True)
    yield from (FieldSpec(match, kind=kind, create=True) for kind in ("Deployment", "ReplicaSet", "DaemonSet"))
    yield FieldSpec(match, "apps", "", "StatefulSet", create=True)
    for kind in ("Deployment", "StatefulSet"):
        yield from (FieldSpec(path, "apps", "", kind) for path in _affinities())
    yield FieldSpec(match, "batch", "", "Job")
    yield FieldSpec(f"spec/jobTemplate/{match}", "batch", "", "CronJob")
    yield FieldSpec(match, "policy", "", "PodDisruptionBudget")
    for path in ("spec/podSelector", "spec/ingress/from/podSelector", "spec/egress/to/podSelector"):
        yield FieldSpec(f"{path}/matchLabels", "networking.k8s.io", "", "NetworkPolicy")


def _affinities() -> Iterator[str]:
    pod = "spec/template/spec"
    for affinity in ("podAffinity", "podAntiAffinity"):
        during = f"{pod}/affinity/{affinity}"
        yield f"{during}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"
        yield f"{during}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"
    yield f"{pod}/topologySpreadConstraints/labelSelector/matchLabels"


def _var_references() -> Iterator[FieldSpec]:
    paths = ("args", "command", "env/value", "volumeMounts/mountPath")
    for kind in ["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"]:
        for containers in ("containers", "initContainers"):
            yield from (FieldSpec(f"{_PODS[kind]}/{containers}/{path}", kind=kind) for path in paths)
    for kind in ["DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet"]:
        yield FieldSpec(f"{_PODS[kind]}/volumes/nfs/server", kind=kind)
    # Two more of kustomize's own slips: neither path exists in a valid resource.
    yield FieldSpec("spec/jobTemplate/spec/template/volumes/nfs/server", kind="CronJob")
    yield FieldSpec("spec/volumeClaimTemplates/spec/nfs/server", kind="StatefulSet")
    yield FieldSpec("spec/template/metadata/annotations", kind="Deployment")
    for path in ("spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"):
        yield FieldSpec(path, kind="Ingress")
    yield from (FieldSpec(path, kind="Service") for path in ("spec/ports/port", "spec/ports/targetPort"))
    yield FieldSpec("spec/nfs/server", kind="PersistentVolume")
    yield from (FieldSpec(path) for path in ("metadata/labels", "metadata/annotations"))


@cache
def defaults() -> FieldSpecs:
    """Kustomize's own tables."""
    names = (FieldSpec("metadata/name"),)
    labels = tuple(_template_metadata("labels"))
    containers = [f"spec/{pod}{containers}[]/image" for pod in ("", "template/spec/") for containers in _CONTAINERS]
    return FieldSpecs(
        name_prefix=names,
        name_suffix=names,
        namespace=(
            FieldSpec("metadata/name", kind="Namespace", create=True),
            FieldSpec(
                "spec/conversion/webhook/clientConfig/service/namespace",
                "apiextensions.k8s.io",
                "",
                "CustomResourceDefinition",
            ),
            FieldSpec("spec/service/namespace", "apiregistration.k8s.io", "", "APIService", create=True),
        ),
        common_labels=sort_specs((*labels, *_selectors())),
        template_labels=sort_specs(labels),
        common_annotations=sort_specs(_template_metadata("annotations")),
        name_reference=merge_references((), _name_references()),
        var_reference=sort_specs(_var_references()),
        images=tuple(FieldSpec(path, create=True) for path in containers),
        replicas=tuple(
            FieldSpec("spec/replicas", kind=kind, create=True)
            for kind in ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
        ),
    )


_CONTAINERS = ("containers", "initContainers")
