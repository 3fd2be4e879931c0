"""The pods do not find room on the declared nodes any more: all of them together, or one more during a rollout.

The arithmetic is that of the rules that make overlays (`kgen.capacity`): the scheduler adds up requests, and a limit
counts as one where none is written. Nothing is told where no node is declared, or where it is not the change that makes
the difference. Which pod stays Pending depends on the scheduler's queue, so none is named: the finding stands at the
workload that asks for the most more than before.

A rollout that starts a pod before it stops one waits for ever where that one finds no room; a Deployment that may stop
one first (``maxUnavailable``) makes its own room.
https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from kgen import capacity
from kgen.capacity import MEASURES, Amount, Claim, Measure, Workload, place, show, total
from kgen.errors import InputError
from kgen.preview.comparison import Finding
from kgen.preview.pairing import Identity
from kgen.preview.verdicts.host_ports import crowds
from kgen.preview.verdicts.rollouts import rollout
from kgen.preview.verdicts.situation import Changed, Node, Situation
from kgen.resource import Resource
from kgen.schema import pods

ID: Final = "no-longer-fits"
_SURE: Final = 2


def findings(situation: Situation) -> Iterator[Finding]:
    """What does not fit after, or may not; where all does, the rollouts that do not."""
    node = situation.node
    if node is None or not node.free or not any(pods.pod_spec_path(r.id.gvk) for r in situation.touched):
        return
    after = _asked(situation.after, node, _tied(situation.after, node))
    certainty = _certainty(after, node)
    steady = [] if certainty == _SURE else list(_steady(_before(after, situation, node), after, node))
    yield from steady or (_rollouts(after, situation, node) if certainty else ())
    for crowd in crowds(situation, len(node.free)):
        yield Finding(ID, "warning", crowd.id, crowd.message, crowd.hint)


def _before(after: dict[Identity, Workload], situation: Situation, node: Node) -> dict[Identity, Workload]:
    """What was asked for before: the same, where nothing changed."""
    kept = {name: asked for name, asked in after.items() if name not in situation.is_new | situation.changes.keys()}
    gone = (change.before for change in situation.comparison.resources if change.before is not None)
    return kept | _asked(gone, node, _tied(situation.before, node))


def _tied(resources: Iterable[Resource], node: Node) -> set[Claim]:
    """The claims that keep pods on one of several nodes."""
    return capacity.on_one_node(resources, node.classes) if len(node.free) > 1 else set()


def _asked(resources: Iterable[Resource], node: Node, tied: Collection[Claim] = ()) -> dict[Identity, Workload]:
    """What each workload asks for; one with a quantity that cannot be read, which is refused anyway, for nothing."""
    known = list(resources)
    try:
        asked = capacity.workloads(known, len(node.free), tied)
    except InputError:
        asked = capacity.workloads(filter(_is_read, known), len(node.free), tied)
    return {Identity.of(workload.id): workload for workload in asked}


def _is_read(resource: Resource) -> bool:
    try:
        capacity.workloads((resource,))
    except InputError:
        return False
    return True


def _steady(before: dict[Identity, Workload], after: dict[Identity, Workload], node: Node) -> Iterator[Finding]:
    grown = {name: _growth(before.get(name), asked) for name, asked in after.items()}
    most = max(grown, key=lambda name: (grown[name].memory, grown[name].cpu))
    needed, room = total(after.values()), sum(node.free, Amount())
    lacking = needed.exceeds(room) or tuple(m for m in MEASURES if any(after[most].pod.exceeds(f) for f in node.free))
    measure = lacking[0] if lacking else "memory"
    fitted, fits = (_certainty(asked, node) for asked in (before, after))
    if fits < fitted or needed.of(measure) > total(before.values()).of(measure):
        verb = "may not fit" if fits else "no longer fit" if fitted else "do not fit"
        text = f"the pods {verb} on {node.name}: {_need(needed, room, measure, is_possible=bool(fits))}"
        hint = f"a larger node (--node-{measure}), lower requests, or fewer replicas"
        yield Finding(ID, "warning", after[most].id, text, hint)


def _certainty(asked: dict[Identity, Workload], node: Node) -> int:
    """0 where they do not fit, and between that and sure where it may depend on the order in which they are placed."""
    placement = place(tuple(asked.values()), node.free)
    return _SURE if placement.fits else 0 if placement.homeless else 1


def _growth(before: Workload | None, after: Workload) -> Amount:
    return after.steady - (before.steady if before else Amount())


def _need(needed: Amount, room: Amount, measure: Measure, *, is_possible: bool) -> str:
    asked, free = needed.of(measure), room.of(measure)
    if asked > free:
        short = show(asked - free, measure)
        return f"they need {show(asked, measure)}, {show(max(free, 0), measure)} is free, short by {short}"
    where = "in some orders no node has" if is_possible else "no node has"
    return f"they need {show(asked, measure)}, and {where} room for the last in one piece"


def _rollouts(after: dict[Identity, Workload], situation: Situation, node: Node) -> Iterator[Finding]:
    """Each Deployment that rolls out, and for which not even the first new pod is sure of room beside the others."""
    for changed in situation.changed:
        asked = after.get(Identity.of(changed.id))
        found = rollout(changed, situation) if changed.kind == ("apps", "Deployment") else None
        if found is None or not found.pods or asked is None or not asked.surge or capacity.makes_room(changed.after):
            continue
        first, placement = replace(asked, surge=1), place(_beside(changed, asked, after, node), node.free)
        if not placement.surge_fits(first):
            waits = f"it {'waits' if placement.surge_waits(first) else 'may wait'} for ever"
            text = f"{placement.no_room_for_surge(first)}: {waits}"
            hint = (
                "'maxSurge: 0' and 'maxUnavailable: 1' under spec.strategy.rollingUpdate let it stop the old one first"
            )
            yield Finding(ID, "warning", changed.id, text, hint, tuple(field.path for field in found.fields))


def _beside(changed: Changed, asked: Workload, after: dict[Identity, Workload], node: Node) -> tuple[Workload, ...]:
    """What runs while its first new pod starts: its old pods, which may be of another size, and all others."""
    old = _asked((Resource(changed.before),), node).get(Identity.of(changed.id), asked)
    old = replace(old, pods=min(old.pods, asked.pods), together=asked.together)
    return (*{**after, Identity.of(changed.id): replace(asked, pods=asked.pods - old.pods)}.values(), old)
