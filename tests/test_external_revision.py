"""Building a Git revision, from real repositories made for it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Kgen
from repositories import FILES, commit, git, write

from kgen.errors import InputError, KgenError, ToolError, Unsupported
from kgen.external import objects, process
from kgen.external.revision import revision
from kgen.kustomize import build

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not there"),
    pytest.mark.usefixtures("nobody"),
]


def names(folder: Path, ref: str) -> list[str]:
    """What a build at a revision holds."""
    with revision(str(folder), ref) as found:
        return [str(resource.id) for resource in build(found.folder, found.fs)]


def failure(folder: Path, ref: str) -> str:
    """What is said of a build at a revision that fails: the kind of error, message, place, hint."""
    with pytest.raises(KgenError) as raised, revision(str(folder), ref) as found:
        build(found.folder, found.fs)
    error = raised.value
    shown = f"{type(error).__name__}: {error.message} | {error.origin} | {error.hint}"
    return shown.replace(str(folder), "HERE")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two commits; the work tree holds something else, and is not clean."""
    root = tmp_path / "repository"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(root))
    commit(root, FILES)
    commit(root, {"base/cm.yaml": FILES["base/cm.yaml"].replace("one", "two")})
    write(root, {"base/cm.yaml": "not: [even yaml", "new": "x"})
    return root


def state(root: Path) -> dict[str, tuple[int, bytes]]:
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


# ---- what is read


def test_a_revision_is_built_and_nothing_is_touched(repository: Path) -> None:
    before = state(repository)
    assert names(repository / "overlays" / "dev", "HEAD") == ["ConfigMap/two"]
    assert names(repository / "overlays" / "dev", "HEAD~1") == ["ConfigMap/one"]
    assert state(repository) == before


def test_a_revision_says_what_it_is(repository: Path) -> None:
    with revision(str(repository / "overlays"), "main~1") as found:
        assert found.commit == git(repository, "rev-parse", "HEAD~1")
        assert (found.name, found.root) == ("main~1", str(repository))
        assert found.folder == f"{repository}/overlays"


def test_a_folder_that_is_gone_now_is_built(repository: Path) -> None:
    shutil.rmtree(repository / "overlays")
    assert names(repository / "overlays" / "dev", "HEAD") == ["ConfigMap/two"]


def test_branches_tags_commits_and_searches_name_revisions(repository: Path) -> None:
    git(repository, "tag", "light", "HEAD~1")
    git(repository, "tag", "--annotate", "--message=m", "heavy", "HEAD~1")
    git(repository, "tag", "--annotate", "--message=m", "heavier", "heavy")
    git(repository, "checkout", "--quiet", "--force", "--detach", "HEAD~1")
    first = git(repository, "rev-parse", "HEAD")
    for ref in ("light", "heavy", "heavier", "HEAD", "@", first, first[:8], "main^", "main^{/m}~1"):
        assert names(repository / "base", ref) == ["ConfigMap/one"]
    assert names(repository / "base", "main") == ["ConfigMap/two"]


def test_a_bare_repository_stands_for_its_files(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
    assert names(tmp_path / "bare.git" / "overlays" / "dev", "main") == ["ConfigMap/two"]


def test_a_linked_work_tree_is_a_root_of_its_own(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), "HEAD~1")
    assert names(tmp_path / "linked" / "overlays" / "dev", "HEAD") == ["ConfigMap/one"]


def test_links_to_the_repository_and_in_it_are_followed(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "here").symlink_to(repository)
    (tmp_path / "inside").symlink_to(repository / "overlays")
    os.symlink("dev", repository / "overlays" / "current")
    git(repository, "add", "overlays/current")
    git(repository, "commit", "--quiet", "--message=m")
    (repository / "overlays" / "current").unlink()
    (repository / "overlays" / "current").symlink_to("elsewhere")  # the revision's link counts, not this
    assert names(tmp_path / "here" / "overlays" / "dev", "HEAD") == ["ConfigMap/two"]
    assert names(tmp_path / "here" / "overlays" / "current", "HEAD") == ["ConfigMap/two"]
    assert names(tmp_path / "inside" / "dev", "HEAD") == ["ConfigMap/two"]


