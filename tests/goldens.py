"""Whole outputs that are compared byte for byte; `KGEN_UPDATE=1` writes what is made now: read it before committing."""

import os
from pathlib import Path

RENDERED = Path(__file__).parent / "cases" / "renderers"


def golden(name: str, made: str) -> str:
    """The expected text."""
    path = RENDERED / name
    if os.environ.get("KGEN_UPDATE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def steering(text: str) -> set[str]:
    """The characters that would steer a terminal or turn the direction of text around."""
    return {char for char in text if not char.isprintable() and char != "\n"}
