"""Folders under ``cases/diff``: two rendered files, and the preview of what leads from one to the other."""

from pathlib import Path

import pytest
from bench_trees import rendered
from conftest import Kgen

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases" / "diff").glob("*/before.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_preview_is_the_one_reviewed(case: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    ran = kgen("diff", "after.yaml", "--against", "before.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (case / "expected.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """2,000 resources, of which a hundred change, ten come and ten go."""
    before, after = rendered(tmp_path_factory.mktemp("rendered"), 2_000)
    return "diff", after, "--against", before, "--no-cache"


def test_two_thousand_resources_are_told_in_few_lines(many: tuple[str, ...], kgen: Kgen) -> None:
    lines = kgen(*many).out.splitlines()
    told = "after.yaml vs before.yaml: 100 change, 10 add, 10 remove · 100 restart 100 pods · 10 left behind"
    assert (lines[0], len(lines) <= 250) == (told, True)
    assert sum(line.startswith(("~", "+", "-")) for line in lines) == 120


def test_two_thousand_resources_are_a_small_page_and_fit_into_a_comment(many: tuple[str, ...], kgen: Kgen) -> None:
    assert len(kgen(*many, "-o", "html").out.encode()) < 1_000_000
    assert len(kgen(*many, "-o", "markdown").out.encode()) <= 65_000


def test_many_changes_fit_on_a_screen() -> None:
    """Eight changes to five resources, two of them refused, one that restarts pods."""
    text = (CASES[0] / "expected.txt").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 25
    assert text.count("apply-fails") == 2
    assert "restarts 2 pods" in text
