"""The comparisons as they may be shown: one pass over everything that a renderer could print.

Bodies are masked first, and every value of a change is then read from them, so that no way leads around. Equal secrets
have equal tokens: that one changed is always seen, what it is never.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from kgen.fieldpath import FieldPath, ItemKey, Segment
from kgen.preview.comparison import Comparison, FieldChange, Finding, ResourceChange, Steps
from kgen.preview.credential_maps import holds_secrets, inside, names_something, without_values
from kgen.preview.secret_values import SECRET_FIELDS, Names, is_secret, leaves, plain, spellings, written
from kgen.preview.texts import data_of
from kgen.redaction import Redactor, are_sensitive, is_flag, is_login, is_sensitive
from kgen.resource import Body, Resource

_OWN_NAME: Final = ("name", "namespace")
_REFERENCES: Final = ("$(", "${", "{{")
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def mask(comparisons: Sequence[Comparison], states: Iterable[Resource]) -> list[Comparison]:
    """The comparisons without secrets.

    Args:
        comparisons: What is to be shown.
        states: All resources of all states: what their Secrets hold is masked wherever it stands.
    """
    masks = _Masks(Redactor(_known(comparisons, states)))
    return [masks.comparison(comparison) for comparison in comparisons]


def secrets_in(comparisons: Sequence[Comparison], states: Iterable[Resource]) -> frozenset[str]:
    """All that is masked in the resources that the comparisons speak of; see `mask`."""
    masks = _Masks(Redactor(_known(comparisons, states)))
    for body in _bodies(comparisons):
        masks.body(body)
    return masks.secrets


def _known(comparisons: Sequence[Comparison], states: Iterable[Resource]) -> Iterator[str]:
    names = Names(comparisons)
    found = {*written(states), *_in_texts(comparisons)}
    return (secret for secret in found if not names.has(secret))


def _bodies(comparisons: Sequence[Comparison]) -> Iterator[Body]:
    changes = (change for comparison in comparisons for change in comparison.resources)
    return (one.body for change in changes for one in (change.before, change.after) if one is not None)


def _in_texts(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """What is a secret by its place in data that a text holds: a Secret's manifest in a ConfigMap above all."""
    for key, text in set(_texts_of(comparisons)):
        found = data_of(key, text)
        masks = _Masks(Redactor())
        for document in found if isinstance(found, list) else [found]:
            masks.body(document) if isinstance(document, dict) else masks.value(document, None)
        for secret in masks.secrets:
            yield from spellings(secret)


def _texts_of(comparisons: Sequence[Comparison]) -> Iterator[tuple[str, str]]:
    """The texts of ConfigMaps, and JSON wherever it stands, each with what it is called."""
    for body in _bodies(comparisons):
        data = body.get("data") if body.get("kind") == "ConfigMap" else None
        for key, text in data.items() if isinstance(data, dict) else ():
            if isinstance(text, str):
                yield str(key), text
        yield from (("", text) for text in leaves(body) if text.startswith(("{", "[")))


