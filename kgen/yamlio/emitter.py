"""Plain data as text, byte for byte as kustomize prints it.

kustomize turns a resource into JSON and prints that with go-yaml 2: keys in natural order, lists not indented
under their key, long lines folded beyond column 80, quotes only where the plain text would be read as something
else. Source: ``encode.go``, ``emitterc.go`` and ``sorter.go`` in
https://github.com/kubernetes-sigs/yaml/tree/v1.4.0/goyaml.v2.
"""

import re
from collections.abc import Iterable
from typing import Any

from kgen.yamlio.naturalorder import sorted_keys
from kgen.yamlio.quoting import WIDTH, write_key, write_string
from kgen.yamlio.scalars import LEGACY_WORDS, format_number

_SIMPLE = re.compile(r"[A-Za-z/_(][A-Za-z0-9/_.,()=+-]*(?: [A-Za-z0-9/_.,()=+-]+)*").fullmatch


def dump(bodies: Iterable[Any]) -> str:
    """The text of documents of plain data, joined with ``---``, as kustomize prints them."""
    return "---\n".join(dump_one(body) for body in bodies)


def dump_one(body: Any) -> str:
    """The text of one document."""
    out: list[str] = []
    if isinstance(body, dict) and body:
        _write_map(body, 0, out, "")
    elif isinstance(body, list) and body:
        _write_list(body, 0, out, "")
    else:
        out.append(_scalar(body, 0, 0) + "\n")
    return "".join(out)


def _write_map(body: dict[str, Any], indent: int, out: list[str], lead: str) -> None:
    """One ``key: value`` after the other; the first stands behind `lead`."""
    pad = " " * indent
    for key in sorted_keys(body):
        value = body[key]
        name = key if len(key) <= WIDTH and _is_simple(key) else write_key(key)
        if name is None:
            _write_complex(key, value, indent, out, lead)
        elif value.__class__ is str:
            column = indent + len(name) + 2
            text = (
                value if len(value) + column <= WIDTH and _is_simple(value) else write_string(value, column, indent + 2)
            )
            out.append(_line(f"{lead}{name}: {text}"))
        elif value.__class__ is dict and value:
            out.append(f"{lead}{name}:\n")
            _write_map(value, indent + 2, out, pad + "  ")
        elif value.__class__ is list and value:
            out.append(f"{lead}{name}:\n")
            _write_list(value, indent, out, pad)
        else:
            out.append(f"{lead}{name}: {_scalar(value, 0, 0)}\n")
        lead = pad


def _is_simple(text: str) -> bool:
    return bool(_SIMPLE(text)) and text not in LEGACY_WORDS


def _write_complex(key: str, value: Any, indent: int, out: list[str], lead: str) -> None:
    out.append(f"{lead}? {_line(write_string(key, indent + 2, indent + 2))}")
    _write_item(value, indent, out, " " * indent + ": ")


def _write_list(items: list[Any], indent: int, out: list[str], lead: str) -> None:
    pad = " " * indent
    for item in items:
        _write_item(item, indent, out, lead + "- ")
        lead = pad


def _write_item(item: Any, indent: int, out: list[str], lead: str) -> None:
    if item.__class__ is dict and item:
        _write_map(item, indent + 2, out, lead)
    elif item.__class__ is list and item:
        _write_list(item, indent + 2, out, lead)
    else:
        out.append(lead + _line(_scalar(item, indent + 2, indent + 2)))


def _scalar(value: Any, column: int, indent: int) -> str:
    if isinstance(value, str):
        return write_string(value, column, indent)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format_number(value)
    return "{}" if isinstance(value, dict) else "[]"


def _line(text: str) -> str:
    return text if text[-1] in "\n\u2028\u2029" else text + "\n"
