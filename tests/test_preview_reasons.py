from typing import Any

import pytest

from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.preview.compare import compare
from kgen.preview.reasons import explain, read_reasons

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: app
        image: postgres:12
      - name: side
        image: postgres-exporter:1
        args: [a, b]
"""


def told(kustomization: str, **files: str) -> dict[str, str | None]:
    """Each changed field with its reason."""
    text = {"/p/base/kustomization.yaml": "resources:\n- web.yaml\n", "/p/base/web.yaml": BASE}
    text |= {"/p/dev/kustomization.yaml": "resources:\n- ../base\n" + kustomization}
    text |= {f"/p/dev/{name}.yaml": content for name, content in files.items()}
    fs = MemoryFileSystem(text)
    after = build("/p/dev", fs)
    comparison = explain(compare(build("/p/base", fs), after), after, read_reasons("/p/dev", fs))
    return {str(field.path): field.reason for change in comparison.resources for field in change.fields}


POD = "spec.template.spec.containers"
MERGE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  # more users
  replicas: 3
  template:
    spec:
      containers:
      - name: app
        # a newer database
        image: postgres:16
      - name: side
"""
OPERATIONS = """\
- op: test
  path: /metadata/name
  value: web
# the second, not the first
- op: replace
  path: /spec/template/spec/containers/1/args/0
  value: z
"""


def test_a_comment_in_a_strategic_merge_patch_is_the_reason_of_its_field() -> None:
    assert told("patches:\n- path: patch.yaml\n", patch=MERGE) == {
        "spec.replicas": "more users",
        f"{POD}[name=app].image": "a newer database",
    }


def test_a_comment_above_a_map_is_the_reason_of_all_in_it() -> None:
    patch = MERGE.replace("  # more users\n", "").replace("spec:\n  replicas", "# all of it\nspec:\n  replicas")
    assert told("patches:\n- path: patch.yaml\n", patch=patch) == {
        "spec.replicas": "all of it",
        f"{POD}[name=app].image": "a newer database",
    }


def test_a_comment_in_a_json_6902_patch_is_the_reason_of_its_operation() -> None:
    entry = "patches:\n- path: patch.yaml\n  target: {kind: Deployment, name: w.*}\n"
    assert told(entry, patch=OPERATIONS) == {f"{POD}[name=side].args[0]": "the second, not the first"}


def test_a_comment_above_an_inline_patch_counts_for_it() -> None:
    inline = "".join(f"    {line}\n" for line in MERGE.replace("  # more users\n", "").splitlines())
    assert told(f"patches:\n# as agreed\n- patch: |-\n{inline}")["spec.replicas"] == "as agreed"


@pytest.mark.parametrize(
    ("kustomization", "expected"),
    [
        ("# why\nnamespace: dev\n", {"metadata.namespace": "why"}),
        ("# why\nnamePrefix: dev-\n", {"metadata.name": "why"}),
        ("# why\nnameSuffix: -dev\n", {"metadata.name": "why"}),
        ("# why\nlabels:\n- pairs: {team: a}\n", {"metadata.labels.team": "why"}),
        ("# why\nreplicas:\n- name: web\n  count: 2\n", {"spec.replicas": "why"}),
        ("images:\n# why\n- name: postgres\n  newTag: '16'\n", {f"{POD}[name=app].image": "why"}),
        ("images:\n- name: postgres\n  newTag: '16'\n", {f"{POD}[name=app].image": None}),
        (
            "images:\n# why\n- name: postgres\n  newTag: '16'\n- name: postgres-exporter\n  newTag: '2'\n",
            {f"{POD}[name=app].image": "why", f"{POD}[name=side].image": None},
        ),
    ],
)
def test_a_comment_on_kustomizes_own_field_is_the_reason_of_what_it_changes(
    kustomization: str, expected: dict[str, Any]
) -> None:
    assert told(kustomization) == expected


def test_a_patch_of_another_resource_explains_nothing_here() -> None:
    other = MERGE.replace("name: web", "name: other")
    text = {"one": MERGE.replace("  # more users\n", ""), "two": other}
    base = BASE.replace("name: web", "name: other")
    found = told("- other.yaml\npatches:\n- path: one.yaml\n- path: two.yaml\n", other=base, **text)
    assert found["spec.replicas"] is None


ADDED = """\
# kgen-digest: sha256:0

# for the team
apiVersion: v1
kind: ConfigMap
metadata:
  name: more
---
# another
apiVersion: v1
kind: ConfigMap
metadata:
  name: most
"""
THEIRS = "# Source: chart\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: theirs\n"
REMOVED = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n# it runs elsewhere\n$patch: delete\n"


def test_why_a_resource_comes_or_goes_stands_where_kgen_writes_it() -> None:
    kustomization = "resources: [../base, more.yaml, theirs.yaml]\nnamePrefix: x-\npatches:\n- path: removed.yaml\n"
    texts = {"kustomization": kustomization, "more": ADDED, "theirs": THEIRS, "removed": REMOVED}
    fs = MemoryFileSystem(
        {"/p/base/kustomization.yaml": "resources:\n- web.yaml\n", "/p/base/web.yaml": BASE}
        | {f"/p/dev/{name}.yaml": text for name, text in texts.items()}
    )
    after = build("/p/dev", fs)
    comparison = explain(compare(build("/p/base", fs), after), after, read_reasons("/p/dev", fs))
    assert {str(change.id): change.reason for change in comparison.resources} == {
        "Deployment/web": "it runs elsewhere",
        "ConfigMap/x-more": "for the team",
        "ConfigMap/x-most": "another",
        "ConfigMap/x-theirs": None,
    }
