"""The builtin ``ValueAddTransformer``: one text into fields, or into the file path that a field holds.

https://github.com/kubernetes-sigs/kustomize/blob/master/api/filters/valueadd/valueadd.go
"""

import posixpath
from typing import NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.fields import Place, is_position, show_notes
from kgen.kustomize.fieldspecs import split_path
from kgen.kustomize.scalars import check_key, is_scalar, kind_of, text, untyped
from kgen.kustomize.selectors import Selector, select
from kgen.kustomize.transformers.namespace import NamespaceTransformer

_NAMESPACE = "metadata/namespace"


class Target(NamedTuple):
    """Where the text goes.

    Attributes:
        select: In which resources; None is all.
        path: The field: keys joined by ``/``.
        position: Before which part of the path in the field it is put, from 1; 0 replaces the field.
    """

    select: Selector | None
    path: str
    position: int = 0


class ValueAddTransformer(NamedTuple):
    """Adds one text.

    Attributes:
        value: The text.
        targets: Where it goes.
    """

    value: str
    targets: tuple[Target, ...]

    def transform(self, collection: Collection) -> None:
        """Add it everywhere.

        Raises:
            InputError: A path leads through a plain value or a list, or ends in a map.
        """
        for target in self.targets:
            drafts = list(collection if target.select is None else select(target.select, collection))
            for draft in drafts:
                if target.path == _NAMESPACE:
                    NamespaceTransformer(self.value, ()).move(draft)
                else:
                    _add(draft, target, self.value)
            collection.refresh(drafts)


def _add(draft: Draft, target: Target, value: str) -> None:
    place = _place(draft, target.path)
    if place is None:
        if target.position:
            raise InputError(f"'{target.path}' of {draft.id} is below a null", origin=draft.origin)
        return
    old = place.value
    if not is_scalar(old):
        raise InputError(f"'{target.path}' of {draft.id} is a {kind_of(old)}, not a plain value", origin=draft.origin)
    if target.position and old is None:
        raise Unsupported(f"a path within null at '{target.path}' of {draft.id}", origin=draft.origin)
    new = inserted(text(old), target.position - 1, value) if target.position else value
    place.put(untyped(old, new))


def _place(draft: Draft, path: str) -> Place | None:
    """The field, made where it is missing; None below a null."""
    steps = [step for step in map(str.strip, split_path(path)) if step]
    if steps[:2] == ["metadata", "annotations"]:
        show_notes(draft)
        if "annotations" in draft.metadata and draft.metadata["annotations"] is None:
            raise Unsupported(f"a value for the annotations of {draft.id}, which are null", origin=draft.origin)
    place = Place({"": draft.body}, "")
    for number, step in enumerate(steps, 1):
        if is_position(step) or step in ("-", "*") or step.startswith("["):
            raise Unsupported(f"the step '{step}' in the fieldPath of a ValueAddTransformer", origin=draft.origin)
        node = place.value
        if node is None:
            return None
        if not isinstance(node, dict):
            raise InputError(f"a map is expected above '{step}' of {draft.id}", origin=draft.origin)
        if step not in node:
            check_key(step, draft.origin)
            node[step] = {} if number < len(steps) else ""
        place = Place(node, step)
    return place


def inserted(path: str, index: int, part: str) -> str:
    """A path with one more part before the one at an index; behind the last one if there are fewer."""
    parts = _split(path)
    index = min(index, len(parts))
    if index < len(parts) and not parts[0]:
        index += 1  # the root is no part
    parts.insert(index, part)
    return f"/{_join(parts[1:])}" if not parts[0] else _join(parts)


def _split(path: str) -> list[str]:
    """As Go splits them: an absolute one begins with an empty part, but one only."""
    parts = path.split("/") if path else []
    return parts[1:] if path == "/" or path.startswith("//") else parts


def _join(parts: list[str]) -> str:
    """As Go joins paths: without empty parts, and as short as can be said."""
    joined = "/".join(filter(None, parts))
    return posixpath.normpath(joined.replace("//", "/")) if joined else ""