@pytest.mark.parametrize("odd", [b"a b", b"line\nfeed", b"\xff\xfe", b'quo"te', b"tab\t", "ä".encode(), b"-x"])
def test_any_name_of_a_folder_is_read(repository: Path, odd: bytes) -> None:
    folder = repository / os.fsdecode(odd)
    commit(repository, {f"{os.fsdecode(odd)}/{path.removeprefix('base/')}": text for path, text in FILES.items()})
    assert names(folder, "HEAD") == ["ConfigMap/one"]


def test_a_repository_with_long_hashes_is_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "long")
    assert len(commit(tmp_path / "long", FILES)) == 64
    assert names(tmp_path / "long" / "base", "HEAD") == ["ConfigMap/one"]


def test_vendored_copies_are_those_of_the_revision(repository: Path) -> None:
    address = "https://example.org/cm.yaml"
    commit(repository, {"remote/kustomization.yaml": f"resources: ['{address}']\n", "base/cm.yaml": "a: 1\n"})
    commit(repository, {".kgen/vendor/example.org/cm.yaml": FILES["base/cm.yaml"]})
    shutil.rmtree(repository / ".kgen")
    assert names(repository / "remote", "HEAD") == ["ConfigMap/one"]
    assert failure(repository / "remote", "HEAD~1").startswith(
        "NotVendored: not supported by the built-in engine: the remote resource https://example.org/cm.yaml"
    )


def test_within_a_hook_the_folder_counts_and_not_the_hooks_repository(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet", "other")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"):
        monkeypatch.setenv(name, str(tmp_path / "other" / ".git"))
    with revision(str(repository / "base"), "HEAD") as found:
        assert [str(resource.id) for resource in build(found.folder, found.fs)] == ["ConfigMap/two"]


def test_an_object_that_replaces_another_does_not_count(repository: Path) -> None:
    git(repository, "replace", "HEAD", "HEAD~1")
    assert names(repository / "base", "HEAD") == ["ConfigMap/two"]


# ---- what is never run


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Path]:
    """A program that nothing may start."""
    sprung = tmp_path / "sprung"
    program = tmp_path / "trap"
    program.write_text(f"#!/bin/sh\necho $0 $* >> {sprung}\nexit 1\n")
    program.chmod(0o755)
    yield program
    assert not sprung.exists(), sprung.read_text()


def test_nothing_of_the_repositorys_configuration_is_run(repository: Path, trap: Path) -> None:
    commit(
        repository, {".gitattributes": "*.txt filter=f\n* diff=f\n", "a.txt": "", "base/cm.yaml": FILES["base/cm.yaml"]}
    )
    hooks = repository / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(trap, hooks / name)
    for key in (
        *(
            "core.fsmonitor",
            "core.pager",
            "core.sshCommand",
            "core.editor",
            "core.gitProxy",
            "core.alternateRefsCommand",
        ),
        *("diff.external", "diff.f.textconv", "diff.f.command", "filter.f.smudge", "filter.f.process", "gpg.program"),
        *("alias.cat-file", "alias.ls-tree", "alias.rev-parse", "credential.helper", "pager.ls-tree"),
    ):
        git(repository, "config", key, f"!{trap}" if key.startswith("alias") else str(trap))
    git(repository, "config", "core.hooksPath", str(hooks))
    assert names(repository / "overlays" / "dev", "HEAD") == ["ConfigMap/one"]
    with revision(str(repository), "HEAD") as found, pytest.raises(Unsupported, match="a file that Git filters by 'f'"):
        found.fs.read(f"{found.root}/a.txt")


def test_a_partial_clone_fetches_nothing(repository: Path, tmp_path: Path, trap: Path) -> None:
    git(repository, "config", "uploadpack.allowFilter", "true")
    source = f"file://{repository}"
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", source, "partial")
    partial = tmp_path / "partial"
    git(partial, "config", "remote.origin.uploadpack", str(trap))
    said = failure(partial / "base", "HEAD")
    assert said.startswith("ToolError: ")
    assert f" | HERE/kustomization.yaml | a partial clone fetches it by: git -C {partial} cat-file -p " in said
    git(partial, "config", "--unset", "remote.origin.uploadpack")
    for path in ("base/kustomization.yaml", "base/cm.yaml"):
        git(partial, "show", f"HEAD:{path}")
    assert names(partial / "base", "HEAD") == ["ConfigMap/two"]


# ---- what is refused


