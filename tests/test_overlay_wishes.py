"""Any wanted state over a base: which overlay says it."""

import copy
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from oracles import ALL

from kgen import yamlio
from kgen.fieldpath import FieldPath
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay.desired import Wish, desired_state
from kgen.overlay.edits import Edit
from kgen.overlay.patches import Json6902Patch, StrategicMergePatch, patch_between
from kgen.overlay.synthesise import Directives, Overlay
from kgen.overlay.verify import Inexpressible, compose
from kgen.resource import Body, Resource, ResourceMap

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))
import wishes  # beside this folder's tests, for people to run at length

BASE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  a: "1"
  b: "2"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: app
        image: shop/web:1
        envFrom:
        - configMapRef:
            name: settings
      - name: proxy
        image: proxy:1
        args: [--a, --b, --c]
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    spec:
      containers:
      - name: app
        image: shop/web:1
---
apiVersion: example.com/v1
kind: Widget
metadata:
  name: gears
spec:
  teeth: [{name: a, size: 1}, {name: b, size: 2}]
"""
FS = MemoryFileSystem({"/p/base/kustomization.yaml": "resources: [all.yaml]\n", "/p/base/all.yaml": BASE})
Resources = dict[str, Resource]


def resources() -> Resources:
    return {str(one.id): one for one in build("/p/base", FS, hash_suffixes=False)}


def made(change: Callable[[Resources], Any], edits: tuple[Edit, ...] = ()) -> tuple[Overlay, ResourceMap]:
    """The overlay for a change of the base, and what it builds."""
    wanted = resources()
    for resource in wanted.values():
        resource.body = copy.deepcopy(resource.body)
    change(wanted)
    wished = Wish(ResourceMap(wanted.values()), edits, Directives("../../base"), is_free=True)
    base = ResourceMap(resources().values())
    overlay, built = compose("/p/overlays/o", wished, base, FS)
    wish = {one.id.key: one.body for one in desired_state(wished, base)}
    assert {one.id.key: one.body for one in built} == wish
    return overlay, built


def fields(change: Callable[[Resources], Any]) -> Body:
    """The kustomization without its head."""
    body = yamlio.load(made(change)[0].files["kustomization.yaml"], "")[0].body
    assert body.pop("resources")[0] == "../../base"
    return {key: value for key, value in body.items() if key not in ("apiVersion", "kind")}


def pods(found: Resources) -> list[Body]:
    return [found[name].body["spec"]["template"]["spec"] for name in ("Deployment/web", "Job/migrate")]


def each(found: Resources, change: Callable[[Body], Any]) -> None:
    for resource in found.values():
        change(resource.body)


def test_nothing_wished_is_nothing_said() -> None:
    overlay, _ = made(lambda _: None)
    assert list(overlay.files) == ["kustomization.yaml"]
    assert fields(lambda _: None) == {}


def image(*images: str) -> Callable[[Resources], None]:
    def change(found: Resources) -> None:
        for pod, said in zip(pods(found), images, strict=False):
            pod["containers"][0]["image"] = said

    return change


OWN_FIELDS: dict[str, tuple[Callable[[Resources], Any], Body]] = {
    "an image everywhere": (
        image("shop/web:2", "shop/web:2"),
        {"images": [{"name": "shop/web", "newTag": "2"}]},
    ),
    "another registry": (
        image("r:5000/web:2", "r:5000/web:2"),
        {"images": [{"name": "shop/web", "newName": "r:5000/web", "newTag": "2"}]},
    ),
    "another name": (
        image("web:1", "web:1"),
        {"images": [{"name": "shop/web", "newName": "web"}]},
    ),
    "a digest": (
        image("shop/web@sha256:abc", "shop/web@sha256:abc"),
        {"images": [{"name": "shop/web", "digest": "sha256:abc"}]},
    ),
    "replicas": (
        lambda found: found["Deployment/web"].body["spec"].update(replicas=3),
        {"replicas": [{"name": "web", "count": 3}]},
    ),
    "a namespace": (
        lambda found: each(found, lambda body: body["metadata"].update(namespace="dev")),
        {"namespace": "dev"},
    ),
    "labels": (
        lambda found: each(found, lambda body: body["metadata"].setdefault("labels", {}).update(team="a")),
        {"labels": [{"pairs": {"team": "a"}}]},
    ),
    "annotations": (
        lambda found: [
            each(found, lambda body: body["metadata"].update(annotations={"team": "a"})),
            [
                found[name].body["spec"]["template"].setdefault("metadata", {}).update(annotations={"team": "a"})
                for name in ("Deployment/web", "Job/migrate")
            ],
        ],
        {"commonAnnotations": {"team": "a"}},
    ),
}


@pytest.mark.parametrize("name", OWN_FIELDS)
def test_kustomizes_own_fields_come_first(name: str) -> None:
    change, expected = OWN_FIELDS[name]
    assert fields(change) == expected


def test_a_prefix_of_all_names_is_said_once_and_references_follow() -> None:
    def change(found: Resources) -> None:
        each(found, lambda body: body["metadata"].update(name=f"dev-{body['metadata']['name']}-x"))
        pods(found)[0]["containers"][0]["envFrom"][0]["configMapRef"]["name"] = "dev-settings-x"

    assert fields(change) == {"namePrefix": "dev-", "nameSuffix": "-x"}


def test_a_prefix_that_references_should_not_follow_is_no_prefix() -> None:
    def change(found: Resources) -> None:
        each(found, lambda body: body["metadata"].update(name=f"dev-{body['metadata']['name']}"))

    assert "namePrefix" not in fields(change)


def labelled(found: Resources, *paths: tuple[str, ...]) -> None:
    each(found, lambda body: body["metadata"].setdefault("labels", {}).update(team="a"))
    for path in paths:
        node = found[path[0]].body
        for key in path[1:]:
            node = node.setdefault(key, {})
        node["team"] = "a"


TEMPLATES = tuple((name, "spec", "template", "metadata", "labels") for name in ("Deployment/web", "Job/migrate"))


def test_labels_of_templates_and_selectors() -> None:
    assert fields(lambda found: labelled(found, *TEMPLATES)) == {
        "labels": [{"pairs": {"team": "a"}, "includeTemplates": True}]
    }
    selector = ("Deployment/web", "spec", "selector", "matchLabels")
    assert fields(lambda found: labelled(found, *TEMPLATES, selector)) == {
        "labels": [{"pairs": {"team": "a"}, "includeSelectors": True}]
    }


def test_an_image_of_one_container_alone_is_a_patch() -> None:
    said = fields(image("shop/web:2"))
    assert said == {"patches": [{"path": "patches/deployment-web.yaml"}]}


def test_a_wish_beside_a_field_for_all_says_only_the_rest() -> None:
    def change(found: Resources) -> None:
        each(found, lambda body: body["metadata"].setdefault("labels", {}).update(team="a"))
        found["ConfigMap/settings"].body["metadata"]["labels"]["x"] = "y"

    text = made(change)[0].files["patches/configmap-settings.yaml"]
    assert yamlio.load(text, "")[0].body["metadata"] == {"name": "settings", "labels": {"x": "y"}}


def test_a_resource_goes() -> None:
    overlay, _ = made(lambda found: found.pop("Job/migrate"))
    assert overlay.files["patches/job-migrate.yaml"] == (
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n$patch: delete\n"
    )


def test_a_resource_comes_with_its_reason() -> None:
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
    added = Resource(body)
    edit = Edit(added.id, FieldPath(), body, "people want to see it")
    overlay, _ = made(lambda found: found.update(new=added), (edit,))
    assert "- resources/service-web.yaml\n" in overlay.files["kustomization.yaml"]
    assert overlay.files["resources/service-web.yaml"].startswith("# people want to see it\napiVersion: v1\n")


def test_a_resource_gets_another_name_and_references_follow() -> None:
    def change(found: Resources) -> None:
        found["ConfigMap/settings"].body["metadata"]["name"] = "options"
        pods(found)[0]["containers"][0]["envFrom"][0]["configMapRef"]["name"] = "options"

    overlay, _ = made(change)
    assert list(overlay.files) == ["kustomization.yaml", "patches/configmap-settings.yaml"]


def test_a_resource_gets_another_name_and_a_reference_stays() -> None:
    overlay, _ = made(lambda found: found["ConfigMap/settings"].body["metadata"].update(name="options"))
    assert list(overlay.files) == [
        "kustomization.yaml",
        "resources/configmap-options.yaml",
        "patches/configmap-settings.yaml",
    ]
    assert "$patch: delete" in overlay.files["patches/configmap-settings.yaml"]


def test_references_to_what_goes_stay_as_the_base_builds_them() -> None:
    """kustomize follows them at the end only: without its Secret the prefix of the base would be gone."""
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {volumes: [{name: v, secret: {secretName: key}}]}\n"
    key = "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\n"
    texts = {"kustomization.yaml": "namePrefix: p-\nresources: [all.yaml]\n", "all.yaml": f"{pod}---\n{key}"}
    fs = MemoryFileSystem({f"/p/base/{name}": text for name, text in texts.items()})
    base = build("/p/base", fs, hash_suffixes=False)
    wanted = Wish(ResourceMap(one for one in base if one.id.gvk.kind == "Pod"), (), Directives("../../base"))
    overlay, (built,) = compose("/p/overlays/o", wanted, base, fs)
    assert built.body["spec"]["volumes"][0]["secret"]["secretName"] == "p-key"
    assert sorted(overlay.files) == ["kustomization.yaml", "patches/pod-p-web.yaml", "patches/secret-p-key.yaml"]


SPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: logs}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shop}
spec: {template: {spec: {containers: [{name: app, image: "shop/web:1"}]}}}
"""


