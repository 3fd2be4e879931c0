"""``patches``, ``patchesStrategicMerge`` and ``patchesJson6902``.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from kgen.errors import InputError, KgenError, Origin, Unsupported
from kgen.kustomize import growth, json6902, looks, merge, merge_lists, notes
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.faults import Faults, Leading, Unmatched
from kgen.kustomize.manifests import read_notes
from kgen.kustomize.merge_lists import DIRECTIVE
from kgen.kustomize.scalars import field_of, text
from kgen.kustomize.selectors import Selector, select
from kgen.kustomize.spots import Spot
from kgen.kustomize.texts import check_merge, joined
from kgen.kustomize.transformers.operations import Operations, operate
from kgen.resource import Body
from kgen.schema.merge_keys import merge_type
from kgen.yamlio import allowance
from kgen.yamlio.kinds import Quoted, Tagged
from kgen.yamlio.scalars import is_text
from kgen.yamlio.written import set_by_kustomize, settled

_TEXTS = ("labels", "annotations")
_ONE = "its apiVersion, kind, name and namespace must be those of one"


class Source(NamedTuple):
    """A text that was read as patches, and what names it or holds it."""

    path: str
    text: str | bytes
    named: Spot

    def leading(self) -> Leading:
        """What places its errors."""
        return Leading(self.named, Origin(self.path))

    def operation(self, index: int) -> Origin | None:
        """Where this operation stands; None where that is not to be found, as in JSON that is no YAML."""
        from kgen.yamlio import marks

        try:
            documents = marks(self.text, self.path)
        except KgenError:
            return None
        return next((places[index,] for places in documents if (index,) in places), None)


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
        sources: The text that each strategic merge patch stands in; one for all operations.
    """

    merges: tuple[Draft, ...] = ()
    operations: Operations | None = None
    target: Selector | None = None
    options: Mapping[str, bool] = {}
    as_copies: bool = False
    remembers: bool = True
    schema_of: merge.SchemaOf = merge_type
    sources: tuple[Source, ...] = ()

    def transform(self, collection: Collection) -> None:
        """Apply it.

        Raises:
            InputError: It does not fit, or a strategic merge patch without target matches nothing.
        """
        if self.target is None:
            self._merge_all(collection)
            return
        with self.sources[0].leading():
            if self.operations is None:
                self._merge_selected(collection, self.target)
            else:
                self._operate(collection, self.target, self.operations)

    def _merge_all(self, collection: Collection) -> None:
        faults = Faults(Unmatched)
        texts = _TEXTS if self.as_copies else _TEXTS[1:] if any(self.options.values()) else ()
        gone = False
        for patch, source in zip(self.merges, self.sources, strict=True):
            with faults, source.leading():
                if gone and not self.as_copies:
                    raise InputError(
                        "kustomize cannot go on with this file after $patch: delete",
                        origin=patch.origin,
                        hint="move what deletes to the end, or to a file of its own",
                    )
                gone = not self._merge_named(collection, _as_text(patch, texts))
        faults.finish()
        if self.as_copies:
            collection.check_unique()  # kustomize adds all resources anew

    def _operate(self, collection: Collection, target: Selector, operations: Operations) -> None:
        weight = growth.weight(list(operations))
        for draft in list(select(target, collection)):
            allowance.current().make(weight + len(draft.former))  # each patch notes a former name, and looks at all
            if self.remembers:
                draft.remember()
            try:
                operate(draft, operations)
            except json6902.FailedOperation as error:
                error.origin = self.sources[0].operation(error.index)
                raise
            collection.refresh([draft])

    def _merge_selected(self, collection: Collection, target: Selector) -> None:
        if len(self.merges) > 1:
            raise InputError(
                "several strategic merge patches in one file cannot have a target",
                hint="leave the target out, or make a file of each",
            )
        weight = growth.weight(self.merges[0].body)
        for draft in list(select(target, collection)):
            allowance.current().make(weight + len(draft.former))  # each patch notes a former name, and looks at all
            self._merge_copy(collection, draft, _as_text(self.merges[0]))
        collection.check_unique()

    def _merge_named(self, collection: Collection, patch: Draft) -> bool:
        """Merge a patch into the one resource that has or had its identity; whether that remains.

        Raises:
            InputError: There is none, or several.
        """
        found = collection.any(patch.key)
        if not found:
            message = f"no resource matches the patch {patch.id}"
            raise Unmatched(message, origin=patch.origin, hint=_nearest(patch, collection) or _ONE)
        if len(found) > 1:
            raise InputError(f"several resources are or were {patch.id}", origin=patch.origin, hint=_ONE)
        return (self._merge_copy if self.as_copies else self._merge)(collection, found[0], patch)

    def _merge_copy(self, collection: Collection, draft: Draft, patch: Draft) -> bool:
        """Merge a copy of a patch, which is taken for one of whatever it is for; whether that remains."""
        has_version = "apiVersion" in draft.body
        if patch.body.get("apiVersion") == "" and not has_version:
            raise Unsupported("an apiVersion of a patch that is empty", origin=patch.origin, hint="leave it out")
        is_quoted = isinstance(patch.body.get("apiVersion"), Quoted | Tagged)
        if not has_version and (is_quoted or draft.brackets.around(()) or DIRECTIVE in patch.body):
            what = f"a patch of {draft.id}, which has no apiVersion, with one in quotes or a $patch, or in brackets"
            raise Unsupported(what, origin=patch.origin, hint="give it one")
        patch.body["apiVersion"] = draft.body.get("apiVersion")
        remains = self._merge(collection, draft, patch)
        if remains and "apiVersion" not in draft.body:
            draft.body["apiVersion"] = None
        return remains

    def _merge(self, collection: Collection, draft: Draft, patch: Draft) -> bool:
        name, namespace, kind = draft.name, draft.namespace, draft.body["kind"]
        rename, retype = self.options.get("allowNameChange", False), self.options.get("allowKindChange", False)
        if rename or retype:
            draft.remember()
        check_merge(f"a strategic merge patch of {draft.id}", draft.files, patch.files)
        marked = notes.mark(draft)
        empty = _mark_empty(draft)
        emptied: list[str] = []
        try:
            body = merge.apply(draft.body, patch.body, self.schema_of, emptied)
        except InputError as error:
            raise InputError(f"{error.message} in {draft.id}", origin=patch.origin, hint=error.hint) from error
        except Unsupported as error:
            error.led_from(patch.origin)
            raise
        if not body:
            collection.remove(draft)
            return False
        looks.check_comments(draft, emptied, patch)
        looks.check_patch(draft, patch, self.schema_of(patch.gvk))
        draft.body = body
        draft.brackets = draft.brackets.joined(patch.brackets)
        draft.commented |= patch.commented
        draft.files = joined(draft.files, patch.files)
        draft.empty = list(_unmark_empty(body)) if empty else []
        settled(body)
        notes.unmark(draft, marked)
        if not retype:
            body["kind"] = kind
        if not rename:
            draft.set_metadata("name", field_of(draft.metadata, "name", name))
        draft.set_metadata("namespace", namespace and field_of(draft.metadata, "namespace", namespace))
        read_notes(draft)
        collection.refresh([draft])
        return True


