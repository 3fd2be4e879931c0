from typing import Any

import pytest
from verdict_situations import Pair, body, said, situation, with_, workload

from kgen.preview.verdicts import widens_access
from kgen.resource import Body

RBAC = "rbac.authorization.k8s.io/v1"
READ = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}


def role(*rules: Body, kind: str = "Role", name: str = "r") -> Body:
    return body(RBAC, kind, name, None if kind.startswith("Cluster") else "prod", rules=list(rules))


def rule(verbs: str, resources: str = "pods", groups: str = "", **fields: Any) -> Body:
    return {"apiGroups": groups.split(","), "resources": resources.split(","), "verbs": verbs.split(","), **fields}


def binding(*subjects: Body, kind: str = "RoleBinding", to: str = "r", to_kind: str = "Role") -> Body:
    reference = {"kind": to_kind, "name": to}
    namespace = None if kind.startswith("Cluster") else "prod"
    return body(RBAC, kind, "b", namespace, roleRef=reference, subjects=list(subjects))


def account(name: str, namespace: str = "prod") -> Body:
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}


def group(name: str) -> Body:
    return {"kind": "Group", "name": name}


ALICE = {"kind": "User", "name": "alice"}


def pod(container: Body | None = None, *more: Body, **spec: Any) -> Body:
    found = workload()
    containers = [{"name": "main", **(container or {})}, *more]
    found["spec"]["template"]["spec"] = {"containers": containers, **spec}
    return found


def context(**fields: Any) -> Body:
    return {"securityContext": fields}


def folder(path: str, **mount: Any) -> Body:
    return pod({"volumeMounts": [{"name": "v", **mount}]}, volumes=[{"name": "v", "hostPath": {"path": path}}])


def service(kind: str, **spec: Any) -> Body:
    return body("v1", "Service", "web", spec={"type": kind, "ports": [{"port": 80}], **spec})


def ingress(*hosts: str, **spec: Any) -> Body:
    rules = [{"host": host} if host else {} for host in hosts]
    return body("networking.k8s.io/v1", "Ingress", "web", spec={"rules": rules, **spec})


def policy(**spec: Any) -> Body:
    return body("networking.k8s.io/v1", "NetworkPolicy", "p", spec={"podSelector": {}, **spec})


def block(cidr: str, *holes: str) -> Body:
    return {"from": [{"ipBlock": {"cidr": cidr, **({"except": list(holes)} if holes else {})}}]}


def peers(**selectors: Any) -> Body:
    return {"from": [selectors]}


def ports(*numbers: Any, **fields: Any) -> Body:
    return {"ports": [{"port": number, **fields} for number in numbers]}


def enforcing(level: str | None) -> Body:
    labels = {"a": "b"} | ({"pod-security.kubernetes.io/enforce": level} if level else {})
    return with_(body("v1", "Namespace", "prod", None), "metadata.labels", labels)


LABELLED = {"rbac.authorization.k8s.io/aggregate-to-edit": "true"}
APP = {"podSelector": {"matchLabels": {"app": "web"}}}
WEB_ONLY = {"matchLabels": {"app": "web"}}
ROOTLESS = context(runAsNonRoot=True, allowPrivilegeEscalation=False, capabilities={"drop": ["ALL"]})


