"""What the words of ``kgen diff [NAME|PATH …] --against X`` mean: what is on the disk, at a revision, or in a stream.

One rule for all of them: what is there on the disk comes before a revision of the same name, unless it is a folder
that holds nothing to compare; ``./NAME`` is always a path, ``refs/heads/NAME`` or ``NAME^{}`` always a revision.
"""

import os
from collections.abc import Sequence
from typing import Final, NamedTuple

from kgen import project
from kgen.commands.foundations import overlays
from kgen.errors import InputError, KgenError
from kgen.filesystem import DiskFileSystem, FileSystem

STREAM: Final = "-"
_MANIFESTS: Final = (".yaml", ".yml", ".json")
_ONLY_PATHS: Final = ("/", "./", "../")


class Base(NamedTuple):
    """What each overlay builds on."""


class AtRevision(NamedTuple):
    """The same, as it was at a revision.

    Attributes:
        name: The revision.
        note: What a person should know of how the word was taken.
    """

    name: str
    note: str = ""


class MergeBase(NamedTuple):
    """The same, as it was where HEAD and a branch parted.

    Attributes:
        branch: The branch; None for the default one.
    """

    branch: str | None


class Place(NamedTuple):
    """A kustomization, a folder of manifests, or a file.

    Attributes:
        path: Absolute.
        said: How the person named it.
        revision: Of which revision; None for what is on the disk.
        note: What a person should know of how the word was taken.
        is_alone: Whether nothing else that is meant has the last part of its path for a name.
    """

    path: str
    said: str
    revision: str | None = None
    note: str = ""
    is_alone: bool = True


class Stream(NamedTuple):
    """Standard input."""


Against = Base | AtRevision | MergeBase | Place | Stream
Subject = Place | Stream


def subject(word: str, start: str, *, may_be_gone: bool = False) -> Subject:
    """What the first side is.

    Args:
        word: An overlay, a path, ``REV:PATH``, or ``-``.
        start: The folder the person is in.
        may_be_gone: Whether it may have been there only at a revision.

    Raises:
        InputError: Nothing is called like that.
    """
    if word == STREAM:
        return Stream()
    _refuse_empty(word)
    found = _on_disk(word, start) or _in_revision(word, start)
    if found is not None:
        return found
    if may_be_gone:
        root = project.find_root(start)
        is_name = root is not None and os.sep not in word
        return Place(os.path.join(root or start, "overlays", word) if is_name else os.path.join(start, word), word)
    if _is_revision(word, start):
        raise InputError(
            f"{word!r} is a revision, not what to compare",
            hint=f"compare with it: --against {word}; or name what to take from it: {word}:overlays/prod",
        )
    project.locate(start, word, lambda: overlays_around(start))
    raise AssertionError(word)  # locate has raised: nothing is there


def overlays_around(start: str) -> list[str]:
    """The overlays that are meant where nobody names any, as a person would name them."""
    return [os.path.relpath(path, start) for path in overlays(start, project.find_root(start), DiskFileSystem())]


def home(names: Sequence[str], start: str) -> str:
    """A path in the repository whose revisions are meant: that of the first name which is on the disk."""
    found = next((place.path for name in names if (place := _on_disk(name, start)) is not None), None)
    return start if found is None else found


def against(word: str | None, start: str, repository: str) -> Against:
    """What the other side is.

    Args:
        word: What the person said: ``base``, ``merge-base[:BRANCH]``, an overlay, a path, a revision, ``REV:PATH``
            or ``-``; None for ``base``.
        start: The folder the person is in.
        repository: A folder of the repository whose revisions are meant; need not be there.

    Raises:
        InputError: Nothing is called like that.
    """
    if word is None or word == "base":
        return Base()
    if word == STREAM:
        return Stream()
    _refuse_empty(word)
    head, colon, branch = word.partition(":")
    if head == "merge-base" and bool(colon) == bool(branch):
        return MergeBase(branch or None)
    found = _on_disk(word, start)
    if not word.startswith(_ONLY_PATHS) and _is_revision(word, repository, is_needed=found is None):
        return _chosen(word, found, start, repository)
    found = found or _in_revision(word, start)
    if found is None:
        raise InputError(
            f"nothing is called {word!r}: no overlay, no path, no revision", hint=_hint(word, repository, start)
        )
    return found


