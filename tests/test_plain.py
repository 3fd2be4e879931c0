"""A command line without options is the same with and without the library that parses options."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Kgen, Ran

from kgen import plain

TREES = {
    "built": "namespace: a\nresources: [pod.yaml]\n",
    "odd": "namespace: a\nnamespace: b\nresources: [pod.yaml]\n",
    "wrong": "resources: [gone.yaml]\n",
    "refused": "helmCharts: [{name: a}]\nresources: [pod.yaml]\n",
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in TREES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "pod.yaml").write_text("{apiVersion: v1, kind: Pod, metadata: {name: a}}\n")
        (tmp_path / name / "kustomization.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", [["build"], ["build", ""], *(["build", name] for name in (*TREES, "nowhere"))])
def test_it_is_what_the_whole_command_line_does(
    words: list[str], kgen: Kgen, capfd: pytest.CaptureFixture[str]
) -> None:
    expected = kgen(*words)
    code = plain.main(words)
    assert code is not None
    assert Ran(code, *capfd.readouterr()) == expected
    assert (expected.out or expected.err) != ""


@pytest.mark.parametrize(
    "words", [[], ["diff"], ["build", "a", "b"], ["build", "--help"], ["build", "-"], ["--debug", "build"], ["builds"]]
)
def test_everything_else_is_left_to_it(words: list[str]) -> None:
    assert plain.main(words) is None


def test_it_loads_no_library_for_options() -> None:
    script = "import sys; from kgen import plain; plain.main(['build', 'built']); sys.exit('typer' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode == 0
