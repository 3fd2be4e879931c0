"""What the bases of overlays build, each built once in a run."""

import contextlib
from collections.abc import Collection

from kgen.errors import InputError, KgenError, Origin
from kgen.filesystem import FileSystem, WatchedFileSystem
from kgen.kustomize import build
from kgen.kustomize.legacy import Oddity
from kgen.kustomize.loader import is_component
from kgen.resource import ResourceMap
from kgen.yamlio.recall import Recall


class Bases:
    """Folders and what they build, content hashes left off.

    Nobody may change what they are given: others are given the same.

    Args:
        recall: Who parses files, and may know some.
        written: The folders that a run may write into: what is built of them is never the same for long.

    Attributes:
        oddities: What kustomize accepts in what was built, and a person surely did not mean.
    """

    def __init__(self, recall: Recall | None = None, written: Collection[str] = ()) -> None:
        self.recall = recall or Recall()
        self._written = frozenset(written)
        self.oddities: list[Oddity] = []
        self._kept: dict[str, ResourceMap] = {}
        self._tried: set[str] = set()

    def built(self, path: str, fs: FileSystem) -> ResourceMap:
        """What a folder builds.

        Raises:
            InputError: Its files are wrong, or it is a component.
            Unsupported: They use what kgen does not build.
        """
        if path in self._kept:
            return self._kept[path]
        watched = WatchedFileSystem(fs)
        made = build(path, watched, hash_suffixes=False, recall=self.recall, oddities=self.oddities)
        if is_component(path, watched):
            raise InputError(
                "a Component is no base: overlays cannot list it as a resource",
                origin=Origin(path),
                hint="list it under components: in a kustomization.yaml of a folder of its own, and name that as base:",
            )
        if not watched.folders() & self._written:
            self._kept[path] = made
        return made

    def is_steady(self, path: str, fs: FileSystem) -> bool:
        """Whether a folder builds the same all through a run."""
        if path not in self._tried | self._written:
            self._tried.add(path)
            with contextlib.suppress(KgenError):
                self.built(path, fs)
        return path in self._kept
