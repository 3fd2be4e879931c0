"""Comparisons as one page that needs nothing else: no network, no server, no JavaScript to be read.

Whatever a repository says reaches the page as escaped text. The page's policy allows its own style and its own script,
by their digests, and nothing more, so that even a mistake in the escaping would run nothing.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import resources
from typing import Final

from kgen.preview.comparison import Comparison
from kgen.preview.entries import Entry, entries, loose_findings
from kgen.preview.grouping import Group, group
from kgen.renderers import phrases
from kgen.renderers.escaping import escaped
from kgen.renderers.headline import SEPARATOR, Part, counts, headline, summary, text, title, total
from kgen.renderers.html.entry import anchor, finding, resource, whats
from kgen.renderers.spellings import spellings

_MOST_OPEN = 30  # resources; of more, only those are open that something blocks
_WHATS: Final = {"change": "changed", "add": "added", "remove": "removed", "renamed": "renamed"}


def page(comparisons: Sequence[Comparison], *, equivalents: bool = False) -> str:
    """The whole page; with many resources only those that change are in it.

    Args:
        comparisons: What to show.
        equivalents: Whether other spellings of the same are told too.
    """
    groups = group(comparisons, equivalents=equivalents)
    listed = [entries(each.comparison) for each in groups]
    style, script = _asset("page.css"), _asset("page.js")
    tail = _equivalents if equivalents else lambda _: ""
    sections = "".join(_sections(groups, listed, comparisons, tail))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escaped(_name(comparisons))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{_header(comparisons)}{_filters(comparisons, listed)}"
        f'<main id="changes">\n{sections or "<p>no changes</p>"}</main>\n{_KEYS}<script>{script}</script>\n'
        "</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return (resources.files(__name__) / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """See https://www.w3.org/TR/CSP3/: what is not allowed here is not loaded and not run."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _name(comparisons: Sequence[Comparison]) -> str:
    if len(comparisons) == 1:
        return text(headline(comparisons[0]))
    differing = sum(comparison.differs for comparison in comparisons)
    return f"{len(comparisons):,} comparisons, {differing:,} with changes"


def _header(comparisons: Sequence[Comparison]) -> str:
    """Of one comparison its own section says it all."""
    heading = title(comparisons[0]) if len(comparisons) == 1 else _name(comparisons)
    line = f'<p class="headline">{_chips(summary(total(comparisons)))}</p>\n'
    skip = '<a class="skip" href="#changes">Skip to the changes</a>'
    return f"{skip}\n<header>\n<h1>{escaped(heading)}</h1>\n{line}</header>\n"


def _chips(parts: Iterable[Part]) -> str:
    return "".join(
        f'<span class="{part.emphasis}">{escaped(part.text)}</span>'
        for part in parts
        if part.text not in {SEPARATOR.text, ", "}
    )


def _filters(comparisons: Sequence[Comparison], listed: Sequence[tuple[Entry, ...]]) -> str:
    """What chooses among the resources; hidden until there is a script to work it."""
    all_entries = [entry for found in listed for entry in found]
    names = [(str(index), each.name) for index, each in enumerate(comparisons)]
    kinds = sorted({entry.change.id.gvk.kind for entry in all_entries})
    found = {what for entry in all_entries for what in whats(entry)}
    words = [(what, word) for what, word in _WHATS.items() if what in found]
    words += [(rule, rule) for rule in sorted(found - set(_WHATS))]
    return (
        '<div id="filters" role="search" aria-label="Filter the resources" hidden>\n'
        '<label class="wide">Search <input id="search" type="search" autocomplete="off" spellcheck="false"'
        ' placeholder="name, path or value"></label>\n'
        f"{_select('overlay', 'Overlay', names if len(names) > 1 else [])}"
        f"{_select('kind', 'Kind', [(kind, kind) for kind in kinds])}{_select('what', 'Verdict', words)}"
        '<button id="fold" type="button">Open all</button>\n'
        '<button id="help" type="button" aria-haspopup="dialog" aria-label="Keys">?</button>\n'
        '<output id="shown" aria-live="polite"></output>\n</div>\n'
    )


