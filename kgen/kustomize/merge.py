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
from kgen.kustomize.scalars import is_scalar, kind_of, like, text
from kgen.resource import Body, Gvk
from kgen.schema.merge_keys import NOTHING, MergeType, merge_type
from kgen.yamlio import allowance
from kgen.yamlio.kinds import Linked, Quoted, Retyped, Tagged, WrittenDate, needs_quotes
from kgen.yamlio.scalars import LEGACY_WORDS, is_timestamp
from kgen.yamlio.written import bare, is_untagged

_DIRECTIVE = "$patch"
_WORDS = ("delete", "replace", "merge")
_MISSING: Final[Any] = type("Missing", (), {"__repr__": lambda _: "MISSING"})()


class Empty:
    """Null where nothing is written: a merge that passes by drops it, unlike the word ``null``."""

    def __deepcopy__(self, _: Any) -> "Empty":
        return self


EMPTY: Final[Any] = Empty()
Keys = tuple[str, ...]
Values = tuple[str, ...]
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
    """
    _refuse_plain_items(patch, schema_of(Gvk.of(patch)))
    merged = _Walk(schema_of, [] if emptied is None else emptied).walk(
        copy.deepcopy(target), copy.deepcopy(patch), NOTHING
    )
    if merged is _MISSING or merged is None:
        return None
    # kustomize makes a new resource then, and goes on with the old one.
    return copy.deepcopy(target) if text(patch.get(_DIRECTIVE)) == "replace" else merged


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


def _absent(value: Any) -> bool:
    return value is _MISSING or value is None or value is EMPTY


class _Walk:
    """One merge: what is known of types does not change on the way."""

    def __init__(self, schema_of: SchemaOf, emptied: list[str]) -> None:
        self._schema_of, self._emptied = schema_of, emptied

    def walk(self, target: Any, patch: Any, known: MergeType) -> Any:
        """Merge two values of one field; missing when nothing remains."""
        known = self._schema(known, target, patch)
        kind = kind_of(patch if _absent(target) else target)
        if not _absent(target) and not _absent(patch) and kind_of(patch) != kind:
            raise InputError(f"the patch has a {kind_of(patch)} where the resource has a {kind}")
        if _absent(target) and _absent(patch):
            return self._both_absent(target, patch)
        if kind == "map":
            return self._maps(target, patch, known)
        if kind == "list" and known.merges:
            return self._lists(target, patch, known)
        return target if patch is _MISSING else _restyled(target, patch)

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
        return target if patch is _MISSING and target is not EMPTY else _MISSING

    def _maps(self, target: Any, patch: Any, known: MergeType) -> Any:
        result = _start_map(target, patch)
        if result is _MISSING:
            return _MISSING
        is_added = result is patch
        for key in sorted({*result, *(patch if isinstance(patch, dict) else ())}, key=str):
            if key == "":
                raise InputError("kustomize merges no map with an empty key", hint="patch it with a JSON 6902 patch")
            side = patch.get(key, _MISSING) if isinstance(patch, dict) else _MISSING
            old = result.get(key, _MISSING)
            was_empty = old.__class__ in (dict, list) and not old
            value = self.walk(old, side, known.field(text(key)))
            if old is not _MISSING and not was_empty and not value and value.__class__ in (dict, list):
                self._emptied.append(key)
            if value is _MISSING or (value is None and side is not _MISSING):
                result.pop(key, None)
            else:
                is_kept = is_added or side is _MISSING or old is _MISSING
                result[key] = _passed(value) if is_kept else value
        return result

    def _lists(self, target: Any, patch: Any, known: MergeType) -> Any:
        result = _start_list(target, patch)
        if result is _MISSING:
            return _MISSING
        items = patch if isinstance(patch, list) else []
        if not known.keys:
            if _absent(target) and sum(isinstance(item, dict) and _DIRECTIVE in item for item in items) == 1:
                _directive_of_list(items)  # there is nothing to replace or delete
            return _merge_sets(result, items)
        return _Items(self, known, result, items).merged()


_PLAIN = re.compile(r"[A-Za-z_/$]([^:#\s]|:(?=\S)| (?=\S))*+")  # most texts: nothing else can be seen in them


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
    if isinstance(target, list) or patch is None or target is _MISSING:
        return patch
    is_time = patch.__class__ is WrittenDate or (patch.__class__ is str and is_timestamp(patch))
    is_text = isinstance(patch, str) and not is_time
    if isinstance(target, Quoted):
        return like(target, text(patch)) if is_text else Retyped(text(patch))
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
    return bare(text(patch)) if isinstance(patch, Quoted | Tagged) else patch


def _start_map(target: Any, patch: Any) -> Any:
    """What merging begins with: the target, the patch that replaces it, or nothing."""
    if patch is None or patch is EMPTY:
        return _MISSING
    if _absent(target):
        return _MISSING if _directive_of_map(patch, strict=False) == "delete" else patch
    directive = _directive_of_map(patch, strict=True) if patch is not _MISSING else "merge"
    return _MISSING if directive == "delete" else patch if directive == "replace" else target


def _start_list(target: Any, patch: Any) -> Any:
    if _absent(target):
        return patch
    if patch is None:
        return _MISSING
    directive = _directive_of_list(patch) if patch is not _MISSING else "merge"
    return _MISSING if directive == "delete" else patch if directive == "replace" else target


def _directive_of_map(patch: dict[str, Any], *, strict: bool) -> str:
    """Read ``$patch`` and take it out."""
    if _DIRECTIVE not in patch:
        return "merge"
    word = text(patch[_DIRECTIVE])
    if word in _WORDS:
        del patch[_DIRECTIVE]
    elif strict:
        raise _unknown_directive(word)
    return word


def _directive_of_list(patch: list[Any]) -> str:
    """Read the item that is ``$patch`` alone, and take it out."""
    found: list[dict[str, Any]] = [item for item in patch if isinstance(item, dict) and _DIRECTIVE in item]
    item: dict[str, Any] = found[0] if found else {}
    if len(item) != 1:
        return "merge"
    word = text(item[_DIRECTIVE])
    if word not in _WORDS:
        raise _unknown_directive(word)
    _put(patch, (_DIRECTIVE,), (word,), None)
    return word


def _unknown_directive(word: str) -> InputError:
    return InputError(f"unknown $patch directive '{word}'", hint="use delete, replace or merge")


def _merge_sets(target: list[Any], patch: list[Any]) -> list[Any]:
    """Plain values, the patch's first, each once."""
    target, patch = ([value for value in values if value != {}] for values in (target, patch))
    odd = [value for value in (*patch, *target) if not is_scalar(value)]
    if any(isinstance(value, dict) and _DIRECTIVE in value for value in odd):
        raise Unsupported("a $patch beside other fields or another one, in a list of plain values")
    if odd and (target or any(is_scalar(value) for value in patch)):
        raise InputError(f"the list has a {kind_of(odd[0])} among plain values that are merged")
    merged = {_written(value): value for value in (*patch, *target)}
    order = dict.fromkeys(_written(value) for value in (*patch, *target))
    return [merged[key] for key in order if merged[key] is not None]


