"""YAML as text and as plain data: the only room that imports a YAML library."""

from kgen.yamlio.emitter import dump
from kgen.yamlio.loader import Document, load

__all__ = ["Document", "dump", "load"]
