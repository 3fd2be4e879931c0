"""The README is true: its commands run, and print what it says."""

import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT, Kgen

README = (ROOT / "README.md").read_text(encoding="utf-8")
TRANSCRIPT, DECLARATION = (
    re.search(rf"```{name}\n(.*?)```", README, re.DOTALL)[1]  # type: ignore[index]  # fails loudly when it goes
    for name in ("console", "yaml")
)


def steps() -> list[tuple[str, list[str]]]:
    """Each command of the transcript with the lines it prints; ``…`` stands for any that follow."""
    found: list[tuple[str, list[str]]] = []
    for line in TRANSCRIPT.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def test_the_transcript_is_real(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    for command, expected in steps():
        program, *arguments = shlex.split(command)
        if program != "kgen":
            assert (program, expected) == ("kubectl", [])
            continue
        ran = kgen(*arguments)
        printed = ran.out.splitlines()
        if expected and expected[-1].strip() == "…":
            expected.pop()
            printed = printed[: len(expected)]
        assert (ran.code, printed) == (0, expected)


def test_the_declaration_is_one_and_its_flags_give_it(project: Path, kgen: Kgen) -> None:
    folder = project / "overlays" / "staging"
    folder.mkdir(parents=True)
    (folder / "kgen.yaml").write_text(DECLARATION)
    written = kgen("overlay", "staging")
    assert written.code == 0
    built = kgen("build", "overlays/staging").out
    flags = [word for line in DECLARATION.splitlines() for word in shlex.split(line.partition("# --")[2])]
    arguments = [f"--{word}" if index % 2 == 0 else word for index, word in enumerate(flags)]
    assert kgen("overlay", "flagged", *arguments).code == 0
    assert kgen("build", "overlays/flagged").out == built


def test_the_function_is_one(project: Path, kgen: Kgen) -> None:
    folder = project / "overlays" / "staging"
    folder.mkdir(parents=True)
    (folder / "kgen.yaml").write_text(f"{DECLARATION}python: overlay.py\n")
    (folder / "overlay.py").write_text(re.search(r"```python\n(.*?)```", README, re.DOTALL)[1])  # type: ignore[index]
    assert kgen("overlay", "staging").code == 0
    assert "    # nodes of this pool are tainted\n    tolerations: (absent)" in kgen("diff").out


@pytest.mark.parametrize("command", re.findall(r"^\| `kgen (\w+)", README, re.MULTILINE))
def test_each_command_of_the_table_is_there_with_its_options(command: str, kgen: Kgen) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| `kgen {command}"))
    help_text = kgen(command, "--help").out
    for option in re.findall(r"`(--?[a-z-]+)", row):
        assert option in help_text


def test_the_make_targets_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert all(f"\n{target}:" in makefile for target in re.findall(r"^make (\w+)", README, re.MULTILINE))


def test_the_article_walk_is_what_kgen_prints(project: Path, kgen: Kgen) -> None:
    """Every command of the walk that kgen tells as well is the same there, in the same order."""
    assert project.exists()
    walk = README.partition("## The article")[2].partition("```sh\n")[2].partition("```")[0]
    typed = [line.partition("  #")[0].strip() for line in walk.splitlines()]
    printed = [line.strip() for line in kgen("overlay", "minikube").out.splitlines()]
    told = [line for line in typed if "get pods" not in line]
    assert [line for line in printed if line in told] == told


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 130
