"""Files of resources that have been parsed before, found again by their content."""

import contextlib
import os
from functools import cached_property
from typing import Final, Protocol

from kgen.yamlio.composer import Document
from kgen.yamlio.loader import load
from kgen.yamlio.written import Written, unwritten

STORED_FROM: Final = 64 << 10
"""The least bytes of a file that is looked up in a store: a smaller one is parsed before it is found."""

KEPT: Final = 64 << 20
"""How many bytes of parsed files are kept in memory."""


class Store(Protocol):
    """Bytes by key that outlive a run."""

    def get(self, key: str) -> bytes | None:
        """What was put there, exactly, or None."""

    def put(self, key: str, data: bytes) -> None:
        """Keep something, if that is possible."""


class Recall:
    """Parses files, but the same content not over and over.

    Everybody gets documents of their own. A file that is met once costs no more than its parsing: from the second
    time on it is kept. Nothing is kept of a file with errors.

    Args:
        store: Where large files are looked up first, and kept for later runs.
        again: Whether most files are surely met again, so that they are kept the first time.
    """

    def __init__(self, store: Store | None = None, *, again: bool = False) -> None:
        self._store, self._again = store, again
        self._met: set[int] = set()
        self._kept: dict[str, bytes] = {}
        self._size = 0

    def load(self, text: bytes | str, path: str, written: Written) -> list[Document]:
        """The documents of a file, and the notes on them; see `kgen.yamlio.load`, also for the errors."""
        met = hash(text)
        keeps = self._again or met in self._met
        self._met.add(met)
        store = self._store if len(text) >= STORED_FROM else None
        if not keeps and store is None:
            return load(text, path, written)
        from kgen.yamlio.frozen import thaw

        key = _key(text, "" if store is None else self._parser)
        frozen = self._kept.get(key) or (store and store.get(key))
        documents = thaw(frozen, written) if frozen else None
        if documents is not None:
            return documents
        documents, frozen = _parsed(text, path, written)
        if frozen is not None:
            if keeps:
                self._keep(key, frozen)
            if store is not None:
                store.put(key, frozen)
        return documents

    def _keep(self, key: str, frozen: bytes) -> None:
        if self._size + len(frozen) <= KEPT:
            self._kept[key] = frozen
            self._size += len(frozen)

    @cached_property
    def _parser(self) -> str:
        """What parses here: what another version left in a store is not taken."""
        from kgen import __version__
        from kgen.yamlio.frozen import FORMAT
        from kgen.yamlio.libyaml import VERSION

        return f"{FORMAT} {__version__} {_sources()} {VERSION}"


def _parsed(text: bytes | str, path: str, written: Written) -> tuple[list[Document], bytes | None]:
    """The documents, and what to keep of them: with all notes, also those that nobody asks for this time."""
    from kgen.yamlio.frozen import freeze

    full = Written(styles=True)
    documents = load(text, path, full)
    frozen = freeze(documents, full)
    if frozen is None:
        return load(text, path, written), None
    written.odd += full.odd
    written.empty += full.empty
    if not written.styles:
        documents = [Document(unwritten(body), line) for body, line in documents]
    return documents, frozen


def _key(text: bytes | str, parser: str) -> str:
    """A digest of all that the parsed form depends on; the path is none of that."""
    from hashlib import sha256

    digest = sha256(f"{parser}\n".encode())
    digest.update(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _sources() -> str:
    """A digest of this package's code, where it lies open: between releases the version says too little."""
    from hashlib import sha256

    digest, folder = sha256(), os.path.dirname(__file__)
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as file:
                    digest.update(file.read())
    return digest.hexdigest()
