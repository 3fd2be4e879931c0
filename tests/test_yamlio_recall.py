"""With files that were parsed before everything is as without: the law of the cache, over every build case."""

from pathlib import Path
from typing import Any

import pytest
from build_cases import names, root

from kgen.cache import DiskCache
from kgen.errors import InputError, KgenError
from kgen.filesystem import DiskFileSystem, MemoryFileSystem
from kgen.kustomize import build
from kgen.kustomize.manifests import drafts
from kgen.yamlio import dump, recall
from kgen.yamlio.kinds import NullText
from kgen.yamlio.recall import Recall
from kgen.yamlio.written import Written

TEXT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {b: 0x10, c: ~}}\ndata: {d: "e"}\n'


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that were parsed, in order."""
    load, paths = recall.load, list[str]()

    def counted(text: bytes | str, path: str, written: Written) -> Any:
        paths.append(path)
        return load(text, path, written)

    monkeypatch.setattr(recall, "load", counted)
    return paths


@pytest.fixture
def all_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are stored, too."""
    monkeypatch.setattr(recall, "STORED_FROM", 0)


def answer(name: str, known: Recall | None) -> str:
    """What a case builds, with origins, or its errors."""
    try:
        resources = list(build(str(root(name)), recall=known))
        return dump(resource.body for resource in resources) + repr([resource.origin for resource in resources])
    except KgenError as error:
        return repr([(part.message, part.origin, part.hint) for part in error.parts])


