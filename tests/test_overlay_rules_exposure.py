from dataclasses import replace
from typing import Any

import pytest
from rule_states import SERVICE, body, said, state

from kgen.fieldpath import ItemKey
from kgen.overlay.clusters.cluster import ExposedPort
from kgen.overlay.clusters.declared import declared_cluster
from kgen.overlay.edits import ABSENT, apply_edits
from kgen.overlay.rules import exposure
from kgen.overlay.rules.state import Notice, State
from kgen.overlay.spec import Spec


def service(name: str, *ports: dict[str, Any], kind: str = "NodePort", **spec: Any) -> dict[str, Any]:
    return body("v1", "Service", name, {"type": kind, "ports": list(ports), **spec})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([SERVICE], [("Service/web", "spec.ports[port=8080].nodePort", 30080)]),
        # By resource id, not by the order of the files; in each Service as written.
        (
            [service("b", {"port": 2, "name": "x"}, {"port": 1, "name": "y"}), service("a", {"port": 3})],
            [
                ("Service/a", "spec.ports[port=3].nodePort", 30080),
                ("Service/b", "spec.ports[port=2].nodePort", 30081),
                ("Service/b", "spec.ports[port=1].nodePort", 30082),
            ],
        ),
        # Explicit numbers are kept, and taken.
        (
            [service("a", {"port": 1}, {"port": 2, "nodePort": 30081}, {"port": 3}), service("b", {"port": 1})],
            [
                ("Service/a", "spec.ports[port=1].nodePort", 30080),
                ("Service/a", "spec.ports[port=3].nodePort", 30082),
                ("Service/b", "spec.ports[port=1].nodePort", 30083),
            ],
        ),
        # A LoadBalancer's numbers are taken as well.
        (
            [service("a", {"port": 1, "nodePort": 30080}, kind="LoadBalancer", healthCheckNodePort=30081), SERVICE],
            [("Service/web", "spec.ports[port=8080].nodePort", 30082)],
        ),
        # The merge keys are repeated as the base writes them.
        (
            [service("dns", {"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"})],
            [
                ("Service/dns", "spec.ports[53/UDP].nodePort", 30080),
                ("Service/dns", "spec.ports[53/TCP].nodePort", 30081),
            ],
        ),
        # By position where they name more than one port.
        (
            [service("dns", {"port": 53, "protocol": "UDP"}, {"port": 53})],
            [
                ("Service/dns", "spec.ports[53/UDP].nodePort", 30080),
                ("Service/dns", "spec.ports[1].nodePort", 30081),
            ],
        ),
    ],
)
def test_kind(found: list[dict[str, Any]], expected: list[tuple[str, str, int]]) -> None:
    edits = list(exposure.edits(state("kind", *found)))
    assert said(edits) == expected
    assert len({edit.value for edit in edits}) == len(edits)


def test_the_merge_key_of_a_port_is_a_number() -> None:
    (edit,) = exposure.edits(state("kind", SERVICE))
    assert edit.path.segments[2] == ItemKey((("port", 8080),))
    assert edit.reason == "kind maps ports only when the cluster is created (kind.yaml), so the number is fixed"


@pytest.mark.parametrize(
    ("cluster", "found"),
    [
        ("minikube", SERVICE),
        ("kind", service("web", {"port": 80}, kind="ClusterIP")),
        ("kind", body("v1", "Service", "web", {"ports": [{"port": 80}]})),
        ("kind", service("web", {"port": 80, "nodePort": 31000})),
        ("kind", body("v1", "Service", "web", {"type": "NodePort", "ports": None})),
        ("kind", body("v1", "Service", "web", None)),
        ("kind", body("serving.knative.dev/v1", "Service", "web", {"type": "NodePort", "ports": [{"port": 80}]})),
    ],
)
def test_nothing_to_do(cluster: str, found: dict[str, Any]) -> None:
    assert list(exposure.edits(state(cluster, found))) == []
    assert list(exposure.notices(state(cluster, found))) == []


def test_numbers_go_on_at_30000_and_end() -> None:
    found = state("kind", service("web", *({"port": port} for port in range(1, 88))))
    numbers = [edit.value for edit in exposure.edits(found)]
    assert numbers == [*range(30080, 30086), *range(30000, 30080)]
    assert list(exposure.notices(found)) == [
        Notice(
            "Service/web: no number in 30000-30085 is left for port 87, kind cannot map it",
            "give it a nodePort of your own in the base, up to 32767",
        )
    ]


@pytest.mark.parametrize(
    ("cluster", "helper", "how"),
    [
        ("kind", "cloud-provider-kind", "in a terminal of its own; on macOS and WSL as root"),
        ("minikube", "minikube tunnel", "in a terminal of its own; it asks for the administrator's password"),
        ("microk8s", "microk8s enable metallb", "it asks for a range of free addresses"),
    ],
)
def test_a_load_balancer_needs_a_helper(cluster: str, helper: str, how: str) -> None:
    found = state(cluster, service("web", {"port": 80}, kind="LoadBalancer"))
    assert list(exposure.edits(found)) == []
    assert list(exposure.notices(found)) == [
        Notice(
            f"Service/web is a LoadBalancer: on {cluster} it has no address without '{helper}'",
            f"run '{helper}': {how}",
            "info",
        )
    ]