def spaced(change: Callable[[Resources], Any], text: str = SPACE) -> tuple[Body, list[str]]:
    """The kustomization without its head, and the overlay's other files, over a base of namespaces."""
    fs = MemoryFileSystem({"/p/base/kustomization.yaml": "resources: [all.yaml]\n", "/p/base/all.yaml": text})
    wanted = {str(one.id): one for one in build("/p/base", fs, hash_suffixes=False)}
    change(wanted)
    wished = Wish(ResourceMap(wanted.values()), (), Directives("../../base"), is_free=True)
    overlay, _ = compose("/p/overlays/o", wished, build("/p/base", fs, hash_suffixes=False), fs)
    body = yamlio.load(overlay.files["kustomization.yaml"], "")[0].body
    said = {key: value for key, value in body.items() if key not in ("apiVersion", "kind", "resources", "patches")}
    return said, list(overlay.files)[1:]


def moved(found: Resources) -> None:
    for name in ("Service/web", "Job/migrate"):
        found[name].body["metadata"]["namespace"] = "dev"


def test_a_namespace_moves_with_what_is_in_it() -> None:
    def change(found: Resources) -> None:
        moved(found)
        found["Namespace/shop"].body["metadata"] = {"name": "dev", "labels": {"a": "b"}}

    text = SPACE.replace(SPACE.split("---\n")[1] + "---\n", "")
    assert spaced(change, text) == ({"namespace": "dev"}, ["patches/namespace-shop.yaml"])


