"""Folders with a kustomization: what may be read from there, and by whom it was asked for.

kustomize's rules (https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/loader/fileloader.go):
files must lie in or below the folder of the kustomization that names them, symbolic links resolved; folders may lie
anywhere but not around one that is being built; paths are joined as text, so ``a/../b`` never looks at ``a``.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from kgen.errors import Exhausted, InputError, Origin, Unsupported
from kgen.filesystem import FileSystem
from kgen.kustomize import remote
from kgen.kustomize.faults import Missing
from kgen.kustomize.kustomization import FILE_NAMES, Kustomization, parse
from kgen.kustomize.manifests import LOCAL
from kgen.kustomize.session import Session
from kgen.kustomize.spots import Spot

MAX_CHAIN: Final = 100
"""How many kustomizations may stand between the first one and another; real ones are a handful."""
MAX_FOLDERS: Final = 10_000
"""How many kustomizations a build may read, the same one again included."""
MAX_READ: Final = 256 << 20
"""How many bytes a build may read, those of the same file again included."""
MAX_PATH: Final = 4096
"""How many characters a path may have; Linux opens no longer ones."""

_LOCAL: Final = LOCAL.encode()
_ENGINE: Final = "build with --engine kubectl"
_AGAIN: Final = "remove it, and fetch it anew with `kgen vendor`"
_FLAT: Final = "name the last one directly"


class Folder:
    """A folder that is built, and the chain of folders that led here.

    Attributes:
        root: Its path, absolute and real.
        session: The build.
        referrer: The folder whose kustomization names this one.
        said: Its path from the first folder, as the kustomizations write it.
        repository: The copy of a repository that it lies in, which nothing named here may leave; None if it is in none.
    """

    def __init__(self, root: str, session: Session, referrer: "Folder | None" = None, said: str = "") -> None:
        self.root, self.session, self.referrer = root, session, referrer
        self.fs, self._restricted = session.fs, session.restricted
        self.said = said
        self.repository: str | None = None if referrer is None else referrer.repository

    def join(self, path: str) -> str:
        """An absolute path of something named here."""
        return posixpath.normpath(posixpath.join(self.root, path))

    def place(self, path: str) -> str:
        """An absolute path of a file named here, or of the copy of one that is remote."""
        return self._copy(path, None) if remote.is_remote(path) else self.join(path)

    def path_to(self, path: str) -> str:
        """A path of something named here from the first folder, as the kustomizations write it."""
        return posixpath.normpath(posixpath.join(self.said, path))

    def is_folder(self, path: str) -> bool:
        """Whether a path named here is a folder, or the address of one."""
        return not remote.parse(path).is_file if remote.is_remote(path) else self.fs.is_dir(self.join(path))

    def read(self, path: str, named: Spot | None = None) -> bytes:
        """The content of a file.

        Args:
            path: As written in the kustomization.
            named: Where it is written.

        Raises:
            InputError: There is no such file here, or it cannot be read.
            NotVendored: It is an address without a copy here.
        """
        _check_path(path, named)
        vendored = remote.is_remote(path)
        full = self._copy(path, named) if vendored else self.join(path)
        if self.fs.is_dir(full):
            raise InputError(f"'{path}' is a folder, but a file is expected", origin=_at(named))
        if self._restricted and not vendored:
            full = self._real(path, named)
        try:
            content = self.fs.read(full)
        except OSError as error:
            hint = self._hint(path) if isinstance(error, FileNotFoundError) else None
            raise InputError(f"cannot read '{path}': {_reason(error)}", origin=_at(named), hint=hint) from None
        if _LOCAL in content:
            self.session.removes = True
        self.session.bytes_read += len(content)
        if self.session.bytes_read > MAX_READ:
            where = _at(named) or Origin(full)
            raise Exhausted(f"a build that reads more than {MAX_READ >> 20} MB", origin=where, hint=_ENGINE)
        return content

    def _real(self, path: str, named: Spot | None) -> str:
        real = self.fs.real(self.join(path))
        if not self.fs.is_file(real):
            what, hint = f"cannot read '{path}': {self._why(real)}", self._hint(path)
            raise Missing(what, real, origin=_at(named), hint=hint)
        if not _is_below(real, self.root):
            raise InputError(
                f"'{path}' is not in or below the folder of this kustomization",
                origin=_at(named),
                hint="copy it here, or give its folder a kustomization.yaml and name the folder",
            )
        return real

    def _hint(self, path: str) -> str | None:
        """What to do about a file that is not there."""
        if not path or posixpath.isabs(path) or remote.is_remote(path):
            return None
        from kgen.kustomize import nearby

        near = nearby.path(self.fs, self.root, path, self._is_usable)
        if near is None and "." not in posixpath.basename(path):
            near = nearby.path(self.fs, self.root, path, self._is_buildable)
        return f"did you mean '{near}'?" if near else f"correct the name, or make it in {self.root}"

    def _is_usable(self, path: str) -> bool:
        """Whether a kustomization here may name this file."""
        below = not self._restricted or _is_below(self.fs.real(path), self.root)
        return below and self.fs.is_file(path) and posixpath.basename(path) not in FILE_NAMES

    def _is_buildable(self, path: str) -> bool:
        """Whether a kustomization here may name this folder."""
        around = any(_is_below(folder.root, self.fs.real(path)) for folder in self._chain())
        return not around and has_kustomization(path, self.fs)

    def _why(self, path: str) -> str:
        """Why something cannot be read."""
        try:
            self.fs.read(path)
        except FileNotFoundError:
            return "there is no such file"
        except OSError as error:
            return _reason(error)
        return "it is no file"

    def folder(self, path: str, named: Spot | None = None) -> "Folder":
        """Another folder, named here.

        Raises:
            InputError: There is none, or it is being built already.
            NotVendored: It is an address without a copy here.
        """
        _check_path(path, named)
        if not path or posixpath.isabs(path):
            raise InputError(f"'{path}' is not a relative path", origin=_at(named), hint="name the folder from here")
        full = self._copy(path, named) if remote.is_remote(path) else self.join(path)
        if not self.fs.is_dir(full):
            if self.fs.is_file(full):
                raise InputError(f"'{path}' is a file, but a folder is expected", origin=_at(named))
            from kgen.kustomize import nearby

            near = nearby.path(self.fs, self.root, path, self._is_buildable)
            hint = f"did you mean '{near}'?" if near else None
            raise Missing(f"'{path}' does not exist", self.fs.real(full), origin=_at(named), hint=hint)
        root = self.fs.real(full)
        repository = self._repository(path, root, named)
        chain = list(self._chain())
        if len(chain) > MAX_CHAIN:
            raise Exhausted(
                f"more than {MAX_CHAIN} kustomizations that name one another", origin=_at(named), hint=_FLAT
            )
        for visited in chain:
            if _is_below(visited.root, root):
                raise InputError(
                    f"'{path}' leads in a circle: {visited.root} is being built and lies in {root}", origin=_at(named)
                )
        self.session.folders += 1
        if self.session.folders > MAX_FOLDERS:
            raise Exhausted(f"a build of more than {MAX_FOLDERS:,} kustomizations", origin=_at(named), hint=_ENGINE)
        found = Folder(root, self.session, self, posixpath.normpath(posixpath.join(self.said, path)))
        found.repository = repository
        return found

    def _repository(self, path: str, root: str, named: Spot | None) -> str | None:
        """The copy of a repository that a folder named here lies in.

        Raises:
            InputError: The folder lies outside of it.
        """
        repository = self.repository
        if remote.is_remote(path):
            repository = self.fs.real(posixpath.join(self.session.vendored or "/", remote.parse(path).copy))
        if repository is not None and not _is_below(root, repository):
            raise InputError(f"'{path}' leads out of the repository it is in", origin=_at(named))
        return repository

    def _copy(self, address: str, named: Spot | None) -> str:
        """Where the vendored copy of something remote lies."""
        wanted, above = remote.parse(address), self.session.vendored
        if above is not None:
            path = posixpath.normpath(posixpath.join(above, wanted.copy, wanted.path))
            if self.fs.is_file(path) or self.fs.is_dir(path):
                if not _is_below(self.fs.real(path), self.fs.real(posixpath.join(above, remote.FOLDER))):
                    raise InputError(
                        f"the copy of {address} leads out of {remote.FOLDER}", origin=_at(named), hint=_AGAIN
                    )
                return path
            if self.fs.is_dir(posixpath.join(above, wanted.copy)):
                raise InputError(f"there is no '{wanted.path}' in {wanted.url}", origin=_at(named))
        raise remote.NotVendored(address, wanted, _at(named), self.session.top)

    def _chain(self) -> Iterator["Folder"]:
        folder: Folder | None = self
        while folder is not None:
            yield folder
            folder = folder.referrer

    def kustomization(self, named: Spot | None = None) -> Kustomization:
        """The kustomization of this folder.

        Raises:
            InputError: There is none, or several, or it is wrong.
            Unsupported: It uses what kgen does not build.
        """
        found = [name for name in FILE_NAMES if self._has(name)]
        if len(found) == 1:
            return parse(posixpath.join(self.root, found[0]), self.read(found[0]), self.session.oddities)
        where = _at(named) or Origin(self.root)
        if not found:
            raise InputError(
                f"there is no kustomization.yaml in {self.root}",
                origin=where,
                hint="write one that lists its resources",
            )
        those = " and ".join(found)
        raise InputError(f"{self.root} has both {those}", origin=where, hint="keep one of them")

    def _has(self, name: str) -> bool:
        path = self.join(name)
        return self.fs.is_file(path) and (not self._restricted or _is_below(self.fs.real(path), self.root))


def top(path: str, session: Session) -> Folder:
    """The folder a build begins with.

    Raises:
        InputError: There is none.
    """
    fs = session.fs
    if not fs.is_dir(path):
        what = "is a file; name its folder" if fs.is_file(path) else "does not exist"
        raise InputError(f"the folder {path} {what}", origin=Origin(path), hint=_other(path, fs))
    root = fs.real(path)
    session.top, session.vendored = path, _vendor_home(root, fs)
    return Folder(root, session)


def _other(path: str, fs: FileSystem) -> str | None:
    """The folder that was probably meant."""
    from kgen.kustomize import nearby

    above, name = posixpath.split(path)
    near = nearby.path(fs, above, name, lambda other: has_kustomization(other, fs))
    return f"did you mean {posixpath.normpath(posixpath.join(above, near))}?" if near else None


def is_component(folder: str, fs: FileSystem) -> bool:
    """Whether what a folder, absolute, builds can only be listed under ``components``.

    Raises:
        InputError: There is no kustomization, or it is wrong.
    """
    return top(folder, Session(fs)).kustomization().kind == "Component"


def has_kustomization(folder: str, fs: FileSystem) -> bool:
    """Whether a folder, absolute, can be built."""
    return any(fs.is_file(posixpath.join(folder, name)) for name in FILE_NAMES)


def _vendor_home(folder: str, fs: FileSystem) -> str | None:
    """The nearest folder above that holds copies of what is remote."""
    while not fs.is_dir(posixpath.join(folder, remote.FOLDER)):
        above = posixpath.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def _check_path(path: str, named: Spot | None) -> None:
    """See that a path can be one."""
    if "\0" in path:
        raise InputError("a path cannot hold a NUL character", origin=_at(named))
    if ":" in path and re.match("(?i)https?:(?!//)", path):
        raise Unsupported(f"the name '{path}', which begins as an address does", origin=_at(named), hint="rename it")
    if len(path) > MAX_PATH:
        raise Unsupported(f"a path of more than {MAX_PATH:,} characters", origin=_at(named), hint="use short names")


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _at(named: Spot | None) -> Origin | None:
    return None if named is None else named.origin
