"""Which pods a change of a workload replaces, and how: the controllers compare the template as a whole.

A Deployment rolls out when its template differs after defaulting, by ``Semantic.DeepEqual``
(``EqualIgnoreHash`` in https://github.com/kubernetes/kubernetes/tree/master/pkg/controller/deployment/util): another
spelling of a quantity or a written default is no difference, another order of a list is one, even where it means the
same. A StatefulSet and a DaemonSet compare the template as it is stored, which tells 1Gi from 1073741824 too.
"""

from typing import Final, NamedTuple

from kgen import quantity
from kgen.capacity import resolve
from kgen.preview.comparison import FieldChange
from kgen.preview.pairing import Identity
from kgen.preview.verdicts import remedies
from kgen.preview.verdicts.situation import TEMPLATE, Changed, Situation, dig
from kgen.preview.verdicts.wording import several
from kgen.resource import Body
from kgen.schema import pods

QUARTER: Final = "25%"
"""The default of ``maxSurge`` and ``maxUnavailable`` of a Deployment."""

_CONTROLLED: Final = frozenset(
    (
        ("", "ReplicationController"),
        ("apps", "DaemonSet"),
        ("apps", "Deployment"),
        ("apps", "ReplicaSet"),
        ("apps", "StatefulSet"),
    )
)


class Rollout(NamedTuple):
    """What a changed template does.

    Attributes:
        fields: What changes in it.
        pods: How many restart; 0 where none does, or not yet.
        message: That in words, without the fields.
        is_down: Whether none of them runs meanwhile.
        hint: What makes the others restart, where they do not by themselves.
    """

    fields: tuple[FieldChange, ...]
    pods: int
    message: str
    is_down: bool = False
    hint: str | None = None


def rollout(changed: Changed, situation: Situation) -> Rollout | None:
    """What happens to the pods that run; None where the template is the same or the workload is a new one."""
    if changed.kind not in _CONTROLLED or changed.is_renamed:
        return None
    fields = changed.under(*TEMPLATE)
    if changed.kind[1] == "Deployment":
        fields = tuple(field for field in fields if not _is_same_amount(field))
    if not fields:
        return None
    match changed.kind[1]:
        case "Deployment":
            return _deployment(changed, fields, situation)
        case "StatefulSet":
            return _stateful_set(changed, fields, situation)
        case "DaemonSet":
            return _daemon_set(changed, fields, situation)
    return _replica_set(changed, fields)


def _is_same_amount(field: FieldChange) -> bool:
    """Whether it is a quantity that is stored in another spelling: 1Gi and 1073741824."""
    is_amount = bool({"requests", "limits", "sizeLimit", "divisor"} & set(map(str, field.path.segments[-2:])))
    try:
        return is_amount and quantity.parse(field.before) == quantity.parse(field.after)
    except ValueError:
        return False


def _deployment(changed: Changed, fields: tuple[FieldChange, ...], situation: Situation) -> Rollout | None:
    number, words = _running(changed, situation)
    if not number:
        return None
    if dig(changed.after, ("spec", "paused")) is True:
        hint = f"{remedies.rollout('resume', changed.id)}, or 'paused: false'"
        return Rollout(fields, 0, "restarts nothing while it is paused", hint=hint)
    strategy = dig(changed.after, ("spec", "strategy")) or {}
    if isinstance(strategy, dict) and strategy.get("type") == "Recreate":
        return Rollout(fields, number, f"restarts {words}, down meanwhile (Recreate)", is_down=True)
    limits = dig(strategy, ("rollingUpdate",)) or {}
    surge = resolve(dig(limits, ("maxSurge",)), number, QUARTER, up=True)
    gone = resolve(dig(limits, ("maxUnavailable",)), number, QUARTER, up=False)
    if surge <= 0 and gone <= 0:
        gone = 1
    return _rolling(fields, number, words, surge, gone)


