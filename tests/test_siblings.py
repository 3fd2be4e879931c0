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


ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: pods-permissions}
rules: [{apiGroups: [""], resources: [pods], verbs: [%s]}]
"""
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: %s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: pods-permissions}
subjects: [{kind: ServiceAccount, name: %s, namespace: default}]
"""
PATCHES = "patches: [edits/p.yaml]\n"


def patch(project: Path, **patches: str) -> None:
    for name, text in patches.items():
        folder = project / "overlays" / name / "edits"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "p.yaml").write_text(text)


def roles(project: Path, *overlays: str) -> list[tuple[str, str]]:
    """The ClusterRole of each overlay, and the one that its binding names."""
    found = []
    for name in overlays:
        (role,) = [one.id.name for one in build(project / "overlays" / name) if one.id.gvk.kind == "ClusterRole"]
        found.append((role, binding(project, name)["roleRef"]["name"]))
    return found


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("", "", ["pods-permissions-one", "pods-permissions-two"]),
        ("namespace: same\n", "namespace: same\n", ["pods-permissions-one", "pods-permissions-two"]),
        ("namespace: a\n", "namespace: b\n", ["pods-permissions-a", "pods-permissions-b"]),
        ("", "namespace: b\n", ["pods-permissions-one", "pods-permissions-b"]),
        ("", "namespace: one\n", ["pods-permissions-one-overlay", "pods-permissions-one"]),
        ("namePrefix: x-\n", "namePrefix: y-\n", ["x-pods-permissions", "y-pods-permissions"]),
        ("cluster: generic\ncontext: a\n", "cluster: generic\ncontext: b\n", ["pods-permissions", "pods-permissions"]),
    ],
)
def test_what_patches_make_different_is_told_apart(
    one: str, two: str, expected: list[str], project: Path, kgen: Kgen
) -> None:
    declare(project, one=one + PATCHES, two=two + PATCHES)
    patch(project, one=ROLE % "get, list", two=ROLE % "get")
    ran = kgen("overlay", "--all")
    assert (ran.code, kgen("overlay", "--all", "--check").code) == (0, 0), ran.err
    assert roles(project, "one", "two") == [(name, name) for name in expected]
    for oracle in TARGETS.values():
        assert oracle.build(project / "overlays/one").stdout == kgen("build", "overlays/one").out


def test_only_the_one_that_changes_it_gives_it_another_name(project: Path, kgen: Kgen) -> None:
    declare(project, one=PATCHES, two="labels: {a: b}\n")
    patch(project, one=ROLE % "get")
    assert kgen("overlay", "--all").code == 0
    assert roles(project, "one", "two") == [("pods-permissions-one",) * 2, ("pods-permissions",) * 2]
    assert (
        "# overlays/two brings another one: in one cluster the last one applied would win" in kgen("overlay", "one").out
    )


def test_what_patches_make_equal_stays_one(project: Path, kgen: Kgen) -> None:
    declare(project, one=PATCHES, two=PATCHES)
    patch(project, one=ROLE % "get", two=ROLE % "get")
    assert kgen("overlay", "--all").code == 0
    assert roles(project, "one", "two") == [("pods-permissions",) * 2] * 2


def test_what_two_overlays_add_by_one_name_is_told_apart(project: Path, kgen: Kgen) -> None:
    declare(project, one=PATCHES, two=PATCHES)
    patch(project, one=BINDING % ("more", "a"), two=BINDING % ("more", "b"))
    assert kgen("overlay", "--all").code == 0
    found = [one.id.name for one in build(project / "overlays/one") if one.id.gvk.kind == "ClusterRoleBinding"]
    assert sorted(found) == ["more-one", "pods-permissions"]


def test_a_function_may_do_anything(project: Path, kgen: Kgen) -> None:
    declare(project, one=PATCHES, two="python: overlay.py\n")
    patch(project, one=ROLE % "get")
    (project / "overlays/two/overlay.py").write_text("def overlay(resources):\n    pass\n")
    assert kgen("overlay", "--all").code == 0
    assert roles(project, "one", "two") == [("pods-permissions-one",) * 2, ("pods-permissions",) * 2]


DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec: {group: example.org, names: {kind: Widget, plural: widgets}, scope: %s}
"""


CONVERSION = ", conversion: {webhook: {clientConfig: {service: {namespace: default, name: x}}}}"


@pytest.mark.parametrize("more", ["", CONVERSION])
def test_a_definition_that_two_namespaces_share_is_refused_all_the_same(more: str, project: Path, kgen: Kgen) -> None:
    (project / "base/crd.yaml").write_text(DEFINITION % f"Cluster{more}")
    with (project / "base/kustomization.yaml").open("a") as file:
        file.write("- crd.yaml\n")
    declare(project, one=f"namespace: a\n{PATCHES}", two="namespace: b\n")
    patch(project, one=DEFINITION % f"Namespaced{more}")
    ran = kgen("overlay", "one")
    assert (ran.code, "builds another CustomResourceDefinition/widgets.example.org" in ran.err) == (2, True)


def test_what_can_have_no_other_name_is_refused(project: Path, kgen: Kgen) -> None:
    (project / "base/crd.yaml").write_text(DEFINITION % "Cluster")
    with (project / "base/kustomization.yaml").open("a") as file:
        file.write("- crd.yaml\n")
    declare(project, one=PATCHES, two="")
    patch(project, one=DEFINITION % "Namespaced")
    assert kgen("overlay", "one") == (
        2,
        "",
        (
            "overlays/one/kgen.yaml:1:1: error: overlays/two builds another CustomResourceDefinition/"
            "widgets.example.org than this one: in one cluster the last one applied would win\n"
            "  hint: if they are for different clusters, say so: declare 'cluster' and 'context' in both\n"
        ),
    )
    declare(project, one=f"{PATCHES}cluster: generic\ncontext: a\n", two="cluster: generic\ncontext: b\n")
    assert kgen("overlay", "--all").code == 0


def test_a_hand_edit_beside_it_is_adopted(project: Path, kgen: Kgen) -> None:
    declare(project, one="namespace: one\n", two="namespace: two\n")
    assert kgen("overlay", "--all").code == 0
    path = project / "overlays/one/kustomization.yaml"
    path.write_text(path.read_text() + "replicas:\n- {name: airflow-webserver, count: 2}\n")
    assert kgen("overlay", "one", "--adopt").code == 0
    assert (project / "overlays/one/kgen.yaml").read_text() == "namespace: one\nreplicas:\n  airflow-webserver: 2\n"
    assert not (project / "overlays/one/edits").exists()


PORT = """\
apiVersion: v1
kind: Service
metadata: {name: airflow-webserver}
spec: {ports: [{port: 8080, nodePort: 30081}]}
"""
OWN_PORT = "cluster: kind\nnamespace: two\npatches: [port.yaml]\n"


def test_a_node_port_that_another_overlay_has_too_is_told(project: Path, kgen: Kgen) -> None:
    declare(project, one="cluster: kind\nnamespace: one\n", two="cluster: kind\nnamePrefix: two-\n")
    told = [
        f"overlays/{one}: warning: Service/airflow-webserver: nodePort 30080 is also that of overlays/{other}: in one "
        "cluster the second apply is refused\n"
        "  hint: give one of them another with a patch; if they are for different clusters, declare 'context' in both\n"
        for one, other in (("one", "two"), ("two", "one"))
    ]
    ran = kgen("overlay", "--all")
    assert (ran.code, ran.err) == (0, "".join(told))


@pytest.mark.parametrize(
    "two",
    [
        OWN_PORT,
        "cluster: kind\nnamespace: one\n",
        "cluster: k3d\nnamespace: two\n",
        "cluster: kind\ncontext: kind-two\nnamespace: two\n",
    ],
)
def test_node_ports_that_do_not_meet_are_not_told(project: Path, kgen: Kgen, two: str) -> None:
    declare(project, one="cluster: kind\ncontext: kind-one\nnamespace: one\n", two=two)
    (project / "overlays/two/port.yaml").write_text(PORT)
    ran = kgen("overlay", "--all")
    assert (ran.code, ran.err) == (0, "")
