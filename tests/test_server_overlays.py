"""Overlays on a real API server: each is accepted, and what is stored is what was wished for.

See control_plane for the programs that this needs. What an older server does not have is in SINCE.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from conftest import ROOT, Kgen
from control_plane import ControlPlane
from oracles import ALL, TARGETS
from test_cluster_bases import BASES, DECLARED, REFUSED
from test_features import EVERYTHING, VARIANTS
from test_siblings import OWN_PORT, PORT, declare

from kgen import build
from kgen.cli import main
from kgen.preview.allocated import without_allocated
from kgen.preview.compare import compare
from kgen.preview.served import wished, without_default_namespace
from kgen.resource import Body, Resource, ResourceMap

KUBECTL = next((one.command[0] for one in (*TARGETS.values(), *ALL.values()) if one.name.startswith("kubectl")), "")
SINCE = {"CronJob": (1, 21)}
"""The first server that has a kind in the version that is wished for."""

WIDGET = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.org"},
    "spec": {
        "group": "example.org",
        "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "listKind": "WidgetList"},
        "versions": [
            {
                "name": "v1alpha1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}
WITHOUT_HOST = "features: {dags: {image: true}}\n"
SAID = {
    f"{base}-{cluster}": text for base in BASES for cluster, text in DECLARED.items() if (cluster, base) not in REFUSED
}
SAID |= {
    f"article-kind-feature-{number}": f"cluster: kind\nfeatures:\n  {said}\n" for number, said in enumerate(VARIANTS)
}
ALL_FEATURES = EVERYTHING.partition("features:")[2]
SAID |= {f"article-{name}-all-features": f"{text}features:{ALL_FEATURES}" for name, text in DECLARED.items()}


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for each base, with the overlays of SAID."""
    root = tmp_path_factory.mktemp("overlays")
    for base, where in BASES.items():
        shutil.copytree(where, root / base / "base")
    for name, text in SAID.items():
        folder = root / name.partition("-")[0] / "overlays" / name
        folder.mkdir(parents=True)
        (folder / "kgen.yaml").write_text(text)
        (folder / "credentials.env").write_text("POSTGRES_PASSWORD=p\nAIRFLOW__CORE__FERNET_KEY=k\n")
    with pytest.MonkeyPatch.context() as patch:
        for base in BASES:
            patch.chdir(root / base)
            assert main(["overlay", "--all"]) == 0
    return root


@pytest.fixture(scope="session")
def with_widgets(server: ControlPlane) -> ControlPlane:
    """It has the custom resource that one of the bases uses."""
    server.api.put(WIDGET)
    path = server.api.collection(WIDGET, "")
    server.api.until(path, lambda known: "True" in _established(known.get("widgets.example.org", {})))
    return server


def lost(server: ControlPlane, resources: ResourceMap) -> Iterator[str]:
    """Has them applied as a dry run; what of it the server does not keep, as lines."""
    for resource in resources:
        if SINCE.get(resource.id.gvk.kind, (1, 20)) <= server.version:
            stored = wished([Resource(server.api.put(resource.body, dry_run=True))]).resources
            kept = list(without_allocated(map(without_default_namespace, stored), [resource]))
            for change in (*compare([resource], kept).resources, *compare(kept, [resource]).resources):
                if change.op != "change":
                    yield f"{change.id} {change.op}"
                for field in change.fields:
                    if field.sort != "equivalent":
                        yield f"{resource.id} {field.path}: {field.before!r} -> {field.after!r}"


def _established(definition: Body) -> list[str]:
    conditions = definition.get("status", {}).get("conditions") or []
    return [one["status"] for one in conditions if one["type"] == "Established"]


@pytest.mark.parametrize("name", sorted(SAID))
def test_it_is_accepted_and_stored_as_wished(name: str, with_widgets: ControlPlane, folders: Path) -> None:
    resources = build(folders / name.partition("-")[0] / "overlays" / name)
    assert "\n".join(lost(with_widgets, resources)) == ""


