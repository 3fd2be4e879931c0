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
from kgen.preview.pairing import Identity
from kgen.preview.verdicts.situation import Changed, Situation, dig
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
        scaler = "; its autoscaler stands still" if Identity.of(changed.id) in situation.autoscaled else ""
        which = "its pod" if before == 1 else f"all {several(before, 'pod')}"
        yield Finding(ID, "warning", changed.id, f"stops {which}{services}{scaler}", paths=(FieldPath(_REPLICAS),))


def _suspended(changed: Changed) -> Iterator[Finding]:
    if dig(changed.after, _SUSPEND) is True and dig(changed.before, _SUSPEND) is not True:
        message = "is suspended: no run starts any more"
        yield Finding(ID, "warning", changed.id, message, paths=(FieldPath(_SUSPEND),))


def _left_alone(changed: Changed, situation: Situation) -> Iterator[ResourceId]:
    """The Services that select its pods and no others."""
    where, own = changed.id.namespace or "default", pods.labels(changed.after)
    for service, selector in situation.services.get(where, ()):
        if selector.items() <= own.items() and not _is_served(where, selector, situation):
            yield service


def _is_served(namespace: str, selector: Body, situation: Situation) -> bool:
    """Whether other pods are selected."""
    return any(
        (known.namespace or "default") == namespace
        and pods.replicas(body) > 0
        and selector.items() <= pods.labels(body).items()
        for known, body in situation.workloads
    )
