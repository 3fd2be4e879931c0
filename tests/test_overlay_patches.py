import copy
from typing import Any

import jsonpatch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgen.equality import same
from kgen.kustomize import merge
from kgen.overlay.patches import Json6902Patch, StrategicMergePatch, patch_between
from kgen.resource import Body

WEB = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}}
DNS = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "dns"}}
CRD = {"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "w"}}


def pod(*containers: Body, **fields: Any) -> Body:
    return {**WEB, "spec": {"template": {"spec": {"containers": list(containers), **fields}}}}


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        (  # only what changes, under the identity
            {**WEB, "spec": {"replicas": 1, "paused": True}},
            {**WEB, "spec": {"replicas": 2, "paused": True}},
            {**WEB, "spec": {"replicas": 2}},
        ),
        ({**WEB, "spec": {"paused": True}}, {**WEB, "spec": {}}, {**WEB, "spec": {"paused": None}}),
        (
            pod({"name": "web", "image": "a", "resources": {"limits": {"memory": "2Gi"}}}),
            pod(
                {"name": "web", "image": "a", "resources": {"limits": {"memory": "2Gi"}, "requests": {"memory": "1Gi"}}}
            ),
            pod({"name": "web", "resources": {"requests": {"memory": "1Gi"}}}),
        ),
        (  # the merge keys of the base's item, no more and no less
            {**DNS, "spec": {"ports": [{"port": 53}]}},
            {**DNS, "spec": {"ports": [{"port": 53, "nodePort": 30053}]}},
            {**DNS, "spec": {"ports": [{"port": 53, "nodePort": 30053}]}},
        ),
        (
            {**DNS, "spec": {"ports": [{"port": 53, "protocol": "UDP"}]}},
            {**DNS, "spec": {"ports": [{"port": 53, "protocol": "UDP", "nodePort": 30053}]}},
            {**DNS, "spec": {"ports": [{"port": 53, "protocol": "UDP", "nodePort": 30053}]}},
        ),
        (  # a list without merge keys is replaced whole
            {**CRD, "spec": {"modes": ["a", "b"]}},
            {**CRD, "spec": {"modes": ["a"]}},
            {**CRD, "spec": {"modes": ["a"]}},
        ),
        (
            pod({"name": "a"}, {"name": "b"}),
            pod({"name": "a"}),
            pod({"name": "b", "$patch": "delete"}),
        ),
        (  # kustomize puts what a patch names in front, so it names what stays there
            pod({"name": "a"}, {"name": "b", "image": "x"}, {"name": "c"}),
            pod({"name": "a"}, {"name": "b", "image": "y"}, {"name": "c"}),
            pod({"name": "a"}, {"name": "b", "image": "y"}),
        ),
        (
            pod({"name": "a"}, {"name": "b"}, {"name": "c", "image": "x"}, {"name": "d"}),
            pod({"name": "a"}, {"name": "c", "image": "x"}, {"name": "d"}, {"name": "b"}),
            pod({"name": "a"}, {"name": "c"}, {"name": "d"}),
        ),
        (  # a list of maps replaced whole, where operations would be longer
            {**CRD, "spec": {"l": [{"k": "a", "v": 1}]}},
            {**CRD, "spec": {"l": [{"k": "a", "v": 2}, {"k": "b", "v": 1}, {"k": "c", "v": 1}]}},
            {**CRD, "spec": {"l": [{"k": "a", "v": 2}, {"k": "b", "v": 1}, {"k": "c", "v": 1}]}},
        ),
    ],
)
def test_a_strategic_merge_patch_says_only_what_changes(before: Body, after: Body, patch: Body) -> None:
    assert patch_between(before, after) == StrategicMergePatch(patch)


