"""Where every field of a build comes from."""

from pathlib import Path
from typing import Any

import build_cases
import pytest

from kgen.errors import InputError, KgenError, Origin
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.kustomize.tracing import paired
from kgen.origins import Change, FieldOrigin, FieldOrigins, children

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: side
        image: side:1
      - name: web
        image: web:1
        args: [a, b]
"""
BASE = {"/base/kustomization.yaml": "resources: [web.yaml]\n", "/base/web.yaml": DEPLOYMENT}


def origins(kustomization: str, **more: str) -> FieldOrigins:
    """The origins of the last resource of an overlay over the base."""
    texts = {f"/over/{name.replace('__', '.')}": text for name, text in more.items()}
    fs = MemoryFileSystem({**BASE, "/over/kustomization.yaml": kustomization, **texts})
    found = list(build("/over", fs, origins=True))[-1].origins
    assert found is not None
    return found


def change(by: str, origin: str, asked_at: str) -> Change:
    return Change(by, place(origin), place(asked_at))


def place(text: str) -> Origin:
    path, *numbers = text.split(":")
    return Origin(path, *map(int, numbers))


WEB = ("spec", "template", "spec", "containers", 1)


def test_without_being_asked_a_build_tells_no_fields() -> None:
    (web,) = build("/base", MemoryFileSystem(BASE))
    assert web.origins is None


def test_a_field_of_a_file_is_made_by_its_line() -> None:
    found = origins("resources: [../base]\n")
    assert found.at("spec", "replicas") == FieldOrigin(place("/base/web.yaml:6:3"))
    assert found.at(*WEB, "image") == FieldOrigin(place("/base/web.yaml:13:9"))
    assert found.at(*WEB, "args", 1) == FieldOrigin(place("/base/web.yaml:14:19"))
    assert found.at() == FieldOrigin(place("/base/web.yaml:1:1"))


def test_what_is_not_there_comes_from_its_nearest_parent() -> None:
    assert origins("resources: [../base]\n").at(*WEB, "ports", 3) == FieldOrigin(place("/base/web.yaml:12:7"))


def test_a_strategic_merge_patch_is_blamed_by_its_line_though_items_move() -> None:
    patch = """\
# faster
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: web
        image: web:2
        env:
        - {name: A, value: b}
"""
    found = origins("resources: [../base]\npatches:\n- path: web.yaml\n", web__yaml=patch)
    asked = "/over/kustomization.yaml:3:3"
    first = (*WEB[:-1], 0)  # a merged item comes first
    assert found.at("spec", "replicas") == FieldOrigin(
        place("/base/web.yaml:6:3"), change("patches", "/over/web.yaml:6:3", asked)
    )
    assert found.at(*first, "image") == FieldOrigin(
        place("/base/web.yaml:13:9"), change("patches", "/over/web.yaml:11:9", asked)
    )
    assert found.at(*first, "name") == FieldOrigin(place("/base/web.yaml:12:9"))
    added = change("patches", "/over/web.yaml:13:21", asked)
    assert found.at(*first, "env", 0, "value") == FieldOrigin(added.origin, added)
    assert found.at(*WEB, "image") == FieldOrigin(place("/base/web.yaml:11:9"))


JSON6902 = """\
- op: replace
  path: /spec/replicas
  value: 2
- op: add
  path: /spec/template/spec/containers/1/args/-
  value: c
"""


def test_a_json_6902_patch_is_blamed_by_the_operation() -> None:
    kustomization = "resources: [../base]\npatches:\n- target: {kind: Deployment}\n  path: web.yaml\n"
    found = origins(kustomization, web__yaml=JSON6902)
    asked = "/over/kustomization.yaml:3:3"
    assert found.at("spec", "replicas").changed == change("patches", "/over/web.yaml:1:1", asked)
    assert found.at(*WEB, "args", 2).changed == change("patches", "/over/web.yaml:4:1", asked)
    assert found.at(*WEB, "args", 1).changed is None


def test_a_patch_written_in_place_is_blamed_by_its_line_in_the_kustomization() -> None:
    lines = "".join(f"    {line}\n" for line in JSON6902.splitlines())
    kustomization = f"resources: [../base]\npatches:\n- target: {{kind: Deployment}}\n  patch: |-\n{lines}"
    found = origins(kustomization)
    asked = "/over/kustomization.yaml:3:3"
    assert found.at("spec", "replicas").changed == change("patches", "/over/kustomization.yaml:5:5", asked)
    assert found.at(*WEB, "args", 2).changed == change("patches", "/over/kustomization.yaml:8:5", asked)


FIELDS = {
    "namePrefix": ("namePrefix: p-", ("metadata", "name"), 2),
    "nameSuffix": ("nameSuffix: -s", ("metadata", "name"), 2),
    "namespace": ("namespace: ns", ("metadata", "namespace"), 2),
    "replicas": ("replicas:\n- {name: web, count: 3}\n- {name: web, count: 2}", ("spec", "replicas"), 4),
    "images": ("images:\n- {name: side, newTag: x}\n- {name: web, newTag: x}", (*WEB, "image"), 4),
    "commonLabels": ("commonLabels:\n  a: b\n  c: d", ("metadata", "labels", "c"), 4),
    "commonAnnotations": ("commonAnnotations:\n  a: b\n  c: d", ("metadata", "annotations", "c"), 4),
    "labels": ("labels:\n- pairs:\n    a: b\n    c: d", ("metadata", "labels", "c"), 5),
    "buildMetadata": ("buildMetadata: [managedByLabel]", ("metadata", "labels", "app.kubernetes.io/managed-by"), 2),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_the_kustomization_is_blamed_by_its_entry(field: str) -> None:
    text, path, line = FIELDS[field]
    changed = origins(f"resources: [../base]\n{text}\n").at(*path).changed
    assert changed is not None
    assert (changed.by, changed.origin.path, changed.origin.line) == (field, "/over/kustomization.yaml", line)


def test_the_keys_of_a_generator_come_from_their_sources() -> None:
    kustomization = """\
