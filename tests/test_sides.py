"""What `kgen diff` compares with what: from real repositories and files made for it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import FILES, commit, git, write

from kgen.commands.side import Side
from kgen.commands.sides import Reading, read_sides
from kgen.errors import KgenError, Origin
from kgen.external import process

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not there"),
    pytest.mark.usefixtures("nobody"),
]
ONE = FILES["base/cm.yaml"]
DEV = "overlays/dev/kustomization.yaml"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A repository with two commits on main, whose overlay got a prefix in the second one."""
    root = tmp_path / "here"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(root))
    commit(root, FILES)
    commit(root, {DEV: FILES[DEV] + "namePrefix: dev-\n"})
    return root


def side(found: Side, root: Path) -> str:
    """A side in one line: ``label: resources (notes)``."""
    names = " ".join(str(resource.id) for resource in found.resources)
    notes = f" ({'; '.join(found.notes)})" if found.notes else ""
    return f"{found.label}: {names}{notes}".replace(str(root), "HERE")


def sides(root: Path, *names: str, against: str | None = None, stdin: str = "") -> list[str]:
    """The pairs, each as ``after <- before``."""
    reading = Reading(stdin=lambda _: stdin.encode())
    pairs = read_sides(names, against, start=str(root), reading=reading)
    return [f"{side(after, root)} <- {side(before, root)}" for before, after in pairs]


def failure(root: Path, *names: str, against: str | None = None) -> str:
    with pytest.raises(KgenError) as raised:
        sides(root, *names, against=against)
    error = raised.value
    return f"{type(error).__name__}: {error.message} | {error.origin} | {error.hint}".replace(str(root), "HERE")


# ---- with the base


def test_an_overlay_is_compared_with_what_it_builds_on(here: Path) -> None:
    assert sides(here, "dev") == ["dev: ConfigMap/dev-one <- base: ConfigMap/one"]
    assert sides(here, "overlays/dev", against="base") == sides(here, "dev")
    assert sides(here / "overlays" / "dev", ".") == sides(here, "dev")
    assert sides(here, DEV) == sides(here, "dev")
    assert sides(here) == sides(here, "dev")


def test_one_that_builds_on_nothing_is_new(here: Path) -> None:
    assert sides(here, "base") == ["base: ConfigMap/one <- nothing: "]


def test_all_that_it_builds_on_counts(here: Path) -> None:
    write(here, {"more/kustomization.yaml": "resources: [b.yaml]\n", "more/b.yaml": ONE.replace("one", "two")})
    write(here, {DEV: "resources: [../../base, ../../more, c.yaml]\n", "overlays/dev/c.yaml": ONE.replace("one", "c")})
    assert sides(here, "dev") == [
        "dev: ConfigMap/c ConfigMap/one ConfigMap/two <- base, more: ConfigMap/one ConfigMap/two"
    ]


def test_a_remote_base_is_its_vendored_copy(here: Path) -> None:
    address = "https://github.com/org/shop//deploy?ref=v1"
    copy = ".kgen/vendor/github.com/org/shop@v1/deploy"
    write(here, {DEV: f"resources: ['{address}']\nnamePrefix: dev-\n"})
    write(here, {f"{copy}/{path.removeprefix('base/')}": FILES[path] for path in FILES if path.startswith("base/")})
    assert sides(here, "dev") == ["dev: ConfigMap/dev-one <- deploy: ConfigMap/one"]


def test_a_side_knows_where_it_was_built(here: Path) -> None:
    for before, after in read_sides(["dev"], "HEAD~1", start=str(here)):
        assert before.folder == after.folder == f"{here}/overlays/dev"
        texts = [found.fs.read(f"{here}/{DEV}") for found in (before, after) if found.fs]
        assert texts == [FILES[DEV].encode(), (here / DEV).read_bytes()]
    assert before.resources[0].origin == Origin("HEAD~1:base/cm.yaml", 1)
    assert after.resources[0].origin == Origin(f"{here}/base/cm.yaml", 1)


def test_origins_of_fields_and_oddities_are_those_of_the_first_side(here: Path) -> None:
    write(here, {DEV: "namePrefix: a-\n" + (here / DEV).read_text()})
    oddities: list[object] = []
    reading = Reading(origins=True, oddities=oddities)  # type: ignore[arg-type]
    ((before, after),) = read_sides(["dev"], None, start=str(here), reading=reading)
    assert len(oddities) == 1
    assert before.resources[0].origins is None
    assert after.resources[0].origins is not None


