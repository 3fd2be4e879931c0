"""What an overlay's ``kgen.yaml`` says to a preview: what to ignore, and the node that must hold the pods."""

import os
from typing import NamedTuple

from kgen.errors import together
from kgen.filesystem import FileSystem
from kgen.preview.ignoring import Rule
from kgen.preview.ignoring import parse as rule
from kgen.preview.verdicts import Node
from kgen.resource import ResourceMap

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
    from kgen.overlay.clusters.declared import declared_cluster
    from kgen.overlay.rules.room import room
    from kgen.overlay.rules.state import State
    from kgen.overlay.spec import parse

    path = os.path.join(folder, _FILE)
    spec, errors = parse(fs.read(path).decode("utf-8", "replace"), path)
    if errors:
        raise together(errors)
    rules = tuple(rule(entry.what) for entry in spec.ignore)
    cluster = declared_cluster(spec)
    node = Node(cluster.name, room(State(ResourceMap(), cluster, spec.node)).free) if cluster else None
    return Declared(rules, node)
