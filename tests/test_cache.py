"""The cache on disk gives back exactly what was put there, or nothing, and never fails."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kgen.cache import DiskCache, user_cache, user_folder

DATA = b"some bytes\n" * 50
KEY = "ab12"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kgen"


@pytest.fixture
def cache(folder: Path) -> DiskCache:
    return DiskCache(str(folder))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_put_is_there_in_this_run_and_the_next(cache: DiskCache, folder: Path) -> None:
    assert cache.get(KEY) is None
    assert not folder.exists(), "asking makes nothing"
    cache.put(KEY, DATA)
    assert cache.get(KEY) == DATA
    assert DiskCache(str(folder)).get(KEY) == DATA
    assert names(folder) == [KEY]


def test_only_its_owner_can_look(cache: DiskCache, folder: Path) -> None:
    cache.put(KEY, DATA)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / KEY).stat().st_mode) == 0o600


def replaced(path: Path, make: Callable[[Path], object]) -> None:
    content = path.read_bytes()
    path.unlink()
    make(path)
    (path.parent / "aside").write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no bytes": lambda path: path.write_bytes(b""),
    "half a digest": lambda path: path.write_bytes(path.read_bytes()[:16]),
    "only a digest": lambda path: path.write_bytes(path.read_bytes()[:32]),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "all zero": lambda path: path.write_bytes(bytes(len(path.read_bytes()))),
    **{
        f"byte {at}": lambda path, at=at: path.write_bytes(  # type: ignore[misc]
            bytes(byte ^ (index == at % (32 + len(DATA))) for index, byte in enumerate(path.read_bytes()))
        )
        for at in (0, 31, 32, 200, -1)
    },
    "another entry": lambda path: path.write_bytes((path.parent / "cd34").read_bytes()),
    "a folder": lambda path: replaced(path, Path.mkdir),
    "a link to it": lambda path: replaced(path, lambda link: link.symlink_to(path.parent / "aside")),
    "a link to itself": lambda path: replaced(path, lambda link: link.symlink_to(link)),
    "a pipe": lambda path: replaced(path, os.mkfifo),
    "others may write the file": lambda path: path.chmod(0o666),
    "others may write the folder": lambda path: path.parent.chmod(0o777),
    "too large": lambda path: os.truncate(path, 1 << 40),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_wrong_is_not_there_and_is_put_anew(name: str, folder: Path) -> None:
    for key in (KEY, "cd34"):
        DiskCache(str(folder)).put(key, DATA)
    DAMAGE[name](folder / KEY)
    cache = DiskCache(str(folder))
    assert cache.get(KEY) is None
    cache.put(KEY, DATA)
    assert cache.get(KEY) in (DATA, None)


def test_files_of_others_are_not_taken(cache: DiskCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put(KEY, DATA)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert cache.get(KEY) is None


def test_a_folder_of_others_is_not_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    DiskCache(str(folder)).put(KEY, DATA)
    assert names(folder) == []


@pytest.mark.parametrize("place", ["file", "file/below", "gone/link"])
def test_where_nothing_can_be_written_nothing_is(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone/link").symlink_to(tmp_path / "nowhere")
    cache = DiskCache(str(tmp_path / place))
    cache.put(KEY, DATA)
    cache.put(KEY, DATA)
    assert cache.get(KEY) is None
    assert (tmp_path / "file").read_text() == "here"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_only_be_read_serves_what_it_has(cache: DiskCache, folder: Path) -> None:
    cache.put(KEY, DATA)
    folder.chmod(0o500)
    again = DiskCache(str(folder))
    again.put("cd34", DATA)
    assert (again.get(KEY), again.get("cd34")) == (DATA, None)


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_no_error_and_leaves_nothing(
    cache: DiskCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        cache.put(KEY, DATA)
    assert names(folder) == []
    cache.put(KEY, DATA)
    assert names(folder) == [], "it is not tried again in this run"


def test_what_was_not_used_for_longest_goes_first(folder: Path) -> None:
    for age, key in enumerate(("new", "used", "old", "oldest")):
        DiskCache(str(folder), 4000).put(key, bytes(900))
        os.utime(folder / key, (0, 1_000_000 - age * 10_000))
    assert DiskCache(str(folder), 4000).get("oldest") == bytes(900)
    DiskCache(str(folder), 4000).put("last", bytes(900))
    assert names(folder) == ["last", "new", "oldest"]
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 4000


def test_the_bound_holds_within_a_run(folder: Path) -> None:
    cache = DiskCache(str(folder), 4000)
    for number in range(50):
        cache.put(f"key-{number}", bytes(500))
        assert sum(path.stat().st_size for path in folder.iterdir()) <= 4000
    cache.put("large", bytes(1000))
    assert cache.get("large") is None, "one entry may have a quarter"


HAMMER = """
import sys
from kgen.cache import DiskCache
folder, letter = sys.argv[1:]
for number in range(300):
    cache = DiskCache(folder, 100_000)
    cache.put("shared", letter.encode() * (number * 50 + 1))
    cache.put(f"{letter}{number}", bytes(5000))
    found = cache.get("shared")
    assert found is None or len(set(found)) == 1
"""


def test_runs_at_once_do_not_disturb_each_other(folder: Path) -> None:
    runs = [subprocess.Popen([sys.executable, "-c", HAMMER, str(folder), letter]) for letter in "ab"]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert all("." not in name for name in names(folder))


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({"HOME": "/home/me"}, "linux", "/home/me/.cache/kgen"),
        ({"HOME": "/home/me"}, "darwin", "/home/me/Library/Caches/kgen"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "/c"}, "linux", "/c/kgen"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "/c"}, "darwin", "/c/kgen"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "relative"}, "linux", "/home/me/.cache/kgen"),
        ({"LOCALAPPDATA": "/local", "HOME": "/home/me"}, "win32", "/local/kgen/Cache"),
        ({"HOME": "/home/me"}, "win32", None),
        ({"HOME": "relative"}, "linux", None),
        ({"HOME": ""}, "linux", None),
        ({}, "linux", None),
    ],
)
def test_the_folder_is_where_people_expect_it(environment: dict[str, str], platform: str, expected: str | None) -> None:
    assert user_folder(environment, platform) == expected


def test_without_a_home_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert user_cache() is None
