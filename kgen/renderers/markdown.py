"""Comparisons as Markdown, for the comment of a pull request, in as many bytes as there may be.

What does not fit is told in fewer words, in steps: each resource in full; each resource folded, long values shortened;
one line for each, with those folded that find room, the worst first; the first lines and the sum of it. What was cut is
said, and how to see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kgen.preview.comparison import Comparison
from kgen.preview.entries import Entry, entries
from kgen.preview.grouping import Group, group
from kgen.renderers import escaping
from kgen.renderers.excerpt import ALL, SOME, equivalents, folded, head, heading, line, opened
from kgen.renderers.headline import summary, text, total
from kgen.renderers.phrases import plural

MAX_BYTES: Final = 65_000
"""GitHub says 65,536 characters; it takes more, other forges take less."""

LEAST_BYTES: Final = 500
LONGEST_MARKER: Final = 80
"""In bytes, as it is written."""

_LONGEST_COMMAND = 100
_MORE = len("- … and 1,000,000 more\n".encode())
_RANKS: Final = {"blocking": 0, "warning": 1, "note": 2}


class Comment(NamedTuple):
    """How to write a comment.

    Attributes:
        max_bytes: The most bytes it may have in UTF-8; at least `LEAST_BYTES`.
        marker: What a later run finds it by; it stands in the first line, which is not shown.
        command: What to run to see all of it.
        equivalents: Whether other spellings of the same are told too.
    """

    max_bytes: int = MAX_BYTES
    marker: str = "kgen diff"
    command: str = "kgen diff"
    equivalents: bool = False


def marker_size(marker: str) -> int:
    """How many bytes a marker takes; `LONGEST_MARKER` are there for it."""
    return _size(escaping.comment(marker))


def markdown(comparisons: Sequence[Comparison], comment: Comment = Comment()) -> str:  # noqa: B008  # it is frozen
    """The text of a comment.

    Args:
        comparisons: What to show.
        comment: How to write it.

    Raises:
        ValueError: The bytes are too few to say anything, or the marker is too long.
    """
    first, room = escaping.comment(comment.marker), comment.max_bytes
    if room < LEAST_BYTES:
        raise ValueError(f"{room} bytes are too few for a comment, it takes {LEAST_BYTES}")
    if _size(first) > LONGEST_MARKER:
        raise ValueError(f"the marker takes {_size(first)} bytes, at most {LONGEST_MARKER} are left for it")
    groups = group(comparisons, equivalents=comment.equivalents)
    whole = first + ("\n".join(_whole(each, comment) for each in groups) or "no changes\n")
    if _size(whole) <= room:
        return whole
    return first + _Cut(comparisons, groups, room - _size(first), comment.command).text()


def _size(text: str) -> int:
    return len(text.encode("utf-8"))


def _whole(of: Group, comment: Comment) -> str:
    """All of it, nothing shortened; what was added or removed is folded."""
    shown = [opened(each) if each.change.op == "change" else folded(each, ALL) for each in entries(of.comparison)]
    return "\n".join([head(of, ALL), *shown, *(equivalents(of.comparison) if comment.equivalents else ())])


@dataclass
class _Block:
    """What is shown of one group of comparisons."""

    head: str
    entries: tuple[Entry, ...] = ()
    shown: dict[int, str] = field(default_factory=dict)
    folded: int = 0

    def text(self) -> str:
        """The resources in order, and how many are not among them."""
        left = len(self.entries) - len(self.shown)
        more = f"- … and {left:,} more\n" if left else ""
        return f"{self.head}\n{''.join(self.shown[index] for index in sorted(self.shown))}{more}"


class _Cut:
    """A text that leaves out what finds no room."""

    def __init__(self, comparisons: Sequence[Comparison], groups: Sequence[Group], room: int, command: str) -> None:
        self._groups = groups
        self._command = command if len(command) <= _LONGEST_COMMAND else "kgen diff"
        self._blocks: list[_Block] = []
        self._opening = _sum(comparisons)
        self._resources = sum(len(entries(each.comparison)) for each in groups)
        longest = _size(self._notice(self._resources, self._resources, len(groups)))
        self._room = room - longest - 2
        if not self._take(self._opening):
            self._opening = f"**{plural(len(comparisons), 'comparison')}**\n"
            self._room -= _size(self._opening)

    def text(self) -> str:
        """First lines, then a line for each resource, then more of those that matter, while there is room."""
        for each in self._groups:
            if not self._open(each):
                break
        ranked = [(_rank(entry), block, index) for block in self._blocks for index, entry in enumerate(block.entries)]
        ranked.sort(key=lambda found: found[0])
        for _, block, index in ranked:
            self._put(block, index, line(block.entries[index]))
        for _, block, index in ranked:
            if index in block.shown and self._put(block, index, "\n" + folded(block.entries[index], SOME) + "\n"):
                block.folded += 1
        return self._told()

    def _open(self, of: Group) -> bool:
        listed = entries(of.comparison)
        for candidate in (head(of, SOME), heading(of, SOME)):
            if self._take(candidate, 2 + (_MORE if listed else 0)):
                self._blocks.append(_Block(candidate, listed))
                return True
        return False

    def _put(self, block: _Block, index: int, piece: str) -> bool:
        before = block.shown.get(index, "")
        if not self._take(piece, -_size(before)):
            return False
        block.shown[index] = piece
        return True

    def _take(self, piece: str, more: int = 0) -> bool:
        cost = _size(piece) + more
        if cost > self._room:
            return False
        self._room -= cost
        return True

    def _told(self) -> str:
        """All that is shown, with the sum before it and what was cut behind it."""
        blocks = "\n".join(block.text() for block in self._blocks)
        details = sum(block.folded for block in self._blocks)
        lines = sum(len(block.shown) for block in self._blocks) - details
        return f"{self._opening}{blocks}\n{self._notice(details, lines, len(self._groups) - len(self._blocks))}"

    def _notice(self, details: int, lines: int, groups: int) -> str:
        told = f"of {plural(self._resources, 'resource')}, {details:,} shown, {lines:,} in a line"
        if groups:
            told += f", {plural(groups, 'comparison')} not at all"
        elif details == self._resources:
            told = "long values and lists are shortened"
        return f"**Cut to fit:** {told}. All of it: {escaping.span(self._command)}\n"


def _sum(comparisons: Sequence[Comparison]) -> str:
    """What all of them amount to, where that is not one headline."""
    if len(comparisons) == 1:
        return ""
    differing = sum(comparison.differs for comparison in comparisons)
    return f"**{len(comparisons):,} comparisons, {differing:,} with changes:** {text(summary(total(comparisons)))}\n\n"


def _rank(entry: Entry) -> int:
    return min((_RANKS[finding.level] for finding in entry.findings), default=len(_RANKS))
