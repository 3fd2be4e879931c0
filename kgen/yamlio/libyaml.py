"""The C parser, and the text of a file in the pieces that kustomize parses one by one."""

import codecs
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from kgen.errors import InputError, KgenError, Origin, Unsupported
from kgen.yamlio.depth import too_deep
from kgen.yamlio.syntax import Explanation, explain, explain_bytes

try:
    from yaml._yaml import CParser, get_version_string
except ImportError as missing:
    raise ImportError(
        "PyYAML is installed without its C extension, which kgen needs: "
        "pip install --force-reinstall --only-binary :all: PyYAML"
    ) from missing
import yaml
from yaml.error import MarkedYAMLError
from yaml.events import StreamEndEvent
from yaml.reader import ReaderError

_ESCAPED_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")
_DOUBLE_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_MOST_WORK: Final = 1 << 30  # bytes that are read again for the sake of such escapes
_INNER_MARK: Final = b"\n" + codecs.BOM_UTF8
_SEPARATOR = re.compile(rb"\n---(.*)\n")
# What libyaml 0.2.6 says where a document nests more than a thousand deep.
_TOO_DEEP: Final = "exceeded maximum nesting depth"

VERSION: Final = f"{yaml.__version__} {get_version_string()}"
"""Of PyYAML and of the library in it."""

NextEvent = Callable[[], Any]
"""Gives the next event of PyYAML, or None behind the last."""


class Chunk(NamedTuple):
    """A text to parse: all of a file, or one document of it.

    Attributes:
        text: Bytes, for the parser to decode.
        path: The file.
        lines_before: How many lines of the file are before the text.
    """

    text: bytes
    path: str
    lines_before: int = 0

    def origin(self, mark: Any) -> Origin:
        """Where in the file one of the parser's marks is; those count from 0."""
        return Origin(self.path, self.line(mark), mark.column + 1)

    def line(self, mark: Any) -> int:
        """The line in the file of one of the parser's marks."""
        return int(self.lines_before + mark.line + 1)


def whole(text: bytes | str, path: str) -> Chunk:
    """All of a file as one text."""
    return Chunk(text.encode() if isinstance(text, str) else text, path)


def decoded(text: bytes | str) -> str:
    """A text to look through, whatever is wrong with it."""
    return text if isinstance(text, str) else text.decode("utf-8", "replace")


def split(text: bytes | str, path: str) -> Iterator[Chunk]:
    """Cut a file at its ``---`` lines, as kustomize does before it parses.

    So an anchor ends with its document, a directive is an error, and what follows ``...`` is not read. Source:
    ``splitDocuments`` in https://github.com/kubernetes-sigs/kustomize/blob/kyaml/v0.19.0/kyaml/kio/byteio_reader.go.

    Raises:
        InputError: Something other than a comment follows ``---``.
    """
    source = whole(text, path).text.replace(b"\r\n", b"\n")
    start = lines = 0
    for match in _SEPARATOR.finditer(source):
        if match[1].strip()[:1] not in (b"", b"#"):
            raise InputError(
                "only a comment may stand behind '---'",
                origin=Origin(path, lines + source.count(b"\n", start, match.start()) + 2),
                hint="start the document on the next line; text that is no document must be indented",
            )
        yield Chunk(source[start : match.start() + 1], path, lines)
        lines += source.count(b"\n", start, match.end())
        start = match.end()
    yield Chunk(source[start:], path, lines)


@contextmanager
def parsing(chunk: Chunk) -> Iterator[NextEvent]:
    """The events of a text, from its first document on.

    Raises:
        InputError: The text is not YAML; the error says so in words for a person.
        Unsupported: It nests deeper than libyaml reads; older ones read on, and the composer refuses.
    """
    try:
        next_event = CParser(chunk.text).get_event
        next_event()  # the start of the stream
        yield next_event
    except MarkedYAMLError as error:
        raise _marked(error, chunk) from None
    except ReaderError as error:
        raise _unreadable(error, chunk) from None


def _marked(error: Any, chunk: Chunk) -> KgenError:
    if error.problem == _TOO_DEEP:
        return too_deep(Origin(chunk.path, chunk.origin(error.problem_mark).line))
    if _is_tab_between_comments(chunk, error.problem_mark):
        return Unsupported("a tab between comments", origin=chunk.origin(error.problem_mark), hint="use spaces")
    start = chunk.origin(error.context_mark).line if error.context_mark else None
    return _input_error(explain(error.problem, _character(chunk, error.problem_mark), start), chunk, error.problem_mark)


