"""What the Secrets of a state hold, in every way in which it may be written elsewhere.

A password stands in a URL percent-encoded, in a ConfigMap in base64, and a file of passwords holds each of its lines.
Words of which names are made (``airflow``, ``postgres``) are no secrets, even where a Secret has them as the user's
name: a preview that hid them could not say what it speaks of.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote, quote_plus

from kgen.preview.comparison import Comparison
from kgen.resource import Body, Resource
from kgen.schema.pods import containers

SECRET_FIELDS: Final = ("data", "stringData")
"""The fields of a Secret whose values are secrets."""

_ASSIGNED: Final = re.compile(r"(?m)^[^\n=:]*[=:][ \t]*[\"']?([^\n\"']*?)[\"']?[ \t]*$")
_NAME: Final = re.compile(r"[A-Za-z0-9]+(?:[-._/][A-Za-z0-9]+)*")
_BETWEEN_WORDS: Final = re.compile(r"[-._/]")


def is_secret(body: Body) -> bool:
    """Whether a body is a Secret's."""
    return body.get("kind") == "Secret" and body.get("apiVersion") == "v1"


def plain(value: Any, field: str) -> str:
    """What a value of a Secret is, however it is written."""
    if field == "data" and isinstance(value, str):
        try:
            return base64.b64decode(value).decode("utf-8", "surrogateescape")
        except (binascii.Error, ValueError):
            return value
    return str(value)


def written(resources: Iterable[Resource]) -> Iterator[str]:
    """The values of all Secrets among them, and what they are elsewhere."""
    for resource in resources:
        for field in SECRET_FIELDS if is_secret(resource.body) else ():
            values = resource.body.get(field)
            for value in values.values() if isinstance(values, dict) else ():
                yield str(value)
                yield from spellings(plain(value, field))


def spellings(secret: str) -> Iterator[str]:
    """A secret as it may stand in other texts, and the parts of one that holds several."""
    yield base64.b64encode(secret.encode("utf-8", "surrogateescape")).decode()
    for part in {secret.strip(), *_parts(secret)}:
        yield part
        raw = part.encode("utf-8", "surrogateescape")
        yield from (quote(raw, safe=""), quote_plus(raw), quote(raw), json.dumps(part, ensure_ascii=False)[1:-1])


def _parts(secret: str) -> Iterator[str]:
    yield from _ASSIGNED.findall(secret)
    if secret.lstrip()[:1] in {"{", "["}:
        try:
            yield from leaves(json.loads(secret))
        except (ValueError, RecursionError):
            return


def leaves(value: Any) -> Iterator[str]:
    """All texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)


class Names:
    """The words of which the names in comparisons are made: of resources, namespaces, containers and images."""

    def __init__(self, comparisons: Iterable[Comparison]) -> None:
        changes = (change for comparison in comparisons for change in comparison.resources)
        resources = (one for change in changes for one in (change.before, change.after) if one is not None)
        self._words = {word for one in resources for name in _names(one) for word in _BETWEEN_WORDS.split(name)}

    def has(self, text: str) -> bool:
        """Whether a text is made of such words only."""
        return _NAME.fullmatch(text) is not None and self._words.issuperset(_BETWEEN_WORDS.split(text))


def _names(resource: Resource) -> Iterator[str]:
    yield from resource.id[1:]
    for _, container in containers(resource.body):
        yield str(container.get("name"))
        yield re.split("[:@]", str(container.get("image")))[0]
