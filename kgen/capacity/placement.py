"""Whether nodes hold what workloads ask for: in no order, or in every order in which their pods may be placed.

The scheduler takes pods as they come, gives each a node by scores of its own, and never moves one again. On one node
that makes no difference. On several it may leave the last pod without a node that has room in one piece, though in
another order there would have been one. So there are two answers: ``homeless`` names pods that find no room in
whatever order; ``fits`` is sure that each finds it wherever the others are, also when several are replaced at once.
Between the two it depends. Both are bounds that are counted, for there may be very many pods.
https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from kgen.capacity.amounts import MEASURES, Amount, Measure, Number, show
from kgen.capacity.workloads import Workload, total


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is placed, and where.

    Attributes:
        nodes: The room on each node.
        free: The same beside the pods of DaemonSets, which belong there whatever comes first.
        roaming: The workloads whose pods go anywhere, or where those go that they are tied to.
        crowds: What all of them ask for that fit on a node at all, for each node.
    """

    nodes: Sequence[Amount]
    free: Sequence[Amount]
    roaming: Sequence[Workload]
    crowds: Sequence[Amount]

    def homes(self, workload: Workload) -> Iterator[int]:
        """Each node on which the first of those that are tied to it may be put."""
        tied = [other for other in self.roaming if other.together == workload.together]
        return (index for index, room in enumerate(self.nodes) if any(one.pod.fits(room) for one in tied))

    def left(self, index: int, measure: Measure) -> Number:
        """What is left on a node where everything is that fits there."""
        return self.free[index].of(measure) - self.crowds[index].of(measure)

    def is_sure_of(self, workload: Workload) -> bool:
        """Whether each pod of one of its workloads finds room, wherever all others are."""
        if not workload.pods:
            return True
        if workload.on_every_node:
            return not any(self._is_crowded(workload, index) for index in range(len(self.free)))
        if workload.together:
            homes = list(self.homes(workload))
            fit = all(workload.pod.fits(self.free[index]) for index in homes)
            return bool(homes) and fit and not any(self._is_crowded(workload, index) for index in homes)
        return self._filled(workload.pod) < sum(map(workload.pod.fits, self.free))

    def _is_crowded(self, workload: Workload, index: int) -> bool:
        return any(workload.steady.of(measure) and self.left(index, measure) < 0 for measure in MEASURES)

    def _filled(self, pod: Amount) -> int:
        """How many nodes that could take this pod the others can fill so far that they cannot, at most."""
        spare = [room - pod for room in self.free if pod.fits(room)]
        return sum(self._filled_with(pod, spare, measure) for measure in MEASURES if pod.of(measure))

    def _filled_with(self, pod: Amount, spare: Sequence[Amount], measure: Measure) -> int:
        others = total(self.roaming).of(measure) - pod.of(measure)
        count = sum(workload.pods for workload in self.roaming if workload.pod.of(measure)) - 1
        needed = accumulate(sorted(room.of(measure) for room in spare))
        return min(count, sum(1 for amount in needed if amount < others))


def homeless(of: Sequence[Workload], nodes: Sequence[Amount]) -> tuple[Workload, ...]:
    """Workloads of which not all pods find room, in whatever order; what is tied together is named together.

    Where the sum is too large that is all of them.
    """
    ground = _ground(of, nodes)
    daemons = [w for w in of if w.on_every_node and any(_is_beyond(w.pod, room) for room in ground.free)]
    if daemons:
        return tuple(daemons)
    if any(total(ground.roaming).of(m) > sum(max(room.of(m), 0) for room in ground.free) for m in MEASURES):
        return tuple(ground.roaming)
    for piece, pod, pods in _demands(_pieces(ground.roaming)):
        if pods > sum(_most(pod, room) for room in ground.free):
            return tuple(w for w in of if w.id == piece.id or (w.together and w.together == piece.together))
    return ()


def fits(of: Sequence[Workload], nodes: Sequence[Amount]) -> bool:
    """Whether all pods find room in whatever order they come, first and whenever they are replaced."""
    ground = _ground(of, nodes)
    return all(map(ground.is_sure_of, of))


