"""Many overlays of one run: what they share, and what they must not."""

import gc
from pathlib import Path
from typing import Any

import pytest
from conftest import Kgen

from kgen.commands import bases as module
from kgen.commands.bases import Bases
from kgen.filesystem import MemoryFileSystem, WatchedFileSystem

BASE = {
    "/p/base/kustomization.yaml": "resources: [a.yaml]\n",
    "/p/base/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    "/p/overlays/one/kustomization.yaml": "resources: [../../base]\n",
    "/p/around/kustomization.yaml": "resources: [../overlays/one]\n",
}


@pytest.mark.parametrize(
    ("folder", "written", "shared"),
    [
        ("/p/base", (), True),
        ("/p/base", ("/p/overlays/one", "/p/overlays/two"), True),
        ("/p/overlays/one", ("/p/overlays/one",), False),
        ("/p/around", ("/p/overlays/one",), False),
        ("/p/around", ("/p/overlays/two",), True),
    ],
)
def test_a_base_is_built_once_unless_the_run_writes_what_it_reads(
    folder: str, written: tuple[str, ...], shared: bool
) -> None:
    fs, made = MemoryFileSystem(BASE), Bases(written=written)
    assert (made.built(folder, fs) is made.built(folder, fs)) == shared


def test_what_was_looked_for_counts_as_well_as_what_was_read() -> None:
    watched = WatchedFileSystem(MemoryFileSystem({"/p/a/x": ""}))
    assert not watched.is_file("/p/b/../b/y")
    assert not watched.is_dir("/p/c")
    assert watched.real("/q/d") == "/q/d"
    assert watched.names("/r") == []
    assert watched.read("/p/a/x") == b""
    found = {"/", "/p", "/p/a", "/p/a/x", "/p/b", "/p/b/y", "/p/c", "/q", "/q/d", "/r"}
    assert watched.folders() == found


def test_all_overlays_of_a_base_build_it_once(project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    _declared(project, "a", "cluster: minikube\n")
    _declared(project, "b", "cluster: kind\n")
    _declared(project, "c", "base: ../a\nnamespace: c\n")
    real, asked = module.build, []

    def build(path: str, *arguments: Any, **options: Any) -> Any:
        asked.append(Path(path).relative_to(project).as_posix())
        return real(path, *arguments, **options)

    monkeypatch.setattr(module, "build", build)
    assert kgen("overlay", "--all").code == 0
    assert asked == ["base", "overlays/a"]


def test_a_function_that_changes_a_base_changes_it_for_nobody_else(project: Path, kgen: Kgen) -> None:
    _declared(project, "a", "python: overlay.py\n")
    _declared(project, "b", "namespace: b\n")
    (project / "overlays/a/overlay.py").write_text(
        "def overlay(resources):\n"
        "    for resource in resources:\n"
        "        resource.body['metadata'].setdefault('labels', {})['touched'] = 'yes'\n"
    )
    assert kgen("overlay", "--all").code == 0
    assert "touched" in kgen("build", "overlays/a").out
    assert "touched" not in kgen("build", "overlays/b").out
    assert kgen("overlay", "b", "--check").code == 0


def test_overlays_leave_nothing_behind_in_memory(project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line runs without garbage collection."""
    for number in range(4):
        _declared(project, f"o{number}", f"namespace: n{number}\n")
    alive: list[int] = []
    real = gc.collect

    def collect(generation: int) -> int:
        found = real(generation)
        alive.append(sum(type(one).__name__ == "DiffLevel" for one in gc.get_objects()))
        return found

    gc.disable()
    try:
        monkeypatch.setattr(gc, "collect", collect)
        assert kgen("overlay", "--all").code == 0
    finally:
        gc.enable()
    assert len(set(alive)) == 1


def _declared(project: Path, name: str, text: str) -> None:
    folder = project / "overlays" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kgen.yaml").write_text(text)
