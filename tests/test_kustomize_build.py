"""What `build` offers beyond the text it makes."""

import pytest

from kgen.errors import InputError, Origin
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.kustomize.legacy import Oddity
from kgen.resource import Body, Gvk, ResourceId

CONFIG_MAP = Gvk("", "v1", "ConfigMap")
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: pod}
spec: {volumes: [{configMap: {name: made}}]}
"""


def files(**texts: str) -> MemoryFileSystem:
    return MemoryFileSystem({f"/r/{name.replace('__', '.')}": text for name, text in texts.items()})


def test_a_resource_tells_where_it_was_made_and_what_it_was_called() -> None:
    fs = files(
        kustomization__yaml="namePrefix: p-\nresources: [pod.yaml]\nconfigMapGenerator:\n- name: made\n",
        pod__yaml=f"# the pod\n{POD}",
    )
    made, pod = build("/r", fs)
    assert pod.origin == Origin("/r/pod.yaml", 2)
    assert pod.previous_ids == (ResourceId(Gvk("", "v1", "Pod"), "default", "pod"),)
    assert made.origin == Origin("/r/kustomization.yaml", 4, 1)
    assert [one.name for one in made.previous_ids] == ["made", "p-made"]
    assert made.needs_hash


def test_without_hashes_names_and_references_stay_plain() -> None:
    fs = files(kustomization__yaml="resources: [pod.yaml]\nconfigMapGenerator: [{name: made}]", pod__yaml=POD)
    made, pod = build("/r", fs, hash_suffixes=False)
    assert (made.id.name, made.needs_hash) == ("made", True)
    assert pod.body["spec"]["volumes"][0]["configMap"]["name"] == "made"


def test_u0085_is_what_it_becomes_where_it_is_printed() -> None:
    """What the next one reads, a cluster too, never has it; a text that cannot be printed says so there."""
    said = 'data: {a: "x\\N y", b: ["\\N"], c: "\\N--- "}\n'
    fs = files(kustomization__yaml="resources: [a.yaml]", a__yaml=f"kind: Lines\nmetadata: {{name: a}}\n{said}")
    (made,) = build("/r", fs)
    assert made.body["data"] == {"a": "x y", "b": [" "], "c": "\x85--- "}


def test_the_order_of_the_files_can_be_kept() -> None:
    fs = files(kustomization__yaml="resources: [pod.yaml]\nconfigMapGenerator: [{name: made}]", pod__yaml=POD)
    assert [resource.id.gvk.kind for resource in build("/r", fs, reorder="none")] == ["Pod", "ConfigMap"]


def test_files_above_are_read_only_when_that_is_allowed() -> None:
    fs = MemoryFileSystem({"/r/k/kustomization.yaml": "resources: [../pod.yaml]", "/r/pod.yaml": POD})
    with pytest.raises(InputError):
        build("/r/k", fs)
    assert len(build("/r/k", fs, restricted=False)) == 1


def test_oddities_are_told_and_built_all_the_same() -> None:
    fs = files(
        kustomization__yaml="namespace: a\nnamespace: b\nresources: [pod.yaml]\n"
        "patches: [{path: ops.yaml, target: {kind: Pod}}]\n---\nnamespace: c\n",
        ops__yaml="- {op: remove, path: /spec}\n---\n- {op: remove, path: /metadata}\n",
        pod__yaml=POD,
    )
    oddities: list[Oddity] = []
    (pod,) = build("/r", fs, oddities=oddities)
    assert pod.body["metadata"]["namespace"] == "b"
    assert "spec" not in pod.body
    assert [f"{oddity.origin}: {oddity.message}" for oddity in oddities] == [
        "/r/kustomization.yaml:2:1: duplicate key 'namespace', first at line 1: kustomize takes this one",
        "/r/kustomization.yaml:6: only the first document of this file counts",
        "/r/ops.yaml:3: only the first document of this file counts",
    ]


@pytest.mark.parametrize("garbage", ["{", "...", "a: b: c", "- *a", "x: !!int abc\ny: ["])
def test_what_is_behind_the_first_document_need_not_be_yaml(garbage: str) -> None:
    fs = files(kustomization__yaml=f"resources: [pod.yaml]\n---\n{garbage}\n", pod__yaml=POD)
    oddities: list[Oddity] = []
    assert len(build("/r", fs, oddities=oddities)) == 1
    told = [] if garbage == "..." else ["only the first document of this file counts"]  # that is an empty one
    assert [oddity.message for oddity in oddities] == told


def test_an_unused_variable_is_odd() -> None:
    text = "resources: [pod.yaml]\nvars:\n- {name: V, objref: {kind: Pod, name: pod, apiVersion: v1}}\n"
    oddities: list[Oddity] = []
    build("/r", files(kustomization__yaml=text, pod__yaml=POD), oddities=oddities)
    assert oddities == [Oddity("the variable V stands nowhere", Origin("/r/kustomization.yaml", 3, 3))]


def test_the_data_is_plain() -> None:
    text = "resources: [pod.yaml]\npatches: [{path: p.yaml}]\n"
    patch = (
        'apiVersion: v1\nkind: Pod\nmetadata: {name: pod, annotations: {a: 0x10}}\nspec: {a: "q", n: 0x10, b: True}\n'
    )
    (pod,) = build("/r", files(kustomization__yaml=text, pod__yaml=POD, p__yaml=patch))
    spec = pod.body["spec"]
    assert [type(spec[key]) for key in "anb"] == [str, int, bool]
    assert type(pod.body["metadata"]["annotations"]["a"]) is str


def test_each_listed_resource_can_be_amended_once_before_the_fields_apply() -> None:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"
    texts = {
        "/p/kustomization.yaml": "resources: [a.yaml, b.yaml]\ncomponents: [c]\nnamePrefix: x-\n",
        "/p/a.yaml": one % "a",
        "/p/b.yaml": one % "b",
        "/p/c/kustomization.yaml": "kind: Component\nresources: [d.yaml]\n",
        "/p/c/d.yaml": one % "d",
    }
    asked = []

    def amend(identity: ResourceId, body: Body) -> Body | None:
        asked.append(identity.name)
        return {**body, "data": {"k": "v"}} if identity.name == "a" else None

    built = build("/p", MemoryFileSystem(texts), amend=amend)
    assert asked == ["a", "b"]
    assert [(resource.id.name, resource.body.get("data")) for resource in built] == [("x-a", {"k": "v"}), ("x-d", None)]
