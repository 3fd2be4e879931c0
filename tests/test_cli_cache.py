"""Which commands keep parsed files on disk, where, and what they say when they cannot: nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Kgen

from kgen.yamlio.recall import STORED_FROM

LARGE = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: large}}\ndata: {{long: {'x' * STORED_FROM}}}\n"


@pytest.fixture
def large(project: Path) -> Path:
    """The project with a base that has a large file."""
    base = project / "base"
    (base / "large.yaml").write_text(LARGE)
    text = (base / "kustomization.yaml").read_text()
    (base / "kustomization.yaml").write_text(text.replace("resources:\n", "resources:\n- large.yaml\n"))
    return project


COMMANDS = [("build", "base"), ("overlay", "kind", "--dry-run"), ("diff", "base")]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_large_file_is_kept_and_the_answer_is_the_same(
    command: tuple[str, ...], kgen: Kgen, cache_folder: Path
) -> None:
    without = kgen(*command, "--no-cache")
    assert not cache_folder.exists(), "--no-cache touches nothing"
    cold = kgen(*command)
    assert len(list(cache_folder.iterdir())) == 1
    (entry,) = cache_folder.iterdir()
    warm = kgen(*command)
    entry.write_bytes(b"spoilt")
    assert without == cold == warm == kgen(*command)
    assert without.code == 0
    kept = entry.read_bytes()
    entry.write_bytes(b"spoilt")
    assert kgen(*command, "--no-cache") == without
    assert entry.read_bytes() == b"spoilt" != kept, "--no-cache touches nothing"


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_small_files_leave_nothing(command: tuple[str, ...], kgen: Kgen, cache_folder: Path) -> None:
    assert kgen(*command).code == 0
    assert not cache_folder.exists()


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_cache_that_cannot_be_written_is_no_error(command: tuple[str, ...], kgen: Kgen, cache_folder: Path) -> None:
    expected = kgen(*command, "--no-cache")
    cache_folder.parent.write_text("a file where the folder would be")
    assert kgen(*command) == expected


@pytest.mark.usefixtures("large")
def test_without_a_home_there_is_no_cache_and_no_error(kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = kgen("build", "base", "--no-cache")
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name)
    assert kgen("build", "base") == expected


def test_two_builds_at_once_give_the_same(large: Path, cache_folder: Path) -> None:
    for number in range(10):
        (large / f"base/{number}.yaml").write_text(LARGE.replace("name: large", f"name: large-{number}"))
    text = (large / "base/kustomization.yaml").read_text()
    more = "".join(f"- {number}.yaml\n" for number in range(10))
    (large / "base/kustomization.yaml").write_text(text.replace("resources:\n", f"resources:\n{more}"))
    argv = [sys.executable, "-m", "kgen", "build", "base"]
    runs = [subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    answers = [run.communicate(timeout=60) for run in runs]
    shutil.rmtree(cache_folder)
    expected = subprocess.run([*argv, "--no-cache"], capture_output=True, check=True)
    assert answers == [(expected.stdout, b"")] * 2
