"""``kgen overlay --adopt``: whatever was edited by hand, the overlay builds it afterwards, and is up to date."""

import re
from pathlib import Path

import pytest
from conftest import Kgen
from oracles import TARGETS
from test_edit import BASE

from kgen.commands.adopt import Adopted, prove
from kgen.commands.declaration import Place
from kgen.commands.proposal import Proposal
from kgen.errors import InputError
from kgen.filesystem import DiskFileSystem
from kgen.overlay.emit import PlannedFile
from kgen.resource import Resource, ResourceMap

SPEC = """\
# ours
namePrefix: dev-
images:
  nginx: {newTag: '1.26'}  # Renovate
replicas: {web: 2}
labels: {team: web}
"""

PATCH = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  LEVEL: debug\n"


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> Path:
    """An overlay as kgen wrote it."""
    folder = tmp_path / "overlays" / "dev"
    (tmp_path / "base").mkdir()
    folder.mkdir(parents=True)
    (tmp_path / "base" / "kustomization.yaml").write_text("resources: [web.yaml]\n")
    (tmp_path / "base" / "web.yaml").write_text(BASE)
    (folder / "kgen.yaml").write_text(SPEC + "config: {settings: {LEVEL: warn}}\n")
    monkeypatch.chdir(tmp_path)
    assert kgen("overlay", "dev").code == 0
    return folder


