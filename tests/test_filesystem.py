import os
from pathlib import Path

import pytest

from kgen import filesystem
from kgen.errors import InputError, Unsupported
from kgen.filesystem import DiskFileSystem, LayeredFileSystem, MemoryFileSystem, SteadyFileSystem, TreeFileSystem
from kgen.kustomize import build


def test_the_disk_reads_files_only(tmp_path: Path) -> None:
    disk = DiskFileSystem()
    (tmp_path / "a").write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe")
    assert disk.read(str(tmp_path / "a")) == b"x"
    for name in ("pipe", ""):
        with pytest.raises(OSError, match="Not a regular file"):
            disk.read(str(tmp_path / name))
    with pytest.raises(FileNotFoundError):
        disk.read(str(tmp_path / "b"))


def test_the_disk_refuses_what_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "MAX_SIZE", 1 << 20)
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate((1 << 20) + 1)
    with pytest.raises(Unsupported) as caught:
        DiskFileSystem().read(str(path))
    assert caught.value.message == "not supported by the built-in engine: a file of more than 1 MB"
    assert str(caught.value.origin) == str(path)


def test_the_disk_resolves_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to("a")
    assert DiskFileSystem().real(str(tmp_path / "b" / "x")) == os.path.realpath(tmp_path / "a" / "x")
    assert DiskFileSystem().is_dir(str(tmp_path / "b"))


def test_memory_implies_folders() -> None:
    memory = MemoryFileSystem({"/a/b/c": "text"})
    assert memory.read("/a/x/../b/c") == b"text"
    assert memory.is_file("/a/b/c")
    assert not memory.is_file("/a/b")
    assert memory.is_dir("/a")
    assert memory.is_dir("/")
    assert not memory.is_dir("/x")
    with pytest.raises(FileNotFoundError):
        memory.read("/a/b")


def test_a_layer_hides_the_folder_below_it() -> None:
    lower = MemoryFileSystem({"/o/old": "1", "/base/x": "2"})
    layered = LayeredFileSystem(lower).lay("/o", {"/o/new": "3"})
    assert layered.read("/o/new") == b"3"
    assert layered.read("/base/x") == b"2"
    assert not layered.is_file("/o/old")
    assert layered.is_dir("/o")
    assert layered.real("/o/../base/x") == "/base/x"


def test_a_tree_reads_files_when_asked_and_follows_links() -> None:
    asked: list[str] = []

    def read(name: str) -> bytes:
        asked.append(name)
        return b"text"

    tree = TreeFileSystem("/r", {"a/f": "1", "b/g": "2"}, {"l": "a", "b/up": "../l/f", "x": "x", "out": "/etc"}, read)
    assert tree.read("/r/l/f") == b"text"
    assert tree.read("/r/b/up") == b"text"
    assert asked == ["1", "1"]
    assert tree.is_dir("/r/l")
    assert tree.real("/r/b/../l/f") == "/r/a/f"
    assert tree.real("/r/out/x") == "/etc/x"
    assert not tree.is_file("/r/x")
    assert not tree.is_dir("/r/b/g")
    with pytest.raises(FileNotFoundError):
        tree.read("/r/none")


def test_a_tree_can_be_built() -> None:
    texts = {
        "1": b"resources: [cm.yaml]\nnamePrefix: p-\n",
        "2": b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    }
    tree = TreeFileSystem("/r", {"top/kustomization.yaml": "1", "top/cm.yaml": "2"}, {}, texts.__getitem__)
    assert [str(resource.id) for resource in build("/r/top", tree)] == ["ConfigMap/p-a"]


def test_a_file_nobody_may_look_at_is_not_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", refused)
        with pytest.raises(InputError) as raised:
            DiskFileSystem().is_file("/p/kustomization.yaml")
    assert raised.value.message == "cannot read this: permission denied"
    assert str(raised.value.origin) == "/p/kustomization.yaml"
    assert raised.value.hint == "check the permissions of it and of the folders above it"


def test_names_are_what_lies_in_a_folder(tmp_path: Path) -> None:
    for name in ("b", "a/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    memory = MemoryFileSystem({"/r/b": "", "/r/a/c": ""})
    layered = LayeredFileSystem(memory).lay("/o", {"/o/new": ""})
    tree = TreeFileSystem("/r", {"b": "1", "a/c": "2"}, {"l": "a"}, lambda _: b"")
    assert DiskFileSystem().names(str(tmp_path)) == memory.names("/r") == layered.names("/r") == ["a", "b"]
    assert layered.names("/o") == ["new"]
    assert memory.names("/") == ["r"]
    assert (tree.names("/r"), tree.names("/r/l")) == (["a", "b", "l"], ["c"])
    missing = str(tmp_path / "none")
    assert [fs.names(missing) for fs in (DiskFileSystem(), memory, layered, tree)] == [[], [], [], []]
    assert DiskFileSystem().names("\0") == DiskFileSystem().names(str(tmp_path / "b")) == []


def test_what_is_steady_is_asked_once(tmp_path: Path) -> None:
    steady = SteadyFileSystem(DiskFileSystem())
    file = tmp_path / "a"
    file.write_bytes(b"x")
    assert (steady.read(str(file)), steady.is_file(str(file)), steady.is_dir(str(tmp_path))) == (b"x", True, True)
    assert steady.names(str(tmp_path)) == ["a"]
    assert not steady.is_file(str(tmp_path / "b"))
    file.write_bytes(b"y")
    (tmp_path / "b").touch()
    assert (steady.read(str(file)), steady.names(str(tmp_path))) == (b"x", ["a"])
    assert not steady.is_file(str(tmp_path / "b"))
    assert steady.real(str(tmp_path / "." / "b")) == os.path.realpath(tmp_path / "b")


def test_layers_lie_side_by_side() -> None:
    run = LayeredFileSystem(MemoryFileSystem({"/o/a/old": "1", "/o/b/old": "2"}))
    assert run.is_file("/o/a/old")
    run.lay("/o/a", {"/o/a/new": "3"})
    assert not run.is_file("/o/a/old")
    proof = LayeredFileSystem(run).lay("/o/b", {"/o/b/new": "4"})
    assert (proof.read("/o/a/new"), proof.read("/o/b/new")) == (b"3", b"4")
    assert run.is_file("/o/b/old")
    assert not run.is_file("/o/b/new")
