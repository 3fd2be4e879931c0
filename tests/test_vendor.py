"""`kgen vendor`: from local repositories and a web server on this machine, so no network is needed."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import Kgen

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose kustomization names another folder of it; tagged v1, changed since."""
    root = tmp_path / "upstream"
    for path, text in {
        "deploy/kustomization.yaml": "resources:\n- ../parts\n",
        "parts/kustomization.yaml": "resources:\n- a.yaml\n",
        "parts/a.yaml": CONFIG.format("a"),
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git(tmp_path, "init", "--quiet", str(root))
    git(root, "add", "-A")
    git(root, "commit", "--quiet", "-m", "one")
    git(root, "tag", "v1")
    (root / "parts/a.yaml").write_text(CONFIG.format("changed"))
    git(root, "commit", "--quiet", "-am", "two")
    return root


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here" / "overlays" / "dev"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    return folder


def test_a_repository_is_copied_at_its_revision_and_then_built(repository: Path, here: Path, kgen: Kgen) -> None:
    (here / "kustomization.yaml").write_text(f"resources:\n- file://{repository}//deploy?ref=v1\n")
    refused = kgen("build", "overlays/dev")
    assert refused.code == 3
    assert refused.err == (
        "overlays/dev/kustomization.yaml:2:3: error: not supported by the built-in engine: the remote resource "
        f"file://{repository}//deploy?ref=v1, for there is no copy of it here\n"
        "  hint: fetch one with `kgen vendor overlays/dev`, or build with --engine kubectl\n"
    )
    ran = kgen("vendor", "overlays/dev")
    commit = git(repository, "rev-parse", "v1")
    place = "/".join(part for part in str(repository).split("/") if part)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f".kgen/vendor/{place}@v1: file://{repository} at {commit}\n"
    assert kgen("build", "overlays/dev").out == CONFIG.format("a")
    pins = json.loads(Path(".kgen/vendor/pins.json").read_text())
    assert pins == {f"{place}@v1": {"url": f"file://{repository}", "ref": "v1", "version": commit}}
    assert not list(Path(".kgen").rglob(".git"))
    assert kgen("vendor", "overlays/dev").out == "nothing is missing\n"


def test_a_commit_can_be_named(repository: Path, here: Path, kgen: Kgen) -> None:
    commit = git(repository, "rev-parse", "v1")
    git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")
    (here / "kustomization.yaml").write_text(f"resources:\n- file://{repository}//parts?ref={commit}\n")
    assert kgen("vendor", "overlays/dev").code == 0
    assert kgen("build", "overlays/dev").out == CONFIG.format("a")


def test_a_revision_that_is_not_there_is_told_and_leaves_nothing(repository: Path, here: Path, kgen: Kgen) -> None:
    (here / "kustomization.yaml").write_text(f"resources:\n- file://{repository}//deploy?ref=v9\n")
    ran = kgen("vendor", "overlays/dev")
    assert ran.code == 4
    assert "git -C " in ran.err
    assert "couldn't find remote ref v9" in ran.err
    assert not [path for path in Path(".kgen").rglob("*") if path.is_file()]


def test_a_folder_that_is_not_in_the_repository_is_told(repository: Path, here: Path, kgen: Kgen) -> None:
    (here / "kustomization.yaml").write_text(f"resources:\n- file://{repository}//nowhere?ref=v1\n")
    ran = kgen("vendor", "overlays/dev")
    assert (ran.code, ran.err) == (
        2,
        f"overlays/dev/kustomization.yaml:2:3: error: there is no 'nowhere' in file://{repository}\n",
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    root = tmp_path / "web"
    root.mkdir()
    (root / "a.yaml").write_text(CONFIG.format("web"))

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(root))  # type: ignore[arg-type]  # as the server passes them

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()


def test_a_file_is_downloaded_and_then_built(server: str, here: Path, kgen: Kgen) -> None:
    (here / "kustomization.yaml").write_text(f"resources:\n- {server}/a.yaml\n")
    ran = kgen("vendor", "overlays/dev")
    assert ran.code == 0, ran.err
    assert f": {server}/a.yaml at sha256:" in ran.out
    assert kgen("build", "overlays/dev").out == CONFIG.format("web")


def test_a_file_that_is_not_there_is_told(server: str, here: Path, kgen: Kgen) -> None:
    (here / "kustomization.yaml").write_text(f"resources:\n- {server}/b.yaml\n")
    ran = kgen("vendor", "overlays/dev")
    assert (ran.code, ran.err) == (4, f"error: download {server}/b.yaml: File not found\n")


def test_other_errors_are_told_as_by_build(here: Path, kgen: Kgen) -> None:
    (here / "kustomization.yaml").write_text("resources:\n- a.yaml\n")
    assert kgen("vendor", "overlays/dev").err == kgen("build", "overlays/dev").err != ""
