"""Why a hand-written patch sets a field: the comment that stands above it there, else the name of its file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kgen import yamlio
from kgen.fieldpath import FieldPath, ItemKey, Segment
from kgen.resource import Body, ResourceId
from kgen.schema.merge_keys import MergeType, merge_type

Steps = tuple[str | int, ...]


class Said(NamedTuple):
    """A field that a patch speaks of, why it does, and where in the patch."""

    path: FieldPath
    reason: str
    steps: Steps


def reasons(text: str, patch: Any, file: str, before: Body) -> list[Said]:
    """The fields of one resource that a patch speaks of.

    Args:
        text: The patch as written.
        patch: The same as data: a strategic merge patch, or a list of JSON 6902 operations.
        file: What its file is called.
        before: The resource it is for.
    """
    notes = next(iter(yamlio.comments(text)), {})
    if isinstance(patch, list):
        return list(_operations(patch, notes, file, before))
    kind = merge_type(ResourceId.of(before).gvk)
    return [Said(FieldPath(path), _note(notes, steps) or file, steps) for path, steps in _leaves(patch, kind, (), ())]


def whole(text: str, file: str) -> str:
    """Why a resource is there: the comment above its first line, else the name of its file."""
    notes = next(iter(yamlio.comments(text)), {})
    return next((note for steps, note in notes.items() if len(steps) == 1), file)


def _note(notes: Mapping[Steps, str], steps: Steps) -> str:
    """The nearest comment, from the field up."""
    return next((notes[steps[:depth]] for depth in range(len(steps), 0, -1) if steps[:depth] in notes), "")


def _leaves(
    node: Any, kind: MergeType, path: tuple[Segment, ...], steps: Steps
) -> Iterator[tuple[tuple[Segment, ...], Steps]]:
    """The fields with a value of their own, by path in the resource and in the patch."""
    if isinstance(node, dict) and node and ("$patch" not in node or not path):
        for key, value in node.items():
            if path or key not in ("apiVersion", "kind"):
                yield from _leaves(value, kind.field(key), (*path, key), (*steps, key))
    elif isinstance(node, list) and kind.keys and all(isinstance(item, dict) for item in node):
        for index, item in enumerate(node):
            key = ItemKey.of(item, kind.keys)
            yield from _item(item, key, kind, (*path, key), (*steps, index))
    elif path[:2] not in (("metadata", "name"), ("metadata", "namespace")):
        yield path, steps


def _item(
    item: Body, key: ItemKey, kind: MergeType, path: tuple[Segment, ...], steps: Steps
) -> Iterator[tuple[tuple[Segment, ...], Steps]]:
    """The fields of a list item beside those that tell which it is."""
    named = {name for name, _ in key.fields}
    said = {name: value for name, value in item.items() if name not in named}
    if not said or "$patch" in said:
        yield path, steps
        return
    for name, value in said.items():
        yield from _leaves(value, kind.item().field(name), (*path, name), (*steps, name))


def _operations(patch: Sequence[Any], notes: Mapping[Steps, str], file: str, before: Body) -> Iterator[Said]:
    for index, operation in enumerate(patch):
        if isinstance(operation, dict) and operation.get("op") != "test":
            path = _by_key(str(operation.get("path", "")), before)
            yield Said(path, _note(notes, (index, "op")) or _note(notes, (index, "path")) or file, (index,))


def _by_key(pointer: str, body: Any) -> FieldPath:
    """A JSON pointer with list items by name, as they keep it wherever they move."""
    found: list[Segment] = []
    node = body
    for part in pointer.split("/")[1:]:
        step = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, list):
            found.append(step)
            node = node.get(step) if isinstance(node, dict) else None
        elif step.isdigit() and int(step) < len(node):
            node = node[int(step)]
            named = isinstance(node, dict) and isinstance(node.get("name"), str)
            found.append(ItemKey((("name", node["name"]),)) if named else int(step))
        else:
            break
    return FieldPath(tuple(found))
