"""How a strategic merge merges lists: plain values as a set, maps by their merge keys.

See `kgen.kustomize.merge` for what is odd about it.
"""

from collections.abc import Callable
from typing import Any, Final

from kgen.errors import InputError, Unsupported
from kgen.kustomize.scalars import is_scalar, kind_of, read, text
from kgen.schema.merge_keys import MergeType
from kgen.yamlio import allowance
from kgen.yamlio.kinds import Quoted
from kgen.yamlio.scalars import WORDS
from kgen.yamlio.written import untagged

DIRECTIVE = "$patch"
DIRECTIVES = ("delete", "replace", "merge")
MISSING: Final[Any] = type("Missing", (), {"__repr__": lambda _: "MISSING"})()


class Empty:
    """Null where nothing is written: a merge that passes by drops it, unlike the word ``null``."""

    def __deepcopy__(self, _: Any) -> "Empty":
        return self


EMPTY: Final[Any] = Empty()
Keys = tuple[str, ...]
Values = tuple[str, ...]
Walk = Callable[[Any, Any, MergeType], Any]
_MANY: Final = 200
"""From so many items on it matters that each is looked for among all."""


def is_absent(value: Any) -> bool:
    """Whether there is nothing, or null."""
    return value is MISSING or value is None or value is EMPTY


def directive_of_list(patch: list[Any]) -> str:
    """Read the item that is ``$patch`` alone, and take it out; ``merge`` if there is none.

    Raises:
        InputError: It is none of the three.
    """
    found: list[dict[str, Any]] = [item for item in patch if isinstance(item, dict) and DIRECTIVE in item]
    item: dict[str, Any] = found[0] if found else {}
    if len(item) != 1:
        return "merge"
    word = text(item[DIRECTIVE])
    if word not in DIRECTIVES:
        raise unknown_directive(word)
    _put(patch, (DIRECTIVE,), (word,), None)
    return word


def unknown_directive(word: str) -> InputError:
    """What is wrong with this value of ``$patch``."""
    return InputError(f"unknown $patch directive '{word}'", hint="use delete, replace or merge")


def merge_sets(target: list[Any], patch: list[Any]) -> list[Any]:
    """Plain values, the patch's first, each once.

    Raises:
        InputError: There are other values among them.
        Unsupported: A ``$patch`` is among them that kustomize does not take for one; or null beside a text that looks
            like it: kustomize compares what is written.
    """
    target, patch = ([value for value in values if value != {}] for values in (target, patch))
    odd = [value for value in (*patch, *target) if not is_scalar(value)]
    if any(isinstance(value, dict) and DIRECTIVE in value for value in odd):
        raise Unsupported("a $patch beside other fields or another one, in a list of plain values")
    if odd and (target or any(is_scalar(value) for value in patch)):
        raise InputError(f"the list has a {kind_of(odd[0])} among plain values that are merged")
    values = (*patch, *target)
    if None in values and any(value is not None and WORDS.get(text(value), ...) is None for value in values):
        raise Unsupported("a strategic merge patch of a list of plain values that has both null and a text like it")
    merged: dict[str, Any] = {}
    for value in patch:
        merged.setdefault(_written(value), _anew(value))
    for value in target:
        merged[_written(value)] = value if _written(value) in merged else _anew(value)
    return [value for value in merged.values() if value is not None]


def _anew(value: Any) -> Any:
    """An item as kustomize makes it: it keeps quotes, but no type."""
    return value if isinstance(value, Quoted) or not text(value) else untagged(read(text(value)), text(value))


class Items:
    """The merging of two lists of maps by merge keys; `target` and `patch` may be one and the same list."""

    def __init__(self, walk: Walk, known: MergeType, target: list[Any], patch: list[Any]) -> None:
        self._walk, self._item, self._keys = walk, known.item(), known.keys
        self._target, self._patch = target, patch

    def merged(self) -> list[Any]:
        """The items of the patch merged with those of the target, then the rest of the target.

        Raises:
            InputError: There are other values than maps among them.
            Unsupported: What becomes of a null depends on how it is written, or on the next patch.
        """
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
            item = self._walk(_find(self._target, keys, values), _find(self._patch, keys, values), self._item)
            if is_absent(item) or item == {}:
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
    return MISSING


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
