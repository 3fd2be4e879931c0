import re
from collections.abc import Sequence
from typing import Any

import pytest
from rule_states import Node
from test_cluster_commands import DAGS, WEB, lines, typed

from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.cluster import ExposedPort, HostMount, Setup
from kgen.overlay.clusters.kind import content
from kgen.quantity import parse


def kind_config(mounts: Sequence[HostMount] = (), ports: Sequence[ExposedPort] = (), nodes: int = 1) -> dict[str, Any]:
    return content(Setup("overlays/kind", "", tuple(mounts), tuple(ports), Node(count=nodes)))


def comments(cluster: str, setup: Setup) -> list[str]:
    return [command.comment for command in typed(cluster, setup)]


@pytest.mark.parametrize("name", CLUSTERS)
def test_facts_of_each_cluster(name: str) -> None:
    cluster = CLUSTERS[name]
    assert cluster.name == name
    nodes = cluster.nodes
    amounts = [*nodes.control_plane, *nodes.each, *nodes.each_of_several, nodes.overhead, *(nodes.default or ())]
    assert all(parse(amount) >= 0 for amount in amounts)
    assert name == "generic" or "ReadWriteOnce" in (cluster.storage.access_modes or ())
    assert (cluster.file is not None) is cluster.exposure.at_creation
    assert re.fullmatch(cluster.identity.contexts, cluster.identity.context or "anything")
    assert len(cluster.summary) <= 77
    assert all(fact.source.startswith("https://") or not fact.source for fact in cluster.facts)
    told = {fact.topic for fact in cluster.facts}
    assert {"nodes", "storage", "folders", "access"} <= told


def test_minikube_from_nothing_and_back() -> None:
    setup = Setup("overlays/minikube", "", (DAGS,), (WEB._replace(node_port=None),))
    assert lines("minikube", setup) == [
        "mkdir -p dags",
        'minikube start --cpus=2 --memory=3072 --mount --mount-string="$PWD/dags:/mnt/airflow/dags"',
        "kubectl --context minikube apply -k overlays/minikube",
        "minikube service web",
        "kubectl --context minikube delete -k overlays/minikube",
        "minikube delete",
    ]


def test_kind_from_nothing_and_back() -> None:
    setup = Setup("overlays/kind", "", (DAGS,), (WEB,))
    assert lines("kind", setup) == [
        "mkdir -p dags",
        "kind create cluster --config overlays/kind/kind.yaml",
        "kubectl --context kind-kind apply -k overlays/kind",
        "kubectl --context kind-kind delete -k overlays/kind",
        "kind delete cluster",
    ]
    assert comments("kind", setup) == [
        "in the project's root; pods see it as /mnt/airflow/dags",
        "an existing cluster keeps its folders and ports: 'kind delete cluster' first to change them",
        "an image built here: kind load docker-image NAME:TAG (nodes do not see this computer's images)",
        "creates or updates the resources",
        "web is at http://localhost:8080 once its pods run",
        "deletes the resources",
        "deletes the cluster and all that is in it",
    ]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Node(), "--cpus=2 --memory=3072"),
        (Node(memory="2200Mi"), "--cpus=2 --memory=2200"),
        (Node(memory="8Gi", cpu="4"), "--cpus=4 --memory=8192"),
        (Node(cpu="500m"), "--cpus=1 --memory=3072"),
        (Node(memory="4G"), "--cpus=2 --memory=3814"),
        (Node(count=3), "--cpus=2 --memory=3072 --nodes=3 --addons=storage-provisioner-rancher"),
        (Node(count=1), "--cpus=2 --memory=3072"),
    ],
)
def test_minikube_starts_with_the_declared_size(node: Node, expected: str) -> None:
    assert lines("minikube", Setup("overlays/m", node=node))[0] == f"minikube start {expected}"


def test_minikube_starts_with_one_mount_and_the_others_follow_before_anything_is_applied() -> None:
    found = lines("minikube", Setup("overlays/m", "", (DAGS, HostMount("/data", "data"))))
    assert found[1:4] == [
        'minikube start --cpus=2 --memory=3072 --mount --mount-string="$PWD/dags:/mnt/airflow/dags"',
        'minikube mount "$PWD/data:/data"',
        "kubectl --context minikube apply -k overlays/m",
    ]


