"""The lists that a strategic merge patch merges item by item, in Kubernetes 1.21.2.

kustomize's schema is frozen there (https://github.com/kubernetes-sigs/kustomize/tree/master/kyaml/openapi), so this
is not what a current API server does, but what ``kubectl apply -k`` does. Every list that is not here is replaced
whole, and so is everything in a kind or version that is not here.

A field's text reads: ``Type`` is a map of that type; ``name|Type`` is a list whose items have the merge key ``name``
and are of that type; ``port,protocol|`` has two merge keys and items without lists of their own; ``|`` is a set of
plain values. Types that look alike are one.
"""

TYPES: dict[str, dict[str, str]] = {
    "ObjectMeta": {"finalizers": "|", "ownerReferences": "uid|"},
    "Plain": {"metadata": "ObjectMeta"},
    "Conditions": {"conditions": "type|"},
    "WithStatus": {"metadata": "ObjectMeta", "status": "Conditions"},
    "WebhookConfiguration": {"metadata": "ObjectMeta", "webhooks": "name|"},
    "Workload": {"metadata": "ObjectMeta", "spec": "WorkloadSpec", "status": "Conditions"},
    "WorkloadSpec": {"template": "PodTemplateSpec"},
    "PodTemplate": {"metadata": "ObjectMeta", "template": "PodTemplateSpec"},
    "PodTemplateSpec": {"metadata": "ObjectMeta", "spec": "PodSpec"},
    "Pod": {"metadata": "ObjectMeta", "spec": "PodSpec", "status": "PodStatus"},
    "PodStatus": {"conditions": "type|", "podIPs": "ip|"},
    "PodSpec": {
        "containers": "name|Container",
        "ephemeralContainers": "name|EphemeralContainer",
        "hostAliases": "ip|",
        "imagePullSecrets": "name|",
        "initContainers": "name|Container",
        "topologySpreadConstraints": "topologyKey,whenUnsatisfiable|",
        "volumes": "name|Volume",
    },
    "Container": {
        "env": "name|",
        "ports": "containerPort,protocol|",
        "volumeDevices": "devicePath|",
        "volumeMounts": "mountPath|",
    },
    "EphemeralContainer": {"env": "name|", "volumeDevices": "devicePath|", "volumeMounts": "mountPath|"},
    "Volume": {"ephemeral": "EphemeralVolumeSource"},
    "EphemeralVolumeSource": {"volumeClaimTemplate": "Plain"},
    "CronJob": {"metadata": "ObjectMeta", "spec": "CronJobSpec"},
    "CronJobSpec": {"jobTemplate": "JobTemplateSpec"},
    "JobTemplateSpec": {"metadata": "ObjectMeta", "spec": "WorkloadSpec"},
    "Service": {"metadata": "ObjectMeta", "spec": "ServiceSpec", "status": "Conditions"},
    "ServiceSpec": {"ports": "port,protocol|"},
    "ServiceAccount": {"metadata": "ObjectMeta", "secrets": "name|"},
    "ComponentStatus": {"metadata": "ObjectMeta", "conditions": "type|"},
    "Node": {"metadata": "ObjectMeta", "spec": "NodeSpec", "status": "NodeStatus"},
    "NodeSpec": {"podCIDRs": "|"},
    "NodeStatus": {"addresses": "type|", "conditions": "type|"},
    "CSINode": {"metadata": "ObjectMeta", "spec": "CSINodeSpec"},
    "CSINodeSpec": {"drivers": "name|"},
}

KINDS: dict[str, str] = {
    "WebhookConfiguration": """
        admissionregistration.k8s.io/v1: MutatingWebhookConfiguration ValidatingWebhookConfiguration
        admissionregistration.k8s.io/v1beta1: MutatingWebhookConfiguration ValidatingWebhookConfiguration
    """,
    "Workload": """
        apps/v1: DaemonSet Deployment ReplicaSet StatefulSet
        batch/v1: Job
        v1: ReplicationController
    """,
    "CronJob": """
        batch/v1: CronJob
        batch/v1beta1: CronJob
    """,
    "CSINode": """
        storage.k8s.io/v1: CSINode
        storage.k8s.io/v1beta1: CSINode
    """,
    "ComponentStatus": "v1: ComponentStatus",
    "Node": "v1: Node",
    "Pod": "v1: Pod",
    "PodTemplate": "v1: PodTemplate",
    "Service": "v1: Service",
    "ServiceAccount": "v1: ServiceAccount",
    "WithStatus": """
        apiregistration.k8s.io/v1: APIService
        apiregistration.k8s.io/v1beta1: APIService
        policy/v1: PodDisruptionBudget
        policy/v1beta1: PodDisruptionBudget
        v1: Namespace PersistentVolumeClaim
    """,
    "Plain": """
        apiextensions.k8s.io/v1: CustomResourceDefinition
        apiextensions.k8s.io/v1beta1: CustomResourceDefinition
        apps/v1: ControllerRevision
        authentication.k8s.io/v1: TokenRequest TokenReview
        authentication.k8s.io/v1beta1: TokenReview
        authorization.k8s.io/v1: LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview
        authorization.k8s.io/v1: SubjectAccessReview
        authorization.k8s.io/v1beta1: LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview
        authorization.k8s.io/v1beta1: SubjectAccessReview
        autoscaling/v1: HorizontalPodAutoscaler Scale
        autoscaling/v2beta1: HorizontalPodAutoscaler
        autoscaling/v2beta2: HorizontalPodAutoscaler
        certificates.k8s.io/v1: CertificateSigningRequest
        certificates.k8s.io/v1beta1: CertificateSigningRequest
        coordination.k8s.io/v1: Lease
        coordination.k8s.io/v1beta1: Lease
        discovery.k8s.io/v1: EndpointSlice
        discovery.k8s.io/v1beta1: EndpointSlice
        events.k8s.io/v1: Event
        events.k8s.io/v1beta1: Event
        extensions/v1beta1: Ingress
        flowcontrol.apiserver.k8s.io/v1beta1: FlowSchema PriorityLevelConfiguration
        networking.k8s.io/v1: Ingress IngressClass NetworkPolicy
        networking.k8s.io/v1beta1: Ingress IngressClass
        node.k8s.io/v1: RuntimeClass
        node.k8s.io/v1beta1: RuntimeClass
        policy/v1beta1: Eviction PodSecurityPolicy
        rbac.authorization.k8s.io/v1: ClusterRole ClusterRoleBinding Role RoleBinding
        rbac.authorization.k8s.io/v1beta1: ClusterRole ClusterRoleBinding Role RoleBinding
        scheduling.k8s.io/v1: PriorityClass
        scheduling.k8s.io/v1beta1: PriorityClass
        storage.k8s.io/v1: CSIDriver StorageClass VolumeAttachment
        storage.k8s.io/v1beta1: CSIDriver CSIStorageCapacity StorageClass VolumeAttachment
        v1: Binding ConfigMap Endpoints Event LimitRange PersistentVolume ResourceQuota Secret
    """,
}
"""Which kinds are of which type: lines of ``apiVersion: Kind …``."""
