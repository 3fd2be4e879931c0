"""What stands between brackets.

kustomize prints a resource and reads it again, with the brackets that its file has: between them an empty text without
a type gets quotes and stays a text, elsewhere it becomes null.
"""

from collections.abc import Iterator
from typing import Any

from kgen.errors import Unsupported
from kgen.kustomize.draft import Draft, Layout
from kgen.origins import Path, children
from kgen.resource import Body


def patched(draft: Draft, patch: Body) -> None:
    """Note that a strategic merge patch was applied, which made all maps and lists anew."""
    layout = draft.layout
    is_known = isinstance(layout, Layout) and not layout.copied
    draft.layout = (
        layout._replace(patches=(*layout.patches, patch)) if isinstance(layout, Layout) and is_known else None
    )


def copied(draft: Draft, value: Any) -> None:
    """Note that a map or a list was put in that stood elsewhere before."""
    layout = draft.layout
    draft.layout = layout._replace(copied=(*layout.copied, value)) if isinstance(layout, Layout) else None


def stands_in_brackets(draft: Draft, holder: Any) -> bool:
    """Whether a map or a list of a resource stands between brackets, or in some that do.

    Raises:
        Unsupported: It came from elsewhere, or may have.
    """
    if isinstance(draft.layout, bool):
        return draft.layout
    path = next(_paths(draft.body, holder, ()))
    found = None if draft.layout is None else _found(draft.layout, draft.body, path)
    if found is None:
        where = ".".join(map(str, path)) or "the resource"
        what = f"an empty text in a new field of {where} of {draft.id}, which may stand between brackets"
        raise Unsupported(what, origin=draft.origin)
    return found


def _paths(node: Any, wanted: Any, path: Path) -> Iterator[Path]:
    if node is wanted:
        yield path
    for step, value in children(node):
        yield from _paths(value, wanted, (*path, step))


def _found(layout: Layout, node: Any, path: Path) -> bool | None:
    from kgen.yamlio.positions import brackets

    document, *steps = layout.place
    said = brackets(layout.text)[int(document)]
    patches: list[Any] = list(layout.patches)
    where: Path = tuple(steps)
    for step in (*path, ""):
        if any(node is one for one in layout.copied) or any(map(_replaces, patches)):
            return None
        if said.get(where):  # an empty map becomes as the patch has it
            return True if not patches or any(path[:-1] == where for path in said if path) else None
        if where not in said:  # a replacement made it, unless a patch or a merge brought it along
            return None if patches or (*where[:-1], "<<") in said else False
        if said[where] is None or (layout.patches and isinstance(step, int)):
            return None
        patches = [patch[step] for patch in patches if isinstance(patch, dict) and step in patch]
        where, node = (*where, step), node[step] if step != "" else None
    return False


def _replaces(patch: Any) -> bool:
    """Whether a patch may put something else there."""
    return not isinstance(patch, dict) or "$patch" in patch
