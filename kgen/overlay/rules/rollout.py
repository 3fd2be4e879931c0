"""A Deployment replaces its pods in place where nodes have no room for the extra ones.

By default a rollout of one pod starts the second before it stops the first. Where that one finds no room it stays
Pending, the old pod goes on with the old configuration, and the rollout waits for ever. With ``maxSurge: 0`` and
``maxUnavailable: 1`` a pod is stopped before its successor starts. On several nodes that is done wherever room is not
sure: it depends on where the scheduler has put the others.

Deployments are looked at one at a time: two rollouts that each fit alone wait for one another and both end.

Never ``strategy.type: Recreate``: server-side apply refuses it on a Deployment that was applied before. A Deployment
that has it, no replicas, or no surge is left alone, and so is one that may stop a pod first (``maxUnavailable`` of at
least one pod, the default from four replicas on): it makes its own room.
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
https://github.com/kubernetes/kubernetes/issues/24198
"""

from collections.abc import Iterator
from typing import Final

from kgen.capacity import makes_room, place
from kgen.fieldpath import FieldPath
from kgen.overlay.edits import Edit
from kgen.overlay.room import room
from kgen.overlay.rules.demand import asked
from kgen.overlay.rules.state import Notice, State
from kgen.resource import Body, ResourceId
from kgen.schema import pods

ID: Final = "rollout"

_STRATEGY: Final = FieldPath(("spec", "strategy"))


def edits(state: State) -> Iterator[Edit]:
    """No surge for each Deployment whose surge may not fit beside the steady state; none while that does not fit."""
    placement = place(asked(state), room(state.cluster, state.node).free)
    if placement.homeless:
        return
    for workload in placement.of:
        resource = state.resources.get(workload.id)
        if resource is None or workload.id.gvk.kind != "Deployment" or placement.surge_fits(workload):
            continue
        if not makes_room(resource.body):
            yield from in_place(workload.id, resource.body, placement.no_room_for_surge(workload))


def in_place(workload: ResourceId, body: Body, reason: str) -> Iterator[Edit]:
    """Stop a pod before its successor starts, by means that any way to apply accepts.

    With ``rollingUpdate`` goes its ``type``, though it is the default: without it ``kubectl apply`` says of a
    Deployment that nothing changed that it is configured, each time.
    """
    rolling = _STRATEGY / "rollingUpdate"
    yield Edit(workload, rolling / "maxSurge", 0, reason)
    yield Edit(workload, rolling / "maxUnavailable", 1, reason)
    if not (pods.mapping(body, "spec", "strategy") or {}).get("type"):
        yield Edit(workload, _STRATEGY / "type", "RollingUpdate", reason)


def notices(_: State) -> Iterator[Notice]:
    """Nothing to say."""
    return iter(())
