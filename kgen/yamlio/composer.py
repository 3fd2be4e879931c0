"""Plain data from the events of a document: what both dialects have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
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

from kgen.errors import InputError, InputErrors, Origin, Unsupported
from kgen.yamlio import allowance
from kgen.yamlio.depth import MAX_DEPTH, too_deep
from kgen.yamlio.libyaml import Chunk, NextEvent
from kgen.yamlio.scalars import NUMERIC_START, Scalar
from kgen.yamlio.written import Written

MAX_EXPANSION: Final = 500_000
"""How many values the aliases of one document may add."""

_TEXT: Final = 8
"""How many values a text counts as, even an empty one: there may be millions in a file."""

_BLOCKS: Final = ("|", ">")


class Merge:
    """The plain key ``<<``: the maps in its value become part of the map around it. No text is equal to it."""


MERGE: Final = Merge()


class ValueFault(InputError):
    """A value that cannot be printed or become JSON: kustomize fails, unless a patch replaces it before."""


class Document(NamedTuple):
    """One YAML document.

    Attributes:
        body: Plain data.
        line: Where it starts in its file, from 1, not counting comments before it.
    """

    body: Any
    line: int


def _are_annotations(node: Any, document: Any) -> bool:
    """Whether it holds a resource's annotations: kustomize sets them anew before it prints and reads the rest again."""
    metadata = document.get("metadata") if document.__class__ is dict else None
    return metadata.__class__ is dict and metadata.get("annotations") is node


