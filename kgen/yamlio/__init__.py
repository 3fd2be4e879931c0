"""YAML as text and as plain data. Nothing else in kgen imports a YAML library."""

from kgen.yamlio.composer import Document
from kgen.yamlio.emitter import dump
from kgen.yamlio.legacy import Legacy, load_legacy
from kgen.yamlio.loader import load
from kgen.yamlio.marks import Path, comments, marks
from kgen.yamlio.writer import write

__all__ = ["Document", "Legacy", "Path", "comments", "dump", "load", "load_legacy", "marks", "write"]
