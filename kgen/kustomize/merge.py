"""Strategic merge, exactly as kustomize does it.

This is not what an API server does. kustomize walks the patch and the target together, the whole target, and so
also changes what the patch does not speak of: a second list item with one merge key replaces the first, a key
without a value vanishes. Items of a merged list that the patch names come first, in the patch's order
(https://github.com/kubernetes-sigs/kustomize/issues/3912), and an item whose merge keys are not all in both sides
may be lost (https://github.com/kubernetes-sigs/kustomize/issues/4752). A preview must show that, so kgen does it too.

Maps and lists are changed in place, always on copies the caller does not see.
"""

import copy
import re
from collections.abc import Callable
from typing import Any, Final

from kgen.errors import InputError, Unsupported
from kgen.kustomize.merge_lists import (
    DIRECTIVE,
    DIRECTIVES,
    EMPTY,
    MISSING,
    Items,
    directive_of_list,
    is_absent,
    merge_sets,
    unknown_directive,
)
from kgen.kustomize.scalars import is_scalar, kind_of, like, text
from kgen.resource import Body, Gvk
from kgen.schema.merge_keys import NOTHING, MergeType, merge_type
from kgen.yamlio.folding import is_lost_in_a_block
from kgen.yamlio.kinds import Linked, Quoted, Retyped, Tagged, WrittenDate, needs_quotes
from kgen.yamlio.scalars import LEGACY_WORDS, is_timestamp
from kgen.yamlio.written import bare, is_untagged

SchemaOf = Callable[[Gvk], MergeType]


def apply(target: Body, patch: Body, schema_of: SchemaOf = merge_type, emptied: list[str] | None = None) -> Body | None:
    """The target with the patch merged into it, or None when the patch deletes it (``$patch: delete``).

    Args:
        target: Stays as it is.
        patch: Stays as it is.
        schema_of: What is known of a kind.
        emptied: Gets the keys of maps and lists of which nothing is left.

    Raises:
        InputError: The patch has a map where the target has a list or a value, or an unknown ``$patch``.
        Unsupported: The patch has a plain value in a list of maps: kustomize fails or not, by what stands around it.
            Or it is of a known kind for one of those without lists to merge, which kustomize knows and kgen does not.
    """
    known = schema_of(Gvk.of(patch))
    if known is not NOTHING and schema_of(Gvk.of(target)) is NOTHING:
        _refuse_other_kind(target, patch)
    _refuse_plain_items(patch, known)
    merged = _Walk(schema_of, [] if emptied is None else emptied).walk(
        copy.deepcopy(target), copy.deepcopy(patch), NOTHING
    )
    if merged is MISSING or merged is None:
        return None
    # kustomize makes a new resource then, and goes on with the old one.
    return copy.deepcopy(target) if text(patch.get(DIRECTIVE)) == "replace" else merged


_WITHOUT_METADATA: Final = frozenset(("APIGroup", "APIVersions", "DeleteOptions", "Status", "WatchEvent"))


def _refuse_other_kind(target: Body, patch: Body) -> None:
    """Kustomize merges by the target's kind if it knows that; those without lists to merge are not known here."""
    kind, other = text(target.get("kind")), text(patch.get("kind"))
    if kind != other and (kind.endswith("List") or kind in _WITHOUT_METADATA):
        raise Unsupported(f"a strategic merge patch of the kind {other} for a {kind}", hint=f"say kind: {kind}")


def _refuse_plain_items(patch: Any, known: MergeType) -> None:
    if isinstance(patch, dict):
        for key, value in patch.items():
            if value.__class__ in (dict, list):
                _refuse_plain_items(value, known.field(text(key)))
    elif known.keys and any(is_scalar(item) for item in patch):
        raise Unsupported("a strategic merge patch with a plain value in a list of maps")
    else:
        for item in patch:
            if item.__class__ in (dict, list):
                _refuse_plain_items(item, known.item())


