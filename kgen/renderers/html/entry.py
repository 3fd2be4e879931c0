"""One resource on the page: what it does, its changed fields, and the whole of it side by side."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kgen.preview.comparison import FieldChange, Finding, ResourceOp
from kgen.preview.entries import Entry, by_reason
from kgen.renderers import phrases
from kgen.renderers.escaping import coded, escaped
from kgen.renderers.html.sides import hunk, manifest, sides
from kgen.renderers.lines import field_lines, flat, yaml_lines

_NOT_IN_IDS: Final = re.compile(r"[^A-Za-z0-9.]+")
_OPS: Final[dict[ResourceOp, str]] = {"add": "added", "remove": "removed", "change": "changed"}


def anchor(entry: Entry, name: str) -> str:
    """What links to a resource of the comparison with this name: ``prod-shop-Deployment-web``; not always unique."""
    identity = entry.change.id
    return _NOT_IN_IDS.sub("-", f"{name}/{identity.namespace}/{identity}")


def resource(entry: Entry, identity: str, *, is_open: bool) -> str:
    """A resource that opens where it is clicked."""
    change = entry.change
    words = escaped(" ".join(whats(entry)))
    return (
        f'<details class="resource {change.op}" id="{identity}" data-kind="{escaped(change.id.gvk.kind)}"'
        f' data-whats="{words}"{" open" if is_open else ""}>\n<summary>{_summary(entry)}</summary>\n'
        f'<div class="body">\n{_findings(entry)}{_content(entry)}</div>\n</details>\n'
    )


def whats(entry: Entry) -> list[str]:
    """What it can be filtered by: what happened to it, and what that does."""
    renamed = ["renamed"] if entry.change.renamed_from is not None else []
    return [entry.change.op, *renamed, *dict.fromkeys(finding.rule for finding in entry.findings)]


def finding(of: Finding, about: str = "") -> str:
    """What a change does, and what to do about it."""
    subject = f"<code>{escaped(about)}</code> " if about else ""
    hint = f' <span class="hint">{coded(of.hint)}</span>' if of.hint else ""
    sign = phrases.LEVELS[of.level]
    return f'<li class="{of.level}"><b>{sign} {escaped(of.rule)}</b> {subject}{coded(of.message)}{hint}</li>\n'


def _summary(entry: Entry) -> str:
    change = entry.change
    where = f' <span class="namespace">in {escaped(change.id.namespace)}</span>' if change.id.namespace else ""
    former = phrases.former(entry)
    size = phrases.plural(len(entry.fields), "field") if entry.fields else ""
    told = "".join(f' <span class="meta">{escaped(part)}</span>' for part in (former, size) if part)
    rules = dict.fromkeys((finding.level, finding.rule) for finding in entry.findings)
    chips = "".join(
        f' <span class="chip {level}">{phrases.LEVELS[level]} {escaped(rule)}</span>' for level, rule in rules
    )
    return (
        f'<span class="sign" role="img" aria-label="{_OPS[change.op]}">{phrases.SIGNS[change.op]}</span>'
        f'<span class="name">{escaped(change.id.gvk.kind)}<i>/</i>{escaped(change.id.name)}</span>{where}{chips}{told}'
    )


def _findings(entry: Entry) -> str:
    items = "".join(finding(each) for each in entry.findings)
    return f'<ul class="findings">\n{items}</ul>\n' if items else ""


def _content(entry: Entry) -> str:
    change = entry.change
    if change.before is None or change.after is None:
        return _why(change.reason, change.cause) + manifest(yaml_lines(change.resource.body), change.op)
    before, after = yaml_lines(change.before.body), yaml_lines(change.after.body)
    return (
        f"{_changes(entry)}"
        '<details class="whole"><summary>The whole resource, before and after</summary>\n'
        f"{sides(before, after)}</details>\n"
    )


def _changes(entry: Entry) -> str:
    found = ""
    for reason, cause, fields in by_reason(entry.fields):
        found += _why(reason, cause) + "".join(_fields(fields))
    if entry.references:
        found += _why("references to what was renamed", None) + "".join(_fields(entry.references))
    return found


def _fields(fields: Sequence[FieldChange]) -> Iterator[str]:
    for path, field in flat(fields):
        yield f'<div class="field"><code class="path">{escaped(path)}</code>\n{hunk(field_lines(field))}</div>\n'


def _why(reason: str | None, cause: object) -> str:
    where = f" <code>{escaped(str(cause))}</code>" if cause else ""
    return f'<p class="why">{escaped(reason or "changed by")}{where}</p>\n' if reason or where else ""
