"""Folders under ``cases/diff``: two rendered files, and the preview of what leads from one to the other."""

from pathlib import Path

import pytest
from conftest import Kgen

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases" / "diff").glob("*/before.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_preview_is_the_one_reviewed(case: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    ran = kgen("diff", "after.yaml", "--against", "before.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (case / "expected.txt").read_text(encoding="utf-8")


def test_many_changes_fit_on_a_screen() -> None:
    """Eight changes to five resources, two of them refused, one that restarts pods."""
    text = (CASES[0] / "expected.txt").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 25
    assert text.count("apply-fails") == 2
    assert "restarts 2 pods" in text
