"""`kgen between`, as kubectl and Git call it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Kgen
from repositories import commit, git, write

from kgen.commands import between as room

ONE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n"
TWO = ONE.replace("a: b", "a: c")
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2-hunter2}\n"  # noqa: S105
LIVE = ONE.replace("{name: one}", "{name: one, uid: 7, resourceVersion: '5', generation: 1}") + "status: {a: b}\n"
CHANGED = ("~ ConfigMap/one", "data.a", "b → c")


# ---- kubectl


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """What kubectl makes for a resource that changes."""
    made = tmp_path / "LIVE-1", tmp_path / "MERGED-2"
    for folder, text in zip(made, (LIVE, LIVE.replace("a: b}", "a: c}", 1).replace("'5'", "'6'")), strict=True):
        folder.mkdir()
        (folder / "v1.ConfigMap.default.one").write_text(text)
    return made


def tells(text: str, *parts: str) -> bool:
    """Whether a preview says this; how it looks is the renderer's business."""
    return all(part in text for part in parts)


def test_kubectl_puts_the_folders_in_front_and_gets_1_for_differences(folders: tuple[Path, Path], kgen: Kgen) -> None:
    before, after = map(str, folders)
    ran = kgen(before, after, "between")
    assert (ran.code, ran.err) == (1, "")
    assert tells(ran.out, "applied vs live", *CHANGED)
    assert "uid" not in ran.out
    assert "\x1b[" in kgen(before, after, "between", "--color=always").out


def test_kubectl_gets_0_where_only_the_servers_own_fields_differ(folders: tuple[Path, Path], kgen: Kgen) -> None:
    before, after = folders
    (after / "v1.ConfigMap.default.one").write_text(LIVE.replace("generation: 1", "generation: 2").replace("7", "8"))
    assert kgen(str(before), str(after), "between") == (0, "", "")


def test_a_resource_that_is_new_has_an_empty_file_on_the_other_side(folders: tuple[Path, Path], kgen: Kgen) -> None:
    before, after = folders
    (before / "v1.ConfigMap.default.one").write_text("")
    ran = kgen(str(before), str(after), "between")
    assert ran.code == 1
    assert "+ ConfigMap/one" in ran.out


def test_kubectl_is_told_what_a_change_does(folders: tuple[Path, Path]) -> None:
    web = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {a: b}}\n"
        "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: 'web:1.0'}]}}\n"
    )
    for folder, text in zip(folders, (web, web.replace("1.0", "1.1")), strict=True):
        (folder / "apps.v1.Deployment.default.web").write_text(text)
    (folders[1] / "v1.ConfigMap.default.one").unlink()
    found = room.between([*map(str, folders)])
    assert found.comparison
    assert [(finding.rule, str(finding.resource)) for finding in found.comparison.findings] == [
        ("restarts-pods", "Deployment/web")
    ]
    plain = room.between([f"{folders[0]}/apps.v1.Deployment.default.web", "/dev/null"])
    assert plain.comparison
    assert "left-behind" in {finding.rule for finding in plain.comparison.findings}


def test_what_a_controller_owns_is_told_to_kubectl(folders: tuple[Path, Path], kgen: Kgen) -> None:
    for folder in folders:
        path = folder / "v1.ConfigMap.default.one"
        path.write_text(path.read_text().replace("uid: 7", "uid: 7, ownerReferences: [{controller: true}]"))
    assert kgen(*map(str, folders), "between").code == 1


