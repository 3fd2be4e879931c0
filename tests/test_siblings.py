"""Overlays of one base that could be applied to one cluster do not take each other's cluster-wide permissions."""

from pathlib import Path

import pytest
from conftest import Kgen
from oracles import TARGETS

from kgen import build, yamlio
from kgen.resource import Body


def declare(project: Path, **declared: str) -> None:
    for name, text in declared.items():
        folder = project / "overlays" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kgen.yaml").write_text(text)


def binding(project: Path, name: str) -> Body:
    found = [one.body for one in build(project / "overlays" / name) if one.id.gvk.kind == "ClusterRoleBinding"]
    assert len(found) == 1
    return found[0]


def named(project: Path, *names: str) -> list[str]:
    return [binding(project, name)["metadata"]["name"] for name in names]


def test_the_namespace_tells_bindings_apart(project: Path, kgen: Kgen) -> None:
    declare(project, one="namespace: one\n", two="namespace: two\n", plain="labels: {a: b}\n")
    assert kgen("overlay", "--all").code == 0
    assert named(project, "one", "two", "plain") == ["pods-permissions-one", "pods-permissions-two", "pods-permissions"]
    for name in ("one", "two"):
        assert binding(project, name)["subjects"][0]["namespace"] == name
        assert binding(project, name)["roleRef"]["name"] == "pods-permissions"
        for oracle in TARGETS.values():
            printed = yamlio.load(oracle.build(project / "overlays" / name).stdout, "")
            assert f"pods-permissions-{name}" in [one.body["metadata"]["name"] for one in printed]
    assert kgen("overlay", "--all", "--check").code == 0


def test_another_overlay_makes_the_first_out_of_date(project: Path, kgen: Kgen) -> None:
    declare(project, one="namespace: one\n")
    assert kgen("overlay", "one").code == 0
    assert named(project, "one") == ["pods-permissions"]
    declare(project, two="namespace: two\n")
    assert kgen("overlay", "one", "--check").code == 1
    assert kgen("overlay", "--all").code == 0
    (project / "overlays/two/kgen.yaml").unlink()
    assert kgen("overlay", "one").code == 0
    assert named(project, "one") == ["pods-permissions"]


@pytest.mark.parametrize(
    "two",
    [
        "namespace: one\n",
        "namespace: two\nnamePrefix: two-\n",
        "cluster: minikube\nnamespace: two\n",
        "cluster: kind\ncontext: kind-two\nnamespace: two\n",
        "namespace: two\nbase: ../../elsewhere\n",
        "namespace: [\n",
    ],
)
def test_what_never_meets_stays_as_it_is(project: Path, kgen: Kgen, two: str) -> None:
    declare(project, one="cluster: kind\ncontext: kind-one\nnamespace: one\n", two=two)
    assert kgen("overlay", "one").code == 0
    assert named(project, "one") == ["pods-permissions"]


def test_a_prefix_stays_in_front(project: Path, kgen: Kgen) -> None:
    declare(project, one="namespace: one\nnamePrefix: dev-\n", two="namespace: two\nnamePrefix: dev-\n")
    assert kgen("overlay", "--all").code == 0
    assert named(project, "one", "two") == ["dev-pods-permissions-one", "dev-pods-permissions-two"]
    assert "other overlays bring it for another namespace" in kgen("overlay", "one").out


def test_a_hand_edit_beside_it_is_adopted(project: Path, kgen: Kgen) -> None:
    declare(project, one="namespace: one\n", two="namespace: two\n")
    assert kgen("overlay", "--all").code == 0
    path = project / "overlays/one/kustomization.yaml"
    path.write_text(path.read_text() + "replicas:\n- {name: airflow-webserver, count: 2}\n")
    assert kgen("overlay", "one", "--adopt").code == 0
    assert (project / "overlays/one/kgen.yaml").read_text() == "namespace: one\nreplicas:\n  airflow-webserver: 2\n"
    assert not (project / "overlays/one/edits").exists()