# ---- with a revision


def test_an_overlay_is_compared_with_itself_at_a_revision(here: Path) -> None:
    assert sides(here, "dev", against="HEAD~1") == ["dev: ConfigMap/dev-one <- HEAD~1: ConfigMap/one"]
    assert sides(here, "dev", against="main") == ["dev: ConfigMap/dev-one <- main: ConfigMap/dev-one"]
    assert sides(here / "base", "../overlays/dev", against="HEAD~1") == sides(here, "dev", against="HEAD~1")
    assert sides(here, against="HEAD~1") == sides(here, "dev", against="HEAD~1")


def test_what_is_not_committed_is_named_where_it_matters(here: Path) -> None:
    note = "working tree: {} not committed"
    write(here, {"unrelated.yaml": "x", "base/unrelated.yaml": "x"})
    assert "(" not in sides(here, "dev", against="HEAD")[0]
    write(here, {"base/cm.yaml": ONE + "data: {a: b}\n"})
    assert f"({note.format('1 file')}) <- HEAD" in sides(here, "dev", against="HEAD")[0]
    write(here, {".gitignore": "secret.env\n", "overlays/dev/secret.env": "A=b\n"})
    with (here / DEV).open("a") as file:
        file.write("secretGenerator: [{name: s, envs: [secret.env]}]\n")
    assert f"({note.format('3 files')}) <- HEAD" in sides(here, "dev", against="HEAD")[0]
    git(here, "add", "--all")
    assert f"({note.format('3 files')}) <- HEAD" in sides(here, "dev", against="HEAD")[0]
    git(here, "add", "--force", "overlays/dev/secret.env")
    git(here, "commit", "--quiet", "--message=m")
    assert "(" not in sides(here, "dev", against="HEAD")[0]
    assert "(" not in sides(here, "dev")[0]


def test_looking_for_what_is_not_committed_touches_and_runs_nothing(here: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "diff.x.textconv", "diff.x.command"):
        git(here, "config", key, str(trap))
    write(here, {".gitattributes": "* diff=x\n", "base/cm.yaml": ONE + "# new\n"})
    index = (here / ".git" / "index").stat().st_mtime_ns
    assert "1 file not committed" in sides(here, "dev", against="HEAD")[0]
    assert (here / ".git" / "index").stat().st_mtime_ns == index
    assert not (tmp_path / "sprung").exists()


def test_an_overlay_that_was_not_there_is_new(here: Path) -> None:
    write(here, {"overlays/new/kustomization.yaml": "resources: [../../base]\n"})
    assert sides(here, "new", against="main") == [
        (
            "new: ConfigMap/one (working tree: 1 file not committed)"
            " <- main:  (new was not there at main: all of it is added)"
        )
    ]


def test_an_overlay_that_was_renamed_is_told_its_former_name(here: Path) -> None:
    git(here, "mv", "overlays/dev", "overlays/development")
    assert sides(here, "development", against="main") == [
        (
            "development: ConfigMap/dev-one (working tree: 1 file not committed)"
            " <- main:  (development was not there at main: all of it is added;"
            " if it was called overlays/dev, compare --against main:overlays/dev)"
        )
    ]
    assert sides(here, "development", against="main:overlays/dev") == [
        "development: ConfigMap/dev-one <- main:overlays/dev: ConfigMap/dev-one"
    ]
    assert len(sides(here, against="main")) == 2  # the one that is gone, too


def test_an_overlay_that_is_gone_is_removed(here: Path) -> None:
    shutil.rmtree(here / "overlays" / "dev")
    gone = "dev:  ({} is gone: all of it is removed) <- main: ConfigMap/dev-one"
    assert sides(here, "dev", against="main") == [gone.format("dev")]
    assert sides(here, "overlays/dev", against="main") == [gone.format("overlays/dev")]
    assert sides(here, against="main") == [
        "base: ConfigMap/one <- main: ConfigMap/one",  # nothing builds upon it any more
        gone.format("overlays/dev"),
    ]
    assert failure(here, "devel", against="main") == (
        "InputError: no overlay and no folder is called 'devel', nor was at main | None"
        " | there are no overlays yet: `kgen overlay minikube` makes one"
    )


def test_a_folder_that_was_no_kustomization_yet_was_not_there(here: Path) -> None:
    commit(here, {"k/a.yaml": "patch: only\n"})
    write(here, {"k/kustomization.yaml": "resources: [../base]\n"})
    assert sides(here, "k", against="HEAD")[0].endswith("HEAD:  (k was not there at HEAD: all of it is added)")