class Composer(ABC):
    """Makes plain data of the documents in a text. A subclass knows one dialect.

    Args:
        chunk: The text.
        words: The plain scalars that are not the text they show, but for numbers and dates.

    Attributes:
        map_key_error: What is raised where a map or a list is a key.
        errors: What is wrong and does not keep it from reading on.
        repeats: Whether a map has a key twice; the last one counts.
        written: Where to note down how scalars are written, if that is asked for.
    """

    map_key_error: type[InputError] = InputError

    def __init__(self, chunk: Chunk, words: Mapping[str, Scalar]) -> None:
        self.chunk = chunk
        self.errors: list[InputError] = []
        self.repeats = False
        self.written: Written | None = None
        self._words = words
        self._anchors: dict[str, Any] = {}
        self._anchored: dict[str, Any] = {}  # the events of scalars
        self._allowance = allowance.current()
        self._allowance.take(_TEXT, Origin(chunk.path, chunk.lines_before + 1))
        self._expansion = 0
        self._line = 1
        self.version: tuple[int, int] | None = None  # of YAML, where the document says one
        self._merges: dict[int, Any] = {}  # by the identity of a map that is not complete, its key <<

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
    def odd_key(self, event: Any, is_top: bool) -> str | Merge:
        """The key of a scalar that may be something else than its text. `is_top`: in the outermost map."""

    @abstractmethod
    def merge(self, body: dict[Any, Any], event: Any) -> list[dict[Any, Any]]:
        """Settle the key ``<<``, which the event is, of a complete map; the maps that it named."""

    def check_tag(self, event: Any) -> None:  # noqa: B027  # most dialects do not care
        """Look at the tag of a map or a list."""

    def check_in_flow(self, event: Any, value: Any) -> None:  # noqa: B027  # as above
        """Look at a value that comes from elsewhere to stand between brackets."""

    def block(self, event: Any) -> str:
        """The text of a block, ``|`` or ``>``."""
        return str(event.value)

    def compose(self, next_event: NextEvent) -> Document | None:
        """The next document; None behind the last. What is wrong with it is in `errors`.

        Raises:
            InputError: What is wrong keeps it from reading on.
            Unsupported: The document is out of all proportion.
        """
        start = next_event()
        if not isinstance(start, DocumentStartEvent):
            return None
        self.version = start.version
        self._anchors.clear()
        self._line = self.chunk.line(start.start_mark)
        self._expansion = 0
        body = self._body(next_event)
        self._allowance.take(self._expansion, Origin(self.chunk.path, self._line))
        return Document(body, self._line)

    def _body(self, next_event: NextEvent) -> Any:  # noqa: C901, PLR0912, PLR0915  # a call per event would double the time
        words, anchors, merges, written = self._words, self._anchors, self._merges, self.written
        root: list[Any] = []
        stack: list[tuple[Any, Any]] = []  # the maps and lists around `node`, each with its open key
        node: Any = root
        key: Any = None
        is_map = False
        in_flow = False  # between brackets
        flow = 0  # how many are around the outermost bracket
        left = self._allowance.left
        while True:
            event = next_event()
            left -= 1
            if left < 0:
                raise allowance.exhausted(self.chunk.origin(event.start_mark))
            kind = event.__class__
            if kind is ScalarEvent:
                value = event.value
                style = event.style
                if is_map and key is None:
                    if (
                        event.tag is not None
                        or (not style and (value in words or value[0] in NUMERIC_START or in_flow))
                        or value == "<<"
                    ):
                        key = self._odd_key(event, node, len(stack) == 1, in_flow)
                    else:
                        key = value
                        if event.anchor is not None:
                            anchors[event.anchor] = value
                    if key in node:
                        self.repeats = True
                        del node[key]
                    continue
                if event.tag is not None:
                    value = self.tagged(event, in_flow)
                elif not style:
                    if value in words:
                        value = words[value]
                        if value.__class__ is not bool:
                            value = self.word(event, in_flow)
                    elif value[0] in NUMERIC_START:
                        value = self.number(event, in_flow)
                    elif in_flow and "?" in value:
                        raise self._question(event)
                elif style in _BLOCKS and not (len(stack) > 1 and _are_annotations(node, stack[1][0])):
                    left -= value.count("\n")
                    value = self.block(event) if left > 0 else value
                if written is not None and (style or value is not event.value or event.tag is not None):
                    value = written.note(event, value, node, key)
                if event.anchor is not None:
                    anchors[event.anchor] = value
                    self._anchored[event.anchor] = event
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = {} if kind is MappingStartEvent else []
                if event.tag is not None:
                    self.check_tag(event)
                if event.anchor is not None:
                    anchors[event.anchor] = value
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if merges and id(node) in merges:
                    merged = self.merge(node, merges.pop(id(node)))
                    if in_flow:
                        self.check_in_flow(event, merged)
                node, key = stack.pop()
                is_map = node.__class__ is dict
                if in_flow and len(stack) == flow:
                    in_flow = False
                continue
            elif kind is AliasEvent:
                value = self._alias(event, key, stack, node)
                if in_flow:
                    self.check_in_flow(event, value)
                if written is not None:
                    self._note_again(written, event.anchor, value, node, key)
            else:
                break
            if not is_map:
                node.append(value)
            elif key is None:
                key = self._aliased_key(event, value, node)
                continue
            else:
                node[key] = value
                key = None
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                if not stack:
                    self._line = self.chunk.line(event.start_mark)
                elif len(stack) == MAX_DEPTH:
                    raise self._too_deep(event)
                if event.flow_style and not in_flow:
                    in_flow, flow = True, len(stack)
                stack.append((node, key))
                node, key, is_map = value, None, kind is MappingStartEvent
        self._allowance.left = left
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
            hint = "put it in quotes, without a tag, if it is text"
            self.errors.append(ValueFault(str(error), origin=self.chunk.origin(event.start_mark), hint=hint))
            return None

    def error(self, event: Any, message: str, hint: str | None = None) -> InputError:
        """An error at an event."""
        return InputError(message, origin=self.chunk.origin(event.start_mark), hint=hint)

    def merged_maps(self, event: Any, value: Any) -> list[dict[Any, Any]]:
        """The maps that the value of ``<<`` names, itself or in a list; none, and an error, if it is anything else."""
        maps = value if isinstance(value, list) else [value]
        if all(isinstance(each, dict) for each in maps):
            return maps
        self.errors.append(self.error(event, "'<<' merges maps, and its value is none"))
        return []

    def _question(self, event: Any) -> InputError:
        """Libyaml reads on where go-yaml ends the text."""
        return self.error(event, "kustomize reads no '?' in plain text between brackets", "put the text in quotes")

    def _too_deep(self, event: Any) -> Unsupported:
        return too_deep(self.chunk.origin(event.start_mark))

    def _odd_key(self, event: Any, node: dict[Any, Any], is_top: bool, in_flow: bool) -> str | Merge:
        if in_flow and not event.style and "?" in event.value:
            raise self._question(event)
        key = self.odd_key(event, is_top)
        if isinstance(key, Merge):
            if node.pop(key, None) is not None:
                self.errors.append(
                    self.error(event, "'<<' stands here twice", "merge several maps with <<: [*one, *two]")
                )
            self._merges[id(node)] = event
        elif event.anchor is not None:
            self._anchors[event.anchor] = key
        return key

    def _aliased_key(self, event: Any, key: Any, node: dict[Any, Any]) -> str:
        if not isinstance(event, AliasEvent):
            raise self.map_key_error(
                "a map or a list cannot be a key",
                origin=self.chunk.origin(event.start_mark),
                hint="put templates as in '{{ value }}' in quotes: kustomize has none",
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
            return self._copy(value, event, len(stack))
        if value is node or any(value is around for around, _ in stack):
            raise self.error(event, f"*{event.anchor} contains itself")
        return self._copy(value, event, len(stack))

    def _note_again(self, written: Written, anchor: str, value: Any, node: Any, key: Any) -> None:
        """Note how nulls are written also where they come to by an alias."""
        if isinstance(value, dict | list):
            written.copied(self._anchors[anchor], value)
        elif value is None and anchor in self._anchored:
            written.note(self._anchored[anchor], value, node, key)

    def _copy(self, value: Any, event: Any, depth: int) -> Any:
        """An independent copy, so that a patch of one place leaves the others alone."""
        self._expansion += 1 if not isinstance(value, str) else 1 + len(value) // allowance.TEXT
        if self._expansion > MAX_EXPANSION:
            raise Unsupported(
                f"aliases expand to more than {MAX_EXPANSION:,} values",
                origin=self.chunk.origin(event.start_mark),
                hint="use fewer aliases",
            )
        if not isinstance(value, dict | list):
            return value
        if depth > MAX_DEPTH:
            raise self._too_deep(event)
        if isinstance(value, list):
            return [self._copy(item, event, depth + 1) for item in value]
        return {key: self._copy(item, event, depth + 1) for key, item in value.items()}


def raise_errors(errors: list[InputError]) -> None:
    """Raise what was found, if anything, in the order of the file."""
    if errors:
        ordered = sorted(errors, key=lambda error: error.origin or ())
        raise ordered[0] if len(ordered) == 1 else InputErrors(ordered)
