"""The facts of a cluster, topic by topic, each with where it is written."""

import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from kgen.overlay.clusters.cluster import Cluster, Requests, Setup, Storage


def lines(cluster: Cluster, width: int) -> Iterator[str]:
    """All of them, under their topics."""
    for topic, known in _TOPICS.items():
        yield ""
        yield topic.capitalize()
        for text in known(cluster):
            yield from _wrapped(text, width)
        for fact in cluster.facts:
            if fact.topic == topic:
                yield from _wrapped(fact.text, width)
                yield from [f"    {fact.source}"] if fact.source else []


def _identity(cluster: Cluster) -> Iterator[str]:
    context, evidence = cluster.identity.context, cluster.identity.evidence
    yield f"its kubectl context is {context}" if context else "its kubectl context is to be declared: context"
    if evidence:
        yield f"its nodes are known by {'.'.join(evidence.path)}, which is {evidence.pattern}"


def _nodes(cluster: Cluster) -> Iterator[str]:
    nodes = cluster.nodes
    declare = "declare it: node.memory, node.cpu"
    if nodes.default:
        yield f"reckoned with {nodes.default.cpu} CPUs and {nodes.default.memory} each; another size? {declare}"
    else:
        yield f"the size is whatever there is; {declare}"
    if nodes.overhead != "0":
        yield f"{nodes.overhead} of it never reach pods"
    asked = [f"{_amounts(nodes.control_plane)} once"] if nodes.control_plane != Requests() else []
    where = "node" if nodes.each == nodes.each_of_several else "of several"
    asked += [f"{_amounts(nodes.each_of_several)} on each {where}"] if nodes.each_of_several != Requests() else []
    if asked:
        yield f"its own pods ask for {', '.join(asked)}"
    if nodes.shared_machine:
        yield "all nodes share one machine"


def _storage(cluster: Cluster) -> Iterator[str]:
    yield _served(cluster.storage)
    if cluster.storage_of_several:
        yield f"with several nodes: {_served(cluster.storage_of_several)}"


def _folders(cluster: Cluster) -> Iterator[str]:
    by = f"by {cluster.file.name}" if cluster.file else "by the commands that start it"
    folders = cluster.folders
    yield {
        "mounted": f"folders of this computer are mounted {by}",
        "shared": f"seen under their own path: {', '.join(folders.shared)}",
        "none": "no folder of this computer is seen",
        "unknown": "folders of this computer are not seen",
    }[folders.way]


def _access(cluster: Cluster) -> Iterator[str]:
    exposure = cluster.exposure
    if exposure.at_creation:
        yield "ports are mapped when it is created, so NodePorts get fixed numbers"
    if exposure.service_type:
        yield f"exposed Services become a {exposure.service_type}: {exposure.reason}"
    if exposure.load_balancer:
        yield f"a LoadBalancer needs '{exposure.load_balancer.line}'"


def _images(cluster: Cluster) -> Iterator[str]:
    line, comment = cluster.commands.load(Setup("overlays/NAME", context=cluster.identity.context), "NAME:TAG")
    yield f"{line}: {comment}" if line else comment


_TOPICS: Final[Mapping[str, Callable[[Cluster], Iterator[str]]]] = MappingProxyType(
    {
        "identity": _identity,
        "nodes": _nodes,
        "storage": _storage,
        "folders": _folders,
        "access": _access,
        "images": _images,
    }
)


def _served(storage: Storage) -> str:
    name = (
        f"class {storage.storage_class}" if storage.storage_class else "a class that is to be declared: storage.class"
    )
    by = f" ({storage.provisioner})" if storage.provisioner else ""
    modes = storage.access_modes
    return f"{name}{by} serves {', '.join(sorted(modes)) if modes else 'what storage.accessModes declares'}"


def _amounts(requests: Requests) -> str:
    return " and ".join(
        words
        for words, amount in ((f"{requests.cpu} CPU", requests.cpu), (requests.memory, requests.memory))
        if amount != "0"
    )


def _wrapped(text: str, width: int) -> Iterator[str]:
    found = textwrap.wrap(text, max(width - 4, 20), break_on_hyphens=False, break_long_words=False)
    yield from (f"  {'  ' if index else ''}{line}" for index, line in enumerate(found))
