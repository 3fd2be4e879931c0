# ruff: noqa: E501 - a row of a table is a line
"""``kgen diff``: its options, formats and exit codes."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import Kgen

from kgen.errors import InputError
from kgen.fieldpath import FieldPath, ItemKey
from kgen.preview import ignoring
from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.preview.ignoring import Rule, parse, path_of
from kgen.resource import Resource

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: {replicas}
  selector:
    matchLabels: {{app: {app}}}
  template:
    metadata:
      labels: {{app: {app}}}
    spec:
      containers:
      - name: web
        image: web:{tag}
"""
HOLDER = """\
apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  password: {password}
"""


def web(path: Path, replicas: int = 1, app: str = "web", tag: str = "1") -> Path:
    path.write_text(WEB.format(replicas=replicas, app=app, tag=tag))
    return path


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two rendered files, the other with a change that is refused."""
    monkeypatch.chdir(tmp_path)
    web(tmp_path / "before.yaml")
    web(tmp_path / "after.yaml", 2, "shop", "2")
    return "after.yaml", "before.yaml"


def test_two_files(files: tuple[str, str], kgen: Kgen) -> None:
    after, before = files
    ran = kgen("diff", after, "--against", before)
    assert ran.out.splitlines()[0] == "after.yaml vs before.yaml: 1 change · 1 restarts 1 pod · 1 WILL FAIL"
    assert "    containers[name=web].image: web:1 → web:2" in ran.out.splitlines()
    assert ran.code == 0


def test_exit_codes(files: tuple[str, str], kgen: Kgen) -> None:
    after, before = files
    words = ("diff", after, "--against", before)
    assert kgen(*words, "--exit-code").code == 1
    assert kgen("diff", after, "--against", after, "--exit-code").code == 0
    assert kgen(*words, "--fail-on", "apply-fails").code == 1
    assert kgen(*words, "--fail-on", "data-loss, scaled-to-zero").code == 0
    assert kgen(*words, "--fail-on", "data-loss,restarts-pods").code == 1
    assert kgen(*words, "--kubernetes", "1.27").code == 0


def test_ignored_changes_never_fail_a_run(files: tuple[str, str], kgen: Kgen) -> None:
    after, before = files
    ran = kgen(
        "diff", after, "--against", before, "--ignore", "deployment/we*", "--exit-code", "--fail-on", "apply-fails"
    )
    assert (ran.code, ran.out) == (0, "after.yaml vs before.yaml: no changes · 4 ignored\n")
    ran = kgen(
        "diff", after, "--against", before, "--ignore", "*:spec.selector", "--ignore", "*:spec.template.metadata"
    )
    assert "WILL FAIL" not in ran.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--fail-on", "apply-fail"), "error: no change is told to do 'apply-fail' (--fail-on)\n  hint: did you mean 'apply-fails'?\n"),
        (("--ignore", "/x"), "error: '/x' does not say what to ignore\n  hint: as in Deployment/web:spec.replicas, 'ConfigMap:data.*' or Secret/db\n"),
        (("--ignore", "A:b]["), "error: 'b][' is no path of a field\n  hint: as in Deployment/web:spec.replicas, 'ConfigMap:data.*' or Secret/db\n"),
        (("--kubernetes", "latest"), "error: 'latest' is no version of Kubernetes\n  hint: as in --kubernetes 1.33\n"),
    ],
)  # fmt: skip
def test_options_that_say_nothing(words: tuple[str, ...], message: str, files: tuple[str, str], kgen: Kgen) -> None:
    ran = kgen("diff", files[0], "--against", files[1], *words)
    assert (ran.code, ran.err) == (2, message)


def test_a_wrong_verdict_far_from_all_lists_them(files: tuple[str, str], kgen: Kgen) -> None:
    ran = kgen("diff", files[0], "--against", files[1], "--fail-on", "everything")
    assert ran.err.startswith(
        "error: no change is told to do 'everything' (--fail-on)\n  hint: the rules are apply-fails, "
    )


def test_each_format(files: tuple[str, str], kgen: Kgen) -> None:
    after, before = files
    words = ("diff", after, "--against", before, "-o")
    assert kgen(*words, "markdown").out.startswith("<!-- kgen diff -->\n### `after.yaml` vs `before.yaml`")
    assert kgen(*words, "html").out.startswith("<!doctype html>")
    document = json.loads(kgen(*words, "json").out)
    assert document["schema"] == "kgen.diff/v1"
    rules = [one["rule"] for one in document["comparisons"][0]["findings"]]
    assert "apply-fails" in rules
    (patched,) = json.loads(kgen(*words, "jsonpatch").out)
    assert {"op": "replace", "path": "/spec/replicas", "value": 2} in patched["resources"][0]["patch"]
    assert [one["rule"] for one in patched["findings"]] == rules
    files_ = kgen(*words, "patch").out.split("---\n")
    first, *told = files_[0].partition("apiVersion")[0].splitlines()
    assert first == "# kustomization.yaml"
    assert [line.rpartition("(")[2] for line in told] == [f"{rule})" for rule in rules]
    assert kgen("diff", after, "--against", after, "-o", "patch").out == ""


def test_that_pods_do_not_restart_fails_no_run(files: tuple[str, str], kgen: Kgen, tmp_path: Path) -> None:
    words = ("diff", files[0], "--against", files[1], "--fail-on", "restarts-pods")
    web(tmp_path / "after.yaml", tag="2")
    assert kgen(*words).code == 1
    for name in files:
        path = tmp_path / name
        path.write_text(path.read_text().replace("spec:\n  replicas", "spec:\n  paused: true\n  replicas"))
    ran = kgen(*words)
    assert (ran.code, "restarts nothing while it is paused" in ran.out) == (0, True)


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_what_a_change_does_is_in_each_format(form: str, files: tuple[str, str], kgen: Kgen) -> None:
    after, before = files
    out = kgen("diff", after, "--against", before, "-o", form).out
    assert "apply-fails" in out
    assert "restarts-pods" in out
    assert "refused: spec.selector of an existing Deployment cannot change" in re.sub("[`]", "", out)


def test_a_comment_has_the_marker_and_the_pointer_that_were_asked_for(files: tuple[str, str], kgen: Kgen) -> None:
    after, before = files
    words = ("diff", after, "--against", before, "-o", "markdown")
    assert kgen(*words, "--marker", "kgen: a & b").out.startswith("<!-- kgen: a %26 b -->\n### `after.yaml`")
    assert kgen(*words, "--max-bytes", "500").out.endswith(
        "a line. All of it: `kgen diff after.yaml --against before.yaml`\n"
    )
    ran = kgen(*words, "--marker", "x" * 80)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: --marker is too long\n  hint: 80 bytes with the signs of a comment around it\n"


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_other_spellings_are_told_in_each_format(form: str, tmp_path: Path, kgen: Kgen) -> None:
    for name, size in (("a.yaml", "1Gi"), ("b.yaml", "1024Mi")):
        claim = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {resources: {requests: {storage: %s}}}}"
        (tmp_path / name).write_text(claim % size)
    words = ("diff", str(tmp_path / "b.yaml"), "--against", str(tmp_path / "a.yaml"), "-o", form)
    assert "1024Mi" in kgen(*words, "--show-equivalent").out
    assert ("1024Mi" in kgen(*words).out) == (form == "json")


def test_what_is_wrong_with_one_overlay_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, listed in (("a", "../../base"), ("b", "../../base, none.yaml"), ("c", "../../base")):
        (tmp_path / "overlays" / name).mkdir(parents=True)
        (tmp_path / "overlays" / name / "kustomization.yaml").write_text(
            f"resources: [{listed}]\nnamePrefix: {name}-\n"
        )
    (tmp_path / "base").mkdir()
    web(tmp_path / "base" / "web.yaml")
    (tmp_path / "base" / "kustomization.yaml").write_text("resources: [web.yaml]\n")
    wrong = "overlays/b/kustomization.yaml:1:25: error: cannot read 'none.yaml': there is no such file\n"
    wrong += "  hint: correct the name, or make it in overlays/b\n"
    for words in ((), ("a", "b", "c")):
        ran = kgen("diff", *words)
        assert [line.partition(":")[0] for line in ran.out.splitlines() if " vs " in line] == ["a vs base", "c vs base"]
        assert (ran.code, ran.err) == (2, wrong)
        for form in ("markdown", "html", "json", "patch", "jsonpatch"):
            ran = kgen("diff", *words, "-o", form)
            assert (ran.code, ran.out, ran.err) == (2, "", wrong)
    assert kgen("diff", "b").err == wrong


def test_files_may_lie_where_the_load_restrictor_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "over").mkdir()
    (tmp_path / "base").mkdir()
    web(tmp_path / "web.yaml")
    (tmp_path / "base" / "kustomization.yaml").write_text("resources: [../web.yaml]\n")
    (tmp_path / "over" / "kustomization.yaml").write_text("resources: [../base]\nimages: [{name: web, newTag: '2'}]\n")
    assert kgen("diff", "over").code == 2
    ran = kgen("diff", "over", "--load-restrictor", "LoadRestrictionsNone")
    assert (ran.code, ran.err) == (0, "")
    assert "~ Deployment/web  [over/kustomization.yaml:2:10]" in ran.out


def test_the_schema_of_the_json_is_published(kgen: Kgen) -> None:
    assert json.loads(kgen("schema", "diff").out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def patched(before: str, after: str, folder: Path, kgen: Kgen) -> str:
    """What still differs where the patches that lead from one file to the other are applied."""
    overlay = folder / "made" / "over"
    (folder / "made" / "base").mkdir(parents=True)
    shutil.copy(before, folder / "made" / "base" / "web.yaml")
    (folder / "made" / "base" / "kustomization.yaml").write_text("resources: [web.yaml]\n")
    for text in re.split(r"(?m)^---\n(?=# )", kgen("diff", after, "--against", before, "-o", "patch").out):
        name, _, content = text.partition("\n")
        path = overlay / name.removeprefix("# ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return kgen("diff", str(overlay), "--against", after).out


def test_patches_make_the_change(files: tuple[str, str], kgen: Kgen, tmp_path: Path) -> None:
    after, before = files
    assert patched(before, after, tmp_path, kgen) == "over vs after.yaml: no changes\n"


@pytest.mark.parametrize(
    ("key", "texts"),
    [("a.json", ('{"a": 1, "b": [1]}', '{"a": 2, "b": []}')), ("a.yaml", ("a: 1\\nb: 2\\n", "a: 1\\nb: 3\\n")),
     ("a.cfg", ("[a]\\nb = 1\\n", "[a]\\nb = 2\\n")), ("text", ("one\\ntwo\\n", "one\\nthree\\n"))],
)  # fmt: skip
def test_patches_make_the_change_of_a_text(
    key: str, texts: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in zip(("before.yaml", "after.yaml"), texts, strict=True):
        quoted = text.replace('"', '\\"')
        data = f'metadata: {{name: c}}\ndata: {{same: "{quoted}", {key}: "{quoted}"}}\n'
        (tmp_path / name).write_text(f"apiVersion: v1\nkind: ConfigMap\n{data}")
    assert patched("before.yaml", "after.yaml", tmp_path, kgen) == "over vs after.yaml: no changes\n"
    (made,) = json.loads(kgen("diff", "after.yaml", "--against", "before.yaml", "-o", "jsonpatch").out)
    assert {step["path"] for step in made["resources"][0]["patch"]} == {f"/data/{key}", "/data/same"}
    out = kgen("diff", "after.yaml", "--against", "before.yaml", "-o", "patch", "--ignore", "ConfigMap:data.same").out
    assert (f"{key}: " in out, "same: " in out) == (True, False)


def test_patches_tell_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(HOLDER.format(password="hunter2-old"))
    (tmp_path / "b.yaml").write_text(HOLDER.format(password="hunter2-new"))
    words = ("diff", "b.yaml", "--against", "a.yaml")
    for form in ("patch", "jsonpatch"):
        ran = kgen(*words, "-o", form)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == ("error: a patch would tell the secrets of Secret/db\n  hint: say --show-secrets if it may\n")
        assert "hunter2-new" in kgen(*words, "-o", form, "--show-secrets").out
    for form in ("text", "markdown", "html", "json"):
        ran = kgen(*words, "-o", form, "--full")
        assert "hunter2" not in ran.out + ran.err
        assert "‹secret" in ran.out
        assert "hunter2-" in kgen(*words, "-o", form, "--show-secrets").out


JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: one}
spec: {template: {spec: {containers: [{name: a, args: [--password, hunter2-old, --level, %s]}]}}}
"""