configMapGenerator:
- name: settings
  literals:
  - a=1
  - b=2
  envs: [app.env]
  files: [motd.txt, other=motd.txt]
"""
    found = origins(kustomization, app__env="# comment\nC=3\n", motd__txt="hello\n")
    lines = {key: found.at("data", key).made for key in ("a", "b", "C", "motd.txt", "other")}
    assert lines == {
        "a": place("/over/kustomization.yaml:4:5"),
        "b": place("/over/kustomization.yaml:5:5"),
        "C": Origin("/over/app.env", 2),
        "motd.txt": Origin("/over/motd.txt", 1),
        "other": Origin("/over/motd.txt", 1),
    }
    entry = place("/over/kustomization.yaml:2:3")
    assert found.at("kind") == FieldOrigin(entry, Change("configMapGenerator", entry, entry))
    assert found.at("metadata", "name") == FieldOrigin(entry, Change("content hash", entry, entry))


def test_a_name_reference_is_blamed_for_the_name_it_follows() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec: {volumes: [{configMap: {name: made}}]}\n"
    kustomization = "resources: [pod.yaml]\nconfigMapGenerator:\n- name: made\n"
    found = origins(kustomization, pod__yaml=pod).at("spec", "volumes", 0, "configMap", "name")
    entry = place("/over/kustomization.yaml:3:3")
    assert found == FieldOrigin(place("/over/pod.yaml:4:31"), Change("name reference", entry, entry))


def test_a_variable_is_blamed_where_it_stood() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec: {containers: [{name: a, args: [$(NAME)]}]}\n"
    kustomization = "resources: [pod.yaml]\nvars:\n- name: NAME\n  objref: {apiVersion: v1, kind: Pod, name: pod}\n"
    found = origins(kustomization, pod__yaml=pod).at("spec", "containers", 0, "args", 0).changed
    assert found is not None
    assert (found.by, found.origin.line) == ("vars", 3)


def test_a_plug_in_is_blamed_by_its_kind_and_configuration() -> None:
    plugin = "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: x}\nprefix: p-\n"
    specs = "fieldSpecs: [{path: metadata/name}]\n"
    found = origins("resources: [../base]\ntransformers: [p.yaml]\n", p__yaml=plugin + specs)
    origin = Origin("/over/p.yaml", 1)
    assert found.at("metadata", "name").changed == Change("PrefixTransformer", origin, origin)


def test_the_items_of_a_list_have_places_of_their_own() -> None:
    items = "".join(f"- {{apiVersion: v1, kind: Pod, metadata: {{name: p{number}}}}}\n" for number in range(2))
    found = origins("resources: [all.yaml]\n", all__yaml=f"apiVersion: v1\nkind: List\nitems:\n{items}")
    assert found.at("metadata", "name").made == place("/over/all.yaml:5:42")


def test_items_are_paired_by_content_then_name_then_place() -> None:
    before = [{"name": "a", "v": 1}, {"name": "b"}, "x", "y"]
    after = [{"name": "b"}, {"name": "c"}, {"name": "a", "v": 2}, "y", 1]
    assert paired(before, after) == {0: 1, 2: 0, 3: 3}
    assert paired(["a", "b"], ["a", "c"]) == {0: 0, 1: 1}
    assert paired([], ["a"]) == {}


@pytest.mark.parametrize("case", build_cases.names())
def test_every_field_of_every_case_is_traced_and_the_build_is_the_same(case: str) -> None:
    folder = build_cases.root(case)
    try:
        plain = list(build(folder))
    except KgenError as error:
        with pytest.raises(type(error)):
            build(folder, origins=True)
        return
    traced = list(build(folder, origins=True))
    assert repr([one.body for one in traced]) == repr([one.body for one in plain])
    for resource in traced:
        assert resource.origins is not None
        _check(resource.body, resource.origins)


def _check(value: Any, found: FieldOrigins) -> None:
    """Every value has an origin of its own, in a line that is there."""
    inside = children(value)
    assert found.below.keys() == {step for step, _ in inside}
    places = (found.here.made, *((found.here.changed.origin,) if found.here.changed else ()))
    for place_ in places:
        lines = Path(place_.path).read_text(encoding="utf-8", errors="replace").splitlines() or [""]
        assert 1 <= (place_.line or 0) <= len(lines), place_
    for step, child in inside:
        _check(child, found.below[step])


def test_an_error_in_a_patch_written_in_place_shows_its_line_in_the_kustomization() -> None:
    kustomization = "resources: [../base]\npatches:\n- patch: |\n\n    kind: Deployment\n    a: [\n"
    with pytest.raises(InputError) as caught:
        build("/over", MemoryFileSystem({**BASE, "/over/kustomization.yaml": kustomization}))
    assert caught.value.origin == Origin("/over/kustomization.yaml", 7, 1)