def test_fields_that_suffice_are_used_where_another_one_would_fail() -> None:
    """The field namespace would give two Namespaces one name."""

    def change(found: Resources) -> None:
        moved(found)
        each(found, lambda body: body["metadata"].setdefault("labels", {}).update(team="a"))
        found["Job/migrate"].body["spec"]["template"]["spec"]["containers"][0]["image"] = "shop/web:2"

    assert spaced(change) == (
        {"labels": [{"pairs": {"team": "a"}}], "images": [{"name": "shop/web", "newTag": "2"}]},
        ["patches/service-web.yaml", "patches/job-migrate.yaml"],
    )


def test_labels_reach_templates_that_have_no_metadata_yet_if_all_do() -> None:
    def change(found: Resources) -> None:
        each(found, lambda body: body["metadata"].setdefault("labels", {}).update(team="a"))
        found["Job/migrate"].body["spec"]["template"]["metadata"] = {"labels": {"team": "a"}}

    assert spaced(change) == ({"labels": [{"pairs": {"team": "a"}, "includeTemplates": True}]}, [])
    assert fields(lambda found: labelled(found, TEMPLATES[0])) == {
        "labels": [{"pairs": {"team": "a"}}],
        "patches": [{"path": "patches/deployment-web.yaml"}],
    }


