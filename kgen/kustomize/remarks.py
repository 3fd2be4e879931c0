"""The comments and tags of a file, which kustomize sees where it searches what is written."""

import re
from typing import Final, NamedTuple

STANDARD: Final = tuple(f"!!{name}" for name in ("str", "int", "float", "bool", "null"))
"""The tags that a value may get on its way, whichever of them it had."""

_REMARK: Final = re.compile(r"(?:^|(?<=\s))#.*|(?<![^\s\[{,:])!(?:<[^>\s]*>|[^\s,\[\]{}]*)")
_LONG: Final = re.compile(r"!<tag:yaml\.org,2002:(.*)>")
_COLON: Final = re.compile(r":(?:\s|$)")
_BARE_KEY: Final = re.compile(r":\s*(?:[&!]\S*(?:\s+|$))*$")
_ODD: Final = re.compile(r"[\\*&]|''")  # escapes and references
_FARTHEST: Final = 2_000  # characters to look back for a key


class Remark(NamedTuple):
    """A comment or a tag.

    Attributes:
        text: What is written.
        region: The text before it that has the key of its value; None where that is not known.
    """

    text: str
    region: str | None


def remarks(content: str) -> frozenset[Remark]:
    """All of a file. A comment belongs to a value when it is behind it, or between its key and the value."""
    above = _Above()
    found: set[Remark] = set()
    for line in content.splitlines():
        end = len(line)
        for match in _REMARK.finditer(line):
            if match[0][0] == "#":
                end = match.start()
            region = above.region(line[max(0, match.start() - _FARTHEST - 1) : match.start()])
            found.update(Remark(text, region) for text in _texts(match[0]))
        if line.startswith(("---", "...")):
            above = _Above()
        elif line[:end].strip():
            above.add(line[:end])
    return frozenset(found)


class _Above:
    """The lines above another one, without comments, from the last that has a key on."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._size = 0
        self._is_closed = False

    def add(self, line: str) -> None:
        """One more line."""
        has_key = _has_key(line)
        if has_key:
            self._lines, self._size = [], 0
        self._lines.append(line)
        self._size += len(line) + 1
        self._is_closed = has_key and not _BARE_KEY.search(line)

    def region(self, start: str) -> str | None:
        """See `Remark.region`, of one behind the start of a line."""
        if self._is_closed and not start.strip():
            return ""  # a line of its own below a key and its value
        is_whole = _has_key(start)
        if len(start) + (0 if is_whole else self._size) > _FARTHEST:
            return None
        region = start if is_whole else "\n".join((*self._lines, start))
        is_odd = _ODD.search(region) or region.count('"') % 2 or region.count("'") % 2
        return None if is_odd else region


def _texts(remark: str) -> tuple[str, ...]:
    """How it is printed: tags of YAML's own short."""
    if remark[0] == "#":
        return (remark,)
    short = _LONG.sub(r"!!\1", remark)
    return STANDARD if short in STANDARD else (short,)


def _has_key(line: str) -> bool:
    entry = line.lstrip()
    return not entry.startswith(":") and bool(_COLON.search(entry))
