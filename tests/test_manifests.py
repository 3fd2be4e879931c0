"""Manifests as resources: what is read, what is left out because a server added it, what is refused."""

import json
import os
from pathlib import Path

import build_cases
import pytest

from kgen import yamlio
from kgen.commands import manifests
from kgen.errors import KgenError
from kgen.filesystem import MAX_SIZE, DiskFileSystem, MemoryFileSystem, TreeFileSystem
from kgen.preview.served import is_served, wished

ONE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n"
TWO = ONE.replace("one", "two")
LIST = {"apiVersion": "v1", "kind": "List", "items": [yamlio.load(text, "")[0].body for text in (ONE, TWO)]}


def names(text: str) -> list[str]:
    return [str(resource.id) for resource in manifests.parse(text.encode(), "/a.yaml")]


def failure(text: str) -> str:
    with pytest.raises(KgenError) as raised:
        manifests.unique(manifests.parse(text.encode(), "/a.yaml"))
    error = raised.value
    return f"{type(error).__name__}: {error.message} | {error.origin} | {error.hint}"


# ---- texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# nothing\n---\n---\n# here\n", []),
        ("\ufeff" + ONE, ["ConfigMap/one"]),
        (f"---\n{ONE}---\n{TWO}", ["ConfigMap/one", "ConfigMap/two"]),
        (json.dumps(LIST), ["ConfigMap/one", "ConfigMap/two"]),
        (json.dumps(LIST, indent=4), ["ConfigMap/one", "ConfigMap/two"]),
        (yamlio.dump([LIST]) + f"---\n{ONE}", ["ConfigMap/one", "ConfigMap/two", "ConfigMap/one"]),
        ("kind: ConfigMapList\nitems:\n- kind: List\n  items: [{kind: A, metadata: {name: b}}]\n", ["A/b"]),
        (
            "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: a}\n- {kind: B, metadata: {name: b}}\n",
            ["Secret/a", "B/b"],
        ),
        ("kind: List\nitems:\n", []),
        ("kind: List\nitems: [null, {}]\n", []),
        ("apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}\n", ["AllowList/a"]),
        ("kind: Job\nmetadata: {generateName: a-}\n---\nkind: Job\nmetadata: {generateName: a-}\n", ["Job/", "Job/"]),
    ],
)
def test_what_a_text_holds(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_an_item_without_a_kind_is_of_the_version_of_its_list() -> None:
    text = "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- apiVersion: v2\n  metadata: {name: a}\n  spec: {}\n"
    assert [one.body for one in manifests.parse(text.encode(), "/a.yaml")] == [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": {}}
    ]
    assert failure("kind: List\nitems:\n- metadata: {name: a}\n").startswith(
        "InputError: this document has no kind | /a.yaml:1"
    )


def test_each_resource_knows_its_line() -> None:
    assert [str(one.origin) for one in manifests.parse(f"{ONE}---\n{TWO}".encode(), "/a.yaml")] == [
        "/a.yaml:1",
        "/a.yaml:5",
    ]


@pytest.mark.parametrize(
    "name", [name for name in build_cases.names() if (build_cases.CASES / name / "expected.yaml").is_file()]
)
def test_what_kustomize_prints_reads_back_as_what_was_built(name: str) -> None:
    path = build_cases.CASES / name / "expected.yaml"
    found = manifests.unique(manifests.read(str(path), DiskFileSystem()))
    assert yamlio.dump(one.body for one in found) == build_cases.built(name)


REFUSED = {
    "a list": ("- a\n", "InputError: a resource is a map, not a list | /a.yaml:1 | None"),
    "a text": ("hello\n", "InputError: a resource is a map, not a text | /a.yaml:1 | None"),
    "a number": ("7\n", "InputError: a resource is a map, not a number | /a.yaml:1 | None"),
    "no kind": (
        f"{ONE}---\na: 1\n",
        "InputError: this document has no kind | /a.yaml:5 | every resource has apiVersion, kind and metadata.name",
    ),
    "no name": (
        "kind: A\nmetadata: b\n",
        "InputError: this A has no name | /a.yaml:1 | every resource has apiVersion, kind and metadata.name",
    ),
    "items": ("kind: List\nitems: {a: b}\n", "InputError: items of a List is no list | /a.yaml:1 | None"),
    "twice": (
        f"{ONE}---\n{ONE}",
        "InputError: ConfigMap/one is defined twice, first at /a.yaml:1 | /a.yaml:5 | remove or rename one of them",
    ),
    "twice, once without its namespace": (
        f"{ONE}---\n{ONE.replace('}', ', namespace: default}')}",
        "InputError: ConfigMap/one is defined twice, first at /a.yaml:1 | /a.yaml:5 | remove or rename one of them",
    ),
    "twice, in two versions": (
        "apiVersion: a/v1\nkind: A\nmetadata: {name: b}\n---\napiVersion: a/v2\nkind: A\nmetadata: {name: b}\n",
        "InputError: A/b is defined twice, first at /a.yaml:1 | /a.yaml:5 | remove or rename one of them",
    ),
    "a template": (
        "kind: {{ .Values.kind }}\n",
        (
            "InputError: this looks like a template, not a manifest: a map or a list cannot be a key | /a.yaml:1:8"
            " | render it first, as `helm template` does, and name the output"
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(text: str, expected: str) -> None:
    assert failure(text) == expected


def test_groups_tell_kinds_apart() -> None:
    both = "apiVersion: a/v1\nkind: A\nmetadata: {name: b}\n---\napiVersion: b/v1\nkind: A\nmetadata: {name: b}\n"
    assert len(manifests.unique(manifests.parse(both.encode(), "/a.yaml"))) == 2


# ---- folders and streams


def test_a_folder_is_read_with_all_below_and_hidden_files_are_not(tmp_path: Path) -> None:
    for path, text in {
        "b/two.yml": TWO,
        "a.yaml": ONE,
        "c.json": json.dumps(LIST["items"][0] | {"kind": "Secret"}),
        ".git/x.yaml": "{{",
        "readme.md": "{{",
        "empty.yaml": "# nothing\n",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "same.yaml").symlink_to("a.yaml")
    (tmp_path / "b" / "up").symlink_to("..")
    read = manifests.read(str(tmp_path), DiskFileSystem())
    assert [str(one.id) for one in read] == ["ConfigMap/one", "ConfigMap/two", "Secret/one"]


def test_a_folder_of_a_revision_is_read_alike() -> None:
    fs = TreeFileSystem("/r", {"m/a.yaml": ONE, "m/n/b.yaml": TWO, "x.yaml": "{{"}, {"m/l.yaml": "a.yaml"}, str.encode)
    assert [str(one.id) for one in manifests.read("/r/m", fs)] == ["ConfigMap/one", "ConfigMap/two"]
    assert fs.names("/") == ["r"]


@pytest.mark.parametrize(
    ("path", "link", "expected"),
    [
        ("out.yaml", "../other.yaml", "this link leads out of the folder | out.yaml | copy here what it leads to"),
        (
            "k/kustomization.yaml",
            "",
            "there is a kustomization among these manifests | k/kustomization.yaml | name its folder instead",
        ),
        ("gone.yaml", "/dev/null/x", "this link leads out of the folder | gone.yaml | copy here what it leads to"),
    ],
)
def test_what_is_refused_in_a_folder(tmp_path: Path, path: str, link: str, expected: str) -> None:
    (tmp_path / "other.yaml").write_text(ONE)
    file = tmp_path / "m" / path
    file.parent.mkdir(parents=True)
    if link:
        file.symlink_to(link)
    else:
        file.write_text("resources: []\n")
    with pytest.raises(KgenError) as raised:
        manifests.read(str(tmp_path / "m"), DiskFileSystem())
    error = raised.value
    assert f"{error.message} | {error.origin} | {error.hint}".replace(f"{tmp_path}/m/", "") == expected


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_nobody_may_look_into_is_no_empty_one(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0)
    with pytest.raises(KgenError, match=r"^cannot read this: permission denied$"):
        manifests.read(str(tmp_path), DiskFileSystem())


def test_a_pipe_that_is_named_is_read(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, ONE.encode())
    os.close(writer)
    assert manifests.named_content(f"/dev/fd/{reader}", DiskFileSystem()) == ONE.encode()
    os.close(reader)
    assert manifests.named_content("/dev/null", DiskFileSystem()) == b""
    (tmp_path / "a.yaml").write_text(ONE)
    assert manifests.named_content(str(tmp_path / "a.yaml"), DiskFileSystem()) == ONE.encode()
    assert manifests.named_content("/a", MemoryFileSystem({"/a": ONE})) == ONE.encode()


def test_a_stream_without_end_is_refused() -> None:
    with pytest.raises(KgenError) as raised:
        manifests.bounded(bytes(MAX_SIZE + 1), "-")
    assert raised.value.message == "not supported by the built-in engine: a stream of more than 64 MB"


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(KgenError, match=r"^cannot read this: no such file or directory$"):
        manifests.named_content("/gone/a.yaml", DiskFileSystem())


# ---- what a server adds

LIVE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    deployment.kubernetes.io/revision: "3"
    kubectl.kubernetes.io/last-applied-configuration: |
      {"a": 1}
  creationTimestamp: "2020-01-01T00:00:00Z"
  generation: 3
  labels: {a: b}
  managedFields: [{manager: kubectl}]
  name: web
  namespace: prod
  resourceVersion: "7"
  uid: 1-2
spec: {replicas: 2}
status: {replicas: 2}
"""


def test_what_a_server_added_is_left_out() -> None:
    found = wished(manifests.parse(LIVE.encode(), "/live"))
    assert [one.body for one in found.resources] == [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"labels": {"a": "b"}, "name": "web", "namespace": "prod"},
            "spec": {"replicas": 2},
        }
    ]
    assert (found.served, found.owned) == (1, {})
    assert str(found.resources[0].origin) == "/live:1"


def test_other_annotations_of_a_served_resource_stay() -> None:
    text = LIVE.replace("  creationTimestamp:", "    mine: x\n  creationTimestamp:")
    assert wished(manifests.parse(text.encode(), "/live")).resources[0].body["metadata"]["annotations"] == {"mine": "x"}


def test_a_wish_keeps_all_it_says() -> None:
    text = "kind: A\nmetadata: {name: a, creationTimestamp: null, generation: 2}\nstatus: {}\n"
    parsed = manifests.parse(text.encode(), "/a")
    assert not is_served(parsed[0])
    assert wished(parsed) == (parsed, 0, {})


def test_what_a_controller_made_is_left_out_and_what_is_there_twice_counts_once() -> None:
    owned = LIVE.replace("uid: 1-2", "uid: 3\n  ownerReferences: [{kind: Deployment, controller: true}]").replace(
        "kind: Deployment\nm", "kind: ReplicaSet\nm"
    )
    shared = LIVE.replace("uid: 1-2", "uid: 4\n  ownerReferences: [{kind: Deployment}]").replace("name: web", "name: x")
    found = wished(manifests.parse(f"{LIVE}---\n{owned}---\n{shared}---\n{LIVE}".encode(), "/live"))
    assert [str(one.id) for one in found.resources] == ["Deployment/web", "Deployment/x"]
    assert (found.served, found.owned) == (2, {"ReplicaSet": 1})