class _Masks:
    """The pass, with the tokens given out so far."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    @property
    def secrets(self) -> frozenset[str]:
        """What has got a token so far."""
        return self._redactor.secrets

    def comparison(self, comparison: Comparison) -> Comparison:
        return replace(
            comparison,
            name=self._redactor.credentials(comparison.name),
            against=self._redactor.credentials(comparison.against),
            resources=tuple(map(self.change, comparison.resources)),
            findings=tuple(map(self._finding, comparison.findings)),
            notes=tuple(map(self._redactor.text, comparison.notes)),
        )

    def change(self, change: ResourceChange) -> ResourceChange:
        before, after = self._resource(change.before), self._resource(change.after)
        fields = tuple(self._field(field, before, after) for field in change.fields)
        return replace(change, before=before, after=after, fields=fields, reason=self._text(change.reason))

    def _finding(self, finding: Finding) -> Finding:
        paths = tuple(map(self._path, finding.paths))
        return finding._replace(
            message=self._redactor.text(finding.message), hint=self._text(finding.hint), paths=paths
        )

    def _text(self, text: str | None) -> str | None:
        return None if text is None else self._redactor.text(text)

    def _resource(self, resource: Resource | None) -> Resource | None:
        return None if resource is None else replace(resource, body=self.body(resource.body))

    def body(self, body: Body) -> Body:
        """A resource's; what it is called is no secret, whatever it is made of."""
        secret_fields = SECRET_FIELDS if is_secret(body) else ()
        shown = {
            self._key(key): self._secret(value, key) if key in secret_fields else self._inner_value(key, body, None)
            for key, value in body.items()
        }
        metadata = body.get("metadata")
        if isinstance(metadata, dict):
            shown["metadata"] |= {key: metadata[key] for key in _OWN_NAME if key in metadata}
        return shown

    def _secret(self, value: Any, field: str) -> Any:
        if isinstance(value, dict):
            return {key: self._secret(inner, field) for key, inner in value.items()}
        return value if value is None else self._redactor.token(plain(value, field))

    def value(self, value: Any, name: object) -> Any:
        """A value below a field of this name."""
        if isinstance(value, dict):
            return {self._key(key): self._inner_value(key, value, name) for key in value}
        if isinstance(value, list):
            is_secret_list = are_sensitive(name)
            return [
                self._redactor.token(item)
                if isinstance(item, str) and item and (is_secret_list or _is_behind_flag(value, index))
                else self.value(item, name)
                for index, item in enumerate(value)
            ]
        if not isinstance(value, str) or not value:
            return value
        is_whole = (
            name == _LAST_APPLIED or is_login(name, value) or (is_sensitive(name) and not value.startswith(_REFERENCES))
        )
        return self._redactor.token(value) if is_whole else self._redactor.text(value)

    def _inner_value(self, key: Any, within: Body, above: object) -> Any:
        """A value in a map that is called like `above`."""
        value, name = within[key], _called(key, within, above)
        return self._whole(value) if holds_secrets(name, value, above) else self.value(value, name)

    def _whole(self, value: Any) -> Any:
        """All that is in something that holds secrets; switches, and what only names a secret, are none."""
        if isinstance(value, dict):
            return {
                self._key(key): self.value(inner, key) if names_something(key) else self._whole(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._whole(item) for item in value]
        if value in (None, "") or isinstance(value, bool) or str(value).startswith(_REFERENCES):
            return value
        return self._redactor.token(str(value))

    def _field(self, field: FieldChange, before: Resource | None, after: Resource | None) -> FieldChange:
        field = self._placed(field)
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

    def _placed(self, field: FieldChange) -> FieldChange:
        """Where it is, without the secrets that keys and names of items may hold."""
        was, is_now = (
            None if at is None else tuple(step if isinstance(step, int) else self._key(step) for step in at)
            for at in (field.before_at, field.after_at)
        )
        return replace(field, path=self._path(field.path), before_at=was, after_at=is_now)

    def _path(self, path: FieldPath) -> FieldPath:
        pairs = zip(path.segments, inside(path.segments), strict=True)
        return FieldPath(
            tuple(
                self._segment(without_values(one) if hidden and isinstance(one, ItemKey) else one)
                for one, hidden in pairs
            )
        )

    def _segment(self, segment: Segment) -> Segment:
        if isinstance(segment, ItemKey):
            fields = segment.fields
            return ItemKey(tuple((key, self._redactor.text(v) if isinstance(v, str) else v) for key, v in fields))
        return segment if isinstance(segment, int) else self._key(segment)

    def _key(self, key: Any) -> Any:
        """A key is a name, but for a URL with credentials."""
        return self._redactor.credentials(key) if isinstance(key, str) and "://" in key else key

    def _inner(self, field: FieldChange) -> FieldChange:
        """A change within a text, by the names in it."""
        name = _name_of(field.path.segments)
        is_whole = list(inside((*field.path.segments, "")))[-1]
        if field.op == "reorder":
            before, after = ([self._redactor.text(word) for word in side] for side in (field.before, field.after))
        else:
            before, after = (
                self._whole(side) if is_whole else self.value(side, name) for side in (field.before, field.after)
            )
        return replace(self._placed(field), before=before, after=after)


def _is_behind_flag(arguments: Sequence[Any], index: int) -> bool:
    """Whether an argument is a secret by the one in front of it."""
    if not index:
        return False
    flag = arguments[index - 1]
    return is_flag(flag) or (flag == "-a" and "redis-cli" in arguments[:index])


def _called(key: Any, within: Body, name: object) -> object:
    """What names a value: for the ``value`` of a variable that is the variable, else what is above it."""
    return (within.get("name") or name) if key == "value" else key


def _name_of(segments: Sequence[Segment]) -> object:
    """As `_called`, of a place in a text."""
    steps = [each for each in segments if not isinstance(each, int)]
    if len(steps) > 1 and steps[-1] == "value":
        above = steps[-2]
        return dict(above.fields).get("name") if isinstance(above, ItemKey) else above
    return next((step for step in reversed(steps) if isinstance(step, str)), None)


def _at(resource: Resource | None, steps: Steps | None) -> Any:
    node: Any = None if resource is None or steps is None else resource.body
    for step in steps or () if node is not None else ():
        node = node[step]
    return node