def test_exposed_ports() -> None:
    found = state(
        "kind", SERVICE, service("a", {"port": 53, "protocol": "UDP"}), service("b", {"port": 1}, kind="ClusterIP")
    )
    resources = apply_edits(found.resources, exposure.edits(found))
    assert exposure.exposed_ports(resources) == (
        ExposedPort("a", "", 53, "UDP", 30080),
        ExposedPort("web", "", 8080, "TCP", 30081),
    )
    assert exposure.exposed_ports(found.resources)[1] == ExposedPort("web", "", 8080, "TCP", None)


@pytest.mark.parametrize("cluster", ["minikube", "kind"])
def test_numbers_that_the_api_server_refuses_are_told(cluster: str) -> None:
    services = [
        service("a", {"port": 1, "nodePort": 30080}),
        service("b", {"port": 1, "nodePort": 30080}, {"port": 2, "protocol": "UDP", "nodePort": 30080}),
        service("c", {"port": 1, "nodePort": 29999}),
    ]
    assert list(exposure.notices(state(cluster, *services))) == [
        Notice(
            "Service/c: nodePort 29999 is out of range, the API server refuses it", "choose one from 30000 to 32767"
        ),
        Notice("nodePort 30080 is taken twice, by Service/a and Service/b", "give one of them another number"),
    ]


def test_a_number_that_is_text_is_none() -> None:
    (port,) = exposure.exposed_ports(state("kind", service("a", {"port": 1, "nodePort": "30085"})).resources)
    assert port.node_port is None


def test_docker_desktop_opens_load_balancers() -> None:
    found = state(
        "docker-desktop",
        SERVICE,
        service("b", {"port": 1, "nodePort": 30000}),
        service("c", {"port": 2}, kind="ClusterIP"),
    )
    assert said(list(exposure.edits(found))) == [
        ("Service/b", "spec.type", "LoadBalancer"),
        ("Service/web", "spec.type", "LoadBalancer"),
    ]
    assert list(exposure.notices(found)) == []


def declared(cluster: str, expose: str, *services: Any) -> State:
    found = state(cluster, *services)
    return replace(found, cluster=declared_cluster(Spec(cluster=cluster, expose=expose)) or found.cluster)


def test_fields_that_a_node_port_may_not_have_go() -> None:
    balanced = service("web", {"port": 80}, kind="LoadBalancer")
    balanced["spec"] |= {"loadBalancerClass": "x", "loadBalancerSourceRanges": [], "externalTrafficPolicy": "Local"}
    edits = list(exposure.edits(declared("generic", "NodePort", balanced)))
    assert said(edits) == [
        ("Service/web", "spec.type", "NodePort"),
        ("Service/web", "spec.loadBalancerClass", ABSENT),
        ("Service/web", "spec.loadBalancerSourceRanges", ABSENT),
    ]
    assert [edit.reason for edit in edits] == ["declared in kgen.yaml: expose", *["a NodePort may not have it"] * 2]


def test_a_service_that_becomes_a_load_balancer_needs_a_helper_too() -> None:
    (notice,) = exposure.notices(declared("minikube", "LoadBalancer", SERVICE))
    assert notice.message == "Service/web is a LoadBalancer: on minikube it has no address without 'minikube tunnel'"
    assert (
        list(exposure.notices(declared("minikube", "NodePort", service("a", {"port": 80}, kind="LoadBalancer")))) == []
    )


@pytest.mark.parametrize(
    ("cluster", "services", "message"),
    [
        (
            "docker-desktop",
            [service("a", {"port": 80}), service("b", {"port": 80}, kind="LoadBalancer")],
            "port 80 of docker-desktop's one address is wanted by Service/a and Service/b: only one gets it",
        ),
        (
            "k3d",
            [service("a", {"port": 443}, kind="LoadBalancer")],
            "port 443 of k3d's one address is wanted by k3d itself and Service/a: only one gets it",
        ),
    ],
)
def test_load_balancers_that_want_the_same_port(cluster: str, services: list[Any], message: str) -> None:
    assert list(exposure.notices(state(cluster, *services))) == [Notice(message, "give it another port in the base")]


@pytest.mark.parametrize(
    ("cluster", "services"),
    [
        ("k3d", [service("a", {"port": 80, "nodePort": 30080})]),
        ("colima", [service("a", {"port": 80}, kind="LoadBalancer")]),
        ("docker-desktop", [service("a", {"port": 80}), service("b", {"port": 80, "protocol": "UDP"})]),
        ("generic", [service("a", {"port": 80}, kind="LoadBalancer"), service("b", {"port": 80}, kind="LoadBalancer")]),
    ],
)
def test_load_balancers_that_do_not(cluster: str, services: list[Any]) -> None:
    assert list(exposure.notices(state(cluster, *services))) == []
