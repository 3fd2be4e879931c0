"""Whether nodes hold what workloads ask for."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kgen.capacity.amounts import MEASURES, Amount, Measure, show
from kgen.capacity.workloads import Workload


@dataclass(frozen=True, slots=True)
class Placement:
    """What happens when pods are put on nodes.

    Attributes:
        left: The room left on each node.
        unplaced: The workloads of which not all pods found room.
        homes: The node of those that are tied together.
    """

    left: tuple[Amount, ...]
    unplaced: tuple[Workload, ...] = ()
    homes: Mapping[str, int] = field(default_factory=dict)

    def left_for(self, workload: Workload) -> tuple[Amount, ...]:
        """The room that further pods of a workload can take."""
        home = self.homes.get(workload.together)
        return self.left if home is None else (self.left[home],)


def place(of: Sequence[Workload], nodes: Sequence[Amount]) -> Placement:
    """Put the steady state's pods on nodes, given the free room of each.

    DaemonSets first, one pod a node (all of them on the one machine where several nodes share it), then the largest
    pods first, each on the first node with room; what is tied together is one piece. On one node this is exact; on
    several it is a way that works, which the scheduler may or may not take.
    """
    left = list(nodes)
    homeless: list[Workload] = []
    for workload in (w for w in of if w.on_every_node):
        placed = [_settle(workload, 1, left, number % len(left)) for number in range(workload.pods)]
        homeless += [workload] if 0 in placed else []
    pieces = sorted(_pieces(w for w in of if not w.on_every_node), key=lambda w: (-w.pod.memory, -w.pod.cpu))
    placement = _fill([(piece, piece.pods) for piece in pieces], left)
    lost = {piece.together for piece in placement.unplaced if piece.together}
    unplaced = [w for w in of if w.together in lost] + [w for w in placement.unplaced if not w.together]
    return Placement(placement.left, (*homeless, *unplaced), placement.homes)


def surge_fits(workload: Workload, left: Sequence[Amount]) -> bool:
    """Whether a rollout of this workload alone finds room for its extra pods in what the steady state leaves."""
    return not _fill([(workload, workload.surge)], left).unplaced


def no_room_for_surge(workload: Workload, left: Sequence[Amount]) -> str:
    """In words, what a rollout asks for that the steady state does not leave; for one that does not fit."""
    lacking = [(workload.pod * workload.surge).exceeds(room) for room in left]
    measure: Measure = next((measures[0] for measures in lacking if measures), "memory")
    asked, most = show(workload.pod.of(measure), measure), show(max(room.of(measure) for room in left), measure)
    node = "the roomiest node" if len(left) > 1 else "the node of its volume" if workload.together else "the node"
    running = "the first still runs" if workload.pods == 1 else f"all {workload.pods} still run"
    more = f"{workload.surge} more pods of {asked} each" if workload.surge > 1 else f"one more pod of {asked}"
    number = f"a second pod of {asked}" if workload.pods == workload.surge == 1 else more
    return f"a rollout starts {number} while {running}; {node} has {most} left"


def _pieces(of: Iterable[Workload]) -> list[Workload]:
    """Each workload, but those that are tied together as one with a single large pod."""
    alone: list[Workload] = []
    tied: dict[str, Workload] = {}
    for workload in of:
        if not workload.together:
            alone.append(workload)
        elif workload.together in tied:
            piece = tied[workload.together]
            tied[workload.together] = replace(piece, pod=piece.pod + workload.steady)
        else:
            tied[workload.together] = replace(workload, pod=workload.steady, pods=1)
    return [*alone, *tied.values()]


def _fill(of: Sequence[tuple[Workload, int]], nodes: Sequence[Amount]) -> Placement:
    """Put so many pods of each workload on the first nodes with room; counted, for there may be very many."""
    left = list(nodes)
    homeless: list[Workload] = []
    homes: dict[str, int] = {}
    for workload, count in of:
        for index in range(len(left)):
            settled = _settle(workload, count, left, index)
            count -= settled  # noqa: PLW2901 - what is still to be placed
            if settled and workload.together:
                homes[workload.together] = index
        if count:
            homeless.append(workload)
    return Placement(tuple(left), tuple(homeless), homes)


def _settle(workload: Workload, count: int, left: list[Amount], index: int) -> int:
    """Put up to so many pods on one node; how many found room."""
    room, pod = left[index], workload.pod
    asked = [measure for measure in MEASURES if pod.of(measure) > 0 and room.of(measure) != math.inf]
    settled = max(0, min([count, *(int(room.of(measure) // pod.of(measure)) for measure in asked)]))
    if settled:
        left[index] -= pod * settled
    return settled
