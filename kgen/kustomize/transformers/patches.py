"""``patches``, ``patchesStrategicMerge`` and ``patchesJson6902``.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kgen.errors import InputError, Origin, Unsupported
from kgen.kustomize import json6902, legacy, merge
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.entries import PatchEntry
from kgen.kustomize.loader import Folder
from kgen.kustomize.manifests import drafts, read_notes
from kgen.kustomize.reading import Spot
from kgen.kustomize.scalars import text
from kgen.kustomize.selectors import Selector, select
from kgen.resource import Body
from kgen.schema.merge_keys import merge_type
from kgen.yamlio.written import printed_by_json, settled, unwritten

Operations = tuple[Any, ...]
_EITHER = "give path, the name of a file, or patch, the text"
_FILL = "write a patch, or remove the entry"
_ONE = "its apiVersion, kind, name and namespace must be those of one"
_EMPTY_FIRST = re.compile(r"\A---[ \t]*(#.*)?\n(\s*(#.*)?\n)*---\s")


class Patch(NamedTuple):
    """One patch entry, read.

    Attributes:
        merges: Strategic merge patches.
        operations: JSON 6902 operations, if it is such a patch.
        target: What it is for; a strategic merge patch can say that itself.
        options: ``allowNameChange`` and ``allowKindChange``.
        as_copies: Whether strategic merge patches are copied first, as kustomize does for some.
        schema_of: What strategic merges know of kinds.
        remembers: Whether JSON 6902 operations note the former name, as kustomize does for some.
    """

    merges: tuple[Draft, ...] = ()
    operations: Operations | None = None
    target: Selector | None = None
    options: Mapping[str, bool] = {}
    as_copies: bool = False
    remembers: bool = True
    schema_of: merge.SchemaOf = merge_type

    def transform(self, collection: Collection) -> None:
        """Apply it.

        Raises:
            InputError: It does not fit, or a strategic merge patch without target matches nothing.
        """
        if self.operations is not None:
            self._operate(collection)
        elif self.target is not None:
            self._merge_selected(collection, self.target)
        else:
            for patch in self.merges:
                self._merge_named(collection, _as_text(patch) if self.as_copies else patch)

    def _operate(self, collection: Collection) -> None:
        if self.target is None:
            raise InputError("a JSON 6902 patch needs a target", hint="say target: {kind: …, name: …}")
        for draft in list(select(self.target, collection)):
            if self.remembers:
                draft.remember()
            operate(draft, self.operations or ())
            collection.refresh([draft])

    def _merge_selected(self, collection: Collection, target: Selector) -> None:
        if len(self.merges) > 1:
            raise InputError(
                "several strategic merge patches in one file cannot have a target",
                hint="leave the target out, or make a file of each",
            )
        for draft in list(select(target, collection)):
            patch = _as_text(self.merges[0])
            # It is taken for a patch of whatever it is for.
            patch.body["apiVersion"] = draft.body.get("apiVersion")
            self._merge(collection, draft, patch)
        collection.check_unique()

    def _merge_named(self, collection: Collection, patch: Draft) -> None:
        """Merge a patch into the one resource that has or had its identity.

        Raises:
            InputError: There is none, or several.
        """
        found = collection.any(patch.key)
        if len(found) != 1:
            what = f"several resources are or were {patch.id}" if found else f"no resource matches the patch {patch.id}"
            raise InputError(
                what, origin=patch.origin, hint="its apiVersion, kind, name and namespace must be those of one"
            )
        self._merge(collection, found[0], patch)

    def _merge(self, collection: Collection, draft: Draft, patch: Draft) -> None:
        name, namespace, kind = draft.metadata.get("name"), draft.namespace, draft.body["kind"]
        rename, retype = self.options.get("allowNameChange", False), self.options.get("allowKindChange", False)
        if rename or retype:
            draft.remember()
        notes = _mark(draft)
        empty = _mark_empty(draft)
        try:
            body = merge.apply(draft.body, patch.body, self.schema_of)
        except InputError as error:
            raise InputError(f"{error.message} in {draft.id}", origin=patch.origin, hint=error.hint) from error
        if not body:
            collection.remove(draft)
            return
        draft.body = body
        draft.empty = list(_unmark_empty(body)) if empty else []
        settled(body)
        _unmark(draft, notes)
        if not retype:
            body["kind"] = kind
        if not rename:
            draft.set_metadata("name", "" if name is None else name)
        draft.set_metadata("namespace", namespace)
        read_notes(draft)
        collection.refresh([draft])


def from_merges(folder: Folder, texts: Iterable[str], spot: Spot, inline: str = "") -> Patch:
    """The transformer for ``patchesStrategicMerge``: each text is the patch itself, or the path of a file.

    Raises:
        InputError: A patch cannot be read, or there is none.
    """
    merges: list[Draft] = []
    for said in texts:
        try:
            merges.extend(drafts(said, spot.file.path, styles=True, are_patches=True))
        except InputError:
            merges.extend(drafts(folder.read(said, spot), folder.join(said), styles=True, are_patches=True))
    merges.extend(drafts(inline, spot.file.path, styles=True, are_patches=True))
    if not merges:
        raise InputError("this patch is empty", origin=spot.origin, hint=_FILL)
    return Patch(tuple(merges), as_copies=True, schema_of=folder.session.schema.merge_type)


def from_entry(folder: Folder, entry: PatchEntry, spot: Spot) -> Patch:
    """The transformer for one entry of ``patches``.

    Raises:
        InputError: The patch cannot be read, or is of no kind.
    """
    inline = entry.patch.strip()
    if bool(inline) == bool(entry.path):
        raise InputError("a patch has either a path or the patch itself", origin=spot.origin, hint=_EITHER)
    content = inline or folder.read(entry.path, spot).decode("utf-8", "replace")
    path = folder.join(entry.path) if entry.path else spot.file.path
    merges, operations = read(content, path, folder.session.oddities)
    return Patch(merges, operations, entry.target, entry.options, schema_of=folder.session.schema.merge_type)


def from_json6902(folder: Folder, entry: PatchEntry, spot: Spot) -> Patch:
    """The transformer for one entry of ``patchesJson6902``.

    Raises:
        InputError: The patch cannot be read, or has no target.
    """
    if entry.target is None or not entry.target.name:
        raise InputError("a JSON 6902 patch needs a target with a name", origin=spot.origin)
    if bool(entry.patch) == bool(entry.path):
        raise InputError("a patch has either a path or the patch itself", origin=spot.origin, hint=_EITHER)
    content = entry.patch or folder.read(entry.path, spot).decode("utf-8", "replace")
    path = folder.join(entry.path) if entry.path else spot.file.path
    operations = read_operations(content, path, folder.session.oddities)
    if not operations:
        raise InputError("this patch is empty", origin=spot.origin, hint=_FILL)
    return Patch((), operations, entry.target, remembers=False)


def read(content: str, path: str, warnings: list[legacy.Oddity]) -> tuple[tuple[Draft, ...], Operations | None]:
    """A patch of either kind, told apart by its text; the second part is None for strategic merge patches.

    Raises:
        InputError: It is neither, or cannot be told apart.
    """
    found: list[legacy.Oddity] = []
    operations, not_json = _attempt(lambda: read_operations(content, path, found))
    patches, not_merge = _attempt(lambda: tuple(drafts(content, path, styles=True, are_patches=True)))
    if not_json is None and not_merge is None:
        raise InputError("this patch is empty", origin=Origin(path), hint=_FILL)
    if not_merge is None:
        if not patches:
            return (), ()
        return patches or (), None
    if not_json is None:
        warnings.extend(found)
        return (), operations
    raise not_json if content.lstrip().startswith(("[", "- op", "-")) else not_merge


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
        try:
            return json6902.operations(json.loads(content))
        except ValueError as error:
            raise InputError(f"this patch begins with '[' but is not JSON: {error}") from None
    if _EMPTY_FIRST.match(content):
        return ()
    data = legacy.first(content, path, warnings)
    return () if data is None else json6902.operations(data)


def operate(draft: Draft, operations: Operations) -> None:
    """Apply JSON 6902 operations to a resource.

    Raises:
        InputError: An operation leads nowhere, or a test fails.
    """
    if draft.has_notes:
        _refuse_notes(draft, operations)
    metadata = draft.body.get("metadata")
    if draft.has_notes and isinstance(metadata, dict) and not isinstance(metadata.get("annotations"), dict):
        # kustomize keeps its notes there, so a patch can add an annotation where there was none.
        metadata["annotations"] = {}
    annotations: Any = draft.metadata.get("annotations")
    for _, key, said in draft.odd if isinstance(annotations, dict) else ():
        if annotations.get(key) == said:
            # In JSON all spellings of null are one.
            annotations[key] = None
    try:
        draft.body = printed_by_json(json6902.apply(unwritten(draft.body), operations))
    except InputError as error:
        raise InputError(f"{error.message} in {draft.id}", hint=error.hint) from error
    draft.empty = []
    if draft.has_notes:
        draft.body.setdefault("metadata", {})
    metadata = draft.body.get("metadata", {})
    if not isinstance(metadata, dict) or not isinstance(metadata.get("annotations") or {}, dict):
        raise Unsupported(f"a JSON 6902 patch that spoils the metadata of {draft.gvk.kind}", origin=draft.origin)
    read_notes(draft)


def _refuse_notes(draft: Draft, operations: Operations) -> None:
    """Kustomize keeps its notes in annotations, and copies them where a patch copies those."""
    for operation in operations:
        said = operation if isinstance(operation, dict) else {}
        place = said.get("path") if said.get("op") == "test" else said.get("from")
        if place in ("", "/metadata", "/metadata/annotations"):
            raise Unsupported(f"a JSON 6902 {said.get('op')} of all annotations of {draft.id}", origin=draft.origin)


def _mark_empty(draft: Draft) -> bool:
    """Show the merge which nulls are there without a word."""
    found = False
    for holder, key in draft.empty:
        if key in holder and holder[key] is None:
            holder[key] = merge.EMPTY
            found = True
    return found


def _unmark_empty(node: Any) -> Iterator[tuple[Body, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if value is merge.EMPTY:
                node[key] = None
                yield node, key
            else:
                yield from _unmark_empty(value)
    elif isinstance(node, list):
        for value in node:
            yield from _unmark_empty(value)


_MARK = "internal.config.kubernetes.io/notes"


def _mark(draft: Draft) -> bool:
    """Put something where kustomize keeps its notes, to see whether a patch removes them."""
    if not draft.has_notes:
        return False
    metadata = draft.body["metadata"]
    if not isinstance(metadata.get("annotations"), dict):
        metadata["annotations"] = {}
    metadata["annotations"][_MARK] = ""
    return True


def _unmark(draft: Draft, marked: bool) -> None:
    if not marked:
        return
    annotations = draft.metadata.get("annotations")
    if not isinstance(annotations, dict) or _MARK not in annotations:
        draft.forget()
    else:
        del annotations[_MARK]


def _as_text(patch: Draft) -> Draft:
    """The patch as kustomize copies it for each target: labels and annotations become texts, null too."""
    body = copy.deepcopy(patch.body)
    metadata = body.get("metadata")
    if isinstance(metadata, dict):
        for key in ("labels", "annotations"):
            if isinstance(metadata.get(key), dict) and metadata[key]:
                nulls = {k: said for holder, k, said in patch.odd if holder is patch.metadata[key]}
                metadata[key] = {k: nulls.get(k, "null") if v is None else text(v) for k, v in metadata[key].items()}
            else:
                metadata.pop(key, None)
    return Draft(body, patch.origin)
