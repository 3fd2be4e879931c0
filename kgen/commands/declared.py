"""What an overlay's ``kgen.yaml`` says to a preview: what to ignore, and the node that must hold the pods."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kgen import yamlio
from kgen.errors import KgenError, together
from kgen.filesystem import FileSystem
from kgen.preview.ignoring import Rule
from kgen.preview.ignoring import parse as rule
from kgen.preview.verdicts import Node

if TYPE_CHECKING:
    from kgen.overlay.clusters.cluster import NodeSize

_FILE = "kgen.yaml"


class Declared(NamedTuple):
    """What a declaration says to a preview.

    Attributes:
        rules: What to ignore.
        node: The declared nodes, if there are any.
    """

    rules: tuple[Rule, ...] = ()
    node: Node | None = None


def declared(folder: str | None, fs: FileSystem | None) -> Declared:
    """Read it, where there is one.

    Args:
        folder: The folder of an overlay.
        fs: Where to read it.

    Raises:
        InputError: It is wrong.
    """
    if folder is None or fs is None or not fs.is_file(os.path.join(folder, _FILE)):
        return Declared()
    path = os.path.join(folder, _FILE)
    text = fs.read(path).decode("utf-8", "replace")
    said = _plain(text, path)
    try:
        return _meant(said or _checked(text, path))
    except ValueError:  # an amount that is none: the parser says where
        return _meant(_checked(text, path))


@dataclass(frozen=True)
class _Size:
    """The declared node."""

    cpu: str | None = None
    memory: str | None = None
    count: int | None = None


class _Said(NamedTuple):
    """The fields of a declaration that matter here."""

    ignore: tuple[str, ...] = ()
    cluster: str | None = None
    node: "NodeSize" = _Size()


def _plain(text: str, path: str) -> _Said | None:
    """Read at once, as nearly every declaration can be; None where it takes the parser that says what is wrong."""
    try:
        documents = yamlio.load(text, path)
    except KgenError:
        return None
    body = documents[0].body if len(documents) == 1 else {}
    ignore, node, cluster = body.get("ignore"), body.get("node") or {}, body.get("cluster")
    is_plain = ignore is None and isinstance(node, dict) and node.keys() <= {"cpu", "memory", "count"}
    if not is_plain or not isinstance(cluster, str | None):
        return None
    cpu, memory = (None if node.get(key) is None else str(node[key]) for key in ("cpu", "memory"))
    count = node.get("count", 1)
    return _Said((), cluster, _Size(cpu, memory, count)) if isinstance(count, int) else None


def _checked(text: str, path: str) -> _Said:
    from kgen.overlay.spec import parse

    spec, errors = parse(text, path)
    if errors:
        raise together(errors)
    return _Said(tuple(entry.what for entry in spec.ignore), spec.cluster, spec.node)


def _meant(said: _Said) -> Declared:
    rules = tuple(map(rule, said.ignore))
    if said.cluster is None:
        return Declared(rules)
    from kgen.overlay.clusters import CLUSTERS
    from kgen.overlay.room import room

    cluster = CLUSTERS.get(said.cluster)
    if cluster is None:
        return Declared(rules)
    classes = cluster.node_classes(said.node.count or 1)
    return Declared(rules, Node(cluster.name, room(cluster, said.node).free, classes))
