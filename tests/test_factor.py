"""``kgen factor``: what it reads, what it prints and what it refuses; nothing is overwritten or half written."""

from pathlib import Path

import pytest
from conftest import Kgen

DEV = """\
# Settings of the web server.
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  LEVEL: info  # not debug
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: nginx:1.25
        env:
        - name: A
          value: a
        - name: B
          value: b
"""
PROD = DEV.replace("replicas: 1", "replicas: 3").replace("value: a", "value: c") + (
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("dev", DEV), ("prod", PROD)):
        folder = tmp_path / "manifests" / name
        folder.mkdir(parents=True)
        (folder / "all.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


BOTH = ("dev=manifests/dev", "prod=manifests/prod")


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_two_folders_become_a_base_and_two_overlays(here: Path, kgen: Kgen) -> None:
    before = files(here / "manifests")
    ran = kgen("factor", *BOTH, "--into", "deploy")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "3 resources, 1 identical, 1 differs in 2 fields, 1 not in all; 53 lines became 62\n"
        "  Service/web: only in prod\n"
        "  wrote deploy/base (3 files)\n"
        "  wrote deploy/overlays/dev (1 file)\n"
        "  wrote deploy/overlays/prod (3 files)\n"
    )
    assert files(here / "manifests") == before
    written = files(here / "deploy")
    assert written["base/configmap-settings.yaml"] == DEV.partition("---\n")[0]
    assert written["overlays/prod/kustomization.yaml"] == (
        "apiVersion: kustomize.config.k8s.io/v1beta1\n"
        "kind: Kustomization\n"
        "resources:\n"
        "- ../../base\n"
        "- resources/service-web.yaml\n"
        "replicas:\n"
        "- name: web\n"
        "  count: 3\n"
        "patches:\n"
        "- path: patches/deployment-web.yaml\n"
    )
    assert written["overlays/prod/patches/deployment-web.yaml"] == (
        "apiVersion: apps/v1\n"
        "kind: Deployment\n"
        "metadata:\n"
        "  name: web\n"
        "spec:\n"
        "  template:\n"
        "    spec:\n"
        "      containers:\n"
        "      - name: web\n"
        "        env:\n"
        "        - name: A\n"
        "          value: c\n"
    )


