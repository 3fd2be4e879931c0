"""Every build case: the bytes kustomize prints, or an error in kgen's words."""

import pytest
from build_cases import CASES, built, names, root, shown

from kgen.errors import KgenError


@pytest.mark.parametrize("name", [name for name in names() if (CASES / name / "expected.yaml").exists()])
def test_the_build_is_what_kustomize_prints(name: str) -> None:
    assert built(name) == (CASES / name / "expected.yaml").read_text()


@pytest.mark.parametrize("name", [name for name in names() if (CASES / name / "expected.error").exists()])
def test_the_error_says_what_where_and_what_to_do(name: str) -> None:
    with pytest.raises(KgenError) as caught:
        built(name)
    assert shown(caught.value, CASES / name) == (CASES / name / "expected.error").read_text()


def test_every_case_expects_something() -> None:
    unclear = [name for name in names() if len(list((CASES / name).glob("expected.*"))) != 1]
    assert unclear == []


def test_the_public_face_stays_a_function_after_a_build() -> None:
    """A module of that name would take its place in the package once it is imported."""
    import kgen.kustomize

    kgen.kustomize.build(str(root(names()[0])))
    assert callable(kgen.kustomize.build)
