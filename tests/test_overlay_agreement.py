from typing import Any

import pytest

from kgen.overlay.agreement import agreed, differing
from kgen.overlay.edits import ABSENT
from kgen.resource import Gvk
from kgen.schema.merge_keys import merge_type

POD = merge_type(Gvk("", "v1", "Pod"))


def pod(*containers: Any) -> dict[str, Any]:
    return {"spec": {"containers": list(containers)}}


@pytest.mark.parametrize(
    ("values", "expected", "fields"),
    [
        ([1, 2, 2], 2, 1),
        ([1, 2], 1, 1),  # of two as frequent the earlier
        ([1, True, "1"], 1, 1),  # the values differ in type
        ([1, ABSENT], ABSENT, 1),  # what no more than half have is not shared
        ([ABSENT, 1, 1], 1, 1),
        ([{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2}], {"a": 1, "b": 2}, 1),
        ([{"a": {"x": 1}}, {"a": {"y": 1}}], ABSENT, 2),  # an empty map would be nobody's
        ([{"a": {}}, {"a": {}}], {"a": {}}, 0),
        ([{"a": {"x": 1}}, {"a": {}}], {"a": {}}, 1),
        ([["a"], ["b"], ["b"]], ["b"], 1),  # lists of texts are taken whole
        ([["a", "b"], ["a"]], ["a", "b"], 1),
        ([[{"a": 1, "b": 1}], [{"a": 1, "b": 2}], [{"a": 1, "b": 2}]], [{"a": 1, "b": 2}], 1),
        ([{"a": 1}, [1], [1]], [1], 1),
    ],
)
def test_what_most_agree_on_field_by_field(values: list[Any], expected: Any, fields: int) -> None:
    assert agreed(values) == expected
    assert type(agreed(values)) is type(expected)
    assert differing(values) == fields


@pytest.mark.parametrize(
    ("values", "expected", "fields"),
    [
        (  # items by their merge key
            [pod({"name": "a", "image": "1"}, {"name": "b"}), pod({"name": "a", "image": "1"})],
            pod({"name": "a", "image": "1"}),
            1,
        ),
        (  # in the order of the first list that has them
            [pod({"name": "c"}), pod({"name": "a"}, {"name": "b"}, {"name": "c"}), pod({"name": "b"}, {"name": "c"})],
            pod({"name": "b"}, {"name": "c"}),
            2,
        ),
        (  # an item of which only the name is left says nothing
            [pod({"name": "a", "image": "1"}), pod({"name": "a", "command": ["x"]})],
            pod({"name": "a", "image": "1"}),
            2,
        ),
        (  # a key that is there twice: the whole list
            [pod({"name": "a"}, {"name": "a"}), pod({"name": "a"})],
            pod({"name": "a"}, {"name": "a"}),
            1,
        ),
        ([pod({"name": "a"}, {"name": "b"}), pod({"name": "b"}, {"name": "a"})], pod({"name": "a"}, {"name": "b"}), 1),
    ],
)
def test_lists_that_kubernetes_merges(values: list[Any], expected: Any, fields: int) -> None:
    assert agreed(values, POD) == expected
    assert differing(values, POD) == fields