@pytest.mark.skipif(not KUBECTL, reason="no kubectl found")
@pytest.mark.parametrize("name", ["base", "kind", "minikube", "minikube-small"])
def test_once_it_is_applied_kubectl_and_kgen_find_no_difference_until_it_is_deleted(
    name: str, server: ControlPlane, tmp_path: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    server.nodes.account("default")
    path = "./base" if name == "base" else f"./overlays/{name}"
    for dry_run in "--dry-run=server", "--dry-run=none":
        ran = server.kubectl(KUBECTL, "apply", "-k", path, dry_run)
        assert (ran.returncode, len(ran.stdout.splitlines())) == (0, len(build(path))), ran.stderr
    ran = server.kubectl(KUBECTL, "diff", "-k", path)
    assert (ran.returncode, ran.stdout) == (0, "")
    again = server.kubectl(KUBECTL, "apply", "-k", path).stdout.splitlines()
    assert [line for line in again if not line.endswith(" unchanged")] == []
    live = tmp_path / "live.json"
    live.write_text(server.kubectl(KUBECTL, "get", "-k", path, "-o", "json").stdout)
    for one, other in (path, str(live)), (str(live), path):
        differs = kgen("diff", one, "--against", other, "-o", "json")
        assert differs.out, differs.err
        (comparison,) = json.loads(differs.out)["comparisons"]
        assert (comparison["resources"], comparison["findings"]) == ([], [])
    ran = server.kubectl(KUBECTL, "delete", "-k", path)
    assert (ran.returncode, len(ran.stdout.splitlines())) == (0, len(build(path))), ran.stderr


OWN_RIGHTS = "features: {namespaced-rbac: true}\n"
BESIDE = {
    "minikube": ("cluster: minikube\nnamespace: HERE-one\n", "cluster: minikube\nnamespace: HERE-two\n"),
    "prefixes": (
        f"cluster: minikube\nnamespace: HERE\nnamePrefix: one-\n{OWN_RIGHTS}",
        f"cluster: minikube\nnamespace: HERE\nnamePrefix: two-\n{OWN_RIGHTS}",
    ),
    "kind": ("cluster: kind\nnamespace: HERE-one\n", OWN_PORT.replace("namespace: ", "namespace: HERE-")),
    "clash": ("cluster: kind\nnamespace: HERE-one\n", "cluster: kind\nnamespace: HERE-two\n"),
}


@pytest.mark.skipif(not KUBECTL, reason="no kubectl found")
@pytest.mark.parametrize("name", BESIDE)
def test_two_overlays_live_side_by_side_unless_kgen_says_not(
    name: str, server: ControlPlane, project: Path, kgen: Kgen
) -> None:
    """Neither takes anything from the other, and each scheduler may make pods where it makes them."""
    one, two = (text.replace("HERE", name) for text in BESIDE[name])
    declare(project, one=one, two=two)
    (project / "overlays/two/port.yaml").write_text(PORT)
    ran = kgen("overlay", "--all")
    assert ran.code == 0, ran.err
    warned = "the second apply is refused" in ran.err
    folders = [project / "overlays/one", project / "overlays/two"]
    first, second = (server.kubectl(KUBECTL, "apply", "-k", str(folder)) for folder in folders)
    assert (first.returncode, "provided port is already allocated" in second.stderr) == (0, warned), second.stderr
    if not warned:
        assert second.returncode == 0, second.stderr
        differs = server.kubectl(KUBECTL, "diff", "-k", str(folders[0]))
        assert (differs.returncode, differs.stdout) == (0, ""), "the second took something from the first"
    for folder in folders:
        found = next(one for one in build(folder) if one.id.name.endswith("airflow-scheduler"))
        account = found.body["spec"]["template"]["spec"].get("serviceAccountName", "default")
        assert may(server, f"{found.id.namespace}:{account}", "create pods", found.id.namespace)
    for folder in folders:
        free_ports(server, next(one.id.namespace for one in build(folder) if one.id.gvk.kind == "Service"))


HASHED = "cluster: kind\nnamespace: hashed\nfeatures: {content-hash: true}\n"
HASHED += "config: {airflow-envvars-configmap: {LOAD_EX: %r}}\n"
DEPLOYMENTS = {"airflow-scheduler", "airflow-webserver"}


@pytest.mark.skipif(not KUBECTL, reason="no kubectl found")
def test_another_value_rolls_all_pods_to_a_config_map_of_its_own(
    server: ControlPlane, project: Path, kgen: Kgen
) -> None:
    """Those of before keep theirs, and workers get that of the scheduler that makes them."""
    folder, read = project / "overlays" / "hashed", set[tuple[str, str]]()
    folder.mkdir(parents=True)
    for value in "yes", "no":
        (folder / "kgen.yaml").write_text(HASHED % value)
        assert kgen("overlay", "hashed").code == 0
        ran = server.kubectl(KUBECTL, "apply", "-k", str(folder))
        assert ran.returncode == 0, ran.stderr
        path = "/api/v1/namespaces/hashed/configmaps"
        maps = server.api.get(path)["items"]
        (settings,) = [one for one in maps if one.get("data", {}).get("LOAD_EX") == value]
        name = settings["metadata"]["name"]
        assert settings["data"]["AIRFLOW__KUBERNETES__ENV_FROM_CONFIGMAP_REF"] == name
        read |= {(deployment, name) for deployment in DEPLOYMENTS}
        server.api.until("/apis/apps/v1/namespaces/hashed/replicasets", partial(reads_exactly, read))
    assert len(read) == 2 * len(DEPLOYMENTS)
    free_ports(server, "hashed")


def reads_exactly(expected: set[tuple[str, str]], sets: Mapping[str, Body]) -> bool:
    """Whether the containers of ReplicaSets have just these ConfigMaps as their environment."""
    containers = [one["spec"]["template"]["spec"]["containers"][0] for one in sets.values()]
    return expected == {
        (one["name"], source["configMapRef"]["name"]) for one in containers for source in one.get("envFrom", ())
    }


RBAC = "cluster: minikube\nnamespace: {0}\nfeatures: {{namespaced-rbac: true}}\n"
NEEDED = ["create pods", "get pods", "list pods", "watch pods", "delete pods", "get pods/log"]
FORBIDDEN = ["get secrets", "create deployments.apps", "create rolebindings.rbac.authorization.k8s.io", "update pods"]


@pytest.mark.skipif(not KUBECTL, reason="no kubectl found")
def test_namespaced_rbac_gives_what_is_needed_and_no_more(server: ControlPlane, project: Path, kgen: Kgen) -> None:
    (project / "overlays" / "mine").mkdir(parents=True)
    (project / "overlays" / "mine" / "kgen.yaml").write_text(RBAC.format("mine"))
    assert kgen("overlay", "--all").code == 0
    ran = server.kubectl(KUBECTL, "apply", "-k", str(project / "overlays" / "mine"))
    assert ran.returncode == 0, ran.stderr
    account = next(
        resource.body["spec"]["template"]["spec"]["serviceAccountName"]
        for resource in build(project / "overlays" / "mine")
        if str(resource.id) == "Deployment/airflow-scheduler"
    )
    for what in NEEDED:
        assert may(server, f"mine:{account}", what, "mine"), what
        assert not may(server, f"mine:{account}", what, "default"), what
        assert not may(server, f"mine:{account}", what, ""), what
        assert not may(server, "mine:default", what, "mine"), what
    for what in FORBIDDEN:
        assert not may(server, f"mine:{account}", what, "mine"), what


def may(server: ControlPlane, account: str, what: str, where: str) -> bool:
    """What ``kubectl auth can-i`` says of a service account; in all namespaces where none is given."""
    scope = ("-n", where) if where else ("-A",)
    ran = server.kubectl(KUBECTL, "auth", "can-i", *what.split(), *scope, f"--as=system:serviceaccount:{account}")
    assert ran.stdout in {"yes\n", "no\n"}, ran.stderr
    return ran.stdout == "yes\n"


def free_ports(server: ControlPlane, namespace: str) -> None:
    """Delete the Services, whose node ports other overlays have too."""
    path = f"/api/v1/namespaces/{namespace}/services"
    for service in server.api.get(path)["items"]:
        server.api.delete(f"{path}/{service['metadata']['name']}")
