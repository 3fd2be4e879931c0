"""``patches``, ``patchesStrategicMerge`` and ``patchesJson6902``.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

import copy
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kgen.errors import InputError, Origin
from kgen.kustomize import json6902, legacy, merge
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.manifests import drafts, read_notes
from kgen.kustomize.scalars import text
from kgen.kustomize.selectors import Selector, select

Operations = tuple[Any, ...]
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
        remembers: Whether JSON 6902 operations note the former name, as kustomize does for some.
    """

    merges: tuple[Draft, ...] = ()
    operations: Operations | None = None
    target: Selector | None = None
    options: Mapping[str, bool] = {}
    as_copies: bool = False
    remembers: bool = True

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
                merge_named(collection, _as_text(patch) if self.as_copies else patch, self.options)

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
            _merge(collection, draft, patch, self.options)
        collection.check_unique()


def read(content: str, path: str, warnings: list[legacy.Oddity]) -> tuple[tuple[Draft, ...], Operations | None]:
    """A patch of either kind, told apart by its text; the second part is None for strategic merge patches.

    Raises:
        InputError: It is neither, or cannot be told apart.
    """
    found: list[legacy.Oddity] = []
    operations, not_json = _attempt(lambda: read_operations(content, path, found))
    patches, not_merge = _attempt(lambda: tuple(drafts(content, path)))
    if not_json is None and not_merge is None:
        raise InputError("this patch is empty", origin=Origin(path), hint="write a patch, or remove the entry")
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
    metadata = draft.body.get("metadata")
    if draft.former and isinstance(metadata, dict) and not isinstance(metadata.get("annotations"), dict):
        # kustomize keeps its notes there, so a patch can add an annotation where there was none.
        metadata["annotations"] = {}
    try:
        draft.body = json6902.apply(draft.body, operations)
    except InputError as error:
        raise InputError(f"{error.message} in {draft.id}", hint=error.hint) from error
    read_notes(draft)


def merge_named(collection: Collection, patch: Draft, options: Mapping[str, bool]) -> None:
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
    _merge(collection, found[0], patch, options)


def _merge(collection: Collection, draft: Draft, patch: Draft, options: Mapping[str, bool]) -> None:
    name, namespace, kind = draft.metadata.get("name"), draft.namespace, draft.body["kind"]
    rename, retype = options.get("allowNameChange", False), options.get("allowKindChange", False)
    if rename or retype:
        draft.remember()
    notes = _mark(draft)
    try:
        body = merge.apply(draft.body, patch.body)
    except InputError as error:
        raise InputError(f"{error.message} in {draft.id}", origin=patch.origin, hint=error.hint) from error
    if not body:
        collection.remove(draft)
        return
    draft.body = body
    _unmark(draft, notes)
    if not retype:
        body["kind"] = kind
    if not rename:
        draft.set_metadata("name", name)
    draft.set_metadata("namespace", namespace)
    read_notes(draft)
    collection.refresh([draft])


_MARK = "internal.config.kubernetes.io/notes"


def _mark(draft: Draft) -> bool:
    """Put something where kustomize keeps its notes, to see whether a patch removes them."""
    if not (draft.former or draft.prefixes or draft.suffixes or draft.needs_hash):
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
                metadata[key] = {k: "null" if v is None else text(v) for k, v in metadata[key].items()}
            else:
                metadata.pop(key, None)
    return Draft(body, patch.origin)
