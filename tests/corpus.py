"""Every kustomization of checked-out repositories, built by kgen and by kubectl: ``make corpus REPOS="path …"``.

Says for each how it went, sums up, and exits 1 if anything is different. The roots are the kustomizations that no
other one of the repository names, Components aside.

    identical  the same bytes            refused  kgen names a feature it does not build (exit 3)
    error      both fail                 accepted kgen builds what kubectl does not: wrong
    different  other bytes: wrong        rejected kgen fails (exit 2) where kubectl builds: wrong
"""

import argparse
import collections
import concurrent.futures
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
KGEN = Path(sys.executable).parent / "kgen"
WRONG = ("different", "accepted", "rejected", "crash")
SECONDS = 120


class Result(NamedTuple):
    """How one root went."""

    root: Path
    verdict: str
    why: str


def roots(repository: Path) -> Iterator[Path]:
    """The folders with a kustomization that no other kustomization seems to name."""
    texts = {path.parent: path.read_text("utf-8", "replace") for path in repository.rglob("*") if path.name in NAMES}
    named = {folder for origin, text in texts.items() for folder in _named(origin, text)}
    for folder, text in sorted(texts.items()):
        if folder not in named and "kind: Component" not in text:
            yield folder


def _named(origin: Path, text: str) -> Iterator[Path]:
    for line in text.splitlines():
        word = line.strip().removeprefix("- ").strip("'\" ")
        if word and not word.startswith("#") and ": " not in word:
            yield Path(os.path.normpath(origin / word))


def run(*command: str) -> tuple[int, bytes, str]:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return -1, b"", f"no answer in {SECONDS} s"
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()


def judge(root: Path, kubectl: str) -> Result:
    code, out, err = run(str(KGEN), "build", str(root))
    if code not in (0, 2, 3):
        return Result(root, "crash", f"exit {code}: {err}")
    if code == 3:
        return Result(root, "refused", err.partition("engine: ")[2].splitlines()[0])
    real, expected, said = run(kubectl, "kustomize", str(root))
    if real != 0:
        return Result(root, "accepted", said) if code == 0 else Result(root, "error", err.splitlines()[0])
    if code != 0:
        return Result(root, "rejected", err)
    return Result(root, "identical" if out == expected else "different", "")


def report(results: Sequence[Result], counted: Mapping[str, int]) -> Iterator[str]:
    yield from (f"{r.verdict:9} {r.root}  {r.why}" for r in results if r.verdict in WRONG)
    features = collections.Counter(" ".join(r.why.split()[:3]) for r in results if r.verdict == "refused")
    yield from (f"refused   {count:5}  {feature}" for feature, count in features.most_common())
    yield f"{len(results)} roots: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counted.items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--kubectl", default=os.environ.get("KGEN_ORACLES", "").split(os.pathsep)[0] or "kubectl")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if shutil.which(options.kubectl) is None:
        parser.error(f"{options.kubectl} is not here: name a kubectl 1.33 with --kubectl or KGEN_ORACLES")
    found = [root for repository in options.repositories for root in roots(repository.resolve())]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda root: judge(root, options.kubectl), found))
    counted = collections.Counter(result.verdict for result in results)
    sys.stdout.writelines(f"{line}\n" for line in report(results, counted))
    return int(any(counted[verdict] for verdict in WRONG))


if __name__ == "__main__":
    sys.exit(main())
