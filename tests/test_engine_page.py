"""The engine's page is true: its refusals are all there are, and its versions differ where it says."""

import re

import pytest
from build_cases import CASES, names, root
from conftest import ROOT
from oracles import ALL

PACKAGE = ROOT / "kgen"
PAGE = (PACKAGE / "kustomize" / "README.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| [^|]* \| `([a-z0-9-]+)` \| ([0-9.]+) \|", PAGE, re.MULTILINE))
BUILDING = [*sorted((PACKAGE / "kustomize").rglob("*.py")), *sorted((PACKAGE / "yamlio").rglob("*.py"))]
# What kubectl 1.27 to 1.33 have; versions between them changed one thing or another.
MEASURED = ("v5.0.1", "v5.0.4", "v5.4.2", "v5.5.0", "v5.6.0")


def refusing() -> set[str]:
    """The modules that refuse something."""
    found = [
        path
        for path in (*BUILDING, PACKAGE / "filesystem.py")
        if re.search(r"\b(Unsupported|Exhausted)\(|\(Unsupported\)", path.read_text())
    ]
    return {str(path.relative_to(PACKAGE)) for path in found}


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.strip("v.").split("."))


def test_what_is_refused_is_all_in_the_list() -> None:
    assert set(re.findall(r"^\| .* \| `([a-z0-9_/]+\.py)` \|$", PAGE, re.MULTILINE)) == refusing()


def test_the_cases_of_versions_are_the_rows_of_the_table() -> None:
    assert {name for name in names() if name.startswith("version-")} | {"error-empty"} == set(ROWS)


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) <= 120


TOOLS = sorted(ALL) or [pytest.param("", marks=pytest.mark.skip(reason="no kubectl or kustomize found"))]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("case", sorted(ROWS))
def test_versions_differ_until_the_one_named(case: str, tool: str) -> None:
    if ALL[tool].kustomize not in MEASURED:
        pytest.skip(f"{tool} has kustomize {ALL[tool].kustomize}, of which the page says nothing")
    run = ALL[tool].build(root(case))
    expected = CASES / case / "expected.yaml"
    agrees = run.stdout == expected.read_text() if expected.exists() else run.returncode != 0
    assert agrees == (number(ALL[tool].kustomize) > number(ROWS[case]))