def _nearest(patch: Draft, collection: Collection) -> str | None:
    from kgen.kustomize import nearby

    gvk = patch.gvk
    wanted = {"apiVersion": gvk.api_version, "kind": gvk.kind, "name": patch.name, "namespace": patch.namespace}
    return nearby.resource(wanted, collection)


def _mark_empty(draft: Draft) -> bool:
    """Show the merge which nulls are there without a word."""
    found = False
    for holder, key in draft.empty:
        if key in holder and holder[key] is None:
            holder[key] = merge_lists.EMPTY
            found = True
    return found


def _unmark_empty(node: Any) -> Iterator[tuple[Body, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if value is merge_lists.EMPTY:
                node[key] = None
                yield node, key
            else:
                yield from _unmark_empty(value)
    elif isinstance(node, list):
        for value in node:
            yield from _unmark_empty(value)


def _as_text(patch: Draft, keys: tuple[str, ...] = _TEXTS) -> Draft:
    """The patch as kustomize copies it for each target: labels and annotations become texts, null too.

    With the labels it sets the namespace, and an empty one is none.
    """
    if not keys:
        return patch
    copies: dict[int, Any] = {}
    body = copy.deepcopy(patch.body, copies)
    metadata = body.get("metadata")
    if isinstance(metadata, dict):
        for key in keys:
            if isinstance(metadata.get(key), dict) and metadata[key]:
                nulls = {k: said for holder, k, said in patch.odd if holder is patch.metadata[key]}
                for name in metadata[key]:
                    _check_key(name, patch)
                metadata[key] = {
                    k: set_by_kustomize(nulls.get(k, "null") if v is None else text(v))
                    for k, v in metadata[key].items()
                }
            else:
                metadata.pop(key, None)
        if "labels" in keys and not patch.namespace:
            metadata.pop("namespace", None)
    return replace(patch, body=body, empty=[(copies[id(holder)], key) for holder, key in patch.empty])


def _check_key(key: str, patch: Draft) -> None:
    """Copied, the key loses its quotes; what comes of it depends on the target."""
    if not is_text(key):
        raise Unsupported(f"the key '{key}' among the labels or annotations of a patch", origin=patch.origin)
