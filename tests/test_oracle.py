"""Every build case against the real kubectl and kustomize of the target's version; others are named as skipped."""

import pytest
from build_cases import CASES, names, root
from oracles import ALL, TARGET, TARGETS

SKIPPED = [
    pytest.param(name, marks=pytest.mark.skip(reason=f"{name} has kustomize {oracle.kustomize}, not {TARGET}"))
    for name, oracle in sorted(ALL.items())
    if name not in TARGETS
]
ABSENT = pytest.param("", id="none", marks=pytest.mark.skip(reason=f"no kubectl or kustomize with {TARGET} found"))


@pytest.mark.parametrize("oracle", sorted(TARGETS) or [ABSENT])
@pytest.mark.parametrize("name", names())
def test_the_real_tool_agrees_with_the_case(oracle: str, name: str) -> None:
    run = TARGETS[oracle].build(root(name))
    expected = CASES / name / "expected.yaml"
    if expected.exists():
        assert (run.returncode, run.stdout) == (0, expected.read_text())
    elif not any(word in (CASES / name / "expected.error").read_text() for word in ("Unsupported", "NotVendored")):
        assert run.returncode != 0


@pytest.mark.parametrize("oracle", SKIPPED)
def test_other_versions_are_another_target(oracle: str) -> None:
    """Versions differ in what they fixed; the committed overlays are built by all of them."""
    raise AssertionError(oracle)
