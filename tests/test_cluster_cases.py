"""The article's base on every cluster: the text of the whole overlay, and what is printed.

Each folder under cases/clusters holds a declaration and what is expected. `KGEN_UPDATE=1` writes what kgen makes now;
read it before you commit it.
"""

import os
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, Kgen
from test_overlay_cases import tree

from kgen.overlay.clusters import CLUSTERS

CASES = Path(__file__).parent / "cases" / "clusters"
NAMES = sorted(path.name for path in CASES.iterdir())


def test_every_cluster_has_a_case() -> None:
    said = {(CASES / name / "kgen.yaml").read_text().split()[1] for name in NAMES}
    assert said == set(CLUSTERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_article_on_this_cluster(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    case, made = CASES / name, tmp_path / "overlays" / name
    shutil.copytree(ROOT / "base", tmp_path / "base")
    made.mkdir(parents=True)
    shutil.copy(case / "kgen.yaml", made)
    monkeypatch.chdir(tmp_path)
    ran = kgen("overlay", name)
    assert ran.code == (2 if name == "docker-desktop-kind" else 0), ran.err
    (made / "printed.txt").write_text(ran.out + ran.err)
    (made / "kgen.yaml").unlink()
    if os.environ.get("KGEN_UPDATE"):
        shutil.rmtree(case / "expected", ignore_errors=True)
        shutil.copytree(made, case / "expected")
    assert tree(made) == tree(case / "expected")
    if ran.code == 0:
        shutil.copy(case / "kgen.yaml", made)
        (made / "printed.txt").unlink()
        assert kgen("overlay", name, "--check").code == 0