def replaced(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def adopted(kgen: Kgen) -> None:
    """Adopt, and hold that nothing else is built and nothing is left to do."""
    before = built(kgen)
    refused = kgen("overlay", "dev")
    assert refused.code == 2
    assert "hint: move the change to kgen.yaml and edits/ with --adopt" in refused.err
    ran = kgen("overlay", "dev", "--adopt")
    assert ran.code == 0, ran.err
    assert built(kgen) == before
    assert kgen("overlay", "dev", "--check").code == 0


def built(kgen: Kgen) -> str:
    """What the overlay builds, but for checksums: what else was changed decides them."""
    return without_checksums(kgen("build", "overlays/dev").out)


def without_checksums(text: str) -> str:
    return re.sub("( *annotations:\n)? *checksum/kgen-config: .*\n", "", text)


def test_a_tag_that_a_bot_bumped_is_declared(overlay: Path, kgen: Kgen) -> None:
    replaced(overlay / "kustomization.yaml", 'newTag: "1.26"', 'newTag: "1.27"')
    adopted(kgen)
    assert "  nginx: {newTag: '1.27'}  # Renovate\n" in (overlay / "kgen.yaml").read_text()
    assert not (overlay / "edits").exists()


def test_what_names_the_bumped_image_follows_it(overlay: Path, kgen: Kgen) -> None:
    """It is no hand edit that the text still says what it was written for."""
    base = overlay.parent.parent / "base" / "web.yaml"
    base.write_text(base.read_text().replace("LEVEL: info", "LEVEL: info\n  PROXY_IMAGE: nginx:1.25"))
    assert kgen("overlay", "dev").code == 0
    assert "PROXY_IMAGE: nginx:1.26" in kgen("build", "overlays/dev").out
    replaced(overlay / "kustomization.yaml", 'newTag: "1.26"', 'newTag: "1.27"')
    assert kgen("overlay", "dev", "--adopt").code == 0
    assert "PROXY_IMAGE: nginx:1.27" in kgen("build", "overlays/dev").out
    assert not (overlay / "edits").exists()


def test_entries_of_images_and_replicas_are_declared(overlay: Path, kgen: Kgen) -> None:
    (overlay / "kgen.yaml").write_text("namePrefix: dev-\n")
    assert kgen("overlay", "dev", "--force").code == 0
    path = overlay / "kustomization.yaml"
    path.write_text(
        path.read_text() + "images:\n- {name: nginx, newName: r.io/nginx}\nreplicas:\n- {name: web, count: 5}\n"
    )
    adopted(kgen)
    said = "namePrefix: dev-\nimages:\n  nginx:\n    newName: r.io/nginx\nreplicas:\n  web: 5\n"
    assert (overlay / "kgen.yaml").read_text() == said
    assert not (overlay / "edits").exists()


def test_an_edited_patch_becomes_one_of_ones_own(overlay: Path, kgen: Kgen) -> None:
    replaced(overlay / "patches" / "configmap-settings.yaml", "LEVEL: warn", "LEVEL: debug\n  MORE: 'yes'")
    adopted(kgen)
    assert (overlay / "kgen.yaml").read_text().endswith("patches:\n- edits/configmap-settings.yaml\n")
    assert (overlay / "edits" / "configmap-settings.yaml").read_text() == PATCH + '  MORE: "yes"\n'


def test_new_files_move_to_edits(overlay: Path, kgen: Kgen) -> None:
    (overlay / "patches" / "mine.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {minReadySeconds: 9}\n"
    )
    (overlay / "resources").mkdir()
    (overlay / "resources" / "service-web.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
    )
    path = overlay / "kustomization.yaml"
    replaced(path, "- ../../base\n", "- ../../base\n- resources/service-web.yaml\n")
    replaced(path, "patches:\n", "patches:\n- path: patches/mine.yaml\n")
    adopted(kgen)
    assert sorted(file.name for file in (overlay / "edits").iterdir()) == ["deployment-web.yaml", "service-web.yaml"]
    assert sorted(file.name for file in (overlay / "patches").iterdir()) == [
        "configmap-settings.yaml",
        "deployment-web.yaml",
    ]


def test_a_patch_that_was_taken_away_stays_away(overlay: Path, kgen: Kgen) -> None:
    (overlay / "patches" / "configmap-settings.yaml").unlink()
    replaced(overlay / "kustomization.yaml", "- path: patches/configmap-settings.yaml\n", "")
    adopted(kgen)
    assert "LEVEL: info" in kgen("build", "overlays/dev").out


def test_nothing_to_adopt_is_no_error(overlay: Path, kgen: Kgen) -> None:
    assert kgen("overlay", "dev", "--adopt").out.startswith("overlays/dev: up to date\n")
    assert overlay.is_dir()


def refused(kgen: Kgen, overlay: Path) -> str:
    """What adopting says; nothing is written."""
    before = {path: path.read_text() for path in overlay.rglob("*") if path.is_file()}
    ran = kgen("overlay", "dev", "--adopt")
    assert ran.code == 2
    assert {path: path.read_text() for path in overlay.rglob("*") if path.is_file()} == before
    return ran.err


def test_what_the_declaration_decides_is_refused_by_name(overlay: Path, kgen: Kgen) -> None:
    replaced(overlay / "kustomization.yaml", "namePrefix: dev-", "namePrefix: test-")
    assert refused(kgen, overlay) == (
        "error: what was changed cannot stay beside what kgen.yaml declares: "
        "replicas names 'web', but no resource of that name has replicas\n  hint: change it in kgen.yaml\n"
    )


def test_a_declaration_that_changed_too_is_refused(overlay: Path, kgen: Kgen) -> None:
    replaced(overlay / "kgen.yaml", "LEVEL: warn", "LEVEL: error")
    replaced(overlay / "kustomization.yaml", 'newTag: "1.26"', 'newTag: "1.27"')
    assert refused(kgen, overlay) == (
        "overlays/dev/patches/configmap-settings.yaml: error: kgen would write this file otherwise than last "
        "time: what is out of date cannot be told from hand edits\n"
        "  hint: undo what was changed in kgen.yaml or the base since, adopt, and do it again\n"
    )


def test_what_would_be_built_otherwise_is_refused(overlay: Path) -> None:
    place = Place(str(overlay.parent.parent), str(overlay), str(overlay), "dev")
    built = ResourceMap([Resource({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}})])
    files = [PlannedFile(str(path), "current", "", path.read_text()) for path in overlay.rglob("*.yaml")]
    with pytest.raises(InputError) as raised:
        prove(place, files, Adopted(Proposal("", {}), built, ResourceMap(), frozenset(), frozenset()), DiskFileSystem())
    assert raised.value.message == (
        "what was changed by hand in ConfigMap/x cannot be adopted: kgen would build something else"
    )
    assert raised.value.hint == "write it as a patch in edits/ and list it under patches: in kgen.yaml"


def test_adopt_goes_alone(overlay: Path, kgen: Kgen) -> None:
    assert kgen("overlay", "dev", "--adopt", "--force").err == (
        "error: --adopt goes with no flag that changes the overlay\n"
        "  hint: adopt first, then run `kgen overlay` with the others\n"
    )
    assert overlay.is_dir()


FUNCTION = """\
def overlay(resources):
    resources["Deployment/web"].body["spec"]["minReadySeconds"] = 5
"""


def test_what_a_function_makes_is_not_taken_for_a_hand_edit(overlay: Path, kgen: Kgen) -> None:
    (overlay / "overlay.py").write_text(FUNCTION)
    (overlay / "kgen.yaml").write_text(SPEC + "python: overlay.py\n")
    assert kgen("overlay", "dev").code == 0
    path = overlay / "patches" / "deployment-web.yaml"
    path.write_text(path.read_text() + "  revisionHistoryLimit: 3\n")
    assert kgen("overlay", "dev", "--adopt", "--no-python").code == 3
    adopted(kgen)
    said = (overlay / "edits" / "deployment-web.yaml").read_text()
    assert said.endswith("spec:\n  revisionHistoryLimit: 3\n")


