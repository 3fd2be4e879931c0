"""Every build case against the real kubectl: those on PATH, those beside the real file of kubectl, KGEN_ORACLES."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from build_cases import CASES, names, root

TARGET = "1.33"
"""The kubectl whose answer is the target; it embeds kustomize 5.6.0."""


def _oracles() -> dict[str, str]:
    """Paths of the kubectls of the target's version, by how the tests name them."""
    found = [path for path in os.environ.get("KGEN_ORACLES", "").split(os.pathsep) if path]
    on_path = shutil.which("kubectl")
    if on_path:
        found += [on_path, *map(str, Path(on_path).resolve().parent.glob("kubectl.*"))]
    return {Path(path).name: path for path in found if _is_target(path)}


def _is_target(path: str) -> bool:
    try:
        said = subprocess.run([path, "version", "--client"], capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return False
    return f"v{TARGET}." in said.stdout


ORACLES = _oracles()
ABSENT = pytest.param("", id=f"kubectl-{TARGET}", marks=pytest.mark.skip(reason=f"no kubectl {TARGET} found"))


@pytest.mark.parametrize("oracle", sorted(ORACLES) or [ABSENT])
@pytest.mark.parametrize("name", names())
def test_kubectl_agrees_with_the_case(oracle: str, name: str) -> None:
    run = subprocess.run(
        [ORACLES[oracle], "kustomize", str(root(name))], capture_output=True, text=True, timeout=60, check=False
    )
    expected = CASES / name / "expected.yaml"
    if expected.exists():
        assert (run.returncode, run.stdout) == (0, expected.read_text())
    elif "Unsupported" not in (CASES / name / "expected.error").read_text():
        assert run.returncode != 0
