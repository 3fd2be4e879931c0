"""``kgen explain``: whole transcripts of what a person reads."""

import shutil
from pathlib import Path

import pytest
from conftest import Kgen

from kgen.commands.explain import Listing, explain
from kgen.overlay.apps import APPS
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.features import FEATURES
from kgen.overlay.rules import RULES

KIND = """\
kind: nodes are containers; folders and ports are mapped when it is created

Identity
  its kubectl context is kind-kind
  its nodes are known by spec.providerID, which is kind://.+
  the context is kind- and the name
    https://kind.sigs.k8s.io/docs/user/quick-start/

Nodes
  the size is whatever there is; declare it: node.memory, node.cpu
  160Mi of it never reach pods
  its own pods ask for 850m CPU and 240Mi once, 100m CPU and 50Mi on each node
  all nodes share one machine
  nodes have no limits: each reports all that Docker has, so three nodes promise three times the
    machine
    https://github.com/kubernetes-sigs/kind/issues/2805

Storage
  class standard (rancher.io/local-path) serves ReadWriteOnce, ReadWriteOncePod
  a claim for many nodes stays Pending: 'Only support ReadWriteOnce access mode' up to kind 0.25,
    'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes' since 0.27
    https://github.com/kubernetes-sigs/kind/issues/2371

Folders
  folders of this computer are mounted by kind.yaml
  a relative hostPath counts from where 'kind create cluster' runs; on Docker Desktop it must be
    among the shared folders
    https://kind.sigs.k8s.io/docs/user/configuration/#extra-mounts

Access
  ports are mapped when it is created, so NodePorts get fixed numbers
  a LoadBalancer needs 'cloud-provider-kind'
  a port that was not mapped at creation is never reached on macOS and Windows; on Linux the
    node's address works too
    https://kind.sigs.k8s.io/docs/user/configuration/#extra-port-mappings

Images
  kind load docker-image NAME:TAG: nodes do not see this computer's images
  an image tagged latest, or not at all, is pulled even if it was loaded
    https://kind.sigs.k8s.io/docs/user/quick-start/#loading-an-image-into-your-cluster

What the rules do to the base
  storage
    PersistentVolumeClaim/airflow-logs-pvc spec.accessModes: [ReadWriteOnce]
      # kind's storage (rancher.io/local-path) refuses ReadWriteMany, the claim would stay Pending;
      # ReadWriteOnce is for all pods on one node
  exposure
    Service/airflow-webserver spec.ports[port=8080].nodePort: 30080
      # kind maps ports only when the cluster is created (kind.yaml), so the number is fixed
  capacity
    info: the size of kind's nodes is not known, so whether the pods fit is not checked
      declare it: 'node: {memory: 8Gi}' in kgen.yaml or --node-memory=8Gi; --detect asks the cluster
  rollout
    nothing
  hostpath
    nothing
"""


