"""A context's name proves nothing: nodes are asked what they are before their size is declared."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import Kgen

from kgen.errors import InputError
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.evidence import refute

NODES: dict[str, dict[str, Any]] = {
    "minikube": {"metadata": {"name": "minikube", "labels": {"minikube.k8s.io/name": "minikube"}}},
    "kind": {
        "metadata": {"name": "kind-control-plane"},
        "spec": {"providerID": "kind://docker/kind/kind-control-plane"},
    },
    "k3d": {"metadata": {"name": "k3d-k3s-default-server-0"}, "spec": {"providerID": "k3s://k3d-k3s-default-server-0"}},
    "docker-desktop": {"metadata": {"name": "docker-desktop"}},
    "docker-desktop-kind": {
        "metadata": {"name": "desktop-control-plane"},
        "spec": {"providerID": "kind://docker/desktop/desktop-control-plane"},
    },
    "microk8s": {"metadata": {"name": "laptop", "labels": {"microk8s.io/cluster": "true"}}},
    "rancher-desktop": {"metadata": {"name": "lima-rancher-desktop"}, "spec": {"providerID": "k3s://lima"}},
    "colima": {"metadata": {"name": "colima"}, "spec": {"providerID": "k3s://colima"}},
    "orbstack": {"metadata": {"name": "orbstack"}, "spec": {"providerID": "k3s://orbstack"}},
    "generic": {"metadata": {"name": "node-1"}},
}
CLOUD = {"metadata": {"name": "ip-10-0-0-1"}, "spec": {"providerID": "aws:///eu-west-1a/i-1"}}


def test_every_cluster_is_here() -> None:
    assert list(NODES) == list(CLUSTERS)


@pytest.mark.parametrize("name", CLUSTERS)
def test_its_own_nodes_are_taken(name: str) -> None:
    refute(CLUSTERS[name], [NODES[name], NODES[name]])


@pytest.mark.parametrize("name", [name for name in CLUSTERS if name != "generic"])
def test_those_of_a_cloud_are_not(name: str) -> None:
    with pytest.raises(InputError) as caught:
        refute(CLUSTERS[name], [NODES[name], CLOUD])
    assert caught.value.hint == "name the right one with 'context:'"


def test_the_two_ways_of_docker_desktop_are_told_apart() -> None:
    with pytest.raises(InputError) as caught:
        refute(CLUSTERS["docker-desktop"], [NODES["docker-desktop-kind"]])
    assert caught.value.message == (
        "the context 'docker-desktop' leads to no docker-desktop: metadata.name of its node 'desktop-control-plane' is "
        "'desktop-control-plane'"
    )
    assert caught.value.hint == "say 'cluster: docker-desktop-kind' if that is what it is"
    with pytest.raises(InputError) as caught:
        refute(CLUSTERS["docker-desktop-kind"], [NODES["docker-desktop"]])
    assert caught.value.message == (
        "the context 'docker-desktop' leads to no docker-desktop-kind: spec.providerID of its node 'docker-desktop' is "
        "None"
    )
    assert caught.value.hint == "say 'cluster: docker-desktop' if that is what it is"


@pytest.mark.parametrize("node", [{}, {"metadata": None}, {"metadata": []}, {"spec": {"providerID": 7}}])
def test_odd_nodes_prove_nothing(node: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        refute(CLUSTERS["kind"], [node])


@pytest.fixture
def kubectl(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kubectl that prints what is in a file, and notes how it was called."""
    tools = project / "tools"
    tools.mkdir()
    (tools / "kubectl").write_text(f'#!/bin/sh\necho "$@" > {tools}/args\ncat {tools}/out\n')
    (tools / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return tools


def offers(node: dict[str, Any]) -> str:
    return json.dumps({"items": [node | {"status": {"allocatable": {"cpu": "4", "memory": "8Gi"}}}]})


def test_detect_asks_the_declared_context(kubectl: Path, project: Path, kgen: Kgen) -> None:
    (kubectl / "out").write_text(offers(NODES["generic"]))
    assert kgen("overlay", "lab", "--cluster", "generic", "--context", "team-a", "--detect").code == 0
    assert (kubectl / "args").read_text() == "--context team-a get nodes -o json\n"
    declared = (project / "overlays/lab/kgen.yaml").read_text()
    assert declared.endswith("cluster: generic\ncontext: team-a\nnode:\n  memory: 8192Mi\n  cpu: 4\n  count: 1\n")


def test_detect_refuses_another_cluster(kubectl: Path, kgen: Kgen) -> None:
    (kubectl / "out").write_text(offers(CLOUD))
    ran = kgen("overlay", "kind", "--detect")
    assert (ran.code, ran.err) == (
        2,
        (
            "error: the context 'kind-kind' leads to no kind: spec.providerID of its node 'ip-10-0-0-1' is "
            "'aws:///eu-west-1a/i-1'\n  hint: name the right one with 'context:'\n"
        ),
    )


def test_detect_needs_a_context(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    ran = kgen("overlay", "generic", "--detect")
    assert (ran.code, ran.err) == (
        2,
        "error: --detect needs to know which cluster to ask\n  hint: declare its context, or add --context NAME\n",
    )
