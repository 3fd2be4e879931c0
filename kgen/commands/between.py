"""``kgen between``: what differs between two folders or files, for kubectl and Git as their external differ.

kubectl (``KUBECTL_EXTERNAL_DIFF="kgen between"``) puts two folders in front of the words of that variable, and takes
only words of letters, digits, ``-`` and ``=``: ``kgen /tmp/LIVE-1 /tmp/MERGED-2 between``. Each holds a file for each
resource, an empty one where there is none. Source: ``getCommand`` in
https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/diff/diff.go.

Git (``git config diff.external "kgen between"``) puts seven words behind: path, file, hash and mode before, file, hash
and mode after; two more where a file was renamed, only the path where it is not merged. It takes any other exit code
than 0 for a crash. https://git-scm.com/docs/git#Documentation/git.txt-GITEXTERNALDIFF
"""

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from kgen.commands import manifests
from kgen.commands.diff import NEWEST
from kgen.errors import InputError, KgenError
from kgen.filesystem import DiskFileSystem
from kgen.preview.compare import compare
from kgen.preview.comparison import Comparison
from kgen.preview.masking import mask
from kgen.preview.served import without_server_fields
from kgen.preview.texts import dissect
from kgen.preview.verdicts import Situation, judge, left_behind
from kgen.redaction import Redactor
from kgen.renderers.text import printable
from kgen.resource import Resource

_VERB: Final = "between"
_NOTHING: Final = "/dev/null"
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_HASH: Final = re.compile(r"[0-9a-f]{40,64}|\.")
_MODE: Final = re.compile(r"[0-7]{6}|\.")
_COUNTER: Final = "GIT_DIFF_PATH_COUNTER"
"""Git sets this for an external differ."""
_LOOKED_AT: Final = 8000
"""In how many bytes a zero makes a file binary, as for Git."""
_MOST_LINES: Final = 20_000
"""Of how many lines, the common ones at both ends aside, it is told which differ: it takes their square in time."""
_FILE_MODES: Final = ("100", ".")
"""How the modes of files begin, unlike those of links and submodules; a file that is not there has a dot."""


class Outcome(NamedTuple):
    """What differs, by resources or line by line.

    Attributes:
        comparison: What differs between manifests.
        text: What to print of anything else.
        code: The exit code.
    """

    comparison: Comparison | None
    text: str
    code: int


def arranged(words: Sequence[str]) -> list[str]:
    """The words of a command line, for `between` in the order in which a person would type them.

    kubectl has the folders in front of the command, and names that Git gives may look like options.
    """
    match list(words):
        case [before, after, "between", *options] if _is_kubectls(before, "LIVE-") and _is_kubectls(after, "MERGED-"):
            return [_VERB, *options, "--", before, after]
        case ["between", *rest]:
            for start in range(len(rest)):
                if _is_gits(rest[start:]):
                    return [_VERB, *rest[:start], "--", *rest[start:]]
    return list(words)


def _is_kubectls(path: str, prefix: str | tuple[str, ...]) -> bool:
    return os.path.basename(path).startswith(prefix) and os.path.isdir(path)


def _is_gits(words: Sequence[str]) -> bool:
    if len(words) not in {7, 9}:
        return False
    hashes, modes = (words[2], words[5]), (words[3], words[6])
    return all(map(_HASH.fullmatch, hashes)) and all(map(_MODE.fullmatch, modes))


def between(words: Sequence[str], *, show_secrets: bool = False) -> Outcome:
    """Compare.

    Args:
        words: Two folders or files; what Git says.
        show_secrets: Whether to show them.

    Raises:
        InputError: The words are neither, or something is wrong with the folders. Never for Git.
        Unsupported: A file is out of all proportion.
    """
    if _is_gits(words):
        return _of_git(words, show_secrets=show_secrets)
    match words:
        case [before, after]:
            return _of_folders(before, after, show_secrets=show_secrets)
        case [path] if _COUNTER in os.environ:
            return Outcome(None, f"* Unmerged path {path}\n", 0)
    raise InputError(
        f"this compares two folders or files, not {len(words)}",
        hint='for kubectl say KUBECTL_EXTERNAL_DIFF="kgen between", for Git: git config diff.external "kgen between"',
    )


def _shown(found: Comparison, states: Sequence[Sequence[Resource]], *, show_secrets: bool) -> Comparison:
    return found if show_secrets else mask([found], [resource for state in states for resource in state])[0]


# ---- kubectl


def _of_folders(before: str, after: str, *, show_secrets: bool) -> Outcome:
    is_live = _is_kubectls(before, "LIVE-") and _is_kubectls(after, "MERGED-")
    name, against = ("applied", "live") if is_live else (after, before)
    one, other = tuple(_resources(before)), tuple(_resources(after))
    found = dissect(compare(one, other, name, against))
    judged = judge(Situation(found, one, other, None, NEWEST))
    # What is gone in the one folder is what `kubectl diff --prune` is about to delete.
    findings = tuple(finding for finding in judged if not (is_live and finding.rule == left_behind.ID))
    found = _shown(replace(found, findings=findings), (one, other), show_secrets=show_secrets)
    return Outcome(found, "", int(found.differs))