def test_trouble_is_more_than_1(folders: tuple[Path, Path], kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = folders
    monkeypatch.chdir(before.parent)
    (before / "v1.ConfigMap.default.one").write_text("- a\n")
    assert kgen(str(before), str(after), "between") == (
        2,
        "",
        f"{before.name}/v1.ConfigMap.default.one:1: error: a resource is a map, not a list\n",
    )
    ran = kgen(str(before), str(after), "between", "--nope")
    assert (ran.code, ran.out) == (2, "")


def test_secrets_are_masked_unless_they_are_asked_for(folders: tuple[Path, Path], kgen: Kgen) -> None:
    for folder, text in zip(folders, (SECRET, SECRET.replace("hunter2-", "hunter3-")), strict=True):
        (folder / "v1.ConfigMap.default.one").write_text(text)
    ran = kgen(*map(str, folders), "between")
    assert ran.code == 1
    assert "hunter" not in ran.out
    assert "hunter3" in kgen(*map(str, folders), "between", "--show-secrets").out


def test_other_folders_and_files_are_compared_too(tmp_path: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"one/a.yaml": ONE, "one/notes.txt": "{{", "two.yaml": TWO})
    monkeypatch.chdir(tmp_path)
    ran = kgen("between", "one", "two.yaml")
    assert (ran.code, ran.err) == (1, "")
    assert tells(ran.out, "two.yaml vs one", *CHANGED)
    assert kgen("between", "one", "one") == (0, "", "")


def test_kubectl_lets_all_its_options_through(kgen: Kgen) -> None:
    """It drops words with other characters: https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/diff/diff.go."""
    options = re.findall(r"--[^\s,]+", kgen("between", "--help").out)
    assert "--show-secrets" in options
    assert all(re.fullmatch("[a-zA-Z0-9-=]+", word) for word in ["between", *options])


@pytest.mark.parametrize("words", [("a",), ("a", "b", "c")])
def test_other_words_are_refused(words: tuple[str, ...], kgen: Kgen) -> None:
    hint = 'for kubectl say KUBECTL_EXTERNAL_DIFF="kgen between", for Git: git config diff.external "kgen between"'
    assert kgen("between", *words) == (
        2,
        "",
        f"error: this compares two folders or files, not {len(words)}\n  hint: {hint}\n",
    )


def test_only_kubectls_folders_are_put_behind_the_command(tmp_path: Path) -> None:
    write(tmp_path, {"LIVE-x": "", "MERGED-y": ""})
    words = [str(tmp_path / "LIVE-x"), str(tmp_path / "MERGED-y"), "between"]
    assert room.arranged(words) == words
    assert room.arranged(["diff", "between"]) == ["diff", "between"]


