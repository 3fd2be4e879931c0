"""Resources and strategic merge patches as plain data, read the way kustomize reads them.

kustomize parses them with go-yaml 3, prints what it parsed, parses that again and turns it into JSON. What gets
lost on that way is lost here too, or refused.
"""

import re
from itertools import takewhile
from typing import Any

from yaml.events import DocumentEndEvent, ScalarEvent

from kgen.errors import InputError, Origin, Removable, Unsupported
from kgen.yamlio.composer import MERGE, Composer, Document, Merge, ValueFault, raise_errors
from kgen.yamlio.folding import reread
from kgen.yamlio.libyaml import Chunk, as_go_reads, check_marks, check_rest, decoded, parsing, split
from kgen.yamlio.scalars import WORDS, Scalar, is_text, is_timestamp, json_number, number, timestamp
from kgen.yamlio.tags import FLOAT_TAG, MERGE_TAG, TEXT_TAG, YAML_PREFIX, decode, finite
from kgen.yamlio.written import Written

_KEEPS = re.compile(rb"[|>][1-9]?[+]")


class KeyFault(Removable):
    """A key that its map has already, or that is no text: no resource has one, but a patch may lose it on the way."""


def load(text: bytes | str, path: str, written: Written | None = None) -> list[Document]:
    """Read a file of resources or strategic merge patches; empty documents are left out, as kustomize does.

    Args:
        text: The content of the file.
        path: Its name, for errors.
        written: Gets what plain data cannot say of how scalars are written.

    Raises:
        InputError: It is not YAML, has a key twice in one map (`KeyFault`), or a value that cannot become JSON
            (`ValueFault`). InputErrors where several things are wrong.
        Unsupported: It is out of all proportion, or kustomize garbles it.
    """
    documents = [_read(chunk, written) for chunk in split(text, path)]
    return [document for document in documents if document is not None and document.body not in (None, {}, [])]


def _read(chunk: Chunk, written: Written | None) -> Document | None:
    """Only the first document counts, though one may follow ``...`` or brackets."""
    chunk = as_go_reads(chunk)
    check_marks(chunk)
    composer = _ResourceComposer(chunk)
    composer.written = written
    with parsing(chunk) as next_event:
        document = composer.compose(next_event)
        if document is not None:
            check_rest(chunk, next_event)
    _check_end(chunk)
    refused = _check_repeats(composer) if composer.repeats else None
    raise_errors(composer.errors)
    if refused is not None:
        raise refused
    if document is not None and composer.quoted is not None:
        _check_names(document.body, composer.quoted)
    return document


def _check_end(chunk: Chunk) -> None:
    """Kustomize counts one line more to a block that keeps its last ones, before a comment at the end.

    Raises:
        Unsupported: The document ends so.
    """
    keeps = _KEEPS.search(chunk.text)
    if keeps is None or chunk.text.rfind(b"#") < keeps.end():
        return
    end: Any = None
    with parsing(chunk) as next_event:
        for event in takewhile(lambda one: not isinstance(one, DocumentEndEvent), iter(next_event, None)):
            end = event if isinstance(event, ScalarEvent) else end
    if end is None or end.style not in ("|", ">") or not f"\n{end.value}".endswith("\n\n"):
        return
    rest = decoded(chunk.text).removeprefix("\ufeff")[end.end_mark.index :].lstrip()
    if rest.removeprefix("...").lstrip().startswith("#"):
        raise Unsupported(
            "a comment behind a text that keeps its last empty lines, at the end of a document",
            origin=chunk.origin(end.start_mark),
            hint="move the comment up, or write the text in quotes",
        )


def _check_names(body: Any, quoted: Origin) -> None:
    """Kustomize remembers the quotes of a name and forgets its tag, where it sets it anew.

    Raises:
        Unsupported: A name may be such a text.
    """
    metadata = body.get("metadata") if isinstance(body, dict) else None
    names = [metadata.get(key) for key in ("name", "namespace")] if isinstance(metadata, dict) else []
    if any(name is not None and not isinstance(name, str) for name in names):
        raise Unsupported("a tag before a name in quotes", origin=quoted, hint="write the name without the tag")


