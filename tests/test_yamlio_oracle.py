"""The recorded answers, and thousands of random ones, against the kubectl whose kustomize is the target."""

import json
import random
import re
import string
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from oracles import TARGETS
from yamlio_cases import Row, as_bytes, as_json_text, resource, rows

from kgen.errors import KgenError
from kgen.yamlio import dump, load

KUBECTLS = sorted(name for name in TARGETS if name.startswith("kubectl"))
ABSENT = pytest.param("", id="none", marks=pytest.mark.skip(reason="no kubectl 1.33 found"))
KUBECTL = pytest.mark.parametrize("kubectl", KUBECTLS[:1] or [ABSENT])

BATCH = 250
"""Resources in one build; kustomize takes quadratic time for more."""

Build = Callable[[Sequence[bytes]], list[str | None]]


@pytest.fixture
def build(tmp_path: Path, kubectl: str) -> Build:
    """What kustomize prints of each of some files; None where it fails. Each file is called by its number."""

    def run(files: Sequence[bytes], first: int) -> list[str | None]:
        for number, text in enumerate(files, first):
            (tmp_path / f"{number:06d}.yaml").write_bytes(text)
        names = [f"{number:06d}.yaml" for number in range(first, first + len(files))]
        (tmp_path / "kustomization.yaml").write_text(json.dumps({"resources": names}))
        command = [*TARGETS[kubectl].command, "--reorder=none", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        if done.returncode == 0:
            return numbered(done.stdout.decode(), first, len(files))
        if len(files) == 1:
            return [None]
        half = len(files) // 2
        return run(files[:half], first) + run(files[half:], first + half)

    return lambda files: [
        each for first in range(0, len(files), BATCH) for each in run(files[first : first + BATCH], first)
    ]


def numbered(text: str, first: int, count: int) -> list[str | None]:
    """The printed documents by the number in their names."""
    found: dict[int, str] = {}
    for document in re.split(r"^---\n", text, flags=re.MULTILINE):
        name = re.search(r"^  name: n(\d+)$", document, re.MULTILINE)
        if name:
            found[int(name[1])] = document
    return [found.get(number, "") for number in range(first, first + count)]


def name(number: int) -> str:
    return f"n{number:06d}"


def spec_of(document: str | None) -> str | None:
    return None if document is None else document.partition("\nspec:\n")[2]


@KUBECTL
def test_the_recorded_values_are_those_of_kubectl(build: Build) -> None:
    recorded = [row for row in rows("values") if row["printed"] is not None]
    found = build([resource(row["text"], name(number)).encode() for number, row in enumerate(recorded)])
    assert {row["text"]: spec_of(each) for row, each in zip(recorded, found, strict=True)} == {
        row["text"]: row["printed"] for row in recorded
    }


@KUBECTL
@pytest.mark.parametrize(
    "row", [row for row in rows("values") if row["printed"] is None][::8], ids=lambda row: row["text"]
)
def test_kubectl_refuses_what_is_recorded_as_refused(row: Row, build: Build) -> None:
    assert build([resource(row["text"]).encode()]) == [None]


@KUBECTL
def test_the_recorded_data_are_printed_by_kubectl(build: Build) -> None:
    recorded = [row for row in rows("printed") if row["printed"] is not None]
    files = [resource(as_json_text(row["value"]), name(number)).encode() for number, row in enumerate(recorded)]
    found = build(files)
    assert [spec_of(each) for each in found] == [row["printed"] for row in recorded]


@KUBECTL
@pytest.mark.parametrize("row", rows("files")[::12], ids=lambda row: row["name"])
def test_a_recorded_file_is_built_by_kubectl(row: Row, kubectl: str, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes(as_bytes(row["text"]))
    (tmp_path / "kustomization.yaml").write_text("resources: [f.yaml]\n")
    command = [*TARGETS[kubectl].command, "--reorder=none", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.stdout.decode() if done.returncode == 0 else None) == row["printed"]


@KUBECTL
@pytest.mark.parametrize("row", rows("legacy")[::20], ids=lambda row: row["text"])
def test_a_recorded_patch_is_read_by_kubectl(row: Row, kubectl: str, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(resource("unset"))
    (tmp_path / "p.yaml").write_text(f"- op: replace\n  path: /spec/v\n  value: {row['text']}\n")
    patch = {"path": "p.yaml", "target": {"name": "a"}}
    (tmp_path / "kustomization.yaml").write_text(json.dumps({"resources": ["f.yaml"], "patches": [patch]}))
    done = subprocess.run(
        [*TARGETS[kubectl].command, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert spec_of(done.stdout if done.returncode == 0 else None) == row["printed"]


PIECES = [
    *"ab01 _.-:#'\"\\,[]{}?&*!|>%@`=~\n\t", "  ", ": ", " #", "- ", "\n\n", "word", "longer", "it's", "\xe9", "\u2028",
    "\xa0", "\ufeff", "\U0001f600", "\x00", "\x1b", "yes", "null", "---", "http://x.y/z?q=1",
]  # fmt: skip


def random_text(source: random.Random) -> str:
    if source.random() < 0.3:
        return " ".join(
            source.choices(["a", "word", "longer", "it's", "x:", "#", "", "\xe9"], k=source.randint(10, 60))
        )
    return "".join(source.choices(PIECES, k=source.randint(0, 12)))


def random_data(source: random.Random, depth: int) -> Any:
    kind = source.random()
    if depth and kind < 0.25:
        return {random_key(source): random_data(source, depth - 1) for _ in range(source.randint(0, 4))}
    if depth and kind < 0.45:
        return [random_data(source, depth - 1) for _ in range(source.randint(0, 4))]
    if kind < 0.8:
        return random_text(source)
    number = source.choice([-1, 1]) * source.random() * 10 ** source.randint(-12, 24)
    return source.choice([None, True, False, source.randint(-(10**12), 10**12), number])


def random_key(source: random.Random) -> str:
    """No digits: with some, kustomize orders keys differently from run to run."""
    if source.random() < 0.5:
        return "".join(source.choices(string.ascii_letters + "._-/", k=source.randint(1, 6)))
    return re.sub("[0-9]|^<<$", "", random_text(source))


def ours(text: bytes) -> str | None:
    try:
        return dump(document.body for document in load(text, "f.yaml"))
    except KgenError:
        return None


@KUBECTL
def test_random_data_are_printed_as_kubectl_prints_them(build: Build) -> None:
    source = random.Random(1)  # noqa: S311  # nothing secret
    values = [random_data(source, source.randint(0, 3)) for _ in range(2000)]
    files = [resource(as_json_text(value), name(number)).encode() for number, value in enumerate(values)]
    assert [ours(file) for file in files] == build(files)
