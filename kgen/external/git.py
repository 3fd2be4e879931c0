"""What Git is asked for: copies of repositories, and the commits they are at."""

import os
import re
import shutil
import tempfile
from typing import Final

from kgen.errors import ToolError
from kgen.external import process

_SECONDS: Final = 600
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


def clone(url: str, ref: str, folder: str) -> str:
    """Copy a repository, at a branch, tag or commit, into a folder that is not there yet; without its history.

    Args:
        url: What to clone.
        ref: Branch, tag or commit; empty for the default branch.
        folder: Where to; made whole or not at all.

    Returns:
        The commit.

    Raises:
        ToolError: Git is missing or failed.
    """
    for text in (url, ref):
        if text.startswith("-"):
            raise ToolError(f"{text!r} is no address and no revision", hint="write it as in the repository's page")
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=os.path.dirname(folder)) as temporary:
        made = os.path.join(temporary, "copy")
        _git("init", "--quiet", made)
        _git("-C", made, "fetch", "--quiet", "--depth=1", "--", url, ref or "HEAD")
        _git("-C", made, "-c", "advice.detachedHead=false", "checkout", "--quiet", "FETCH_HEAD")
        _git("-C", made, "submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
        commit = _git("-C", made, "rev-parse", "HEAD").strip()
        shutil.rmtree(os.path.join(made, ".git"))
        os.replace(made, folder)
    if not _COMMIT.fullmatch(commit):
        raise ToolError(f"git rev-parse HEAD: {commit!r} is no commit")
    return commit


def _git(*arguments: str) -> str:
    return process.run(("git", *arguments), _SECONDS)
