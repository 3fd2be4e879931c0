import copy

import pytest

from kgen.fieldpath import FieldPath, ItemKey
from kgen.overlay.edits import ABSENT, HASHED, Edit, apply_edits
from kgen.resource import Body, Resource, ResourceId, ResourceMap

WEB = ItemKey((("name", "web"),))
POD = FieldPath(("spec", "template", "spec", "containers"))


def body() -> Body:
    containers = [{"name": "side"}, {"name": "web", "image": "a"}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 1, "template": {"spec": {"containers": containers}}},
    }


def edited(*edits: tuple[FieldPath, object]) -> Body:
    before = ResourceMap([Resource(body())])
    after = apply_edits(before, [Edit(ResourceId.of(body()), path, value, "because") for path, value in edits])
    assert next(iter(before)).body == body()
    return next(iter(after)).body


def expected(change: dict[str, object]) -> Body:
    wanted = copy.deepcopy(body())
    wanted["spec"] |= change
    return wanted


@pytest.mark.parametrize(
    ("path", "value", "change"),
    [
        (FieldPath(("spec", "replicas")), 2, {"replicas": 2}),
        (FieldPath(("spec", "strategy", "type")), "Recreate", {"strategy": {"type": "Recreate"}}),
        (FieldPath(("spec", "paused")), None, {"paused": None}),
        (
            FieldPath(("spec", "ports", ItemKey((("port", 80),)), "nodePort")),
            30080,
            {"ports": [{"port": 80, "nodePort": 30080}]},
        ),
    ],
)
def test_an_edit_sets_a_field_and_makes_the_way_to_it(
    path: FieldPath, value: object, change: dict[str, object]
) -> None:
    assert edited((path, value)) == expected(change)


def test_an_edit_finds_a_list_item_by_its_merge_key() -> None:
    after = edited((POD / WEB / "image", "b"))
    assert after["spec"]["template"]["spec"]["containers"] == [{"name": "side"}, {"name": "web", "image": "b"}]


def test_a_hash_is_wanted_and_nothing_else_changes() -> None:
    before = ResourceMap([Resource(body())])
    (after,) = apply_edits(before, [Edit(ResourceId.of(body()), HASHED, True, "because")])
    assert (after.needs_hash, after.body) == (True, body())
    assert not next(iter(before)).needs_hash


def test_a_field_and_an_item_are_removed() -> None:
    after = edited((FieldPath(("spec", "replicas")), ABSENT), (POD / WEB, ABSENT), (POD / 0 / "name", ABSENT))
    assert after["spec"] == {"template": {"spec": {"containers": [{}]}}}


def test_removing_what_is_not_there_changes_nothing() -> None:
    assert edited((FieldPath(("spec", "paused")), ABSENT)) == body()


def test_an_item_is_added_behind_the_others() -> None:
    after = edited((POD / ItemKey((("name", "new"),)), {"name": "new"}))
    assert [c["name"] for c in after["spec"]["template"]["spec"]["containers"]] == ["side", "web", "new"]


def test_an_edit_of_an_unknown_resource_is_a_defect() -> None:
    other = ResourceId.of({"kind": "Deployment", "metadata": {"name": "other"}})
    with pytest.raises(KeyError, match="Deployment/other"):
        apply_edits(ResourceMap(), [Edit(other, POD, 1, "")])


def test_absent_says_what_it_is() -> None:
    assert repr(ABSENT) == "ABSENT"
