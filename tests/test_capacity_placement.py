"""What kgen is sure of about pods and nodes, and a scheduler that puts them in any order on any node with room."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from kgen.capacity import Amount, Workload, place
from kgen.quantity import parse
from kgen.resource import ResourceId


def of(name: str, memory: str, pods: int = 1, cpu: str = "0", **fields: Any) -> Workload:
    found = ResourceId.of({"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": name}})
    return Workload(found, Amount(parse(cpu), parse(memory)), pods, **fields)


def nodes_of(*memory: str, cpu: str = "1") -> list[Amount]:
    return [Amount(parse(cpu), parse(one)) for one in memory]


TIED = [of("a", "3Mi", together="x"), of("b", "2Mi", together="x")]
AGENT = of("d", "1Mi", pods=2, on_every_node=True)


@pytest.mark.parametrize(
    ("workloads", "nodes"),
    [
        ([], ["10Mi"]),
        ([of("a", "4Mi"), of("b", "6Mi")], ["10Mi"]),
        ([of("a", "4Mi"), of("b", "6Mi")], ["10Mi", "6Mi"]),
        # Two pods cannot fill two nodes for the third, whichever they are.
        ([of("a", "5Mi", pods=3)], ["10Mi", "10Mi"]),
        ([of("d", "1Mi", pods=3, on_every_node=True)], ["5Mi"]),
        ([AGENT, of("a", "5Mi")], ["6Mi", "6Mi"]),
        # A pod that asks for nothing goes anywhere, even onto a node that is too full.
        ([of("a", "0")], ["-1Mi"]),
        ([of("a", "0", together="x"), of("b", "0", pods=0, together="x")], ["-1Mi", "-1Mi"]),
        ([of("a", "9Mi", pods=0)], ["5Mi", "5Mi"]),
        # All that is tied, and all that may come before it.
        ([*TIED, of("c", "1Mi")], ["6Mi", "6Mi"]),
        # None of what is tied ever comes to the second node, and the largest of the others neither.
        ([*TIED, of("c", "4Mi")], ["9Mi", "1Mi"]),
        ([of("a", "6Mi", together="x"), of("b", "3Mi", together="x"), of("c", "8Mi")], ["17Mi", "2Mi"]),
        # The large one never comes to the second node.
        ([*TIED, of("c", "8Mi")], ["13Mi", "6Mi"]),
    ],
)
def test_what_fits_in_every_order(workloads: list[Workload], nodes: list[str]) -> None:
    assert place(workloads, nodes_of(*nodes)).fits
    assert place(workloads, nodes_of(*nodes)).homeless == ()


@pytest.mark.parametrize(
    ("workloads", "nodes"),
    [
        # Where the small ones are on one node each, the large one has none.
        ([of("a", "6Mi"), of("b", "2Mi"), of("c", "2Mi")], ["7Mi", "7Mi"]),
        ([of("a", "3Mi", pods=2), of("b", "5Mi")], ["6Mi", "6Mi"]),
        # Where the one that is not tied came first.
        ([*TIED, of("c", "2Mi")], ["6Mi", "6Mi"]),
        # Where the first of those that are tied came to the small node.
        (TIED, ["9Mi", "3Mi"]),
        # Where pods that could be elsewhere are on the node of the agent's.
        ([AGENT, of("a", "2Mi", pods=2)], ["4Mi", "4Mi"]),
        ([AGENT, of("a", "1Mi", pods=3)], ["3Mi", "3Mi"]),
    ],
)
def test_what_depends_on_the_order(workloads: list[Workload], nodes: list[str]) -> None:
    assert not place(workloads, nodes_of(*nodes)).fits
    assert place(workloads, nodes_of(*nodes)).homeless == ()


@pytest.mark.parametrize(
    ("workloads", "nodes", "homeless"),
    [
        ([of("a", "4Mi"), of("b", "7Mi")], ["10Mi"], "ab"),
        # The sum fits, the largest pod fits no node.
        ([of("a", "6Mi"), of("b", "1Mi")], ["5Mi", "5Mi"], "a"),
        # The sum fits and each pod fits, but not all of them.
        ([of("a", "6Mi", pods=3)], ["10Mi", "10Mi"], "a"),
        ([of("a", "2Mi"), of("b", "5Mi", pods=2), of("c", "6Mi")], ["9Mi", "9Mi"], "b"),
        ([of("d", "6Mi", pods=2, on_every_node=True)], ["5Mi", "6Mi"], "d"),
        ([*TIED, of("c", "1Mi")], ["4Mi", "4Mi"], "ab"),
        # A node that is too full takes nothing from what others have.
        ([of("a", "5Mi")], ["5Mi", "-9Mi"], ""),
        ([of("a", "5Mi"), of("b", "1Mi")], ["5Mi", "-9Mi"], "ab"),
    ],
)
def test_what_fits_in_no_order(workloads: list[Workload], nodes: list[str], homeless: str) -> None:
    assert "".join(w.id.name for w in place(workloads, nodes_of(*nodes)).homeless) == homeless


def test_cpu_counts_as_well() -> None:
    assert place([of("a", "1Mi", cpu="600m", pods=2)], nodes_of("1Gi")).homeless
    # One node has memory for two and cores for one, the other one the reverse.
    assert place([of("a", "1Mi", cpu="1", pods=3)], [*nodes_of("2Mi"), *nodes_of("1Mi", cpu="2")]).homeless
    # A node that has given away too many takes none from what others have.
    assert not place([of("a", "1Mi", cpu="600m")], [*nodes_of("1Gi"), *nodes_of("1Gi", cpu="-1")]).homeless
    # One node is filled with memory, the other with cores.
    mixed = [of("a", "3Mi", cpu="600m"), of("b", "3Mi"), of("c", "0", cpu="600m")]
    assert not place(mixed, nodes_of("5Mi", "5Mi")).fits
    assert place(mixed, nodes_of("6Mi", "5Mi", cpu="1200m")).fits


def test_a_measure_that_is_not_known_has_room_for_everything() -> None:
    assert place([of("a", "1Mi", cpu="600")], [Amount(math.inf, parse("2Mi"))]).fits
    assert place([of("a", "1Mi", cpu="600", pods=3)], [Amount(math.inf, parse("2Mi"))] * 2).fits


def test_very_many_pods_are_counted_and_not_put_one_by_one() -> None:
    many = [of("many", "10Mi", 2_000_000_000)]
    assert place(many, nodes_of("1Gi", "1Gi")).homeless
    assert place(many, nodes_of("20000000000Mi", "20000000000Mi")).fits


@pytest.mark.parametrize(
    ("surge", "beside", "nodes", "is_sure", "waits"),
    [
        (1, [], ["3Mi"], True, False),
        (2, [], ["5Mi"], False, True),
        (0, [of("b", "9Mi")], ["9Mi"], True, False),
        (2, [of("b", "2Mi")], ["5Mi", "5Mi"], False, False),
        (2, [of("b", "1Mi", pods=2)], ["6Mi", "6Mi"], True, False),
        (2, [of("b", "3Mi", pods=1)], ["4Mi", "4Mi"], False, True),
    ],
)
def test_the_surge_of_a_rollout(
    surge: int, beside: list[Workload], nodes: list[str], is_sure: bool, waits: bool
) -> None:
    rolling = of("a", "3Mi", surge=surge)
    assert place(beside, nodes_of(*nodes)).surge_fits(rolling) is is_sure
    assert place(beside, nodes_of(*nodes)).surge_waits(rolling) is waits


def test_the_surge_of_what_is_tied_needs_its_room_where_that_is() -> None:
    rolling = replace(TIED[0], surge=1)
    assert place([*TIED, of("c", "4Mi")], nodes_of("12Mi", "12Mi")).surge_fits(rolling)
    placement = place([*TIED, of("c", "5Mi")], nodes_of("12Mi", "12Mi"))
    assert not placement.surge_fits(rolling)
    assert placement.no_room_for_surge(rolling) == (
        "a rollout starts a second pod of 3Mi while the first still runs; the node of its volume may have only 2Mi left"
    )


class Scheduler:
    """Puts pods in some order on some node that has room; those that are tied only where the first of them came."""

    def __init__(self, workloads: Sequence[Workload], nodes: Sequence[Amount], chance: random.Random) -> None:
        self.left = list(nodes)
        self.homes: dict[str, int] = {}
        self.chance = chance
        self.waiting = [(w, index) for w in workloads for index in range(w.pods)]
        self.placed: list[tuple[Workload, int, int]] = []

    def run(self) -> bool:
        """Place all that wait; whether each found room."""
        self.chance.shuffle(self.waiting)
        for workload, index in self.waiting:
            if rooms := [node for node in self._allowed(workload, index) if workload.pod.fits(self.left[node])]:
                node = self._chosen(rooms)
                self.left[node] -= workload.pod
                self.homes.setdefault(workload.together, node)
                self.placed.append((workload, index, node))
            else:
                return False
        self.waiting = []
        return True

    def replace_some(self) -> None:
        """Stop some pods; they wait for a place again."""
        stopped = [one for one in self.placed if self.chance.random() < 0.6]
        self.placed = [one for one in self.placed if one not in stopped]
        for workload, index, node in stopped:
            self.left[node] += workload.pod
            self.waiting.append((workload, index))

    def _allowed(self, workload: Workload, index: int) -> Iterator[int]:
        home = index if workload.on_every_node else self.homes.get(workload.together) if workload.together else None
        return iter(range(len(self.left)) if home is None else (home,))

    def _chosen(self, rooms: list[int]) -> int:
        """Any; often the one with the most left, as the real one would, or the one with the least."""
        kind = self.chance.randrange(3)
        ordered = sorted(rooms, key=lambda node: self.left[node].memory)
        return self.chance.choice(rooms) if kind == 0 else ordered[-1] if kind == 1 else ordered[0]


def situations(chance: random.Random) -> tuple[list[Workload], list[Amount]]:
    count = chance.randint(1, 4)
    workloads = [
        of(
            name,
            f"{chance.randint(0, 6)}Mi",
            count if (everywhere := chance.random() < 0.15) else chance.randint(0, 3),
            cpu=chance.choice(["0", "0", "1", "2"]),
            on_every_node=everywhere,
            together="" if everywhere else chance.choice(["", "", "x", "y"]),
            surge=chance.randint(0, 2),
        )
        for name in "abcdef"[: chance.randint(1, 6)]
    ]
    size = chance.randint(1, 24)
    sizes = [size + chance.randint(-2, 0) for _ in range(count)]
    return workloads, [Amount(parse(str(chance.choice([4, 8, 99]))), parse(f"{one}Mi")) for one in sizes]


def test_a_scheduler_agrees_whatever_it_does() -> None:
    """What is said to fit does, at first and whenever pods are replaced; what is said not to, never does."""
    seen = {"sure": 0, "never": 0}
    for seed in range(1500):
        chance = random.Random(seed)  # noqa: S311  # the same each time
        workloads, nodes = situations(chance)
        placement = place(workloads, nodes)
        is_sure, is_never = placement.fits, bool(placement.homeless)
        assert not (is_sure and is_never), seed
        seen["sure"] += is_sure
        seen["never"] += is_never
        for _ in range(6 if is_sure or is_never else 0):
            scheduler = Scheduler(workloads, nodes, chance)
            assert scheduler.run() is is_sure, seed
            while is_sure and chance.random() < 0.7:
                scheduler.replace_some()
                assert scheduler.run(), seed
            for surging in workloads if is_sure else ():
                if surging.surge and placement.surge_fits(surging):
                    scheduler.waiting = [(surging, 0)]
                    assert surging.on_every_node or scheduler.run(), seed
                    break
    assert min(seen.values()) > 300, seen
