import copy
from typing import Any

import jsonpatch
import pytest

from kgen.errors import InputError
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.kustomize.json6902 import apply, operations

BODY: dict[str, Any] = {"a": {"b": [1, 2, 3]}, "c/d": "x", "n": None}
STANDARD = [
    [{"op": "add", "path": "/a/b/-", "value": 4}],
    [{"op": "add", "path": "/a/b/1", "value": {"k": "v"}}],
    [{"op": "remove", "path": "/a/b/0"}],
    [{"op": "remove", "path": "/c~1d"}],
    [{"op": "replace", "path": "/a/b/2", "value": None}],
    [{"op": "move", "from": "/a/b", "path": "/moved"}],
    [{"op": "copy", "from": "/a", "path": "/a/copied"}],
    [{"op": "test", "path": "/a/b", "value": [1, 2, 3]}, {"op": "replace", "path": "/a", "value": 1}],
]


@pytest.mark.parametrize("patch", STANDARD)
def test_agrees_with_the_standard(patch: list[dict[str, Any]]) -> None:
    before = copy.deepcopy(BODY)
    assert apply(BODY, operations(patch)) == jsonpatch.apply_patch(BODY, patch)
    assert before == BODY


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        pytest.param(
            {"op": "replace", "path": "/new", "value": 1}, {**BODY, "new": 1}, id="replace makes what is missing"
        ),
        pytest.param({"op": "add", "path": "/n"}, BODY, id="a missing value is null"),
        pytest.param(
            {"op": "add", "path": "/a/b/-1", "value": 9}, {**BODY, "a": {"b": [1, 2, 3, 9]}}, id="from the end"
        ),
        pytest.param({"op": "remove", "path": "/a/b/-1"}, {**BODY, "a": {"b": [1, 2]}}, id="remove from the end"),
        pytest.param({"op": "test", "path": "/missing", "value": None}, BODY, id="what is missing is null"),
        pytest.param({"op": "replace", "path": "", "value": {"k": 1}}, {"k": 1}, id="everything"),
        pytest.param({"op": "add", "path": "/n", "value": 2**53 + 1}, {**BODY, "n": 2**53}, id="numbers are floats"),
        pytest.param({"op": "add", "path": "/n", "value": 2**60}, {**BODY, "n": 1152921504606847000}, id="few digits"),
    ],
)
def test_differs_from_the_standard_as_kustomize_does(operation: dict[str, Any], expected: Any) -> None:
    assert apply(BODY, operations([operation])) == expected


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ({"op": "remove", "path": "/x"}, "JSON 6902 remove at '/x' fails: there is no 'x'"),
        ({"op": "add", "path": "/x/y"}, "JSON 6902 add at '/x/y' fails: there is no map or list at 'x'"),
        ({"op": "add", "path": "/a/b/5"}, "JSON 6902 add at '/a/b/5' fails: '5' is no position in a list of 4"),
        ({"op": "replace", "path": "/a/b/-"}, "JSON 6902 replace at '/a/b/-' fails: '-' is no position in a list of 3"),
        ({"op": "test", "path": "/a/b/0", "value": True}, "JSON 6902 test at '/a/b/0' fails: the value is another"),
        ({"op": "add", "path": "x"}, "JSON 6902 add at 'x' fails: the path 'x' does not begin with '/'"),
        ({"op": "put", "path": "/x"}, "unknown JSON 6902 operation 'put'"),
        ({"op": "add"}, "the JSON 6902 operation add needs path, a text"),
        ({"op": "move", "path": "/x"}, "the JSON 6902 operation move needs from, a text"),
        ({"op": "replace", "path": "", "value": [1]}, "the JSON 6902 patch leaves something else than a map"),
    ],
)
def test_says_which_operation_fails(operation: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        apply(BODY, operations([operation]))
    assert caught.value.message == message


@pytest.mark.parametrize("data", [{"op": "add"}, "x", None, ["x"]])
def test_a_patch_is_a_list_of_maps(data: Any) -> None:
    with pytest.raises(InputError) as caught:
        operations(data)
    assert caught.value.message == "a JSON 6902 patch is a list of operations, each a map with op and path"


@pytest.mark.parametrize(
    ("patch", "place"),
    [
        ("- op: test\n  path: /kind\n  value: Foo\n- op: remove\n  path: /no\n", "p.yaml:4:1"),
        ('[{"op": "test", "path": "/kind", "value": "Foo"},\n  {"op": "remove", "path": "/no"}]\n', "p.yaml:2:3"),
        ('[{"op": "remove", "path": "/no", "value": "\\ud800"}]\n', "p.yaml"),  # JSON that is no YAML
    ],
)
def test_an_operation_that_fails_is_told_with_its_line(patch: str, place: str) -> None:
    files = {
        "/a/kustomization.yaml": "resources: [r.yaml]\npatches: [{path: p.yaml, target: {kind: Foo}}]\n",
        "/a/r.yaml": "{apiVersion: v1, kind: Foo, metadata: {name: foo}}\n",
        "/a/p.yaml": patch,
    }
    with pytest.raises(InputError) as caught:
        build("/a", MemoryFileSystem(files))
    assert str(caught.value.origin) == f"/a/{place}"
    assert caught.value.message == "JSON 6902 remove at '/no' fails: there is no 'no' in Foo/foo"
