import pytest

from kgen.errors import InputError
from kgen.kustomize.draft import Draft
from kgen.kustomize.fields import is_position, visit
from kgen.kustomize.fieldspecs import FieldSpec


@pytest.mark.parametrize("step", ["*", "-", "0", "-1", "+5", "[a=b]", "[a]"])
def test_steps_that_name_no_field_are_errors_on_a_map(step: str) -> None:
    draft = Draft({"kind": "Foo", "metadata": {"name": "foo"}, "spec": {step: "there"}})
    with pytest.raises(InputError) as caught:
        visit(draft, FieldSpec(f"spec/{step}"), lambda _: None)
    assert caught.value.message == f"'{step}' does not name a field of a map (field 'spec/{step}' of Foo/foo)"


@pytest.mark.parametrize("step", ["a", "*a", "-a", "[a", "0a", str(2**63), "9" * 5000])
def test_other_steps_are_fields(step: str) -> None:
    draft = Draft({"kind": "Foo", "metadata": {"name": "foo"}, "spec": {step: "there"}})
    found = []
    visit(draft, FieldSpec(f"spec/{step}"), lambda place: found.append(place.value))
    assert found == ["there"]


@pytest.mark.parametrize("step", [" a", "a ", "\ta "])
def test_space_around_a_step_does_not_count(step: str) -> None:
    draft = Draft({"kind": "Foo", "metadata": {"name": "foo"}, "spec": {"a": "there", " a": "other"}})
    found = []
    visit(draft, FieldSpec(f"spec/{step}"), lambda place: found.append(place.value))
    assert found == ["there"]


def test_positions_fit_64_bits() -> None:
    assert all(map(is_position, ["0", "+1", "-1", "007", str(2**63 - 1), str(-(2**63))]))
    assert not any(map(is_position, ["", "-", "1.0", "٣", str(2**63), str(-(2**63) - 1)]))