def _select(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    if not options:
        return ""
    listed = "".join(f'<option value="{escaped(value)}">{escaped(shown)}</option>' for value, shown in options)
    return f'<label>{label} <select id="{name}"><option value="">all</option>{listed}</select></label>\n'


def _sections(
    groups: Sequence[Group],
    listed: Sequence[tuple[Entry, ...]],
    comparisons: Sequence[Comparison],
    tail: Callable[[Group], str],
) -> Iterator[str]:
    """A section for each group of comparisons, with what stands at its end."""
    number = sum(map(len, listed))
    anchors: Counter[str] = Counter()
    for of, found in zip(groups, listed, strict=True):
        shown = "".join(
            resource(entry, _unique(anchor(entry, of.names[0]), anchors), is_open=_is_open(entry, number))
            for entry in found
        )
        names = set(of.names)
        where = " ".join(str(index) for index, each in enumerate(comparisons) if each.name in names)
        heading = "" if len(comparisons) == 1 else _heading(of)
        yield f'<section data-overlays="{where}">\n{heading}{_notes(of)}{shown}{tail(of)}</section>\n'


def _unique(name: str, taken: Counter[str]) -> str:
    """The same name for the first that asks for it, with a number for the others."""
    taken[name] += 1
    return name if taken[name] == 1 else _unique(f"{name}--{taken[name]}", taken)


def _heading(of: Group) -> str:
    members = f'<p class="members">{escaped(", ".join(of.names))}</p>\n' if len(of.names) > 1 else ""
    line = _chips(summary(counts(of.comparison)))
    return f'<h2>{escaped(title(of.comparison, of.names))}</h2>\n{members}<p class="headline">{line}</p>\n'


def _notes(of: Group) -> str:
    comparison = of.comparison
    found = [escaped(phrases.move(move)) for move in comparison.moves]
    found += [escaped(note) for note in comparison.notes]
    items = "".join(f"<li>{note}</li>\n" for note in found)
    items += "".join(finding(each, phrases.resource(each.resource)) for each in loose_findings(comparison))
    return f'<ul class="notes">\n{items}</ul>\n' if items else ""


def _equivalents(of: Group) -> str:
    """What is only spelled in another way, folded."""
    found = [f"<dt>{escaped(name)}</dt>{''.join(map(_spelling, lines))}\n" for name, lines in spellings(of.comparison)]
    if not found:
        return ""
    title = f"{phrases.plural(of.comparison.equivalents, 'field')} only spelled in another way"
    return f'<details class="equivalents">\n<summary>{title}</summary>\n<dl>\n{"".join(found)}</dl>\n</details>\n'


def _spelling(line: str) -> str:
    return f"<dd><code>{escaped(line)}</code></dd>"


def _is_open(entry: Entry, number: int) -> bool:
    blocked = any(each.level == "blocking" for each in entry.findings)
    return blocked or (number <= _MOST_OPEN and entry.change.op == "change")


_KEYS: Final = """\
<dialog id="keys" aria-labelledby="keys-title">
<h2 id="keys-title">Keys</h2>
<dl>
<div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous resource</dd></div>
<div><dt><kbd>Enter</kbd></dt><dd>open or close it</dd></div>
<div><dt><kbd>w</kbd></dt><dd>the whole of it, before and after</dd></div>
<div><dt><kbd>e</kbd></dt><dd>open or close all</dd></div>
<div><dt><kbd>/</kbd></dt><dd>search</dd></div>
<div><dt><kbd>Esc</kbd></dt><dd>clear the search</dd></div>
<div><dt><kbd>?</kbd></dt><dd>these keys</dd></div>
</dl>
<button id="close" type="button">Close</button>
</dialog>
"""
