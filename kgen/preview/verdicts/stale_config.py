"""A ConfigMap or Secret changes under its name, and nothing restarts the pods that read it.

With a content hash in the name (a generator's) or a checksum annotation in the template the change restarts its
readers; those are not told here, and neither is a workload that restarts by another change in the same comparison.
What the others see is in `readings`: environment variables and files by ``subPath`` keep their old values, files of a
volume follow later. Nothing is told of Jobs and CronJobs, whose next pods read the new values, of workloads without
pods, of those that a reloader (annotations of ``reloader.stakater.com``) restarts, and of keys that nobody reads.
https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kgen.preview.comparison import FieldChange, Finding
from kgen.preview.pairing import Identity
from kgen.preview.verdicts import remedies
from kgen.preview.verdicts.rollouts import rollout
from kgen.preview.verdicts.situation import Changed, Situation, dig
from kgen.preview.verdicts.wording import listed
from kgen.resource import Body, ResourceId
from kgen.schema import pods
from kgen.schema.readings import Reading

ID: Final = "stale-config"

_READ: Final = frozenset((("", "ConfigMap"), ("", "Secret")))
_RELOADER: Final = "reloader.stakater.com/"


class _Reader(NamedTuple):
    id: ResourceId
    body: Body
    readings: tuple[Reading, ...]


def findings(situation: Situation) -> Iterator[Finding]:
    """For each changed ConfigMap and Secret, who keeps the old values, and who sees the new ones later."""
    for changed in situation.changed:
        if changed.kind in _READ and not changed.is_renamed and changed.before.get("immutable") is not True:
            yield from _told(changed, situation)


def _told(changed: Changed, situation: Situation) -> Iterator[Finding]:
    fields = tuple(
        field for name in ("data", "stringData", "binaryData") for field in changed.under(name) if field.sort == "value"
    )
    readers = tuple(_readers(changed, fields, situation)) if fields else ()
    stale = [reader for reader in readers if not all(reading.is_live for reading in reader.readings)]
    later = [reader for reader in readers if any(reading.is_live for reading in reader.readings)]
    paths = tuple(field.path for field in fields)
    if stale:
        verb = "keeps" if len(stale) == 1 else "keep"
        ways = listed(r.way for reader in stale for r in reader.readings if not r.is_live)
        message = f"{listed(reader.id for reader in stale)} {verb} the old values until restarted ({ways})"
        yield Finding(ID, "warning", changed.id, message, _hint(stale), paths)
    if later:
        verb = "sees" if len(later) == 1 else "see"
        message = f"{listed(reader.id for reader in later)} {verb} it a minute or two later, in files; nothing restarts"
        yield Finding(ID, "note", changed.id, message, paths=paths)


def _readers(changed: Changed, fields: Sequence[FieldChange], situation: Situation) -> Iterator[_Reader]:
    """The workloads that run on and read one of the changed keys."""
    keys = {str(field.path.segments[1]) if len(field.path.segments) > 1 else None for field in fields}
    where = changed.id.namespace or "default"
    for known, body, readings in situation.readers.get((changed.id.gvk.kind, where, changed.id.name), ()):
        concerned = tuple(r for r in readings if r.key is None or r.key in keys or None in keys)
        if concerned and _runs_on(known, body, situation):
            yield _Reader(known, body, concerned)


def _runs_on(workload: ResourceId, body: Body, situation: Situation) -> bool:
    if Identity.of(workload) in situation.is_new or workload.gvk.kind in {"Job", "CronJob"} or not pods.replicas(body):
        return False
    if any(_RELOADER in str(name) for name in pods.mapping(body, "metadata", "annotations") or {}):
        return False
    changed = situation.changes.get(Identity.of(workload))
    found = rollout(changed, situation) if changed else None
    return found is None or not found.pods


def _hint(stale: Sequence[_Reader]) -> str:
    generated = "or let a generator name it by its content"
    restartable = [reader for reader in stale if _restarts(reader)]
    if len(restartable) < len(stale):
        others = listed(reader.id for reader in stale if not _restarts(reader))
        return f"delete the pods of {others} one by one, {generated}"
    commands = (remedies.rollout("restart", reader.id) for reader in stale)
    return f"{listed(commands)}, {generated}"


def _restarts(reader: _Reader) -> bool:
    """Whether ``kubectl rollout restart`` restarts its pods."""
    if reader.id.gvk.kind not in {"Deployment", "StatefulSet", "DaemonSet"}:
        return False
    return dig(reader.body, ("spec", "updateStrategy", "type")) != "OnDelete" and not dig(
        reader.body, ("spec", "paused")
    )
