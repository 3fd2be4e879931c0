"""What libyaml finds wrong with a text, in words for a person."""

from typing import Final, NamedTuple


class Explanation(NamedTuple):
    """What is wrong, and what to do about it."""

    message: str
    hint: str | None = None


_INDENT: Final = "check the indentation of this line and the one above it"
_QUOTE: Final = "put the text in quotes"
_SPACES: Final = "use spaces"

_PROBLEMS: Final = {
    "mapping values are not allowed in this context": Explanation("a ':' is not allowed here", _QUOTE),
    "did not find expected key": Explanation("this does not fit what stands above it", _INDENT),
    "did not find expected '-' indicator": Explanation("a list item, '-', is expected here", _INDENT),
    "could not find expected ':'": Explanation("the line above is no 'key: value'", _INDENT),
    "found unexpected ':'": Explanation("a ':' is not allowed here", "put a space behind it, or the text in quotes"),
    "found a tab character where an indentation space is expected": Explanation("a tab indents this line", _SPACES),
    "found a tab character that violates indentation": Explanation("a tab indents this line", _SPACES),
    "block sequence entries are not allowed in this context": Explanation(
        "a list item, '-', is not allowed here", "start the list on a line of its own"
    ),
    "mapping keys are not allowed in this context": Explanation("a '?' is not allowed here", _QUOTE),
    "did not find expected node content": Explanation("a value is missing here"),
    "did not find expected alphabetic or numeric character": Explanation(
        "a name must follow '*' or '&'", 'put the text in quotes, as in "*"'
    ),
    "found unknown escape character": Explanation(
        "this escape is unknown in double quotes", "double the backslash, or use single quotes"
    ),
    "found invalid Unicode character escape code": Explanation("there is no such Unicode character"),
    "did not find expected comment or line break": Explanation(
        "only a comment may follow here", "start the text on the next line"
    ),
    "did not find expected <document start>": Explanation(
        "kustomize reads no directives", "remove the line that starts with '%'"
    ),
    "found undefined tag handle": Explanation("this tag is not defined", _QUOTE),
}
_OPEN: Final = {
    "did not find expected ',' or ']'": Explanation(
        "a ',' or the closing ']' is missing", "the list starts in line {}"
    ),
    "did not find expected ',' or '}'": Explanation("a ',' or the closing '}' is missing", "the map starts in line {}"),
    "found unexpected end of stream": Explanation("a quote is not closed", "it is opened in line {}"),
}


def explain(problem: str, character: str, start: int | None) -> Explanation:
    """Explain a problem of the parser.

    Args:
        problem: As libyaml says it.
        character: The one it stopped at; empty at the end of the text.
        start: The line where what it was reading starts.
    """
    if problem == "found character that cannot start any token":
        if character == "\t":
            return Explanation("a tab indents this line", _SPACES)
        return Explanation(f"no value can start with '{character}'", _QUOTE)
    if problem in _OPEN:
        message, hint = _OPEN[problem]
        return Explanation(message, str(hint).format(start))
    return _PROBLEMS.get(problem, Explanation(problem))


def explain_bytes(reason: str, character: int) -> Explanation:
    """Explain why a text could not be decoded.

    Args:
        reason: As libyaml says it.
        character: The code point or byte it stopped at.
    """
    if reason == "control characters are not allowed":
        return Explanation(
            f"the character U+{character:04X} is not allowed in YAML", "remove it, or escape it in quotes"
        )
    return Explanation("the file is not UTF-8", "save it as UTF-8")
