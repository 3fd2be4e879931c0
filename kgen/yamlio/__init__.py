"""YAML as text and as plain data. Nothing else in kgen imports a YAML library.

Marks, comments and writing are imported when they are asked for: a build needs none of them.
"""

from typing import TYPE_CHECKING, Any

from kgen.yamlio.composer import Document
from kgen.yamlio.emitter import dump
from kgen.yamlio.legacy import Legacy, load_legacy
from kgen.yamlio.loader import load

if TYPE_CHECKING:
    from kgen.yamlio.positions import Path, comments, marks
    from kgen.yamlio.writer import write

__all__ = ["Document", "Legacy", "Path", "comments", "dump", "load", "load_legacy", "marks", "write"]


def __getattr__(name: str) -> Any:
    """What is imported when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'kgen.yamlio' has no attribute {name!r}")
    from kgen.yamlio import positions, writer

    globals().update(Path=positions.Path, comments=positions.comments, marks=positions.marks, write=writer.write)
    return globals()[name]