def test_a_folder_in_no_repository(tmp_path: Path) -> None:
    assert failure(tmp_path, "HEAD") == (
        "InputError: this is in no Git repository, so it has no revisions | HERE"
        " | leave --revision out to build what is on the disk"
    )


@pytest.mark.parametrize("ref", ["", "-x", "--help", "a\nb", "a\0b"])
def test_what_can_be_no_revision(repository: Path, ref: str) -> None:
    assert failure(repository, ref) == (
        f"InputError: {ref!r} is no revision | None | name a branch, a tag or a commit, as in HEAD~1"
    )


@pytest.mark.parametrize(
    ("ref", "hint"),
    [
        ("mian", "did you mean 'main'?"),
        ("HAED", "did you mean 'HEAD'?"),
        ("v1.1", "did you mean 'v1.0'?"),
        ("topic", "did you mean 'origin/topic'?"),
        ("HEAD~7", "`git log --oneline --all` lists the commits there are"),
        ("HEAD:base", "did you mean 'HEAD'?"),
        ("0123456", "`git log --oneline --all` lists the commits there are"),
    ],
)
def test_a_revision_that_is_not_there(repository: Path, ref: str, hint: str) -> None:
    git(repository, "tag", "v1.0")
    git(repository, "update-ref", "refs/remotes/origin/topic", "HEAD")
    assert failure(repository, ref) == f"InputError: there is no revision {ref!r} | None | {hint}"


