"""What minikube is asked for: the size of a cluster it made."""

import shlex
from typing import Final

from kgen.errors import ToolError
from kgen.external import kubectl
from kgen.external.kubectl import DetectedNode
from kgen.schema import pods

_PROFILES: Final = ("minikube", "profile", "list", "-o", "json")


def detect(profile: str = "minikube") -> DetectedNode:
    """The size a profile was started with, per node.

    minikube is asked and not the nodes, for with a container driver a node reports the whole computer, whatever
    ``--memory`` said. Only what was started without a limit (0) is read from the nodes.
    https://github.com/kubernetes/minikube/issues/16635

    Raises:
        ToolError: minikube is missing or failed, has no such profile, or what it printed cannot be read.
    """
    found = kubectl.read_json(_PROFILES)
    profiles = {entry.get("Name"): pods.mapping(entry, "Config") for entry in pods.items(found, "valid")}
    config = profiles.get(profile)
    if config is None:
        names = ", ".join(sorted(str(name) for name in profiles)) or "none"
        raise ToolError(
            f"{shlex.join(_PROFILES)}: no profile {profile!r}, there is {names}", hint="start it with: minikube start"
        )
    cpus, memory = config.get("CPUs"), config.get("Memory")
    count = max(1, len(list(pods.items(config, "Nodes"))))
    if cpus and memory:
        return DetectedNode(str(cpus), f"{memory}Mi", count)
    offered = kubectl.measure(profile, kubectl.nodes(profile))
    return DetectedNode(str(cpus) if cpus else offered.cpu, f"{memory}Mi" if memory else offered.memory, count)
