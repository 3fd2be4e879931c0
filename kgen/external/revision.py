"""The files of a Git revision: read from the repository's objects; the work tree, index and refs stay as they are."""

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from kgen.errors import InputError, KgenError, Origin, Unsupported
from kgen.external.checkout import CLONE, Checkout, checkout
from kgen.external.objects import Objects, ask
from kgen.filesystem import TreeFileSystem

_REMEMBERED: Final = 512
_LINK, _SUBMODULE = "120000", "160000"
# Files that a filter would turn into something else on checkout, by how what is stored begins.
_FILTERED: Final = {b"version https://git-lfs.github.com/spec/": "Git LFS", b"\0GITCRYPT\0": "git-crypt"}


class Revision(NamedTuple):
    """A commit and its files.

    Attributes:
        name: What the person called it: a branch, a tag, ``HEAD~1``.
        commit: Its hash.
        root: The top folder of the work tree, absolute; that of the repository itself where it is bare.
        folder: Where what was asked for lies at this revision: an absolute path at or below `root`.
        fs: Its files, as if they lay in `root`.
        is_bare: Whether the repository has no work tree.
    """

    name: str
    commit: str
    root: str
    folder: str
    fs: "RevisionFileSystem"
    is_bare: bool = False

    def place(self, origin: Origin | None) -> Origin | None:
        """An origin as ``git show`` takes it: ``HEAD~1:base/web.yaml``."""
        if origin is None or not f"{origin.path}/".startswith(f"{self.root}/"):
            return origin
        return origin._replace(path=f"{self.name}:{origin.path[len(self.root) + 1 :]}")

    @contextlib.contextmanager
    def placing(self) -> Iterator[None]:
        """Errors name files as Git does."""
        try:
            yield
        except KgenError as error:
            for part in error.parts:
                part.origin = self.place(part.origin)
                part.chain = tuple(self.place(link) or link for link in part.chain)
            raise

    def inside(self, path: str) -> str:
        """Where a path of the disk lies at this revision."""
        return _inside(path, self.root)


class _Tree(NamedTuple):
    """The files of a commit.

    Attributes:
        files: Blobs by path from the root.
        links: The text of symbolic links, likewise.
        submodules: The absolute folders of submodules.
    """

    files: dict[str, str]
    links: dict[str, str]
    submodules: frozenset[str]


class RevisionFileSystem(TreeFileSystem):
    """The files of a revision, as a checkout would lay them on the disk.

    Args:
        root: The absolute folder they stand in.
        tree: What is there.
        read: Gives a blob.
        made: What a checkout makes of a stored file; None for nothing else.
    """

    def __init__(self, root: str, tree: _Tree, read: Callable[[str], bytes], made: Checkout | None = None) -> None:
        super().__init__(root, tree.files, tree.links, read)
        self._root, self._submodules, self._made = root, tree.submodules, made

    def read(self, path: str) -> bytes:
        """See `FileSystem.read`.

        Raises:
            Unsupported: It is too large, or stored in another form than it is used.
            ToolError: Git cannot give it.
        """
        try:
            content = super().read(path)
        except KgenError as error:
            error.origin = error.origin or Origin(path)
            raise
        for start, tool in _FILTERED.items():
            if content.startswith(start):
                raise Unsupported(f"a file that Git stores by {tool}", origin=Origin(path), hint=CLONE)
        return content if self._made is None else self._checked_out(path, content, self._made)

    def _checked_out(self, path: str, content: bytes, made: Checkout) -> bytes:
        real = self.real(path)
        try:
            return made(os.path.relpath(real, self._root), self._files[real], content)
        except KgenError as error:
            error.origin = error.origin or Origin(path)
            raise

    def real(self, path: str) -> str:
        """See `FileSystem.real`.

        Raises:
            Unsupported: It leads into a submodule.
        """
        real = super().real(path)
        if self._submodules:
            folder = real
            while len(folder) > 1:
                if folder in self._submodules:
                    raise Unsupported("a submodule at a revision", origin=Origin(folder), hint=CLONE)
                folder = os.path.dirname(folder)
        return real


