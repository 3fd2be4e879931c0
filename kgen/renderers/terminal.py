"""Comparisons as a person reads them in a terminal: a line that says it all, then each resource in few lines.

Nothing hangs on a colour: signs say what came (``+``), went (``-``) and changed (``~``), and how bad it is.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kgen.errors import Origin
from kgen.preview.comparison import Comparison, FieldChange, Finding
from kgen.preview.entries import Entry, entries, loose_findings
from kgen.preview.grouping import Group, group
from kgen.renderers import phrases
from kgen.renderers.headline import SEPARATOR, Emphasis, Part, headline
from kgen.renderers.lines import Line, field_lines, flat, narrowed, yaml_lines
from kgen.renderers.marking import marked
from kgen.renderers.spellings import spellings
from kgen.renderers.text import COMMAND, printable, shortened
from kgen.schema.pods import pod_spec_path

_MOST_LINES: Final = 200
"""From so many lines on, each resource is told in one."""

_MOST_LINES_OF_NAMES: Final = 4
_MOST_RESOURCES: Final = 220
_MOST_OF_A_FIELD: Final = 24
_LONGEST_LINE: Final = 1_000
"""Of a longer one what differs is told: a certificate, a file in one line."""

_SHORTEST_CHANGE: Final = len(", a: 1 → 2")
_INDENT: Final = " " * 4
_KEPT: Final = "\0"
"""A space that is no place to break a line, as in a command; nothing printable has it."""

_COLOURS: Final[dict[Emphasis, str]] = {
    "title": "1",
    "change": "33",
    "add": "32",
    "remove": "31",
    "danger": "1;31",
    "warning": "33",
    "muted": "2",
}
_OPS: Final[dict[str, Emphasis]] = {"add": "add", "remove": "remove", "change": "change"}
_LEVELS: Final[dict[str, Emphasis]] = {"blocking": "danger", "warning": "warning", "note": "muted"}
_LINES: Final[dict[str, Emphasis]] = {"+": "add", "-": "remove", " ": "muted"}


@dataclass(frozen=True, slots=True)
class Style:
    """How to write.

    Attributes:
        width: The columns of the terminal.
        colour: Whether colours may be used.
        full: Whether everything is told in full length.
        equivalents: Whether other spellings of the same are told too.
        breaks: Whether a terminal would break longer lines, wherever their last column is.
    """

    width: int = 100
    colour: bool = False
    full: bool = False
    equivalents: bool = False
    breaks: bool = False

    @property
    def room(self) -> int:
        """The columns of a line that cannot be wrapped like a sentence; endless where nothing breaks it."""
        return self.width if self.breaks else 10**6

    def paint(self, text: str, code: str) -> str:
        """The text in a colour (an ANSI code), where colours may be used."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def emphasised(self, text: str, emphasis: Emphasis) -> str:
        """The text as it is to stand out."""
        return self.paint(text, _COLOURS[emphasis]) if emphasis in _COLOURS else text

    def broken(self, parts: Sequence[Part]) -> Iterator[str]:
        """A headline; in a terminal too narrow for it in several lines, each with what is between two separators."""
        chunks: list[list[Part]] = [[]]
        for part in parts:
            if part == SEPARATOR:
                chunks.append([])
            chunks[-1].append(part)
        line, length = "", 0
        for chunk in chunks:
            size = sum(len(part.text) for part in chunk)
            if length and length + size > self.room:
                yield line
                line, length = " ", 1
            line += "".join(self.emphasised(printable(part.text), part.emphasis) for part in chunk)
            length += size
        yield line

    def wrapped(self, text: str, first: str, other: str) -> Iterator[str]:
        """A sentence in lines, the first and the others with what stands before them; a command stays in one."""
        width = max(self.width, len(other) + 20)
        lines = textwrap.wrap(
            COMMAND.sub(lambda found: found[0].replace(" ", _KEPT), printable(text)),
            width,
            initial_indent=first,
            subsequent_indent=other,
            break_on_hyphens=False,
            break_long_words=False,
        )
        yield from (line.replace(_KEPT, " ") for line in lines)


def comparisons(items: Sequence[Comparison], style: Style) -> str:
    """One block each; those that show the same are told once."""
    return "\n".join(_Block(each, style).text() for each in group(items, equivalents=style.equivalents))


