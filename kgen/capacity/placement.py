"""Whether nodes hold what workloads ask for: in no order, or in every order in which their pods may be placed.

The scheduler takes pods as they come, gives each a node by scores of its own, and never moves one again. On one node
that makes no difference. On several it may leave the last pod without a node that has room in one piece, though in
another order there would have been one. So there are two answers: ``homeless`` names pods that find no room in
whatever order; ``fits`` is sure that each finds it wherever the others are, also when several are replaced at once.
Between the two it depends. Both are bounds that are counted, for there may be very many pods.
https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from kgen.capacity.amounts import MEASURES, Amount, Measure, Number, show
from kgen.capacity.workloads import Workload, total


@dataclass(frozen=True, slots=True)
class Placement:
    """Workloads that are to find room on nodes.

    Attributes:
        of: The workloads.
        free: The room on each node beside the pods of DaemonSets, which belong there whatever comes first.
        pieces: The workloads that have other pods; those that are tied together as one with a single large pod.
        asked: What all these pods ask for.
        counts: How many of them ask for anything, by measure.
        crowds: What those of them ask for that fit on a node at all, for each node.
        homes: The nodes on which the first of those that are tied may be put, by what ties them.
    """

    of: Sequence[Workload]
    free: Sequence[Amount]
    pieces: Sequence[Workload]
    asked: Amount
    counts: Mapping[Measure, int]
    crowds: Sequence[Amount]
    homes: Mapping[str, Sequence[int]]

    @property
    def fits(self) -> bool:
        """Whether all pods find room in whatever order they come, first and whenever they are replaced."""
        unlike = {(one.pod, one.together, one.on_every_node): one for one in self.of if one.pods}
        return not any(map(self._lacking, unlike.values()))

    @property
    def homeless(self) -> tuple[Workload, ...]:
        """Workloads of which not all pods find room, in whatever order; what is tied together is named together.

        Where the sum is too large that is all of them.
        """
        daemons = [w for w in self.of if w.on_every_node and any(w.pod.exceeds(room + w.pod) for room in self.free)]
        if daemons:
            return tuple(daemons)
        if self.asked.exceeds(_sum(self.free)):
            return tuple(w for w in self.of if w.pods and not w.on_every_node)
        rooms = Counter(self.free)
        for piece, pod, pods in _demands(self.pieces):
            if pods > sum(_most(pod, room) * count for room, count in rooms.items()):
                return tuple(w for w in self.of if w.id == piece.id or (w.together and w.together == piece.together))
        return ()

    def surge_fits(self, workload: Workload) -> bool:
        """Whether the extra pods of a rollout find room beside all pods, wherever these are."""
        return not workload.surge or not self._lacking(workload, workload.surge)

    def surge_waits(self, workload: Workload) -> bool:
        """Whether it is sure that they find none: all ask for too much, or no node holds what must be on one."""
        more = workload.pod * workload.surge
        tied = [piece.pod + more for piece in self.pieces if workload.together and piece.together == workload.together]
        whole = tied[0] if tied else workload.pod
        return bool((self.asked + more).exceeds(_sum(self.free))) or not any(whole.fits(room) for room in self.free)

    def no_room_for_surge(self, workload: Workload) -> str:
        """In words, what a rollout asks for that is not left, or may not be; for one that does not fit for sure."""
        measure = self._lacking(workload, workload.surge)[0]
        asked = show(workload.pod.of(measure), measure)
        running = "the first still runs" if workload.pods == 1 else f"all {workload.pods} still run"
        more = f"{workload.surge} more pods of {asked} each" if workload.surge > 1 else f"one more pod of {asked}"
        number = f"a second pod of {asked}" if workload.pods == workload.surge == 1 else more
        return f"a rollout starts {number} while {running}; {self._room_left(workload, measure)}"

    def _room_left(self, workload: Workload, measure: Measure) -> str:
        is_certain = self.surge_waits(workload)
        if len(self.free) == 1:
            return f"the node has {_shown(self._left(0, measure), measure)} left"
        if not workload.together:
            return f"no node {'has' if is_certain else 'is sure to have'} that left"
        homes = self.homes[workload.together]
        if not is_certain:
            worst = min(self._left(index, measure) for index in homes)
            return f"the node of its volume may have only {_shown(worst, measure)} left"
        (tied,) = (piece.pod.of(measure) for piece in self.pieces if piece.together == workload.together)
        best = max(self.free[index].of(measure) - tied for index in homes)
        return f"the node of its volume has at most {_shown(best, measure)} left"

    def _left(self, index: int, measure: Measure) -> Number:
        """What is left on a node where everything is that fits there."""
        return self.free[index].of(measure) - self.crowds[index].of(measure)

    def _lacking(self, workload: Workload, more: int = 0) -> tuple[Measure, ...]:
        """The measures in which one of its pods, or of so many more, may find no room, depending on the others."""
        pod, extra = workload.pod, workload.pod * more
        if not workload.together and not workload.on_every_node:
            return self._lacking_everywhere(pod, more)
        homes = self.homes.get(workload.together, ()) if workload.together else range(len(self.free))
        alone = Amount() if workload.on_every_node else pod
        lacking = tuple(m for m in MEASURES if pod.of(m) and any(self._lacks(i, alone, extra, m) for i in homes))
        return lacking if homes else MEASURES

    def _lacks(self, index: int, alone: Amount, extra: Amount, measure: Measure) -> bool:
        """Whether a node has too little for a pod by itself, or for more of them beside everything."""
        return self._left(index, measure) < extra.of(measure) or alone.of(measure) > self.free[index].of(measure)

    def _lacking_everywhere(self, pod: Amount, more: int) -> tuple[Measure, ...]:
        """The same of a pod that goes anywhere: all nodes that could take it may be too full."""
        spare = [room - pod for room in self.free if pod.fits(room)]
        filled = {measure: self._filled(pod, more, spare, measure) for measure in MEASURES if pod.of(measure)}
        if sum(filled.values()) < len(spare) or not filled:
            return ()
        return tuple(measure for measure in filled if filled[measure] or not spare)

    def _filled(self, pod: Amount, more: int, spare: Sequence[Amount], measure: Measure) -> int:
        """How many nodes the others can fill so far that the pod has no room there, at most."""
        others = (self.asked + pod * more - pod).of(measure)
        needed = accumulate(sorted(room.of(measure) for room in spare))
        return min(self.counts[measure] + more - 1, sum(1 for amount in needed if amount < others))


def place(of: Sequence[Workload], nodes: Sequence[Amount]) -> Placement:
    """What is known of workloads on nodes, given the free room of each."""
    daemons = total(replace(w, pods=w.pods // len(nodes)) for w in of if w.on_every_node)
    roaming = [workload for workload in of if workload.pods and not workload.on_every_node]
    homes: dict[str, list[int]] = {workload.together: [] for workload in roaming if workload.together}
    for index, room in enumerate(nodes):
        for tie in dict.fromkeys(w.together for w in roaming if w.together and w.pod.fits(room)):
            homes[tie].append(index)
    crowds = {room: total(w for w in roaming if w.pod.fits(room)) for room in dict.fromkeys(nodes)}
    return Placement(
        of=of,
        free=[room - daemons for room in nodes],
        pieces=_pieces(roaming),
        asked=total(roaming),
        counts={measure: sum(w.pods for w in roaming if w.pod.of(measure)) for measure in MEASURES},
        crowds=[crowds[room] for room in nodes],
        homes=homes,
    )


def _sum(free: Iterable[Amount]) -> Amount:
    """What all nodes have; one that is too full takes nothing from the others."""
    return sum((Amount(max(room.cpu, Fraction()), max(room.memory, Fraction())) for room in free), Amount())


def _shown(left: Number, measure: Measure) -> str:
    return show(max(left, Fraction()), measure)


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
