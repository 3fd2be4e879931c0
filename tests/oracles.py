"""The real tools to compare with: on PATH, beside the real file of kubectl, and in KGEN_ORACLES (a path list)."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

TARGET = "5.6"
"""The kustomize whose answer is the target; kubectl 1.33 embeds it."""


class Oracle(NamedTuple):
    """A kubectl or kustomize: its name, the words before a folder, and the version of kustomize in it."""

    name: str
    command: tuple[str, ...]
    kustomize: str

    @property
    def is_target(self) -> bool:
        """Whether its answer is the one to give."""
        return self.kustomize.startswith(f"v{TARGET}.")

    def build(self, folder: str | Path) -> subprocess.CompletedProcess[str]:
        """What it prints for a folder."""
        return subprocess.run(
            [*self.command, str(folder)], capture_output=True, text=True, errors="replace", timeout=60, check=False
        )


def _paths() -> list[Path]:
    found = [Path(path) for path in os.environ.get("KGEN_ORACLES", "").split(os.pathsep) if path]
    for name in ("kubectl", "kustomize"):
        on_path = shutil.which(name)
        if on_path:
            found += [Path(on_path), *sorted(Path(on_path).resolve().parent.glob(f"{name}.*"))]
    return found


def _oracle(path: Path) -> Oracle | None:
    is_kubectl = path.name.startswith("kubectl")
    asked = ["version", "--client"] if is_kubectl else ["version"]
    try:
        said = subprocess.run([str(path), *asked], capture_output=True, text=True, timeout=20, check=False).stdout
    except OSError:
        return None
    version = re.search(r"Kustomize Version: (v[0-9.]+)" if is_kubectl else r"(v[0-9.]+)", said)
    command = (str(path), "kustomize") if is_kubectl else (str(path), "build")
    return Oracle(path.name, command, version[1]) if version else None


ALL = {oracle.name: oracle for path in _paths() if (oracle := _oracle(path)) is not None}
TARGETS = {name: oracle for name, oracle in ALL.items() if oracle.is_target}