# ---- Git


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose differ is kgen, in a process of its own."""
    root = tmp_path / "repository"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(root))
    git(root, "config", "diff.external", f"'{sys.executable}' -m kgen between")
    monkeypatch.setenv("PYTHONPATH", str(Path(room.__file__).parents[2]))
    return root


def shown(root: Path, *arguments: str) -> str:
    ran = subprocess.run(
        ["git", "-C", root, "--no-pager", *arguments],  # noqa: S607 - the one on PATH
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    return os.fsdecode(ran.stdout)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
@pytest.mark.usefixtures("nobody")
def test_git_shows_manifests_by_fields_and_the_rest_by_lines(repository: Path) -> None:
    """Slow: Git starts a process for each file."""
    commit(repository, {"-h.yaml": f"{ONE}# some\n# more\n# lines\n", "gone.yaml": "a: 1\n"})
    (repository / "link.yaml").symlink_to("gone.yaml")
    commit(repository, {})
    git(repository, "mv", "./-h.yaml", "b.yaml")
    write(repository, {"b.yaml": f"{TWO}# some\n# more\n# lines\n"})
    (repository / "gone.yaml").unlink()
    (repository / "link.yaml").unlink()
    (repository / "link.yaml").symlink_to("b.yaml")
    git(repository, "add", "--all")
    renamed, gone, link = shown(repository, "diff", "--cached").split("diff --git ")[1:]
    assert renamed.startswith("a/-h.yaml b/b.yaml\nrename from -h.yaml\nrename to b.yaml\nafter vs before")
    assert tells(renamed, *CHANGED)
    assert gone == (
        "a/gone.yaml b/gone.yaml\ndeleted file mode 100644\n--- a/gone.yaml\n+++ b/gone.yaml\n@@ -1 +0,0 @@\n-a: 1\n"
    )
    assert link == (
        "a/link.yaml b/link.yaml\n--- a/link.yaml\n+++ b/link.yaml\n@@ -1 +1 @@\n-gone.yaml\n"
        "\\ No newline at end of file\n+b.yaml\n\\ No newline at end of file\n"
    )


ZERO = "0" * 40


def told(tmp_path: Path, before: str | bytes | None, after: str | bytes | None, name: str = "a.yaml") -> room.Outcome:
    """What Git is told of a file with these contents."""
    words = [name]
    for side, content in (("before", before), ("after", after)):
        path = tmp_path / side
        if content is not None:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        words += [str(path), ZERO, "100644"] if content is not None else ["/dev/null", ".", "."]
    return room.between(words)


TOLD = {
    "a comment": (
        ONE,
        ONE + "# new\n",
        (
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -2,3 +2,4 @@\n kind: ConfigMap\n metadata: {name: one}\n data: {a: b}\n"
            "+# new\n"
        ),
    ),
    "a comment in a Secret": (SECRET, SECRET + "# new\n", "only comments, spelling or layout differ\n"),
    "a template": (
        "a: {{ b }}\n",
        "a: {{ c }}\n",
        "--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-a: {{ b }}\n+a: {{ c }}\n",
    ),
    "a password in a template": (
        "{{ a }}\npassword: hunter2\n",
        "{{ a }}\npassword: hunter3\n",
        "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +1,2 @@\n {{ a }}\n-password: ‹secret 1›\n+password: ‹secret 2›\n",
    ),
    "one side that is no manifest": (
        ONE,
        "a: 1\n",
        (
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,4 +1 @@\n-apiVersion: v1\n-kind: ConfigMap\n-metadata: {name: one}\n"
            "-data: {a: b}\n+a: 1\n"
        ),
    ),
    "what would steer a terminal": (
        "a",
        "\x1b[31m",
        (
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+\\x1b[31m\n"
            "\\ No newline at end of file\n"
        ),
    ),
    "no text": (b"\xff", b"\xfe\0", "Binary files a/a.yaml and b/a.yaml differ\n"),
    "bytes that are no UTF-8": (
        b"\xff\n",
        b"\xfe\n",
        "--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-\\udcff\n+\\udcfe\n",
    ),
    "very many lines": (
        "a\n" * 30_000 + "same\n",
        "b\n" * 30_000 + "same\n",
        "Files a/a.yaml and b/a.yaml differ in too many lines\n",
    ),
    "nothing": ("", "", ""),
}


@pytest.mark.parametrize(("before", "after", "expected"), TOLD.values(), ids=TOLD)
def test_what_git_is_told(tmp_path: Path, before: str | bytes, after: str | bytes, expected: str) -> None:
    header = "diff --git a/a.yaml b/a.yaml\n"
    assert told(tmp_path, before, after) == (None, header + expected, 0)


def test_git_is_told_what_differs_in_manifests(tmp_path: Path) -> None:
    for before, after, op in ((ONE, TWO, "change"), (None, ONE, "add"), (ONE, None, "remove")):
        found = told(tmp_path, before, after)
        assert found.comparison
        assert [change.op for change in found.comparison.resources] == [op]
        assert found.code == 0
    assert told(tmp_path, SECRET, SECRET.replace("hunter2-", "hunter3-")).comparison
    mode = room.between(["a", "/dev/null", ".", "100644", "/dev/null", ".", "100755"])
    assert mode.text.endswith("a b/a\nnew file mode 100755\n")


def test_git_never_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(tmp_path, "[" * 3000, ONE).code == 0
    gone = room.between(["a.yaml", str(tmp_path / "gone"), ZERO, "100644", "/dev/null", ".", "."])
    assert gone == (
        None,
        "diff --git a/a.yaml b/a.yaml\ndeleted file mode 100644\ncannot read this: no such file or directory\n",
        0,
    )
    monkeypatch.setenv("GIT_DIFF_PATH_COUNTER", "1")
    assert room.between(["a.yaml"]) == (None, "* Unmerged path a.yaml\n", 0)

    def broken(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(room, "compare", broken)
    assert told(tmp_path, ONE, TWO).text == "diff --git a/a.yaml b/a.yaml\ncannot be compared\n"
