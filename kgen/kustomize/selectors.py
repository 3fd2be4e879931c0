"""Which resources a patch or replacement speaks of: anchored regular expressions, and label selectors."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from kgen.errors import InputError
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.regex import compiled

Matcher = Callable[[str], bool]

_LITERAL = re.compile(r"(?:[\w/:@ -]|\\\.)+", re.ASCII)
"""A regular expression that only its own text matches, dots escaped."""


class Selector(NamedTuple):
    """Conditions that all hold; an empty one always does.

    All but the last two are regular expressions (https://github.com/google/re2/wiki/Syntax) for the whole text.
    """

    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    label_selector: str = ""
    annotation_selector: str = ""

    def __str__(self) -> str:
        return (
            ", ".join(f"{key}: {value}" for key, value in zip(self._fields, self, strict=True) if value) or "anything"
        )


def select(selector: Selector, collection: Collection) -> Iterator[Draft]:
    """The drafts it selects: by their type now, and by their first or present name and namespace.

    Most name just one resource, which is looked up.

    Raises:
        InputError: A regular expression or a label selector is wrong.
        Unsupported: A regular expression is not one that can be matched here.
    """
    matchers = [pattern(text) for text in selector[:5]]
    labels, annotations = selector.label_selector, selector.annotation_selector
    literal = _LITERAL.fullmatch(selector.name)
    for draft in collection.named(re.sub(r"\\(.)", r"\1", selector.name)) if literal else collection:
        # What is wrong with a selector of labels is wrong only for what the rest selects.
        if (
            _selects(matchers, draft)
            and (not labels or _holds(requirements(labels), draft.strings("labels")))
            and (not annotations or _holds(requirements(annotations), draft.strings("annotations")))
        ):
            yield draft


def _selects(matchers: list[Matcher], draft: Draft) -> bool:
    group, version, kind, name, namespace = matchers
    gvk = draft.gvk
    if not (kind(gvk.kind) and group(gvk.group) and version(gvk.version)):
        return False
    now = draft.name
    first = draft.former[0] if draft.former else None
    if not (name(now) or (first is not None and name(first[2]))):
        return False
    return namespace is _always or namespace(draft.first_key().namespace) or namespace(draft.key.namespace)


@cache
def pattern(text: str) -> Matcher:
    """A matcher of whole texts; an empty pattern matches everything.

    Raises:
        InputError: It is no regular expression.
        Unsupported: It is one that cannot be matched here.
    """
    if not text:
        return _always
    if re.fullmatch(r"[\w/:@ -]*", text, re.ASCII):
        return text.__eq__
    compiled(text)  # by itself, so that no parenthesis closes the one around it
    return cache(compiled(f"^(?:{text})$").search)


def _always(_: str) -> bool:
    return True


class Requirement(NamedTuple):
    """One condition of a label selector; without values the key alone counts."""

    key: str
    operator: str
    values: frozenset[str]

    def holds(self, labels: dict[str, str]) -> bool:
        """Whether these labels fulfil it."""
        found = labels.get(self.key)
        if self.operator in ("!=", "notin"):
            return found not in self.values
        if self.operator == "!":
            return found is None
        if self.operator in ("<", ">"):
            return found is not None and _compares(found, self.operator, next(iter(self.values)))
        return found is not None and (self.operator == "exists" or found in self.values)


def _holds(requirements: tuple[Requirement, ...], labels: dict[str, str]) -> bool:
    return all(requirement.holds(labels) for requirement in requirements)


def _compares(found: str, operator: str, limit: str) -> bool:
    if not _is_int64(found):
        return False
    return int(found) > int(limit) if operator == ">" else int(found) < int(limit)


def _is_int64(text: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9]{1,99}", text) is not None and -(2**63) <= int(text) < 2**63


_SPACES = " \t\r\n"
_TOKEN = re.compile(rf"[{_SPACES}]*(==|!=|[=!(),<>]|[^=!(),<>{_SPACES}]+)[{_SPACES}]*")
_OPERATORS = frozenset(("=", "==", "!=", "<", ">", "(", ")", "!"))
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_PREFIX = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


@cache
def requirements(text: str) -> tuple[Requirement, ...]:
    """Read a label selector: ``app=web,tier in (a, b),!old``.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors

    Raises:
        InputError: It cannot be read.
    """
    tokens = deque(_TOKEN.findall(text.strip(_SPACES)))
    if "".join(tokens) != re.sub(f"[{_SPACES}]", "", text):
        raise _bad(text)
    found = []
    while tokens:
        found.append(_requirement(tokens, text))
        if tokens and (tokens.popleft() != "," or not tokens):
            raise _bad(text)
    return tuple(found)


def _requirement(tokens: deque[str], text: str) -> Requirement:
    operator = "exists"
    key = tokens.popleft()
    if key == "!":
        operator, key = "!", tokens.popleft() if tokens else ""
    prefix, slash, name = key.rpartition("/")
    if not _NAME.fullmatch(name) or (slash and not _PREFIX.fullmatch(prefix)):
        raise _bad(text)
    values: list[str] = []
    if tokens and tokens[0] != ",":
        if operator == "!":
            raise _bad(text)
        operator = tokens.popleft()
        values = _values(operator, tokens, text)
    if any(value and not _NAME.fullmatch(value) for value in values):
        raise _bad(text)
    return Requirement(key, {"==": "=", "in": "="}.get(operator, operator), frozenset(values))


def _values(operator: str, tokens: deque[str], text: str) -> list[str]:
    if operator in ("in", "notin"):
        if ")" not in tokens or tokens.popleft() != "(":
            raise _bad(text)
        listed = list(iter(tokens.popleft, ")"))
        if _OPERATORS & set(listed) or not _is_list(listed):
            raise _bad(text)
        return "".join(listed).split(",")
    if operator not in ("=", "==", "!=", "<", ">"):
        raise _bad(text)
    value = tokens.popleft() if tokens and tokens[0] != "," else ""
    if value in ("=", "==", "!=", "<", ">", "(", ")", "!") or (operator in "<>" and not _is_int64(value)):
        raise _bad(text)
    return [value]


def _is_list(tokens: list[str]) -> bool:
    """Whether commas part the values; two in a row stand for an empty one, but not at the end."""
    listed = "".join(tokens)
    commas = len(listed) - len(listed.rstrip(","))
    return all("," in pair for pair in pairwise(tokens)) and not (commas and commas % 2 == 0)


def _bad(text: str) -> InputError:
    return InputError(f"'{text}' is not a label selector", hint="write it like app=web,tier in (front, back),!old")


def matches_labels(selector: Selector, draft: Draft) -> bool:
    """Whether the labels and annotations are what the selector says; the rest of it does not count.

    Raises:
        InputError: A label selector is wrong.
    """
    labels, annotations = requirements(selector.label_selector), requirements(selector.annotation_selector)
    return _holds(labels, draft.strings("labels")) and _holds(annotations, draft.strings("annotations"))
