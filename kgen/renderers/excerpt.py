"""Pieces of a comparison in Markdown: its first lines, a resource in full, folded, and in one line."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kgen.preview.comparison import Comparison, FieldChange, Finding
from kgen.preview.entries import Entry, by_reason, loose_findings
from kgen.preview.grouping import Group
from kgen.renderers import escaping, phrases
from kgen.renderers.headline import Part, counts, summary
from kgen.renderers.lines import field_lines, flat, narrowed, yaml_lines
from kgen.renderers.phrases import plural
from kgen.renderers.spellings import spellings
from kgen.renderers.text import printable, shortened
from kgen.resource import ResourceId

_MOST_PATHS = 3  # in one line
_MARGIN = 10  # characters for the sign of a line, and for what stands for cut ones
_STRONG: Final = ("danger", "warning")


class Limits(NamedTuple):
    """How much is shown: lines of a resource or a list, and characters of a line and of a name."""

    lines: int
    width: int
    name: int


ALL: Final = Limits(10**9, 10**9, 10**9)
SOME: Final = Limits(40, 200, 60)


def heading(of: Group, limits: Limits) -> str:
    """``### `minikube` vs `base`: 4 change · 2 WILL FAIL``."""
    return f"### {_title(of, limits)}: {''.join(_part(part) for part in summary(counts(of.comparison)))}\n"


def head(of: Group, limits: Limits) -> str:
    """The heading, whom it speaks of, and what belongs to no resource that is shown."""
    comparison = of.comparison
    told = [f"In {_list([_name(name, limits) for name in of.names], limits)}."] if len(of.names) > 1 else []
    told += [_sentence(phrases.move(move), limits) for move in comparison.moves]
    told += [_finding(each, limits, each.resource) for each in loose_findings(comparison)]
    told += [_sentence(note, limits) for note in comparison.notes]
    quoted = "".join(f"> - {item}\n" for item in _limited(told, limits))
    return heading(of, limits) + (f"\n{quoted}" if quoted else "")


def opened(entry: Entry) -> str:
    """A resource in full."""
    former = phrases.former(entry)
    name = _resource(entry.change.id, ALL)
    title = f"#### {phrases.SIGNS[entry.change.op]} {name}{f', {escaping.prose(former)}' if former else ''}\n\n"
    return title + _body(entry, ALL)


def folded(entry: Entry, limits: Limits) -> str:
    """A resource that opens where it is clicked."""
    return f"<details><summary>{_summary(entry, limits)}</summary>\n\n{_body(entry, limits)}\n</details>\n"


def equivalents(comparison: Comparison) -> Iterator[str]:
    """What is only spelled in another way, folded; nothing where nothing is."""
    found = [text for name, lines in spellings(comparison) for text in (f"# {name}", *lines)]
    if found:
        title = f"{plural(comparison.equivalents, 'field')} only spelled in another way"
        yield f"<details><summary>{title}</summary>\n\n{_fence(found, 'yaml', ALL)}\n</details>\n"


def line(entry: Entry) -> str:
    """A resource in one line: which of its fields change, and what that does."""
    paths = list(dict.fromkeys(path for path, _ in flat(entry.fields)))
    shown = [escaping.span(shortened(path, SOME.name)) for path in paths[:_MOST_PATHS]]
    more = [f"{len(paths) - len(shown):,} more"] if len(paths) > len(shown) else []
    told = f": {', '.join(shown + more)}" if shown else ""
    rules = "".join(f" · {rule}" for rule in _rules(entry))
    sign = escaping.span(phrases.SIGNS[entry.change.op])  # or a list would begin in the list
    return f"- {sign} {_resource(entry.change.id, SOME)}{told}{rules}\n"


def _title(of: Group, limits: Limits) -> str:
    name = f"the same in {len(of.names):,} overlays" if len(of.names) > 1 else _name(of.comparison.name, limits)
    return f"{name} vs {_name(of.comparison.against, limits)}"


def _part(part: Part) -> str:
    return f"**{part.text}**" if part.emphasis in _STRONG else part.text


def _name(name: str, limits: Limits) -> str:
    return escaping.span(shortened(name, limits.name))


def _list(items: Sequence[str], limits: Limits) -> str:
    return ", ".join(_limited(items, limits))


def _limited(items: Sequence[str], limits: Limits) -> Iterator[str]:
    yield from items[: limits.lines]
    if len(items) > limits.lines:
        yield f"… and {len(items) - limits.lines:,} more"


def _resource(of: ResourceId, limits: Limits) -> str:
    where = f" in {_name(of.namespace, limits)}" if of.namespace else ""
    return _name(str(of), limits) + where


def _sentence(text: str, limits: Limits) -> str:
    return escaping.prose(shortened(text, limits.width))


def _finding(finding: Finding, limits: Limits, of: ResourceId | None = None) -> str:
    """``**✖ apply-fails:** spec.selector cannot change; delete and apply it again``."""
    about = f"{_resource(of, limits)}: " if of else ""
    hint = f"; {_sentence(finding.hint, limits)}" if finding.hint else ""
    message = _sentence(finding.message, limits)
    return f"**{phrases.LEVELS[finding.level]} {escaping.prose(finding.rule)}:** {about}{message}{hint}"


def _rules(entry: Entry) -> list[str]:
    found = dict.fromkeys((phrases.LEVELS[each.level], each.rule) for each in entry.findings)
    return [f"{sign} {escaping.escaped(rule)}" for sign, rule in found]


def _summary(entry: Entry, limits: Limits) -> str:
    """What stands in ``<summary>``, which is HTML."""
    change = entry.change
    where = f" in {escaping.code(shortened(change.id.namespace, limits.name))}" if change.id.namespace else ""
    title = f"{phrases.SIGNS[change.op]} {escaping.code(shortened(str(change.id), limits.name))}{where}"
    size = plural(len(entry.fields), "field") if entry.fields else ""
    former = shortened(phrases.former(entry) or "", limits.width)
    return " · ".join(part for part in (title, escaping.code(former) if former else "", size, *_rules(entry)) if part)


def _body(entry: Entry, limits: Limits) -> str:
    findings = "".join(f"- {_finding(finding, limits)}\n" for finding in entry.findings)
    if entry.change.op == "change":
        block = _fence(_change_lines(entry, limits), "diff", limits)
    else:
        block = _fence([*_why(entry.change.reason, entry.change.cause), *_manifest(entry)], "yaml", limits)
    return findings + ("\n" if findings and block else "") + block


def _fence(lines: Sequence[str], language: str, limits: Limits) -> str:
    shown = [shortened(text, limits.width) for text in _limited(lines, limits)]
    return escaping.fenced(shown, language) if shown else ""


def _manifest(entry: Entry) -> list[str]:
    return yaml_lines(entry.change.resource.body)


def _change_lines(entry: Entry, limits: Limits) -> list[str]:
    found: list[str] = []
    for reason, cause, fields in by_reason(entry.fields):
        found += [*_why(reason, cause), *_field_lines(fields, limits)]
    if entry.references:
        found += [*_why("references to what was renamed", None), *_field_lines(entry.references, limits)]
    return found


def _field_lines(fields: Sequence[FieldChange], limits: Limits) -> Iterator[str]:
    for path, field in flat(fields):
        yield f"@@ {shortened(path, limits.width)} @@"
        yield from (f"{each.sign} {each.text}" for each in narrowed(field_lines(field), limits.width - _MARGIN))


def _why(reason: str | None, cause: object) -> Iterator[str]:
    told = [part for part in (reason, f"({cause})" if cause else None) if part]
    if told:
        yield f"# {printable(' '.join(told))}"
