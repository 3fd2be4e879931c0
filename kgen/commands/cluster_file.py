"""The file beside an overlay that a cluster is created from: kgen's, or a person's own."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from kgen import yamlio
from kgen.errors import InputError
from kgen.overlay import emit, header
from kgen.overlay.clusters.cluster import Cluster, Setup
from kgen.overlay.rules.state import Notice
from kgen.resource import Body


def files(folder: str, cluster: Cluster | None, setup: Setup) -> tuple[Mapping[str, str], tuple[Notice, ...]]:
    """The text to write by name, and what to say of a file that is a person's own and left alone.

    Args:
        folder: The overlay's.
        cluster: The one that is declared.
        setup: What the overlay needs of it.

    Raises:
        InputError: The file that is there is no file, or may not be read.
    """
    if cluster is None or cluster.file is None:
        return {}, ()
    name, content = cluster.file.name, cluster.file.content(setup)
    path = os.path.join(folder, name)
    text = None if os.path.islink(path) else emit.read(path)
    if text is None or header.recorded(text):
        return {name: yamlio.write(content, {})}, ()
    return {}, tuple(_notices(name, list(_omitted(_body(text, path), content, ""))))


def _notices(name: str, omitted: list[str]) -> Iterator[Notice]:
    if omitted:
        yield Notice(
            f"{name} is your own, without kgen's header, and does not say {', '.join(omitted)}",
            f"add what the overlay needs of it, or move it away: kgen writes {name} anew",
            "info",
        )


def _body(text: str, path: str) -> Body:
    """What it says; nothing where it is no YAML, which is for the cluster's own tool to tell."""
    try:
        documents = yamlio.load(text, path)
    except InputError:
        return {}
    body = documents[0].body if documents else {}
    return body if isinstance(body, dict) else {}


def _omitted(found: Any, wanted: Any, path: str) -> Iterator[str]:
    """What is wanted and not there; maps may hold more, and lists other items in any order."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            yield from _omitted(found.get(key), value, f"{path}.{key}" if path else key)
    elif isinstance(wanted, list) and isinstance(found, list):
        for index, item in enumerate(wanted):
            if all(any(_omitted(other, item, "")) for other in found):
                yield from _omitted(found[index] if index < len(found) else None, item, f"{path}[{index}]")
    elif found != wanted:
        yield f"{path}: {json.dumps(wanted)}"
