"""How tables of field specs are joined."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgen.errors import InputError
from kgen.kustomize.default_fieldspecs import defaults
from kgen.kustomize.fieldspecs import FieldSpec, FieldSpecs, merge_all
from kgen.resource import Gvk

OWN = FieldSpecs(namespace=(FieldSpec("spec/a", kind="A"),))


def test_kustomizes_tables_are_sorted_and_nothing_is_in_them_twice() -> None:
    """So they need not be gone through for every folder of a build."""
    assert defaults().merged(OWN)._replace(namespace=()) == defaults()._replace(namespace=())
    joined = FieldSpecs(*defaults()).merged(FieldSpecs(images=(FieldSpec("x", kind="A"),)))
    assert joined._replace(images=()) == defaults()._replace(images=())
    assert FieldSpecs().merged(FieldSpecs(*defaults())) == defaults()


def test_what_is_there_is_not_joined_again() -> None:
    anything, narrower = FieldSpec("spec/a"), FieldSpec("spec/a", kind="A")
    assert FieldSpecs(images=(narrower,)).merged(FieldSpecs(images=(narrower, anything))).images == (narrower,)
    assert FieldSpecs(images=(anything,)).merged(FieldSpecs(images=(narrower,))).images == (narrower, anything)


def test_two_cannot_disagree_about_create() -> None:
    with pytest.raises(InputError) as caught:
        FieldSpecs(images=(FieldSpec("a"),)).merged(FieldSpecs(images=(FieldSpec("b"), FieldSpec("a", create=True))))
    assert str(caught.value) == "two field specs for 'a' disagree about create"


PARTS = st.sampled_from(["", "a", "b"])
SPECS = st.lists(
    st.builds(FieldSpec, st.sampled_from(["x", "y"]), PARTS, PARTS, PARTS, st.just(value=False)), max_size=8
)


@given(SPECS, SPECS)
@settings(deadline=None)
def test_a_spec_that_speaks_of_one_that_is_there_is_left_out(specs: list[FieldSpec], more: list[FieldSpec]) -> None:
    expected = list(specs)
    for spec in more:
        if not any(one.path == spec.path and spec.selects(Gvk(*one[1:4])) for one in expected):
            expected.append(spec)
    assert merge_all(specs, more) == tuple(expected)
