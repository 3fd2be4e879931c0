"""The overlay's text is the product: each folder under cases/overlay holds a base, a declaration and what is expected.

`KGEN_UPDATE=1` writes what kgen makes now; read it before you commit it.
"""

import os
import shutil
from pathlib import Path

import pytest
from conftest import Kgen

CASES = Path(__file__).parent / "cases" / "overlay"
NAMES = sorted(path.name for path in CASES.iterdir())


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_base_and_a_declaration_give_this_overlay(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    case, made = CASES / name, tmp_path / "overlays" / "case"
    shutil.copytree(case / "base", tmp_path / "base")
    made.mkdir(parents=True)
    for given in case.iterdir():  # the declaration, and what it names
        if given.is_file():
            shutil.copy(given, made)
    if (case / "edits").is_dir():
        shutil.copytree(case / "edits", made / "edits")
    monkeypatch.chdir(tmp_path)
    ran = kgen("overlay", "case")
    assert ran.code == 0, ran.err
    (made / "printed.txt").write_text(ran.out + ran.err)
    if os.environ.get("KGEN_UPDATE"):
        shutil.rmtree(case / "expected", ignore_errors=True)
        shutil.copytree(made, case / "expected")
    assert tree(made) == tree(case / "expected")
    (made / "printed.txt").unlink()
    assert kgen("overlay", "--all", "--check").code == 0