@pytest.mark.parametrize(
    ("pair", "messages"),
    [
        # Rules
        ((role(READ), role(rule("get,list,create"))), ["allows create pods"]),
        ((role(READ), role(READ, rule("delete", "jobs", "batch"))), ["allows delete jobs.batch"]),
        ((role(READ), role(rule("*", "*", "*"))), ["allows * everything"]),
        ((role(READ), role(rule("get,list", "pods,secrets"))), ["allows get, list secrets"]),
        (
            (role(rule("get", "secrets", resourceNames=["a"])), role(rule("get", "secrets", resourceNames=["a", "b"]))),
            ["allows get secrets named b"],
        ),
        ((role(rule("get", "secrets", resourceNames=["a"])), role(rule("get", "secrets"))), ["allows get secrets"]),
        ((role(rule("get", "pods")), role(rule("get", "pods/log"))), ["allows get pods/log"]),
        (
            (
                role({"nonResourceURLs": ["/healthz"], "verbs": ["get"]}, kind="ClusterRole"),
                role({"nonResourceURLs": ["/healthz", "/metrics"], "verbs": ["get"]}, kind="ClusterRole"),
            ),
            ["allows get /metrics"],
        ),
        (
            (role(READ, kind="ClusterRole"), with_(role(READ, kind="ClusterRole"), "metadata.labels", LABELLED)),
            ["adds its rules to the ClusterRole edit"],
        ),
        # Bindings
        ((binding(ALICE), binding(ALICE, account("ci"))), ["grants r to ServiceAccount/ci of prod too"]),
        ((binding(), binding(group("system:authenticated"))), ["grants r to Group/system:authenticated too"]),
        (
            (
                binding(ALICE, kind="ClusterRoleBinding", to="view", to_kind="ClusterRole"),
                binding(ALICE, kind="ClusterRoleBinding", to="cluster-admin", to_kind="ClusterRole"),
            ),
            ["grants everything (cluster-admin), before it was view"],
        ),
        # Pods
        (
            (pod(), pod(hostNetwork=True, hostPID=True)),
            [
                "see the node's processes (hostPID)",
                "share the node's network (hostNetwork)",
            ],
        ),
        ((pod(), pod(hostIPC=True)), ["share the node's memory segments (hostIPC)"]),
        ((pod(), pod(context(privileged=True))), ["main runs privileged"]),
        (
            (pod(ROOTLESS), pod()),
            [
                "main may gain privileges (allowPrivilegeEscalation)",
                "main may run as root: nothing forbids it any more",
                "main no longer drops all capabilities",
            ],
        ),
        ((pod(), pod(context(capabilities={"add": ["NET_ADMIN"]}))), ["main has capability NET_ADMIN"]),
        ((pod(context(runAsUser=1000)), pod(context(runAsUser=0))), ["main runs as root (runAsUser: 0)"]),
        ((pod(), pod(securityContext={"runAsUser": 0})), ["main runs as root (runAsUser: 0)"]),
        (
            (pod(securityContext={"seccompProfile": {"type": "RuntimeDefault"}}), pod()),
            ["main may make every system call (no seccompProfile)"],
        ),
        ((pod(), pod(context(procMount="Unmasked"))), ["main sees all of /proc (procMount)"]),
        ((pod(), pod({"ports": [{"hostPort": 80}]})), ["main listens on the node's port 80 (hostPort)"]),
        ((pod(), pod(None, {"name": "more", **context(privileged=True)})), ["more runs privileged"]),
        (
            (pod(automountServiceAccountToken=False), pod()),
            ["get the token of their service account"],
        ),
        ((pod(), folder("/var/run")), ["see /var/run of the node (hostPath)"]),
        ((folder("/var/run"), folder("/var")), ["see /var of the node (hostPath)"]),
        ((folder("/a", readOnly=True), folder("/a")), ["may write /a of the node (hostPath)"]),
        # Services and Ingresses
        ((service("ClusterIP"), service("NodePort")), ["is reachable on the address of every node (NodePort)"]),
        ((service("NodePort"), service("LoadBalancer")), ["is reachable through a load balancer (LoadBalancer)"]),
        (
            (service("ClusterIP"), service("ClusterIP", externalIPs=["192.0.2.1"])),
            ["answers on 192.0.2.1 too (externalIPs)"],
        ),
        (
            (
                service("LoadBalancer", loadBalancerSourceRanges=["10.0.0.0/8"]),
                service("LoadBalancer", loadBalancerSourceRanges=["10.1.0.0/16", "192.0.2.0/24"]),
            ),
            ["its load balancer accepts 192.0.2.0/24 too (loadBalancerSourceRanges)"],
        ),
        (
            (service("LoadBalancer", loadBalancerSourceRanges=["10.0.0.0/8"]), service("LoadBalancer")),
            ["its load balancer accepts every address (no loadBalancerSourceRanges)"],
        ),
        ((ingress("a.org"), ingress("a.org", "b.org")), ["serves b.org"]),
        ((ingress("a.org"), ingress("a.org", "")), ["serves every host"]),
        ((ingress("a.org"), ingress("a.org", defaultBackend={"service": {}})), ["serves every host"]),
        ((ingress("*.a.org"), ingress("x.y.a.org")), ["serves x.y.a.org"]),
        # Policies
        ((policy(), policy(ingress=[{}])), ["allows more ingress than before"]),
        (
            (policy(ingress=[APP | peers(podSelector=WEB_ONLY)]), policy(ingress=[peers(podSelector={})])),
            [
                "allows more ingress than before",
            ],
        ),
        (
            (policy(ingress=[peers(podSelector=WEB_ONLY)]), policy(ingress=[peers(namespaceSelector={})])),
            ["allows more ingress than before"],
        ),
        ((policy(ingress=[ports("http")]), policy(ingress=[ports("https")])), ["allows more ingress than before"]),
        ((policy(ingress=[ports(80)]), policy(ingress=[{"ports": [{}]}])), ["allows more ingress than before"]),
        ((policy(ingress=[ports(80)]), policy(ingress=[ports(80, 443)])), ["allows more ingress than before"]),
        (
            (policy(ingress=[ports(80)]), policy(ingress=[ports(80, protocol="UDP")])),
            [
                "allows more ingress than before",
            ],
        ),
        ((policy(ingress=[ports(80)]), policy(ingress=[ports(80, endPort=90)])), ["allows more ingress than before"]),
        (
            (policy(ingress=[block("10.0.0.0/8")]), policy(ingress=[block("0.0.0.0/0")])),
            [
                "allows more ingress than before",
            ],
        ),
        (
            (policy(ingress=[block("10.0.0.0/8")]), policy(ingress=[block("fd00::/8")])),
            ["allows more ingress than before"],
        ),
        (
            (policy(ingress=[block("10.0.0.0/8", "10.1.0.0/16")]), policy(ingress=[block("10.0.0.0/8")])),
            ["allows more ingress than before"],
        ),
        (
            (policy(policyTypes=["Ingress", "Egress"]), policy(policyTypes=["Ingress"])),
            ["no longer limits egress"],
        ),
        ((policy(egress=[ports(53)]), policy(egress=[{}])), ["allows more egress than before"]),
        ((policy(), None), ["once it is deleted, what it forbids gets through; apply -k leaves it"]),
        # Namespaces
        (
            (enforcing("restricted"), enforcing("baseline")),
            ["lets more pods in: Pod Security restricted → baseline"],
        ),
        ((enforcing("baseline"), enforcing(None)), ["lets more pods in: Pod Security baseline → privileged"]),
    ],
)
def test_what_is_wider(pair: Pair, messages: list[str]) -> None:
    found = list(widens_access.findings(situation(pair)))
    assert [finding.message for finding in found] == messages
    level = "note" if any(finding.resource.gvk.kind == "Ingress" for finding in found) else "warning"
    assert {finding.level for finding in found} == {level}
    assert pair[1] is None or all(finding.paths for finding in found)


