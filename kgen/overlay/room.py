"""How much room the declared node leaves to a base, and how that was computed."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, inf
from typing import Final

from kgen import quantity
from kgen.capacity import Amount, Measure, Workload, place
from kgen.overlay.clusters.cluster import Cluster, Nodes, NodeSize, Requests

_UNIT: Final[dict[Measure, int]] = {"cpu": 1, "memory": quantity.MEBIBYTE}


@dataclass(frozen=True, slots=True)
class Room:
    """Equal nodes, some of each taken by the cluster itself.

    Attributes:
        size: The published size of one node; infinite where it is not known.
        overhead: What of it the kubelet never reports.
        own: What the cluster's own pods request on each node.
    """

    size: Amount
    overhead: Amount
    own: tuple[Amount, ...]

    @property
    def free(self) -> tuple[Amount, ...]:
        """What is left for the base on each node."""
        return tuple(self.size - self.overhead - own for own in self.own)

    def of(self, measure: Measure) -> "Room":
        """The same, with room without end in the other measure."""
        other: Measure = "memory" if measure == "cpu" else "cpu"
        return replace(self, size=replace(self.size, **{other: inf}))

    def may_hold(self, of: Sequence[Workload]) -> bool:
        """Whether all pods of the steady state may find a place, in some order."""
        return not place(of, self.free).homeless

    def holds(self, of: Sequence[Workload]) -> bool:
        """Whether they do, in whatever order they are placed."""
        return place(of, self.free).fits

    def smallest(self, of: Sequence[Workload], measure: Measure) -> tuple[int, int]:
        """The size of each node, in cores or Mi, below which they find no place, and one that holds them for sure."""
        everything = sum((w.steady for w in of), self.overhead + max(self.own, key=lambda own: own.of(measure)))
        most = max(1, ceil(everything.of(measure) / _UNIT[measure]))

        def sized(size: int) -> Room:
            return replace(self, size=replace(Amount(inf, inf), **{measure: Fraction(size * _UNIT[measure])}))

        least = bisect_left(range(1, most), x=True, key=lambda size: sized(size).may_hold(of)) + 1
        return least, bisect_left(range(least, most), x=True, key=lambda size: sized(size).holds(of)) + least


def room(cluster: Cluster, node: NodeSize | None) -> Room:
    """The room on the declared nodes, or on the cluster's documented default ones."""
    nodes = cluster.nodes
    default = nodes.default or (None, None)
    cpu, memory = (node and node.cpu) or default[0], (node and node.memory) or default[1]
    size = Amount(inf if cpu is None else quantity.parse(cpu), inf if memory is None else quantity.parse(memory))
    return Room(size, Amount(memory=quantity.parse(nodes.overhead)), _own(nodes, (node and node.count) or 1))


def _own(nodes: Nodes, count: int) -> tuple[Amount, ...]:
    each = _amount(nodes.each if count == 1 else nodes.each_of_several)
    first = _amount(nodes.control_plane) + each
    if nodes.shared_machine:
        return (first + each * (count - 1),)
    return (first, *[each] * (count - 1))


def _amount(requests: Requests) -> Amount:
    return Amount(quantity.parse(requests.cpu), quantity.parse(requests.memory))
