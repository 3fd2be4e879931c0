"""The comparisons as they may be shown: one pass over everything that a renderer could print.

Bodies are masked first, and every value of a change is then read from them, so that no way leads around. Equal secrets
have equal tokens: that one changed is always seen, what it is never.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from kgen.preview.comparison import Comparison, FieldChange, Finding, ResourceChange, Steps
from kgen.redaction import Redactor, is_flag, is_sensitive
from kgen.resource import Body, Resource

_SECRET_FIELDS: Final = ("data", "stringData")
_ASSIGNED: Final = re.compile(r"(?m)^[^\n=:]*[=:][ \t]*[\"']?([^\n\"']*?)[\"']?[ \t]*$")
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def mask(comparisons: Sequence[Comparison], states: Iterable[Resource]) -> list[Comparison]:
    """The comparisons without secrets.

    Args:
        comparisons: What is to be shown.
        states: All resources of all states: what their Secrets hold is masked wherever it stands.
    """
    masks = _Masks(Redactor(_known(states)))
    return [masks.comparison(comparison) for comparison in comparisons]


def holds_secrets(change: ResourceChange) -> bool:
    """Whether a change cannot be told without telling a secret."""
    masked = _Masks(Redactor()).change(change)
    if change.op != "change":
        return masked.resource.body != change.resource.body
    return [(field.before, field.after) for field in masked.fields] != [
        (field.before, field.after) for field in change.fields
    ]


def _known(states: Iterable[Resource]) -> Iterator[str]:
    for resource in states:
        if _is_secret(resource.body):
            for field in _SECRET_FIELDS:
                values = resource.body.get(field)
                for value in values.values() if isinstance(values, dict) else ():
                    plain = _plain(value, field)
                    yield from (str(value), plain.strip(), *_ASSIGNED.findall(plain))


def _is_secret(body: Body) -> bool:
    return body.get("kind") == "Secret" and body.get("apiVersion") == "v1"


def _plain(value: Any, field: str) -> str:
    """What a value of a Secret is, however it is written."""
    if field == "data" and isinstance(value, str):
        try:
            return base64.b64decode(value).decode("utf-8", "surrogateescape")
        except (binascii.Error, ValueError):
            return value
    return str(value)


class _Masks:
    """The pass, with the tokens given out so far."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def comparison(self, comparison: Comparison) -> Comparison:
        return replace(
            comparison,
            resources=tuple(map(self.change, comparison.resources)),
            findings=tuple(map(self._finding, comparison.findings)),
            notes=tuple(map(self._redactor.text, comparison.notes)),
        )

    def change(self, change: ResourceChange) -> ResourceChange:
        before, after = self._resource(change.before), self._resource(change.after)
        fields = tuple(self._field(field, before, after) for field in change.fields)
        return replace(change, before=before, after=after, fields=fields, reason=self._text(change.reason))

    def _finding(self, finding: Finding) -> Finding:
        return finding._replace(message=self._redactor.text(finding.message), hint=self._text(finding.hint))

    def _text(self, text: str | None) -> str | None:
        return None if text is None else self._redactor.text(text)

    def _resource(self, resource: Resource | None) -> Resource | None:
        return None if resource is None else replace(resource, body=self._body(resource.body))

    def _body(self, body: Body) -> Body:
        if not _is_secret(body):
            return {key: self._value(value, key) for key, value in body.items()}
        return {
            key: self._secret(value, key) if key in _SECRET_FIELDS else self._value(value, key)
            for key, value in body.items()
        }

    def _secret(self, value: Any, field: str) -> Any:
        if isinstance(value, dict):
            return {key: self._secret(inner, field) for key, inner in value.items()}
        return value if value is None else self._redactor.token(_plain(value, field))

    def _value(self, value: Any, name: object) -> Any:
        """A value below a field of this name."""
        if isinstance(value, dict):
            variable = value.get("name") if "value" in value else None
            return {key: self._value(inner, variable if key == "value" else key) for key, inner in value.items()}
        if isinstance(value, list):
            return [
                self._redactor.token(item) if index and isinstance(item, str) and is_flag(value[index - 1])
                else self._value(item, name)
                for index, item in enumerate(value)
            ]  # fmt: skip
        if not isinstance(value, str) or not value:
            return value
        is_whole = name == _LAST_APPLIED or (is_sensitive(name) and not value.startswith(("$(", "${", "{{")))
        return self._redactor.token(value) if is_whole else self._redactor.text(value)

    def _field(self, field: FieldChange, before: Resource | None, after: Resource | None) -> FieldChange:
        if field.op == "reorder":
            words = [[self._redactor.text(word) for word in side] for side in (field.before, field.after)]
            return replace(field, before=words[0], after=words[1], reason=self._text(field.reason))
        return replace(
            field,
            before=_at(before, field.before_at),
            after=_at(after, field.after_at),
            inner=tuple(map(self._inner, field.inner)),
            reason=self._text(field.reason),
        )

    def _inner(self, field: FieldChange) -> FieldChange:
        """A change within a text, by the names in it."""
        name = next((step for step in reversed(field.path.segments) if isinstance(step, str)), None)
        if name == "value" and len(field.path.segments) > 1:
            fields = getattr(field.path.segments[-2], "fields", ())
            name = next((value for key, value in fields if key == "name"), name)
        if field.op == "reorder":
            before, after = ([self._redactor.text(word) for word in side] for side in (field.before, field.after))
        else:
            before, after = self._value(field.before, name), self._value(field.after, name)
        return replace(field, before=before, after=after)


def _at(resource: Resource | None, steps: Steps | None) -> Any:
    node: Any = None if resource is None or steps is None else resource.body
    for step in steps or () if node is not None else ():
        node = node[step]
    return node
