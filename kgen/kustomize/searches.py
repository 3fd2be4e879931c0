"""Where ``[key=value]`` in a target of ``replacements`` searches: in what is written, with its quotes and comments.

https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/yaml/match.go, ``visitElem``
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from kgen.errors import Unsupported
from kgen.kustomize.regex import compiled
from kgen.kustomize.remarks import Remark
from kgen.kustomize.scalars import NULLS, is_scalar, kind_of, text
from kgen.kustomize.texts import File, Files
from kgen.yamlio.kinds import Linked, Quoted
from kgen.yamlio.quoting import write_string

_WORD: Final = re.compile(r"[\w/-]*")
_PLAIN: Final = re.compile(r"[ !#-&(-\[\]-~]*")  # ASCII that is the same between quotes
_MOST_REMARKS: Final = 20
_HINT: Final = "write such values without quotes, tags and comments, and search for a plain word"


def finds(expression: str, key: str, value: Any, files: Files) -> bool:
    """Whether an expression matches somewhere in a value as it is written.

    Args:
        expression: The regular expression.
        key: The key of the value in a map; empty in a list.
        value: The value. Not of every one is known how it is written.
        files: Where it may stand, a comment or tag beside it.

    Raises:
        Unsupported: It depends on what is not known.
        InputError: It is no regular expression.
    """
    pattern = compiled(expression)
    if not expression:
        return True
    answers = {pattern.search(written) for written in _written(expression, key, value, files)}
    if len(answers) != 1:
        said = f"'{'null' if value is None else text(value)[:40]}'" if is_scalar(value) else f"a {kind_of(value)}"
        what = f"the expression '{expression}' in the path of a target, for which it counts how {said} is written"
        raise Unsupported(what, hint=_HINT)
    return answers.pop()


def _written(expression: str, key: str, value: Any, files: Files) -> Iterator[str]:
    """All that may be written for a value."""
    shown = list(_shown(value))
    yield from shown
    for remark in (remark for file in files for remark in _near(file, key, expression)):
        for one in shown:
            if remark[0] == "!":
                yield from (f"{remark} {one}", f'{remark} "{one}"')
            else:
                yield from (f"{one} {remark}", f"{remark}\n{one}")


def _near(file: File, key: str, expression: str) -> frozenset[str]:
    """The comments and tags that may be beside a value of a key; a word is looked for only in those that have it.

    Raises:
        Unsupported: They are so many that it would take long to search each with each value.
    """
    if (key, expression) not in file.near:
        file.near[key, expression] = frozenset(_beside(file.remarks, key, expression))
    found = file.near[key, expression]
    if len(found) > _MOST_REMARKS:
        what = f"the expression '{expression}' in the path of a target, where very many values may have a comment"
        raise Unsupported(what, hint="search for a plain word")
    return found


def _beside(remarks: Iterable[Remark], key: str, expression: str) -> Iterator[str]:
    is_word = _WORD.fullmatch(expression)
    has_key = re.compile(rf"""(?<![^\s"'{{\[,]){re.escape(key)}["']?\s*(?::|$)""", re.MULTILINE)
    for written, region in remarks:
        if not (is_word and expression not in written) and (not key or region is None or has_key.search(region)):
            yield written


def _shown(value: Any) -> Iterator[str]:
    """What may be written for a value; nothing where that is not known."""
    shown, is_text = text(value), isinstance(value, str)
    if value is None:
        yield from NULLS
    elif is_scalar(value) and not (is_text and _may_be_quoted(value)):
        yield shown
    elif is_text and _PLAIN.fullmatch(shown):
        if not isinstance(value, Quoted):
            yield shown
        yield from (f'"{shown}"', f"'{shown}'", f"|-\n  {shown}", f">-\n  {shown}")


def _may_be_quoted(value: str) -> bool:
    return isinstance(value, Quoted | Linked) or write_string(text(value), 0, 0) != text(value)
