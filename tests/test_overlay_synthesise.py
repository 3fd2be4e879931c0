from typing import Any

import pytest

from kgen import yamlio
from kgen.fieldpath import FieldPath
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay.desired import desired_state, wish
from kgen.overlay.edits import Edit, apply_edits
from kgen.overlay.spec import Image, Spec
from kgen.overlay.synthesise import Directives, Overlay, synthesise
from kgen.overlay.verify import prove
from kgen.resource import Body, Resource, ResourceId, ResourceMap


def body(api_version: str, kind: str, name: str, namespace: str = "", **fields: Any) -> Body:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def made(bodies: list[Body], *edits: Edit, directives: Directives | None = None) -> Overlay:
    base = ResourceMap(Resource(each) for each in bodies)
    return synthesise(base, apply_edits(base, edits), edits, directives or Directives("../../base"))


def edit(resource: Body, path: FieldPath, value: Any = 1, reason: str = "because") -> Edit:
    return Edit(ResourceId.of(resource), path, value, reason)


SPEC = FieldPath(("spec", "x"))


def kustomization(overlay: Overlay) -> Any:
    return yamlio.load_legacy(overlay.files["kustomization.yaml"], "k").documents[0].body


def test_nothing_wished_is_an_overlay_of_the_base_alone() -> None:
    overlay = made([body("v1", "Pod", "a", spec={"x": 0})])
    assert overlay.files == {
        "kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
            "resources:\n# nothing is to be changed\n- ../../base\n"
        )
    }
    assert overlay.is_empty


def test_kustomizes_own_fields_come_in_its_order_before_patches() -> None:
    pod = body("v1", "Pod", "a", spec={"x": 0})
    fields = {
        "replicas": [{"name": "a", "count": 1}],
        "namespace": "dev",
        "namePrefix": "p-",
        "images": [{"name": "i"}],
    }
    directives = Directives(
        "../b", fields, {("namespace",): "asked for"}, {"namespace.yaml": body("v1", "Namespace", "dev")}
    )
    overlay = made([pod], edit(pod, SPEC), directives=directives)
    assert list(kustomization(overlay)) == [
        *("apiVersion", "kind", "resources", "namePrefix", "namespace", "images", "replicas", "patches")
    ]
    assert "# asked for\nnamespace: dev\n" in overlay.files["kustomization.yaml"]
    assert overlay.files["namespace.yaml"] == "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: dev\n"


def test_each_resource_has_a_file_of_its_own_also_where_names_meet() -> None:
    twins = [
        body("v1", "Service", "a", spec={}),
        body("v1", "Service", "a", "two", spec={}),
        body("serving.knative.dev/v1", "Service", "a", "two", spec={}),
        body("v1", "Service", "A", spec={}),
        body("rbac.authorization.k8s.io/v1", "Role", "system:a/b", spec={}),
    ]
    overlay = made(twins, *(edit(each, SPEC) for each in twins))
    assert overlay.patched == (
        "patches/service-a.yaml",
        "patches/service-a-two.yaml",
        "patches/service-a-two-serving.knative.dev.yaml",
        "patches/service-a-v1.yaml",
        "patches/role-system-a-b.yaml",
    )


def test_a_json_6902_patch_has_a_full_target_that_matches_nothing_else() -> None:
    twins = [
        body("v1", "Pod", "a.b", spec={"x": "1"}),
        body("v1", "Pod", "a.b", "two", spec={"x": "1"}),
        body("x.org/v1", "Pod", "a.b", spec={"x": "1"}),
    ]
    overlay = made(twins, *(edit(each, SPEC, 1) for each in twins[:2]))
    assert [entry["target"] for entry in kustomization(overlay)["patches"]] == [
        {"group": "^$", "version": "v1", "kind": "Pod", "name": "a\\.b", "namespace": "default"},
        {"group": "^$", "version": "v1", "kind": "Pod", "name": "a\\.b", "namespace": "two"},
    ]


def test_the_reason_stands_above_what_it_explains() -> None:
    pod = body("v1", "Pod", "a", spec={"x": 0, "m": {}})
    whole = [edit(pod, FieldPath(("spec", "m", key)), reason="both") for key in ("p", "q")]
    overlay = made([pod], edit(pod, SPEC, reason="first"), edit(pod, SPEC, 2, reason="second"), *whole)
    assert overlay.files["patches/pod-a.yaml"] == (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n"
        "  # first; second\n  x: 2\n  # both\n  m:\n    p: 1\n    q: 1\n"
    )


def test_a_wish_that_changes_nothing_leaves_no_comment() -> None:
    pod = body("v1", "Pod", "a", spec={"x": 1, "y": 0})
    overlay = made([pod], edit(pod, SPEC, 1, "idle"), edit(pod, FieldPath(("spec", "y")), 1, "busy"))
    assert "idle" not in overlay.files["patches/pod-a.yaml"]


BASE = {
    "/p/base/kustomization.yaml": "resources:\n- web.yaml\n",
    "/p/base/web.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - {name: a, image: i:1}\n---\n"
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec: {replicas: 3}\n"
    ),
}


def wished(spec: Spec) -> tuple[Any, ResourceMap]:
    base = build("/p/base", MemoryFileSystem(BASE), hash_suffixes=False)
    return wish(spec, base), base


def test_the_replicas_of_one_of_two_workloads_with_one_name_are_a_patch() -> None:
    """kustomize's own field knows no kinds and would change both."""
    found, base = wished(Spec(replicas={"Deployment/web": 2}))
    assert "replicas" not in found.directives.fields
    assert [r.body["spec"].get("replicas") for r in desired_state(found, base)] == [2, 3]


@pytest.mark.parametrize(
    ("spec", "brought"),
    [
        (Spec(namespace="dev"), True),
        (Spec(namespace="dev", create_namespace=False), False),
        (Spec(namespace="default"), False),
        (Spec(namespace="kube-system"), False),
        (Spec(), False),
    ],
)
def test_the_namespace_comes_along_where_it_may_be_missing(spec: Spec, brought: bool) -> None:
    found, _ = wished(spec)
    assert list(found.directives.resources) == (["namespace.yaml"] if brought else [])


def test_a_namespace_in_the_base_is_enough() -> None:
    base = ResourceMap([Resource(body("v1", "Namespace", "old"))])
    assert wish(Spec(namespace="dev"), base).directives.resources == {}


def test_the_proof_asks_about_what_was_renamed_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    from kgen.overlay import verify

    asked: list[Any] = []
    monkeypatch.setattr(verify, "_second_opinion", asked.extend)
    found, base = wished(Spec(namespace="dev", name_prefix="x-", images={"i": Image(new_tag="2")}))
    made_of_it = synthesise(base, found.edited, found.edits, found.directives)
    prove("/p/overlays/dev", made_of_it, desired_state(found, base), base, MemoryFileSystem(BASE))
    assert sorted({one.path[:3] for one in asked}) == [
        ("apps/v1", "Deployment/x-web", "dev"),
        ("apps/v1", "StatefulSet/x-web", "dev"),
    ]
