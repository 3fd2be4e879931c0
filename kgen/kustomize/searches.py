"""Where ``[key=value]`` in a target of ``replacements`` searches: in what is written, with its quotes and comments.

https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/yaml/match.go, ``visitElem``
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from kgen.errors import Unsupported
from kgen.kustomize.regex import compiled
from kgen.kustomize.scalars import is_scalar, kind_of, text
from kgen.kustomize.texts import Sources
from kgen.yamlio.kinds import Linked, Quoted
from kgen.yamlio.libyaml import decoded
from kgen.yamlio.quoting import write_string

_REMARK: Final = re.compile(r"(?:^|(?<=\s))#.*|![!<]")
_WORD: Final = re.compile(r"[\w/-]*")
_PLAIN: Final = re.compile(r"[ !#-&(-\[\]-~]*")  # ASCII that is the same between quotes
_TAGS: Final = tuple(f"!!{name}" for name in ("str", "int", "float", "bool", "null"))
_NULLS: Final = ("null", "", "~", "Null", "NULL")
_COLON: Final = re.compile(r":(?:\s|$)")
_BARE_KEY: Final = re.compile(r":\s*(?:[&!]\S*\s*)*$")
_ODD: Final = re.compile(r"[\\*&]|''")  # escapes and references
_FARTHEST: Final = 2_000  # characters to look back for a key
_MOST_REMARKS: Final = 20
_HINT: Final = "write such values without quotes, tags and comments, and search for a plain word"


def finds(expression: str, key: str, value: Any, sources: Sources) -> bool:
    """Whether an expression matches somewhere in a value as it is written.

    Args:
        expression: The regular expression.
        key: The key of the value in a map; empty in a list.
        value: The value. Not of every one is known how it is written.
        sources: Where it may stand, a comment or tag beside it.

    Raises:
        Unsupported: It depends on what is not known.
        InputError: It is no regular expression.
    """
    pattern = compiled(expression)
    if not expression:
        return True
    answers = {pattern.search(written) for written in _written(expression, key, value, sources)}
    if len(answers) != 1:
        said = f"'{'null' if value is None else text(value)[:40]}'" if is_scalar(value) else f"a {kind_of(value)}"
        what = f"the expression '{expression}' in the path of a target, for which it counts how {said} is written"
        raise Unsupported(what, hint=_HINT)
    return answers.pop()


def _written(expression: str, key: str, value: Any, sources: Sources) -> Iterator[str]:
    """All that may be written for a value."""
    shown = list(_shown(value))
    yield from shown
    for remark in (remark for content in sources for remark in _near(content, key, expression)):
        for one in shown:
            if remark in _TAGS:
                yield from (f"{remark} {one}", f'{remark} "{one}"')
            else:
                yield from (f"{one} {remark}", f"{remark}\n{one}")


@lru_cache(maxsize=32)
def _near(content: str | bytes, key: str, expression: str) -> frozenset[str]:
    """The comments and tags that may be beside a value of a key; a word is looked for only in those that have it.

    Raises:
        Unsupported: They are so many that it would take long to search each with each value.
    """
    is_word = _WORD.fullmatch(expression)
    has_key = re.compile(rf"""(?<![^\s"'{{\[,]){re.escape(key)}["']?\s*(?::|$)""", re.MULTILINE)
    found = set()
    for remark, region in _remarks(content):
        if not (is_word and expression not in remark) and (not key or region is None or has_key.search(region)):
            found.add(remark)
    if len(found) > _MOST_REMARKS:
        what = f"the expression '{expression}' in the path of a target, where very many values may have a comment"
        raise Unsupported(what, hint="search for a plain word")
    return frozenset(found)


@lru_cache(maxsize=8)
def _remarks(content: str | bytes) -> list[tuple[str, str | None]]:
    """The comments and tags of a file, each with the text before it that has the key of its value, where that is known.

    A comment belongs to a value when it is behind it, or between its key and the value.
    """
    before: list[str] = []  # the text of each line, without comments
    found: list[tuple[str, str | None]] = []
    for line in decoded(content).splitlines():
        start = len(line)
        for remark in _REMARK.finditer(line):
            start = remark.start()
            region = _region(before, line[:start])
            found += [(one, region) for one in (_TAGS if remark[0][0] == "!" else [remark[0]])]
        if line.startswith(("---", "...")):
            before = []
        elif line[:start].strip():
            before.append(line[:start])
    return found


def _region(before: list[str], line: str) -> str | None:
    """The text from the last line that has a key; None where the key may be written in another way."""
    if not line.strip() and before and _has_key(before[-1]) and not _BARE_KEY.search(before[-1]):
        return ""  # a line of its own below a key and its value
    region = line
    for earlier in reversed(before):
        if _has_key(line):
            break
        line = earlier
        region = f"{line}\n{region}"
        if len(region) > _FARTHEST:
            return None
    is_odd = _ODD.search(region) or region.count('"') % 2 or region.count("'") % 2
    return None if is_odd else region


def _has_key(line: str) -> bool:
    entry = line.lstrip()
    return not entry.startswith(":") and bool(_COLON.search(entry))


def _shown(value: Any) -> Iterator[str]:
    """What may be written for a value; nothing where that is not known."""
    shown, is_text = text(value), isinstance(value, str)
    if value is None:
        yield from _NULLS
    elif is_scalar(value) and not (is_text and _may_be_quoted(value)):
        yield shown
    elif is_text and _PLAIN.fullmatch(shown):
        if not isinstance(value, Quoted):
            yield shown
        yield from (f'"{shown}"', f"'{shown}'", f"|-\n  {shown}", f">-\n  {shown}")


def _may_be_quoted(value: str) -> bool:
    return isinstance(value, Quoted | Linked) or write_string(text(value), 0, 0) != text(value)
