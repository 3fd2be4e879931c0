"""Where the sides of a comparison are read: the disk, revisions, standard input; each is opened once for all."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kgen import project, yamlio
from kgen.commands import manifests
from kgen.commands.foundations import foundations, is_kustomization, remote_name
from kgen.commands.operands import STREAM, Place, folder_of
from kgen.commands.side import Side, of_manifests
from kgen.errors import InputError, KgenError, Origin
from kgen.filesystem import MAX_SIZE, DiskFileSystem, FileSystem, LayeredFileSystem
from kgen.overlay import env_file
from kgen.resource import Resource, ResourceMap

if TYPE_CHECKING:
    from kgen.external.history import MergeBase, WorkTree
    from kgen.external.revision import Revision
    from kgen.kustomize.legacy import Oddity
    from kgen.yamlio.recall import Recall

_KEPT: Final = 64
"""How many builds are kept for other overlays that compare with them; most share one base."""


def _explain_missing(error: KgenError, revision: "Revision") -> None:
    """Say why files that are on the disk are not at a revision."""
    from kgen.kustomize.faults import Missing

    for part in error.parts:
        if isinstance(part, Missing) and os.path.exists(part.path):
            is_outside = not part.path.startswith(f"{revision.root}/")
            part.hint = (
                "it lies outside of the repository, so it has no revisions: name a folder or a file to compare with"
                if is_outside
                else f"it is on the disk but not at {revision.name}: what is not committed cannot be compared with"
            )


def _standard_input(size: int) -> bytes:
    return sys.stdin.buffer.read(size)


@dataclass(frozen=True, slots=True)
class Reading:
    """How sides are read.

    Attributes:
        restricted: Whether files must lie in or below the folder of the kustomization that names them.
        cached: Whether large files that builds have parsed may be kept in the person's cache.
        origins: Whether the resources of first sides get the origins of their fields, which takes its time.
        oddities: Gets what kustomize accepts in first sides and a person surely did not mean.
        stdin: Gives what standard input holds, at most so many bytes.
    """

    restricted: bool = True
    cached: bool = False
    origins: bool = False
    oddities: "list[Oddity] | None" = None
    stdin: Callable[[int], bytes] = _standard_input


class _RecordingFileSystem(DiskFileSystem):
    """The disk, and which files were read of it.

    Attributes:
        files: Their paths.
    """

    def __init__(self) -> None:
        self.files: set[str] = set()

    def read(self, path: str) -> bytes:
        """See `FileSystem.read`."""
        self.files.add(path)
        return super().read(path)


class Sources(contextlib.ExitStack):
    """Reads sides, and keeps open what it read them from.

    Args:
        start: The folder the person is in.
        reading: How.
    """

    def __init__(self, start: str, reading: Reading) -> None:
        super().__init__()
        self.start, self._reading = start, reading
        self.disk = DiskFileSystem()
        self._revisions: dict[tuple[str, str], Revision] = {}
        self._merge_bases: dict[str, MergeBase] = {}
        self._work_trees: dict[str, WorkTree] = {}
        self._homes: dict[str, str | None] = {}
        self._kept: dict[tuple[str | None, str], Side] = {}
        self._is_read = False

    # ---- revisions

    def revision(self, path: str, name: str) -> "Revision":
        """A revision of the repository around a path.

        Raises:
            InputError: The path is in no repository, or there is no such revision.
        """
        from kgen.external.revision import revision

        home = self._home(path)
        if (home, name) not in self._revisions:
            self._revisions[home, name] = self.enter_context(revision(home, name))
        return self._revisions[home, name]

    def _home(self, path: str) -> str:
        """The repository around a path; looked up once for each folder."""
        from kgen.external.revision import existing, repository

        folder = existing(path)
        if folder not in self._homes:
            self._homes[folder] = repository(folder)
        home = self._homes[folder]
        if home is None:
            raise InputError(
                "this is in no Git repository, so it has no revisions",
                origin=Origin(path),
                hint="compare with --against base, or name another path",
            )
        return home

    def merge_base(self, path: str, branch: str | None) -> "MergeBase":
        """Where HEAD and a branch parted in the repository around a path.

        Raises:
            InputError: The path is in no repository, there is no such branch, or nothing in common.
        """
        from kgen.external.history import merge_base

        home = self._home(path)
        if home not in self._merge_bases:
            self._merge_bases[home] = merge_base(home, branch)
        return self._merge_bases[home]

    def _uncommitted(self, files: Iterable[str]) -> tuple[str, ...]:
        """A note on how many of these files of the disk are not committed, if any are."""
        from kgen.external.history import WorkTree
        from kgen.external.revision import repository

        by_home: dict[str, list[str]] = {}
        for real in (self.disk.real(path) for path in files if os.path.basename(path) != env_file.NAME):
            folder = os.path.dirname(real)
            if folder not in self._homes:
                self._homes[folder] = repository(folder)
            by_home.setdefault(self._homes[folder] or "", []).append(real)
        by_home.pop("", None)  # in no repository
        for home in by_home.keys() - self._work_trees.keys():
            self._work_trees[home] = WorkTree(home)
        count = sum(len(self._work_trees[home].uncommitted(paths)) for home, paths in by_home.items())
        return (f"working tree: {count} file{'s' * (count != 1)} not committed",) if count else ()

    # ---- sides

    def stream(self) -> Side:
        """What standard input holds.

        Raises:
            InputError: It was read already, is closed, or holds something else than manifests.
        """
        if self._is_read:
            raise InputError("only one side can be standard input", hint="put the other in a file, or in <(…)")
        self._is_read = True
        try:
            data = manifests.bounded(self._reading.stdin(MAX_SIZE + 1), STREAM)
        except (OSError, AttributeError):  # it is closed
            raise InputError("standard input cannot be read", hint="pipe manifests into it, or name a file") from None
        return replace(of_manifests(manifests.parse(data, STREAM)), label="standard input")

    def first(self, place: Place, *, tells_uncommitted: bool = False) -> Side:
        """What is at a place, as the first side.

        Raises:
            InputError: Something is wrong there, or nothing is there.
            Unsupported: The built-in engine refuses a feature.
        """
        if place.revision is not None:
            return self._at_revision(place.path, place.revision, is_first=True)
        fs = _RecordingFileSystem()
        side = self._side(place.path, fs, is_first=True)
        return replace(side, notes=(*side.notes, *self._uncommitted(fs.files))) if tells_uncommitted else side

    def other(self, path: str, revision: str | None = None) -> Side:
        """What is at a path, as the side that others are compared with: read once for many of them.

        Raises:
            InputError: Something is wrong there, or nothing is there.
            Unsupported: The built-in engine refuses a feature.
        """
        key = (revision, path)
        side = self._kept.pop(key, None)
        if side is None:
            side = self._side(path, self.disk) if revision is None else self._at_revision(path, revision)
        self._kept[key] = side
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return side

    def base(self, side: Side, revision: str | None = None) -> Side:
        """What a side that was built builds upon.

        Raises:
            InputError: It was not built.
        """
        assert side.folder and side.fs  # noqa: S101, PT018  # read_sides has looked
        listed = foundations(side.folder, side.fs)
        found = [(os.path.basename(path), self.other(path, revision).resources) for path in listed.folders]
        found += [(remote_name(entry), self._remote(entry, side)) for entry in listed.remote]
        resources = ResourceMap(resource for _, resources in found for resource in resources)
        return Side(", ".join(name for name, _ in found) or "nothing", tuple(resources))

    def is_there(self, path: str, revision: str) -> bool:
        """Whether a revision has something to compare at a path of the disk.

        A folder that was no kustomization yet, and is one now, was not there.
        """
        found = self.revision(path, revision)
        inside = found.inside(path)
        if found.fs.is_dir(inside) and not is_kustomization(inside, found.fs):
            return not is_kustomization(path, self.disk)
        return found.fs.is_dir(inside) or found.fs.is_file(inside)

    def _at_revision(self, path: str, revision: str, *, is_first: bool = False) -> Side:
        found = self.revision(path, revision)
        oddities = self._reading.oddities if is_first else None
        known = len(oddities or ())
        fs = env_file.from_disk(found.fs)
        try:
            with found.placing():
                side = self._side(found.inside(path), fs, is_first=is_first)
        except KgenError as error:
            _explain_missing(error, found)
            raise
        if oddities:
            oddities[known:] = [odd._replace(origin=found.place(odd.origin)) for odd in oddities[known:]]
        placed = tuple(replace(resource, origin=found.place(resource.origin)) for resource in side.resources)
        notes = (f"{env_file.NAME} is not in Git: taken as it is now",) if fs.used else ()
        return replace(side, resources=placed, notes=(*side.notes, *notes))

    def _side(self, path: str, fs: FileSystem, *, is_first: bool = False) -> Side:
        path = folder_of(path, fs)
        if is_kustomization(path, fs):
            return Side("", self._build(path, fs, is_first=is_first), folder=path, fs=fs)
        if not fs.is_dir(path):
            found = manifests.parse(manifests.named_content(path, fs), path)
        elif not (found := manifests.read(path, fs)):
            raise InputError("there is no resource here", origin=Origin(path), hint="name what holds manifests")
        return replace(of_manifests(found), fs=fs)

    def _build(self, folder: str, fs: FileSystem, *, is_first: bool = False) -> tuple[Resource, ...]:
        from kgen.kustomize import build

        oddities = self._reading.oddities if is_first else None
        origins = self._reading.origins and is_first
        restricted = self._reading.restricted
        built = build(folder, fs, restricted=restricted, recall=self._parser, oddities=oddities, origins=origins)
        return tuple(built)

    def _remote(self, address: str, side: Side) -> tuple[Resource, ...]:
        """What a remote base builds: by a kustomization that is not there and names nothing else."""
        assert side.folder and side.fs  # noqa: S101, PT018  # as in `base`
        folder = os.path.join(side.folder, ".kgen", "base")
        listed = yamlio.dump([{"resources": [address]}])
        text = {os.path.join(folder, project.KUSTOMIZATION_NAMES[0]): listed}
        return self._build(folder, LayeredFileSystem(side.fs).lay(folder, text))

    @cached_property
    def _parser(self) -> "Recall":
        """Who parses the files of builds, each once."""
        from kgen.cache import user_cache
        from kgen.yamlio.recall import Recall

        return Recall(user_cache() if self._reading.cached else None, again=True)
