"""A regular expression as a graph of states, which are followed all at once: in time linear in the text.

https://swtch.com/~rsc/regexp/regexp1.html
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kgen.errors import Unsupported

MAX_WORK = 500_000
"""How many states a search may go through, all characters taken together: a second or so."""
WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
"""The characters of words."""

Test = Callable[[str], bool]


class State(NamedTuple):
    """A step: over a character that passes a test, or past a place (an anchor), or anywhere at once."""

    targets: list[int]
    test: Test | None = None
    anchor: str = ""


class Fragment(NamedTuple):
    """A part of the graph: where it begins, and the one state where it ends, which leads nowhere yet."""

    start: int
    end: int


class Pattern:
    """A compiled regular expression."""

    def __init__(self, text: str, states: list[State], whole: Fragment) -> None:
        self.text, self._states, self._whole = text, states, whole

    def search(self, text: str) -> bool:
        """Whether it matches somewhere in the text.

        Raises:
            Unsupported: It would take too long.
        """
        current: set[int] = set()
        work = 0
        for position in range(len(text) + 1):
            current = self._reachable({*current, self._whole.start}, text, position)
            work += len(current)
            if work > MAX_WORK:
                what = f"the regular expression '{self.text[:40]}…' on a text of {len(text):,} characters"
                raise Unsupported(what, hint="write a shorter one")
            if self._whole.end in current:
                return True
            if position < len(text):
                current = self._step(current, text[position])
        return False

    def _step(self, current: Iterable[int], character: str) -> set[int]:
        found: set[int] = set()
        for index in current:
            state = self._states[index]
            if state.test is not None and state.test(character):
                found.update(state.targets)
        return found

    def _reachable(self, start: set[int], text: str, position: int) -> set[int]:
        seen, waiting = set(start), list(start)
        while waiting:
            state = self._states[waiting.pop()]
            if state.test is None and _holds(state.anchor, text, position):
                new = [target for target in state.targets if target not in seen]
                seen.update(new)
                waiting.extend(new)
        return seen


def _holds(anchor: str, text: str, position: int) -> bool:
    if anchor in ("^", "A"):
        return position == 0
    if anchor in ("$", "z"):
        return position == len(text)
    if anchor in ("b", "B"):
        before = position > 0 and text[position - 1] in WORD
        after = position < len(text) and text[position] in WORD
        return (before != after) == (anchor == "b")
    return True