def _resources(path: str) -> list[Resource]:
    """What is in a folder or file, without what an API server added; nothing else is left out."""
    disk = DiskFileSystem()
    if not _is_kubectls(path, ("LIVE-", "MERGED-")):
        files = manifests.files(path, disk)
    else:
        files = [os.path.join(path, name) for name in sorted(os.listdir(path))]  # their names have no suffix
    read = [one for file in files for one in manifests.parse(manifests.named_content(file, disk), file)]
    return [without_server_fields(one) for one in manifests.unique(read)]


# ---- Git


class _Pair(NamedTuple):
    """A file before and after, as Git tells it.

    Attributes:
        path: What it is called in the repository.
        file: Where its content before is; the null device where it is new.
        mode: Its mode before, octal; a dot where it is new.
        other: Where its content after is.
        other_mode: Its mode after.
        name: What it is called after.
    """

    path: str
    file: str
    mode: str
    other: str
    other_mode: str
    name: str

    @classmethod
    def of(cls, words: Sequence[str]) -> "_Pair":
        """Read what Git says; the eighth word is the name after."""
        path, file, _, mode, other, _, other_mode, *renamed = words
        return cls(path, file, mode, other, other_mode, renamed[0] if renamed else path)

    @property
    def header(self) -> str:
        """As Git itself has it, but for the hashes."""
        lines = [f"diff --git a/{self.path} b/{self.name}"]
        if self.file == _NOTHING:
            lines.append(f"new file mode {self.other_mode}")
        elif self.other == _NOTHING:
            lines.append(f"deleted file mode {self.mode}")
        elif self.mode != self.other_mode:
            lines += [f"old mode {self.mode}", f"new mode {self.other_mode}"]
        if self.name != self.path:
            lines += [f"rename from {self.path}", f"rename to {self.name}"]
        return "".join(f"{printable(line)}\n" for line in lines)

    @property
    def may_be_manifests(self) -> bool:
        """Whether it is a file, not a link or a submodule, with a name as manifests have."""
        are_files = all(mode.startswith(_FILE_MODES) for mode in (self.mode, self.other_mode))
        return are_files and self.name.endswith(_SUFFIXES)


def _of_git(words: Sequence[str], *, show_secrets: bool) -> Outcome:
    pair = _Pair.of(words)
    try:
        before, after = _content(pair.file), _content(pair.other)
    except KgenError as error:
        return Outcome(None, f"{pair.header}{error.message}\n", 0)
    read = _manifests(pair, before, after) if pair.may_be_manifests else None
    if read is None:
        return Outcome(None, pair.header + _lines(pair, before, after, show_secrets=show_secrets), 0)
    try:
        found = _shown(dissect(compare(*read, "after", "before")), read, show_secrets=show_secrets)
    except Exception:  # noqa: BLE001 - whatever it is, Git would end there and show no other file
        return Outcome(None, f"{pair.header}cannot be compared\n", 0)
    if found.differs or before == after:
        return Outcome(found, pair.header, 0)
    if not show_secrets and any(one.body.get("kind") == "Secret" for side in read for one in side):
        return Outcome(None, f"{pair.header}only comments, spelling or layout differ\n", 0)
    return Outcome(None, pair.header + _lines(pair, before, after, show_secrets=show_secrets), 0)


def _content(path: str) -> bytes:
    if path == _NOTHING:
        return b""
    return os.fsencode(os.readlink(path)) if os.path.islink(path) else manifests.content(path, DiskFileSystem())


def _manifests(pair: _Pair, before: bytes, after: bytes) -> tuple[list[Resource], list[Resource]] | None:
    """The resources, if there are only such in the files; None where they are anything else."""
    try:
        one = manifests.unique(manifests.parse(before, pair.path))
        other = manifests.unique(manifests.parse(after, pair.name))
    except (KgenError, RecursionError):
        return None
    return (one, other) if one or other else None


def _lines(pair: _Pair, before: bytes, after: bytes, *, show_secrets: bool) -> str:
    """What differs line by line; of passwords and their like only that it does."""
    if before == after:
        return ""
    names = f"a/{pair.path}", f"b/{pair.name}"
    if b"\0" in before[:_LOOKED_AT] + after[:_LOOKED_AT]:
        return f"Binary files {names[0]} and {names[1]} differ\n"
    redactor = Redactor()
    texts = [text.decode("utf-8", "surrogateescape") for text in (before, after)]
    one, other = ([*_split(text if show_secrets else redactor.text(text))] for text in texts)
    if max(len(one), len(other)) - _common(one, other) > _MOST_LINES:
        return f"Files {names[0]} and {names[1]} differ in too many lines\n"
    told = difflib.unified_diff(one, other, *names, lineterm="")
    return "".join(f"{printable(part)}\n" for line in told for part in line.split("\n"))


def _split(text: str) -> list[str]:
    """The lines; the last one says if nothing ends it."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines at both ends are the same."""
    shorter = min(len(before), len(after))
    start = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    end = next((index for index in range(shorter - start) if before[-1 - index] != after[-1 - index]), shorter - start)
    return start + end