def _is_tab_between_comments(chunk: Chunk, mark: Any) -> bool:
    """go-yaml takes what is between two comments on lines of their own for a part of them."""
    if _character(chunk, mark) != "\t":
        return False
    lines = decoded(chunk.text).removeprefix("\ufeff").splitlines()
    before = next((line for line in reversed(lines[: mark.line]) if line.strip()), "")
    behind = next((line for line in lines[mark.line :] if line.strip()), "")
    return all(line.lstrip().startswith("#") for line in (before, behind))


def _input_error(explanation: Explanation, chunk: Chunk, mark: Any) -> InputError:
    return InputError(explanation.message, origin=chunk.origin(mark), hint=explanation.hint)


def _character(chunk: Chunk, mark: Any) -> str:
    return chunk.text.decode(errors="replace").removeprefix("\ufeff")[mark.index : mark.index + 1]


def _unreadable(error: Any, chunk: Chunk) -> InputError:
    before = chunk.text[: error.position]
    explanation = explain_bytes(error.reason, error.character)
    line = chunk.lines_before + before.count(b"\n") + 1
    return InputError(explanation.message, origin=Origin(chunk.path, line), hint=explanation.hint)


def as_go_reads(chunk: Chunk) -> Chunk:
    r"""The same text for libyaml, with the escapes that go-yaml knows in double quotes: ``\'``, but not ``\/``.

    Raises:
        InputError: A text in double quotes has ``\/``.
        Unsupported: Very many have ``\'``.
    """
    if b"\\'" in chunk.text:
        chunk = chunk._replace(text=_without_escaped_quotes(chunk))
    if b"\\/" in chunk.text:
        _refuse_escaped_slash(chunk)
    return chunk


def check_marks(chunk: Chunk) -> None:
    """See that no line begins with a byte order mark, which go-yaml takes for a part of a key.

    Raises:
        Unsupported: One does: what comes of it depends on what kustomize does next.
    """
    twice, position = chunk.text.startswith(codecs.BOM_UTF8 * 2), chunk.text.find(_INNER_MARK)
    if twice or position >= 0:
        before = 0 if twice else chunk.text.count(b"\n", 0, position) + 1
        origin = Origin(chunk.path, chunk.lines_before + before + 1)
        raise Unsupported("a byte order mark behind the start of a document", origin=origin, hint="remove it")


def check_rest(chunk: Chunk, next_event: NextEvent) -> None:
    """See that what follows the first document could be read: go-yaml looks at two tokens of it, and builds no more.

    Args:
        chunk: The text.
        next_event: Gives the events that follow.

    Raises:
        Unsupported: Some of it could not.
    """
    try:
        rest = next_event()
        if isinstance(rest, StreamEndEvent):
            return
        origin = chunk.origin(rest.start_mark)
    except MarkedYAMLError as error:
        origin = chunk.origin(error.problem_mark)
    except ReaderError:
        origin = Origin(chunk.path, chunk.lines_before + 1)
    next_token = CParser(chunk.text).get_token
    try:
        while next_token() is not None:
            pass
    except (MarkedYAMLError, ReaderError):
        raise Unsupported(
            "what follows the end of a document and is no YAML", origin=origin, hint="remove it"
        ) from None


def _without_escaped_quotes(chunk: Chunk) -> bytes:
    r"""With ``\x27`` for each ``\'`` that libyaml stops at, and for those in the same quotes."""
    source, work = chunk.text, 0
    while (fault := _unknown_escape(source)) is not None:
        text = source.decode(errors="replace")
        begin = fault.context_mark.index + text.startswith("\ufeff")
        quoted = _DOUBLE_QUOTED.match(text, begin)
        if quoted is None or "\\'" not in quoted[0]:
            break
        work += len(source)
        if work > _MOST_WORK:
            raise Unsupported(
                "the escape \\' in so many texts",
                origin=chunk.origin(fault.problem_mark),
                hint="write ' without a backslash",
            )
        mended = _ESCAPE.sub(lambda escape: r"\x27" if escape[0] == "\\'" else escape[0], quoted[0])
        source = (text[:begin] + mended + text[quoted.end() :]).encode()
    return source


def _unknown_escape(source: bytes) -> Any:
    """The parser's error where it meets an escape that it does not know."""
    next_token = CParser(source).get_token
    try:
        while next_token() is not None:
            pass
    except MarkedYAMLError as error:
        return error if error.problem == "found unknown escape character" else None
    except ReaderError:
        pass
    return None


def _refuse_escaped_slash(chunk: Chunk) -> None:
    text = chunk.text.decode(errors="replace").removeprefix("\ufeff")
    with parsing(chunk) as next_event:
        for event in iter(next_event, None):
            start, end = event.start_mark, event.end_mark
            if getattr(event, "style", None) == '"' and _ESCAPED_SLASH.search(text, start.index, end.index):
                raise InputError(
                    "kustomize does not know the escape '\\/'", origin=chunk.origin(start), hint="write '/'"
                )
