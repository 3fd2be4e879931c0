"""Bytes by key, kept on disk between runs: never needed, never trusted, never in anybody's way.

What is damaged, cut short or put there by others counts as not there, and what cannot be written is not written: no
error leaves this module. An entry is written to a file of its own and renamed, so several runs at once do no harm.
"""

import contextlib
import os
import stat
import sys
import time
from collections.abc import Mapping
from typing import Final

LIMIT: Final = 256 << 20
"""How many bytes all entries together may have."""

_DIGEST_BYTES: Final = 32
_TOUCHED_AFTER: Final = 3600.0  # seconds; when an entry was used last need not be known better
_PRIVATE: Final = 0o700
_OTHERS_WRITE: Final = 0o022
_READ: Final = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def user_folder(environment: Mapping[str, str], platform: str) -> str | None:
    """Where people expect caches of this program; None where nothing says so.

    https://specifications.freedesktop.org/basedir-spec/latest/, which programs follow on other systems too where it
    is set; else what each of them has.

    Args:
        environment: The environment variables.
        platform: As in `sys.platform`.
    """
    places = {"win32": ("LOCALAPPDATA", "kgen/Cache"), "darwin": ("HOME", "Library/Caches/kgen")}
    for variable, below in (("XDG_CACHE_HOME", "kgen"), places.get(platform, ("HOME", ".cache/kgen"))):
        above = environment.get(variable, "")
        if os.path.isabs(above):
            return os.path.join(above, below)
    return None


def user_cache() -> "DiskCache | None":
    """The cache of the person who runs this process, if they have a place for it."""
    folder = user_folder(os.environ, sys.platform)
    return None if folder is None else DiskCache(folder)


class DiskCache:
    """A folder of entries, each with a digest of its own.

    Only the owner of this process may have written there. When a write would make it larger than `limit` those that
    were not used for the longest time go; only a run that writes looks at all of them, once.

    Args:
        folder: Where; it is made when something is to be kept.
        limit: How many bytes all entries together may have. One may have a quarter of it.
    """

    def __init__(self, folder: str, limit: int = LIMIT) -> None:
        self._folder, self._limit = folder, limit
        self._held: int | None = None  # bytes; None: nobody has looked yet
        self._works = True

    def get(self, key: str) -> bytes | None:
        """What was put there last, exactly, or None.

        Args:
            key: The name of a file.
        """
        path = os.path.join(self._folder, key)
        try:
            if not _is_own_folder(self._folder):
                return None
            entry = _read(path, self._limit // 4)
        except OSError:
            return None
        data = entry[_DIGEST_BYTES:]
        return data if entry[:_DIGEST_BYTES] == _digest(key, data) else None

    def put(self, key: str, data: bytes) -> None:
        """Keep something, if that is possible.

        Args:
            key: The name of a file.
            data: What to keep.
        """
        size = _DIGEST_BYTES + len(data)
        if not self._works or size > self._limit // 4:
            return
        try:
            os.makedirs(self._folder, mode=_PRIVATE, exist_ok=True)
            self._works = _is_own_folder(self._folder)
            if self._works:
                self._make_room(size)
                _write(os.path.join(self._folder, key), (_digest(key, data), data))
        except OSError:
            self._works = False

    def _make_room(self, size: int) -> None:
        if self._held is None:
            self._held = sum(entry[1] for entry in self._entries())
        self._held += size
        if self._held <= self._limit:
            return
        entries = sorted(self._entries())
        self._held = size + sum(entry[1] for entry in entries)
        for _, taken, path in entries:
            if self._held <= self._limit * 3 // 4:  # not again with the next entry
                break
            with contextlib.suppress(OSError):
                os.unlink(path)
                self._held -= taken

    def _entries(self) -> list[tuple[float, int, str]]:
        """When each was used last, how large it is, and its path; what a run that was killed left behind, too."""
        found = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    about = entry.stat(follow_symlinks=False)
                    found.append((about.st_mtime, about.st_size, entry.path))
        return found


def _digest(key: str, data: bytes) -> bytes:
    """Over the key too: an entry under another name is none."""
    from hashlib import sha256

    digest = sha256(key.encode())
    digest.update(b"\n")
    digest.update(data)
    return digest.digest()


def _is_own_folder(path: str) -> bool:
    about = os.lstat(path)
    return stat.S_ISDIR(about.st_mode) and _is_own(about)


def _is_own(about: os.stat_result) -> bool:
    """Whether nobody but the owner of this process may have written it; Windows keeps people's folders apart itself."""
    if not hasattr(os, "geteuid"):
        return True
    return about.st_uid == os.geteuid() and not about.st_mode & _OTHERS_WRITE


def _read(path: str, most: int) -> bytes:
    """The content of a file that is one, and is one's own.

    Raises:
        OSError: It is something else, or cannot be read.
    """
    descriptor = os.open(path, _READ)
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or not _is_own(about) or about.st_size > most:
            raise OSError
        entry = file.read()
    if time.time() - about.st_mtime > _TOUCHED_AFTER:
        with contextlib.suppress(OSError):
            os.utime(path)
    return entry


def _write(path: str, parts: tuple[bytes, ...]) -> None:
    temporary = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
    descriptor = os.open(temporary, _CREATE, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