def surge_fits(workload: Workload, beside: Sequence[Workload], nodes: Sequence[Amount]) -> bool:
    """Whether the extra pods of a rollout find room beside all that runs, wherever that is."""
    more = replace(workload, pods=workload.surge)
    return _ground((*beside, more), nodes).is_sure_of(more)


def surge_waits(workload: Workload, beside: Sequence[Workload], nodes: Sequence[Amount]) -> bool:
    """Whether they find none, wherever all that runs is."""
    return bool(homeless((*beside, replace(workload, pods=workload.surge)), nodes))


def no_room_for_surge(workload: Workload, beside: Sequence[Workload], nodes: Sequence[Amount]) -> str:
    """In words, what a rollout asks for that is not left, or may not be; for one that does not fit for sure."""
    alone = ((m, [_only(m, room) for room in nodes]) for m in MEASURES)
    measure: Measure = next((m for m, rooms in alone if not surge_fits(workload, beside, rooms)), "memory")
    asked = show(workload.pod.of(measure), measure)
    running = "the first still runs" if workload.pods == 1 else f"all {workload.pods} still run"
    more = f"{workload.surge} more pods of {asked} each" if workload.surge > 1 else f"one more pod of {asked}"
    number = f"a second pod of {asked}" if workload.pods == workload.surge == 1 else more
    left = _left(workload, _ground(beside, nodes), measure, is_certain=surge_waits(workload, beside, nodes))
    return f"a rollout starts {number} while {running}; {left}"


def _left(workload: Workload, ground: _Ground, measure: Measure, *, is_certain: bool) -> str:
    if len(ground.free) == 1:
        return f"the node has {show(max(ground.left(0, measure), 0), measure)} left"
    if not workload.together:
        return f"no node {'has' if is_certain else 'is sure to have'} that left"
    tied = total(other for other in ground.roaming if other.together == workload.together).of(measure)
    homes = list(ground.homes(workload))
    worst = min((ground.left(index, measure) for index in homes), default=Fraction())
    best = max((ground.free[index].of(measure) - tied for index in homes), default=Fraction())
    left = (
        f"has at most {show(max(best, 0), measure)}" if is_certain else f"may have only {show(max(worst, 0), measure)}"
    )
    return f"the node of its volume {left} left"


def _ground(of: Sequence[Workload], nodes: Sequence[Amount]) -> _Ground:
    daemons = [replace(w, pods=w.pods // len(nodes)) for w in of if w.on_every_node]
    roaming = [workload for workload in of if workload.pods and not workload.on_every_node]
    free = [room - total(daemons) for room in nodes]
    crowds = [total(w for w in roaming if w.pod.fits(room)) for room in nodes]
    return _Ground(nodes, free, roaming, crowds)


def _is_beyond(pod: Amount, left: Amount) -> bool:
    return any(pod.of(measure) and left.of(measure) < 0 for measure in MEASURES)


def _only(measure: Measure, room: Amount) -> Amount:
    """The same with room without end in the other measure."""
    return replace(Amount(math.inf, math.inf), **{measure: room.of(measure)})


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


def _demands(pieces: Sequence[Workload]) -> Iterator[tuple[Workload, Amount, int]]:
    """What nodes must have room for: each piece, and as many of its size as there are of that or more, by measure."""
    yield from ((piece, piece.pod, piece.pods) for piece in pieces)
    for measure in MEASURES:
        ordered = sorted(pieces, key=lambda piece: -piece.pod.of(measure))
        for piece, pods in zip(ordered, accumulate(piece.pods for piece in ordered), strict=True):
            yield piece, replace(Amount(), **{measure: piece.pod.of(measure)}), pods


def _most(pod: Amount, room: Amount) -> Number:
    """How many of such pods a node has room for; without end where they ask for nothing or its size is not known."""
    asked = [m for m in MEASURES if pod.of(m) and room.of(m) != math.inf]
    return min((max(Fraction(0), room.of(m)) // pod.of(m) for m in asked), default=math.inf)
