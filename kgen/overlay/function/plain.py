"""Plain data: all that a person's function may leave behind, for YAML holds no more."""

import datetime as dt
import math
import os
from collections.abc import Callable, Mapping
from typing import Any, Final

from kgen.errors import InputError
from kgen.fieldpath import FieldPath, Segment

# What YAML libraries for Go, kustomize's too, read as whole numbers, and how deep kgen reads.
_SMALLEST, _GREATEST, _DEEPEST = -(2**63), 2**64 - 1, 200

_PLAIN: Final = "plain data is dict with text keys, list, str, int, float, bool and None"
_INSTEAD: Final[Mapping[type, str]] = {
    tuple: "write a list: list(...)",
    set: "write a list in an order: sorted(...)",
    frozenset: "write a list in an order: sorted(...)",
    bytes: "write text: .decode()",
    dt.date: "write text: .isoformat()",
    os.PathLike: "write text: str(...)",
    str: "write text: str(...)",
    int: "write a number: int(...)",
    float: "write a number: float(...)",
    dict: "write a plain dict: dict(...)",
    list: "write a plain list: list(...)",
}


def plain(value: Any, what: str) -> Any:
    """A copy of plain data that shares no map and no list, neither with the original nor within itself.

    Args:
        value: The data.
        what: How to name it to a person: ``Deployment/web``.

    Raises:
        InputError: It is something else, or holds something else.
    """
    return _Copy(what).of(value, (), ())


class _Copy:
    def __init__(self, what: str) -> None:
        self._what = what

    def of(self, value: Any, path: tuple[Segment, ...], above: tuple[int, ...]) -> Any:
        copy = _COPIES.get(type(value))
        if copy is None:
            raise self._wrong(path, f"is a {_named(type(value))}, which is no plain data", _advice(value))
        return copy(self, value, path, above)

    def map(self, value: dict[Any, Any], path: tuple[Segment, ...], above: tuple[int, ...]) -> dict[str, Any]:
        above = self._entered(value, path, above)
        copied = {}
        for key, child in list(value.items()):
            if type(key) is not str:
                raise self._wrong(path, f"has the key {_shown(key)}", f'keys are text: "{_shown(key)}"')
            if key == "<<":
                raise self._wrong(path, "has the key '<<', which merges maps in YAML", "give it another name")
            copied[self.text(key, path, above)] = self.of(child, (*path, key), above)
        return copied

    def list(self, value: list[Any], path: tuple[Segment, ...], above: tuple[int, ...]) -> list[Any]:
        above = self._entered(value, path, above)
        return [self.of(child, (*path, index), above) for index, child in enumerate(list(value))]

    def text(self, value: str, path: tuple[Segment, ...], _above: object) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise self._wrong(path, "has half a character (a surrogate)", "decode the text as UTF-8") from None
        return value

    def whole(self, value: int, path: tuple[Segment, ...], _above: object) -> int:
        if not _SMALLEST <= value <= _GREATEST:
            raise self._wrong(path, "is a number of more than 64 bits", "write text if it is no number")
        return value

    def number(self, value: float, path: tuple[Segment, ...], _above: object) -> float:
        if not math.isfinite(value):
            raise self._wrong(path, f"is {value}", "a manifest's numbers are finite")
        return value

    def itself(self, value: bool | None, _path: object, _above: object) -> bool | None:
        return value

    def _entered(self, value: Any, path: tuple[Segment, ...], above: tuple[int, ...]) -> tuple[int, ...]:
        if id(value) in above:
            raise self._wrong(path, "contains itself", "put a copy there")
        if len(above) >= _DEEPEST:
            raise self._wrong(path[:3], f"nests more than {_DEEPEST} deep", "make it flatter")
        return (*above, id(value))

    def _wrong(self, path: tuple[Segment, ...], message: str, hint: str) -> InputError:
        where = f": {FieldPath(path)}" if path else ""
        return InputError(f"{self._what}{where} {message}", hint=hint)


_COPIES: Final[Mapping[type, Callable[[_Copy, Any, tuple[Segment, ...], tuple[int, ...]], Any]]] = {
    dict: _Copy.map,
    list: _Copy.list,
    str: _Copy.text,
    int: _Copy.whole,
    float: _Copy.number,
    bool: _Copy.itself,
    type(None): _Copy.itself,
}


def _advice(value: Any) -> str:
    return next((hint for kind, hint in _INSTEAD.items() if isinstance(value, kind)), _PLAIN)


def _named(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _shown(key: Any) -> str:
    try:
        return repr(key)[:60]
    except Exception:  # noqa: BLE001 - a person's own class may fail in any way
        return f"of type {_named(type(key))}"