def spoil(folder: Path, how: str) -> None:
    for path in folder.iterdir():
        entry = path.read_bytes()
        at = {"digest": 7, "start": 32, "middle": (32 + len(entry)) // 2, "end": len(entry) - 1}.get(how)
        path.write_bytes(entry[: len(entry) // 2] if at is None else entry[:at] + b"?" + entry[at + 1 :])


@pytest.mark.usefixtures("all_stored")
@pytest.mark.parametrize("name", names())
def test_the_answer_is_the_same_cold_warm_and_spoilt(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "entries"
    expected = answer(name, None)
    assert answer(name, Recall(DiskCache(str(folder)))) == expected, "cold"
    assert answer(name, Recall(DiskCache(str(folder)))) == expected, "warm"
    for how in ("digest", "start", "middle", "end", "cut") if folder.exists() else ():
        spoil(folder, how)
        assert answer(name, Recall(DiskCache(str(folder)))) == expected, how
    known = Recall(again=True)
    assert [answer(name, known) for _ in range(3)] == [expected] * 3, "in one run"


@pytest.mark.usefixtures("all_stored")
@pytest.mark.parametrize("styles", [False, True])
def test_one_entry_serves_with_styles_and_without(styles: bool, tmp_path: Path, parsed: list[str]) -> None:
    store = DiskCache(str(tmp_path / "entries"))
    for again in (styles, not styles, styles, not styles):
        (document,) = Recall(store).load(TEXT, "f.yaml", Written(styles=again))
        assert type(document.body["data"]["d"]).__name__ == ("Quoted" if again else "str")
    assert len(parsed) == 1


@pytest.mark.parametrize("styles", [False, True])
def test_what_cannot_be_kept_is_read_as_ever(styles: bool, parsed: list[str]) -> None:
    """As a text in quotes that an alias makes a key."""
    text, known, found = "a: &x 'b'\n*x : 0x10\nc: True\n", Recall(again=True), []
    for _ in range(2):
        (document,) = known.load(text, "f.yaml", Written(styles=styles))
        found.append([type(part).__name__ for entry in document.body.items() for part in entry])
    plain, styled = ["str", "str", "str", "int", "str", "bool"], ["str", "Quoted", "Quoted", "WrittenInt"]
    assert found == [[*styled, "str", "WrittenBool"] if styles else plain] * 2
    assert len(parsed) == 4


@pytest.mark.parametrize("text", ["a: 2001-12-14 21:59:43\n", "a:\n-\n- b\n"])
def test_what_turns_into_something_else_between_brackets_is_noted_each_time(text: str) -> None:
    known = Recall(again=True)
    for _ in range(3):
        known.load(text, "f.yaml", noted := Written(styles=True))
        assert noted.turns_in_brackets


def test_a_file_is_kept_from_the_second_time_on(parsed: list[str]) -> None:
    known = Recall()
    for _ in range(5):
        known.load(TEXT, "f.yaml", Written(styles=True))
    assert len(parsed) == 2


def test_a_file_is_kept_at_once_where_it_surely_comes_again(parsed: list[str]) -> None:
    known = Recall(again=True)
    for _ in range(5):
        known.load(TEXT, "f.yaml", Written(styles=True))
    assert len(parsed) == 1


def test_everybody_has_their_own_and_knows_its_place() -> None:
    known = Recall(again=True)
    (first,), (second,) = (drafts(TEXT, path, recall=known) for path in ("/a.yaml", "/b.yaml"))
    first.body["metadata"]["annotations"]["b"] = first.body["data"]["d"] = "changed"
    assert (second.body["metadata"]["annotations"], second.body["data"]) == ({"b": 16, "c": "~"}, {"d": "e"})
    assert [draft.origin and draft.origin.path for draft in (first, second)] == ["/a.yaml", "/b.yaml"]
    assert isinstance(second.body["metadata"]["annotations"]["c"], NullText)


@pytest.mark.usefixtures("all_stored")
def test_nothing_is_kept_of_files_with_errors(tmp_path: Path) -> None:
    store = DiskCache(str(tmp_path / "entries"))
    for path in ("/a.yaml", "/b.yaml"):
        with pytest.raises(InputError) as caught:
            Recall(store, again=True).load("a: 1\na: 2\n", path, Written(styles=False))
        assert caught.value.origin is not None
        assert caught.value.origin.path == path
    assert not (tmp_path / "entries").exists()


def test_small_files_are_not_stored(tmp_path: Path) -> None:
    known = Recall(DiskCache(str(tmp_path / "entries")), again=True)
    known.load(TEXT, "f.yaml", Written(styles=False))
    assert not (tmp_path / "entries").exists()


def test_what_is_kept_in_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, parsed: list[str]) -> None:
    monkeypatch.setattr(recall, "KEPT", 300)
    known = Recall(again=True)
    for _ in range(2):
        for name in "abc":
            known.load(TEXT.replace("name: a", f"name: {name}"), f"{name}.yaml", Written(styles=False))
    assert parsed == ["a.yaml", "b.yaml", "c.yaml", "b.yaml", "c.yaml"]


@pytest.mark.usefixtures("all_stored")
@pytest.mark.parametrize("what", ["kgen.__version__", "kgen.yamlio.frozen.FORMAT", "kgen.yamlio.libyaml.VERSION"])
def test_other_versions_have_entries_of_their_own(
    what: str, tmp_path: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DiskCache(str(tmp_path / "entries"))
    Recall(store).load(TEXT, "f.yaml", Written(styles=False))
    Recall(store).load(TEXT, "f.yaml", Written(styles=False))
    assert len(parsed) == 1
    monkeypatch.setattr(what, "other")
    Recall(store).load(TEXT, "f.yaml", Written(styles=False))
    assert len(parsed) == 2


@pytest.mark.usefixtures("all_stored")
def test_other_code_has_entries_of_its_own(tmp_path: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    store = DiskCache(str(tmp_path / "entries"))
    Recall(store).load(TEXT, "f.yaml", Written(styles=False))
    (tmp_path / "code").mkdir()
    (tmp_path / "code/loader.py").write_text("# another one\n")
    monkeypatch.setattr(recall, "__file__", str(tmp_path / "code/recall.py"))
    Recall(store).load(TEXT, "f.yaml", Written(styles=False))
    assert len(parsed) == 2


def test_the_library_writes_nothing_on_disk(tmp_path: Path, cache_folder: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [large.yaml]\n")
    (tmp_path / "large.yaml").write_text(TEXT + f"long: {'x' * recall.STORED_FROM}\n")
    build(tmp_path, DiskFileSystem())
    assert not cache_folder.exists()


def test_one_base_under_many_overlays_is_parsed_twice(parsed: list[str]) -> None:
    overlays = [f"o{number}" for number in range(20)]
    files = {f"/r/{name}/kustomization.yaml": f"resources: [../base]\nnamespace: {name}\n" for name in overlays}
    files |= {"/r/base/kustomization.yaml": "resources: [a.yaml]\n", "/r/base/a.yaml": TEXT}
    files["/r/kustomization.yaml"] = f"resources: [{', '.join(overlays)}]\n"
    assert {resource.id.namespace for resource in build("/r", MemoryFileSystem(files))} == set(overlays)
    assert parsed == ["/r/base/a.yaml"] * 2