def _check_repeats(composer: Composer) -> Unsupported | None:
    """Note the keys that are there twice as errors; what is refused where they are all annotations of resources.

    kustomize sets those anew before it looks for such keys: it takes the last one, in patches the first one.
    """
    from kgen.yamlio.positions import repeated_keys

    refused = None
    for repeat in repeated_keys(composer.chunk):
        what, hint = f"duplicate key '{repeat.key}'", f"first at line {repeat.first_line}"
        if repeat.path[-3:-1] == ("metadata", "annotations") and repeat.path[:-3] in ((), ("items", *repeat.path[1:2])):
            refused = refused or Unsupported(
                f"the {what} of annotations", origin=repeat.origin, hint=f"{hint}: keep one"
            )
        else:
            composer.errors.append(KeyFault(what, origin=repeat.origin, hint=hint))
    return refused


class _ResourceComposer(Composer):
    """The dialect of go-yaml 3, as it comes through kustomize."""

    map_key_error = KeyFault

    def __init__(self, chunk: Chunk) -> None:
        super().__init__(chunk, WORDS)
        self.quoted: Origin | None = None  # the first text in quotes that has a tag

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
            if is_timestamp(text):
                self._garble(event, "a time between brackets", "put it in quotes")
            return text
        value = number(text)
        if value is not None:
            return json_number(value)
        return self.attempt(event, lambda: timestamp(text) or text) if text[4:5] == "-" else text

    def _garble(self, event: Any, what: str, hint: str) -> None:
        """Note down what would be refused in a patch."""
        if self.written is not None:
            what, origin = f"{what} in a strategic merge patch", self.chunk.origin(event.start_mark)
            self.written.garbled = Unsupported(what, origin=origin, hint=hint)

    def tagged(self, event: Any, in_flow: bool) -> Scalar:
        """See `Composer.tagged`."""
        if event.tag == "!" and not event.style:
            return self.plain(event, in_flow)
        if in_flow and event.value == "":
            raise self._garbled(event)
        if event.style and self.quoted is None:
            self.quoted = self.chunk.origin(event.start_mark)
        text = self.block(event) if event.style in ("|", ">") else str(event.value)
        if event.tag == FLOAT_TAG and isinstance(number(text), int):
            self._garble(event, "a whole number with the tag !!float", "leave the tag out")
        return text if event.tag == "!" else self.attempt(event, lambda: decode(event.tag, text, WORDS))

    def check_tag(self, event: Any) -> None:
        """See `Composer.check_tag`. kustomize takes comments near it for text."""
        tag = event.tag.replace(YAML_PREFIX, "!!")
        raise Unsupported(f"the tag {tag}", origin=self.chunk.origin(event.start_mark), hint="remove it")

    def check_in_flow(self, event: Any, value: Any) -> None:
        """See `Composer.check_in_flow`. A null may be an empty value where it comes from."""
        if _has_null(value):
            raise self._garbled(event)

    def block(self, event: Any) -> str:
        """See `Composer.block`. kustomize prints it and reads it again."""
        try:
            return reread(event.value, self.chunk.path, is_folded=event.style == ">")
        except InputError:
            origin, hint = self.chunk.origin(event.start_mark), "put the text in double quotes"
            self.errors.append(ValueFault("kustomize cannot print this block", origin=origin, hint=hint))
            return str(event.value)

    def odd_key(self, event: Any, is_top: bool) -> str | Merge:
        """See `Composer.odd_key`. Outermost keys are texts as they stand; others must be texts."""
        text, tag, is_plain = str(event.value), event.tag, not event.style
        if tag == MERGE_TAG or (text == "<<" and is_plain and tag in (None, "!")):
            return MERGE
        if text == "<<":
            raise Unsupported("the key '<<' in quotes", origin=self.chunk.origin(event.start_mark), hint="remove it")
        if tag == TEXT_TAG and not is_text(text):
            self._garble(event, f"the key {text} with a tag", "put it in quotes, without the tag")
        if tag == TEXT_TAG or (tag in (None, "!") and not is_plain):
            return text
        is_readable = WORDS.get(text, text) is not None if is_top else tag in (None, "!") and is_text(text)
        if not is_readable:
            what, origin = f"the key {text or 'here'} is no text", self.chunk.origin(event.start_mark)
            self.errors.append(KeyFault(what, origin=origin, hint="put it in quotes"))
        return text

    def merge(self, body: dict[Any, Any], event: Any) -> list[dict[Any, Any]]:
        """See `Composer.merge`. A key of the map itself wins, then that of the first map merged into it."""
        maps = self.merged_maps(event, body.pop(MERGE))
        for each in maps:
            for key, value in each.items():
                if value is None and key not in body and self.written is not None:
                    self.written.moved(each, body, key)
                body.setdefault(key, value)
        return maps


def _has_null(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_null, value.values() if isinstance(value, dict) else value))
    return value is None
