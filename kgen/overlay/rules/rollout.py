"""A Deployment replaces its pods in place where the nodes have no room for the extra ones of a rollout.

By default a rollout of one pod starts the second before it stops the first. Where that one finds no room it stays
Pending, the old pod goes on with the old configuration, and the rollout waits for ever. With ``maxSurge: 0`` and
``maxUnavailable: 1`` a pod is stopped before its successor starts.

Deployments are looked at one at a time: two rollouts that each fit alone wait for one another and both end.

Never ``strategy.type: Recreate``: server-side apply refuses it on a Deployment that was applied before. A Deployment
that has it, no replicas, or no surge is left alone, and so is one that may stop a pod first (``maxUnavailable`` of at
least one pod, the default from four replicas on): it makes its own room.
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
https://github.com/kubernetes/kubernetes/issues/24198
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kgen.capacity import Amount, Measure, Workload, place, resolve, surge_fits, workloads
from kgen.fieldpath import FieldPath
from kgen.overlay.edits import Edit
from kgen.overlay.rules.room import room, show
from kgen.overlay.rules.state import Notice, State
from kgen.resource import Body
from kgen.schema import pods

ID: Final = "rollout"

_DEFAULT_UNAVAILABLE: Final = "25%"
_ROLLING_UPDATE: Final = FieldPath(("spec", "strategy", "rollingUpdate"))


def edits(state: State) -> Iterator[Edit]:
    """No surge for each Deployment whose surge does not fit beside the steady state; none while that does not fit."""
    placement = place(workloads(state.resources, state.nodes), room(state).free)
    if placement.unplaced:
        return
    for workload in workloads(state.resources, state.nodes):
        resource = state.resources.get(workload.id)
        if resource is None or workload.id.gvk.kind != "Deployment" or surge_fits(workload, placement.left):
            continue
        if not _lets_one_go(resource.body):
            reason = _reason(workload, placement.left)
            yield Edit(workload.id, _ROLLING_UPDATE / "maxSurge", 0, reason)
            yield Edit(workload.id, _ROLLING_UPDATE / "maxUnavailable", 1, reason)


def notices(_: State) -> Iterator[Notice]:
    """Nothing to say."""
    return iter(())


def _lets_one_go(body: Body) -> bool:
    """Whether a rollout may stop a pod first, and so makes its own room: by default from four replicas on."""
    written = (pods.mapping(body, "spec", "strategy", "rollingUpdate") or {}).get("maxUnavailable")
    return resolve(written, pods.replicas(body), _DEFAULT_UNAVAILABLE, up=False) > 0


def _reason(workload: Workload, left: Sequence[Amount]) -> str:
    measure = _lacking(workload, left)
    asked, most = show(workload.pod.of(measure), measure), show(max(room.of(measure) for room in left), measure)
    node = "the node" if len(left) == 1 else "the roomiest node"
    running = "the first still runs" if workload.pods == 1 else f"all {workload.pods} still run"
    more = f"{workload.surge} more pods of {asked} each" if workload.surge > 1 else f"one more pod of {asked}"
    number = f"a second pod of {asked}" if workload.pods == workload.surge == 1 else more
    return f"a rollout starts {number} while {running}; {node} has {most} left"


def _lacking(workload: Workload, left: Sequence[Amount]) -> Measure:
    """The measure to speak of: one in which the extra pods together ask for more than a node has left."""
    lacking = [(workload.pod * workload.surge).exceeds(room) for room in left]
    return next((measures[0] for measures in lacking if measures), "memory")