def test_a_role_becomes_a_cluster_role() -> None:
    pairs = [
        (role(READ), None),
        (None, role(READ, kind="ClusterRole")),
        (binding(ALICE), None),
        (None, binding(ALICE, kind="ClusterRoleBinding", to_kind="ClusterRole")),
    ]
    assert said(widens_access, situation(*pairs)) == [
        ("ClusterRole/r", "was a Role: it can be granted in all namespaces now"),
        ("ClusterRoleBinding/b", "was a RoleBinding: grants r in all namespaces now"),
    ]


def test_a_new_binding_for_pods_that_run() -> None:
    default = binding(account("default"), account("new"), group("system:unauthenticated"), ALICE)
    assert said(widens_access, situation((None, default), beside=[workload()])) == [
        ("RoleBinding/b", "grants r to ServiceAccount/default of prod, Group/system:unauthenticated")
    ]


def test_another_role_is_compared_by_its_rules() -> None:
    roles = [role(READ), role(rule("get,list,delete"), name="admin")]
    pair = (binding(ALICE), binding(ALICE, to="admin"))
    assert said(widens_access, situation(pair, beside=roles)) == [
        ("RoleBinding/b", "grants delete pods more than r did")
    ]
    assert said(widens_access, situation((pair[1], pair[0]), beside=roles)) == []
    assert said(widens_access, situation(pair)) == []


def test_pods_that_a_policy_selects_no_more() -> None:
    pair = policy(podSelector=WEB_ONLY), policy(podSelector={"matchLabels": {"app": "other"}})
    assert said(widens_access, situation(pair, beside=[workload()])) == [
        ("NetworkPolicy/p", "no longer selects Deployment/web")
    ]
    assert said(widens_access, situation(pair, (None, workload()))) == []


def test_a_very_large_rule_is_compared_as_a_whole() -> None:
    words = [f"r{number}" for number in range(200)]
    large = {"apiGroups": words, "resources": words, "verbs": words}
    assert said(widens_access, situation((role(READ), role(READ, large)))) == [
        ("Role/r", "allows r0, r1, r10 and 197 more r0, r1, r10 and 197 more")
    ]


EVERYTHING = rule("*", "*", "*")
BOTH = [{"port": 80}, {"port": 443}]


