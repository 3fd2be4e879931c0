"""Maps and lists whose name speaks of credentials: ``credentials: {key: …}`` in a custom resource.

Nobody knows which of their fields hold a secret, so all do, but for what says where a secret is: names of resources,
and what Kubernetes itself has under such names. A preview that hides the key in a selector loses little, one that shows
the key of an API loses all.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kgen.fieldpath import ItemKey, Segment
from kgen.redaction import are_sensitive

_NAMING: Final = frozenset({"name", "namespace", "kind", "apiVersion", "secretName", "valueFrom"})
_SOURCE: Final = frozenset({"secretName", "name", "items", "defaultMode", "optional"})
"""What a volume says of a Secret: https://kubernetes.io/docs/concepts/storage/projected-volumes/"""
_NO_SECRETS: Final = frozenset({"serviceAccountToken"})
"""Names that Kubernetes has for something else; the values are where a token is put, and for whom."""


def holds_secrets(name: object, value: Any, above: object) -> bool:
    """Whether all that is in a map or list is to be hidden.

    Args:
        name: What it is called.
        value: What it is.
        above: What the map that it is in is called; in a schema the names are those of other things.
    """
    if not isinstance(value, dict | list) or not are_sensitive(name) or name in _NO_SECRETS or above == "properties":
        return False
    return not (isinstance(value, dict) and _is_source(value))


def _is_source(value: dict[Any, Any]) -> bool:
    return value.keys() <= _SOURCE and ("secretName" in value or isinstance(value.get("items"), list))


def names_something(key: object) -> bool:
    """Whether a field in such a map says where a secret is, or what it is for: ``secretKeyRef``, ``name``."""
    return key in _NAMING or (isinstance(key, str) and key.endswith(("Ref", "Refs")))


def inside(segments: Sequence[Segment]) -> Iterator[bool]:
    """For each step of a path whether it is in something that holds secrets."""
    hidden, above = False, None
    for segment in segments:
        yield hidden
        if not isinstance(segment, str):
            continue
        hidden = not names_something(segment) if hidden else holds_secrets(segment, [], above)
        above = segment


def without_values(segment: ItemKey) -> ItemKey:
    """An item of a list that holds secrets, told by its name only."""
    return ItemKey(tuple((key, value if names_something(key) else "…") for key, value in segment.fields))
