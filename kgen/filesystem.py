"""Where files are read from: the disk, memory, memory laid over the disk, or a tree such as a Git revision.

Paths are absolute POSIX strings. Nothing here writes.
"""

import errno
import os
import stat
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from typing import Final, Protocol, Self

from kgen.errors import InputError, Origin, Unsupported

MAX_SIZE: Final = 64 << 20
"""What a file may have in bytes; the largest real ones, of custom resource definitions, have a fifth of it."""
MAX_LINKS: Final = 40
"""How many symbolic links a path may lead through, as in Linux."""


class FileSystem(Protocol):
    """What a build needs of a file system."""

    def read(self, path: str) -> bytes:
        """The content of a file; raises OSError as ``open`` does."""

    def is_file(self, path: str) -> bool:
        """Whether a file is there."""

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there."""

    def real(self, path: str) -> str:
        """The path without ``..`` and symbolic links."""

    def names(self, path: str) -> list[str]:
        """What lies in a folder, sorted; nothing where there is no folder, or nobody may look into it."""


_PERMISSION = "check the permissions of it and of the folders above it"


class DiskFileSystem:
    """The files of this computer."""

    def read(self, path: str) -> bytes:
        """See `FileSystem.read`.

        Raises:
            Unsupported: The file is larger than anything that is built.
        """
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, "Not a regular file", path)
        if about.st_size > MAX_SIZE:
            raise Unsupported(f"a file of more than {MAX_SIZE >> 20} MB", origin=Origin(path), hint="split it")
        with open(path, "rb") as file:
            return file.read()

    def is_file(self, path: str) -> bool:
        """See `FileSystem.is_file`.

        Raises:
            InputError: Nobody may say, for want of permission.
        """
        try:
            return stat.S_ISREG(os.stat(path).st_mode)
        except PermissionError:
            raise InputError("cannot read this: permission denied", origin=Origin(path), hint=_PERMISSION) from None
        except (OSError, ValueError):
            return False

    def is_dir(self, path: str) -> bool:
        """See `FileSystem.is_dir`."""
        return os.path.isdir(path)

    def real(self, path: str) -> str:
        """See `FileSystem.real`."""
        return os.path.realpath(path)

    def names(self, path: str) -> list[str]:
        """See `FileSystem.names`."""
        try:
            return sorted(os.listdir(path))
        except (OSError, ValueError):
            return []


class SteadyFileSystem:
    """Another file system as it is when it is first asked: what builds many things reads it once, and sees one state.

    Attributes:
        read: See `FileSystem.read`.
        is_file: See `FileSystem.is_file`.
        is_dir: See `FileSystem.is_dir`.
        real: See `FileSystem.real`.
        names: See `FileSystem.names`.
    """

    def __init__(self, below: FileSystem) -> None:
        self.read = cache(below.read)
        self.is_file = cache(below.is_file)
        self.is_dir = cache(below.is_dir)
        self.real = cache(below.real)
        self.names = cache(below.names)


class WatchedFileSystem:
    """Another file system, and what it was asked about."""

    def __init__(self, below: FileSystem) -> None:
        self._below = below
        self._asked: set[str] = set()

    def folders(self) -> set[str]:
        """All folders in or below which something was asked for, by their real paths."""
        found: set[str] = set()
        for path in self._asked:
            real = self._below.real(path)
            while real not in found:
                found.add(real)
                real = os.path.dirname(real)
        return found

    def read(self, path: str) -> bytes:
        """See `FileSystem.read`."""
        self._asked.add(path)
        return self._below.read(path)

    def is_file(self, path: str) -> bool:
        """See `FileSystem.is_file`."""
        self._asked.add(path)
        return self._below.is_file(path)

    def is_dir(self, path: str) -> bool:
        """See `FileSystem.is_dir`."""
        self._asked.add(path)
        return self._below.is_dir(path)

    def real(self, path: str) -> str:
        """See `FileSystem.real`."""
        self._asked.add(path)
        return self._below.real(path)

    def names(self, path: str) -> list[str]:
        """See `FileSystem.names`."""
        self._asked.add(path)
        return self._below.names(path)


class MemoryFileSystem:
    """Files given as a mapping of absolute path to content; folders are implied."""

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        self._dirs = {"/"}
        for path in self._files:
            while (path := os.path.dirname(path)) not in self._dirs:
                self._dirs.add(path)

    def read(self, path: str) -> bytes:
        """See `FileSystem.read`."""
        try:
            return self._files[self.real(path)]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", path) from None

    def is_file(self, path: str) -> bool:
        """See `FileSystem.is_file`."""
        return self.real(path) in self._files

    def is_dir(self, path: str) -> bool:
        """See `FileSystem.is_dir`."""
        return self.real(path) in self._dirs

    def real(self, path: str) -> str:
        """See `FileSystem.real`."""
        return os.path.normpath(path)

    def names(self, path: str) -> list[str]:
        """See `FileSystem.names`."""
        return _names({*self._files, *self._dirs}, self.real(path))


class LayeredFileSystem:
    """Folders as they are about to be (and nothing else in them), everything around them as `lower` has it.

    So an overlay is built from the text that is about to be written, over the base on disk.

    Args:
        lower: What is below; its own layers stay where they are.
    """

    def __init__(self, lower: FileSystem) -> None:
        # Layers lie side by side, not one in the other: a thousand are asked as quickly as one.
        below = lower.layers.maps if isinstance(lower, LayeredFileSystem) else []
        self.layers: ChainMap[str, MemoryFileSystem] = ChainMap({}, *below)
        self.lowest: FileSystem = lower.lowest if isinstance(lower, LayeredFileSystem) else lower
        self._found: dict[str, tuple[FileSystem, str]] = {}

    def lay(self, folder: str, files: Mapping[str, str]) -> Self:
        """Let these files, by absolute path, stand for a folder."""
        self.layers[self.real(folder)] = MemoryFileSystem(files)
        self._found.clear()
        return self

    def _at(self, path: str) -> tuple[FileSystem, str]:
        """Whose file or folder this is, and its real path; links on the disk do not lead out of a layer."""
        if path not in self._found:
            real = os.path.normpath(path)
            owner = self._layer(real)
            if owner is None:
                real = self.lowest.real(real)
                owner = self._layer(real)
            self._found[path] = owner or self.lowest, real
        return self._found[path]

    def _layer(self, path: str) -> MemoryFileSystem | None:
        """The layer of the nearest folder around."""
        while path not in self.layers:
            above = os.path.dirname(path)
            if above == path:
                return None
            path = above
        return self.layers[path]

    def read(self, path: str) -> bytes:
        """See `FileSystem.read`."""
        owner, real = self._at(path)
        return owner.read(real)

    def is_file(self, path: str) -> bool:
        """See `FileSystem.is_file`."""
        owner, real = self._at(path)
        return owner.is_file(real)

    def is_dir(self, path: str) -> bool:
        """See `FileSystem.is_dir`."""
        owner, real = self._at(path)
        return owner.is_dir(real)

    def real(self, path: str) -> str:
        """See `FileSystem.real`; links on the disk do not lead out of the folder, for its files are `upper`'s."""
        return self._at(path)[1]

    def names(self, path: str) -> list[str]:
        """See `FileSystem.names`."""
        owner, real = self._at(path)
        return owner.names(real)


