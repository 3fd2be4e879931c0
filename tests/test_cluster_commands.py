"""From nothing to the running overlay and back, on each cluster but minikube and kind."""

from dataclasses import replace
from typing import Any

import pytest
from cluster_files import faults
from rule_states import Node

from kgen.overlay.clusters import CLUSTERS, k3d
from kgen.overlay.clusters.cluster import Command, ExposedPort, HostMount, Setup
from kgen.overlay.clusters.commands import commands, removal
from kgen.overlay.clusters.minikube_memory import default_memory

DAGS = HostMount("/mnt/airflow/dags", "dags")
WEB = ExposedPort("web", "", 8080, "TCP", 30080)
ANY = WEB._replace(node_port=None)
BALANCED = WEB._replace(service_type="LoadBalancer", node_port=None)
SERVICE_NUMBER = "get service web -o jsonpath='{.spec.ports[*].nodePort}'"


def typed(cluster: str, setup: Setup) -> list[Command]:
    found = CLUSTERS[cluster]
    setup = replace(setup, context=setup.context or found.identity.context)
    return [*commands(found, setup), *removal(found, setup)]


def lines(cluster: str, setup: Setup) -> list[str]:
    return [command.line for command in typed(cluster, setup) if command.line]


def said(cluster: str, setup: Setup) -> list[str]:
    return [command.comment for command in typed(cluster, setup) if not command.line]


@pytest.mark.parametrize(
    ("cluster", "port", "expected"),
    [
        (
            "k3d",
            WEB,
            [
                "mkdir -p dags",
                "k3d cluster create --config overlays/o/k3d.yaml",
                "kubectl --context k3d-k3s-default apply -k overlays/o",
                "kubectl --context k3d-k3s-default delete -k overlays/o",
                "k3d cluster delete",
            ],
        ),
        (
            "microk8s",
            ANY,
            [
                "mkdir -p dags",
                "sudo snap install microk8s --classic",
                "microk8s enable dns hostpath-storage",
                (
                    "mkdir -p ~/.kube && microk8s config > ~/.kube/microk8s && "
                    'export KUBECONFIG="${KUBECONFIG:-$HOME/.kube/config}:$HOME/.kube/microk8s"'
                ),
                'sudo mkdir -p /mnt/airflow/dags && sudo mount --bind "$PWD/dags" /mnt/airflow/dags',
                "kubectl --context microk8s apply -k overlays/o",
                f"kubectl --context microk8s {SERVICE_NUMBER}",
                "kubectl --context microk8s delete -k overlays/o",
                "sudo snap remove microk8s --purge",
            ],
        ),
        (
            "colima",
            ANY,
            [
                "mkdir -p dags",
                'colima start --kubernetes --cpu=2 --memory=2 --mount="$PWD/dags:/mnt/airflow/dags:w"',
                "kubectl --context colima apply -k overlays/o",
                f"kubectl --context colima {SERVICE_NUMBER}",
                "kubectl --context colima delete -k overlays/o",
                "colima delete",
            ],
        ),
    ],
)
def test_clusters_that_mount_folders(cluster: str, port: ExposedPort, expected: list[str]) -> None:
    assert lines(cluster, Setup("overlays/o", mounts=(DAGS,), ports=(port,))) == expected


