"""``kgen blame``, from files to lines."""

from pathlib import Path

import pytest
from conftest import Kgen

from kgen.kustomize import build
from kgen.renderers.blame import resources
from kgen.renderers.terminal import Style
from kgen.resource import Resource

FILES = {
    "base/kustomization.yaml": "resources: [web.yaml, job.yaml]\n",
    "base/web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 1\n",
    "base/job.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes}\ndata:\n  a: |\n    one\n    two\n",
    "dev/kustomization.yaml": "resources: [../base]\nnamePrefix: dev-\nreplicas:\n- {name: web, count: 3}\n",
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)


def test_every_line_has_its_origin(kgen: Kgen) -> None:
    assert kgen("blame", "dev") == (
        0,
        """\
base/job.yaml:1                        apiVersion: v1
base/job.yaml:4                        data:
base/job.yaml:5                          a: |
                                           one
                                           two
base/job.yaml:2                        kind: ConfigMap
base/job.yaml:3                        metadata:
dev/kustomization.yaml:2 (namePrefix)    name: dev-notes
                                       ---
base/web.yaml:1                        apiVersion: apps/v1
base/web.yaml:2                        kind: Deployment
base/web.yaml:3                        metadata:
dev/kustomization.yaml:2 (namePrefix)    name: dev-web
base/web.yaml:5                        spec:
dev/kustomization.yaml:4 (replicas)      replicas: 3
""",
        "",
    )


def test_a_second_document_that_is_not_read_hides_no_line(kgen: Kgen, tmp_path: Path) -> None:
    (tmp_path / "dev/kustomization.yaml").write_text("resources: [../base]\nnamePrefix: dev-\n---\nmore: 1\n")
    code, out, _ = kgen("blame", "dev", "ConfigMap/dev-notes")
    assert (code, out.splitlines()[-1]) == (0, "dev/kustomization.yaml:2 (namePrefix)    name: dev-notes")


def test_resources_are_named_in_letters_of_any_case(kgen: Kgen) -> None:
    ran = kgen("blame", "base", "deployment/web", "ConfigMap/notes", "--color", "always")
    assert ran.code == 0
    assert ran.out.startswith("\x1b[2mbase/web.yaml:1\x1b[0m  apiVersion: apps/v1\n")
    assert "\x1b[2mbase/job.yaml:1\x1b[0m  apiVersion: v1\n" in ran.out


def test_a_content_hash_can_be_left_out(kgen: Kgen, tmp_path: Path) -> None:
    (tmp_path / "dev/kustomization.yaml").write_text("namePrefix: dev-\nconfigMapGenerator: [{name: made}]\n")
    whole = kgen("blame", "dev")
    assert whole.code == 0
    assert kgen("blame", "dev", "configmap/dev-made") == whole
    assert kgen("blame", "dev", "configmap/made").code == 2


def test_a_resource_that_is_not_there(kgen: Kgen) -> None:
    said = "there is no Deployment/web in this build\n  hint: it has ConfigMap/dev-notes, Deployment/dev-web"
    assert kgen("blame", "dev", "Deployment/web") == (2, "", f"dev: error: {said}\n")


def test_a_narrow_terminal_shows_the_end_of_a_place(tmp_path: Path) -> None:
    shown = resources(build("dev", origins=True), str(tmp_path), Style(width=40)).splitlines()
    assert shown[7] == "…yaml:2 (namePrefix)    name: dev-notes"


def test_without_origins_there_is_only_text() -> None:
    assert resources([Resource({"a": 1})], "/", Style()) == "  a: 1\n"


def test_what_nobody_meant_is_warned_about(tmp_path: Path, kgen: Kgen) -> None:
    twice = tmp_path / "dev" / "kustomization.yaml"
    twice.write_text(FILES["dev/kustomization.yaml"] + "namePrefix: test-\n")
    warning = (
        "dev/kustomization.yaml:5:1: warning: duplicate key 'namePrefix', first at line 2: kustomize takes this one\n"
    )
    assert kgen("blame", "dev").err == kgen("diff", "dev").err == kgen("build", "dev").err == warning
