from typing import Any

import pytest
from verdict_situations import IMAGE, Pair, body, one, said, situation, with_, workload

from kgen.preview.verdicts import apply_fails
from kgen.resource import Body


def claim(**spec: Any) -> Body:
    resources = {"requests": {"storage": "5Gi"}, "limits": {"storage": "9Gi"}}
    return body(
        "v1", "PersistentVolumeClaim", "logs", spec={"accessModes": ["ReadWriteMany"], "resources": resources} | spec
    )


def at(origin: Body, path: str, value: Any = None) -> Pair:
    return origin, with_(origin, path, value)


WEB = workload(replicas=2)
SET = workload("StatefulSet", "db", serviceName="db", volumeClaimTemplates=[{"metadata": {"name": "data"}}])
JOB = body("batch/v1", "Job", "migrate", spec={"template": WEB["spec"]["template"], "parallelism": 1})
INDEXED = with_(with_(JOB, "spec.completionMode", "Indexed"), "spec.completions", 1)
SUSPENDED = with_(JOB, "spec.suspend", value=True)
CLAIM = claim()
SERVICE = body("v1", "Service", "web", spec={"clusterIP": "10.0.0.5", "ports": [{"port": 80}]})
BALANCER = body(
    "v1", "Service", "web", spec={"type": "LoadBalancer", "loadBalancerClass": "a", "ports": [{"port": 80}]}
)
FIXED = body("v1", "ConfigMap", "cfg", data={"a": "1"}, immutable=True)
SECRET = body("v1", "Secret", "db", type="Opaque", data={"a": "MQ=="})
BINDING = body("rbac.authorization.k8s.io/v1", "RoleBinding", "b", roleRef={"kind": "Role", "name": "r"}, subjects=[])
CLASS = body("storage.k8s.io/v1", "StorageClass", "fast", None, provisioner="a", parameters={"type": "ssd"})
VOLUME = body(
    "v1",
    "PersistentVolume",
    "pv",
    None,
    spec={"capacity": {"storage": "1Gi"}, "hostPath": {"path": "/a"}, "accessModes": []},
)
POD = body("v1", "Pod", "one", spec=WEB["spec"]["template"]["spec"] | {"tolerations": [{"key": "a"}]})
QUOTA = body("v1", "ResourceQuota", "q", spec={"hard": {"pods": "1"}, "scopes": ["Terminating", "BestEffort"]})
DEFINITION = body(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    "things.example.org",
    None,
    spec={
        "group": "example.org",
        "scope": "Namespaced",
        "names": {"kind": "Thing", "plural": "things"},
        "versions": [{"name": "v1", "storage": True}],
    },
)
PRIORITY = body("scheduling.k8s.io/v1", "PriorityClass", "high", None, value=1000, description="a")
RUNTIME = body("node.k8s.io/v1", "RuntimeClass", "gvisor", None, handler="runsc")
INGRESS_CLASS = body("networking.k8s.io/v1", "IngressClass", "nginx", None, spec={"controller": "a"})

GATED = with_(POD, "spec.schedulingGates", [{"name": "a"}])
DRIVER_VOLUME = body("v1", "PersistentVolume", "pv", None, spec={"csi": {"driver": "a", "volumeHandle": "b"}})
EXPANDING = "spec.csi.controllerExpandSecretRef"
DEVICES = body("resource.k8s.io/v1", "ResourceClaim", "gpu", spec={"devices": {"requests": [{"name": "a"}]}})
DRIVER = body("storage.k8s.io/v1", "CSIDriver", "a", None, spec={"attachRequired": True})

CONTAINER = "spec.template.spec.containers.0"
CAPACITY = "status.capacity.storage"
SELECTOR = "spec.selector.matchLabels.v"
GONE = "its data goes with it; to keep it, make a claim of another name and copy"
ANEW = "it gets a new address and is unreachable meanwhile"
OTHER_NAME = "or give it another name, as a generator's content hash does"


