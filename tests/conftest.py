import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from control_plane import ControlPlane, missing
from repositories import NOBODY

from kgen.cli import main

ROOT = Path(__file__).parent.parent


class Ran(NamedTuple):
    """What a command did: its exit code and all it printed."""

    code: int
    out: str
    err: str


Kgen = Callable[..., Ran]


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where kgen keeps parsed files: never in the home of the person who runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "kgen"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project with the article's base; the working directory is its root."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "base", root / "base")
    monkeypatch.chdir(root)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return root


@pytest.fixture
def kgen(capfd: pytest.CaptureFixture[str]) -> Kgen:
    """Run kgen in this process."""

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        code = main(arguments)
        return Ran(code, *capfd.readouterr())

    return run


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git without what the person who runs the tests has configured."""
    for name, value in NOBODY.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A real API server with a scheduler and controllers, for all tests that want one."""
    if why := missing():
        pytest.skip(why)
    with ControlPlane(tmp_path_factory.mktemp("control-plane")) as plane:
        yield plane
