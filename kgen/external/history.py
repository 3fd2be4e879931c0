"""What Git knows of the way to a state: where branches parted, and which files are not committed."""

import os
from collections.abc import Iterable
from functools import cached_property
from typing import Final, NamedTuple

from kgen.errors import InputError
from kgen.external.objects import Objects, ask

_MAIN: Final = ("main", "master")
_NONE: Final = 1
"""The exit code of ``git merge-base`` where there is none, and of ``git symbolic-ref --quiet``."""


class MergeBase(NamedTuple):
    """Where HEAD and a branch parted.

    Attributes:
        commit: Its hash.
        branch: The branch, as it is called here.
        is_sure: Whether nothing is missing in this clone that could hold a later one.
        is_head: Whether it is HEAD itself: the branch has all that HEAD has.
    """

    commit: str
    branch: str
    is_sure: bool
    is_head: bool


def merge_base(folder: str, branch: str | None) -> MergeBase:
    """The last commit that HEAD and a branch have in common.

    https://git-scm.com/docs/git-merge-base

    Args:
        folder: A folder of the repository that is there.
        branch: Anything Git takes for a commit, else the branch of ``origin`` with this name; None for what
            ``origin/HEAD`` names, else ``main`` or ``master``, those of ``origin`` first.

    Raises:
        InputError: There is no such branch, no commit yet, or none in common as far as this clone goes.
        ToolError: Git is missing or failed.
    """
    objects = Objects(folder)
    try:
        head = objects.commit("HEAD")
        if head is None:
            raise InputError("this repository has no commits yet", hint="commit once, or compare with --against base")
        found = _branch(folder, branch, objects)
    finally:
        objects.close()
    commit = ask(folder, "merge-base", "HEAD", found, fine=(0, _NONE))
    is_shallow = ask(folder, "rev-parse", "--is-shallow-repository") == "true"
    if not commit:
        raise _nothing_common(found, is_shallow=is_shallow)
    return MergeBase(commit, found, not (is_shallow and _is_cut(folder, found, commit)), commit == head)


def _branch(folder: str, said: str | None, objects: Objects) -> str:
    origins = [f"origin/{name}" for name in ((said,) if said else _MAIN)]
    if said is None:
        target = ask(folder, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", fine=(0, _NONE))
        candidates = [target.removeprefix("refs/remotes/"), *origins, *_MAIN]
    else:
        candidates = [said, *origins]
    for candidate in candidates:
        if candidate and not candidate.startswith("-") and objects.commit(candidate):
            return candidate
    raise _no_branch(folder, said)


def _no_branch(folder: str, said: str | None) -> InputError:
    if said is None:
        return InputError(
            "there is no branch 'main' or 'master' to compare with",
            hint="say which one, as in --against merge-base:develop; in CI fetch it first: git fetch origin main",
        )
    from kgen.external.revision import advice

    return InputError(f"there is no branch {said!r}", hint=advice(folder, said))


def _nothing_common(branch: str, *, is_shallow: bool) -> InputError:
    if is_shallow:
        return InputError(
            f"this clone is too shallow: it does not hold the commit where HEAD and {branch} parted",
            hint="fetch all of it: git fetch --unshallow; or some more, until it is enough: git fetch --deepen=100",
        )
    return InputError(
        f"HEAD and {branch} have no commit in common", hint=f"compare with the branch itself: --against {branch}"
    )


def _is_cut(folder: str, branch: str, commit: str) -> bool:
    """Whether history ends, this side of a merge base, where a clone was cut: a later one may lie behind the cut."""
    path = ask(folder, "rev-parse", "--git-path", "shallow")
    with open(os.path.join(folder, path), encoding="ascii") as file:
        cuts = set(file.read().split())
    return not cuts.isdisjoint(ask(folder, "rev-list", "HEAD", branch, f"^{commit}").split("\n"))


class WorkTree:
    """Which files of a work tree are not as HEAD has them; looked up once, for any number of files.

    Args:
        root: Its top folder, real.
    """

    def __init__(self, root: str) -> None:
        self._root = root

    def uncommitted(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of some files, by absolute real paths, that are changed, untracked or ignored.

        Of a submodule all files count as changed if any is. What lies outside of the work tree is left out.
        """
        inside = {path: path[len(self._root) + 1 :] for path in paths if path.startswith(f"{self._root}/")}
        return frozenset(path for path, name in inside.items() if self._is_uncommitted(name))

    def _is_uncommitted(self, name: str) -> bool:
        committed, changed = self._state
        while name:
            if name in committed:
                return name in changed
            name = os.path.dirname(name)  # of a file in a submodule
        return True

    @cached_property
    def _state(self) -> tuple[frozenset[str], frozenset[str]]:
        """What HEAD has, and what of it differs; no program of the repository's configuration watches files for it."""
        objects = Objects(self._root)
        try:
            if objects.commit("HEAD") is None:
                return frozenset(), frozenset()
        finally:
            objects.close()
        listed = ask(self._root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD")
        differing = ask(
            *(self._root, "-c", "core.fsmonitor=false", "diff", "--name-only", "-z", "--no-renames"),
            *("--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=none", "HEAD", "--"),
        )
        return frozenset(listed.split("\0")), frozenset(differing.split("\0"))