def addresses(before: list[str], after: list[str], **spec: Any) -> Pair:
    pair = tuple(body("v1", "Service", "web", spec={"clusterIPs": ips} | spec) for ips in (before, after))
    return pair[0], pair[1]


@pytest.mark.parametrize(
    ("pair", "message", "hint"),
    [
        (
            (WEB, with_(with_(WEB, SELECTOR, "2"), "spec.template.metadata.labels.v", "2")),
            "refused: spec.selector of an existing Deployment cannot change",
            "kubectl delete deployment web -n prod, then apply: its pods are down meanwhile",
        ),
        (
            at(SET, "spec.serviceName", "other"),
            "refused: spec.serviceName of an existing StatefulSet cannot change",
            "kubectl delete statefulset db -n prod --cascade=orphan, then apply: pods and claims stay",
        ),
        (
            at(SET, "spec.volumeClaimTemplates.0.metadata.labels", {"a": "b"}),
            "refused: spec.volumeClaimTemplates of an existing StatefulSet cannot change",
            (
                "kubectl delete statefulset db -n prod --cascade=orphan, then apply: "
                "its pods stay, and existing claims stay as they are"
            ),
        ),
        (
            (SET, with_(with_(SET, SELECTOR, "2"), "spec.template.metadata.labels.v", "2")),
            "refused: spec.selector of an existing StatefulSet cannot change",
            "kubectl delete statefulset db -n prod, then apply: its pods are down meanwhile, its claims stay",
        ),
        (
            at(JOB, IMAGE, "x:2"),
            "refused: spec.template of an existing Job cannot change",
            "kubectl delete job migrate -n prod, then apply: it runs again",
        ),
        (
            at(SUSPENDED, "spec.template.spec.restartPolicy", "Never"),
            "refused: spec.template of an existing Job cannot change",
            "kubectl delete job migrate -n prod, then apply: it runs again",
        ),
        (
            at(INDEXED, "spec.completions", 3),
            "refused: spec.completions of an existing Job cannot change",
            "kubectl delete job migrate -n prod, then apply: it runs again",
        ),
        (
            (CLAIM, claim(accessModes=["ReadWriteOnce"])),
            "refused: spec.accessModes of an existing PersistentVolumeClaim cannot change",
            f"kubectl delete persistentvolumeclaim logs -n prod, then apply: {GONE}",
        ),
        (
            (claim(storageClassName="a"), claim(storageClassName="b")),
            "refused: spec.storageClassName of an existing PersistentVolumeClaim cannot change",
            f"kubectl delete persistentvolumeclaim logs -n prod, then apply: {GONE}",
        ),
        (
            (claim(storageClassName=""), claim(storageClassName="b")),
            "refused: spec.storageClassName of an existing PersistentVolumeClaim cannot change",
            f"kubectl delete persistentvolumeclaim logs -n prod, then apply: {GONE}",
        ),
        (
            at(CLAIM, "spec.resources.limits.storage", "10Gi"),
            "refused: spec.resources of an existing PersistentVolumeClaim cannot change",
            f"kubectl delete persistentvolumeclaim logs -n prod, then apply: {GONE}",
        ),
        (
            (claim(volumeName="a"), claim(volumeName="b")),
            "refused: spec.volumeName of an existing PersistentVolumeClaim cannot change",
            f"kubectl delete persistentvolumeclaim logs -n prod, then apply: {GONE}",
        ),
        (
            at(CLAIM, "spec.resources.requests.storage", "1Gi"),
            "refused: a claim cannot shrink, from 5Gi to 1Gi",
            (
                "keep 5Gi; smaller is only a new claim under another name, and a copy of the data; "
                "less is taken only while a growth to 5Gi has not succeeded"
            ),
        ),
        (
            at(SERVICE, "spec.clusterIP", "10.0.0.6"),
            "refused: spec.clusterIP of an existing Service cannot change",
            f"kubectl delete service web -n prod, then apply: {ANEW}",
        ),
        (
            (with_(SERVICE, "spec.clusterIP"), with_(SERVICE, "spec.clusterIP", "None")),
            "refused: spec.clusterIP of an existing Service cannot change",
            f"kubectl delete service web -n prod, then apply: {ANEW}",
        ),
        (
            at(BALANCER, "spec.loadBalancerClass", "b"),
            "refused: spec.loadBalancerClass of an existing Service cannot change",
            f"kubectl delete service web -n prod, then apply: {ANEW}",
        ),
        (
            (with_(SERVICE, "spec.ipFamilies", ["IPv4"]), with_(SERVICE, "spec.ipFamilies", ["IPv6"])),
            "refused: the first IP family of an existing Service cannot change, from IPv4 to IPv6",
            f"kubectl delete service web -n prod, then apply: {ANEW}",
        ),
        (
            addresses(["10.0.0.5", "fd00::5"], ["10.0.0.5", "fd00::6"]),
            "refused: the second cluster IP of an existing Service cannot change, from fd00::5 to fd00::6",
            f"kubectl delete service web -n prod, then apply: {ANEW}",
        ),
        (
            at(with_(BALANCER, "spec.externalTrafficPolicy", "Local"), "spec.healthCheckNodePort", 30100),
            "refused: spec.healthCheckNodePort of an existing Service cannot change",
            f"kubectl delete service web -n prod, then apply: {ANEW}",
        ),
        (
            at(FIXED, "data.a", "2"),
            "refused: data.a of an existing ConfigMap cannot change",
            f"kubectl delete configmap cfg -n prod, then apply; {OTHER_NAME}",
        ),
        (
            at(FIXED, "immutable"),
            "refused: immutable of an existing ConfigMap cannot change",
            f"kubectl delete configmap cfg -n prod, then apply; {OTHER_NAME}",
        ),
        (
            at(SECRET, "type", "kubernetes.io/tls"),
            "refused: type of an existing Secret cannot change",
            f"kubectl delete secret db -n prod, then apply; {OTHER_NAME}",
        ),
        (
            at(BINDING, "roleRef.name", "other"),
            "refused: roleRef.name of an existing RoleBinding cannot change",
            "kubectl delete rolebinding b -n prod, then apply: the access is gone meanwhile",
        ),
        (
            at(CLASS, "parameters.type", "hdd"),
            "refused: parameters.type of an existing StorageClass cannot change",
            "kubectl delete storageclass fast, then apply: existing volumes keep what they have",
        ),
        (
            at(VOLUME, "spec.hostPath.path", "/b"),
            "refused: spec.hostPath of an existing PersistentVolume cannot change",
            "kubectl delete persistentvolume pv, then apply: existing volumes keep what they have",
        ),
        (
            at(POD, "spec.containers.0.env.0.value", "2"),
            "refused: spec.containers of an existing Pod cannot change",
            "kubectl delete pod one -n prod, then apply: it is down meanwhile",
        ),
        (
            at(POD, "spec.tolerations", [{"key": "b"}]),
            "refused: spec.tolerations of an existing Pod cannot change",
            "kubectl delete pod one -n prod, then apply: it is down meanwhile",
        ),
        (
            at(with_(POD, "spec.activeDeadlineSeconds", 3), "spec.activeDeadlineSeconds", 4),
            "refused: spec.activeDeadlineSeconds of an existing Pod cannot change",
            "kubectl delete pod one -n prod, then apply: it is down meanwhile",
        ),
        (
            at(with_(POD, "spec.activeDeadlineSeconds", 3), "spec.activeDeadlineSeconds"),
            "refused: spec.activeDeadlineSeconds of an existing Pod cannot change",
            "kubectl delete pod one -n prod, then apply: it is down meanwhile",
        ),
        (
            at(POD, "spec.schedulingGates", [{"name": "a"}]),
            "refused: spec.schedulingGates of an existing Pod cannot change",
            "kubectl delete pod one -n prod, then apply: it is down meanwhile",
        ),
        (
            at(POD, "spec.nodeSelector", {"a": "b"}),
            "refused: spec.nodeSelector of an existing Pod cannot change",
            "kubectl delete pod one -n prod, then apply: it is down meanwhile",
        ),
        (
            at(GATED, "spec.affinity", {"podAffinity": {"a": 1}, "nodeAffinity": {"b": 1}}),
            "refused: spec.affinity of an existing Pod cannot change",
            "kubectl delete pod one -n prod, then apply: it is down meanwhile",
        ),
        (
            at(SUSPENDED, "spec.template.spec.affinity", {"podAffinity": {"a": 1}, "nodeAffinity": {"b": 1}}),
            "refused: spec.template of an existing Job cannot change",
            "kubectl delete job migrate -n prod, then apply: it runs again",
        ),
        (
            at(SUSPENDED, IMAGE, "x:2"),
            "refused: spec.template of an existing Job cannot change",
            "kubectl delete job migrate -n prod, then apply: it runs again",
        ),
        (
            at(with_(VOLUME, "spec.volumeAttributesClassName", "gold"), "spec.volumeAttributesClassName"),
            "refused: spec.volumeAttributesClassName of an existing PersistentVolume cannot change",
            "kubectl delete persistentvolume pv, then apply: existing volumes keep what they have",
        ),
        (
            at(with_(DRIVER_VOLUME, EXPANDING, {"name": "a"}), EXPANDING, {"name": "b"}),
            "refused: spec.csi of an existing PersistentVolume cannot change",
            "kubectl delete persistentvolume pv, then apply: existing volumes keep what they have",
        ),
        (
            at(DEVICES, "spec.devices.requests", []),
            "refused: spec.devices of an existing ResourceClaim cannot change",
            "kubectl delete resourceclaim gpu -n prod, then apply",
        ),
        (
            at(QUOTA, "spec.scopes", ["BestEffort"]),
            "refused: spec.scopes of an existing ResourceQuota cannot change",
            "kubectl delete resourcequota q -n prod, then apply",
        ),
        (
            at(DEFINITION, "spec.scope", "Cluster"),
            "refused: spec.scope of an existing CustomResourceDefinition cannot change",
            (
                "kubectl delete customresourcedefinition things.example.org would delete every Thing: "
                "define a new kind beside it and move them"
            ),
        ),
        (
            at(DEFINITION, "spec.versions", [{"name": "v2", "storage": True}]),
            "refused: resources are stored as v1, which is no longer among the versions",
            "keep v1 with 'served: false' until all are stored anew and status.storedVersions has it no more",
        ),
        (
            at(PRIORITY, "value", 2000),
            "refused: value of an existing PriorityClass cannot change",
            "kubectl delete priorityclass high, then apply",
        ),
        (
            at(RUNTIME, "handler", "kata"),
            "refused: handler of an existing RuntimeClass cannot change",
            "kubectl delete runtimeclass gvisor, then apply",
        ),
        (
            at(INGRESS_CLASS, "spec.controller", "b"),
            "refused: spec.controller of an existing IngressClass cannot change",
            "kubectl delete ingressclass nginx, then apply",
        ),
        (
            at(SET, "spec.updateStrategy", {"type": "OnDelete"}),
            "refused: updateStrategy OnDelete does not go with the rollingUpdate that the API server added",
            (
                "kubectl patch statefulset db -n prod -p "
                '\'{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}\', then apply'
            ),
        ),
        (
            at(with_(CLASS, "parameters"), "parameters", {}),
            "refused: parameters of an existing StorageClass cannot change",
            "kubectl delete storageclass fast, then apply: existing volumes keep what they have",
        ),
    ],
)
def test_what_an_existing_resource_refuses(pair: Pair, message: str, hint: str) -> None:
    found = one(apply_fails, situation(pair))
    assert (found.level, found.message, found.hint) == ("blocking", message, hint)
    assert found.paths