class TreeFileSystem:
    """The files of a tree that lies elsewhere, such as a Git revision: read one by one, only when asked for.

    Args:
        root: The absolute folder the tree stands for.
        files: What `read` takes, by path from the root.
        links: The text of symbolic links, by path from the root.
        read: Gives the content of a file.
    """

    def __init__(
        self, root: str, files: Mapping[str, str], links: Mapping[str, str], read: Callable[[str], bytes]
    ) -> None:
        root = os.path.normpath(root)
        above = "" if root == "/" else root
        self._files = {f"{above}/{path}": name for path, name in files.items()}
        self._links = {f"{above}/{path}": text for path, text in links.items()}
        self._read = read
        self._dirs = {root, above}
        for path in (*self._files, *self._links):
            while (path := path[: path.rfind("/")]) not in self._dirs:
                self._dirs.add(path)

    def read(self, path: str) -> bytes:
        """See `FileSystem.read`."""
        try:
            name = self._files[self.real(path)]
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path) from None
        return self._read(name)

    def is_file(self, path: str) -> bool:
        """See `FileSystem.is_file`."""
        return self.real(path) in self._files

    def is_dir(self, path: str) -> bool:
        """See `FileSystem.is_dir`."""
        return self.real(path) in self._dirs

    def real(self, path: str) -> str:
        """See `FileSystem.real`. A link that leads to itself is as good as none."""
        waiting = os.path.normpath(path).split("/")[::-1]
        found, hops = "/", 0
        while waiting:
            step = waiting.pop()
            if step in ("", "."):
                continue
            found = os.path.dirname(found) if step == ".." else os.path.join(found, step)
            if found in self._links and hops < MAX_LINKS:
                hops += 1
                target = self._links[found]
                found = "/" if target.startswith("/") else os.path.dirname(found)
                waiting += target.split("/")[::-1]
        return found

    def names(self, path: str) -> list[str]:
        """See `FileSystem.names`."""
        return self._in_folders.get(self.real(path), [])

    @cached_property
    def _in_folders(self) -> dict[str, list[str]]:
        """What lies in each folder: sorted once, for a walk through a large repository."""
        found: dict[str, list[str]] = {}
        for path in sorted({*self._files, *self._links, *self._dirs} - {"", "/"}):
            folder, _, name = path.rpartition("/")
            found.setdefault(folder or "/", []).append(name)
        return found


def _names(paths: Iterable[str], folder: str) -> list[str]:
    """The last parts of those paths that lie right in a folder."""
    return sorted(os.path.basename(path) for path in paths if path != folder and os.path.dirname(path) == folder)
