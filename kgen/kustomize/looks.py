"""What kustomize cannot print as it was written: it keeps comments and brackets, and reads again what it printed."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kgen.errors import Unsupported
from kgen.kustomize.draft import Draft
from kgen.kustomize.manifests import maps
from kgen.kustomize.scalars import text
from kgen.resource import Body
from kgen.schema.merge_keys import MergeType
from kgen.yamlio.brackets import NONE
from kgen.yamlio.libyaml import decoded

_BEHIND_BRACKETS = re.compile(r"[\]}][ \t]+#")


def check_patch(draft: Draft, patch: Draft, schema: MergeType) -> None:
    """Between brackets kustomize prints empty texts for nothing, quotes around times, and comments that break.

    Raises:
        Unsupported: The patch has such a thing, which a merge keeps.
    """
    _check_comments_behind_maps(draft, patch, schema)
    if draft.brackets == NONE:
        return
    nothing = {id(holder) for holder, _ in patch.empty}
    turns = patch.turns_in_brackets or (nothing and any(id(node) in nothing for node in _kept(patch.body, schema)))
    if turns and draft.brackets:
        raise Unsupported(
            f"a patch with an empty list item or a time for {draft.id}, where brackets may be around",
            origin=patch.origin,
            hint="write null, or put the time in quotes",
        )
    breaks = patch.commented and any(
        key in patch.commented for node in _added(patch.body, draft.body, schema) for key in node
    )
    if breaks and draft.brackets:
        raise Unsupported(
            f"a patch with a comment behind a key of what it adds to {draft.id}, where brackets may be around",
            origin=patch.origin,
            hint="put the comment on a line of its own",
        )


def _check_comments_behind_maps(draft: Draft, patch: Draft, schema: MergeType) -> None:
    """Such a comment stays with the item that a map between brackets is merged with, and breaks one that follows."""
    may_break = any(file.has_comment_behind_braces for file in patch.files)
    if not may_break or not _merges_items(patch.body, draft.body, schema):
        return
    if draft.brackets or any(file.has_several_braces for file in patch.files):
        raise Unsupported(
            f"a patch with a comment behind braces, which may be a list item's that is merged into {draft.id}",
            origin=patch.origin,
            hint="put the comment on a line of its own, or write the item without braces",
        )


def _merges_items(node: Any, old: Any, known: MergeType) -> bool:
    """Whether a patch changes an item of a list."""
    if isinstance(node, dict) and isinstance(old, dict):
        return any(_merges_items(value, old.get(key), known.field(text(key))) for key, value in node.items())
    return isinstance(node, list) and isinstance(old, list) and bool(known.keys and node and old)


def _kept(node: Any, known: MergeType, *, is_whole: bool = False) -> Iterator[Body]:
    """The maps in lists that a patch brings as a whole: elsewhere a merge writes keys anew and drops empty ones."""
    if isinstance(node, dict):
        if is_whole:
            yield node
        for key, value in node.items():
            yield from _kept(value, known.field(text(key)), is_whole=is_whole)
    for item in node if isinstance(node, list) else ():
        yield from _kept(item, known.item(), is_whole=is_whole or not known.keys)


def _added(node: Any, old: Any, known: MergeType) -> Iterator[Body]:
    """The maps of a patch that become part of a resource as they are, since it has none there.

    An item without merge keys may take what the others would be merged with.
    """
    if isinstance(node, dict) and isinstance(old, dict) and "$patch" not in node:
        for key, value in node.items():
            yield from _added(value, old.get(key), known.field(text(key)))
    elif isinstance(node, list) and isinstance(old, list) and known.keys and all(_has_key(one, known) for one in node):
        for item in node:
            same = (one for one in old if isinstance(one, dict) and isinstance(item, dict) and _alike(item, one, known))
            yield from _added(item, next(same, None), known.item())
    else:
        yield from maps(node)


def _has_key(item: Any, known: MergeType) -> bool:
    return isinstance(item, dict) and any(text(item.get(key)) for key in known.keys)


def _alike(item: Body, other: Body, known: MergeType) -> bool:
    return all(text(item.get(key)) == text(other.get(key)) for key in known.keys)


def check_comments(draft: Draft, emptied: list[str], patch: Draft) -> None:
    """Kustomize cannot read again what it prints of an empty map or list whose key has a comment behind it.

    Raises:
        Unsupported: The patch leaves such a one.
    """
    # A comment behind brackets comes before what follows them in the resource.
    moves = bool(emptied) and any(map(_BEHIND_BRACKETS.search, map(decoded, patch.brackets.texts)))
    for key in emptied:
        if moves or key in draft.commented or key in patch.commented:
            raise Unsupported(
                f"a patch that leaves nothing in '{key}' of {draft.id}, where a comment may be behind its key",
                origin=patch.origin,
                hint="put comments on lines of their own",
            )


def check_copy(draft: Draft, steps: Sequence[str], source: Draft, value: Any) -> None:
    """The same for a map or list of another resource, that is copied to a path.

    Raises:
        Unsupported: It has such a thing.
    """
    nothing = {id(holder) for holder, _ in source.empty}
    turns = source.turns_in_brackets or any(
        id(node) in nothing or not source.commented.isdisjoint(node) for node in maps(value)
    )
    if turns and draft.brackets.around(steps):
        raise Unsupported(
            f"a replacement that copies nothing, a time or comments to {draft.id}, where brackets may be around",
            origin=source.origin,
            hint="write null, put times in quotes, and comments on lines of their own",
        )