class _Walk:
    """One merge: what is known of types does not change on the way."""

    def __init__(self, schema_of: SchemaOf, emptied: list[str]) -> None:
        self._schema_of, self._emptied = schema_of, emptied

    def walk(self, target: Any, patch: Any, known: MergeType) -> Any:
        """Merge two values of one field; missing when nothing remains."""
        known = self._schema(known, target, patch)
        kind = kind_of(patch if is_absent(target) else target)
        if not is_absent(target) and not is_absent(patch) and kind_of(patch) != kind:
            raise InputError(f"the patch has a {kind_of(patch)} where the resource has a {kind}")
        if is_absent(target) and is_absent(patch):
            return self._both_absent(target, patch)
        if kind == "map":
            return self._maps(target, patch, known)
        if kind == "list" and known.merges:
            return self._lists(target, patch, known)
        return target if patch is MISSING else _restyled(target, patch)

    def _schema(self, known: MergeType, *sides: Any) -> MergeType:
        """A resource inside a resource is merged by its own kind, where the field says nothing."""
        if known is not NOTHING:
            return known
        for side in sides:
            if isinstance(side, dict) and text(side.get("kind")) and text(side.get("apiVersion")):
                found = self._schema_of(Gvk.of(side))
                if found is not NOTHING:
                    return found
        return NOTHING

    def _both_absent(self, target: Any, patch: Any) -> Any:
        return target if patch is MISSING and target is not EMPTY else MISSING

    def _maps(self, target: Any, patch: Any, known: MergeType) -> Any:
        result = _start_map(target, patch)
        if result is MISSING:
            return MISSING
        is_added = result is patch
        for key in sorted({*result, *(patch if isinstance(patch, dict) else ())}, key=str):
            if key == "":
                raise InputError("kustomize merges no map with an empty key", hint="patch it with a JSON 6902 patch")
            side = patch.get(key, MISSING) if isinstance(patch, dict) else MISSING
            old = result.get(key, MISSING)
            was_empty = old.__class__ in (dict, list) and not old
            value = self.walk(old, side, known.field(text(key)))
            if old is not MISSING and not was_empty and not value and value.__class__ in (dict, list):
                self._emptied.append(key)
            if value is MISSING or (value is None and side is not MISSING):
                result.pop(key, None)
            else:
                is_kept = is_added or side is MISSING or old is MISSING
                result[key] = _passed(value) if is_kept else value
        return result

    def _lists(self, target: Any, patch: Any, known: MergeType) -> Any:
        result = _start_list(target, patch)
        if result is MISSING:
            return MISSING
        items = patch if isinstance(patch, list) else []
        if not known.keys:
            if is_absent(target) and sum(isinstance(item, dict) and DIRECTIVE in item for item in items) == 1:
                directive_of_list(items)  # there is nothing to replace or delete
            return merge_sets(result, items)
        return Items(self.walk, known, result, items).merged()


_PLAIN = re.compile(r"[A-Za-z_/$][^:#\s]*(?:[: ](?=\S)[^:#\s]*)*")  # most texts: nothing else can be seen in them


def _passed(value: Any) -> Any:
    """What a merge leaves of a text that it adds or passes by: in quotes where YAML 1.1 would see no text in it."""
    if value.__class__ is str and value not in LEGACY_WORDS and _PLAIN.fullmatch(value):
        return value
    if value.__class__ is Linked:
        value.set_again()
    if value.__class__ is not str and not is_untagged(value):
        return value
    said = text(value)
    return Quoted(said) if needs_quotes(said) else value


def _restyled(target: Any, patch: Any) -> Any:
    """The patch's value written as the target is: in quotes a number becomes text."""
    if isinstance(target, list) or patch is None or target is MISSING:
        return patch
    is_time = patch.__class__ is WrittenDate or (patch.__class__ is str and is_timestamp(patch))
    is_text = isinstance(patch, str) and not is_time
    if isinstance(target, Quoted):
        if is_text:
            return like(target, text(patch))
        return patch if target.has_tag else Retyped(text(patch))
    if target.__class__ is Linked:
        if not is_text and not target.is_quoted:
            what = (
                f"a strategic merge patch that puts {text(patch)} for the label '{target}', which stands in more places"
            )
            raise Unsupported(what, hint="put the value in quotes: labels are texts")
        target.later = text(patch)
        return target
    if target.__class__ is Tagged and is_text:
        return Tagged(text(patch))
    if is_text and is_lost_in_a_block(text(patch)):
        what = "a strategic merge patch that puts several lines, which begin with a tab, for a text without quotes"
        raise Unsupported(what, hint="begin the text with an empty line, or indent it with spaces")
    return bare(text(patch)) if isinstance(patch, Quoted | Tagged) else patch


def _start_map(target: Any, patch: Any) -> Any:
    """What merging begins with: the target, the patch that replaces it, or nothing."""
    if patch is None or patch is EMPTY:
        return MISSING
    if is_absent(target):
        return MISSING if _directive_of_map(patch, strict=False) == "delete" else patch
    directive = _directive_of_map(patch, strict=True) if patch is not MISSING else "merge"
    return MISSING if directive == "delete" else patch if directive == "replace" else target


def _start_list(target: Any, patch: Any) -> Any:
    if is_absent(target):
        return patch
    if patch is None:
        return MISSING
    directive = directive_of_list(patch) if patch is not MISSING else "merge"
    return MISSING if directive == "delete" else patch if directive == "replace" else target


def _directive_of_map(patch: dict[str, Any], *, strict: bool) -> str:
    """Read ``$patch`` and take it out."""
    if DIRECTIVE not in patch:
        return "merge"
    word = text(patch[DIRECTIVE])
    if word in DIRECTIVES:
        del patch[DIRECTIVE]
    elif strict:
        raise unknown_directive(word)
    return word