@dataclass(frozen=True, slots=True)
class _Block:
    """One comparison, or several that show the same."""

    group: Group
    style: Style

    def text(self) -> str:
        shown = entries(self.group.comparison)
        lines = [*self._head(), *(line for entry in shown for line in _Told(entry, self.style).lines())]
        if len(lines) > _MOST_LINES and not self.style.full:
            lines = [*self._head(), *self._briefly(shown)]
        if self.style.equivalents:
            lines += self._equivalents()
        return "".join(f"{line}\n" for line in lines)

    def _head(self) -> Iterator[str]:
        comparison, style = self.group.comparison, self.style
        yield from style.broken(headline(comparison, self.group.names))
        if len(self.group.names) > 1:
            yield from self._members()
        for note in comparison.notes:
            yield from (style.emphasised(line, "muted") for line in style.wrapped(note, "  ", "  "))
        for move in comparison.moves:
            yield style.emphasised(f"≫ {printable(phrases.move(move))}", "change")
        for finding in loose_findings(comparison):
            yield from _finding(finding, style, f"{phrases.resource(finding.resource)}: ", "")

    def _members(self) -> Iterator[str]:
        """Whom it speaks of; of very many the first."""
        names = self.group.names
        lines = list(self.style.wrapped(", ".join(names), "  in ", "     "))
        while len(lines) > _MOST_LINES_OF_NAMES and not self.style.full:
            names = names[: len(names) * 9 // 10]
            told = f"{', '.join(names)} and {len(self.group.names) - len(names):,} more"
            lines = list(self.style.wrapped(told, "  in ", "     "))
        yield from lines

    def _briefly(self, shown: Sequence[Entry]) -> Iterator[str]:
        for entry in shown[:_MOST_RESOURCES]:
            yield _Told(entry, self.style).line()
        rest = len(shown) - _MOST_RESOURCES
        more = f"and {phrases.plural(rest, 'resource')} more; " if rest > 0 else ""
        yield self.style.emphasised(f"{more}one line for each resource; --full tells all of it", "muted")

    def _equivalents(self) -> Iterator[str]:
        for name, lines in spellings(self.group.comparison):
            yield self.style.emphasised(f"= {name}", "muted")
            yield from (f"{_INDENT}{line}" for line in lines)


@dataclass(frozen=True, slots=True)
class _Told:
    """One resource."""

    entry: Entry
    style: Style

    def lines(self) -> Iterator[str]:
        """In full: what it is, what the change does, and each field with its reason."""
        change, style = self.entry.change, self.style
        yield from self._title(self._cause())
        for finding in self.entry.findings:
            yield from _finding(finding, style)
        if change.reason:
            yield from self._reason(change.reason)
        if change.op == "change":
            yield from self._fields()
        elif style.full:
            yield from (
                f"{_INDENT}{style.emphasised(line, _OPS[change.op])}" for line in yaml_lines(change.resource.body)
            )

    def line(self) -> str:
        """In one line: what it is, the signs of what the change does, and which fields change."""
        signs = "".join(dict.fromkeys(phrases.LEVELS[finding.level] for finding in self.entry.findings))
        title = f"{self._sign()} {phrases.resource(self.entry.change.id)}{f' {signs}' if signs else ''}"
        changes = [f"{self._short(path)}: {_said(field)}" for path, field in flat(self.entry.fields)]
        told = _fitting(printable(title), changes, max(self.style.width, 40))
        return self.style.emphasised(told, _OPS[self.entry.change.op])

    def _sign(self) -> str:
        return phrases.SIGNS[self.entry.change.op]

    def _title(self, cause: Origin | None) -> Iterator[str]:
        """What it is, and which file made it: in one line if there is room."""
        change, style = self.entry.change, self.style
        former = phrases.former(self.entry)
        size = "" if change.op == "change" else f" · {phrases.plural(len(yaml_lines(change.resource.body)), 'line')}"
        name = f"{self._sign()} {phrases.resource(change.id)}{f', {former}' if former else ''}{size}"
        title, where = printable(name), f"[{printable(str(cause))}]" if cause else ""
        told, place = style.emphasised(title, _OPS[change.op]), style.emphasised(where, "muted")
        if len(title) + 2 + len(where) <= style.room or not where:
            yield f"{told}  {place}" if where else told
        else:
            yield from (told, f"{_INDENT}{place}")

    def _cause(self) -> Origin | None:
        """The file that made all of it, where it was one."""
        change = self.entry.change
        if change.op != "change":
            return change.cause
        causes = {field.cause for field in self.entry.fields if field.cause}
        files = {cause.path for cause in causes}
        if len(causes) == 1:
            return next(iter(causes))
        return Origin(next(iter(files))) if len(files) == 1 else None

    def _fields(self) -> Iterator[str]:
        """Fields without a reason come first, so that none seems to share that of another."""
        groups: dict[str, list[FieldChange]] = {"": []}
        has_one_file = self._cause() is not None
        for field in self.entry.fields:
            if field.sort == "order" and not self.style.full:
                continue
            where = f"[{field.cause}]" if field.cause and not has_one_file else ""
            groups.setdefault(f"{field.reason or ''} {where}".strip(), []).append(field)
        for why, fields in groups.items():
            if why:
                yield from self._reason(why)
            yield from (line for path, field in flat(fields) for line in self._field(self._short(path), field))
        yield from self._orders()
        if self.entry.references and not self.entry.fields:
            yield from (f"{_INDENT}{printable(phrases.reference(field))}" for field in self.entry.references)

    def _orders(self) -> Iterator[str]:
        """Lists whose items only changed places, said once."""
        lists = [self._short(str(field.path)) for field in self.entry.fields if field.sort == "order"]
        if lists and not self.style.full:
            told = f"order only: {', '.join(lists)}"
            yield from self.style.wrapped(told, _INDENT, f"{_INDENT}  ")

    def _short(self, path: str) -> str:
        """``containers[name=web].image``: where the spec of the pods is goes without saying."""
        above = pod_spec_path(self.entry.change.id.gvk)
        return path if above is None else path.removeprefix(".".join(above) + ".")

    def _reason(self, text: str) -> Iterator[str]:
        yield from (self.style.paint(line, "2") for line in self.style.wrapped(text, "    # ", "    # "))

    def _field(self, path: str, field: FieldChange) -> Iterator[str]:
        line = f"{_INDENT}{path}: {_said(field)}"
        is_text = any(isinstance(value, str) and "\n" in value for value in (field.before, field.after))
        if not is_text and len(line) <= (self.style.width if self.style.breaks else max(self.style.width, 60)):
            yield f"{_INDENT}{path}: {marked(field, self.style.colour)}"
            return
        yield f"{_INDENT}{path}:"
        yield from (f"{_INDENT}  {text}" for text in self._changed_lines(field_lines(field)))

    def _changed_lines(self, lines: Sequence[Line]) -> Iterator[str]:
        shown = lines if self.style.full else narrowed(lines[:_MOST_OF_A_FIELD], _LONGEST_LINE)
        for line in shown:
            yield self.style.emphasised(f"{line.sign} {line.text}", _LINES[line.sign])
        if len(shown) < len(lines):
            yield self.style.emphasised(f"… {len(lines) - len(shown):,} more lines; --full tells them", "muted")


def _fitting(title: str, changes: Sequence[str], width: int) -> str:
    """A line with as many changes as there is room for."""
    for count in range(min(len(changes), width // _SHORTEST_CHANGE + 1), 0, -1):
        more = f", {len(changes) - count:,} more" if count < len(changes) else ""
        line = f"{title}  {', '.join(changes[:count])}{more}"
        if len(line) <= width or count == 1:
            return shortened(line, width)
    return title


def _said(field: FieldChange) -> str:
    return printable(phrases.before_and_after(field))


def _finding(finding: Finding, style: Style, about: str = "", indent: str = _INDENT) -> Iterator[str]:
    """What the change does, and what to do about it: in one line if there is room."""
    sign = phrases.LEVELS[finding.level]
    told, other = f"{about}{finding.message} ({finding.rule})", f"{indent}    "
    together = list(style.wrapped("; ".join(filter(None, [told, finding.hint])), f"{indent}{sign} ", other))
    apart = list(style.wrapped(told, f"{indent}{sign} ", other))
    apart += style.wrapped(finding.hint, f"{indent}  → ", other) if finding.hint else ()
    lines = together if len(together) < len(apart) else apart
    yield from (style.emphasised(line, _LEVELS[finding.level]) for line in lines)
