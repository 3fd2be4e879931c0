"""Changes that a person does not want to see: by kind, name and path, each counted, none able to fail a run."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from kgen.errors import InputError
from kgen.fieldpath import Segment
from kgen.preview.comparison import Comparison, ResourceChange

_PART: Final = re.compile(r"""\[\s*"((?:[^"\\]|\\.)*)"\s*\]|(\[[^\]]*\])|([^.\[\]"]+)""")
_HINT: Final = "as in Deployment/web:spec.replicas, 'ConfigMap:data.*' or Secret/db"


class Rule(NamedTuple):
    """What is ignored; ``*`` in any part stands for any text.

    Attributes:
        kind: Of which kind, in letters of any case.
        name: Called what.
        path: Which field and all below it: keys, and list items in brackets (``[name=web]``); items that are not named
            are any. Empty is the whole resource, that it comes and goes too.
    """

    kind: str = "*"
    name: str = "*"
    path: tuple[str, ...] = ()

    def selects(self, change: ResourceChange) -> bool:
        """Whether it speaks of this resource."""
        known = change.id
        return fnmatchcase(known.gvk.kind.lower(), self.kind.lower()) and fnmatchcase(known.name, self.name)


def parse(text: str) -> Rule:
    """Read ``KIND[/NAME][:PATH]``.

    Raises:
        InputError: It is none.
    """
    whom, _, path = text.partition(":")
    kind, slash, name = whom.partition("/")
    if not kind or (slash and not name):
        raise InputError(f"{text!r} does not say what to ignore", hint=_HINT)
    return Rule(kind, name or "*", path_of(path))


def path_of(text: str) -> tuple[str, ...]:
    """Read a path: ``spec.containers[name=web].image``, ``data["airflow.cfg"]``.

    Raises:
        InputError: It is none.
    """
    parts, position = [], 0
    for match in _PART.finditer(text):
        if text[position : match.start()] not in {"", "."}:
            break
        quoted, item, key = match.groups()
        parts.append(item or key or re.sub(r"\\(.)", r"\1", quoted))
        position = match.end()
    if position != len(text):
        raise InputError(f"{text!r} is no path of a field", hint=_HINT)
    return tuple(parts)


def ignore(comparison: Comparison, rules: Sequence[Rule]) -> Comparison:
    """The comparison without what the rules speak of, and how much that was."""
    if not rules:
        return comparison
    left = [_without(change, [rule for rule in rules if rule.selects(change)]) for change in comparison.resources]
    ignored = sum(_size(change) - _size(rest) for change, rest in zip(comparison.resources, left, strict=True))
    resources = tuple(change for change in left if change is not None)
    return replace(comparison, resources=resources, ignored=comparison.ignored + ignored)


def _size(change: ResourceChange | None) -> int:
    """How many changes it is: one for each field, one for a resource that comes or goes."""
    return 0 if change is None else max(len(change.fields), 1)


def _without(change: ResourceChange, rules: Iterable[Rule]) -> ResourceChange | None:
    """What is left of a change; None where nothing is."""
    paths = [rule.path for rule in rules]
    if () in paths:
        return None
    fields = tuple(f for f in change.fields if not any(_leads_to(path, f.path.segments) for path in paths))
    if len(fields) == len(change.fields):
        return change
    return replace(change, fields=fields) if fields else None


def _leads_to(path: Sequence[str], segments: Sequence[Segment]) -> bool:
    """Whether a field is the one that a path names, or below it."""
    rest = list(path)
    for segment in segments:
        if not rest:
            return True
        is_item = not isinstance(segment, str)
        if is_item and not rest[0].startswith("["):
            continue
        pattern = rest[0].strip("[]").strip() if is_item else rest[0]
        if not fnmatchcase(str(segment), pattern):
            return False
        del rest[0]
    return not rest
