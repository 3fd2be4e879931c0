"""What kgen says an apply does, against a real API server and its controllers: what is refused, and what restarts.

Each case is a resource before and after. All of them are applied at once, as kubectl does it: first what was before,
then as a dry run what is after, then that in earnest.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import pytest
from control_plane import ControlPlane
from exemplars import EXEMPLARS, named, versioned
from kubernetes_api import Api
from pretended_nodes import Stage
from test_server_overlays import KUBECTL
from verdict_situations import IMAGE, situation, with_

from kgen.preview.verdicts import apply_fails, restarts_pods
from kgen.preview.verdicts.immutable_fields import IMMUTABLE
from kgen.resource import Body

pytestmark = pytest.mark.skipif(not KUBECTL, reason="no kubectl found")

NAMESPACE: Final = "verdicts"
POD: Final = "spec.template.spec"
MAIN: Final = f"{POD}.containers.0"
LABELS: Final = {"spec.selector.matchLabels.more": "x", "spec.template.metadata.labels.more": "x"}
TWO_CONTAINERS: Final = [{"name": "main", "image": "a"}, {"name": "side", "image": "b"}]
TWO_VARIABLES: Final = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
PORTS: Final = [{"port": 80}]
TOLERATION: Final = {"key": "a", "operator": "Exists", "effect": "NoExecute"}
Edits = Mapping[str, Any]


class Case(NamedTuple):
    """What of the exemplar of a kind is otherwise before, and after."""

    kind: str
    before: Edits
    after: Edits

    @property
    def since(self) -> tuple[int, int]:
        """The first version that knows all of its fields."""
        return max((SINCE.get((self.kind, path), (1, 20)) for path in (*self.before, *self.after)), default=(1, 20))

    def bodies(self, number: int, api: Api) -> tuple[Body, Body]:
        """Both, under a name of their own."""
        before = versioned(api, EXEMPLARS[self.kind])
        for path, value in self.before.items():
            before = with_(before, path, value)
        after = before
        for path, value in self.after.items():
            after = with_(after, path, value)
        return named(before, f"c{number}"), named(after, f"c{number}")


def _cases(kind: str, *changes: Edits | tuple[Edits, Edits]) -> Iterator[Case]:
    for change in changes:
        before, after = change if isinstance(change, tuple) else ({}, change)
        yield Case(kind, before, after)


def _on(node: str) -> Body:
    here = {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}]}
    return {"required": {"nodeSelectorTerms": [here]}}


WORKLOADS: Final = [
    case
    for kind in ("Deployment", "StatefulSet", "DaemonSet")
    for case in _cases(
        kind,
        LABELS,
        {"spec.selector.matchLabels.app": "other"},
        {IMAGE: "reg/web:1.1"},
        {"metadata.labels": {"a": "b"}},
        {"spec.revisionHistoryLimit": 3},
        {"spec.minReadySeconds": 5},
        {f"{MAIN}.imagePullPolicy": "IfNotPresent"},
        {f"{POD}.restartPolicy": "Always"},
        {f"{POD}.dnsPolicy": "ClusterFirst", f"{POD}.terminationGracePeriodSeconds": 30, f"{POD}.securityContext": {}},
        {f"{POD}.terminationGracePeriodSeconds": 31},
        {"spec.template.metadata.annotations": {"a": "b"}},
        ({f"{MAIN}.resources": {"limits": {"memory": "1Gi"}}}, {f"{MAIN}.resources.limits.memory": "1024Mi"}),
        ({f"{MAIN}.resources": {"limits": {"memory": "1Gi"}}}, {f"{MAIN}.resources.limits.memory": 1073741824}),
        ({f"{MAIN}.resources": {"limits": {"cpu": "1"}}}, {f"{MAIN}.resources.limits.cpu": "1000m"}),
        ({f"{MAIN}.resources": {"limits": {"cpu": "500m"}}}, {f"{MAIN}.resources.limits.cpu": "0.5"}),
        ({f"{POD}.containers": TWO_CONTAINERS}, {f"{POD}.containers": TWO_CONTAINERS[::-1]}),
        ({f"{MAIN}.env": TWO_VARIABLES}, {f"{MAIN}.env": TWO_VARIABLES[::-1]}),
        ({f"{MAIN}.env": [{"name": "A"}]}, {f"{MAIN}.env": [{"name": "A", "value": ""}]}),
        ({f"{POD}.volumes": [{"name": "v"}]}, {f"{POD}.volumes": [{"name": "v", "emptyDir": {}}]}),
        ({f"{MAIN}.ports": [{"containerPort": 80}]}, {f"{MAIN}.ports": [{"containerPort": 80, "protocol": "TCP"}]}),
        ({f"{POD}.nodeSelector": {}}, {f"{POD}.nodeSelector": None}),
        ({f"{POD}.serviceAccountName": "one"}, {f"{POD}.serviceAccountName": "two"}),
        {f"{MAIN}.resources": {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}}},
    )
]
OTHERS: Final = [
    *_cases(
        "Deployment",
        {"spec.replicas": 2},
        {"spec.strategy": {"type": "Recreate"}},
        ({"spec.strategy": {"rollingUpdate": {"maxSurge": 2}}}, {"spec.strategy.type": "Recreate"}),
        {"spec.progressDeadlineSeconds": 700},
        ({"spec.paused": True}, {IMAGE: "reg/web:1.1"}),
    ),
    *_cases(
        "StatefulSet",
        {"spec.replicas": 2},
        {"spec.serviceName": "two"},
        {"spec.podManagementPolicy": "Parallel"},
        {"spec.podManagementPolicy": "OrderedReady"},
        {"spec.updateStrategy": {"type": "OnDelete"}},
        {
            "spec.volumeClaimTemplates": [
                {"metadata": {"name": "c"}, "spec": EXEMPLARS["PersistentVolumeClaim"]["spec"]},
            ]
        },
        ({"spec.updateStrategy": {"type": "OnDelete"}}, {IMAGE: "reg/web:1.1"}),
        ({"spec.updateStrategy": {"type": "RollingUpdate"}}, {"spec.updateStrategy": {"type": "OnDelete"}}),
        ({"spec.updateStrategy": {"rollingUpdate": {"partition": 0}}}, {"spec.updateStrategy": {"type": "OnDelete"}}),
    ),
    *_cases("DaemonSet", {"spec.updateStrategy": {"type": "OnDelete"}}),
    *_cases("ReplicaSet", LABELS, {IMAGE: "reg/web:1.1"}, {"spec.replicas": 2}),
    *_cases("ReplicationController", {"spec.selector.more": "x", "spec.template.metadata.labels.more": "x"}),
    *_cases(
        "Job",
        {IMAGE: "reg/web:1.1"},
        {"spec.parallelism": 2},
        ({"spec.completions": 2}, {"spec.completions": 3}),
        {"spec.selector": {"matchLabels": {"a": "b"}}},
        {"spec.backoffLimit": 3},
        {"spec.activeDeadlineSeconds": 30},
        {"spec.ttlSecondsAfterFinished": 30},
        {"spec.completions": 1},
        {"metadata.labels": {"a": "b"}},
        {"spec.template.metadata": {"labels": {"a": "b"}}},
        ({"spec.completions": 2}, {"spec.completionMode": "Indexed"}),
        {"spec.podFailurePolicy": {"rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1]}}]}},
        ({"spec.completions": 2, "spec.completionMode": "Indexed"}, {"spec.backoffLimitPerIndex": 1}),
        (
            {"spec.completions": 2, "spec.completionMode": "Indexed"},
            {"spec.successPolicy": {"rules": [{"succeededCount": 1}]}},
        ),
        {"spec.managedBy": "example.org/one"},
    ),
    *_cases(
        "CronJob",
        {"spec.jobTemplate.spec.template.spec.containers.0.image": "b"},
        {"spec.schedule": "1 0 1 1 *"},
        {"spec.concurrencyPolicy": "Forbid"},
    ),
    *_cases(
        "PersistentVolumeClaim",
        ({"spec.resources.requests.storage": "2Gi"}, {"spec.resources.requests.storage": "1Gi"}),
        {"spec.resources.requests.storage": "1024Mi"},
        {"spec.accessModes": ["ReadWriteMany"]},
        (
            {"spec.accessModes": ["ReadWriteOnce", "ReadOnlyMany"]},
            {"spec.accessModes": ["ReadOnlyMany", "ReadWriteOnce"]},
        ),
        ({"spec.storageClassName": "local-path"}, {"spec.storageClassName": "other"}),
        ({"spec.storageClassName": ""}, {"spec.storageClassName": "other"}),
        {"spec.volumeMode": "Block"},
        {"spec.volumeMode": "Filesystem"},
        {"spec.selector": {"matchLabels": {"a": "b"}}},
        {"spec.resources.limits": {"storage": "3Gi"}},
        ({"spec.volumeName": "one"}, {"spec.volumeName": "two"}),
        {"metadata.labels": {"a": "b"}},
    ),
    *_cases(
        "Service",
        ({"spec.clusterIP": "10.0.7.1"}, {"spec.clusterIP": "10.0.7.2"}),
        ({"spec.clusterIP": "10.0.7.3"}, {"spec.clusterIP": "None"}),
        ({"spec.clusterIP": "None"}, {"spec.clusterIP": "10.0.7.4"}),
        ({"spec.clusterIP": "None"}, {"spec.clusterIP": None}),
        ({"spec.clusterIP": "10.0.7.5"}, {"spec.clusterIP": None}),
        {"spec.type": "NodePort"},
        ({"spec.type": "NodePort"}, {"spec.type": "ClusterIP"}),
        ({"spec.type": "NodePort"}, {"spec.type": None}),
        ({"spec.type": "NodePort"}, {"spec.type": "LoadBalancer"}),
        ({"spec.type": "LoadBalancer"}, {"spec.type": "ClusterIP"}),
        ({"spec.type": "LoadBalancer"}, {"spec.loadBalancerClass": "example.org/one"}),
        {"spec.type": "ExternalName", "spec.externalName": "example.org"},
        ({"spec": {"type": "ExternalName", "externalName": "example.org"}}, {"spec": {"ports": PORTS}}),
        ({"spec": {"type": "ExternalName", "externalName": "example.org"}}, {"spec.externalName": "example.com"}),
        (
            {"spec.type": "LoadBalancer", "spec.externalTrafficPolicy": "Local", "spec.healthCheckNodePort": 30990},
            {"spec.healthCheckNodePort": 30989},
        ),
        ({"spec.type": "LoadBalancer"}, {"spec.externalTrafficPolicy": "Local"}),
        {"spec.externalTrafficPolicy": "Local"},
        ({"spec.type": "NodePort", "spec.externalTrafficPolicy": "Local"}, {"spec.type": "ClusterIP"}),
        ({"spec.type": "NodePort"}, {"spec.type": "ClusterIP", "spec.externalTrafficPolicy": "Local"}),
        {"spec.sessionAffinity": "ClientIP"},
        {"spec.ports.0.port": 81},
        {"spec.ports.0.targetPort": 8080},
        {"spec.selector.more": "x"},
        {"spec.ports.0.nodePort": 30999},
        ({"spec.type": "NodePort", "spec.ports.0.nodePort": 30998}, {"spec.ports.0.nodePort": 30997}),
        ({"spec.type": "NodePort", "spec.ports.0.nodePort": 30996}, {"spec.type": "ClusterIP"}),
        ({"spec.type": "NodePort", "spec.ports.0.nodePort": 30995}, {"spec.type": None}),
        (
            {"spec.type": "NodePort", "spec.ports.0.nodePort": 30994},
            {"spec.type": "ClusterIP", "spec.ports.0.nodePort": 30993},
        ),
        ({"spec.type": "NodePort"}, {"spec.type": "ClusterIP", "spec.ports.0.nodePort": 30992}),
    ),
    *_cases(
        "ConfigMap",
        {"data.a": "2"},
        {"immutable": True},
        ({"immutable": True}, {"data.a": "2"}),
        ({"immutable": True}, {"binaryData": {"b": "MQ=="}}),
        ({"immutable": True}, {"immutable": False}),
        ({"immutable": True}, {"immutable": None}),
        ({"immutable": True}, {"metadata.labels": {"a": "b"}}),
        ({"immutable": False}, {"data.a": "2"}),
    ),
    *_cases(
        "Secret",
        {"data.a": "Mg=="},
        {"type": "example.org/one"},
        {"type": "Opaque"},
        {"stringData": {"a": "2"}},
        ({"immutable": True}, {"data.a": "Mg=="}),
        ({"immutable": True}, {"stringData": {"a": "2"}}),
        ({"immutable": True}, {"data": None, "stringData": {"a": "1"}}),
        ({"immutable": True}, {"immutable": None}),
        ({"immutable": True}, {"metadata.labels": {"a": "b"}}),
    ),
    *(
        case
        for kind in ("RoleBinding", "ClusterRoleBinding")
        for case in _cases(
            kind,
            {"roleRef.name": "two"},
            {"roleRef.kind": "ClusterRole", "roleRef.name": "one"},
            {"subjects": [{"kind": "User", "name": "two"}]},
            {"metadata.labels": {"a": "b"}},
        )
    ),
    *_cases("Role", {"rules.0.verbs": ["list"]}),
    *_cases("ClusterRole", {"rules.0.verbs": ["list"]}),
    *_cases(
        "StorageClass",
        {"provisioner": "example.org/two"},
        {"parameters": {"a": "b"}},
        {"parameters": {}},
        ({"parameters": {}}, {"parameters": None}),
        {"reclaimPolicy": "Retain"},
        {"reclaimPolicy": "Delete"},
        {"volumeBindingMode": "WaitForFirstConsumer"},
        {"volumeBindingMode": "Immediate"},
        {"allowVolumeExpansion": True},
        {"mountOptions": ["ro"]},
        {"metadata.annotations": {"a": "b"}},
    ),
    *_cases(
        "CSIDriver",
        {"spec.attachRequired": True},
        {"spec.volumeLifecycleModes": ["Ephemeral"]},
        {"spec.podInfoOnMount": True},
    ),
    *_cases("CSIStorageCapacity", {"storageClassName": "two"}, {"nodeTopology": None}, {"capacity": "1Gi"}),
    *_cases("ResourceClaim", {"spec.devices.requests.0.exactly.deviceClassName": "two"}),
    *_cases("ResourceClaimTemplate", {"spec.spec.devices.requests.0.exactly.deviceClassName": "two"}),
    *_cases("VolumeAttributesClass", {"driverName": "two"}, {"parameters": {"a": "c"}}),
    *_cases("IngressClass", {"spec.controller": "example.org/two"}, {"metadata.labels": {"a": "b"}}),
    *_cases("Ingress", {"spec.defaultBackend.service.name": "b"}, {"spec.ingressClassName": "one"}),
    *_cases("NetworkPolicy", {"spec.podSelector": {"matchLabels": {"a": "b"}}}),
    *_cases(
        "PriorityClass",
        {"value": 8},
        {"preemptionPolicy": "Never"},
        {"preemptionPolicy": "PreemptLowerPriority"},
        {"description": "x"},
        {"globalDefault": False},
    ),
    *_cases("RuntimeClass", {"handler": "two"}, {"metadata.labels": {"a": "b"}}),
    *_cases(
        "EndpointSlice",
        {"addressType": "FQDN", "endpoints": [{"addresses": ["example.org"]}]},
        {"endpoints.0.addresses": ["10.1.2.4"]},
    ),
    *_cases(
        "CustomResourceDefinition",
        {"spec.scope": "Cluster"},
        {"spec.group": "example.com"},
        {"spec.names.kind": "Other"},
        {"spec.names.plural": "others"},
        {"spec.names.shortNames": ["t"]},
        {"spec.versions.1.served": False},
        {"spec.versions.0.storage": False, "spec.versions.1.storage": True},
        {"spec.versions": EXEMPLARS["CustomResourceDefinition"]["spec"]["versions"][:1]},
        {"spec.versions": [EXEMPLARS["CustomResourceDefinition"]["spec"]["versions"][1] | {"storage": True}]},
        {"spec.preserveUnknownFields": False},
    ),
    *_cases(
        "PersistentVolume",
        ({"spec.nodeAffinity": _on("a")}, {"spec.nodeAffinity": _on("b")}),
        {"spec.nodeAffinity": _on("a")},
        ({"spec.volumeAttributesClassName": "one"}, {"spec.volumeAttributesClassName": None}),
        {"spec.hostPath.path": "/y"},
        {"spec.hostPath": None, "spec.nfs": {"server": "x", "path": "/y"}},
        {"spec.capacity.storage": "2Gi"},
        {"spec.accessModes": ["ReadWriteMany"]},
        {"spec.persistentVolumeReclaimPolicy": "Delete"},
        {"spec.persistentVolumeReclaimPolicy": "Retain"},
        {"spec.storageClassName": "x"},
        {"spec.mountOptions": ["ro"]},
        {"spec.volumeMode": "Block"},
    ),
    *_cases(
        "Pod",
        {"spec.containers.0.image": "reg/web:1.1"},
        {"spec.containers.0.command": ["x"]},
        {"spec.activeDeadlineSeconds": 30},
        ({"spec.activeDeadlineSeconds": 30}, {"spec.activeDeadlineSeconds": 20}),
        ({"spec.activeDeadlineSeconds": 30}, {"spec.activeDeadlineSeconds": 40}),
        ({"spec.activeDeadlineSeconds": 30}, {"spec.activeDeadlineSeconds": None}),
        ({"spec.tolerations": [TOLERATION]}, {"spec.tolerations": [{**TOLERATION, "tolerationSeconds": 5}]}),
        ({"spec.tolerations": [TOLERATION]}, {"spec.tolerations": [{**TOLERATION, "key": "b"}]}),
        {"spec.tolerations": [{"key": "a", "operator": "Exists"}]},
        {"spec.terminationGracePeriodSeconds": 31},
        {"spec.containers": TWO_CONTAINERS},
        {"metadata.labels": {"a": "b"}},
    ),
    *_cases("PodTemplate", {"template.spec.containers.0.image": "b"}),
    *_cases("ServiceAccount", {"automountServiceAccountToken": False}),
    *_cases("Namespace", {"metadata.labels": {"a": "b"}}),
    *_cases(
        "ResourceQuota",
        {"spec.hard.pods": "200"},
        {"spec.scopes": ["NotTerminating"]},
        ({"spec.scopes": ["BestEffort", "NotTerminating"]}, {"spec.scopes": ["NotTerminating", "BestEffort"]}),
    ),
    *_cases("LimitRange", {"spec.limits.0.max.storage": "2Ti"}),
    *_cases("HorizontalPodAutoscaler", {"spec.maxReplicas": 4}, {"spec.scaleTargetRef.name": "other"}),
    *_cases("PodDisruptionBudget", {"spec.minAvailable": 2}, {"spec.selector.matchLabels.more": "x"}),
    *_cases("MutatingWebhookConfiguration", {"webhooks.0.failurePolicy": "Ignore"}),
    *_cases("ValidatingWebhookConfiguration", {"webhooks.0.timeoutSeconds": 5}),
    *_cases("Endpoints", {"subsets.0.ports.0.port": 81}),
]
CASES: Final = [*WORKLOADS, *OTHERS]


SINCE: Final = {
    ("StatefulSet", "spec.minReadySeconds"): (1, 22),
    ("Job", "spec.completionMode"): (1, 21),
    ("Job", "spec.podFailurePolicy"): (1, 26),
    ("Job", "spec.backoffLimitPerIndex"): (1, 29),
    ("Job", "spec.successPolicy"): (1, 31),
    ("Job", "spec.managedBy"): (1, 32),
    ("Service", "spec.loadBalancerClass"): (1, 21),
    ("PersistentVolume", "spec.volumeAttributesClassName"): (1, 34),
    ("CSIStorageCapacity", "storageClassName"): (1, 24),
    ("CSIStorageCapacity", "nodeTopology"): (1, 24),
    ("CSIStorageCapacity", "capacity"): (1, 24),
    ("ResourceClaim", "spec.devices.requests.0.exactly.deviceClassName"): (1, 34),
    ("ResourceClaimTemplate", "spec.spec.devices.requests.0.exactly.deviceClassName"): (1, 34),
    ("VolumeAttributesClass", "driverName"): (1, 34),
    ("VolumeAttributesClass", "parameters"): (1, 34),
}
"""Fields that an older server does not know."""


class Applied(NamedTuple):
    """What became of a case.

    Attributes:
        refused: What the API server said against it; empty where it took it.
        rolled: Whether there is a new revision of its pods.
    """

    refused: str
    rolled: bool


@pytest.fixture(scope="module")
def bodies(server: ControlPlane) -> dict[int, tuple[Body, Body]]:
    """Each case that the server knows all of, in the version of its kind that it has."""
    known = {number: case for number, case in enumerate(CASES) if case.since <= server.version}
    first = sorted(
        known, key=lambda number: "spec.ports.0.nodePort" not in known[number].before
    )  # before they are taken
    return {number: known[number].bodies(number, server.api) for number in first}


@pytest.fixture(scope="module")
def applied(server: ControlPlane, bodies: dict[int, tuple[Body, Body]]) -> dict[int, Applied]:
    """What became of each."""
    server.nodes.add(Stage(NAMESPACE))
    before, dry, after = (
        _apply(server, [pair[side] for pair in bodies.values()], *options)
        for side, options in ((0, ()), (1, ("--dry-run=server",)), (1, ()))
    )
    assert not any(before), [said for said in before if said]
    assert [bool(said) for said in dry] == [bool(said) for said in after]
    rolled = _rolled(server.api)
    return {number: Applied(said, f"c{number}" in rolled) for number, said in zip(bodies, dry, strict=True)}


def _apply(server: ControlPlane, resources: list[Body], *options: str) -> list[str]:
    """Applies all; why each was refused, or nothing."""
    documents = json.dumps({"apiVersion": "v1", "kind": "List", "items": resources})
    ran = server.kubectl(KUBECTL, "apply", "-n", NAMESPACE, "-f", "-", "-o", "name", *options, text=documents)
    assert ran.stdout, ran.stderr
    taken = {line.split()[0].partition("/")[2] for line in ran.stdout.splitlines()}
    errors = ran.stderr.splitlines()
    names = [body["metadata"]["name"] for body in resources]
    return ["" if name in taken else " ".join(_about(name, errors)) or "refused" for name in names]


def _about(name: str, errors: list[str]) -> Iterator[str]:
    yield from (line for line in errors if f'"{name}"' in line and "is invalid" in line)


def _rolled(api: Api) -> set[str]:
    """What has a second revision of its pods, once the controllers have seen all."""
    root = f"/apis/apps/v1/namespaces/{NAMESPACE}"
    for kind in ("deployments", "statefulsets", "daemonsets"):
        api.until(f"{root}/{kind}", lambda known: all(map(_is_seen, known.values())))
    owners = [
        owner["name"]
        for kind in ("replicasets", "controllerrevisions")
        for one in api.get(f"{root}/{kind}")["items"]
        for owner in one["metadata"].get("ownerReferences", ())
    ]
    return {name for name in owners if owners.count(name) > 1}


def _is_seen(body: Body) -> bool:
    return bool(body.get("status", {}).get("observedGeneration") == body["metadata"]["generation"])


NUMBERS: Final = pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: _title(CASES[number]))


RESTARTING: Final = pytest.mark.parametrize(
    "number",
    [number for number, case in enumerate(CASES) if case.kind in {"Deployment", "StatefulSet", "DaemonSet"}],
    ids=lambda number: _title(CASES[number]),
)


def _title(case: Case) -> str:
    return f"{case.kind} {json.dumps(case.before)} then {json.dumps(case.after)}"[:200]


@NUMBERS
def test_what_kgen_says_is_refused_is_refused(
    number: int, server: ControlPlane, bodies: dict[int, tuple[Body, Body]], applied: dict[int, Applied]
) -> None:
    _skip_unless_known(number, server)
    found = apply_fails.findings(situation(bodies[number], kubernetes=server.version))
    said = [one.message for one in found if one.message.startswith("refused: ")]
    assert bool(said) == bool(applied[number].refused), (said, applied[number].refused)


@RESTARTING
def test_what_kgen_says_restarts_restarts(
    number: int, server: ControlPlane, bodies: dict[int, tuple[Body, Body]], applied: dict[int, Applied]
) -> None:
    _skip_unless_known(number, server)
    said = [one.message for one in restarts_pods.findings(situation(bodies[number]))]
    is_held = bool(applied[number].refused or CASES[number].before.get("spec.paused"))
    assert (bool(said) and not is_held) == applied[number].rolled, said


def _skip_unless_known(number: int, server: ControlPlane) -> None:
    if CASES[number].since > server.version:
        pytest.skip(f"{'.'.join(map(str, server.version))} is older than a field of this")


def test_each_row_of_the_table_is_tried() -> None:
    tried = {(case.kind, path) for case in CASES for path in case.after}
    for (_, kind), rows in IMMUTABLE.items():
        for row in rows:
            path = ".".join(row.path)
            assert any(k == kind and (p.startswith(path) or path.startswith(p)) for k, p in tried), (kind, path)