def headless(family: str) -> Body:
    return body("v1", "Service", "web", spec={"clusterIP": "None", "ipFamilies": [family]})


def node_port(name: str, number: int, **spec: Any) -> Body:
    return body("v1", "Service", name, spec={"type": "NodePort", "ports": [{"port": 80, "nodePort": number}]} | spec)


def requesting(request: str, limit: str) -> Body:
    path = "spec.template.spec.containers.0.resources"
    return with_(WEB, path, {"requests": {"memory": request}, "limits": {"memory": limit}})


@pytest.mark.parametrize(
    ("after", "message", "hint", "path"),
    [
        (
            with_(WEB, "spec.template.metadata.labels", {"app": "other"}),
            "refused: spec.selector does not match the labels of its own template",
            "give spec.template.metadata.labels every label that spec.selector asks for",
            "spec.selector",
        ),
        (
            with_(WEB, "spec.strategy", {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}),
            "refused: strategy Recreate does not go with rollingUpdate",
            "remove it with 'rollingUpdate: null' in the patch, or keep type: RollingUpdate",
            "spec.strategy.rollingUpdate",
        ),
        (
            node_port("web", 8080),
            "refused: nodePort 8080 is not within 30000-32767 (a dry run does not notice)",
            "take one within 30000-32767, or leave it out and get any",
            "spec.ports[80/TCP].nodePort",
        ),
        (
            node_port("web", 30080),
            "refused: nodePort 30080 is also that of Service/taken (a dry run does not notice)",
            "give one of them another, or leave it out and get any",
            "spec.ports[80/TCP].nodePort",
        ),
        (
            requesting("1025Mi", "1Gi"),
            "refused: main requests 1025Mi memory, its limit is 1Gi",
            "raise the limit or lower the request",
            "spec.template.spec.containers[name=main].resources.requests.memory",
        ),
        (
            with_(requesting("1025Mi", "1Gi"), "kind", "StatefulSet"),
            "its pods are refused: main requests 1025Mi memory, its limit is 1Gi",
            "raise the limit or lower the request",
            "spec.template.spec.containers[name=main].resources.requests.memory",
        ),
        (
            with_(SERVICE, "spec.externalTrafficPolicy", "Local"),
            "refused: externalTrafficPolicy Local does not go with type ClusterIP",
            "leave it out, or say 'type: NodePort'",
            "spec.externalTrafficPolicy",
        ),
        (
            node_port("web", 30081, type="ClusterIP"),
            "refused: nodePort 30081 does not go with type ClusterIP",
            "leave it out, or say 'type: NodePort'",
            "spec.ports[80/TCP].nodePort",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_new_or_not(after: Body, message: str, hint: str, path: str) -> None:
    found = one(apply_fails, situation((None, after), beside=[node_port("taken", 30080)]))
    assert (found.level, found.message, found.hint) == ("blocking", message, hint)
    assert list(map(str, found.paths)) == [path]


def test_another_node_port_does_not_go_with_the_type_it_had() -> None:
    after = node_port("web", 30082, type="ClusterIP")
    assert said(apply_fails, situation((node_port("web", 30081), after))) == [
        ("Service/web", "refused: nodePort 30082 does not go with type ClusterIP")
    ]


def test_several_fields_are_one_finding() -> None:
    after = with_(with_(JOB, IMAGE, "x:2"), "spec.completions", 4)
    assert said(apply_fails, situation((JOB, after))) == [
        ("Job/migrate", "refused: spec.completions, spec.template of an existing Job cannot change")
    ]


def test_the_order_of_access_modes_counts() -> None:
    pair = claim(accessModes=["a", "b"]), claim(accessModes=["b", "a"])
    assert said(apply_fails, situation(pair)) != []


@pytest.mark.parametrize(
    ("pair", "refused", "taken"),
    [
        (at(SET, "spec.revisionHistoryLimit", 3), 31, 35),
        ((INDEXED, with_(with_(INDEXED, "spec.completions", 3), "spec.parallelism", 3)), 26, 27),
        (at(SUSPENDED, "spec.template.spec.nodeSelector", {"a": "b"}), 22, 23),
        (at(SUSPENDED, f"{CONTAINER}.resources", {"limits": {"memory": "2Gi"}}), 34, 35),
        (at(DRIVER, "spec.podInfoOnMount", value=True), 20, 21),
        (at(with_(SERVICE, "spec.clusterIP", "10.0.0.7"), "spec.clusterIP"), 20, 21),
        (at(with_(SERVICE, "spec.clusterIP", "None"), "spec.clusterIP"), 20, 21),
        ((with_(CLAIM, CAPACITY, "3Gi"), with_(CLAIM, "spec.resources.requests.storage", "4Gi")), 31, 32),
    ],
)
def test_the_table_knows_versions(pair: Pair, refused: int, taken: int) -> None:
    for minor, expected in ((20, True), (refused, True), (taken, False), (36, False)):
        assert bool(said(apply_fails, situation(pair, kubernetes=(1, minor)))) is expected


def test_before_1_32_no_growth_is_taken_back() -> None:
    found = one(apply_fails, situation(at(CLAIM, "spec.resources.requests.storage", "1Gi"), kubernetes=(1, 31)))
    assert found.hint == "keep 5Gi; smaller is only a new claim under another name, and a copy of the data"


@pytest.mark.parametrize(
    "pair",
    [
        at(WEB, IMAGE, "x:2"),
        at(WEB, "spec.replicas", 5),
        at(SET, "spec.replicas", 5),
        at(SET, IMAGE, "x:2"),
        at(with_(SET, "spec.updateStrategy", {"type": "RollingUpdate"}), "spec.updateStrategy.type", "OnDelete"),
        at(SET, "spec.persistentVolumeClaimRetentionPolicy", {"whenDeleted": "Delete"}),
        at(SET, "spec.minReadySeconds", 3),
        at(SET, "spec.volumeClaimTemplates.0.status", {}),
        at(SET, "spec.podManagementPolicy", "OrderedReady"),
        # Growth, another spelling of the size, and the first class.
        at(CLAIM, "spec.resources.requests.storage", "6Gi"),
        at(CLAIM, "spec.resources.requests.storage", "5120Mi"),
        at(CLAIM, "spec.storageClassName", "fast"),
        at(CLAIM, "spec.volumeName", "pv"),
        at(CLAIM, "spec.volumeAttributesClassName", "gold"),
        at(CLAIM, "spec.resources.requests.storage", "much"),
        at(JOB, "spec.parallelism", 3),
        at(JOB, "spec.suspend", value=True),
        at(SUSPENDED, "spec.template.spec.nodeSelector", {"a": "b"}),
        (INDEXED, with_(with_(INDEXED, "spec.completions", 3), "spec.parallelism", 3)),
        # An address that is left out stays.
        at(SERVICE, "spec.clusterIP"),
        at(SERVICE, "spec.type", "NodePort"),
        (SERVICE, with_(with_(SERVICE, "spec.type", "ExternalName"), "spec.clusterIP", "None")),
        (with_(BALANCER, "spec.type", "ClusterIP"), BALANCER),
        (with_(SERVICE, "spec.ipFamilies", ["IPv4"]), with_(SERVICE, "spec.ipFamilies", ["IPv4", "IPv6"])),
        at(FIXED, "metadata.labels", {"a": "b"}),
        at(with_(FIXED, "immutable"), "data.a", "2"),
        at(with_(FIXED, "immutable"), "immutable", value=True),
        at(BINDING, "subjects", [{"kind": "User", "name": "eve"}]),
        at(CLASS, "allowVolumeExpansion", value=True),
        at(VOLUME, "spec.capacity.storage", "2Gi"),
        at(VOLUME, "spec.nodeAffinity", {"required": {}}),
        at(POD, "spec.containers.0.image", "x:2"),
        at(POD, "spec.tolerations", [{"key": "a"}, {"key": "b"}]),
        at(POD, "spec.tolerations", [{"key": "a", "tolerationSeconds": 3}]),
        at(POD, "spec.activeDeadlineSeconds", 3),
        at(with_(POD, "spec.activeDeadlineSeconds", 3), "spec.activeDeadlineSeconds", 2),
        at(GATED, "spec.schedulingGates"),
        at(GATED, "spec.nodeSelector", {"a": "b"}),
        at(GATED, "spec.affinity", {"nodeAffinity": {"a": 1}}),
        at(SUSPENDED, "spec.template.spec.affinity", {"nodeAffinity": {"b": 1}}),
        at(SUSPENDED, "spec.template.metadata.annotations", {"a": "b"}),
        at(DRIVER_VOLUME, EXPANDING, {"name": "a"}),
        at(with_(VOLUME, "spec.volumeAttributesClassName", "gold"), "spec.volumeAttributesClassName", "silver"),
        at(DRIVER, "spec.podInfoOnMount", value=True),
        addresses(["10.0.0.5"], ["10.0.0.5", "fd00::5"]),
        addresses(["10.0.0.5"], ["10.0.0.6"], type="ExternalName"),
        addresses(["None"], ["10.0.0.6"], clusterIP="None"),
        (headless("IPv4"), headless("IPv6")),
        at(with_(BALANCER, "spec.healthCheckNodePort", 30100), "spec.healthCheckNodePort", 30101),
        at(QUOTA, "spec.scopes", ["BestEffort", "Terminating"]),
        at(DEFINITION, "spec.versions", [{"name": "v2", "storage": True}, {"name": "v1"}]),
        at(PRIORITY, "description", "b"),
        # A new one, one that goes, and one by another name.
        (None, SET),
        (SET, None),
        (CLAIM, with_(claim(accessModes=["ReadWriteOnce"]), "metadata.name", "other")),
        (CLAIM, with_(claim(accessModes=["ReadWriteOnce"]), "metadata.namespace", "other")),
        # Of another API.
        at(with_(JOB, "apiVersion", "example.org/v1"), IMAGE, "x:2"),
        (None, requesting("1Gi", "1024Mi")),
        (None, requesting("much", "1024Mi")),
        (None, node_port("web", 30081)),
        (None, node_port("web", 0)),
        # The API server takes away what the type before had.
        at(node_port("web", 30081, externalTrafficPolicy="Local"), "spec.type", "ClusterIP"),
        (with_(CLASS, "parameters", {}), with_(CLASS, "parameters")),
        # What is not changed is not looked at.
        (None, None),
    ],
)
def test_nothing_is_refused(pair: Pair) -> None:
    beside = [node_port("taken", 30080), node_port("wrong", 80), node_port("wrong-too", 80)]
    assert said(apply_fails, situation(pair, beside=beside)) == []


def test_one_service_may_ask_twice_for_two_protocols() -> None:
    ports = [{"port": 53, "protocol": protocol, "nodePort": 30053} for protocol in ("TCP", "UDP")]
    service = body("v1", "Service", "dns", spec={"type": "NodePort", "ports": ports})
    assert said(apply_fails, situation((None, service))) == []


def test_a_node_port_that_what_stays_holds() -> None:
    web, dev = node_port("web", 30081), node_port("dev-web", 30081)
    refused = "refused: nodePort 30081 is still that of Service/web, which apply -k does not delete"
    for pairs in ([(web, dev)], [(web, None), (None, dev)]):
        found = one(apply_fails, situation(*pairs))
        assert (str(found.resource), found.message) == ("Service/dev-web", refused)
        assert found.hint == "kubectl delete service web -n prod, then apply"
    assert said(apply_fails, situation((web, None), (None, node_port("dev-web", 30082)))) == []
