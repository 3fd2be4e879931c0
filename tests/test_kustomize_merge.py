import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgen.errors import InputError
from kgen.kustomize.merge import apply
from kgen.yamlio.kinds import Quoted, needs_quotes

POD = {"apiVersion": "v1", "kind": "Pod"}


def pod(**spec: Any) -> dict[str, Any]:
    return POD | {"spec": spec}


@pytest.mark.parametrize(
    ("target", "patch", "expected"),
    [
        pytest.param({"a": 1}, {"b": {"c": 2}}, {"a": 1, "b": {"c": 2}}, id="maps are joined"),
        pytest.param({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"c": 2}}, id="null removes a key"),
        pytest.param({"a": 1}, {"b": None}, {"a": 1}, id="null for what is not there does nothing"),
        pytest.param({}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}, id="nulls in a new map vanish"),
        pytest.param({"a": None}, {"b": 1}, {"a": None, "b": 1}, id="a null that is there stays"),
        pytest.param({"a": {"b": 1}, "c": []}, {"a": {}, "c": []}, {"a": {"b": 1}, "c": []}, id="empty does nothing"),
        pytest.param({"a": [1, 2]}, {"a": [3]}, {"a": [3]}, id="an unknown list is replaced"),
        pytest.param({"a": {"b": 1}}, {"a": {"$patch": "replace", "c": 2}}, {"a": {"c": 2}}, id="$patch: replace"),
        pytest.param({"a": {"b": 1}}, {"a": {"$patch": "delete"}}, {}, id="$patch: delete"),
        pytest.param({"a": {"b": 1}}, {"a": {"$patch": "merge", "c": 2}}, {"a": {"b": 1, "c": 2}}, id="$patch: merge"),
        pytest.param({}, {"a": {"$patch": "odd"}}, {"a": {"$patch": "odd"}}, id="a directive for nothing stays"),
        pytest.param(
            pod(containers=[{"name": "a"}, {"name": "b", "image": "x"}]),
            pod(containers=[{"name": "b", "args": ["1"]}, {"name": "c"}]),
            pod(containers=[{"name": "b", "image": "x", "args": ["1"]}, {"name": "c"}, {"name": "a"}]),
            id="the patch's items come first",
        ),
        pytest.param(
            pod(containers=[{"name": "a"}, {"name": "b"}]),
            pod(containers=[{"name": "a", "$patch": "delete"}]),
            pod(containers=[{"name": "b"}]),
            id="an item is deleted",
        ),
        pytest.param(
            pod(containers=[{"name": "a"}]),
            pod(containers=[{"$patch": "replace"}, {"name": "b"}]),
            pod(containers=[{"name": "b"}]),
            id="a merged list is replaced",
        ),
        pytest.param(
            pod(containers=[{"name": "a"}]),
            pod(containers=[{"$patch": "delete"}]),
            pod(),
            id="a merged list is deleted",
        ),
        pytest.param(
            {**POD, "metadata": {"finalizers": ["a", "b"]}},
            {"metadata": {"finalizers": ["c", "b"]}},
            {**POD, "metadata": {"finalizers": ["c", "b", "a"]}},
            id="a set is joined",
        ),
        pytest.param(
            {"apiVersion": "example.com/v1", "kind": "Thing", "spec": pod(containers=[{"name": "a"}])},
            {"spec": pod(containers=[{"name": "b"}])},
            {"apiVersion": "example.com/v1", "kind": "Thing", "spec": pod(containers=[{"name": "b"}, {"name": "a"}])},
            id="a resource inside a resource is merged by its kind",
        ),
    ],
)
def test_merges_as_kustomize_does(target: Any, patch: Any, expected: Any) -> None:
    before = copy.deepcopy((target, patch))
    assert apply(target, patch) == expected
    assert (target, patch) == before


@pytest.mark.parametrize(
    ("target", "patch", "message"),
    [
        ({"a": {"b": 1}}, {"a": [1]}, "the patch has a list where the resource has a map"),
        ({"a": [1]}, {"a": 1}, "the patch has a scalar where the resource has a list"),
        ({"a": {"b": 1}}, {"a": {"$patch": "odd"}}, "unknown $patch directive 'odd'"),
        (pod(containers=[{"name": "a"}]), pod(containers=[{"$patch": "odd"}]), "unknown $patch directive 'odd'"),
        (
            pod(containers=["a"]),
            pod(containers=[{"name": "b"}]),
            "the list has a scalar among maps that are merged by name",
        ),
    ],
)
def test_says_what_does_not_fit(target: Any, patch: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        apply(target, patch)
    assert caught.value.message == message


def test_a_deleted_resource_is_none() -> None:
    assert apply(POD, {"$patch": "delete"}) is None


_PARTS = st.sampled_from(
    ["a", "a", "yes", "7", ":", " ", "#", "-", "?", "[", "{", "&", "*", "!", "\t", "\r", ".", "~", "é"]
)


@given(st.lists(_PARTS, min_size=1, max_size=4).map("".join))
def test_a_new_text_has_quotes_where_kustomize_sets_some(value: str) -> None:
    merged = apply({}, {"a": value})
    assert merged is not None
    assert isinstance(merged["a"], Quoted) is needs_quotes(value)
