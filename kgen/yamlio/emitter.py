"""Plain data as text, byte for byte as kustomize prints it.

kustomize turns a resource into JSON and prints that with go-yaml 2: keys in natural order, lists not indented
under their key, long lines folded, quotes only where the plain text would be read as something else. Source:
``encode.go`` and ``emitterc.go`` in https://github.com/kubernetes-sigs/yaml/tree/v1.4.0/goyaml.v2.
"""

from collections.abc import Iterable
from typing import Any

from kgen.yamlio import allowance
from kgen.yamlio.naturalorder import sorted_keys
from kgen.yamlio.quoting import write_key, write_string
from kgen.yamlio.scalars import format_number, json_number


def dump(bodies: Iterable[Any]) -> str:
    """The text of documents of plain data, joined with ``---``, as kustomize prints them.

    Args:
        bodies: Maps with string keys, lists, strings, finite numbers, booleans and None.

    Raises:
        InputError: kustomize cannot print a string or a key.
        Unsupported: The text is out of all proportion.
    """
    printer = _Printer()
    return "---\n".join(allowance.printed(printer.print(body) for body in bodies))


class _Printer:
    """Prints documents; remembers how it printed keys, which are often the same."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._orders: dict[tuple[str, ...], list[str]] = {}
        self._keys: dict[str, str | None] = {}

    def print(self, body: Any) -> str:
        """The text of one document."""
        self._out.clear()
        if isinstance(body, dict) and body:
            self._map(body, 0, "")
        elif isinstance(body, list) and body:
            self._list(body, 0, "")
        else:
            self._out.append(_line(_scalar(body, 0, 0)))
        return "".join(self._out)

    def _map(self, body: dict[str, Any], indent: int, lead: str) -> None:
        """One ``key: value`` after the other; the first goes behind `lead`."""
        out = self._out
        pad = " " * indent
        for key in self._ordered(body):
            value = body[key]
            name = self._key(key)
            if name is None:
                out.append(f"{lead}? {_line(write_string(key, indent + 2, indent + 2))}")
                self._item(value, indent, f"{pad}: ")
            elif isinstance(value, str):
                out.append(_line(f"{lead}{name}: {write_string(value, indent + len(name) + 2, indent + 2)}"))
            elif value.__class__ is dict and value:
                out.append(f"{lead}{name}:\n")
                self._map(value, indent + 2, pad + "  ")
            elif value.__class__ is list and value:
                out.append(f"{lead}{name}:\n")
                self._list(value, indent, pad)
            else:
                out.append(f"{lead}{name}: {_scalar(value, 0, 0)}\n")
            lead = pad

    def _list(self, items: list[Any], indent: int, lead: str) -> None:
        for item in items:
            self._item(item, indent, f"{lead}- ")
            lead = " " * indent

    def _item(self, item: Any, indent: int, lead: str) -> None:
        """A value behind ``-`` or ``:``, which `lead` ends with."""
        if item.__class__ is dict and item:
            self._map(item, indent + 2, lead)
        elif item.__class__ is list and item:
            self._list(item, indent + 2, lead)
        else:
            self._out.append(lead + _line(_scalar(item, indent + 2, indent + 2)))

    def _ordered(self, body: dict[str, Any]) -> list[str]:
        keys = tuple(body)
        ordered = self._orders.get(keys)
        if ordered is None:
            ordered = self._orders[keys] = sorted_keys(keys)
        return ordered

    def _key(self, key: str) -> str | None:
        if key not in self._keys:
            self._keys[key] = write_key(key)
        return self._keys[key]


def _scalar(value: Any, column: int, indent: int) -> str:
    """Anything but a map or a list with something in it."""
    if isinstance(value, str):
        return write_string(value, column, indent)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format_number(json_number(value))
    return "{}" if isinstance(value, dict) else "[]"


def _line(text: str) -> str:
    """The text up to the next line; a block ends with its last line break."""
    return text if text[-1] in "\n\u2028\u2029" else f"{text}\n"
