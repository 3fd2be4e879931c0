"""Lines that go and come as HTML: below each other, and side by side. The lines must be printable."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from kgen.preview.comparison import ResourceOp
from kgen.renderers.escaping import escaped
from kgen.renderers.lines import Line, Row, Sign, common_start, narrowed, narrowed_pair, rows
from kgen.renderers.phrases import plural
from kgen.renderers.text import shortened

_CONTEXT: Final = 3
_MOST_ALIKE: Final = 300
"""Lines; of longer runs that both sides share, only the beginning is in the page."""

_LONGEST_LINE: Final = 2_000
"""Characters; of longer lines only the beginning, or what is near a difference, is in the page."""


def hunk(lines: Sequence[Line]) -> str:
    """Lines below each other, each with its sign."""
    text = ""
    for stays, run in groupby(narrowed(lines, _LONGEST_LINE), key=lambda line: line.sign == " "):
        block = list(run)
        if stays:
            text += "".join(f"<span>  {escaped(line.text)}</span>" for line in block)
            continue
        before, after = _marked(*([line.text for line in block if line.sign == sign] for sign in "-+"))
        text += "".join(f"<del>- {line}</del>" for line in before) + "".join(f"<ins>+ {line}</ins>" for line in after)
    return f'<pre class="hunk">{text}</pre>'


def manifest(lines: Sequence[str], op: ResourceOp) -> str:
    """All of a resource that was added or removed."""
    sign: Sign = "+" if op == "add" else "-"
    return hunk([Line(sign, line) for line in lines]) + "\n"


def sides(before: Sequence[str], after: Sequence[str]) -> str:
    """Both texts side by side; long runs that they share are folded, and told once."""
    runs = [(stays, list(run)) for stays, run in groupby(rows(before, after), key=lambda row: row.stays)]
    body = "".join(
        _alike(run, is_first=index == 0, is_last=index == len(runs) - 1) if stays else "".join(map(_changed, run))
        for index, (stays, run) in enumerate(runs)
    )
    head = '<thead><tr><th scope="col">before<th scope="col">after</thead>'
    return f'<table class="sides">\n{head}\n<tbody>\n{body}</table>\n'


def _alike(run: Sequence[Row], *, is_first: bool, is_last: bool) -> str:
    head = 0 if is_first else _CONTEXT
    tail = 0 if is_last else _CONTEXT
    if len(run) <= head + tail + _CONTEXT:
        return "".join(map(_same, run))
    folded = [row.before or "" for row in run[head : len(run) - tail]]
    return "".join(map(_same, run[:head])) + _folded(folded) + "".join(map(_same, run[len(run) - tail :]))


def _folded(lines: Sequence[str]) -> str:
    shown = "\n".join(escaped(shortened(line, _LONGEST_LINE)) for line in lines[:_MOST_ALIKE])
    left = len(lines) - _MOST_ALIKE
    more = f"\n… {plural(left, 'more line')}" if left > 0 else ""
    title = f"{plural(len(lines), 'line')} alike"
    return f'<tr class="gap"><td colspan="2"><details><summary>{title}</summary><pre>{shown}{more}</pre></details>\n'


def _same(row: Row) -> str:
    text = escaped(shortened(row.before or "", _LONGEST_LINE))
    return f'<tr class="same"><td>  {text}<td>  {text}\n'


def _changed(row: Row) -> str:
    row = Row(*narrowed_pair(row.before, row.after, _LONGEST_LINE))
    before, after = _marked([] if row.before is None else [row.before], [] if row.after is None else [row.after])
    one = f'<td class="del">- {before[0]}' if before else "<td>"
    other = f'<td class="ins">+ {after[0]}' if after else "<td>"
    return f"<tr>{one}{other}\n"


def _marked(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """Escaped lines; where one replaces the other, what differs in them is marked."""
    pairs = [_mark(*pair) for pair in zip(before, after, strict=False)]
    rest = slice(len(pairs), None)
    return (
        [one for one, _ in pairs] + [escaped(line) for line in before[rest]],
        [other for _, other in pairs] + [escaped(line) for line in after[rest]],
    )


def _mark(before: str, after: str) -> tuple[str, str]:
    start = common_start(before, after)
    end = common_start(before[start:][::-1], after[start:][::-1])
    if start + end == 0:  # nothing in common: all of it differs
        return escaped(before), escaped(after)
    found = [_piece(text, start, len(text) - end) for text in (before, after)]
    return found[0], found[1]


def _piece(text: str, start: int, end: int) -> str:
    middle = f"<mark>{escaped(text[start:end])}</mark>" if start < end else ""
    return f"{escaped(text[:start])}{middle}{escaped(text[end:])}"
