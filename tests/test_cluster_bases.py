"""Every cluster over four bases: the overlay is proven, up to date at once, and builds what kubectl builds.

It takes some seconds, for kubectl is started for each overlay.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cluster_files import faults
from conftest import ROOT, Kgen
from oracles import TARGETS

from kgen.overlay.clusters import CLUSTERS
from kgen.yamlio import load

CASES = Path(__file__).parent / "cases" / "overlay"
BASES = {"article": ROOT / "base", **{name: CASES / name / "base" for name in ("shop", "stateful", "generated")}}
SEVERAL = {"minikube-several": "cluster: minikube\nnode: {count: 3, memory: 4Gi}\n"}
DECLARED = {name: f"cluster: {name}\n" for name in CLUSTERS} | SEVERAL
DECLARED["generic"] += (
    "storage: {class: disk, accessModes: [ReadWriteOnce]}\nexpose: LoadBalancer\nnode: {memory: 3Gi}\n"
)
REFUSED = {("docker-desktop-kind", "article"), ("docker-desktop-kind", "stateful")}
NONE = pytest.param("", id="none", marks=pytest.mark.skip(reason="no kubectl and no kustomize with 5.6 found"))


@pytest.fixture(params=sorted(BASES))
def overlays(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    """A project with one base and an overlay for each cluster that can have it."""
    shutil.copytree(BASES[request.param], tmp_path / "base")
    names = [name for name in DECLARED if (name, request.param) not in REFUSED]
    for name in names:
        (tmp_path / "overlays" / name).mkdir(parents=True)
        (tmp_path / "overlays" / name / "kgen.yaml").write_text(DECLARED[name])
    monkeypatch.chdir(tmp_path)
    return tmp_path, names


def test_they_are_made_and_then_up_to_date(overlays: tuple[Path, list[str]], kgen: Kgen) -> None:
    ran = kgen("overlay", "--all")
    assert ran.code == 0, ran.err
    assert kgen("overlay", "--all", "--check").code == 0
    assert sorted(line.partition(":")[0] for line in ran.out.splitlines() if line.startswith("overlays/")) == sorted(
        f"overlays/{name}" for name in overlays[1]
    )


@pytest.mark.parametrize("oracle", sorted(TARGETS) or [NONE])
def test_they_build_what_kubectl_builds(oracle: str, overlays: tuple[Path, list[str]], kgen: Kgen) -> None:
    root, names = overlays
    assert kgen("overlay", "--all").code == 0
    with ThreadPoolExecutor(4) as pool:
        built = pool.map(TARGETS[oracle].build, [root / "overlays" / name for name in names])
    assert [kgen("build", f"overlays/{name}").out for name in names] == [one.stdout for one in built]


@pytest.mark.parametrize("name", ["kind", "k3d"])
def test_ports_and_folders_of_the_file_are_those_of_the_overlay(
    name: str, overlays: tuple[Path, list[str]], kgen: Kgen
) -> None:
    root, _ = overlays
    assert kgen("overlay", name).code == 0
    built = [document.body for document in load(kgen("build", f"overlays/{name}").out.encode(), "built")]
    file = root / "overlays" / name / f"{name}.yaml"
    (config,) = (document.body for document in load(file.read_bytes(), str(file)))
    assert faults(name, config) == []
    services = [body["spec"] for body in built if body["kind"] == "Service" and body["spec"].get("type") == "NodePort"]
    numbers = {port["nodePort"] for spec in services for port in spec["ports"]}
    pods = [body["spec"]["template"]["spec"] for body in built if "template" in body.get("spec", {})]
    volumes = [volume["hostPath"] for pod in pods for volume in pod.get("volumes", ()) if "hostPath" in volume]
    folders = {volume["path"] for volume in volumes if volume.get("type") == "Directory"}
    if name == "kind":
        node = config["nodes"][0]
        assert {mapping["containerPort"] for mapping in node.get("extraPortMappings", ())} == numbers
        assert {mount["containerPath"] for mount in node.get("extraMounts", ())} == folders
    else:
        assert {int(entry["port"].split(":")[2]) for entry in config.get("ports", ())} == numbers
        assert {entry["volume"].split(":")[1] for entry in config.get("volumes", ())} == folders
