"""What a rule sees, and what it may say beside its edits."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kgen.overlay.clusters.cluster import Cluster, NodeSize
from kgen.resource import ResourceId, ResourceMap


class Notice(NamedTuple):
    """Something a person should know that no edit can mend, or that they should do.

    Attributes:
        message: What is the matter, in one line.
        hint: What to do about it.
        level: Whether something will not work, or it is only good to know.
    """

    message: str
    hint: str
    level: Literal["warning", "info"] = "warning"


@dataclass(frozen=True, slots=True)
class State:
    """The resources on their way, and where they are to run.

    Attributes:
        resources: The base with the declaration's own edits and those of earlier rules.
        cluster: The cluster that was declared.
        node: The node that was declared, if one was.
        declared: Resource, container and resource name (``memory``) of the requests a person declared.
    """

    resources: ResourceMap
    cluster: Cluster
    node: NodeSize | None = None
    declared: Collection[tuple[ResourceId, str, str]] = frozenset()

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return (self.node and self.node.count) or 1
