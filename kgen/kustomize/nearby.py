"""What a person may have meant by a path that leads nowhere, or a resource that is not there. Only for errors."""

import difflib
import posixpath
from collections.abc import Callable, Iterator, Mapping

from kgen.filesystem import FileSystem
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft

_CLOSE = 0.6
Accept = Callable[[str], bool]
Choose = Callable[[str, list[str]], str | None]


def path(fs: FileSystem, folder: str, missing: str, accept: Accept) -> str | None:
    """The path that was probably meant.

    A name in other capitals or with another ending comes first, then one a folder higher or lower, then one that is
    spelt alike.

    Args:
        fs: Where to look.
        folder: The absolute folder from which the path is meant.
        missing: The path, relative.
        accept: Whether an absolute path will do.

    Returns:
        A relative path that is there, or None where nothing is near.
    """
    found = _respelt(fs, folder, missing, _same_but_for_case_or_ending)
    if found is None or not accept(posixpath.join(folder, found)):
        found = next((near for near in _moved(fs, folder, missing) if accept(posixpath.join(folder, near))), None)
    found = found or _respelt(fs, folder, missing, _alike)
    return found if found and accept(posixpath.join(folder, found)) else None


def _respelt(fs: FileSystem, folder: str, missing: str, choose: Choose) -> str | None:
    """The path with each part that is not there replaced by the chosen one of those that are."""
    found = ""
    for part in missing.rstrip("/").split("/"):
        here = posixpath.normpath(posixpath.join(folder, found))
        names = fs.names(here)
        chosen = part if part in ("", ".", "..") or part in names else choose(part, names)
        if chosen is None:
            return None
        found = posixpath.join(found, chosen)
    return found


def _same_but_for_case_or_ending(name: str, names: list[str]) -> str | None:
    for fold in (str.casefold, lambda one: posixpath.splitext(one)[0].casefold()):
        found = [other for other in names if fold(other) == fold(name)]
        if found:
            return found[0]
    return None


def _alike(name: str, names: list[str]) -> str | None:
    """The ending alone makes no two names alike."""
    stems = {posixpath.splitext(other)[0].casefold(): other for other in reversed(names)}
    found = difflib.get_close_matches(posixpath.splitext(name)[0].casefold(), stems, 1, _CLOSE)
    return stems[found[0]] if found else None


def _moved(fs: FileSystem, folder: str, missing: str) -> Iterator[str]:
    """The path without its first folders, and the path as seen from the folders below and above."""
    parts = missing.rstrip("/").split("/")
    yield from ("/".join(parts[start:]) for start in range(1, len(parts)))
    yield from (posixpath.join(name, missing) for name in fs.names(folder))
    yield posixpath.join("..", missing)


def resource(wanted: Mapping[str, str], collection: Collection, kinds: tuple[str, ...] = ()) -> str | None:
    """What to say instead, to mean the nearest resource: ``the nearest is Service/web: say name: web``.

    Args:
        wanted: What was said: ``name``, perhaps ``kind``, ``apiVersion`` (or ``group`` and ``version``) and
            ``namespace``; what is not a key may be anything.
        collection: The resources there are.
        kinds: Those that will do; any by default.

    Returns:
        The hint, or None where none is near.
    """
    draft = _nearest(wanted, [draft for draft in collection if draft.gvk.kind in kinds or not kinds])
    if draft is None:
        return None
    right = dict(_corrections(wanted, draft))
    say = ", ".join(f"{key}: {value}" for key, value in right.items() if value)
    leave = ", ".join(key for key, value in right.items() if not value)
    advice = " and ".join([*([f"say {say}"] if say else []), *([f"leave {leave} out"] if leave else [])])
    return f"the nearest is {draft.id}: {advice}"


def _nearest(wanted: Mapping[str, str], drafts: list[Draft]) -> Draft | None:
    """One of the same name, of the same kind if there is; else one of the same kind and a similar name."""
    name, kind = wanted["name"], wanted.get("kind", "")
    named = [draft for draft in drafts if draft.name == name and any(_corrections(wanted, draft))]
    alike = {draft.name: draft for draft in drafts if kind in ("", draft.gvk.kind) and draft.name != name}
    close = difflib.get_close_matches(name, alike, 1, _CLOSE)
    similar = alike[close[0]] if close else None
    return next((draft for draft in named if draft.gvk.kind == kind), similar or next(iter(named), None))


def _corrections(wanted: Mapping[str, str], draft: Draft) -> Iterator[tuple[str, str]]:
    """What is otherwise in the resource than was said; empty where it says nothing."""
    gvk = draft.gvk
    right = {"group": gvk.group, "version": gvk.version, "apiVersion": gvk.api_version, "kind": gvk.kind}
    right |= {"name": draft.name, "namespace": draft.namespace}
    for key, value in wanted.items():
        if key == "namespace" and (value or "default") == (draft.namespace or "default"):
            continue
        if value != right[key]:
            yield key, right[key]
