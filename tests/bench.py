"""Whole processes, side by side: ``make bench``. Prints figures; asserts nothing.

Compared with kubectl where one is found: with all of them for the article's overlay, with the target for the rest.
``tests/bench.py crd`` measures only the rows with that word.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench_trees import changing, declared, definitions, many_apps, one_base, one_folder, rendered
from oracles import ALL, TARGETS

from kgen.commands import manifests
from kgen.preview.compare import compare
from kgen.preview.masking import mask
from kgen.preview.verdicts import Situation, judge

ROOT = Path(__file__).parent.parent
KGEN = str(Path(sys.executable).parent / "kgen")
SIZES = (2_000, 2_500, 5_000, 10_000, 20_000)


class Row(NamedTuple):
    """A command to measure, how often, whether kgen's cache is empty each time, and where it runs."""

    name: str
    argv: tuple[str, ...]
    rounds: int = 15
    cold: bool = False
    folder: Path = ROOT


class Run(NamedTuple):
    """One run of it: seconds by the clock and of the processor, and the most memory in bytes."""

    clock: float
    processor: float
    memory: int


def small() -> Iterator[Row]:
    """What a person waits for all day."""
    yield Row("python -c pass", (sys.executable, "-c", "pass"))
    yield Row("kgen --version", (KGEN, "--version"))
    yield Row("kgen build overlays/minikube", (KGEN, "build", "overlays/minikube"))
    yield Row("kgen diff minikube", (KGEN, "diff", "minikube"))
    yield Row("kgen overlay minikube --check", (KGEN, "overlay", "minikube", "--check"))
    for oracle in ALL.values():
        yield Row(f"{oracle.name} build overlays/minikube", (*oracle.command, "overlays/minikube"))


def large(folder: Path) -> Iterator[Row]:
    """Large in bytes, in resources and in folders; kubectl is quadratic in the latter two, and is asked once."""
    definitions(folder / "crds", 12_000_000)
    build = (KGEN, "build", str(folder / "crds"))
    yield Row("kgen build, 12 MB of CRDs, --no-cache", (*build, "--no-cache"), 5)
    yield Row("kgen build, 12 MB of CRDs, cold", build, 5, cold=True)
    yield Row("kgen build, 12 MB of CRDs, warm", build, 5)
    yield from kubectl("12 MB of CRDs", folder / "crds", 5)
    many_apps(folder / "apps", 1_000)
    one_base(folder / "tenants", 1_000)
    for name, title in (("apps", "1,000 small apps"), ("tenants", "1,000 overlays of one base")):
        yield Row(f"kgen build, {title}", (KGEN, "build", str(folder / name)), 3)
        yield from kubectl(title, folder / name, 1)
    for size in SIZES:
        one_folder(folder / str(size), size)
        yield Row(f"kgen build, {size:,} resources", (KGEN, "build", str(folder / str(size))), 3)
    yield from kubectl(f"{SIZES[0]:,} resources", folder / str(SIZES[0]), 1)


def overlays(folder: Path) -> Iterator[Row]:
    """Many overlays, and one that changes much; the first round writes them."""
    declared(folder / "many", ROOT / "base", 1_000)
    argv = (KGEN, "overlay", "--all", "--force")
    yield Row("kgen overlay --all, 1,000 overlays of the article's base", argv, 3, folder=folder / "many")
    one_folder(folder / "much" / "base", 2_000)
    changing(folder / "much", 100)
    yield Row("kgen overlay, 2,000 resources, 100 changed", argv, 5, folder=folder / "much")


def previews(folder: Path) -> Iterator[Row]:
    """What a reviewer waits for: two rendered states."""
    before, after = rendered(folder / "rendered", 2_000)
    words = (KGEN, "diff", after, "--against", before)
    yield Row("kgen diff, 2,000 resources each, 100 changed", words, 7)
    yield Row("kgen diff, 2,000 resources each, 100 changed, as HTML", (*words, "-o", "html"), 5)


def parts_of_a_preview(folder: Path) -> Iterator[tuple[str, float]]:
    """Its steps alone, in milliseconds of the processor."""
    paths = rendered(folder / "steps", 2_000)
    before, after = (tuple(manifests.parse(Path(path).read_bytes(), path)) for path in paths)
    comparison = compare(before, after)
    yield "compare, 2,000 resources each", least(lambda: compare(before, after))
    yield "judge, the same", least(lambda: judge(Situation(comparison, before, after, None, (1, 33))))
    yield "mask, the same", least(lambda: mask([comparison], []))


def least(step: Callable[[], object]) -> float:
    """The best of some rounds."""
    times = []
    for _ in range(9):
        start = time.process_time()
        step()
        times.append(time.process_time() - start)
    return min(times) * 1000


def kubectl(title: str, folder: Path, rounds: int) -> Iterator[Row]:
    """The same by the tool whose answer is the target."""
    for oracle in list(TARGETS.values())[:1]:
        yield Row(f"{oracle.name} build, {title}", (*oracle.command, str(folder)), rounds)


def run(row: Row, cache: Path) -> Run:
    """Measure one process."""
    if row.cold:
        shutil.rmtree(cache, ignore_errors=True)
    start = time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    process = subprocess.Popen(
        row.argv, cwd=row.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    clock = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{row.name}: exit code {process.returncode}")
    return Run(clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << (0 if sys.platform == "darwin" else 10))


def measure(rows: list[Row], cache: Path) -> None:
    """Interleave the rounds, so that a busy moment hits all alike."""
    runs: dict[str, list[Run]] = {row.name: [] for row in rows}
    for number in range(max(row.rounds for row in rows) if rows else 0):
        for row in rows:
            if number < row.rounds:
                runs[row.name].append(run(row, cache))
    for name, measured in runs.items():
        clock, best = statistics.median(each.clock for each in measured), min(each.clock for each in measured)
        processor, memory = min(each.processor for each in measured), max(each.memory for each in measured)
        figures = f"{clock * 1000:8,.0f} ms  (best {best * 1000:6,.0f}, processor {processor * 1000:6,.0f})"
        sys.stdout.write(f"{figures}  {memory >> 20:4} MB  {name}\n")
        sys.stdout.flush()


def main() -> None:
    """Measure small builds, previews, large builds, overlays, then the steps of a preview."""
    words = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        for rows in (small(), previews(Path(name)), large(Path(name)), overlays(Path(name))):
            measure([row for row in rows if all(word in row.name for word in words)], Path(name) / "cache")
        for step, figure in parts_of_a_preview(Path(name)) if not words else ():
            sys.stdout.write(f"processor {figure:5.1f} ms  {step}\n")


if __name__ == "__main__":
    main()