def test_a_resource_gets_another_name_and_another_one_its_old_name() -> None:
    def change(found: Resources) -> None:
        one = found["ConfigMap/settings"]
        found["other"] = other = Resource(copy.deepcopy(one.body), None, (one.id,))
        other.body["metadata"]["name"] = "options"
        one.body["data"] = {"c": "3"}

    assert list(made(change)[0].files) == [
        "kustomization.yaml",
        "resources/configmap-options.yaml",
        "patches/configmap-settings.yaml",
    ]


def test_a_key_without_a_value_stays_as_operations_leave_it() -> None:
    """A strategic merge drops it, wherever in the resource it stands."""
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  externalIPs:\n  type: ClusterIP\n"
    fs = MemoryFileSystem({"/p/base/kustomization.yaml": "resources: [all.yaml]\n", "/p/base/all.yaml": text})
    base = build("/p/base", fs)
    wanted = ResourceMap([Resource({**one.body, "spec": {"externalIPs": None, "type": "NodePort"}}) for one in base])
    overlay, _ = compose("/p/o", Wish(wanted, (), Directives("../base")), base, fs)
    assert overlay.files["patches/service-web.yaml"] == ("- op: replace\n  path: /spec/type\n  value: NodePort\n")


def test_a_content_hash_is_followed_where_only_the_base_knows_the_reference() -> None:
    texts = {
        "kustomization.yaml": (
            "resources: [all.yaml]\nconfigurations: [names.yaml]\nsecretGenerator: [{name: values, literals: [a=b]}]\n"
        ),
        "names.yaml": "nameReference: [{kind: Secret, version: v1, fieldSpecs: [{path: spec/from, kind: Release}]}]\n",
        "all.yaml": "apiVersion: example.com/v1\nkind: Release\nmetadata: {name: r}\nspec: {from: values}\n",
    }
    fs = MemoryFileSystem({f"/p/base/{name}": text for name, text in texts.items()})
    base = build("/p/base", fs, hash_suffixes=False)
    wanted = ResourceMap(replace(one, body=copy.deepcopy(one.body)) for one in base)
    release = next(one for one in wanted if one.id.gvk.kind == "Release")
    release.body["spec"]["version"] = 2
    _, built = compose("/p/o", Wish(wanted, (), Directives("../base")), base, fs)
    assert {one.id.gvk.kind: one.body.get("spec") for one in built} == {
        "Release": {"from": "values-k695gkmbtk", "version": 2},
        "Secret": None,
    }


UNREADABLE = """\
apiVersion: apps/v1
kind: DeploymentInDisguise
metadata:
  name: web
spec:
  template:
    spec:
      volumes:
      - configMap: settings
        name: a
"""
REVEALED = """\
# kustomize cannot take this as it is: it comes as another kind, which this patch puts right
- op: replace
  path: /kind
  value: Deployment
"""


