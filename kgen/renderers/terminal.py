"""Comparisons as a person reads them in a terminal."""

import difflib
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.renderers.text import printable

_OPS: Final = {"add": ("+", "32"), "remove": ("-", "31"), "change": ("~", "33")}


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: the width of the terminal in columns, and whether colours may be used."""

    width: int = 100
    colour: bool = False

    def paint(self, text: str, code: str) -> str:
        """The text in a colour (an ANSI code), where colours may be used."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def comparisons(items: Sequence[Comparison], style: Style) -> str:
    """One block each: a line that says it all, then the changed fields of each resource with their reasons."""
    return "\n".join(_comparison(item, style) for item in items)


def _comparison(comparison: Comparison, style: Style) -> str:
    summary = (
        f"{comparison.name} vs {comparison.against}: {comparison.count('change')} changed, "
        f"{comparison.count('add')} added, {comparison.count('remove')} removed"
    )
    lines = [style.paint(summary, "1")]
    for resource in comparison.resources:
        lines += ["", *_resource(resource, style)]
    return "\n".join(lines) + "\n"


def _resource(change: ResourceChange, style: Style) -> Iterator[str]:
    sign, code = _OPS[change.op]
    where = f" in {change.id.namespace}" if change.id.namespace else ""
    yield style.paint(f"{sign} {printable(str(change.id) + where)}", code)
    # Fields without a reason come first, so that none seems to share that of another.
    ordered = sorted(change.fields, key=lambda field: field.reason is not None)
    for reason, fields in groupby(ordered, key=lambda field: field.reason):
        if reason:
            lines = textwrap.wrap(
                printable(reason), max(style.width - 6, 20), break_on_hyphens=False, break_long_words=False
            )
            yield from (style.paint(f"    # {line}", "2") for line in lines)
        yield from (line for field in fields for line in _field(field))


def _field(change: FieldChange) -> Iterator[str]:
    if change.op == "reorder":
        yield f"    {printable(str(change.path))}: order {_list(change.before)} → {_list(change.after)}"
    elif _is_text(change.before) and _is_text(change.after) and "\n" in change.before + change.after:
        yield f"    {printable(str(change.path))}:"
        yield from (f"      {line}" for line in _line_changes(change.before, change.after))
    else:
        before = "(absent)" if change.op == "add" else _value(change.before)
        after = "(absent)" if change.op == "remove" else _value(change.after)
        yield f"    {printable(str(change.path))}: {before} → {after}"


def _list(keys: list[str]) -> str:
    return printable(", ".join(keys))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _line_changes(before: str, after: str) -> Iterator[str]:
    """The lines that go and come, without those that stay; a missing line end at the end of the text is told."""
    for line in difflib.ndiff(_lines(before), _lines(after)):
        if line[0] in "+-":
            yield printable(line)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else [*lines[:-1], lines[-1] + " (no line end)"]


def _value(value: Any) -> str:
    """Plain where that is plainly a string, else as JSON, so that "1" and 1 look different."""
    if isinstance(value, str) and value.strip() == value and value and not _looks_typed(value):
        return printable(value)
    return printable(json.dumps(value, ensure_ascii=False))


def _looks_typed(text: str) -> bool:
    """Whether JSON would read it as something else than a string, or as one with its quotes."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
