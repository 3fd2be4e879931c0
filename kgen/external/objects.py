"""The objects of a Git repository as they are stored: no filter, no conversion, nothing fetched, nothing changed."""

import contextlib
import os
import shlex
import subprocess
from collections.abc import Sequence
from typing import Final

from kgen.errors import InputError, ToolError, Unsupported
from kgen.external import process
from kgen.filesystem import MAX_SIZE

_KEPT: Final = ("GIT_CONFIG_", "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")


def environment() -> dict[str, str]:
    """The variables for a Git that only reads, and only what is here.

    Those that name a repository, an index or objects are dropped: within a hook they name those of the hook. What
    the person configured (``GIT_CONFIG_…``) stays. https://git-scm.com/docs/git#_environment_variables
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch; unlike the next, Git before 2.45 knows this
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",  # a commit's hash says what is in it
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",  # the same words everywhere
    }


def ask(folder: str, *arguments: str, fine: Sequence[int] = (0,)) -> str:
    """What Git prints in a folder, without the last line feed.

    Raises:
        ToolError: Git is missing or failed.
    """
    printed = process.output(("git", "-C", folder, *arguments), environment=environment(), fine=fine)
    return os.fsdecode(printed.removesuffix(b"\n"))


class Objects:
    """Commits and blobs by name, from one ``git cat-file --batch`` that is kept until `close`.

    https://git-scm.com/docs/git-cat-file#_batch_output

    Args:
        folder: A folder of the repository.
    """

    def __init__(self, folder: str) -> None:
        self._argv = ("git", "-C", folder, "cat-file", "--batch")
        self._git: subprocess.Popen[bytes] | None = None

    def commit(self, name: str) -> str | None:
        """The hash of the commit that a name means, if there is one; tags are followed.

        Args:
            name: Whatever Git takes, in one line.

        Raises:
            InputError: Several commits begin like this.
            ToolError: Git is missing or failed.
        """
        answer, _ = self._ask(f"{name}^{{commit}}")
        if not answer.endswith(b" missing"):
            return answer.split()[0].decode()
        if self._ask(name)[0].endswith(b" ambiguous"):
            raise InputError(f"several commits begin with {name!r}", hint="write more of it")
        return None

    def blob(self, name: str) -> bytes:
        """The content of a blob.

        Args:
            name: Its hash.

        Raises:
            Unsupported: It is larger than anything that is built.
            ToolError: It is not in the repository, or Git failed.
        """
        answer, content = self._ask(name)
        if answer.endswith(b" missing"):
            raise ToolError("this clone has no content of this file", hint=self._hint(name))
        return content

    def _ask(self, name: str) -> tuple[bytes, bytes]:
        """The line that answers a name, and the content that follows."""
        if self._git is None:
            self._git = process.start(self._argv, environment())
        requests, answers = self._git.stdin, self._git.stdout
        assert requests and answers  # noqa: S101, PT018 - both are pipes; this tells mypy
        answer = b""
        with contextlib.suppress(BrokenPipeError):  # it ended: no answer follows
            requests.write(os.fsencode(name) + b"\n")
            requests.flush()
            answer = answers.readline()
        if not answer.endswith(b"\n"):
            raise self._failure(name)
        if answer.endswith((b" missing\n", b" ambiguous\n")):
            return answer[:-1], b""
        size = int(answer.split()[2])
        if size > MAX_SIZE:
            self.close()
            raise Unsupported(f"a file of more than {MAX_SIZE >> 20} MB")
        content = answers.read(size + 1)  # a line feed ends it
        if len(content) <= size:
            raise self._failure(name)
        return answer[:-1], content[:-1]

    def _failure(self, name: str) -> ToolError:
        """Git ended: why."""
        stderr = self._git.stderr if self._git else None
        said = process.said(stderr.read() if stderr else b"")
        self.close()
        return ToolError(f"{shlex.join(self._argv)}: {said}", hint=self._hint(name))

    def _hint(self, name: str) -> str:
        command = shlex.join((*self._argv[:-1], "-p", name))
        return f"a partial clone fetches it by: {command}; of any other, `git fsck` tells what is missing"

    def close(self) -> None:
        """End it. What is asked afterwards starts another."""
        process.end(self._git)
        self._git = None