@pytest.mark.parametrize(
    ("cluster", "port", "expected"),
    [
        (
            "docker-desktop",
            BALANCED,
            [
                "kubectl --context docker-desktop apply -k overlays/o",
                "kubectl --context docker-desktop delete -k overlays/o",
            ],
        ),
        (
            "rancher-desktop",
            ANY,
            [
                "rdctl start --kubernetes.enabled --virtual-machine.number-cpus=2 --virtual-machine.memory-in-gb=4",
                "kubectl --context rancher-desktop apply -k overlays/o",
                f"kubectl --context rancher-desktop {SERVICE_NUMBER}",
                "kubectl --context rancher-desktop delete -k overlays/o",
            ],
        ),
        (
            "orbstack",
            WEB,
            [
                "orb start k8s",
                "kubectl --context orbstack apply -k overlays/o",
                "kubectl --context orbstack delete -k overlays/o",
                "orb delete k8s",
            ],
        ),
        (
            "generic",
            ANY,
            [
                "kubectl config current-context",
                "kubectl apply -k overlays/o",
                "kubectl port-forward service/web 8080:8080",
                "kubectl delete -k overlays/o",
            ],
        ),
    ],
)
def test_clusters_that_mount_nothing(cluster: str, port: ExposedPort, expected: list[str]) -> None:
    assert lines(cluster, Setup("overlays/o", ports=(port,))) == expected


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        ("docker-desktop", "in Docker Desktop switch on Settings > Kubernetes > Enable Kubernetes, way 'kubeadm'"),
        ("docker-desktop-kind", "in Docker Desktop switch on Settings > Kubernetes > Enable Kubernetes, way 'kind'"),
        ("docker-desktop", "the cluster sees the images that docker builds here; give them a tag other than latest"),
        ("docker-desktop", "the cluster goes with Settings > Kubernetes > Reset Kubernetes Cluster in Docker Desktop"),
        ("docker-desktop", "web is at http://localhost:8080 once its pods run"),
        ("rancher-desktop", "the cluster goes with Troubleshooting > Reset Kubernetes in Rancher Desktop"),
        ("orbstack", "web is at http://localhost:8080 once its pods run"),
        ("k3d", "an image built here: k3d image import NAME:TAG (nodes do not see this computer's images)"),
        (
            "microk8s",
            "an image built here: docker save NAME:TAG | microk8s ctr image import - (it has images of its own)",
        ),
        ("generic", "the cluster itself is left alone"),
    ],
)
def test_what_is_done_by_hand_is_told(cluster: str, expected: str) -> None:
    assert expected in said(cluster, Setup("overlays/o", ports=(BALANCED,)))


@pytest.mark.parametrize(
    ("cluster", "context", "expected"),
    [
        ("minikube", "dev", ["minikube -p dev start --cpus=2 --memory=3072", "minikube -p dev delete"]),
        ("kind", "kind-dev", ["kind create cluster --config overlays/o/kind.yaml --name dev"]),
        ("kind", "kind-dev", ["kind delete cluster --name dev"]),
        ("k3d", "k3d-dev", ["k3d cluster create dev --config overlays/o/k3d.yaml", "k3d cluster delete dev"]),
        ("colima", "colima-dev", ["colima start -p dev --kubernetes --cpu=2 --memory=2", "colima delete -p dev"]),
        ("generic", "team a", ["kubectl --context 'team a' apply -k overlays/o"]),
    ],
)
def test_another_context_is_another_cluster_of_the_kind(cluster: str, context: str, expected: list[str]) -> None:
    found = lines(cluster, Setup("overlays/o", context=context))
    assert [line for line in found if line in expected] == expected
    assert all("--context" in line for line in found if line.startswith("kubectl"))


@pytest.mark.parametrize(
    ("cluster", "context", "expected"),
    [
        ("minikube", "dev", "minikube -p dev image load 'a b:1'"),
        ("kind", "kind-dev", "kind load docker-image 'a b:1' --name dev"),
        ("k3d", "k3d-dev", "k3d image import 'a b:1' -c dev"),
        ("rancher-desktop", "rancher-desktop", "nerdctl --namespace k8s.io build --tag 'a b:1' ."),
        ("generic", "", "docker push 'a b:1'"),
    ],
)
def test_an_image_is_brought_into_the_cluster(cluster: str, context: str, expected: str) -> None:
    assert CLUSTERS[cluster].commands.load(Setup("overlays/o", context=context), "a b:1").line == expected


def test_a_size_in_whole_gigabytes_is_never_smaller_than_declared() -> None:
    node = Node(cpu="4", memory="2200Mi")
    assert lines("colima", Setup("o", node=node))[0] == "colima start --kubernetes --cpu=4 --memory=3"
    assert lines("rancher-desktop", Setup("o", node=node))[0].endswith("number-cpus=4 --virtual-machine.memory-in-gb=3")