def test_a_repository_without_commits(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert failure(tmp_path, "HEAD") == (
        "InputError: there is no revision 'HEAD' | None | this repository has no commits yet"
    )


def test_a_shallow_clone(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    assert failure(tmp_path / "shallow", "HEAD~1") == (
        "InputError: there is no revision 'HEAD~1' | None"
        " | this clone holds only the last commits; fetch the others with: git fetch --unshallow"
    )


def test_a_commit_of_which_too_little_is_given(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--force", "--orphan", "empty")
    tree = git(repository, "write-tree")
    made = {git(repository, "commit-tree", tree, "-m", message)[:4] for message in ("28", "133")}
    assert made == {"60c6"}
    assert failure(repository, "60c6") == "InputError: several commits begin with '60c6' | None | write more of it"


def test_a_tree_without_files(repository: Path) -> None:
    git(repository, "rm", "--quiet", "-r", "--force", ".")
    git(repository, "commit", "--quiet", "--message=m")
    assert failure(repository, "HEAD") == (
        "InputError: there is no kustomization.yaml in HERE | HERE | write one that lists its resources"
    )


CHECK_OUT = "check the revision out with `git worktree add`, and build it there"


def test_a_submodule(repository: Path) -> None:
    write(repository, {"base/kustomization.yaml": "resources: [sub/deploy]\n"})
    git(repository, "add", "base/kustomization.yaml")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},base/sub")
    git(repository, "commit", "--quiet", "--message=m")
    assert failure(repository / "base", "HEAD") == (
        f"Unsupported: not supported by the built-in engine: a submodule at a revision | HERE/sub | {CHECK_OUT}"
    )
    assert names(repository / "base", "HEAD~1") == ["ConfigMap/two"]


@pytest.mark.parametrize(
    ("start", "tool"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n", "Git LFS"),
        ("\0GITCRYPT\0abc", "git-crypt"),
    ],
)
def test_a_file_that_is_stored_in_another_form(repository: Path, start: str, tool: str) -> None:
    commit(repository, {"base/cm.yaml": start})
    assert failure(repository / "base", "HEAD") == (
        f"Unsupported: not supported by the built-in engine: a file that Git stores by {tool}"
        f" | HERE/cm.yaml | {CHECK_OUT}"
    )


def test_a_file_too_large(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MAX_SIZE", 1 << 20)
    commit(repository, {"base/cm.yaml": "#" * ((1 << 20) + 1)})
    assert failure(repository / "base", "HEAD") == (
        "Unsupported: not supported by the built-in engine: a file of more than 1 MB | HERE/cm.yaml | None"
    )
    with revision(str(repository), "HEAD") as found:
        with pytest.raises(Unsupported):
            found.fs.read(f"{repository}/base/cm.yaml")
        assert found.fs.read(f"{repository}/base/kustomization.yaml") == b"resources: [cm.yaml]\n"


def loose(root: Path, name: str) -> Path:
    found = git(root, "rev-parse", name)
    return root / ".git" / "objects" / found[:2] / found[2:]


def test_a_blob_that_is_not_there(repository: Path) -> None:
    name = git(repository, "rev-parse", "HEAD:base/cm.yaml")
    loose(repository, "HEAD:base/cm.yaml").unlink()
    assert failure(repository / "base", "HEAD") == (
        "ToolError: this clone has no content of this file | HERE/cm.yaml"
        f" | a partial clone fetches it by: git -C HERE cat-file -p {name};"
        " of any other, `git fsck` tells what is missing"
    )


def test_a_repository_that_is_damaged(repository: Path) -> None:
    path = loose(repository, "HEAD:base/cm.yaml")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:20])
    said = failure(repository / "base", "HEAD")
    assert said.startswith("ToolError: git -C HERE cat-file --batch: ")  # what follows is Git's, and changes
    assert " | HERE/cm.yaml | a partial clone fetches it by: git -C HERE cat-file -p " in said


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may give files away")
def test_a_repository_of_somebody_else(repository: Path) -> None:
    for path in (repository, repository / ".git"):
        os.chown(path, 12345, 12345)
    assert failure(repository, "HEAD") == (
        "ToolError: git -C HERE rev-parse --is-bare-repository --absolute-git-dir: exit code 128: "
        "fatal: detected dubious ownership in repository at 'HERE'; To add an exception for this directory, call:; "
        "git config --global --add safe.directory HERE | None | None"
    )


def test_git_is_missing(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert failure(repository, "HEAD") == (
        "ToolError: git is not installed, or not on PATH | None | get it: https://git-scm.com/downloads"
    )
    with pytest.raises(ToolError, match=r"^git is not installed, or not on PATH$"):
        objects.Objects(str(repository)).blob("1" * 40)


def test_git_ends_whatever_happens(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = process.start
    monkeypatch.setattr(process, "start", lambda *given: started.append(start(*given)) or started[-1])

    def interrupted() -> None:
        with revision(str(repository), "HEAD"):
            assert [git.poll() for git in started] == [None]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [git.poll() for git in started] == [0]


# ---- on the command line


def test_kgen_build_at_a_revision(repository: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    monkeypatch.chdir(repository)
    ran = kgen("build", "overlays/dev", "--revision", "HEAD~1")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n"


def test_errors_and_warnings_name_files_as_git_show_does(
    repository: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    commit(repository, {"base/kustomization.yaml": "namePrefix: a-\nnamePrefix: b-\nresources: [gone.yaml]\n"})
    commit(repository, {"base/kustomization.yaml": "namePrefix: a-\nnamePrefix: b-\nresources: []\n"})
    monkeypatch.chdir(repository / "overlays")
    warned = kgen("build", "dev", "--revision", "HEAD")
    assert warned.code == 0
    assert warned.err.startswith("HEAD:base/kustomization.yaml:2:1: warning: ")
    ran = kgen("build", "dev", "--revision", "HEAD~1")
    assert ran.code == 2
    assert ran.err == (
        "HEAD~1:base/kustomization.yaml:3:13: error: cannot read 'gone.yaml': there is no such file\n"
        f"  hint: correct the name, or make it in {repository}/base\n"
        "  from HEAD~1:overlays/dev/kustomization.yaml:1:13\n"
    )


@pytest.mark.parametrize("engine", ["kubectl", "kustomize"])
def test_other_engines_build_no_revision(repository: Path, engine: str, kgen: Kgen) -> None:
    ran = kgen("build", str(repository), "--revision", "HEAD", "--engine", engine)
    assert ran.code == 2
    assert ran.err == (
        f"error: --revision is built by kgen itself, not by {engine}\n"
        "  hint: check it out beside this with `git worktree add`, and build it there\n"
    )


def test_a_file_at_a_revision_is_no_folder(repository: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    monkeypatch.chdir(repository)
    ran = kgen("build", "base/cm.yaml", "--revision", "HEAD")
    assert (ran.code, ran.err) == (
        2,
        "HEAD:base/cm.yaml: error: this is a file, not a folder with a kustomization\n  hint: name its folder: base\n",
    )


def test_the_error_of_no_repository_has_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised, revision(str(tmp_path / "gone" / "deep"), "HEAD"):
        pass
    assert str(raised.value.origin) == str(tmp_path)