def test_a_cluster_whole(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    assert kgen("explain", "kind") == (0, KIND, "")


def test_the_list_names_everything_in_one_line_each(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    lines = kgen("explain").out.splitlines()
    assert lines[0] == "Clusters"
    assert [line.split()[0] for line in lines[1:11]] == list(CLUSTERS)
    assert lines[11:13] == ["", "Rules"]
    assert [line.split()[0] for line in lines[13:18]] == [rule.ID for rule in RULES]
    assert lines[18:20] == ["", "Applications"]
    assert lines[20].split()[0] == "airflow-1.10"
    features = lines[lines.index("Features") + 1 :]
    told = [line.split()[0] for line in features if line[2] != " "]
    assert told == [feature.ID for feature in FEATURES]
    assert max(map(len, lines)) <= 100


def test_an_application_is_what_is_known_of_it(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    ran = kgen("explain", "airflow-1.10")
    assert (ran.code, ran.out.splitlines()[0].startswith("airflow-1.10: Airflow 1.10: ")) == (0, True)
    assert "AIRFLOW__KUBERNETES__" in ran.out


def test_a_rule_is_its_documentation_and_what_it_does_for_each_cluster(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    ran = kgen("explain", "exposure")
    assert ran.code == 0
    assert ran.out.startswith(
        "exposure: Services are reached from the laptop: by a fixed number, or as the type that is opened.\n\nDocker"
    )
    told = ran.out.partition("What it does to the base\n")[2]
    assert "``" not in ran.out
    assert [line.strip() for line in told.splitlines() if line.startswith("  ") and line[2] != " "] == list(CLUSTERS)
    assert (
        "  docker-desktop-kind\n"
        "    Service/airflow-webserver spec.type: LoadBalancer\n"
        "      # Docker Desktop opens the ports of a LoadBalancer on localhost, in both of its ways and in\n"
        "      # every version\n"
        "  microk8s\n"
        "    nothing\n"
    ) in told


def test_the_overlay_of_that_name_counts(project: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind", "--node-memory", "3Gi", "--context", "kind-dev")
    told = kgen("explain", "kind").out
    assert "its kubectl context is kind-dev\n" in told
    assert (
        "  rollout\n"
        "    Deployment/airflow-webserver spec.strategy.rollingUpdate.maxSurge: 0\n"
        "    Deployment/airflow-webserver spec.strategy.rollingUpdate.maxUnavailable: 1\n"
        "    Deployment/airflow-webserver spec.strategy.type: RollingUpdate\n"
        "      # a rollout starts a second pod of 1920Mi"
    ) in told
    (project / "overlays/kind/kgen.yaml").write_text("cluster: minikube\n")
    assert "its kubectl context is kind-kind\n" in kgen("explain", "kind").out


def test_an_edit_that_takes_a_field_away(project: Path, kgen: Kgen) -> None:
    service = project / "base/airflow-webserver-service.yaml"
    service.write_text(service.read_text().replace("type: NodePort", "type: LoadBalancer\n  loadBalancerClass: x"))
    (project / "overlays/generic").mkdir(parents=True)
    (project / "overlays/generic/kgen.yaml").write_text("cluster: generic\nexpose: NodePort\n")
    assert (
        "    Service/airflow-webserver spec.type: NodePort\n"
        "      # declared in kgen.yaml: expose\n"
        "    Service/airflow-webserver spec.loadBalancerClass goes\n"
        "      # a NodePort may not have it\n"
    ) in kgen("explain", "generic").out


@pytest.mark.parametrize("make", ["nothing", "overlays only"])
def test_without_a_base_there_are_still_the_facts(
    make: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    monkeypatch.chdir(tmp_path)
    if make == "overlays only":
        (tmp_path / "overlays").mkdir()
    ran = kgen("explain", "k3d")
    assert ran.code == 0
    assert ran.out.endswith("\n\nThere is no base here, so what the rules would do to it is not told.\n")
    assert kgen("explain", "rollout").out.endswith(
        "\n\nThere is no base here, so what it would do to it is not told.\n"
    )


def test_unknown_names(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    assert kgen("explain", "minikub") == (
        2,
        "",
        "error: there is nothing called 'minikub'\n  hint: did you mean 'minikube'?\n",
    )
    known = ", ".join([*CLUSTERS, *(rule.ID for rule in RULES), *APPS, *(one.ID for one in FEATURES)])
    assert kgen("explain", "x") == (2, "", f"error: there is nothing called 'x'\n  hint: kgen explains: {known}\n")


def test_a_base_that_is_wrong_is_told_as_such(project: Path, kgen: Kgen) -> None:
    (project / "base/kustomization.yaml").write_text("resources: [gone.yaml]\n")
    ran = kgen("explain", "kind")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("base/kustomization.yaml:1:13: error: ")


def test_it_writes_nothing(project: Path, kgen: Kgen) -> None:
    before = sorted(project.rglob("*"))
    kgen("explain", "kind")
    kgen("explain", "storage")
    assert sorted(project.rglob("*")) == before


def test_a_narrow_terminal_keeps_every_word(project: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    assert project.exists()
    wide = kgen("explain", "minikube").out.split()
    monkeypatch.setattr("kgen.console.width", lambda: 40)
    narrow = kgen("explain", "minikube").out
    assert [word for word in narrow.split() if word != "#"] == [word for word in wide if word != "#"]
    kgen("explain")


def test_a_read_only_checkout_will_do(project: Path, kgen: Kgen) -> None:
    shutil.rmtree(project / "overlays", ignore_errors=True)
    project.chmod(0o555)
    try:
        assert kgen("explain", "kind").out == KIND
    finally:
        project.chmod(0o755)


def test_it_is_a_value_before_it_is_text(project: Path) -> None:
    found = explain(None, str(project))
    assert isinstance(found, Listing)
    assert list(found.sections) == ["Clusters", "Rules", "Applications", "Features"]