@contextlib.contextmanager
def revision(folder: str, name: str) -> Iterator[Revision]:
    """The files of a revision, for as long as the context lasts.

    Args:
        folder: An absolute folder in the repository; at the revision or now it need not be there.
        name: What to read: a branch, a tag, a commit or anything else Git takes for one.

    Raises:
        InputError: The folder is in no repository, or there is no such revision.
        ToolError: Git is missing or failed.
    """
    start = existing(folder)
    root, is_bare = _root(start)
    with contextlib.closing(Objects(start)) as objects:
        commit = _commit(start, name, objects)
        tree = _tree(root, commit, objects)
        read = lru_cache(_REMEMBERED)(objects.blob)  # many overlays read the files of one base
        with checkout(root, tree.files) as made:
            fs = RevisionFileSystem(root, tree, read, made)
            yield Revision(name, commit, root, _inside(folder, root), fs, is_bare)


def find_commit(folder: str, name: str) -> str | None:
    """The commit that a name means in the repository around a folder, if it means one there.

    Raises:
        InputError: Several commits begin like this.
        ToolError: Git is missing or failed.
    """
    start = existing(folder)
    if not _is_name(name) or repository(start) is None:
        return None
    with contextlib.closing(Objects(start)) as objects:
        return objects.commit(name)


def existing(folder: str) -> str:
    """The nearest folder that is there now."""
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder


def _root(folder: str) -> tuple[str, bool]:
    """The top folder, and whether it is that of the repository itself."""
    if repository(folder) is None:
        raise InputError(
            "this is in no Git repository, so it has no revisions",
            origin=Origin(folder),
            hint="leave --revision out to build what is on the disk",
        )
    bare, _, home = ask(folder, "rev-parse", "--is-bare-repository", "--absolute-git-dir").partition("\n")
    return (home, True) if bare == "true" else (ask(folder, "rev-parse", "--show-toplevel"), False)


def repository(folder: str) -> str | None:
    """The nearest folder, from this one up, that is a repository or holds one."""
    above = os.path.realpath(folder)
    while True:
        names = (".git", "HEAD", "objects")
        work_tree, *bare = (os.path.exists(os.path.join(above, name)) for name in names)
        if work_tree or all(bare):
            return above
        if above == os.path.dirname(above):
            return None
        above = os.path.dirname(above)


def _is_name(name: str) -> bool:
    return bool(name) and not name.startswith("-") and not any(character in name for character in "\n\0")


def _commit(folder: str, name: str, objects: Objects) -> str:
    if not _is_name(name):
        raise InputError(f"{name!r} is no revision", hint="name a branch, a tag or a commit, as in HEAD~1")
    commit = objects.commit(name)
    if commit is None:
        raise InputError(f"there is no revision {name!r}", hint=advice(folder, name))
    return commit


def advice(folder: str, name: str) -> str:
    """What to do about a revision that is not there, in one line."""
    from difflib import get_close_matches

    known = refs(folder)
    close = [ref for ref in known if ref.endswith(f"/{name}")] or get_close_matches(name, known, 1)
    if close and find_commit(folder, name.partition("~")[0].partition("^")[0]) is None:
        return f"did you mean {close[0]!r}?"
    if ask(folder, "rev-parse", "--is-shallow-repository") == "true":
        return "this clone holds only the last commits; fetch the others with: git fetch --unshallow"
    if not known and find_commit(folder, "HEAD") is None:
        return "this repository has no commits yet"
    return "`git log --oneline --all` lists the commits there are"


def refs(folder: str) -> list[str]:
    """The branches and tags there are, as short as Git says them, and HEAD; none where there is no commit."""
    found = ask(folder, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
    return ["HEAD", *found.split("\n")] if found else []


def _tree(root: str, commit: str, objects: Objects) -> _Tree:
    """List the files once.

    https://git-scm.com/docs/git-ls-tree#_output_format
    """
    files, links, submodules = dict[str, str](), dict[str, str](), set[str]()
    for entry in ask(root, "ls-tree", "-r", "-z", "--full-tree", commit).split("\0")[:-1]:
        about, _, path = entry.partition("\t")
        mode, _, name = about.split(" ")
        if mode == _LINK:
            links[path] = os.fsdecode(objects.blob(name))
        elif mode == _SUBMODULE:
            submodules.add(os.path.join(root, path))
        else:
            files[path] = name
    return _Tree(files, links, frozenset(submodules))


def _inside(folder: str, root: str) -> str:
    """The folder below the root; links on the way to the root are those of the disk, the others the revision's."""
    above = folder
    while os.path.realpath(above) != root:
        if above == os.path.dirname(above):
            return os.path.realpath(folder)
        above = os.path.dirname(above)
    return os.path.normpath(os.path.join(root, os.path.relpath(folder, above)))