_MANY: Final = 200
"""From so many items on it matters that each is looked for among all."""


class _Items:
    """The merging of two lists of maps by merge keys; `target` and `patch` may be one and the same list."""

    def __init__(self, walk: _Walk, known: MergeType, target: list[Any], patch: list[Any]) -> None:
        self._walk, self._item, self._keys = walk, known.item(), known.keys
        self._target, self._patch = target, patch

    def merged(self) -> list[Any]:
        """The items of the patch merged with those of the target, then the rest of the target."""
        self._refuse_null_keys()
        self._refuse_null_twins()
        count = len(self._target) + len(self._patch)
        if count > _MANY:
            allowance.current().make(count * count // 2)  # each is looked for among all
        wanted = self._wanted()
        if not wanted:
            return self._target
        added: list[Any] = []
        keys, values = self._keys, wanted[0]
        for wish in wanted:
            keys, values = _valid(wanted, wish, self._keys)
            item = self._walk.walk(_find(self._target, keys, values), _find(self._patch, keys, values), self._item)
            if _absent(item) or item == {}:
                _put(self._target, keys, values, None)
            else:
                _complete(item, keys, values)
                _put(added, keys, values, item)
        return _append(added, self._target, keys)

    def _refuse_null_keys(self) -> None:
        """Kustomize keeps or drops such an item by whether null is written as a word."""
        for item in self._patch:
            for key in self._keys if isinstance(item, dict) and len(item) > 1 else ():
                if key in item and item[key] is None:
                    raise Unsupported(f"a strategic merge patch with a list item whose {key} is null")

    def _refuse_null_twins(self) -> None:
        """What is null in a later item with the same keys is lost in the next patch, and not always."""
        met: set[tuple[str, ...]] = set()
        for item in self._patch:
            if isinstance(item, dict):
                values = self._values(item)
                if values in met and _has_null(item):
                    raise Unsupported("a strategic merge patch with two list items of the same keys, and null in one")
                met.add(values)

    def _values(self, item: Any) -> Values:
        return tuple(text(item.get(key)) if isinstance(item, dict) else "" for key in self._keys)

    def _wanted(self) -> list[Values]:
        """The values of the merge keys of all items, each once, the patch's first; a missing one is empty."""
        found: dict[Values, None] = {}
        for item in (*self._patch, *self._target):
            found[self._values(item)] = None
        return _unify(list(found)) if len(self._keys) > 1 else list(found)


def _has_null(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_null, value.values() if isinstance(value, dict) else value))
    return value is None or value is EMPTY


