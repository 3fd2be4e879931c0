"""Files that people write: every key and value with its place, and splicing that leaves the rest of the text alone.

Nothing here dumps YAML. `read` tells where things are; `splice` replaces only the characters of one field.
Only `kgen.yamlio.source.read` imports ruamel.yaml.
"""

from kgen.yamlio.source.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence, Source, resolve
from kgen.yamlio.source.read import decode, read
from kgen.yamlio.source.scalars import Kind, quoted
from kgen.yamlio.source.splice import Change, splice

__all__ = [
    "Alias",
    "Change",
    "Entry",
    "Kind",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Source",
    "decode",
    "quoted",
    "read",
    "resolve",
    "splice",
]
