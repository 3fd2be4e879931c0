import pytest

from kgen import yamlio
from kgen.errors import InputError
from kgen.fieldpath import FieldPath
from kgen.overlay.desired import Wish
from kgen.overlay.edits import Edit
from kgen.overlay.handwritten import Handwritten, fold
from kgen.overlay.synthesise import Directives
from kgen.resource import Resource, ResourceMap

FOLDER = "/project/overlays/dev"

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: "web:1"}
      - {name: log, image: "log:1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {LEVEL: info}
"""


def resources(text: str) -> ResourceMap:
    return ResourceMap(Resource(document.body) for document in yamlio.load(text, "base.yaml"))


def wished(base: ResourceMap, *edits: Edit) -> Wish:
    return Wish(base, edits, Directives("../../base"))


def folded(*files: Handwritten, base: str = BASE) -> Wish:
    return fold(wished(resources(base)), files, FOLDER)


def body(wish: Wish, name: str) -> dict[str, object]:
    return next(one.body for one in wish.edited if str(one.id) == name)


def said(wish: Wish) -> list[tuple[str, str]]:
    return [(str(edit.path), edit.reason) for edit in wish.edits]


WEB = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"


def test_without_files_the_wish_stays_what_it_is() -> None:
    wish = wished(resources(BASE))
    assert fold(wish, [], FOLDER) is wish


def test_what_a_patch_is_not_for_stays_as_it_is() -> None:
    base = resources(BASE.replace("kind: ConfigMap", "kind: Odd"))
    wish = fold(wished(base), [Handwritten("edits/web.yaml", WEB + "spec: {replicas: 2}\n")], FOLDER)
    before, after = list(base), list(wish.edited)
    assert after[0].body["spec"]["replicas"] == 2
    assert after[1] is before[1]
    assert wish.is_free


def test_files_apply_in_order_and_a_later_one_patches_what_an_earlier_one_adds() -> None:
    added = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata: {A: '1', B: '1'}\n"
    patch = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata: {B: '2', C: '2'}\n"
    wish = folded(Handwritten("a.yaml", added), Handwritten("b.yaml", patch))
    assert body(wish, "ConfigMap/more")["data"] == {"A": "1", "B": "2", "C": "2"}
    assert [notice.message for notice in wish.notices] == ["ConfigMap/more is new: the base has no such resource"]
    assert [notice.hint for notice in wish.notices] == ["dev/a.yaml adds it"]


def test_a_resource_goes_and_a_generated_one_keeps_its_hash() -> None:
    base = ResourceMap(
        Resource(one.body, one.origin, needs_hash=one.id.gvk.kind == "ConfigMap") for one in resources(BASE)
    )
    patch = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: settings, namespace: shop}\ndata: {LEVEL: debug}\n"
    wish = fold(wished(base), [Handwritten("a.yaml", f"{WEB}$patch: delete\n---\n{patch}")], FOLDER)
    (left,) = wish.edited
    assert (left.body["data"], left.needs_hash) == ({"LEVEL": "debug"}, True)
    assert said(wish) == [('["$patch"]', "a.yaml"), ("data.LEVEL", "a.yaml")]


def test_operations_change_all_that_their_target_selects() -> None:
    operations = "# quiet\n- {op: test, path: /kind, value: Deployment}\n- {op: remove, path: /spec/replicas}\n"
    wish = folded(Handwritten("a.yaml", operations, {"kind": "Dep.*", "labelSelector": "app in (web, api)"}))
    assert "replicas" not in body(wish, "Deployment/web")["spec"]
    assert said(wish) == [("spec.replicas", "a.yaml")]


def test_comments_are_the_reasons_from_the_field_up() -> None:
    patch = (
        WEB
        + "spec:\n  # few people\n  replicas: 2\n  template:\n    spec:\n      # new ones\n      containers:\n"
        + "      # of today\n      - {name: web, image: 'web:2'}\n      - name: log\n        image: log:2\n"
        + "      - {name: more, image: 'more:1'}\n"
    )
    wish = folded(Handwritten("a.yaml", patch))
    assert said(wish) == [
        ("spec.replicas", "few people"),
        ("spec.template.spec.containers[name=web].image", "of today"),
        ("spec.template.spec.containers[name=log].image", "new ones"),
        ("spec.template.spec.containers[name=more].image", "new ones"),
    ]


def test_reasons_of_what_is_overridden_go() -> None:
    base = resources(BASE)
    web = next(iter(base)).id
    edits = [Edit(web, FieldPath(("spec", "replicas")), 1, "a rule"), Edit(web, FieldPath(("kind",)), "", "stays")]
    wish = fold(wished(base, *edits), [Handwritten("a.yaml", WEB + "spec: {replicas: 3}\n")], FOLDER)
    assert said(wish) == [("kind", "stays"), ("spec.replicas", "a.yaml")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WEB.replace("apps/v1", "apps/v1beta1") + "spec: {}\n", "no resource matches the patch Deployment/web"),
        (WEB.replace("web", "wep") + "spec: {replicas: 2}\n", "no resource matches the patch Deployment/wep"),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: b}\n",
            "no resource matches the patch ConfigMap/settings",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n$patch: delete\n",
            "no resource matches the patch ConfigMap/x",
        ),
    ],
)
def test_a_patch_is_never_taken_for_a_new_resource(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        folded(Handwritten("edits/a.yaml", "# first\n---\n" + text))
    assert [(part.message, part.origin) for part in raised.value.parts] == [
        (message, (f"{FOLDER}/edits/a.yaml", 3, None))
    ]


def test_a_resource_of_the_same_name_in_another_namespace_is_new() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: other}\ndata: {A: b}\n"
    assert len(folded(Handwritten("a.yaml", text)).edited) == 3
