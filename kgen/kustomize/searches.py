"""Where ``[key=value]`` in a target of ``replacements`` searches: in what is written, with its quotes and comments.

https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/yaml/match.go, ``visitElem``
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from kgen.errors import Unsupported
from kgen.kustomize.regex import compiled
from kgen.kustomize.scalars import is_scalar, kind_of, text
from kgen.yamlio.kinds import Linked, Quoted, Tagged
from kgen.yamlio.quoting import write_string

Remarks = tuple[frozenset[str], ...]
"""The comments and tags in each of the files that something is made of."""

_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)
_LITERAL: Final = re.compile(r"[\w/-]*")
_PLAIN: Final = re.compile(r"[ !#-&(-\[\]-~]*")  # ASCII that is the same between quotes
_TAGS: Final = frozenset(f"!!{name}" for name in ("str", "int", "float", "bool", "null"))
_NULLS: Final = ("null", "", "~", "Null", "NULL")
_HINT: Final = "write such values without quotes, tags and comments, and search for a plain word"


def remarks(content: bytes | str) -> Remarks:
    """Those of a file, if any; what only looks like one counts too."""
    found = content if isinstance(content, str) else content.decode("utf-8", "replace")
    comments = frozenset(_COMMENT.findall(found)) if "#" in found else frozenset()
    some = comments | _TAGS if "!!" in found or "!<" in found else comments
    return (some,) if some else ()


def joined(one: Remarks, other: Remarks) -> Remarks:
    """Those of both."""
    return one + tuple(some for some in other if some not in one)


def finds(expression: str, value: Any, noted: Remarks) -> bool:
    """Whether an expression matches somewhere in a value as it is written.

    Args:
        expression: The regular expression.
        value: The value. Not of every one is known how it is written.
        noted: The comments and tags that may be beside it.

    Raises:
        Unsupported: It depends on what is not known.
        InputError: It is no regular expression.
    """
    pattern = compiled(expression)
    if not expression:
        return True
    answers = {pattern.search(written) for written in _written(expression, value, noted)}
    if len(answers) != 1:
        said = f"'{'null' if value is None else text(value)}'" if is_scalar(value) else f"a {kind_of(value)}"
        what = f"the expression '{expression}' in the path of a target, for which it counts how {said} is written"
        raise Unsupported(what, hint=_HINT)
    return answers.pop()


def _written(expression: str, value: Any, noted: Remarks) -> Iterator[str]:
    """All that may be written for a value; a word is looked for only in comments that have it."""
    shown = list(_shown(value))
    yield from shown
    is_literal = _LITERAL.fullmatch(expression)
    for remark in (one for some in noted for one in some):
        if is_literal and expression not in remark:
            continue
        for one in shown:
            if remark in _TAGS:
                yield from (f"{remark} {one}", f'{remark} "{one}"')
            else:
                yield from (f"{one} {remark}", f"{remark}\n{one}")


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
        if isinstance(value, Tagged):
            yield f"!!str {shown}"


def _may_be_quoted(value: str) -> bool:
    return isinstance(value, Quoted | Tagged | Linked) or write_string(text(value), 0, 0) != text(value)
