"""What the pods of one workload may do after and could not before."""

import posixpath
from collections.abc import Iterator

from kgen.preview.verdicts import pod_powers
from kgen.preview.verdicts.pod_powers import IS_ROOT, MAY_BE_ROOT, Power
from kgen.preview.verdicts.situation import Changed
from kgen.resource import Body
from kgen.schema import pods


def wider(changed: Changed) -> Iterator[tuple[str, str]]:
    """The field, and in words what is new.

    A container that is new has what it asks for compared with nothing; one that has another name, with the containers
    that are gone.
    """
    before, after = (pods.pod_spec(body) or {} for body in (changed.before, changed.after))
    yield from ((power.field, power.text) for power in _sorted(pod_powers.of_pod(after) - pod_powers.of_pod(before)))
    if before.get("automountServiceAccountToken") is False and after.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken", "get the token of their service account"
    yield from _folders(before, after)
    known, now = pod_powers.of_containers(before), pod_powers.of_containers(after)
    gone = frozenset(power.text for name in known.keys() - now.keys() for power in known[name])
    for name, powers in now.items():
        had = frozenset(power.text for power in known[name]) if name in known else gone
        new = [power for power in _sorted(powers) if power.text not in had and (name in known or power.is_asked_for)]
        yield from ((power.field, f"{name} {power.text}") for power in new if not _is_said(power, new))


def _is_said(power: Power, new: list[Power]) -> bool:
    """Whether another says it already."""
    return power.text == MAY_BE_ROOT and any(other.text == IS_ROOT for other in new)


def _sorted(powers: frozenset[Power]) -> list[Power]:
    return sorted(powers)


def _folders(before: Body, after: Body) -> Iterator[tuple[str, str]]:
    """The node's folders: one inside of a known one is nothing new."""
    known = pod_powers.node_folders(before)
    for folder, writes in pod_powers.node_folders(after).items():
        around = [may_write for other, may_write in known.items() if _is_inside(folder, other)]
        if not around:
            yield "volumes", f"see {folder} of the node (hostPath)"
        elif writes and not any(around):
            yield "volumeMounts", f"may write {folder} of the node (hostPath)"


def _is_inside(folder: str, other: str) -> bool:
    return folder == other or folder.startswith(posixpath.join(other, ""))