def test_a_dry_run_prints_the_files_and_writes_none(here: Path, kgen: Kgen) -> None:
    ran = kgen("factor", *BOTH, "--into", "deploy", "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert not (here / "deploy").exists()
    assert ran.out.startswith(
        "3 resources, 1 identical, 1 differs in 2 fields, 1 not in all; 53 lines became 62\n"
        "  Service/web: only in prod\n"
        "  would write deploy/base (3 files)\n"
        "  would write deploy/overlays/dev (1 file)\n"
        "  would write deploy/overlays/prod (3 files)\n"
        "\n--- deploy/base/kustomization.yaml\n"
    )
    assert kgen("factor", *BOTH, "--into", "deploy").code == 0
    written = [f"\n--- deploy/{path}\n{text}" for path, text in files(here / "deploy").items()]
    assert all(text in ran.out for text in written)
    assert len(ran.out) == ran.out.index("\n---") + sum(map(len, written))


def test_a_factored_overlay_is_a_persons_own(here: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kgen("factor", *BOTH, "--into", "deploy").code == 0
    monkeypatch.chdir(here / "deploy")
    written = files(here / "deploy")
    refused = kgen("overlay", "dev")
    assert refused.code == 2
    assert "the one that is there is not its own" in refused.err
    assert files(here / "deploy") == written
    assert kgen("diff", "prod").out.startswith("prod vs base: 1 change, 1 add")


def test_kustomizations_and_single_files_are_variants_too(here: Path, kgen: Kgen) -> None:
    (here / "manifests/dev/kustomization.yaml").write_text("resources: [all.yaml]\nnamespace: dev\n")
    (here / "prod.json").write_text(
        '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "ConfigMap",'
        ' "metadata": {"name": "settings", "namespace": "prod"}, "data": {"LEVEL": "info"}}]}'
    )
    ran = kgen("factor", "dev=manifests/dev/kustomization.yaml", "prod=prod.json", "--into", "deploy")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "2 resources, 1 identical, 1 not in all; 26 lines became 38"
    assert (here / "deploy/base/configmap-settings.yaml").read_text().count("namespace") == 0


def test_hidden_files_empty_files_and_links_within_are_passed_over(here: Path, kgen: Kgen) -> None:
    dev = here / "manifests/dev"
    (dev / ".git").mkdir()
    (dev / ".git/a.yaml").write_text("{{")
    (dev / "empty.yaml").write_text("# nothing\n")
    (dev / "notes.txt").write_text("{{")
    (dev / "link.yaml").symlink_to("all.yaml")
    assert kgen("factor", *BOTH, "--into", "deploy").code == 0


REFUSED = {
    "one": (
        ("dev=manifests/dev",),
        "error: one variant alone shares nothing\n  hint: name two or more: dev=manifests/dev prod=manifests/prod\n",
    ),
    "no name": (
        ("manifests/dev", "prod=manifests/prod"),
        "error: 'manifests/dev' names no variant\n  hint: say its name and where it is: dev=manifests/dev\n",
    ),
    "no folder's name": (
        ("a/b=manifests/dev", "prod=manifests/prod"),
        (
            "error: 'a/b' cannot name an overlay\n"
            "  hint: a name is one folder's below overlays/: letters, digits, '-', '_' and '.', as in 'staging'\n"
        ),
    ),
    "one name twice": (
        ("dev=manifests/dev", "Dev=manifests/prod"),
        "error: two variants are called 'Dev'\n  hint: give each a name of its own\n",
    ),
    "nothing there": (
        ("dev=manifests/dve", "prod=manifests/prod"),
        "error: there is no 'manifests/dve'\n  hint: name a kustomization, or what holds manifests\n",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_arguments_that_make_no_sense(name: str, here: Path, kgen: Kgen) -> None:
    arguments, said = REFUSED[name]
    ran = kgen("factor", *arguments, "--into", "deploy")
    assert (ran.code, ran.err) == (2, said)
    assert not (here / "deploy").exists()


BROKEN = {
    "nothing in it": ("", "manifests/dev: error: there is no resource here\n  hint: name what holds manifests\n"),
    "broken": ("a: [1\n", "manifests/dev/all.yaml:2:1: error: "),
    "no kind": ("a: 1\n", "manifests/dev/all.yaml:1: error: this document has no kind\n"),
    "a template": (
        "a: {{ .Values.a }}\n",
        (
            "manifests/dev/all.yaml:1:5: error: this looks like a template, not a manifest: "
            "a map or a list cannot be a key"
            "\n  hint: render it first, as `helm template` does, and name the output\n"
        ),
    ),
    "twice": (
        DEV + "---\n" + DEV,
        "manifests/dev/all.yaml:27: error: ConfigMap/settings is defined twice, first at manifests/dev/all.yaml:2\n",
    ),
    "no name": (
        "kind: Pod\nmetadata: {generateName: a-}\n",
        "manifests/dev/all.yaml:1: error: this Pod has no name (metadata.generateName is not enough)\n",
    ),
    "left out": (
        'kind: Pod\nmetadata: {name: a, annotations: {config.kubernetes.io/local-config: "true"}}\n',
        (
            "manifests/dev/all.yaml:1: error: kustomize leaves out Pod/a, which has the annotation "
            "config.kubernetes.io/local-config\n  hint: remove the annotation, or the resource\n"
        ),
    ),
    "disjoint": (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
        "error: these variants share no resource\n  hint: factor variants of one application\n",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_manifests_that_cannot_be_factored(name: str, here: Path, kgen: Kgen) -> None:
    text, said = BROKEN[name]
    (here / "manifests/dev/all.yaml").write_text(text)
    ran = kgen("factor", *BOTH, "--into", "deploy")
    assert ran.code == 2
    assert ran.err.startswith(said)
    assert "kustomization.yaml" not in ran.err
    assert not (here / "deploy").exists()


def test_a_kustomization_among_manifests(here: Path, kgen: Kgen) -> None:
    (here / "manifests/dev/sub").mkdir()
    (here / "manifests/dev/sub/kustomization.yaml").write_text("resources: []\n")
    assert kgen("factor", *BOTH, "--into", "deploy").err == (
        "manifests/dev/sub/kustomization.yaml: error: there is a kustomization among these manifests\n"
        "  hint: name its folder instead\n"
    )


def test_a_link_out_of_the_folder(here: Path, kgen: Kgen) -> None:
    (here / "manifests/dev/more.yaml").symlink_to("../prod/all.yaml")
    assert kgen("factor", *BOTH, "--into", "deploy").err == (
        "manifests/dev/more.yaml: error: this link leads out of the folder\n  hint: copy here what it leads to\n"
    )


HINT = "\n  hint: name a folder that is not there yet: --into deploy\n"


def test_what_is_there_is_never_overwritten(here: Path, kgen: Kgen) -> None:
    (here / "deploy").mkdir()
    (here / "deploy/notes").write_text("mine")
    ran = kgen("factor", *BOTH, "--into", "deploy")
    assert (ran.code, ran.err) == (2, "deploy: error: the folder to write is not empty" + HINT)
    inside = kgen("factor", *BOTH, "--into", "manifests/dev/deploy")
    said = "manifests/dev/deploy: error: the folder to write lies in one of the variants"
    assert (inside.code, inside.err) == (2, said + HINT)
    assert files(here / "deploy") == {"notes": "mine"}
    (here / "file").write_text("")
    blocked = kgen("factor", *BOTH, "--into", "file")
    assert (blocked.code, blocked.err) == (
        2,
        (
            "file: error: cannot read this: not a directory\n"
            "  hint: a file stands where a folder is needed: move it away\n"
        ),
    )


def test_nothing_is_half_written(here: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", stop)
    assert kgen("factor", *BOTH, "--into", "deploy").code == 130
    assert not (here / "deploy").exists()