def test_manifests_are_compared_with_themselves_at_a_revision(here: Path) -> None:
    commit(here, {"plain/a.yaml": ONE, "plain/b.yaml": ONE.replace("one", "two")})
    (here / "plain" / "b.yaml").unlink()
    assert sides(here, "plain", against="HEAD") == ["plain: ConfigMap/one <- HEAD: ConfigMap/one ConfigMap/two"]
    assert sides(here, "plain/a.yaml", against="HEAD") == ["a.yaml: ConfigMap/one <- HEAD: ConfigMap/one"]


def test_places_at_a_revision_are_written_as_in_git(here: Path) -> None:
    write(here, {DEV: "not: [yaml"})
    assert sides(here, "main:overlays/dev", against="main~1:overlays/dev") == [
        "main:overlays/dev: ConfigMap/dev-one <- main~1:overlays/dev: ConfigMap/one"
    ]
    assert sides(here, "main:overlays/dev") == ["main:overlays/dev: ConfigMap/dev-one <- base: ConfigMap/one"]
    assert sides(here, "main:overlays/dev", against="main~1") == [
        "main:overlays/dev: ConfigMap/dev-one <- main~1: ConfigMap/one"
    ]
    assert sides(here / "overlays", "main^{/m}:./dev/kustomization.yaml", against="../base/cm.yaml") == [
        "main^{/m}:./dev/kustomization.yaml: ConfigMap/dev-one <- cm.yaml: ConfigMap/one"
    ]
    assert sides(here, "base", against="main:base/cm.yaml") == [
        "base: ConfigMap/one <- main:base/cm.yaml: ConfigMap/one"
    ]
    assert failure(here, "base", against="main:bsae") == (
        "InputError: cannot read this: no such file or directory | main:bsae | None"
    )


def test_errors_at_a_revision_name_files_as_in_git(here: Path) -> None:
    commit(here, {DEV: "resources: [gone.yaml]\n"})
    write(here, {DEV: FILES[DEV]})
    assert failure(here, "dev", against="HEAD").startswith(
        f"Missing: cannot read 'gone.yaml': there is no such file | HEAD:{DEV}:1:13 | "
    )


# ---- where a branch began


@pytest.fixture
def topic(here: Path) -> Path:
    """As `here`, on a branch that left main one commit ago."""
    git(here, "checkout", "--quiet", "-b", "topic", "HEAD~1")
    commit(here, {DEV: FILES[DEV] + "nameSuffix: -topic\n"})
    return here


def test_a_merge_base_shows_the_branch_and_not_what_main_did(topic: Path) -> None:
    short = git(topic, "rev-parse", "main~1")[:7]
    expected = [f"dev: ConfigMap/one-topic <- merge-base {short} with main: ConfigMap/one"]
    assert sides(topic, "dev", against="merge-base") == expected
    assert sides(topic, "dev", against="merge-base:main") == expected
    assert sides(topic, against="merge-base:main^{}") == [expected[0].replace("main", "main^{}")]
    git(topic, "checkout", "--quiet", "--detach")
    assert sides(topic, "dev", against="merge-base") == expected


def test_a_branch_that_has_all_of_head_is_told(here: Path) -> None:
    short = git(here, "rev-parse", "HEAD")[:7]
    note = "main has all that HEAD has: only what is not committed can differ"
    one = f"ConfigMap/dev-one <- merge-base {short} with main: ConfigMap/dev-one ({note})"
    assert sides(here, "dev", against="merge-base") == [f"dev: {one}"]


def test_a_deleted_overlay_shows_against_a_merge_base(topic: Path) -> None:
    git(topic, "rm", "--quiet", "-r", "overlays")
    short = git(topic, "rev-parse", "main~1")[:7]
    assert sides(topic, against="merge-base")[1:] == [
        f"dev:  (overlays/dev is gone: all of it is removed) <- merge-base {short} with main: ConfigMap/one"
    ]


# ---- with a place