def disguised(before: str, after: Body, kubectl: str | None = None, folder: Path | None = None) -> Overlay:
    """The overlay over a base of one resource, as every engine builds it."""
    fs = MemoryFileSystem({"/p/base/kustomization.yaml": "resources: [all.yaml]\n", "/p/base/all.yaml": before})
    base = build("/p/base", fs, hash_suffixes=False)
    overlay, built = compose(
        "/p/o", Wish(ResourceMap([Resource(after)]), (), Directives("../base"), is_free=True), base, fs
    )
    assert [one.body for one in built] == [after]
    if kubectl and folder:
        for path, text in {"base/kustomization.yaml": "resources: [all.yaml]\n", "base/all.yaml": before}.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
        for path, text in overlay.files.items():
            (folder / "o" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "o" / path).write_text(text)
        said = subprocess.run([kubectl, "kustomize", str(folder / "o")], capture_output=True, text=True, check=True)
        assert said.stdout == yamlio.dump([after])
    return overlay


DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n"
WIDGET = (
    "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"
    "spec: {big: 12345678901234567890, list: [{a: 1}, {a: 2}], text: '1'}\n"
)


def unreadable() -> Body:
    body: Body = yamlio.load(UNREADABLE, "")[0].body
    return {**body, "kind": "Deployment"}


def test_what_kustomize_cannot_read_comes_as_another_kind() -> None:
    """It looks for name references by the kind that it read, and a text where one has a map is an error."""
    overlay = disguised(DEPLOYMENT, unreadable())
    assert overlay.files == {
        "kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
            "resources:\n- ../base\n- resources/deployment-web.yaml\n"
            "patches:\n- path: patches/deployment-web.yaml\n- path: patches/deployment-web-apps.yaml\n"
            "  target:\n    group: apps\n    version: v1\n    kind: DeploymentInDisguise\n    name: web\n"
        ),
        "resources/deployment-web.yaml": UNREADABLE,
        "patches/deployment-web.yaml": (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n$patch: delete\n"
        ),
        "patches/deployment-web-apps.yaml": REVEALED,
    }


def test_large_numbers_keep_their_digits() -> None:
    """JSON 6902 operations anywhere in a resource cost them, so the longer strategic merge patch it is."""
    wanted: Body = yamlio.load(WIDGET, "")[0].body
    wanted["spec"]["list"][1]["a"] = 3
    assert list(disguised(WIDGET, wanted).files) == ["kustomization.yaml", "patches/widget-w.yaml"]
    wanted["spec"]["text"] = 1  # no strategic merge patch takes the quotes off
    overlay = disguised(WIDGET, wanted)
    assert overlay.files["patches/widget-w-example.com.yaml"].endswith(
        "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\n"
    )
    assert "allowKindChange: true" in overlay.files["kustomization.yaml"]


def test_only_what_is_wrong_comes_in_disguise() -> None:
    """A reference stays while what it named gets another name: that is said without a disguise."""
    spec = "{template: {spec: {volumes: [{name: v, configMap: {name: c}}]}}}"
    texts = f"{DEPLOYMENT.partition('spec')[0]}spec: {spec}\n---\n{WIDGET}"
    texts += "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    fs = MemoryFileSystem({"/p/base/kustomization.yaml": "resources: [all.yaml]\n", "/p/base/all.yaml": texts})
    base = build("/p/base", fs)
    wanted = ResourceMap(replace(one, body=copy.deepcopy(one.body)) for one in base)
    found = {one.id.gvk.kind: one for one in wanted}
    found["ConfigMap"].body["metadata"]["name"] = "d"
    found["ConfigMap"].previous_ids = (base_id := next(one.id for one in base if one.id.gvk.kind == "ConfigMap"),)
    found["Widget"].body["spec"]["text"] = 1
    wished = Wish(ResourceMap(wanted), (), Directives("../base"), is_free=True)
    overlay, built = compose("/p/o", wished, base, fs)
    assert base_id not in built
    assert {one.id.key: one.body for one in built} == {one.id.key: one.body for one in wished.edited}
    assert [path for path, text in overlay.files.items() if "InDisguise" in text] == [
        "kustomization.yaml",
        "resources/widget-w.yaml",
    ]


