"""Resources and strategic merge patches as plain data, read the way kustomize reads them.

kustomize parses them with go-yaml 3, prints what it parsed, parses that again and turns it into JSON. What gets
lost on that way is lost here too, or refused.
"""

import re
from typing import Any

from kgen.errors import InputError, InputErrors, Unsupported
from kgen.yamlio.composer import DROPPED, MERGE, Composer, Document, Special, merged_maps
from kgen.yamlio.folding import reread
from kgen.yamlio.libyaml import Chunk, parsing, split
from kgen.yamlio.marks import repeated_keys
from kgen.yamlio.scalars import NUMERIC_START, WORDS, Scalar, is_timestamp, json_number, number, timestamp
from kgen.yamlio.tags import MERGE_TAG, TEXT_TAG, decode, finite

_ESCAPED_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")


def load(text: bytes | str, path: str) -> list[Document]:
    """Read a file of resources or strategic merge patches; empty documents are left out, as kustomize does.

    Args:
        text: The content of the file.
        path: Its name, for errors.

    Raises:
        InputError: It is not YAML, has a key twice in one map, or a value that cannot become JSON. InputErrors where
            several things are wrong.
        Unsupported: It is out of all proportion, or kustomize garbles it.
    """
    documents = [_read(chunk) for chunk in split(text, path)]
    return [document for document in documents if document is not None and document.body not in (None, {}, [])]


def _read(chunk: Chunk) -> Document | None:
    """Only the first document counts: what follows ``...`` is not read."""
    if b"\\/" in chunk.text:
        _refuse_escaped_slash(chunk)
    composer = _ResourceComposer(chunk)
    with parsing(chunk) as next_event:
        document = composer.compose(next_event)
    if composer.repeats:
        composer.errors += [
            InputError(f"duplicate key '{repeat.key}'", origin=repeat.origin, hint=f"first at line {repeat.first_line}")
            for repeat in repeated_keys(chunk)
        ]
    if composer.errors:
        raise composer.errors[0] if len(composer.errors) == 1 else InputErrors(composer.errors)
    return document


def _refuse_escaped_slash(chunk: Chunk) -> None:
    r"""JSON and libyaml know the escape ``\/``, go-yaml does not."""
    text = chunk.text.decode(errors="replace").removeprefix("\ufeff")
    with parsing(chunk) as next_event:
        for event in iter(next_event, None):
            start, end = event.start_mark, event.end_mark.index
            if getattr(event, "style", None) == '"' and _ESCAPED_SLASH.search(text, start.index, end):
                raise InputError(
                    "kustomize does not know the escape '\\/'", origin=chunk.origin(start), hint="write '/'"
                )


class _ResourceComposer(Composer):
    """The dialect of go-yaml 3, as it comes through kustomize."""

    def __init__(self, chunk: Chunk) -> None:
        super().__init__(chunk, WORDS)

    def word(self, event: Any, in_flow: bool) -> Scalar:
        """See `Composer.word`."""
        text = event.value
        if text == "" and in_flow:
            raise self._garbled(event)
        value = WORDS[text]
        return self.attempt(event, lambda: finite(text, value)) if isinstance(value, float) else value

    def _garbled(self, event: Any) -> Unsupported:
        """Between brackets kustomize prints an empty text for what is null in patches."""
        return Unsupported(
            "an empty value between brackets",
            origin=self.chunk.origin(event.start_mark),
            hint='write null, or "" for an empty text',
        )

    def number(self, event: Any, in_flow: bool) -> Scalar:
        """See `Composer.number`. kustomize puts between quotes what has a colon and stands between brackets."""
        text: str = event.value
        if in_flow and ":" in text:
            return text
        value = number(text)
        if value is None:
            return self.attempt(event, lambda: timestamp(text) or text)
        return json_number(value)

    def tagged(self, event: Any, in_flow: bool) -> Scalar:
        """See `Composer.tagged`."""
        if event.tag == "!" and not event.style:
            return self.plain(event, in_flow)
        if in_flow and event.value == "":
            raise self._garbled(event)
        text = self.folded(event) if event.style == ">" else str(event.value)
        return text if event.tag == "!" else self.attempt(event, lambda: decode(event.tag, text, WORDS))

    def folded(self, event: Any) -> str:
        """See `Composer.folded`. kustomize prints it and reads it again."""
        try:
            return reread(event.value, self.chunk.path)
        except InputError:
            raise self.error(event, "kustomize cannot print this text folded", "write '|' instead of '>'") from None

    def odd_key(self, event: Any, is_top: bool) -> str | Special:
        """See `Composer.odd_key`. Outermost keys are texts as they stand; others must be texts."""
        text, tag, is_plain = str(event.value), event.tag, not event.style
        if tag == MERGE_TAG or (text == "<<" and is_plain and tag in (None, "!")):
            return MERGE
        if text == "<<":
            return DROPPED
        if tag == TEXT_TAG or (tag in (None, "!") and not is_plain):
            return text
        is_readable = WORDS.get(text, text) is not None if is_top else tag in (None, "!") and _is_text(text)
        if not is_readable:
            self.errors.append(self.error(event, f"the key {text or 'here'} is no text", "put it in quotes"))
        return text

    def finish(self, body: dict[Any, Any], event: Any) -> None:
        """See `Composer.finish`. A key of the map itself wins, then that of the first map merged into it."""
        body.pop(DROPPED, None)
        if MERGE not in body:
            return
        maps = merged_maps(body.pop(MERGE))
        if maps is None:
            self.errors.append(self.error(event, "'<<' merges maps, and its value is none"))
        for each in maps or ():
            for key, value in each.items():
                body.setdefault(key, value)


def _is_text(plain: str) -> bool:
    if plain in WORDS:
        return False
    return plain[0] not in NUMERIC_START or (number(plain) is None and not is_timestamp(plain))