def test_a_generic_load_balancer_has_an_address_of_its_own() -> None:
    port = BALANCED._replace(namespace="shop")
    found = typed("generic", Setup("overlays/o", context="lab", ports=(port, port._replace(node_port=1))))
    assert [tuple(command) for command in found if "get service" in command.line] == [
        (
            "kubectl --context lab get service web -n shop",
            "web is at its EXTERNAL-IP, port 8080, once its pods run",
        )
    ]


def test_udp_is_not_forwarded() -> None:
    assert not [
        line for line in lines("generic", Setup("o", ports=(ANY._replace(protocol="UDP"),))) if "forward" in line
    ]


def test_k3d_yaml_is_what_k3d_reads() -> None:
    udp = ExposedPort("dns", "", 5353, "UDP", 30081)
    balanced = BALANCED._replace(port=9090)
    found = k3d.content(Setup("overlays/o", mounts=(DAGS,), ports=(WEB, udp, balanced), node=Node(count=3)))
    assert faults("k3d", found) == []
    assert found == {
        "apiVersion": "k3d.io/v1alpha5",
        "kind": "Simple",
        "servers": 1,
        "agents": 2,
        "volumes": [{"volume": "${PWD}/dags:/mnt/airflow/dags", "nodeFilters": ["all"]}],
        "ports": [
            {"port": "127.0.0.1:8080:30080", "nodeFilters": ["loadbalancer"]},
            {"port": "127.0.0.1:5353:30081/udp", "nodeFilters": ["loadbalancer"]},
            {"port": "127.0.0.1:9090:9090", "nodeFilters": ["loadbalancer"]},
        ],
    }
    assert k3d.content(Setup("overlays/o")) == {
        "apiVersion": "k3d.io/v1alpha5",
        "kind": "Simple",
        "servers": 1,
        "agents": 0,
    }


def test_kind_yaml_is_what_kind_reads() -> None:
    file = CLUSTERS["kind"].file
    assert file
    found = file.content(Setup("o", mounts=(DAGS,), ports=(WEB,), node=Node(count=2)))
    assert faults("kind", found) == []


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("kind", {"nodez": []}, "$: Additional properties are not allowed ('nodez' was unexpected)"),
        (
            "kind",
            {"nodes": [{"role": "server"}]},
            "$.nodes[0].role: 'server' is not one of ['control-plane', 'worker']",
        ),
        ("kind", {"kind": "Simple"}, "$.kind: 'Simple' is not one of ['Cluster']"),
        ("k3d", {"servers": 0}, "$.servers: 0 is less than the minimum of 1"),
        ("k3d", {"ports": [{"port": "127.0.0.1:1:1"}] * 2}, "127.0.0.1:1/tcp is mapped 2 times"),
        ("k3d", {"volumes": ["/a:/b"]}, "$.volumes[0]: '/a:/b' is not of type 'object'"),
    ],
)
def test_what_they_would_refuse_is_seen(name: str, change: dict[str, Any], fault: str) -> None:
    file = CLUSTERS[name].file
    assert file
    assert fault in faults(name, {**file.content(Setup("o")), **change})


@pytest.mark.parametrize(
    ("computer", "docker", "nodes", "new", "old"),
    [
        # The computer's memory as it is visible: 8, 12, 15.4, 24 and 32 GiB.
        (8192, 0, 1, 3072, 2200),
        (12288, 0, 1, 3072, 3000),
        (15770, 0, 1, 3900, 3900),
        (16384, 0, 1, 4000, 4000),
        (24576, 0, 1, 6100, 6000),
        (32768, 0, 1, 6144, 6000),
        # The driver docker may give all that Docker has.
        (32768, 32768, 1, 8100, 8100),
        (65536, 65536, 1, 16300, 16300),
        (16384, 3990, 1, 3942, 3942),
        (16384, 2000, 1, 2000, 2000),
        (2048, 0, 1, 2048, 2048),
        (2048, 1000, 1, 2048, 2048),
        # Several nodes share the quarter.
        (32768, 0, 3, 3072, 2700),
    ],
)
def test_the_memory_that_minikube_gives_a_node(computer: int, docker: int, nodes: int, new: int, old: int) -> None:
    assert default_memory(computer, docker, nodes) == new
    assert default_memory(computer, docker, nodes, since_1_37=False) == old