@pytest.mark.parametrize("name", ALL or ["no kubectl"])
def test_every_kubectl_reveals_what_comes_in_disguise(name: str, tmp_path: Path) -> None:
    if name not in ALL or not name.startswith("kubectl"):
        pytest.skip(f"{name}: no kubectl to ask")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    disguised(DEPLOYMENT, unreadable(), ALL[name].command[0], tmp_path / "one")
    wanted: Body = yamlio.load(WIDGET, "")[0].body
    wanted["spec"]["text"] = 1
    disguised(WIDGET, wanted, ALL[name].command[0], tmp_path / "two")


def test_what_only_looks_like_a_change_needs_no_patch() -> None:
    """kustomize leaves no empty annotations."""

    def change(found: Resources) -> None:
        found["ConfigMap/settings"].body["metadata"]["annotations"] = {}

    assert list(made(change)[0].files) == ["kustomization.yaml"]


def test_what_kustomize_cannot_read_is_told() -> None:
    texts = {"kustomization.yaml": "kind: Component\nresources: [all.yaml]\n", "all.yaml": BASE}
    fs = MemoryFileSystem({f"/p/base/{name}": text for name, text in texts.items()})
    base = build("/p/base", FS)
    with pytest.raises(Inexpressible) as raised:
        compose("/p/overlays/o", Wish(base, (), Directives("../../base"), is_free=True), base, fs)
    assert raised.value.message == "no overlay makes this: the overlay does not build: '../../base' is a Component"
    assert (
        raised.value.hint == "leave this change out, or make it in the base; if kustomize can do it, please report it"
    )


LIST = {"apiVersion": "example.com/v1", "kind": "W", "metadata": {"name": "w"}}


@pytest.mark.parametrize(
    ("before", "after", "form"),
    [
        ({"a": 1}, {"a": 2}, StrategicMergePatch),
        ({"a": ["x"] * 40}, {"a": [*["x"] * 39, "y"]}, Json6902Patch),
        ({"a": "1"}, {"a": 1}, Json6902Patch),
        ({"a": 1, "b": 2}, {"b": 2}, StrategicMergePatch),
    ],
)
def test_the_shorter_form_of_a_patch_wins(before: Body, after: Body, form: type) -> None:
    assert isinstance(patch_between({**LIST, "spec": before}, {**LIST, "spec": after}), form)


@pytest.mark.parametrize("seed", range(25))
def test_random_wishes_are_made(seed: int) -> None:
    """The proof is in compose; kubectl is asked below, and at length by tests/fuzz/wishes.py."""
    base = ResourceMap(resources().values())
    wanted = Wish(wishes.wished(random.Random(seed), base), (), Directives("../../base"), is_free=True)  # noqa: S311
    try:
        compose("/p/overlays/o", wanted, base, FS)
    except Exception as error:  # noqa: BLE001  # what kustomize itself refuses has many names
        assert type(error).__name__ in ("Inexpressible", "InputError")  # noqa: PT017


@pytest.mark.parametrize("name", ALL or ["no kubectl"])
def test_every_kubectl_builds_what_was_wished(name: str, tmp_path: Path) -> None:
    if name not in ALL or not name.startswith("kubectl"):
        pytest.skip(f"{name}: no kubectl to ask")
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "kustomization.yaml").write_text("resources: [all.yaml]\n")
    (folder / "all.yaml").write_text(BASE)
    base = wishes.Base.of(str(folder), [ALL[name].command[0]])
    assert base.judges
    said = [wishes.judged(seed, base, minimal=False) for seed in range(8)]
    assert [one for one in said if one[0] not in wishes.FINE] == []


def test_a_fuzz_run_says_what_it_found() -> None:
    if not any(name.startswith("kubectl") for name in ALL):
        pytest.skip("no kubectl to ask")
    script = str(Path(__file__).parent / "fuzz" / "wishes.py")
    ran = subprocess.run([sys.executable, script, "--seeds", "0:2"], capture_output=True, text=True, check=True)
    assert ran.stdout == "{'right': 2}\n"
