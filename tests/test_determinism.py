"""The same input gives the same bytes, whatever the environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

ENVIRONMENTS = [
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LANG": "de_DE.UTF-8", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "3", "COLUMNS": "40", "TERM": "dumb", "LANG": "tr_TR.UTF-8"},
]
FLAGS = [
    "--cluster",
    "kind",
    "-n",
    "dev",
    "--image",
    "puckel/docker-airflow=localhost:5001/airflow:1",
    "--node-memory",
    "3Gi",
]


def run(environment: dict[str, str], folder: Path, *arguments: str) -> bytes:
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "SYSTEMROOT")}
    command = [sys.executable, "-m", "kgen", *arguments]
    return subprocess.run(
        command, cwd=folder, env=kept | environment, capture_output=True, check=True, timeout=60
    ).stdout


def made(root: Path, environment: dict[str, str], folder: str) -> dict[str, bytes]:
    shutil.copytree(ROOT / "base", root / "base")
    (root / "overlays" / "deep").mkdir(parents=True)
    run(environment, root / folder, "overlay", "dev", *FLAGS)
    found = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    found["build"] = run(environment, root, "build", "overlays/dev")
    found["diff"] = run(environment, root, "diff", "dev")
    found["diff -o json"] = run(environment, root / folder, "diff", "dev", "-o", "json")
    return found


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return made(tmp_path_factory.mktemp("reference"), {"PYTHONHASHSEED": "0"}, ".")


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda environment: environment["LANG"])
@pytest.mark.parametrize("folder", [".", "overlays/deep"])
def test_the_environment_and_the_folder_change_no_byte(
    environment: dict[str, str], folder: str, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    assert made(tmp_path, environment, folder) == reference
