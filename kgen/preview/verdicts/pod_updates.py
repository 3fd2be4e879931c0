"""What of an existing Pod cannot change, beyond whole fields of its spec.

Its containers take another image and nothing else, tolerations may come (and their seconds change), a deadline may be
set or brought forward, and gates may go. ``ValidatePodUpdate`` in
https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from collections.abc import Iterator
from typing import Any, Final

from kgen.preview.comparison import FieldChange
from kgen.preview.verdicts.situation import Changed, dig
from kgen.resource import Body
from kgen.schema import pods

_DEADLINE: Final = ("spec", "activeDeadlineSeconds")


def refused_of_pod(changed: Changed) -> Iterator[FieldChange]:
    """The changed fields that make the change of a Pod a refused one."""
    for name in pods.CONTAINER_LISTS:
        yield from (field for field in changed.under("spec", name) if field.path.segments[-1:] != ("image",))
    lists = (_listed(body, "tolerations") for body in (changed.before, changed.after))
    before, after = ([_without_seconds(toleration) for toleration in found] for found in lists)
    if any(toleration not in after for toleration in before):
        yield from changed.under("spec", "tolerations")
    before, after = (_listed(body, "schedulingGates") for body in (changed.before, changed.after))
    if any(gate not in before for gate in after):
        yield from changed.under("spec", "schedulingGates")
    if _is_put_off(dig(changed.before, _DEADLINE), dig(changed.after, _DEADLINE)):
        yield from changed.under(*_DEADLINE)


def _listed(body: Body, field: str) -> list[Body]:
    return list(pods.items(pods.mapping(body, "spec") or {}, field))


def _without_seconds(toleration: Body) -> Body:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds" and value not in (None, "")}


def _is_put_off(before: Any, after: Any) -> bool:
    """Whether there is a deadline that goes, or comes later."""
    if not isinstance(before, int):
        return False
    return after is None or (isinstance(after, int) and after > before)
