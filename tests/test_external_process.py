import os
import re
from pathlib import Path

import pytest

from kgen.errors import ToolError
from kgen.external import process


def script(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is first on PATH."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return tmp_path


def failure(argv: list[str], message: str, seconds: float = process.SECONDS) -> ToolError:
    with pytest.raises(ToolError, match=f"^{re.escape(message)}$") as caught:
        process.run(argv, seconds)
    return caught.value


def test_what_it_prints_is_returned(tools: Path) -> None:
    script(tools, "tool", 'printf "%s|" "$@"; echo noise >&2')
    assert process.run(["tool", "a b", "$HOME", "ä"]) == "a b|$HOME|ä|"


def test_nothing_waits_for_input(tools: Path) -> None:
    script(tools, "tool", "cat")
    assert process.run(["tool"]) == ""


def test_a_failure_holds_the_command_line_and_what_was_said(tools: Path) -> None:
    script(tools, "tool", "echo one >&2; echo two >&2; exit 3")
    failure(["tool", "a b"], "tool 'a b': exit code 3: one; two")


def test_a_failure_without_words(tools: Path) -> None:
    script(tools, "tool", "exit 1")
    failure(["tool"], "tool: exit code 1: it said nothing")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kubectl", "get it: https://kubernetes.io/docs/tasks/tools/"),
        ("kustomize", "get it: https://kubectl.docs.kubernetes.io/installation/kustomize/"),
        ("minikube", "get it: https://minikube.sigs.k8s.io/docs/start/"),
        ("other", None),
    ],
)
def test_a_program_that_is_missing(
    name: str, hint: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    error = failure([name, "x"], f"{name} is not installed, or not on PATH")
    assert (error.hint, error.exit_code) == (hint, 4)


def test_a_program_that_cannot_be_started(tools: Path) -> None:
    (tools / "tool").write_text("x")
    failure([str(tools / "tool")], f"{tools}/tool: cannot be started: Permission denied")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kubectl", "is the cluster running?"),
        ("git", "is the network there, and the repository reachable?"),
        ("tool", None),
    ],
)
def test_a_program_that_takes_too_long(name: str, hint: str | None, tools: Path) -> None:
    script(tools, name, "exec sleep 5")
    error = failure([name], f"{name}: no answer after 0.1 seconds", 0.1)
    assert error.hint == hint
