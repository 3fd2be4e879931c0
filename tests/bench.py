"""Whole processes, side by side: ``make bench``. Prints the median of each; asserts nothing.

Compared with kubectl where one is found (on PATH, or named in KGEN_ORACLES).
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
KGEN = Path(sys.executable).parent / "kgen"
ROUNDS = 15


def seconds(argv: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def commands() -> dict[str, list[str]]:
    found = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "kgen --version": [str(KGEN), "--version"],
        "kgen build overlays/minikube": [str(KGEN), "build", "overlays/minikube"],
        "kgen diff minikube": [str(KGEN), "diff", "minikube"],
        "kgen overlay minikube --check": [str(KGEN), "overlay", "minikube", "--check"],
    }
    for oracle in filter(None, [shutil.which("kubectl"), *os.environ.get("KGEN_ORACLES", "").split(os.pathsep)]):
        for kubectl in sorted({Path(oracle), *Path(oracle).resolve().parent.glob("kubectl.1.*")}):
            found[f"{kubectl.name} kustomize overlays/minikube"] = [str(kubectl), "kustomize", "overlays/minikube"]
    return found


def main() -> None:
    """Interleave the rounds, so that a busy moment hits all alike."""
    named = commands()
    times: dict[str, list[float]] = {name: [] for name in named}
    for _ in range(ROUNDS):
        for name, argv in named.items():
            times[name].append(seconds(argv))
    for name, measured in times.items():
        best, median = min(measured) * 1000, statistics.median(measured) * 1000
        sys.stdout.write(f"{median:7.0f} ms  (best {best:.0f})  {name}\n")


if __name__ == "__main__":
    main()
