"""Reading patches: from a kustomization or from files, and telling the two kinds apart by their text."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from kgen.errors import InputError, KgenError, Origin, Unsupported
from kgen.kustomize import json6902, legacy
from kgen.kustomize.draft import Draft
from kgen.kustomize.entries import PatchEntry
from kgen.kustomize.faults import Leading, refused
from kgen.kustomize.loader import Folder
from kgen.kustomize.manifests import drafts
from kgen.kustomize.spots import InPlace, Spot
from kgen.kustomize.transformers.operations import Operations
from kgen.kustomize.transformers.patches import Patch, Source
from kgen.yamlio.loader import KeyFault

_EITHER = "give path, the name of a file, or patch, the text"
_FILL = "write a patch, or remove the entry"
_TARGET = "say target: {kind: …, name: …}"
_EMPTY_FIRST = re.compile(r"\A---[ \t]*(#.*)?\n([^\S\n]*(#.*)?\n)*---\s")


def from_merges(folder: Folder, texts: Iterable[tuple[str, Spot]], spot: Spot, inline: str = "") -> Patch:
    """The transformer for ``patchesStrategicMerge``.

    Args:
        folder: Where files are read.
        texts: Each is the patch itself, or the path of a file; and where it is written.
        spot: Where all of them are written.
        inline: Further patches.

    Raises:
        InputError: A patch cannot be read, or there is none.
    """
    found = [pair for text, named in texts for pair in merges(folder, text, named)]
    found += _merges(Source(spot.file.path, inline, spot))
    if not found:
        raise InputError("this patch is empty", origin=spot.origin, hint=_FILL)
    drafted, sources = zip(*found, strict=True)
    return Patch(drafted, as_copies=True, schema_of=folder.session.schema.merge_type, sources=sources)


def merges(folder: Folder, text: str, named: Spot) -> list[tuple[Draft, Source]]:
    """The strategic merge patches in a text, or in the file it names.

    Raises:
        InputError: They cannot be read.
        Unsupported: A map has a key twice, or one that is no text.
    """
    with Leading(named):
        try:
            return _merges(Source(InPlace.at(named), text, named))
        except InputError:
            if "\n" in text.strip():
                raise  # no path either
        content = folder.read(text, named)
        return _merges(Source(folder.place(text), content, named))


def _merges(source: Source) -> list[tuple[Draft, Source]]:
    try:
        return [(draft, source) for draft in drafts(source.text, source.path, are_patches=True)]
    except InputError as error:
        raise _refused(error) from None


def _refused(error: InputError) -> KgenError:
    """Merged key by key, a patch loses such keys, and what was first counts; copied as it is, it cannot be built."""
    return refused(error, KeyFault, " in a strategic merge patch")


def from_entry(folder: Folder, entry: PatchEntry, spot: Spot) -> Patch:
    """The transformer for one entry of ``patches``.

    Raises:
        InputError: The patch cannot be read, or is of no kind.
    """
    source, text = _source(folder, entry._replace(patch=entry.patch.strip()), spot)
    with Leading(spot, Origin(source.path)):
        found, operations = read(text, source.path, folder.session.oddities)
    if operations is not None and entry.target is None:
        raise InputError("a JSON 6902 patch needs a target", origin=spot.origin, hint=_TARGET)
    schema_of = folder.session.schema.merge_type
    sources = (source,) * max(len(found), 1)
    return Patch(found, operations, entry.target, entry.options, schema_of=schema_of, sources=sources)


def from_json6902(folder: Folder, entry: PatchEntry, spot: Spot) -> Patch:
    """The transformer for one entry of ``patchesJson6902``.

    Raises:
        InputError: The patch cannot be read, or has no target.
    """
    if entry.target is None or not entry.target.name:
        raise InputError("a JSON 6902 patch needs a target with a name", origin=spot.origin)
    source, text = _source(folder, entry, spot)
    with Leading(spot, Origin(source.path)):
        operations = read_operations(text, source.path, folder.session.oddities)
        if not operations:
            raise InputError("this patch is empty", hint=_FILL)
    return Patch((), operations, entry.target, remembers=False, sources=(source,))


def _source(folder: Folder, entry: PatchEntry, spot: Spot) -> tuple[Source, str]:
    if bool(entry.patch) == bool(entry.path):
        raise InputError("a patch has either a path or the patch itself", origin=spot.origin, hint=_EITHER)
    text = entry.patch or _decoded(folder.read(entry.path, spot), folder.place(entry.path))
    path = folder.place(entry.path) if entry.path else InPlace.at(Spot(spot.file, (*spot.steps, "patch")))
    return Source(path, text, spot), text


def _decoded(content: bytes, path: str) -> str:
    """The text of a file: in other encodings kustomize reads some kinds of patches, and some parts of them."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        origin = Origin(path, content.count(b"\n", 0, error.start) + 1)
        raise Unsupported("a patch that is not UTF-8", origin=origin, hint="save it as UTF-8") from None


def read(content: str, path: str, warnings: list[legacy.Oddity]) -> tuple[tuple[Draft, ...], Operations | None]:
    """A patch of either kind, told apart by its text; the second part is None for strategic merge patches.

    Raises:
        InputError: It is neither, or cannot be told apart.
        Unsupported: It is a strategic merge patch that has a key twice in one map, or one that is no text. Or it is
            an empty map or text, which kustomize minds only where it is for a resource.
    """
    found: list[legacy.Oddity] = []
    operations, not_json = _attempt(lambda: read_operations(content, path, found))
    patches, not_merge = _attempt(lambda: tuple(drafts(content, path, are_patches=True)))
    if not_json is None and not_merge is None:
        raise InputError("this patch is empty", origin=Origin(path), hint=_FILL)
    if not_merge is None:
        if not patches:
            raise Unsupported("a patch that says nothing", origin=Origin(path), hint=_FILL)
        return patches, None
    if not_json is None:
        warnings.extend(found)
        return (), operations
    raise not_json if content.lstrip().startswith(("[", "- op", "-")) else _refused(not_merge)


def _attempt(action: Callable[[], Any]) -> tuple[Any, InputError | None]:
    try:
        return action(), None
    except InputError as error:
        return None, error


def read_operations(content: str, path: str, warnings: list[legacy.Oddity]) -> Operations:
    """The operations of a JSON 6902 patch, in JSON or YAML; only the first document counts.

    Raises:
        InputError: It is none.
    """
    if not content:
        raise InputError("this patch is empty")
    if content.startswith("["):
        from kgen.kustomize import json_patch  # most are YAML

        return json6902.operations(json_patch.load(content, path))
    if _EMPTY_FIRST.match(content):
        return ()
    data = legacy.first(content, path, warnings)
    return () if data is None else json6902.operations(data)