def _rolling(fields: tuple[FieldChange, ...], number: int, words: str, surge: int, gone: int) -> Rollout:
    if gone >= number:
        return Rollout(fields, number, f"restarts {words}, down meanwhile (RollingUpdate)", is_down=True)
    if gone <= 0:
        manner = "new before old"
    elif surge <= 0:
        manner = f"{gone} at a time"
    else:
        manner = f"{gone} less and {surge} more at a time"
    return Rollout(fields, number, f"restarts {words}, {manner} (RollingUpdate)")


def _stateful_set(changed: Changed, fields: tuple[FieldChange, ...], situation: Situation) -> Rollout | None:
    """From the highest number down, as long as it is not below the partition.

    https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies
    """
    number, words = _running(changed, situation)
    if not number:
        return None
    strategy = dig(changed.after, ("spec", "updateStrategy")) or {}
    if dig(strategy, ("type",)) == "OnDelete":
        return _on_delete(changed, fields)
    start = _whole(dig(changed.after, ("spec", "ordinals", "start")))
    partition = max(_whole(dig(strategy, ("rollingUpdate", "partition"))) - start, 0)
    if partition:
        hint = f"lower spec.updateStrategy.rollingUpdate.partition, {partition + start} now, to let the others follow"
        concerned = max(number - partition, 0)
        which = f"{concerned} of {words}" if concerned else f"none of {words}"
        return Rollout(fields, concerned, f"restarts {which} (partition)", hint=hint)
    if number == 1:
        return Rollout(fields, number, f"restarts {words}, down meanwhile (RollingUpdate)", is_down=True)
    return Rollout(fields, number, f"restarts {words}, the last one first (RollingUpdate)")


def _daemon_set(changed: Changed, fields: tuple[FieldChange, ...], situation: Situation) -> Rollout:
    """https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/."""
    strategy = dig(changed.after, ("spec", "updateStrategy")) or {}
    if dig(strategy, ("type",)) == "OnDelete":
        return _on_delete(changed, fields)
    nodes = len(situation.node.free) if situation.node else 1
    surge = resolve(dig(strategy, ("rollingUpdate", "maxSurge")), nodes, 0, up=True)
    manner = "new before old" if surge > 0 else "old before new"
    return Rollout(fields, nodes, f"restarts its pod on every node, {manner} (RollingUpdate)")


def _on_delete(changed: Changed, fields: tuple[FieldChange, ...]) -> Rollout:
    hint = f"delete its pods one by one{_where(changed)}; a rollout restart does nothing here"
    return Rollout(fields, 0, "restarts nothing until its pods are deleted (OnDelete)", hint=hint)


def _replica_set(changed: Changed, fields: tuple[FieldChange, ...]) -> Rollout:
    hint = f"delete its pods one by one{_where(changed)}"
    return Rollout(fields, 0, f"restarts nothing: a {changed.id.gvk.kind} only makes new pods from it", hint=hint)


def _where(changed: Changed) -> str:
    """With the labels that select them, where those are plain."""
    selector = dig(changed.after, ("spec", "selector"))
    labels = dig(selector, ("matchLabels",)) if changed.kind[0] == "apps" else selector
    if not isinstance(labels, dict) or not labels or (changed.kind[0] == "apps" and selector.get("matchExpressions")):
        return ""
    return f" (kubectl get pods{remedies.namespace(changed.id)} -l {remedies.labels(labels)})"


def _running(changed: Changed, situation: Situation) -> tuple[int, str]:
    """How many pods run before and after, and that in words: those that go or come are not restarted."""
    number = max(min(_replicas(changed.before), _replicas(changed.after)), 0)
    fewest = situation.autoscaled.get(Identity.of(changed.id))
    if fewest is not None and number:
        return max(fewest, 1), f"its pods, {max(fewest, 1)} or more (autoscaled)"
    return number, several(number, "pod")


def _replicas(body: Body) -> int:
    return pods.replicas(body)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