def _chosen(word: str, place: Place | None, start: str, repository: str) -> Place | AtRevision:
    """What a word means that names a revision, and maybe something on the disk."""
    if place is None:
        return AtRevision(word)
    seen = os.path.relpath(place.path, start)
    if not _holds_something(place.path):
        return AtRevision(word, f"{word!r} is taken for the revision; for the path say ./{seen}")
    full = next((ref for kind in ("heads", "tags") if _is_revision(ref := f"refs/{kind}/{word}", repository)), None)
    return place._replace(note=f"{word!r} is taken for {seen}; for the revision say {full or f'{word}^{{}}'}")


def _holds_something(path: str) -> bool:
    """Whether it can be compared, as far as its name or the names right in it tell."""
    names = os.listdir(path) if os.path.isdir(path) else [path]
    return any(name in project.KUSTOMIZATION_NAMES or name.endswith(_MANIFESTS) for name in names)


def _on_disk(word: str, start: str) -> Place | None:
    root = project.find_root(start)
    candidates = [os.path.join(os.path.abspath(start), word)]
    if root is not None and os.sep not in word and word not in {".", ".."}:
        candidates.insert(0, os.path.join(root, "overlays", word))
    for candidate in candidates:
        if os.path.isdir(candidate) if candidate is not candidates[-1] else os.path.exists(candidate):
            return Place(folder_of(os.path.normpath(candidate), DiskFileSystem()), word)
    return None


def folder_of(path: str, fs: FileSystem) -> str:
    """The folder of a kustomization that is named by its file."""
    is_kustomization = os.path.basename(path) in project.KUSTOMIZATION_NAMES and not fs.is_dir(path)
    return os.path.dirname(path) if is_kustomization else path


def _in_revision(word: str, start: str) -> Place | None:
    """``REV:PATH``, as Git reads it: from the root of the repository, or with ``./`` from where the person is."""
    from kgen.external.revision import repository

    root = repository(start)
    position = word.find(":")
    while root is not None and position > 0:
        name, path = word[:position], word[position + 1 :]
        if _is_revision(name, start):
            above = os.path.realpath(start) if path.startswith(("./", "../")) else root
            return Place(os.path.normpath(os.path.join(above, path)), word, name)
        position = word.find(":", position + 1)
    return None


def _refuse_empty(word: str) -> None:
    if not word:
        raise InputError("an empty text names nothing", hint="is a variable of your script not set?")


def _is_revision(word: str, folder: str, *, is_needed: bool = True) -> bool:
    """Whether Git knows it; where it is not needed, no trouble with Git counts."""
    from kgen.external.revision import find_commit

    try:
        return find_commit(folder, word) is not None
    except KgenError:
        if is_needed:
            raise
        return False


def _hint(word: str, repository: str, start: str) -> str:
    """The nearest name there is, and where revisions would come from."""
    from difflib import get_close_matches

    from kgen.external import revision

    root = project.find_root(start)
    overlays = [] if root is None else project.overlay_names(root)
    home = revision.existing(repository)
    refs = [] if revision.repository(home) is None else revision.refs(home)
    files = DiskFileSystem().names(os.path.join(start, os.path.dirname(word)))
    paths = [os.path.join(os.path.dirname(word), name) for name in files]
    close = get_close_matches(word, [*overlays, *refs, *paths, "base", "merge-base"], 1)
    if close:
        return f"did you mean {close[0]!r}?"
    if revision.repository(home) is None:
        return "here is no Git repository, so only overlays and paths can be named"
    return revision.advice(home, word)