def test_patches_repeat_no_secrets_of_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    """A patch replaces such a list as a whole, with what did not change in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(JOB % "low")
    (tmp_path / "b.yaml").write_text(JOB % "high")
    words = ("diff", "b.yaml", "--against", "a.yaml", "-o")
    ran = kgen(*words, "patch")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: a patch would tell secrets that did not change: patches/job-one.yaml\n"
        "  hint: say --show-secrets if it may\n"
    )
    assert "hunter2-old" in kgen(*words, "patch", "--show-secrets").out
    ran = kgen(*words, "jsonpatch")
    assert (ran.code, "hunter2" in ran.out, '"high"' in ran.out) == (0, False, True)


def test_patches_tell_no_secret_that_a_secret_of_the_state_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("a", "none"), ("b", "hunter2-old")):
        config = f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{x: {text}}}\n"
        (tmp_path / f"{name}.yaml").write_text(HOLDER.format(password="hunter2-old") + config)
    for form in ("patch", "jsonpatch"):
        ran = kgen("diff", "b.yaml", "--against", "a.yaml", "-o", form)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == "error: a patch would tell the secrets of ConfigMap/c\n  hint: say --show-secrets if it may\n"


def test_what_kgen_yaml_says_to_ignore(project: Path, kgen: Kgen) -> None:
    folder = project / "overlays" / "kind"
    kgen("overlay", "kind")
    declaration = folder / "kgen.yaml"
    declaration.write_text("cluster: kind\nfeatures: {runtime-fix: false}\n")
    kgen("overlay", "kind")
    declaration.write_text(
        declaration.read_text() + "ignore:\n- PersistentVolumeClaim\n- {what: 'Service:spec.ports', reason: known}\n"
    )
    assert kgen("diff", "kind", "--exit-code").out == "kind vs base: no changes · 2 ignored\n"
    declaration.write_text("ignore:\n- {reason: none}\n")
    ran = kgen("diff", "kind")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "overlays/kind/kgen.yaml:2:3: error: ignore[0] has no what")


def test_a_revision_and_what_made_the_change(project: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(project))
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "one")):
        subprocess.run((*git, *words), check=True)
    assert kgen("diff", "kind", "--against", "HEAD").out == "kind vs HEAD: no changes\n"
    patch = project / "overlays" / "kind" / "patches" / "service-airflow-webserver.yaml"
    patch.write_text(patch.read_text().replace("30080", "30081"))
    lines = kgen("diff", "kind", "--against", "HEAD").out.splitlines()
    assert lines[0] == "kind vs HEAD: 1 change"
    assert "  working tree: 1 file not committed" in lines
    assert "    spec.ports[8080/TCP].nodePort: 30080 → 30081" in lines


CHANGE = FieldChange(
    "change", FieldPath(("spec", "containers", ItemKey((("name", "web"),)), "image")), "a", "b", (), ()
)


@pytest.mark.parametrize(
    ("text", "hides"),
    [
        ("Deployment", True), ("deployment/web", True), ("*", True), ("Deployment/api", False), ("Service", False),
        ("*:spec", True), ("*:spec.containers", True), ("*:spec.containers.image", True), ("*:spec.containers[*].image", True),
        ("*:spec.containers[name=web].image", True), ("*:spec.containers[name=api].image", False), ("*:*.containers", True),
        ("*:spec.containers.image.tag", False), ('*:spec["containers"]', True), ("*:spec.cont*", True), ("*:status", False),
    ],
)  # fmt: skip
def test_what_a_rule_speaks_of(text: str, hides: bool) -> None:
    resource = Resource({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}})
    comparison = Comparison("a", "b", (ResourceChange(resource, resource, (CHANGE,)), ResourceChange(None, resource)))
    left = ignoring.ignore(comparison, [parse(text)])
    assert (len(left.resources) < 2) == hides
    assert left.ignored == 2 - len(left.resources)


def test_paths_of_rules() -> None:
    assert path_of('data["a.b"].c[0]') == ("data", "a.b", "c", "[0]")
    assert parse("ConfigMap") == Rule("ConfigMap")
    with pytest.raises(InputError):
        path_of("a..b]")


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json", "patch", "jsonpatch"])
def test_what_is_ignored_is_in_no_format(form: str, files: tuple[str, str], kgen: Kgen) -> None:
    after, before = files
    words = ("diff", after, "--against", before, "-o", form)
    assert re.search("web:(<[^>]*>)?2|newTag", kgen(*words).out)
    ran = kgen(*words, "--ignore", "Deployment:spec.template.spec.containers", "--ignore", "*:spec.selector")
    assert ran.code == 0
    assert "web:2" not in ran.out
    assert "newTag" not in ran.out
    assert "shop" in ran.out
    none = kgen(*words, "--ignore", "Deployment")
    assert "shop" not in none.out
