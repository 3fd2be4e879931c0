"""Kustomization files and JSON 6902 patches as plain data, read the way kustomize reads them.

That is another way than for resources: go-yaml 2, with the booleans of YAML 1.1, and the last of two equal keys
wins without a word. Source: ``YAMLToJSON`` in https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/yaml.go.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from yaml.error import MarkedYAMLError

from kgen.errors import InputError, KgenError, Origin, Unsupported
from kgen.yamlio.composer import MERGE, Composer, Document, Merge, raise_errors
from kgen.yamlio.libyaml import Chunk, NextEvent, as_go_reads, check_marks, parsing, whole
from kgen.yamlio.scalars import INT64_MAX, LEGACY_WORDS, Scalar, is_negative_zero, is_timestamp, json_number, number
from kgen.yamlio.tags import MERGE_TAG, decode, finite
from kgen.yamlio.written import written_as


class Legacy(NamedTuple):
    """A file that was read this way.

    Attributes:
        documents: All of them, empty ones (None) too. kustomize reads only the first; without any, the file is empty.
            One behind it that is not YAML is an empty text, and the last.
        warnings: What kustomize lets pass and nobody can have meant: a text for a person, and where.
    """

    documents: list[Document]
    warnings: list[tuple[str, Origin]]


def load_legacy(text: bytes | str, path: str) -> Legacy:
    """Read a kustomization file or a JSON 6902 patch.

    Args:
        text: The content of the file.
        path: Its name, for errors.

    Raises:
        InputError: It is not YAML, or cannot become JSON. InputErrors where several things are wrong.
        Unsupported: It is out of all proportion.
    """
    chunk = as_go_reads(whole(text, path))
    check_marks(chunk)
    composer = _LegacyComposer(chunk)
    with parsing(chunk) as next_event:
        first = composer.compose(next_event)
        if composer.version not in (None, (1, 1)):
            hint = "remove the line that starts with '%YAML'"
            raise InputError("kustomize reads only YAML 1.1 here", origin=Origin(path, 1), hint=hint)
        raise_errors(composer.errors)
        warnings = _warnings(chunk) if composer.repeats else []
        documents = [] if first is None else [first, *_others(composer, next_event)]
    return Legacy(documents, warnings)


def is_legacy_text(text: str) -> bool:
    """Whether go-yaml 2 reads a text, which no JSON is made of, as a text, or not at all."""
    try:
        chunk = as_go_reads(whole(text, ""))
        composer = _AnyKeyComposer(chunk)
        with parsing(chunk) as next_event:
            document = composer.compose(next_event)
        raise_errors(composer.errors)
    except KgenError:
        return True
    return document is not None and isinstance(document.body, str)


def _others(composer: "_LegacyComposer", next_event: NextEvent) -> Iterator[Document]:
    """What stands behind the first document: nobody reads it, so nothing is wrong with it."""
    try:
        while (document := composer.compose(next_event)) is not None:
            yield document
    except MarkedYAMLError as error:
        yield Document("", composer.chunk.line(error.problem_mark))
    except KgenError as error:
        yield Document("", error.origin.line or 0 if error.origin else 0)


def _warnings(chunk: Chunk) -> list[tuple[str, Origin]]:
    from kgen.yamlio.positions import repeated_keys

    return [
        (f"duplicate key '{repeat.key}', first at line {repeat.first_line}: kustomize takes this one", repeat.origin)
        for repeat in repeated_keys(chunk)
    ]


class _LegacyComposer(Composer):
    """The dialect of go-yaml 2."""

    def __init__(self, chunk: Chunk) -> None:
        super().__init__(chunk, LEGACY_WORDS)

    def word(self, event: Any, in_flow: bool) -> Scalar:  # noqa: ARG002  # brackets change nothing here
        """See `Composer.word`."""
        value = LEGACY_WORDS[event.value]
        return self.attempt(event, lambda: finite(event.value, value)) if isinstance(value, float) else value

    def number(self, event: Any, in_flow: bool) -> Scalar:  # noqa: ARG002  # brackets change nothing here
        """See `Composer.number`. A date stays the text it is."""
        text: str = event.value
        value = None if is_timestamp(text) else number(text, legacy=True)
        if value is not None and is_negative_zero(text):
            zero: int = written_as(0, "-0")
            return zero
        return text if value is None else json_number(value)

    def tagged(self, event: Any, in_flow: bool) -> Scalar:  # noqa: ARG002  # brackets change nothing here
        """See `Composer.tagged`."""
        return self.attempt(event, lambda: decode(event.tag, event.value, LEGACY_WORDS, legacy=True))

    def odd_key(self, event: Any, is_top: bool) -> str | Merge:  # noqa: ARG002  # all maps are alike here
        """See `Composer.odd_key`. Numbers and booleans become text."""
        is_plain = not event.style
        if event.value == "<<":
            if event.tag == MERGE_TAG or (event.tag is None and is_plain):
                return MERGE
            raise Unsupported("the key '<<' in quotes", origin=self.chunk.origin(event.start_mark), hint="remove it")
        if event.tag is None and not is_plain:
            return str(event.value)
        key = self.plain(event, in_flow=False) if event.tag is None else self.tagged(event, in_flow=False)
        if key is None:
            self.errors.append(self.error(event, f"the key {event.value or 'here'} is no text", "put it in quotes"))
        if isinstance(key, float) or (isinstance(key, int) and key > INT64_MAX):
            raise Unsupported(
                f"the key {event.value} is a number",
                origin=self.chunk.origin(event.start_mark),
                hint="put it in quotes",
            )
        return str(key).lower() if isinstance(key, bool) else str(key)

    def merge(self, body: dict[Any, Any], event: Any) -> list[dict[Any, Any]]:
        """See `Composer.merge`. What comes later wins, and a merged map comes where its ``<<`` stands."""
        maps = self.merged_maps(event, body[MERGE])
        fields = list(body.items())
        body.clear()
        for key, value in fields:
            for each in reversed(maps) if key is MERGE else ({key: value},):
                body.update(each)
        return maps


class _AnyKeyComposer(_LegacyComposer):
    """The same where no JSON is made: keys are any plain values, and numbers need not be finite."""

    def word(self, event: Any, in_flow: bool) -> Scalar:  # noqa: ARG002  # brackets change nothing here
        """See `Composer.word`."""
        return LEGACY_WORDS[event.value]

    def odd_key(self, event: Any, is_top: bool) -> str | Merge:
        """See `Composer.odd_key`."""
        if event.tag is None and event.style:
            return str(event.value)
        if event.value == "<<":
            return super().odd_key(event, is_top)
        return str(self.plain(event, in_flow=False) if event.tag is None else self.tagged(event, in_flow=False))
