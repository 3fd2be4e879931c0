"""Where the text of a resource has brackets: kustomize keeps them, and prints some values otherwise between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self

from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from kgen.yamlio.libyaml import as_go_reads, parsing, split

EVERYWHERE: Final = ""
"""Instead of a key where all of a resource may stand between brackets."""

_MERGE: Final = "<<"


class Brackets(NamedTuple):
    """What there is to know of the brackets in a resource; its texts are looked through when somebody asks.

    Attributes:
        texts: What it was read from, and the patches it got.
        keys: More keys whose values may have brackets.
    """

    texts: tuple[bytes | str, ...] = ()
    keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: bytes | str) -> Self:
        """Those of a file."""
        return cls((text,) if any(one in text for one in (b"{[" if isinstance(text, bytes) else "{[")) else ())

    def joined(self, other: "Brackets") -> "Brackets":
        """Those of both."""
        if other == NONE:
            return self
        return Brackets(tuple(dict.fromkeys((*self.texts, *other.texts))), self.keys | other.keys)

    def below(self, key: str) -> "Brackets":
        """The same, and perhaps some in the value of one more key."""
        return self._replace(keys=self.keys | {key})

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.keys) or any(bracketed(text) for text in self.texts)

    def around(self, steps: Iterable[str]) -> bool:
        """Whether some may stand around what is at a path."""
        keys = self.keys.union(*map(bracketed, self.texts))
        return EVERYWHERE in keys or not keys.isdisjoint(steps)


NONE: Final = Brackets()
"""Those of what kustomize makes itself."""


@lru_cache
def bracketed(text: bytes | str) -> frozenset[str]:
    """The keys of a file whose values have brackets, around themselves or an item of their list; see `EVERYWHERE`."""
    keys: set[str] = set()
    for chunk in split(text, ""):
        with parsing(as_go_reads(chunk)) as next_event:
            keys.update(_keys(iter(next_event, None)))
    return frozenset(keys)


@dataclass(slots=True)
class _Open:
    """A map or list that is being read: the nearest key it is at, and in a map the key whose value comes next."""

    key: str
    is_map: bool
    next: str | None = None


def _keys(events: Iterator[Any]) -> Iterator[str]:
    """Those of one document; what follows its end is not read."""
    stack = [_Open(EVERYWHERE, is_map=False)]
    for event in events:
        around = stack[-1]
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            stack.pop()
        elif isinstance(event, DocumentEndEvent):
            return
        elif not isinstance(event, NodeEvent):
            continue
        elif around.is_map and around.next is None and isinstance(event, ScalarEvent) and event.value != _MERGE:
            around.next = event.value
        elif isinstance(event, AliasEvent) or (around.is_map and around.next is None):
            yield EVERYWHERE  # what is elsewhere comes to here
            return
        else:
            key, around.next = around.next if around.is_map else around.key, None
            if isinstance(event, CollectionStartEvent):
                stack.append(_Open(str(key), is_map=isinstance(event, MappingStartEvent)))
                if event.flow_style:
                    yield str(key)