@pytest.mark.parametrize("name", TARGETS or ["no kubectl 1.33"])
def test_kubectl_builds_the_same_before_and_after(overlay: Path, kgen: Kgen, name: str) -> None:
    if name not in TARGETS:
        pytest.skip(f"{name}: nobody to ask")
    replaced(overlay / "kustomization.yaml", 'newTag: "1.26"', 'newTag: "1.27"')
    replaced(overlay / "patches" / "configmap-settings.yaml", "LEVEL: warn", "LEVEL: debug\n  MORE: 'yes'")
    before = TARGETS[name].build(overlay).stdout
    adopted(kgen)
    assert without_checksums(TARGETS[name].build(overlay).stdout) == without_checksums(before)
    assert "nginx:1.27" in before


def test_a_tag_declared_since_is_not_taken_back_to_the_one_in_an_edited_file(overlay: Path, kgen: Kgen) -> None:
    replaced(overlay / "kgen.yaml", "newTag: '1.26'", "newTag: '1.28'")
    replaced(overlay / "kustomization.yaml", "count: 2", "count: 3")
    assert refused(kgen, overlay) == (
        "overlays/dev/kustomization.yaml: error: kgen would write this file otherwise than last "
        "time: what is out of date cannot be told from hand edits\n"
        "  hint: undo what was changed in kgen.yaml or the base since, adopt, and do it again\n"
    )


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> Path:
    """An overlay for kind whose ``kind.yaml`` maps a port."""
    folder = tmp_path / "overlays" / "dev"
    (tmp_path / "base").mkdir()
    folder.mkdir(parents=True)
    (tmp_path / "base" / "kustomization.yaml").write_text("resources: [web.yaml]\n")
    (tmp_path / "base" / "web.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, ports: [{port: 80}]}\n"
    )
    (folder / "kgen.yaml").write_text("cluster: kind\n")
    monkeypatch.chdir(tmp_path)
    assert kgen("overlay", "dev").code == 0
    return folder


def test_the_file_that_a_cluster_is_created_from_becomes_ones_own(cluster: Path, kgen: Kgen) -> None:
    path = cluster / "kind.yaml"
    path.write_text(path.read_text() + "networking: {ipFamily: ipv6}\n")
    assert (
        "  hint: make kind.yaml your own with --adopt, or give the change up with --force\n"
        in kgen("overlay", "dev").err
    )
    mine = path.read_text().split("\n\n", 1)[1]
    assert kgen("overlay", "dev", "--adopt").out.startswith("overlays/dev: written\n  rewrote overlays/dev/kind.yaml\n")
    assert path.read_text() == mine
    assert kgen("overlay", "dev", "--check").code == 0
    ran = kgen("overlay", "dev", "--force")
    assert (ran.code, ran.err, "note: kind.yaml" in ran.out) == (0, "", False)
    assert path.read_text() == mine


def test_what_ones_own_file_does_not_say_is_noted(cluster: Path, kgen: Kgen) -> None:
    (cluster / "kind.yaml").write_text("kind: Cluster\nnodes: [{role: control-plane}, {role: worker}]\n")
    ran = kgen("overlay", "dev")
    assert ran.code == 0
    assert ran.out.endswith(
        "note: kind.yaml is your own, without kgen's header, and does not say "
        'apiVersion: "kind.x-k8s.io/v1alpha4", nodes[0].extraPortMappings: [{"containerPort": 30080, '
        '"hostPort": 30080, "listenAddress": "127.0.0.1", "protocol": "TCP"}]\n'
        "  add what the overlay needs of it, or move it away: kgen writes kind.yaml anew\n"
    )


def test_a_file_of_ones_own_that_is_no_yaml_is_left_alone(cluster: Path, kgen: Kgen) -> None:
    (cluster / "kind.yaml").write_text("]")
    ran = kgen("overlay", "dev")
    assert ran.code == 0
    assert 'does not say kind: "Cluster", apiVersion: "kind.x-k8s.io/v1alpha4", nodes: [{' in ran.out
    assert (cluster / "kind.yaml").read_text() == "]"


def test_a_readme_that_was_edited_becomes_ones_own(cluster: Path, kgen: Kgen) -> None:
    assert kgen("overlay", "dev", "--write-readme").code == 0
    path = cluster / "README.md"
    path.write_text(path.read_text() + "Ask Ann.\n")
    assert kgen("overlay", "dev", "--adopt").code == 0
    assert "kgen-digest" not in path.read_text()
    assert path.read_text().endswith("Ask Ann.\n")
    assert kgen("overlay", "dev", "--check").code == 0
