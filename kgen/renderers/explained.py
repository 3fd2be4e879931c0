"""What ``kgen explain`` found, as a person reads it in a terminal."""

import itertools
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kgen.overlay.clusters.cluster import Cluster
from kgen.overlay.edits import ABSENT, HASHED, REMOVED, Edit
from kgen.overlay.features import Effect as Made
from kgen.overlay.features.page import Page
from kgen.overlay.rules import Effect
from kgen.renderers import cluster_facts


def listing(sections: Mapping[str, Mapping[str, str]], width: int) -> str:
    """Names and what they are, one a line, under their titles."""
    blocks = [[title, *_entries(entries, width)] for title, entries in sections.items()]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def cluster(of: Cluster, effects: Sequence[Effect] | None, width: int) -> str:
    """The facts of a cluster with their sources, then what each rule would do."""
    lines = [f"{of.name}: {of.summary}", *cluster_facts.lines(of, width), ""]
    if effects is None:
        return _text([*lines, "There is no base here, so what the rules would do to it is not told."])
    lines.append("What the rules do to the base")
    for effect in effects:
        lines += [f"  {effect.rule}", *_effect(effect, width)]
    return _text(lines)


def rule(name: str, text: str, effects: Mapping[str, Effect] | None, width: int) -> str:
    """What a rule is documented to do, then what it would do for each cluster."""
    lines = [f"{name}: {text}".replace("``", "`"), ""]
    if effects is None:
        return _text([*lines, "There is no base here, so what it would do to it is not told."])
    lines.append("What it does to the base")
    for other, effect in effects.items():
        lines += [f"  {other}", *_effect(effect, width)]
    return _text(lines)


def app(name: str, text: str) -> str:
    """What is known of an application."""
    return f"{name}: {text}\n".replace("``", "`")


def feature(page: Page, width: int) -> str:
    """What a feature is documented to do, how to switch it on or off, then what it would do."""
    lines = [f"{page.name}: {page.text}".replace("``", "`"), ""]
    if page.clusters:
        lines.append(f"On for {' and '.join(page.clusters)}; switch it off with: features: {{{page.name}: false}}")
    else:
        lines.append(f"Switch it on with: {page.example}")
    lines.append("")
    if page.unfit is not None:
        return _text([*lines, f"It does not apply to the base here: {page.unfit}."])
    if page.effect is None:
        return _text([*lines, "There is no base here, so what it would do to it is not told."])
    return _text([*lines, "What it does to the base", *_effect(page.effect, width)])


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _entries(entries: Mapping[str, str], width: int) -> Iterator[str]:
    column = max(map(len, entries), default=0)
    for name, words in entries.items():
        first, *more = _wrapped(words, width - column - 4) or [""]
        yield f"  {name:{column}}  {first}"
        yield from (f"  {'':{column}}  {line}" for line in more)


def _effect(effect: Effect | Made, width: int) -> Iterator[str]:
    if not effect.edits and not effect.notices:
        yield "    nothing"
    for (_, reason), edits in itertools.groupby(effect.edits, lambda edit: (edit.resource, edit.reason)):
        yield from (f"    {edit.resource} {_change(edit)}" for edit in edits)
        yield from (f"      # {line}" for line in _wrapped(reason, width - 8))
    for notice in effect.notices:
        yield from _indented(f"{notice.level}: {notice.message}", 4, width)
        yield from _indented(notice.hint, 6, width)


def _change(edit: Edit) -> str:
    if edit.path == REMOVED:
        return "goes"
    if edit.path == HASHED:
        return "gets a hash of its content at the end of its name"
    if not edit.path.segments:
        return "is added"
    if edit.value is ABSENT:
        return f"{edit.path} goes"
    return f"{edit.path}: {_value(edit.value)}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return value if isinstance(value, str) and "\n" not in value else json.dumps(value)


def _indented(text: str, by: int, width: int) -> Iterator[str]:
    for index, line in enumerate(_wrapped(text, width - by)):
        yield f"{' ' * by}{'  ' if index else ''}{line}"


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most this width, where words allow."""
    return textwrap.wrap(text, max(width, 20), break_on_hyphens=False, break_long_words=False)
