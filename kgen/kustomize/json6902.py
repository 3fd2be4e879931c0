"""JSON 6902 patches in kustomize's dialect.

The standard is https://www.rfc-editor.org/rfc/rfc6902; kustomize applies it with an old Go library
(https://github.com/evanphx/json-patch/blob/v4.12.0/patch.go) that differs: ``replace`` makes what is missing in a
map, an index may count from the end, ``add`` at a negative index counts the new item too, and a missing ``value`` is
null. The jsonpatch package follows the standard, so it serves the tests as the second opinion where both agree.
"""

import copy
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize.growth import check_copy
from kgen.kustomize.hashes import go_json
from kgen.resource import Body
from kgen.yamlio.scalars import json_number

_NAMES = ("add", "remove", "replace", "move", "copy", "test")
_EXACT = 2**53
"""Go reads JSON numbers as floats: whole ones beyond this are rounded, and printed with no more digits than needed."""


class Operation(NamedTuple):
    """One operation of a patch.

    Attributes:
        op: What to do, in the standard's words.
        path: Where, as a JSON pointer.
        value: What with; plain data.
        source: The text of ``from``.
    """

    op: str
    path: str
    value: Any = None
    source: str = ""


class FailedOperation(InputError):
    """An operation that cannot be carried out; its attribute `index` says which of the patch, from 0."""

    def __init__(self, message: str, index: int, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.index = index


def operations(data: Any) -> tuple[Any, ...]:
    """The operations of a patch, still unread, as kustomize reads them only where there is something to patch.

    Raises:
        InputError: It is no list of maps.
    """
    if not isinstance(data, list) or not all(item is None or isinstance(item, dict) for item in data):
        raise InputError("a JSON 6902 patch is a list of operations, each a map with op and path")
    return tuple(data)


def _operation(item: Any) -> Operation:
    item = item or {}
    if item.get("op") not in _NAMES:
        raise InputError(f"unknown JSON 6902 operation {item.get('op')!r}", hint="use one of " + ", ".join(_NAMES))
    needed = ("path", "from") if item["op"] in ("move", "copy") else ("path",)
    for key in needed:
        if not isinstance(item.get(key), str):
            raise InputError(f"the JSON 6902 operation {item['op']} needs {key}, a text")
    return Operation(item["op"], item["path"], item.get("value"), item["from"] if "from" in needed else "")


def apply(body: Body, patch: Iterable[Any]) -> Body:
    """The body with the operations applied in order; the given one stays as it is.

    Raises:
        FailedOperation: One leads nowhere or is none, or a test fails.
        InputError: What is left is no map.
        Unsupported: A test finds a number that has the same float, and may be written otherwise; or null replaces all.
    """
    root: Any = copy.deepcopy(body)
    for index, item in enumerate(patch):
        try:
            root = _apply(root, _operation(item))
        except InputError as error:
            raise FailedOperation(error.message, index, hint=error.hint) from None
    if not isinstance(root, dict):
        raise InputError("the JSON 6902 patch leaves something else than a map")
    made: Body = rounded(root)
    return made


def _apply(root: Any, operation: Operation) -> Any:
    op, path, value, source = operation
    if path == "" and op == "replace":
        return _whole(root, value)
    if path == "" and op == "test":
        _test(root, operation)
        return root
    if op == "remove":
        _remove(root, path, operation)
    elif op == "replace":
        _replace(root, path, operation)
    elif op == "test":
        holder, key = _find(root, path, operation)
        _test(_get(holder, key, operation), operation)
    else:
        if op != "add":
            value = _get(*_find(root, source, operation), operation)
            check_copy(value)
        if op == "move":
            _remove(root, source, operation)
        _add(root, path, copy.deepcopy(value), operation)
    return root


def _fail(operation: Operation, why: str) -> Any:
    raise InputError(f"JSON 6902 {operation.op} at '{operation.path}' fails: {why}")


def _whole(root: Any, value: Any) -> Any:
    """What a replacement of the whole leaves: a plain value replaces nothing, which the library takes for success."""
    if value is None:
        raise Unsupported("a JSON 6902 replace of a whole resource by null", hint="leave the operation out")
    return copy.deepcopy(value) if isinstance(value, dict | list) else root


def _test(value: Any, operation: Operation) -> None:
    if not same(value, operation.value):
        _fail(operation, "the value is another")
    if _has_null_item(value):
        _fail(operation, "kustomize breaks down on a null in a list that it compares")
    if repr(value) != repr(operation.value) and any(map(_has_large, (value, operation.value))):
        what = f"a JSON 6902 test at '{operation.path}' of a number beyond {_EXACT}, written in another way"
        raise Unsupported(what, hint="test for it as it is written in the resource")


def _has_null_item(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null_item, value.values()))
    return isinstance(value, list) and any(item is None or _has_null_item(item) for item in value)


def _has_large(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_large, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int | float) and abs(value) > _EXACT


def _find(root: Any, path: str, operation: Operation) -> tuple[Any, str]:
    """What holds the last part of a path, and that part."""
    _, *parts = path.split("/")
    if not parts:
        _fail(operation, f"the path '{path}' does not begin with '/'")
    steps = [part.replace("~1", "/").replace("~0", "~") for part in parts]
    holder = root
    for step in steps[:-1]:
        holder = _get(holder, step, operation)
        if not isinstance(holder, dict | list):
            _fail(operation, f"there is no map or list at '{step}'")
    return holder, steps[-1]


def _get(holder: Any, key: str, operation: Operation) -> Any:
    if isinstance(holder, dict):
        return holder.get(key)
    return holder[_index(key, len(holder), operation)]


def _index(key: str, length: int, operation: Operation) -> int:
    if not re.fullmatch(r"[-+]?[0-9]{1,99}", key, re.ASCII) or not -length <= int(key) < length:
        _fail(operation, f"'{key}' is no position in a list of {length}")
    return int(key)


def _add(root: Any, path: str, value: Any, operation: Operation) -> None:
    holder, key = _find(root, path, operation)
    if isinstance(holder, dict):
        holder[key] = value
    elif key == "-":
        holder.append(value)
    else:
        size = len(holder) + 1
        holder.insert(_index(key, size, operation) % size, value)


def _remove(root: Any, path: str, operation: Operation) -> None:
    holder, key = _find(root, path, operation)
    if isinstance(holder, list):
        del holder[_index(key, len(holder), operation)]
    elif key in holder:
        del holder[key]
    else:
        _fail(operation, f"there is no '{key}'")


def _replace(root: Any, path: str, operation: Operation) -> None:
    holder, key = _find(root, path, operation)
    where = key if isinstance(holder, dict) else _index(key, len(holder), operation)
    holder[where] = copy.deepcopy(operation.value)


def same(one: Any, other: Any) -> bool:
    """Whether both are the same JSON: 1, 1.0, true and "1" all differ."""
    return go_json(one) == go_json(other)


def rounded(value: Any) -> Any:
    """What a patch makes of numbers, those that it does not speak of as well: no more digits than a float has."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return json_number(float(value)) if abs(value) > _EXACT else value
    if isinstance(value, str):
        return str(value)
    return value
