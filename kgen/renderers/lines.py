"""What differs between two values or texts, line by line, as plain text that steers nothing."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, zip_longest
from typing import Any, Final, Literal, NamedTuple

from kgen.errors import InputError
from kgen.fieldpath import ItemKey
from kgen.preview.comparison import FieldChange
from kgen.renderers import phrases
from kgen.renderers.text import printable, shortened
from kgen.yamlio import dump

Sign = Literal[" ", "-", "+"]

_MOST_LINES: Final = 10_000
"""Between what two texts start and end with; matching more of them may take seconds."""


class Line(NamedTuple):
    """A line that stays, goes or comes."""

    sign: Sign
    text: str


class Row(NamedTuple):
    """One row of two texts side by side; None where a side has no line there."""

    before: str | None
    after: str | None

    @property
    def stays(self) -> bool:
        """Whether both sides are the same."""
        return self.before == self.after


GAP: Final = Line(" ", "…")


def flat(fields: Iterable[FieldChange], above: str = "") -> Iterator[tuple[str, FieldChange]]:
    """Each changed field with its path; what changed inside a text that holds data has a path within its path.

    ``data["airflow.cfg"] → core.executor``
    """
    for field in fields:
        path = f"{above} → {field.path}" if above else str(field.path)
        inner = [each for each in field.inner if each.sort != "equivalent"]
        if inner:
            yield from flat(inner, path)
        else:
            yield printable(path), _told_apart(_valued(field))


def _valued(field: FieldChange) -> FieldChange:
    """A variable that comes or goes by its value alone, its name being in the path: ``env[name=A]: (absent) → "1"``."""
    item = field.after if field.op == "add" else field.before
    if field.op not in {"add", "remove"} or not isinstance(item, dict) or item.keys() != {"name", "value"}:
        return field
    if field.path.segments[-1:] != (ItemKey.of(item, ("name",)),) or isinstance(item["value"], dict | list):
        return field
    return replace(field, **{"after" if field.op == "add" else "before": item["value"]})


def _told_apart(field: FieldChange) -> FieldChange:
    """Two texts that look the same, being spelled with other characters, by the numbers of these."""
    texts = [value for value in (field.before, field.after) if isinstance(value, str)]
    if field.op != "change" or len(texts) < len(("before", "after")) or texts[0].isascii() or texts[1].isascii():
        return field
    before, after = (unicodedata.normalize("NFKC", text) for text in texts)
    if before != after or texts[0] == texts[1]:
        return field
    before, after = (text.encode("ascii", "backslashreplace").decode() for text in texts)
    return replace(field, before=before, after=after)


def field_lines(field: FieldChange, context: int = 2) -> list[Line]:
    """What goes and what comes; maps and lists as YAML, of several lines only those near a change."""
    if field.op == "reorder":
        return [Line(" ", printable(phrases.before_and_after(field)))]
    values = [value for value, op in ((field.before, "add"), (field.after, "remove")) if field.op != op]
    by_line = all(isinstance(value, str) and value.endswith("\n") for value in values)
    texts = [_text(value, by_line=by_line) for value in values]
    if field.op == "add":
        return [Line("+", text) for text in texts[0]]
    if field.op == "remove":
        return [Line("-", text) for text in texts[0]]
    found = list(changed_lines(texts[0], texts[1], context)) if any(len(text) > 1 for text in texts) else []
    if any(line.sign != " " for line in found):
        return found
    return [*(Line("-", text) for text in texts[0]), *(Line("+", text) for text in texts[1])]


def narrowed(lines: Sequence[Line], width: int) -> list[Line]:
    """The lines with at most about so many characters; of those that replace each other, what differs is kept."""
    found: list[Line] = []
    for stays, run in groupby(lines, key=lambda line: line.sign == " "):
        block = list(run)
        if stays or all(len(line.text) <= width for line in block):
            found += [line._replace(text=shortened(line.text, width)) for line in block]
            continue
        before, after = ([line.text for line in block if line.sign == sign] for sign in "-+")
        pairs = [narrowed_pair(*pair, width) for pair in zip_longest(before, after)]
        found += [Line("-", one) for one, _ in pairs if one is not None]
        found += [Line("+", other) for _, other in pairs if other is not None]
    return found


def narrowed_pair(before: str | None, after: str | None, width: int) -> tuple[str | None, str | None]:
    """Two lines that replace each other, cut where they first differ if they are too long."""
    if before is None or after is None or max(len(before), len(after)) <= width:
        return _shortened(before, width), _shortened(after, width)
    start = max(0, common_start(before, after) - width // 4)
    lead = "… " if start else ""
    return _from(before, start, lead, width), _from(after, start, lead, width)


def common_start(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def changed_lines(before: Sequence[str], after: Sequence[str], context: int) -> Iterator[Line]:
    """The lines that go and come, with some of those around them, and what stands for the others."""
    blocks = list(_blocks(before, after))
    for index, (stays, old, new) in enumerate(blocks):
        if not stays:
            yield from (Line("-", text) for text in old)
            yield from (Line("+", text) for text in new)
            continue
        head = old[:context] if index else old[:0]
        tail = old[max(len(old) - context, len(head)) :] if index + 1 < len(blocks) else old[:0]
        yield from (Line(" ", text) for text in head)
        if len(head) + len(tail) < len(old) and head is not tail and 0 < index < len(blocks) - 1:
            yield GAP
        yield from (Line(" ", text) for text in tail)


def rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    """Both texts side by side: lines that replace each other stand in one row."""
    for _, old, new in _blocks(before, after):
        yield from (Row(*pair) for pair in zip_longest(old, new))


def yaml_lines(value: Any) -> list[str]:
    """A value as YAML, as kustomize prints it."""
    return [printable(line) for line in _yaml(value).splitlines()]


def _from(text: str, start: int, lead: str, width: int) -> str:
    return lead + text[start : start + width] + (" …" if len(text) > start + width else "")


def _shortened(text: str | None, width: int) -> str | None:
    return None if text is None else shortened(text, width)


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Runs of lines that stay, and of such that are replaced; what both texts start and end with costs nothing."""
    shortest = min(len(before), len(after))
    start = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    end = next((i for i in range(shortest - start) if before[-1 - i] != after[-1 - i]), shortest - start)
    if start:
        yield True, before[:start], after[:start]
    yield from _matched(before[start : len(before) - end], after[start : len(after) - end])
    if end:
        yield True, before[len(before) - end :], after[len(after) - end :]


def _matched(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    if max(len(before), len(after)) > _MOST_LINES:
        yield False, before, after
        return
    for tag, one, two, three, four in difflib.SequenceMatcher(None, before, after).get_opcodes():
        yield tag == "equal", before[one:two], after[three:four]


def _text(value: Any, *, by_line: bool) -> list[str]:
    """A text of several lines as it is, a map or list as YAML, any other value in one line that shows its type."""
    if isinstance(value, str) and value and (by_line or "\n" in value[:-1]):
        return _lines(value)
    if isinstance(value, dict | list) and value:
        return _lines(_yaml(value))
    return [printable(phrases.value(value))]


def _yaml(value: Any) -> str:
    try:
        return dump([value])
    except InputError:  # kustomize could not print it either
        return phrases.value(value) + "\n"


def _lines(text: str) -> list[str]:
    """The lines; where a text has no line end at its end, that is told."""
    lines = [printable(line) for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "" else [*lines[:-1], f"{lines[-1]} (no line end)"]
