"""The same work on many things, by several processes."""

import os
import signal
import sys
from pathlib import Path

import pytest
from conftest import Kgen

from kgen.commands import workers
from kgen.commands.workers import spread
from kgen.errors import InputError, ToolError

MANY = range(100)

forks = pytest.mark.skipif(sys.platform != "linux", reason="processes are started on Linux only")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_processors", lambda: 2)


@forks
def test_what_is_made_comes_in_order_from_several_processes() -> None:
    made = list(spread(lambda number: (number * number, os.getpid()), MANY))
    assert [square for square, _ in made] == [number * number for number in MANY]
    assert [process for _, process in made].count(os.getpid()) == 1


def test_few_things_are_made_here() -> None:
    assert set(spread(lambda _: os.getpid(), range(30))) == {os.getpid()}


def test_one_processor_makes_all_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_processors", lambda: 1)
    assert set(spread(lambda _: os.getpid(), MANY)) == {os.getpid()}


@forks
def test_an_error_comes_back_as_it_is() -> None:
    def fail(number: int) -> None:
        if number == 0:
            return
        raise InputError(f"wrong: {number}", hint="right it")

    with pytest.raises(InputError) as raised:
        list(spread(fail, MANY))
    assert (raised.value.message[:6], raised.value.hint) == ("wrong:", "right it")


@forks
def test_a_process_that_is_ended_from_outside_is_told() -> None:
    def end(number: int) -> None:
        if number:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ToolError, match=r"^a process that kgen started was ended from outside$"):
        list(spread(end, MANY))


def _declare(project: Path, count: int) -> None:
    for number in range(count):
        folder = project / "overlays" / f"o{number:02}"
        folder.mkdir(parents=True)
        (folder / "kgen.yaml").write_text(f"namespace: team-{number}\n")


@forks
def test_many_overlays_are_the_same_from_one_process_and_from_several(
    project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    _declare(project, 40)
    assert kgen("overlay", "--all").code == 0
    monkeypatch.setattr(workers, "_processors", lambda: 1)
    assert kgen("overlay", "--all", "--check") == (0, "", "")


@forks
def test_what_is_wrong_in_several_processes_is_told_in_the_order_of_the_overlays(project: Path, kgen: Kgen) -> None:
    _declare(project, 40)
    for name in ("o03", "o35"):
        (project / "overlays" / name / "kgen.yaml").write_text("namespaces: x\n")
    ran = kgen("overlay", "--all")
    assert ran.code == 2
    assert [line.partition(":")[0] for line in ran.err.splitlines() if "error" in line] == [
        "overlays/o03/kgen.yaml",
        "overlays/o35/kgen.yaml",
    ]
    assert not list((project / "overlays").glob("*/kustomization.yaml"))


@forks
def test_an_overlay_upon_one_of_many_is_made_of_what_that_is_about_to_be(project: Path, kgen: Kgen) -> None:
    _declare(project, 40)
    above = project / "overlays" / "above"
    above.mkdir()
    (above / "kgen.yaml").write_text("base: ../o07\nnamePrefix: x-\n")
    assert kgen("overlay", "--all").code == 0
    assert "namespace: team-7" in kgen("build", "overlays/above").out
    assert kgen("overlay", "--all", "--check") == (0, "", "")
