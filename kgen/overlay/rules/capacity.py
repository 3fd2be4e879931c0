"""Memory requests are lowered to what the node holds, where the base asks for more.

Pods are placed by their requests, and a container that writes only a limit requests as much as its limit. Where the
node cannot hold that, the requests that follow from a limit are lowered, the largest first, to one common level: the
highest multiple of 64Mi at which all pods find room. Limits stay, so a container may still use as much as before,
as long as the node has it.

With several nodes, pods whose claim has its volume on one node must all find room on that node; a notice says whose
claims may come to different nodes. The level is one at which all pods find room in whatever order the scheduler places
them; where there is none, one at which they may.

A request that the base or the declaration writes is kept. CPU is never lowered. Where no level helps nothing is
changed, and a notice says by how much it is short, or that it depends on the order. Where the size of a node is not
known nothing is guessed.
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import inf
from typing import Final, NamedTuple

from kgen import quantity
from kgen.capacity import (
    Amount,
    Measure,
    Number,
    Workload,
    container_request,
    place,
    pod_request,
    show,
    total,
)
from kgen.fieldpath import FieldPath, ItemKey
from kgen.overlay.edits import Edit, apply_edits
from kgen.overlay.room import Room, room
from kgen.overlay.rules.claims import scattered
from kgen.overlay.rules.demand import asked
from kgen.overlay.rules.state import Notice, State
from kgen.resource import Body, Resource, ResourceMap
from kgen.schema import pods

ID: Final = "capacity"

_STEP: Final = 64 * quantity.MEBIBYTE
_TERMS: Final = 6
_Holds = Callable[[Sequence[Workload]], bool]


class _Request(NamedTuple):
    """A memory request that follows from a limit."""

    resource: Resource
    path: FieldPath
    amount: Fraction
    starts_before: bool


def edits(state: State) -> Iterator[Edit]:
    """Lower requests where the steady state does not fit, and where lowering them makes it fit."""
    memory = room(state.cluster, state.node).of("memory")
    if memory.holds(asked(state)):
        return
    requests = tuple(_requests(state))
    level = _highest_level(state, memory.holds, requests)
    if level is None and not memory.may_hold(asked(state)):
        level = _highest_level(state, memory.may_hold, requests)
    if level is not None:
        lowered = tuple(_lowered(requests, level, _reason(state, memory)))
        yield from (edit for edit in lowered if _matters(state, edit, lowered, requests))


def notices(state: State) -> Iterator[Notice]:
    """Say what does not fit at all, or that the size of the node is not known."""
    found = room(state.cluster, state.node)
    if found.size.memory == inf and asked(state):
        yield Notice(
            f"the size of {state.cluster.name}'s nodes is not known, so whether the pods fit is not checked",
            "declare it: 'node: {memory: 8Gi}' in kgen.yaml or --node-memory=8Gi; --detect asks the cluster",
            "info",
        )
    yield from scattered(state)
    least = apply_edits(state.resources, _lowered(tuple(_requests(state)), 1, ""))
    for measure in ("memory", "cpu"):
        needed = asked(state, least if measure == "memory" else None)
        alone = found.of(measure)
        if not alone.holds(needed):
            yield Notice(_shortage(state, alone, needed, measure), _larger(alone.smallest(needed, measure), measure))


def _requests(state: State) -> Iterator[_Request]:
    """The requests that may be lowered: of running pods, where only the limit is written."""
    for workload in asked(state):
        resource = state.resources.get(workload.id)
        spec = pods.pod_spec(resource.body) if resource else None
        if resource is None or spec is None or not workload.pods or pods.mapping(spec, "resources"):
            continue
        path = FieldPath(pods.pod_spec_path(workload.id.gvk) or ())
        for field, container in pods.containers(resource.body):
            name = container.get("name")
            written = (pods.mapping(container, "resources", "requests") or {}).get("memory")
            if written is None and isinstance(name, str) and (workload.id, name, "memory") not in state.declared:
                amount = container_request(container, "memory")
                before = field == "initContainers" and container.get("restartPolicy") != "Always"
                item = path / field / ItemKey((("name", name),))
                yield _Request(resource, item / "resources" / "requests" / "memory", amount, before)


def _lowered(requests: Sequence[_Request], level: int, reason: str) -> Iterator[Edit]:
    value = quantity.mebibytes(level * _STEP)
    for request in requests:
        if request.amount > level * _STEP:
            yield Edit(request.resource.id, request.path, value, reason)


def _highest_level(state: State, holds: _Holds, requests: Sequence[_Request]) -> int | None:
    """In steps, the highest level that fits, or None when not even one step does."""
    low, high = 0, int(max((r.amount for r in requests), default=Fraction()) / _STEP) + 1
    while high - low > 1:
        middle = (low + high) // 2
        fits = holds(asked(state, _with(state, requests, middle)))
        low, high = (middle, high) if fits else (low, middle)
    return low or None


def _with(state: State, requests: Sequence[_Request], level: int) -> ResourceMap:
    return apply_edits(state.resources, _lowered(requests, level, ""))


def _matters(state: State, edit: Edit, lowered: Sequence[Edit], requests: Sequence[_Request]) -> bool:
    """Whether its pod would ask for more without it: an init container only counts where it asks for the most."""
    if not any(r.starts_before and r.resource.id == edit.resource and r.path == edit.path for r in requests):
        return True
    others = [other for other in lowered if other is not edit]
    return _asked(state, edit, others) > _asked(state, edit, lowered)


def _asked(state: State, edit: Edit, made: Sequence[Edit]) -> Number:
    after = apply_edits(state.resources, made).get(edit.resource)
    spec: Body = (pods.pod_spec(after.body) if after else None) or {}
    return pod_request(spec, "memory")


def _reason(state: State, memory: Room) -> str:
    wanted, free = total(asked(state)).memory, sum(memory.free, Amount()).memory
    nodes = "the node has" if len(memory.free) == 1 else f"the {len(memory.free)} nodes have"
    pieces = ", but not in one piece for the last in every order" if wanted <= free else ""
    return (
        f"a limit counts as a request: the pods ask for {show(wanted, 'memory')} together, {nodes} "
        f"{show(free, 'memory')} free{pieces}; the limit stays"
    )


def _shortage(state: State, found: Room, needed: Sequence[Workload], measure: Measure) -> str:
    """What does not fit, or may not."""
    name, places = state.cluster.name, f"{_sum(needed, measure)}, {_node(state, found, measure)}"
    short = total(needed).of(measure) - sum(found.free, Amount()).of(measure)
    if short > 0:
        return f"the pods do not fit on {name}: they need at least {places}; short by {show(short, measure)}"
    if without := place(needed, found.free).homeless:
        return f"the pods do not fit on {name}: they need {_piece(without, measure)}, and no node has that left"
    return (
        f"the pods may not fit on {name}: they need at least {places}, but the scheduler places one after the other, "
        "and in some orders the last finds no node with room in one piece"
    )


def _larger(sizes: tuple[int, int], measure: Measure) -> str:
    least, sure = (f"{size}{'Mi' if measure == 'memory' else ''}" for size in sizes)
    if least == sure:
        return f"--node-{measure}={sure} is the smallest node that holds them"
    return f"--node-{measure}={sure} holds them in whatever order they are placed; below {least} they fit in none"


def _piece(without: Sequence[Workload], measure: Measure) -> str:
    """``2560Mi on one node for Deployment/a and Deployment/b, which share a claim``."""
    first = without[0]
    tied = [workload for workload in without if first.together and workload.together == first.together]
    if sum(workload.pods for workload in tied) <= 1:
        return f"{show(first.pod.of(measure), measure)} in one piece for {first.id}"
    names = " and ".join(str(workload.id) for workload in tied)
    return f"{show(total(tied).of(measure), measure)} on one node for {names}, whose pods share a claim"


def _sum(needed: Sequence[Workload], measure: Measure) -> str:
    """``2688Mi = 2048Mi web + 2 x 320Mi worker``, the largest first."""
    counted = sorted((w for w in needed if w.steady.of(measure)), key=lambda w: -w.steady.of(measure))
    terms = [
        f"{f'{w.pods} x ' if w.pods > 1 else ''}{show(w.pod.of(measure), measure)} {w.id.name}"
        for w in counted[:_TERMS]
    ]
    if len(counted) > _TERMS:
        rest = total(counted[_TERMS:])
        terms.append(f"{show(rest.of(measure), measure)} of {len(counted) - _TERMS} more")
    return f"{show(total(needed).of(measure), measure)} = {' + '.join(terms)}"


def _node(state: State, found: Room, measure: Measure) -> str:
    """``the node has 2200Mi - 160Mi system - 170Mi minikube's own pods = 1870Mi``."""
    nodes = len(found.own)
    size, overhead = found.size.of(measure) * nodes, found.overhead.of(measure) * nodes
    own, free = sum(found.own, Amount()).of(measure), sum(found.free, Amount()).of(measure)
    system = f" - {show(overhead, measure)} system" if overhead else ""
    pods_of_its_own = f" - {show(own, measure)} {state.cluster.name}'s own pods" if own else ""
    sum_of_them = f" = {show(free, measure)}" if system or pods_of_its_own else ""
    return (
        f"{'the node has' if nodes == 1 else f'the {nodes} nodes have'} {show(size, measure)}{system}"
        f"{pods_of_its_own}{sum_of_them}"
    )
