"""The attributes that Git gives files of a revision: https://git-scm.com/docs/gitattributes.

Those of the revision itself count, whatever the work tree says: its ``.gitattributes`` are put into an index of
their own, in a temporary folder. No program of anybody's configuration is run.
"""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO, Final

from kgen.errors import ToolError
from kgen.external import process
from kgen.external.objects import environment

NAMES: Final = ("text", "crlf", "eol", "ident", "working-tree-encoding", "filter")
FILE: Final = ".gitattributes"

_QUIET: Final = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
"""Git without what would run a program when an index is read or written."""

_NOT_SAID: Final = "unspecified"


@contextlib.contextmanager
def attributes(folder: str, files: Mapping[str, str]) -> "Iterator[Attributes]":
    """Who gives the attributes, for as long as the context lasts.

    Args:
        folder: A folder of the repository.
        files: The ``.gitattributes`` of the revision: their blobs by path.

    Raises:
        ToolError: Git is missing or failed.
    """
    with tempfile.TemporaryDirectory(prefix="kgen-") as place:
        around = {**environment(), "GIT_INDEX_FILE": os.path.join(place, "index")}
        listed = b"".join(f"100644 {blob}\t".encode() + os.fsencode(path) + b"\0" for path, blob in files.items())
        process.output((*_QUIET, "-C", folder, "update-index", "-z", "--index-info"), environment=around, given=listed)
        asked = Attributes((*_QUIET, "-C", folder, "check-attr", "--cached", "--stdin", "-z", *NAMES), around)
        with contextlib.closing(asked):
            yield asked


class Attributes:
    """What one ``git check-attr`` says, which is started with the first question."""

    def __init__(self, argv: tuple[str, ...], around: Mapping[str, str]) -> None:
        self._argv, self._environment = argv, around
        self._git: subprocess.Popen[bytes] | None = None

    def of(self, path: str) -> dict[str, str]:
        """Those of a file, by its path from the root: ``set``, ``unset`` or a value; what is not said is left out.

        Raises:
            ToolError: Git failed.
        """
        if self._git is None:
            self._git = process.start(self._argv, self._environment)
        requests, answers = self._git.stdin, self._git.stdout
        assert requests and answers  # noqa: S101, PT018 - both are pipes; this tells mypy
        with contextlib.suppress(BrokenPipeError):  # it ended: no answer follows
            requests.write(os.fsencode(path) + b"\0")
            requests.flush()
        try:
            answer = [_until_zero(answers) for _ in range(3 * len(NAMES))]  # path, name and value of each
        except EOFError:
            said = process.said(self._git.stderr.read() if self._git.stderr else b"")
            raise ToolError(f"git check-attr: {said}") from None
        return {name: value for name, value in zip(answer[1::3], answer[2::3], strict=True) if value != _NOT_SAID}

    def close(self) -> None:
        """End it."""
        process.end(self._git)
        self._git = None


def _until_zero(stream: IO[bytes]) -> str:
    """What comes before the next zero.

    Raises:
        EOFError: Nothing comes any more.
    """
    found = bytearray()
    while (one := stream.read(1)) != b"\0":
        if not one:
            raise EOFError
        found += one
    return os.fsdecode(bytes(found))
