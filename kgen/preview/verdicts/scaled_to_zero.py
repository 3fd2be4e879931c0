"""All pods of a workload go: ``replicas: 0``, or a CronJob that is suspended.

An absent ``replicas`` is 1. With 0 an autoscaler stands still too.
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment
https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension
"""

from collections.abc import Iterator
from typing import Final

from kgen.fieldpath import FieldPath
from kgen.preview.comparison import Finding
from kgen.preview.verdicts.selectors import matches
from kgen.preview.verdicts.situation import Changed, Situation, dig, key
from kgen.preview.verdicts.wording import listed, several
from kgen.resource import Body, ResourceId
from kgen.schema import pods

ID: Final = "scaled-to-zero"

_REPLICAS: Final = ("spec", "replicas")
_SUSPEND: Final = ("spec", "suspend")


def findings(situation: Situation) -> Iterator[Finding]:
    """Each workload that has pods before and none after."""
    for changed in situation.changed:
        if changed.is_renamed:
            continue
        if pods.has_replicas(changed.id.gvk):
            yield from _replicas(changed, situation)
        elif changed.kind == ("batch", "CronJob"):
            yield from _suspended(changed)


def _replicas(changed: Changed, situation: Situation) -> Iterator[Finding]:
    before, after = pods.replicas(changed.before), pods.replicas(changed.after)
    if before > 0 and after == 0:
        alone = listed(_left_alone(changed, situation))
        services = f"; nothing is behind {alone}" if alone else ""
        scaler = "; its autoscaler stands still" if key(changed.id) in situation.autoscaled else ""
        which = "its pod" if before == 1 else f"all {several(before, 'pod')}"
        yield Finding(ID, "warning", changed.id, f"stops {which}{services}{scaler}", paths=(FieldPath(_REPLICAS),))


def _suspended(changed: Changed) -> Iterator[Finding]:
    if dig(changed.after, _SUSPEND) is True and dig(changed.before, _SUSPEND) is not True:
        message = "is suspended: no run starts any more"
        yield Finding(ID, "warning", changed.id, message, paths=(FieldPath(_SUSPEND),))


def _left_alone(changed: Changed, situation: Situation) -> Iterator[ResourceId]:
    """The Services that select its pods and no others."""
    where = changed.id.namespace or "default"
    others = [body for known, body in situation.workloads if (known.namespace or "default") == where]
    for resource in situation.after:
        selector = dig(resource.body, ("spec", "selector"))
        if resource.body.get("kind") == "Service" and isinstance(selector, dict) and selector:
            wanted = {"matchLabels": selector}
            serves = [body for body in others if matches(wanted, _labels(body)) and pods.replicas(body) > 0]
            if (resource.id.namespace or "default") == where and matches(wanted, _labels(changed.after)) and not serves:
                yield resource.id


def _labels(body: Body) -> object:
    """The labels of its pods."""
    path = pods.pod_spec_path(ResourceId.of(body).gvk) or ()
    return dig(body, (*path[:-1], "metadata", "labels"))
