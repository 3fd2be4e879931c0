"""What kubectl and kustomize are asked for: the nodes of a cluster, and builds."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kgen import quantity
from kgen.errors import ToolError
from kgen.external import process
from kgen.resource import Body
from kgen.schema import pods

_NODES: Final = ("get", "nodes", "-o", "json")


@dataclass(frozen=True, slots=True)
class DetectedNode:
    """The nodes of a cluster that is there, as quantities: the smallest of them, and how many."""

    cpu: str | None
    memory: str | None
    count: int


def nodes(context: str) -> list[Body]:
    """The nodes of a context, at least one.

    Raises:
        ToolError: kubectl is missing or failed, or what it printed cannot be read.
    """
    argv = ("kubectl", "--context", context, *_NODES)
    found = list(pods.items(read_json(argv), "items"))
    if not found:
        raise ToolError(f"{shlex.join(argv)}: the cluster has no nodes", hint="is it still starting?")
    return found


def measure(context: str, nodes: Sequence[Body]) -> DetectedNode:
    """What the nodes of a context offer to pods (``status.allocatable``), before any pod runs.

    With kind, and minikube in a container, every node reports the whole machine that all of them share.
    https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/

    Raises:
        ToolError: What they offer cannot be read.
    """
    argv = ("kubectl", "--context", context, *_NODES)
    offered = [pods.mapping(node, "status", "allocatable") or {} for node in nodes]
    try:
        cpu = min(quantity.parse(amounts.get("cpu", "")) for amounts in offered)
        memory = min(quantity.parse(amounts.get("memory", "")) for amounts in offered)
    except ValueError as error:
        raise ToolError(f"{shlex.join(argv)}: a node offers no amount that can be read: {error}") from None
    whole = str(int(cpu)) if cpu.denominator == 1 else quantity.millicores(cpu)
    return DetectedNode(whole, f"{int(memory / quantity.MEBIBYTE)}Mi", len(nodes))


def build(path: str, *, restricted: bool = True) -> str:
    """What ``kubectl kustomize`` prints for a folder; unless restricted, its files may lie anywhere.

    Raises:
        ToolError: kubectl is missing, or refuses the folder.
    """
    return process.run(("kubectl", "kustomize", *_restriction(restricted), path))


def kustomize_build(path: str, *, restricted: bool = True) -> str:
    """What ``kustomize build`` prints for a folder; unless restricted, its files may lie anywhere.

    Raises:
        ToolError: kustomize is missing, or refuses the folder.
    """
    return process.run(("kustomize", "build", *_restriction(restricted), path))


def _restriction(restricted: bool) -> tuple[str, ...]:
    return () if restricted else ("--load-restrictor", "LoadRestrictionsNone")


def read_json(argv: Sequence[str]) -> dict[str, Any]:
    """The JSON object that a program prints.

    Raises:
        ToolError: It failed, or printed something else.
    """
    text = process.run(argv)
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ToolError(f"{shlex.join(argv)}: it printed no JSON object")
    return found