def test_minikube_opens_a_service_once_and_in_its_namespace() -> None:
    ports = (WEB._replace(namespace="shop"), WEB._replace(namespace="shop", port=9090))
    assert [line for line in lines("minikube", Setup("overlays/m", ports=ports)) if "service" in line] == [
        "minikube service web -n shop"
    ]


def test_from_another_folder_the_first_command_goes_to_the_root() -> None:
    assert lines("kind", Setup("overlays/kind", "", (DAGS,), root="../.."))[:2] == ["cd ../..", "mkdir -p dags"]


def test_without_mounts_and_ports_there_is_less_to_do() -> None:
    assert lines("kind", Setup("overlays/kind"))[0] == "kind create cluster --config overlays/kind/kind.yaml"
    assert len(lines("kind", Setup("overlays/kind"))) == 4


def test_unusual_names_are_quoted() -> None:
    found = lines("minikube", Setup("overlays/my app", "", (HostMount("/a b/$c", "$c", ("$c/d e",)),)))
    assert found[:3] == [
        "mkdir -p '$c' '$c/d e'",
        r'minikube start --cpus=2 --memory=3072 --mount --mount-string="$PWD/\$c:/a b/\$c"',
        "kubectl --context minikube apply -k 'overlays/my app'",
    ]


def test_kind_config() -> None:
    assert kind_config([DAGS], [WEB]) == {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "nodes": [
            {
                "role": "control-plane",
                "extraMounts": [{"hostPath": "./dags", "containerPath": "/mnt/airflow/dags"}],
                "extraPortMappings": [
                    {"containerPort": 30080, "hostPort": 8080, "listenAddress": "127.0.0.1", "protocol": "TCP"}
                ],
            }
        ],
    }


def test_kind_config_is_in_the_order_of_its_documentation() -> None:
    config = kind_config([DAGS], [WEB])
    assert list(config) == ["kind", "apiVersion", "nodes"]
    assert list(config["nodes"][0]) == ["role", "extraMounts", "extraPortMappings"]


def test_kind_config_of_nothing() -> None:
    assert kind_config() == {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "nodes": [{"role": "control-plane"}],
    }


def test_workers_of_kind_see_the_folders_and_map_no_ports() -> None:
    nodes = kind_config([DAGS], [WEB], nodes=3)["nodes"]
    assert [node["role"] for node in nodes] == ["control-plane", "worker", "worker"]
    assert ["extraMounts" in node for node in nodes] == [True, True, True]
    assert ["extraPortMappings" in node for node in nodes] == [True, False, False]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ([(8080, 30080)], [(30080, 8080)]),
        # Only root may open a port below 1024.
        ([(80, 30080), (1024, 30081)], [(30080, 30080), (30081, 1024)]),
        # The second web server cannot have 8080 as well.
        ([(8080, 30080), (8080, 30081)], [(30080, 8080), (30081, 30081)]),
        # Nor may a Service's port take another's nodePort.
        ([(30081, 30080), (8080, 30081)], [(30080, 30080), (30081, 8080)]),
        # Without a nodePort there is nothing to map.
        ([(8080, None)], []),
    ],
)
def test_ports_of_the_laptop(ports: list[tuple[int, int | None]], expected: list[tuple[int, int]]) -> None:
    exposed = [WEB._replace(port=port, node_port=node_port) for port, node_port in ports]
    mappings = kind_config((), exposed)["nodes"][0].get("extraPortMappings", [])
    assert [(mapping["containerPort"], mapping["hostPort"]) for mapping in mappings] == expected


def test_a_port_keeps_its_protocol() -> None:
    udp = ExposedPort("dns", "", 5353, "UDP", 30081)
    assert kind_config((), [udp])["nodes"][0]["extraPortMappings"][0]["protocol"] == "UDP"
    assert "dns is at localhost:5353/UDP once its pods run" in comments("kind", Setup("overlays/kind", ports=(udp,)))


def test_a_number_that_two_services_have_is_mapped_once() -> None:
    other = WEB._replace(service="other", port=9090)
    (node,) = kind_config((), (WEB, other))["nodes"]
    assert [mapping["hostPort"] for mapping in node["extraPortMappings"]] == [8080]
