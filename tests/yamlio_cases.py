"""What kubectl 1.33 (kustomize 5.6) makes of YAML, as recorded in tests/cases/yamlio.

A row says what kustomize printed, or null where it failed, and under `refused` why kgen refuses what kustomize accepts.
`values` and `legacy` are written behind ``v:``, `files` are whole files, `printed` are data.
"""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases" / "yamlio"

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


def as_bytes(text: str) -> bytes:
    """A case may hold bytes that are no UTF-8, as lone surrogates."""
    return text.encode(errors="surrogateescape")


def resource(value: str, name: str = "a") -> str:
    """A resource with this text as its only value; kustomize knows nothing of its kind."""
    return f"apiVersion: x.io/v1\nkind: X\nmetadata:\n  name: {name}\nspec:\n  v: {value}\n"


def as_json_text(value: Any) -> str:
    """Data as text that any reader sees the same, whatever is in its strings."""
    if isinstance(value, str):
        return '"' + "".join(_escaped(char) for char in value) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"? {as_json_text(key)} : {as_json_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json_text, value)) + "]"
    return json.dumps(value)


def _escaped(char: str) -> str:
    if " " <= char <= "~" and char not in '"\\':
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
