"""Plain data from the events of a document: what both dialects have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kgen.errors import InputError, Unsupported
from kgen.yamlio.libyaml import Chunk, NextEvent
from kgen.yamlio.scalars import NUMERIC_START, Scalar

MAX_DEPTH: Final = 200
"""How deep maps and lists may nest. The schemas of custom resources are the deepest of real files and stay below 60."""

MAX_EXPANSION: Final = 500_000
"""How many values the aliases of one document may add."""

_NEVER: Final = MAX_DEPTH + 1


class Special:
    """A key that is no text, as it cannot be in the data: it says what becomes of its value."""


MERGE: Final = Special()
"""The plain key ``<<``: its maps become part of the map around it."""

DROPPED: Final = Special()
"""A key that kustomize leaves out without a word."""


class Document(NamedTuple):
    """One YAML document.

    Attributes:
        body: Plain data.
        line: Where it starts in its file, from 1, not counting comments before it.
    """

    body: Any
    line: int


class Composer(ABC):
    """Makes plain data of the documents in a text. A subclass knows one dialect.

    Args:
        chunk: The text.
        words: The plain scalars that are not the text they show, but for numbers and dates.

    Attributes:
        errors: What is wrong and does not keep it from reading on.
        repeats: Whether a map has a key twice; the last one counts.
    """

    def __init__(self, chunk: Chunk, words: Mapping[str, Scalar]) -> None:
        self.chunk = chunk
        self.errors: list[InputError] = []
        self.repeats = False
        self._words = words
        self._anchors: dict[str, Any] = {}
        self._expansion = 0
        self._specials: dict[int, Any] = {}  # by the identity of a map, the event of its special key

    @abstractmethod
    def word(self, event: Any, in_flow: bool) -> Scalar:
        """The value of one of the words."""

    @abstractmethod
    def number(self, event: Any, in_flow: bool) -> Scalar:
        """The value of a plain scalar that starts as a number or a date does."""

    @abstractmethod
    def tagged(self, event: Any, in_flow: bool) -> Scalar:
        """The value of a scalar with a tag."""

    @abstractmethod
    def odd_key(self, event: Any, is_top: bool) -> str | Special:
        """The key of a scalar that may be something else than its text. `is_top`: in the outermost map."""

    @abstractmethod
    def finish(self, body: dict[Any, Any], event: Any) -> None:
        """Settle the special keys of a complete map; the event is the last of them."""

    def folded(self, event: Any) -> str:
        """The text of a folded scalar."""
        return str(event.value)

    def compose(self, next_event: NextEvent) -> Document | None:
        """The next document; None behind the last. What is wrong with it is in `errors`.

        Raises:
            InputError: What is wrong keeps it from reading on.
            Unsupported: The document is out of all proportion.
        """
        if not isinstance(next_event(), DocumentStartEvent):
            return None
        self._anchors.clear()
        first = next_event()
        return Document(self._body(chain((first,), iter(next_event, None))), self.chunk.line(first.start_mark))

    def _body(self, events: Iterator[Any]) -> Any:  # noqa: C901, PLR0912, PLR0915  # one loop: calls would double the time
        words, anchors, specials = self._words, self._anchors, self._specials
        root: list[Any] = []
        stack: list[tuple[Any, Any]] = []  # the maps and lists around `node`, each with its open key
        node: Any = root
        key: Any = None
        flow = _NEVER  # how many are around the outermost one in brackets
        for event in events:
            kind = event.__class__
            if kind is ScalarEvent:
                value = event.value
                if key is None and node.__class__ is dict:
                    odd = not event.style and (value in words or value[0] in NUMERIC_START)
                    if odd or value == "<<" or event.tag is not None:
                        key = self._odd_key(event, node, len(stack) == 1)
                    else:
                        key = value
                        if event.anchor is not None:
                            anchors[event.anchor] = value
                    if key in node:
                        self.repeats = True
                        del node[key]
                    continue
                if event.tag is not None:
                    value = self.tagged(event, len(stack) > flow)
                elif event.style == ">":
                    value = self.folded(event)
                elif not event.style:
                    if value in words:
                        value = words[value]
                        if value.__class__ is not bool:
                            value = self.word(event, len(stack) > flow)
                    elif value[0] in NUMERIC_START:
                        value = self.number(event, len(stack) > flow)
                if event.anchor is not None:
                    anchors[event.anchor] = value
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = {} if kind is MappingStartEvent else []
                if event.anchor is not None:
                    anchors[event.anchor] = value
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if specials and id(node) in specials:
                    self.finish(node, specials.pop(id(node)))
                node, key = stack.pop()
                if len(stack) == flow:
                    flow = _NEVER
                continue
            elif kind is AliasEvent:
                value = self._alias(event, key, stack, node)
            else:
                break
            if node.__class__ is list:
                node.append(value)
            elif key is None:
                key = self._aliased_key(event, value, node)
                continue
            else:
                node[key] = value
                key = None
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                if len(stack) == MAX_DEPTH:
                    raise self._unsupported(event, f"maps and lists nest more than {MAX_DEPTH} deep")
                if event.flow_style and flow == _NEVER:
                    flow = len(stack)
                stack.append((node, key))
                node, key = value, None
        return root[0]

    def plain(self, event: Any, in_flow: bool) -> Scalar:
        """The value of a scalar that is, or counts as, plain."""
        text = event.value
        if text in self._words:
            value = self._words[text]
            return value if isinstance(value, bool) else self.word(event, in_flow)
        return self.number(event, in_flow) if text[0] in NUMERIC_START else str(text)

    def attempt(self, event: Any, read: Callable[[], Scalar]) -> Scalar:
        """The value; what is wrong with it becomes an error of the document."""
        try:
            return read()
        except ValueError as error:
            self.errors.append(self.error(event, str(error), "put it in quotes, without a tag, if it is text"))
            return None

    def error(self, event: Any, message: str, hint: str | None = None) -> InputError:
        """An error at an event."""
        return InputError(message, origin=self.chunk.origin(event.start_mark), hint=hint)

    def _unsupported(self, event: Any, message: str) -> Unsupported:
        return Unsupported(message, origin=self.chunk.origin(event.start_mark))

    def _odd_key(self, event: Any, node: dict[Any, Any], is_top: bool) -> str | Special:
        key = self.odd_key(event, is_top)
        if isinstance(key, Special):
            if key in node or id(node) in self._specials:
                self.errors.append(
                    self.error(event, "'<<' stands here twice", "merge several maps with <<: [*one, *two]")
                )
            self._specials[id(node)] = event
        elif event.anchor is not None:
            self._anchors[event.anchor] = key
        return key

    def _aliased_key(self, event: Any, key: Any, node: dict[Any, Any]) -> str:
        if not isinstance(event, AliasEvent):
            raise self.error(
                event,
                "a map or a list cannot be a key",
                "put templates as in '{{ value }}' in quotes: kustomize has none",
            )
        if not isinstance(key, str):
            raise self.error(event, f"a key must be text, and *{event.anchor} is none")
        if key in node:
            self.repeats = True
        return key

    def _alias(self, event: Any, key: Any, stack: list[tuple[Any, Any]], node: Any) -> Any:
        if event.anchor not in self._anchors:
            raise self.error(event, f"there is no anchor &{event.anchor} above in this document")
        value = self._anchors[event.anchor]
        if key is MERGE and not isinstance(value, dict):
            raise self.error(event, f"'<<' merges maps, and *{event.anchor} is none")
        if not isinstance(value, dict | list):
            return value
        if value is node or any(value is around for around, _ in stack):
            raise self.error(event, f"*{event.anchor} contains itself")
        return self._copy(value, event, len(stack))

    def _copy(self, value: Any, event: Any, depth: int) -> Any:
        """An independent copy, so that a patch of one place leaves the others alone."""
        if not isinstance(value, dict | list):
            return value
        self._expansion += len(value) + 1
        if self._expansion > MAX_EXPANSION:
            raise self._unsupported(event, f"aliases expand to more than {MAX_EXPANSION:,} values")
        if depth > MAX_DEPTH:
            raise self._unsupported(event, f"maps and lists nest more than {MAX_DEPTH} deep")
        if isinstance(value, list):
            return [self._copy(item, event, depth + 1) for item in value]
        return {key: self._copy(item, event, depth + 1) for key, item in value.items()}


def merged_maps(value: Any) -> list[dict[Any, Any]] | None:
    """The maps that the value of ``<<`` names; None if it is anything else than a map or a list of maps."""
    maps = value if isinstance(value, list) else [value]
    return maps if all(isinstance(each, dict) for each in maps) else None