@pytest.mark.parametrize(
    ("before", "after", "operations"),
    [
        (  # kustomize would put the last port in front of the others
            {**DNS, "spec": {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 80}]}},
            {**DNS, "spec": {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 80}, {"port": 81}]}},
            [{"op": "add", "path": "/spec/ports/-", "value": {"port": 81}}],
        ),
        (  # kubectl before 1.31 would read a number
            {**WEB, "data": {"a": "x"}},
            {**WEB, "data": {"a": "x", "1": "y"}},
            [{"op": "add", "path": "/data/1", "value": "y"}],
        ),
        (  # merged over a text in quotes a number becomes a text
            {**WEB, "spec": {"a": "1"}},
            {**WEB, "spec": {"a": 2}},
            [
                {"op": "replace", "path": "/spec/a", "value": 2},
            ],
        ),
        (  # null in a strategic merge patch deletes
            {**WEB, "spec": {"a": 1}},
            {**WEB, "spec": {"a": 1, "strategy": None}},
            [{"op": "add", "path": "/spec/strategy", "value": None}],
        ),
        (  # a name cannot change in a patch that is found by it
            {**CRD, "spec": {}},
            {**CRD, "metadata": {"name": "other"}, "spec": {}},
            [{"op": "replace", "path": "/metadata/name", "value": "other"}],
        ),
        (
            pod({"name": "a"}, volumes=[{"name": "v", "emptyDir": {}}]),
            pod({"name": "a"}, volumes=[{"name": "v", "emptyDir": {}}, {"name": "w", "emptyDir": {}}]),
            [{"op": "add", "path": "/spec/template/spec/volumes/-", "value": {"name": "w", "emptyDir": {}}}],
        ),
        (  # an item between others
            {**CRD, "spec": {"l": [{"name": "a"}, {"name": "c", "x": 1}, "d" * 40]}},
            {**CRD, "spec": {"l": [{"name": "a"}, {"name": "b"}, {"name": "c", "x": 2}, "d" * 40]}},
            [
                {"op": "test", "path": "/spec/l/1/name", "value": "c"},
                {"op": "replace", "path": "/spec/l/1/x", "value": 2},
                {"op": "add", "path": "/spec/l/1", "value": {"name": "b"}},
            ],
        ),
        (  # items that go, the last one first, and one that comes behind all
            {**CRD, "spec": {"l": ["a", "b" * 400, "c", "d" * 40]}},
            {**CRD, "spec": {"l": ["b" * 400, "d" * 40, "e"]}},
            [
                {"op": "test", "path": "/spec/l/2", "value": "c"},
                {"op": "remove", "path": "/spec/l/2"},
                {"op": "test", "path": "/spec/l/0", "value": "a"},
                {"op": "remove", "path": "/spec/l/0"},
                {"op": "add", "path": "/spec/l/-", "value": "e"},
            ],
        ),
        (  # the whole list, where that is shorter; a test of its first item
            {**CRD, "spec": {"n": "1", "l": ["a", "b", "c", "d"]}},
            {**CRD, "spec": {"n": 1, "l": ["d", "c", "b", "a"]}},
            [
                {"op": "replace", "path": "/spec/n", "value": 1},
                {"op": "test", "path": "/spec/l/0", "value": "a"},
                {"op": "replace", "path": "/spec/l", "value": ["d", "c", "b", "a"]},
            ],
        ),
        (  # an item without a text is known by what only it has
            {**CRD, "spec": {"l": [{"in": ["x"], "on": [80, 81]}, {"in": ["x"], "on": [82, 83], "as": ["z" * 90]}]}},
            {**CRD, "spec": {"l": [{"in": ["x"], "on": [80, 81]}, {"in": ["x"], "on": [82], "as": ["z" * 90]}]}},
            [
                {"op": "test", "path": "/spec/l/1/on", "value": [82, 83]},
                {"op": "test", "path": "/spec/l/1/on/1", "value": 83},
                {"op": "remove", "path": "/spec/l/1/on/1"},
            ],
        ),
        (
            {**CRD, "spec": {"a/b~": {}}},
            {**CRD, "spec": {"a/b~": None}},
            [
                {"op": "replace", "path": "/spec/a~1b~0", "value": None},
            ],
        ),
    ],
)
def test_a_json_6902_patch_where_a_strategic_merge_would_not_give_the_state(
    before: Body, after: Body, operations: list[Any]
) -> None:
    assert patch_between(before, after) == Json6902Patch(tuple(operations))


SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", "b"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "name", "x/y"]), inner),
    max_leaves=8,
)
CONTAINERS = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abc")}, optional={"image": SCALARS, "env": VALUES, "args": VALUES}),
    max_size=4,
)
PORTS = st.lists(
    st.fixed_dictionaries({"port": st.sampled_from([53, 80])}, optional={"protocol": st.sampled_from(["TCP", "UDP"])}),
    max_size=3,
)


def bodies(identity: Body, *path: str, items: st.SearchStrategy[Any]) -> st.SearchStrategy[Body]:
    def body(listed: Any, extra: Any) -> Body:
        nested = listed
        for key in reversed(path):
            nested = {key: nested}
        return {**identity, **nested, "extra": extra}

    return st.builds(body, items, VALUES)


PAIRS = st.one_of(
    st.tuples(deployments := bodies(WEB, "spec", "template", "spec", "containers", items=CONTAINERS), deployments),
    st.tuples(services := bodies(DNS, "spec", "ports", items=PORTS), services),
    st.tuples(widgets := bodies(CRD, "spec", "items", items=CONTAINERS), widgets),
)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(PAIRS)
def test_the_patch_applied_to_before_gives_after(pair: tuple[Body, Body]) -> None:
    before, after = pair
    if same(before, after):
        return
    kept = copy.deepcopy(before)
    patch = patch_between(before, after)
    assert same(before, kept)
    if isinstance(patch, StrategicMergePatch):
        assert same(merge.apply(before, patch.body), after)
    else:
        assert same(jsonpatch.apply_patch(before, list(patch.operations)), after)
