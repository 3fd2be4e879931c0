"""How a person's function names resources: ``KIND/NAME``, and where that is not enough, more of the identity."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kgen.errors import InputError
from kgen.overlay.function.journal import text
from kgen.overlay.spec import advice
from kgen.resource import Gvk, ResourceId

_PARTS = 3
_SHOWN = 12


class Name(NamedTuple):
    """What is asked for; None is not asked. The kind may tell its group, its version, or both."""

    namespace: str | None
    kind: str | None
    name: str | None

    @classmethod
    def of(cls, said: object) -> "Name":
        """Read ``Deployment/web`` or ``data/Deployment.apps/web``.

        Raises:
            InputError: It is neither.
        """
        parts = said.split("/") if isinstance(said, str) else []
        if len(parts) not in (_PARTS - 1, _PARTS) or not all(parts):
            raise InputError(f"{said!r} names no resource", hint='write KIND/NAME, as in resources["Deployment/web"]')
        return cls(parts[0] if len(parts) == _PARTS else None, parts[-2], parts[-1])


def matches(wanted: Name, body: Any) -> bool:
    """Whether a body has all that is asked for; one that is spoilt has nothing."""
    if wanted.name is not None and text(body, "metadata", "name") != wanted.name:
        return False
    if wanted.namespace is not None and (text(body, "metadata", "namespace") or "default") != wanted.namespace:
        return False
    return wanted.kind is None or _is_kind(wanted.kind, body)


def _is_kind(wanted: str, body: Any) -> bool:
    kind, _, more = wanted.partition(".")
    if text(body, "kind") != kind:
        return False
    group, _, version = text(body, "apiVersion").rpartition("/")
    return more in ("", group or version, f"{version}.{group}")


def identity(body: Any, what: str | None = None) -> ResourceId:
    """Who this resource is.

    Args:
        body: Its body.
        what: How to name it in an error; without it there is none, and what is missing stays empty.

    Raises:
        InputError: It is no resource.
    """
    if what is not None:
        _check(body, what)
    group, _, version = text(body, "apiVersion").rpartition("/")
    gvk = Gvk(group, version, text(body, "kind"))
    return ResourceId(gvk, text(body, "metadata", "namespace"), text(body, "metadata", "name"))


def _check(body: Any, what: str) -> None:
    hint = "every resource has apiVersion, kind and metadata.name"
    if not isinstance(body, dict):
        raise InputError(f"{what} is a {type(body).__name__}, not a dict", hint=hint)
    for keys in (("apiVersion",), ("kind",), ("metadata", "name")):
        if not text(body, *keys):
            raise InputError(f"{what} has no {'.'.join(keys)}, or one that is no text", hint=hint)
    if not isinstance(body["metadata"].get("namespace", ""), str):
        raise InputError(f"{what} has a metadata.namespace that is no text", hint="write text, or remove it")
    if body["kind"].endswith("List") and "items" in body:
        raise InputError(f"{what} is a {body['kind']}, which kustomize takes apart", hint="add its items one by one")


def spelled(known: Sequence[ResourceId]) -> dict[ResourceId, str]:
    """The shortest name of each that means it alone."""
    found: dict[ResourceId, str] = {}
    for spell in _SPELLINGS:
        names = {resource_id: spell(resource_id) for resource_id in known}
        count = Counter(names.values())
        found = {one: found.get(one) or (name if count[name] == 1 else "") for one, name in names.items()}
    return {one: name or _in_full(one) for one, name in found.items()}


def _with_group(one: ResourceId) -> str:
    return f"{one.gvk.kind}.{one.gvk.group or one.gvk.version}/{one.name}"


def _with_namespace(one: ResourceId) -> str:
    return f"{one.key.namespace}/{one.gvk.kind}/{one.name}"


def _in_full(one: ResourceId) -> str:
    version = ".".join(filter(None, (one.gvk.version, one.gvk.group)))
    return f"{one.key.namespace}/{one.gvk.kind}.{version}/{one.name}"


_SPELLINGS = (str, _with_group, _with_namespace)


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """What is like the word, or else the first few there are."""
    words = list(known)
    if len(words) <= _SHOWN:
        return advice.nearest(word, words, otherwise)
    hint = advice.nearest(word, words, "")
    return hint if hint.startswith("did") else f"{otherwise}: {', '.join(words[:_SHOWN])} … ({len(words)} in all)"