def _unify(wanted: list[Values]) -> list[Values]:
    """Let values with a gap take what a similar item has there: port 80 without protocol, and port 80 with TCP."""
    for i in range(len(wanted)):
        one = wanted[i]
        for j in range(len(wanted)):
            both = _overlay(one, wanted[j])
            if both is not None:
                wanted[i] = wanted[j] = both
    return wanted


def _overlay(one: Values, other: Values) -> Values | None:
    pairs = list(zip(one, other, strict=True))
    if all(a != b for a, b in pairs) or any(a and b and a != b for a, b in pairs):
        return None
    return tuple(a or b for a, b in pairs)


def _valid(wanted: list[Values], values: Values, keys: Keys) -> tuple[Keys, Values]:
    """The merge keys that any of the items has, and this item's values for them; all of them if none has any."""
    used = {key for each in wanted for key, value in zip(keys, each, strict=True) if value}
    if not used:
        return keys, values
    pairs = [(key, value) for key, value in zip(keys, values, strict=True) if key in used]
    return tuple(key for key, _ in pairs), tuple(value for _, value in pairs)


def _find(items: list[Any], keys: Keys, values: Values) -> Any:
    """The first map with these values, leaving out the empty ones unless all are."""
    keys, values = _valid([values], values, keys)
    for item in items:
        if isinstance(item, dict) and all(_is(item, key, value) for key, value in zip(keys, values, strict=True)):
            return item
    return _MISSING


def _is(item: dict[str, Any], key: str, value: str) -> bool:
    return key in item and _written(item[key]) == value


def _complete(item: Any, keys: Keys, values: Values) -> None:
    for key, value in zip(keys, values, strict=True):
        if value and isinstance(item, dict) and key not in item:
            item[key] = value


def _append(added: list[Any], rest: list[Any], keys: Keys) -> list[Any]:
    """Put the target's items behind the merged ones; one with the same keys takes the place of the merged one."""
    for item in list(rest):
        if item is not None and not isinstance(item, dict):
            raise InputError(f"the list has a {kind_of(item)} among maps that are merged by {', '.join(keys)}")
        fields: dict[str, Any] = item or {}
        values = tuple(_written(fields[key]) for key in keys if key in fields)
        added.extend(item for _ in range(len(keys) - len(values)))
        if len(keys) > 1:
            _put(added, keys, values, None)
        _put(added, keys, values, item)
    return added


def _put(items: list[Any], keys: Keys, values: Values, item: Any) -> None:
    """Let an item take the place of each one with these keys, or the end; None takes them out.

    Values may be fewer than keys: then only so many count, and with none at all nothing else stays. An empty value
    means any. Nulls and empty maps never stay.
    """
    kept: list[Any] = []
    matched = False
    for other in items:
        if other is None or other == {}:
            continue
        if not isinstance(other, dict) and values and values[0]:
            kept.append(other)
        elif _matches(other, keys, values):
            matched = True
            kept.extend([item] if item is not None else [])
        elif values:
            kept.append(other)
    if item is not None and not matched:
        kept.append(item)
    items[:] = kept


def _matches(item: Any, keys: Keys, values: Values) -> bool:
    if not isinstance(item, dict):
        raise InputError(f"the list has a {kind_of(item)} among maps that are merged by {', '.join(keys)}")
    named = list(zip(keys, values, strict=False))
    return bool(named) and all(key in item and (not value or _written(item[key]) == value) for key, value in named)


def _written(value: Any) -> str:
    """A scalar as it is written: null is a word too."""
    return "null" if value is None else text(value)
