"""The hash that ends the name of a generated ConfigMap or Secret.

https://github.com/kubernetes-sigs/kustomize/blob/master/api/hasher/hasher.go: the first ten hexadecimal digits of
the SHA-256 of the content as Go writes JSON, some digits spelt as letters so that no word comes out. The name is
meant to count too, but kustomize looks it up wrongly and always finds the empty string.
"""

from typing import Any

from kgen.errors import Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.scalars import is_scalar, text
from kgen.yamlio.scalars import format_json
from kgen.yamlio.written import unwritten

_LETTERS = str.maketrans("013ae", "ghkmt")
_GO_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


_NAME = "metadata/name"
_HASHED = ("data", "binaryData", "stringData", "type")


def add_hashes(collection: Collection) -> None:
    """End the names of what needs a hash.

    Raises:
        Unsupported: A hash is asked for something that is neither ConfigMap nor Secret.
    """
    hashed = [draft for draft in collection if draft.needs_hash]
    for draft in hashed:
        suffix = content_hash(draft)
        draft.remember()
        draft.set_metadata("name", f"{draft.name}-{suffix}")
    collection.refresh(hashed)


def content_hash(draft: Draft) -> str:
    """The ten characters that end its name.

    Raises:
        Unsupported: The kind is neither ConfigMap nor Secret; kustomize then hashes what it has in memory. Or there is
            a -0.0, of which it hashes the sign now and then, a null, of which it hashes the word that is written, or a
            field with the name that it looks up.
    """
    if _NAME in draft.body:
        what = f"a hash of {draft.id}, which has a field '{_NAME}' beside its data"
        raise Unsupported(what, origin=draft.origin, hint="remove the field")
    for key in _HASHED:
        value = draft.body.get(key)
        if value is None and key in draft.body and not draft.is_empty(draft.body, key):
            what = f"the '{key}' of {draft.id} that is null, where its content is hashed"
            raise Unsupported(what, origin=draft.origin, hint="leave it out")
        if has_negative_zero(value):
            what = f"the number -0.0 in the '{key}' of {draft.id}, whose content is hashed"
            raise Unsupported(what, origin=draft.origin, hint="write 0, or put it in quotes")
    body, kind = {key: _plain(draft.body[key]) for key in _HASHED if key in draft.body}, draft.gvk.kind
    if kind == "ConfigMap":
        content = {"data": _value(body, "data"), "kind": kind, "name": ""} | _map(body, "binaryData")
    elif kind == "Secret":
        content = {"data": _value(body, "data"), "kind": kind, "name": "", "type": _value(body, "type")}
        content |= _map(body, "stringData")
    else:
        raise Unsupported(f"a content hash for {draft.id}: only ConfigMaps and Secrets have one", origin=draft.origin)
    from hashlib import sha256  # costs 5 ms, and most builds hash nothing

    return sha256(go_json(content).encode()).hexdigest()[:10].translate(_LETTERS)


def _plain(value: Any) -> Any:
    """What is hashed of a value: of a scalar the text that is written for it, which notes tell."""
    return value if is_scalar(value) else unwritten(value)


def has_negative_zero(value: Any) -> bool:
    """Whether some data has a zero that is written with a sign."""
    if isinstance(value, dict | list):
        return any(map(has_negative_zero, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int | float) and not value and text(value).startswith("-")


def go_json(value: Any) -> str:
    """JSON as Go's encoder writes it: keys sorted, no spaces, ``<>&`` escaped."""
    import json  # as above

    if isinstance(value, dict):
        return "{" + ",".join(f"{go_json(key)}:{go_json(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(go_json, value)) + "]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_json(float(value))
    return json.dumps(value, ensure_ascii=False).translate(_GO_ESCAPES)


def _value(body: dict[str, Any], key: str) -> Any:
    if key not in body:
        return ""
    value = body[key]
    return text(value) if is_scalar(value) else _as_map(value)


def _map(body: dict[str, Any], key: str) -> dict[str, Any]:
    return {key: _as_map(body[key])} if isinstance(body.get(key), dict | list) else {}


def _as_map(value: Any) -> dict[str, Any] | None:
    """What Go reads into a map, which a list does not fit."""
    return value if isinstance(value, dict) else None