def test_overlays_folders_files_and_streams_are_compared_with_each_other(here: Path) -> None:
    write(here, {"overlays/prod/kustomization.yaml": "resources: [../../base]\nnamePrefix: prod-\n"})
    write(here, {"m/a.yaml": ONE, "before.yaml": ONE, "after.yaml": ONE.replace("one", "two")})
    prod = "prod: ConfigMap/prod-one"
    assert sides(here, "dev", against="prod") == [f"dev: ConfigMap/dev-one <- {prod}"]
    assert sides(here, "dev", against="overlays/prod") == [f"dev: ConfigMap/dev-one <- {prod}"]
    assert sides(here, "dev", against="m") == ["dev: ConfigMap/dev-one <- m: ConfigMap/one"]
    assert sides(here, "after.yaml", against="before.yaml") == [
        "after.yaml: ConfigMap/two <- before.yaml: ConfigMap/one"
    ]
    assert sides(here, "dev", against="-", stdin=ONE) == ["dev: ConfigMap/dev-one <- standard input: ConfigMap/one"]
    assert sides(here, "-", against="./m/", stdin="# none\n") == ["standard input:  <- m: ConfigMap/one"]


def test_what_a_shell_puts_in_place_of_a_process_is_read(here: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, ONE.encode())
    os.close(writer)
    assert sides(here, "dev", against=f"/dev/fd/{reader}") == [
        f"dev: ConfigMap/dev-one <- /dev/fd/{reader}: ConfigMap/one"
    ]
    os.close(reader)


def test_sides_of_one_name_are_told_apart_by_their_paths(here: Path) -> None:
    shutil.copytree(here / "overlays", here / "other" / "overlays")
    shutil.copytree(here / "base", here / "other" / "base")
    assert sides(here, "dev", against="other/overlays/dev") == [
        "dev: ConfigMap/dev-one <- other/overlays/dev: ConfigMap/dev-one"
    ]


def test_what_a_server_gave_is_said_and_its_own_fields_count_on_neither_side(here: Path) -> None:
    live = ONE.replace("{name: one}", "{name: one, uid: 7, labels: {a: b}}") + "status: {}\n"
    owned = ONE.replace("{name: one}", "{name: x, uid: 8, ownerReferences: [{controller: true}]}")
    write(here, {"live.yaml": f"{live}---\n{owned}", "base/cm.yaml": ONE + "status: {}\n"})
    ((before, after),) = read_sides(["base"], "live.yaml", start=str(here))
    assert [found.resources[0].body["metadata"] for found in (before, after)] == [
        {"name": "one", "labels": {"a": "b"}},
        {"name": "one"},
    ]
    assert all("status" not in found.resources[0].body for found in (before, after))
    assert before.notes == (
        "1 resource as an API server gave them: without status, managedFields and what else it adds",
        "without what controllers made of other resources: 1 ConfigMap",
    )


# ---- names that could be several things


def test_what_is_on_the_disk_comes_before_a_revision_and_that_is_said(here: Path) -> None:
    git(here, "branch", "dev", "HEAD~1")
    git(here, "tag", "m.yaml")
    write(here, {"m.yaml": ONE})
    note = "(working tree: 0)"
    assert note not in sides(here, "base", against="dev")[0]
    assert sides(here, "base", against="dev") == [
        (
            "base: ConfigMap/one <- dev: ConfigMap/dev-one"
            " ('dev' is taken for overlays/dev; for the revision say refs/heads/dev)"
        )
    ]
    assert sides(here, "base", against="refs/heads/dev") == ["base: ConfigMap/one <- refs/heads/dev: ConfigMap/one"]
    assert sides(here, "base", against="dev^{}") == ["base: ConfigMap/one <- dev^{}: ConfigMap/one"]
    assert sides(here, "base", against="m.yaml")[0].endswith(
        "('m.yaml' is taken for m.yaml; for the revision say refs/tags/m.yaml)"
    )
    head = git(here, "rev-parse", "HEAD")[:8]
    write(here, {f"{head}/a.yaml": ONE})
    assert sides(here, "base", against=head)[0].endswith(
        f"('{head}' is taken for {head}; for the revision say {head}^{{}})"
    )


def test_a_folder_with_nothing_to_compare_hides_no_revision(here: Path) -> None:
    write(here, {"main/main.go": "package main\n"})
    assert sides(here, "base", against="main") == [
        "base: ConfigMap/one <- main: ConfigMap/one ('main' is taken for the revision; for the path say ./main)"
    ]
    assert failure(here, "base", against="./main") == (
        "InputError: there is no resource here | HERE/main | name what holds manifests"
    )


def test_base_and_merge_base_are_words_and_paths_force_the_folder(here: Path) -> None:
    write(here, {"merge-base": ONE.replace("one", "two")})
    assert sides(here, "dev", against="base") == sides(here, "dev")
    assert sides(here, "dev", against="./merge-base") == ["dev: ConfigMap/dev-one <- merge-base: ConfigMap/two"]
    assert "merge-base " in sides(here, "dev", against="merge-base")[0]


