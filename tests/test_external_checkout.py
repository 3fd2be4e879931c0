"""What a checkout makes of stored files: the same bytes as a checkout by Git, or a refusal by name."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from repositories import git

from kgen.errors import KgenError
from kgen.external.revision import revision

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not there"),
    pytest.mark.usefixtures("nobody"),
]

CONTENTS = {
    "empty": b"",
    "lf": b"a: 1\nb: 2\n",
    "crlf": b"a: 1\r\nb: 2\r\n",
    "mixed": b"a: 1\r\nb: 2\n",
    "cr": b"a\rb\nc\n",
    "zero": b"a\0b\nc\n",
    "odd": b"\x01\x02 abc\n",
    "few odd": b"\x01" + b"abcdefg\n" * 40,
    "end of file": b"abc\n\x1a",
    "end of file twice": b"abc\n\x1a\x1a",
    "umlaut": "ä: ö\n".encode(),
    "latin": b"\xe4: 1\n",
    "id": b"# $Id$ $Id: 123 $ $Id: a b $ $Id\n$ $Id:$ $Idx$ $Id: $\n",
}
ATTRIBUTES = (
    *("", "text", "-text", "text=auto", "eol=lf", "eol=crlf", "text eol=crlf", "text=auto eol=crlf", "-text eol=crlf"),
    *("text=auto eol=lf", "text=input", "crlf", "-crlf", "crlf=input", "text=auto -crlf", "ident", "ident eol=crlf"),
    *("working-tree-encoding=UTF-16LE-BOM", "working-tree-encoding=UTF-16", "working-tree-encoding=UTF-16BE eol=crlf"),
    *("working-tree-encoding=latin1", "-working-tree-encoding", "working-tree-encoding=UTF-8", "binary", "filter=none"),
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each content with each attribute, stored as it is."""
    root = tmp_path_factory.mktemp("stored") / "repository"
    git(root.parent, "init", "--quiet", str(root))
    (root / "content").mkdir()
    stored = [*CONTENTS.values(), *(f"* {attribute}\n".encode() for attribute in ATTRIBUTES)]
    for number, content in enumerate(stored):
        (root / "content" / str(number)).write_bytes(content)
    paths = [f"content/{number}" for number in range(len(stored))]
    blobs = git(root, "hash-object", "-w", "--no-filters", *paths).split()
    entries = []
    for number, own in enumerate(blobs[len(CONTENTS) :]):
        for name, blob in {**dict(zip(CONTENTS, blobs, strict=False)), ".gitattributes": own}.items():
            entries.append(f"100644 {blob}\t{number}/{name}\0")
    shutil.rmtree(root / "content")
    listed = "".join(entries).encode()
    subprocess.run(["git", "-C", root, "update-index", "-z", "--index-info"], input=listed, check=True)  # noqa: S607
    environment = dict.fromkeys(
        ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "t"
    )
    argv = ["git", "-C", root, "commit", "--quiet", "--message=m"]
    subprocess.run(argv, check=True, env={**os.environ, **environment})
    return root


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"core.autocrlf": "true"},
        {"core.autocrlf": "input"},
        {"core.eol": "crlf"},
        {"core.eol": "lf", "core.autocrlf": "true"},
    ],
    ids=str,
)
def test_the_bytes_are_those_of_a_checkout(repository: Path, tmp_path: Path, settings: dict[str, str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(repository, copy)
    for key, value in settings.items():
        git(copy, "config", key, value)
    git(copy, "checkout-index", "--all", f"--prefix={tmp_path}/out/")
    with revision(str(copy), "HEAD") as found:
        for number, attribute in enumerate(ATTRIBUTES):
            for name in CONTENTS:
                made = found.fs.read(f"{found.root}/{number}/{name}")
                assert made == (tmp_path / "out" / str(number) / name).read_bytes(), (attribute, name)


def test_attributes_of_the_revision_count_and_not_those_of_the_work_tree(repository: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(bare))
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--no-checkout", str(repository), str(clone))
    crlf = ATTRIBUTES.index("eol=crlf")
    for root in (bare, clone):
        with revision(str(root), "HEAD") as found:
            assert found.fs.read(f"{found.root}/{crlf}/lf") == b"a: 1\r\nb: 2\r\n"


@pytest.mark.parametrize("where", ["info/attributes", "home", "core.attributesFile"])
def test_attributes_outside_of_the_revision_count(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "a").write_bytes(b"a\n")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "--quiet", "--message=m")
    file = tmp_path / (".git/info/attributes" if where == "info/attributes" else "git/attributes")
    file.parent.mkdir(exist_ok=True)
    file.write_text("* eol=crlf\n")
    if where == "home":
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    if where == "core.attributesFile":
        git(tmp_path, "config", where, str(file))
    with revision(str(tmp_path), "HEAD") as found:
        assert found.fs.read(f"{found.root}/a") == b"a\r\n"


def failure(root: Path, attribute: str) -> str:
    (root / "a").write_text("a\n")
    git(root, "add", "a")  # as long as nothing converts it
    (root / ".gitattributes").write_text(f"a {attribute}\n")
    git(root, "add", ".gitattributes")
    git(root, "commit", "--quiet", "--message=m")
    with pytest.raises(KgenError) as raised, revision(str(root), "HEAD") as found:
        found.fs.read(f"{found.root}/a")
    return f"{raised.value.message} | {raised.value.origin} | {raised.value.hint}".replace(str(root), "HERE")


def test_what_only_a_program_can_do_is_refused(tmp_path: Path) -> None:
    hint = "HERE/a | check the revision out with `git worktree add`, and build it there"
    engine = "not supported by the built-in engine: "
    git(tmp_path, "init", "--quiet")
    assert failure(tmp_path, "working-tree-encoding=x-none") == (f"{engine}a file in the encoding 'x-none' | {hint}")
    (tmp_path / ".gitattributes").write_text("")
    git(tmp_path, "config", "filter.tr.my.smudge", "tr a b")
    assert failure(tmp_path, "filter=tr.my") == f"{engine}a file that Git filters by 'tr.my' | {hint}"
    git(tmp_path, "config", "filter.tr.my.smudge", "cat")
    with revision(str(tmp_path), "HEAD") as found:
        assert found.fs.read(f"{found.root}/a") == b"a\n"