@pytest.mark.parametrize(
    "pair",
    [
        # The same said otherwise, or less of it.
        (role(READ), role(rule("list,get"))),
        (role(READ), role(rule("get"), rule("list"))),
        (role(rule("get"), rule("list")), role(READ)),
        (role(READ), role()),
        (role(EVERYTHING), role(READ)),
        (role(rule("*")), role(READ)),
        (role(rule("update", "*/scale", "apps")), role(rule("update", "deployments/scale", "apps"))),
        (role(rule("get", "*")), role(rule("get", "pods/log"))),
        (role(rule("get", "secrets")), role(rule("get", "secrets", resourceNames=["a"]))),
        (
            role({"nonResourceURLs": ["/a*"], "verbs": ["get"]}),
            role({"nonResourceURLs": ["/a", "/a/b"], "verbs": ["get"]}),
        ),
        (binding(ALICE, account("ci")), binding(account("ci"), ALICE)),
        (binding(ALICE, account("ci")), binding(ALICE)),
        # New as a whole.
        (None, role(EVERYTHING)),
        (None, binding(ALICE, account("new"))),
        (None, pod(context(privileged=True), hostNetwork=True)),
        (None, service("LoadBalancer")),
        (None, ingress("a.org")),
        (None, policy(ingress=[{}])),
        (role(EVERYTHING), None),
        # Pods
        (pod(), pod(context(allowPrivilegeEscalation=True))),
        (pod(), pod(ROOTLESS)),
        (pod(context(runAsUser=1000)), pod(securityContext={"runAsUser": 1000})),
        (pod(context(runAsUser=1000)), pod(context(runAsNonRoot=True))),
        (pod(context(runAsUser=0)), pod(context())),
        (pod(context(capabilities={"add": ["CAP_SYS_TIME"]})), pod(context(capabilities={"add": ["SYS_TIME"]}))),
        (pod(ROOTLESS), pod(ROOTLESS, {"name": "sidecar"})),
        (
            pod(context(privileged=True)),
            with_(pod(context(privileged=True)), "spec.template.spec.containers.0.name", "x"),
        ),
        (folder("/var"), folder("/var/run")),
        (folder("/a/"), folder("/a")),
        (folder("/a"), folder("/a", readOnly=True)),
        # Services and Ingresses
        (service("LoadBalancer"), service("NodePort")),
        (service("NodePort"), service("NodePort", ports=[{"port": 80, "nodePort": 30080}])),
        (service("LoadBalancer"), service("LoadBalancer", loadBalancerSourceRanges=["10.0.0.0/8"])),
        (ingress("a.org", "b.org"), ingress("b.org")),
        (ingress("*.a.org"), ingress("x.a.org")),
        (ingress(""), ingress("a.org")),
        # Policies
        (policy(ingress=[{}]), policy(ingress=[ports(80)])),
        (policy(ingress=[{"ports": [{"protocol": "TCP"}]}]), policy(ingress=[ports(80, "http")])),
        (policy(ingress=[ports(80, "http")]), policy(ingress=[ports("http")])),
        (policy(ingress=[ports(80, endPort=90)]), policy(ingress=[ports(85)])),
        (policy(ingress=[{"ports": BOTH}]), policy(ingress=[{"ports": BOTH[::-1]}])),
        (policy(ingress=[ports(80)]), policy(ingress=[ports(80, protocol="TCP")])),
        (policy(ingress=[peers(podSelector={})]), policy(ingress=[peers(podSelector=WEB_ONLY)])),
        (policy(ingress=[peers(namespaceSelector={})]), policy(ingress=[peers(podSelector=WEB_ONLY)])),
        (policy(ingress=[block("0.0.0.0/0")]), policy(ingress=[block("10.0.0.0/8", "10.1.0.0/16")])),
        (policy(ingress=[block("10.0.0.0/8", "10.1.0.0/16")]), policy(ingress=[block("10.2.0.0/16")])),
        (policy(ingress=[block("fd00::/8")]), policy(ingress=[block("fd00:1::/32")])),
        (policy(policyTypes=["Ingress"]), policy(policyTypes=["Ingress", "Egress"])),
        (policy(), policy(egress=[{}])),
        (policy(podSelector=WEB_ONLY), policy()),
        (enforcing("baseline"), enforcing("restricted")),
        (enforcing(None), enforcing("privileged")),
    ],
)
def test_nothing_is_wider(pair: Pair) -> None:
    assert said(widens_access, situation(pair)) == []


def test_a_renamed_account_is_no_new_subject() -> None:
    before, after = (body("v1", "ServiceAccount", name) for name in ("ci", "dev-ci"))
    pair = binding(account("ci")), with_(binding(account("dev-ci")), "metadata.name", "dev-b")
    assert said(widens_access, situation((before, after), pair)) == []


def test_what_is_granted_already_is_nothing_new() -> None:
    everywhere = binding(account("default"), kind="ClusterRoleBinding", to_kind="ClusterRole")
    again = with_(binding(account("default"), to_kind="ClusterRole"), "metadata.name", "again")
    assert said(widens_access, situation((None, again), beside=[workload(), everywhere])) == []