REFUSED: dict[str, tuple[tuple[str, ...], str | None, str]] = {
    "a revision for a name": (
        ("main",),
        None,
        (
            "InputError: 'main' is a revision, not what to compare | None"
            " | compare with it: --against main; or name what to take from it: main:overlays/prod"
        ),
    ),
    "no name": (("dve",), None, "InputError: no overlay and no folder is called 'dve' | None | did you mean 'dev'?"),
    "nearly a revision": (
        ("dev",),
        "mian",
        "InputError: nothing is called 'mian': no overlay, no path, no revision | None | did you mean 'main'?",
    ),
    "nearly an overlay": (
        ("dev",),
        "deev",
        "InputError: nothing is called 'deev': no overlay, no path, no revision | None | did you mean 'dev'?",
    ),
    "nearly a path": (
        ("dev",),
        "overlays/def",
        (
            "InputError: nothing is called 'overlays/def': no overlay, no path, no revision | None"
            " | did you mean 'overlays/dev'?"
        ),
    ),
    "nearly a word": (
        ("dev",),
        "mergebase",
        (
            "InputError: nothing is called 'mergebase': no overlay, no path, no revision | None"
            " | did you mean 'merge-base'?"
        ),
    ),
    "far from all": (
        ("dev",),
        "0123456",
        (
            "InputError: nothing is called '0123456': no overlay, no path, no revision | None"
            " | `git log --oneline --all` lists the commits there are"
        ),
    ),
    "an option": (
        ("dev",),
        "--all",
        (
            "InputError: nothing is called '--all': no overlay, no path, no revision | None"
            " | `git log --oneline --all` lists the commits there are"
        ),
    ),
    "manifests without another side": (
        ("base/cm.yaml",),
        None,
        "InputError: cm.yaml is built on nothing | None | to compare it with the folder base, say --against ./base",
    ),
    "a folder of overlays": (
        ("overlays",),
        "main",
        (
            "InputError: there is a kustomization among these manifests | HERE/overlays/dev/kustomization.yaml"
            " | name its folder instead"
        ),
    ),
    "a stream at a revision": (
        ("-",),
        "main",
        (
            "InputError: standard input has no revisions | None"
            " | name what to compare it with, as in --against main:overlays/prod"
        ),
    ),
    "two streams": (
        ("-",),
        "-",
        "InputError: only one side can be standard input | None | put the other in a file, or in <(…)",
    ),
    "an empty name": (
        ("",),
        None,
        "InputError: an empty text names nothing | None | is a variable of your script not set?",
    ),
    "nothing to compare with": (
        ("dev",),
        "",
        "InputError: an empty text names nothing | None | is a variable of your script not set?",
    ),
    "no branch": (
        ("dev",),
        "merge-base:mian",
        "InputError: there is no branch 'mian' | None | did you mean 'main'?",
    ),
}


def test_manifests_alone_where_there_is_no_base(tmp_path: Path) -> None:
    write(tmp_path, {"cm.yaml": ONE})
    assert failure(tmp_path, "cm.yaml") == (
        "InputError: cm.yaml is built on nothing | None | say what to compare it with, as in --against before.yaml"
    )


@pytest.mark.parametrize(("names", "against", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(here: Path, names: tuple[str, ...], against: str | None, expected: str) -> None:
    assert failure(here, *names, against=against) == expected


def test_paths_are_compared_without_git(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sides(here, "dev", against="base/cm.yaml") == ["dev: ConfigMap/dev-one <- cm.yaml: ConfigMap/one"]
    assert sides(here) == ["dev: ConfigMap/dev-one <- base: ConfigMap/one"]
    assert failure(here, "dev", against="main").startswith("ToolError: git is not installed, or not on PATH | ")


def test_a_folder_of_manifests_is_built_on_nothing(here: Path) -> None:
    write(here, {"m/a.yaml": ONE})
    assert failure(here, "m") == (
        "InputError: there is no kustomization.yaml in HERE/m | HERE/m"
        " | say what to compare it with, as in --against before.yaml"
    )


def test_standard_input_that_is_closed(here: Path) -> None:
    def closed(_: int) -> bytes:
        raise OSError(9, "Bad file descriptor")

    with pytest.raises(KgenError, match=r"^standard input cannot be read$"):
        list(read_sides(["-"], "base/cm.yaml", start=str(here), reading=Reading(stdin=closed)))


# ---- where nobody names any


def test_overlays_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for app in ("a", "b"):
        write(tmp_path, {f"{app}/{path}": text for path, text in FILES.items()})
    assert [pair.partition(":")[0] for pair in sides(tmp_path)] == ["a/overlays/dev", "b/overlays/dev"]
    assert sides(tmp_path, "a/overlays/dev", "b/overlays/dev", "b/base")[1:] == [
        "b/overlays/dev: ConfigMap/one <- base: ConfigMap/one",
        "base: ConfigMap/one <- nothing: ",
    ]


def test_in_a_repository_that_never_saw_kgen_all_that_builds_on_another_counts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "apps/a/kustomization.yaml": "resources: [cm.yaml]\n",
            "apps/a/cm.yaml": ONE,
            "apps/a/prod/kustomization.yaml": "resources: [../../a]\n",
            "clusters/x/kustomization.yaml": "resources: [../../apps/a]\nnamePrefix: x-\n",
            "clusters/x/values.yaml": "a: 1\n",
            "component/kustomization.yaml": "kind: Component\nresources: [../apps/a]\n",
            ".hidden/kustomization.yaml": "resources: [../apps/a]\n",
            "node_modules/kustomization.yaml": "resources: [../apps/a]\n",
        },
    )
    (tmp_path / "clusters" / "y").symlink_to("x")
    assert sides(tmp_path / "clusters") == ["x: ConfigMap/x-one <- a: ConfigMap/one"]
    with pytest.raises(KgenError, match="leads in a circle") as raised:
        sides(tmp_path)
    assert str(raised.value.origin).endswith("apps/a/prod/kustomization.yaml:1:13")


def test_overlays_deeper_in_the_folder_of_overlays_count_too(here: Path) -> None:
    write(
        here,
        {
            "overlays/prod/eu/kustomization.yaml": "resources: [../../../base]\nnamePrefix: eu-\n",
            "overlays/prod/us/kustomization.yaml": "resources: [../../../base]\nnamePrefix: us-\n",
            "overlays/dev/part/kustomization.yaml": "resources: [../../../base]\n",
            "overlays/all/kustomization.yaml": "resources: [../prod/us]\n",
            "overlays/prod/plain/kustomization.yaml": "resources: []\n",
        },
    )
    write(here, {DEV: "resources: [part]\n"})
    assert [pair.partition(":")[0] for pair in sides(here)] == ["all", "dev", "eu"]


def test_a_wrong_name_is_told_with_the_overlays_there_are(tmp_path: Path) -> None:
    for app in ("a", "b"):
        write(tmp_path, {f"{app}/{path}": text for path, text in FILES.items()})
    told = "InputError: no overlay and no folder is called 'nope' | None | the overlays are: "
    assert failure(tmp_path, "nope") == f"{told}a/overlays/dev, b/overlays/dev"


def test_against_a_revision_those_count_too_that_nothing_includes(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    files = {
        "apps/web/kustomization.yaml": "resources: [cm.yaml]\ncomponents: [../more]\n",
        "apps/web/cm.yaml": ONE,
        "apps/more/kustomization.yaml": "kind: Component\nresources: [../deep]\n",
        "apps/deep/kustomization.yaml": "resources: [cm.yaml]\n",
        "apps/deep/cm.yaml": ONE.replace("one", "deep"),
        "apps/gone/kustomization.yaml": "resources: [cm.yaml]\n",
        "apps/gone/cm.yaml": ONE,
        "flux/kustomization.yaml": "resources: [../apps/deep]\n",
    }
    commit(tmp_path, files)
    shutil.rmtree(tmp_path / "apps" / "gone")
    write(tmp_path, {"apps/web/cm.yaml": ONE.replace("one", "two")})
    assert [pair.partition(":")[0] for pair in sides(tmp_path, against="HEAD")] == ["web", "flux", "gone"]
    assert [pair.partition(":")[0] for pair in sides(tmp_path)] == ["flux"]
    assert sides(tmp_path / "apps", against="HEAD")[0] == (
        "web: ConfigMap/deep ConfigMap/two (working tree: 1 file not committed) <- HEAD: ConfigMap/deep ConfigMap/one"
    )


def test_what_is_wrong_with_some_is_told_when_the_others_were_given(here: Path) -> None:
    for name in ("b", "c"):
        write(here, {f"overlays/{name}/kustomization.yaml": f"resources: [../../base, {name}.yaml]\n"})
    pairs = read_sides([], None, start=str(here))
    assert next(pairs)[1].label == "dev"
    with pytest.raises(KgenError) as raised:
        next(pairs)
    assert [part.message for part in raised.value.parts] == [
        "cannot read 'b.yaml': there is no such file",
        "cannot read 'c.yaml': there is no such file",
    ]


def test_where_there_is_none(tmp_path: Path) -> None:
    hint = "name a kustomization, as in: kgen diff path/to/overlay; `kgen overlay minikube` makes one"
    assert failure(tmp_path) == f"InputError: there is no overlay to compare | HERE | {hint}"
    (tmp_path / "base").mkdir()
    assert failure(tmp_path) == f"InputError: there is no overlay to compare | HERE/overlays | {hint}"


# ---- repositories of all kinds


def test_without_a_repository_only_paths_can_be_named(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert failure(tmp_path, "dev", against="main") == (
        "InputError: nothing is called 'main': no overlay, no path, no revision | None"
        " | here is no Git repository, so only overlays and paths can be named"
    )
    assert failure(tmp_path, "dev", against="merge-base") == (
        "InputError: this is in no Git repository, so it has no revisions | HERE/overlays/dev"
        " | compare with --against base, or name another path"
    )


def test_without_commits(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    write(tmp_path, FILES)
    assert sides(tmp_path, "dev") == ["dev: ConfigMap/one <- base: ConfigMap/one"]
    assert failure(tmp_path, "dev", against="HEAD") == (
        "InputError: nothing is called 'HEAD': no overlay, no path, no revision | None"
        " | this repository has no commits yet"
    )
    assert failure(tmp_path, "dev", against="merge-base") == (
        "InputError: this repository has no commits yet | None | commit once, or compare with --against base"
    )


def test_on_a_branch_that_is_not_born_yet(here: Path) -> None:
    git(here, "checkout", "--quiet", "--orphan", "fresh")
    assert sides(here, "dev", against="main") == [
        "dev: ConfigMap/dev-one (working tree: 3 files not committed) <- main: ConfigMap/dev-one"
    ]
    assert failure(here, "dev", against="merge-base").startswith("InputError: this repository has no commits yet")


def test_a_bare_repository_is_compared_by_revisions(here: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(here), "bare.git")
    bare = tmp_path / "bare.git"
    assert sides(bare, "main:overlays/dev", against="HEAD~1:overlays/dev") == [
        "main:overlays/dev: ConfigMap/dev-one <- HEAD~1:overlays/dev: ConfigMap/one"
    ]
    assert failure(bare, "overlays/dev", against="HEAD") == (
        "InputError: this repository has no work tree | None"
        " | name both sides by revision, as in: kgen diff HEAD:overlays/dev --against HEAD"
    )


def test_a_shallow_clone_says_what_to_fetch(topic: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{topic}", "shallow")
    shallow = tmp_path / "shallow"
    assert failure(shallow, "dev", against="merge-base:main") == (
        "InputError: this clone is too shallow: it does not hold the commit where HEAD and origin/main parted | None"
        " | fetch all of it: git fetch --unshallow; or some more, until it is enough: git fetch --deepen=100"
    )
    git(shallow, "fetch", "--quiet", "--deepen=100")
    short = git(topic, "rev-parse", "main~1")[:7]
    assert sides(shallow, "dev", against="merge-base:main") == [
        f"dev: ConfigMap/one-topic <- merge-base {short} with origin/main: ConfigMap/one"
    ]


def test_a_shallow_clone_says_where_a_later_merge_base_may_be_missing(topic: Path) -> None:
    first = git(topic, "rev-parse", "main~1")
    git(topic, "checkout", "--quiet", "-b", "side", "main")
    cut = commit(topic, {"side": "x"})
    git(topic, "checkout", "--quiet", "topic")
    git(topic, "merge", "--quiet", "-X", "ours", "--message=m", "side")
    whole = sides(topic, "dev", against="merge-base")
    assert "shallow" not in whole[0]
    (topic / ".git" / "shallow").write_text(f"{cut}\n")
    note = "this clone is shallow: HEAD and main may have parted later; `git fetch --unshallow` tells"
    found = sides(topic, "dev", against="merge-base")
    assert found[0].endswith(f"<- merge-base {first[:7]} with main: ConfigMap/one ({note})")


def test_a_linked_work_tree(topic: Path, tmp_path: Path) -> None:
    git(topic, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), "topic")
    linked = tmp_path / "linked"
    write(linked, {"base/cm.yaml": ONE + "data: {}\n"})
    short = git(topic, "rev-parse", "main~1")[:7]
    assert sides(linked, "dev", against="merge-base") == [
        f"dev: ConfigMap/one-topic (working tree: 1 file not committed) <- merge-base {short} with main: ConfigMap/one"
    ]


def test_an_overlay_in_a_submodule_is_one_of_its_repository(here: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk", str(outer))
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(here), "sub")
    commit(outer, {"overlays/top/kustomization.yaml": "resources: [../../sub/base]\n"})
    assert sides(outer, "sub/overlays/dev", against="main~1") == ["dev: ConfigMap/dev-one <- main~1: ConfigMap/one"]
    assert failure(outer, "top", against="trunk").startswith(
        "Unsupported: not supported by the built-in engine: a submodule at a revision | trunk:sub"
    )
    write(outer, {"sub/base/cm.yaml": ONE + "data: {}\n"})
    assert sides(outer, "sub/overlays/dev", against="main")[0].startswith(
        "dev: ConfigMap/dev-one (working tree: 1 file not committed) <- main"
    )


def test_a_folder_that_is_a_link(here: Path) -> None:
    (here / "overlays" / "current").symlink_to("dev")
    git(here, "add", "--all")
    git(here, "commit", "--quiet", "--message=m")
    write(here, {DEV: FILES[DEV] + "nameSuffix: -s\n"})
    assert sides(here, "current", against="HEAD") == [
        "current: ConfigMap/one-s (working tree: 1 file not committed) <- HEAD: ConfigMap/dev-one"
    ]


def test_a_base_outside_of_the_repository_has_no_revision(here: Path, tmp_path: Path) -> None:
    write(tmp_path, {"outside/kustomization.yaml": "resources: [cm.yaml]\n", "outside/cm.yaml": ONE})
    commit(here, {DEV: "resources: [../../../outside]\n"})
    assert sides(here, "dev") == ["dev: ConfigMap/one <- outside: ConfigMap/one"]
    said = failure(here, "dev", against="HEAD")
    assert said == (
        f"Missing: cannot read '../../../outside': there is no such file | HEAD:{DEV}:1:13"
        " | it lies outside of the repository, so it has no revisions: name a folder or a file to compare with"
    )


def test_what_was_never_committed_has_no_revision(here: Path) -> None:
    commit(here, {DEV: FILES[DEV] + "secretGenerator: [{name: s, envs: [.env]}]\n", ".gitignore": ".env\n"})
    write(here, {"overlays/dev/.env": "A=b\n"})
    assert failure(here, "dev", against="HEAD") == (
        f"Missing: cannot read '.env': there is no such file | HEAD:{DEV}:2:36"
        " | it is on the disk but not at HEAD: what is not committed cannot be compared with"
    )


@pytest.mark.parametrize("odd", [b"a b", b"\xff\xfe", "ä".encode(), b'quo"te', b"-x", b"a:b"])
def test_odd_names(here: Path, odd: bytes) -> None:
    name = os.fsdecode(odd)
    commit(here, {f"overlays/{name}/kustomization.yaml": FILES[DEV]})
    write(here, {f"overlays/{name}/kustomization.yaml": FILES[DEV] + "namePrefix: p-\n"})
    assert sides(here, f"overlays/{name}", against="HEAD") == [
        f"{name}: ConfigMap/p-one (working tree: 1 file not committed) <- HEAD: ConfigMap/one"
    ]


# ---- a thousand overlays


def count(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Callable[[], int]:
    calls: list[object] = []
    called = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *given, **named: calls.append(given) or called(*given, **named))
    return lambda: len(calls)


def test_git_is_asked_once_for_many_overlays(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        write(here, {f"overlays/o{number}/kustomization.yaml": FILES[DEV]})
    commit(here, {})
    started, asked = count(monkeypatch, process, "start"), count(monkeypatch, process, "output")
    for against, processes in (("merge-base", 13), ("HEAD~1", 10)):
        before = started() + asked()
        assert len(sides(here, against=against)) == 10
        assert started() + asked() - before == processes


def test_a_base_is_built_once_for_many_overlays(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kgen import kustomize

    for number in range(9):
        write(here, {f"overlays/o{number}/kustomization.yaml": FILES[DEV]})
    built = count(monkeypatch, kustomize, "build")
    assert len(sides(here)) == 10
    assert built() == 11
