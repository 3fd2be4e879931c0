"""Which pods restart, and which do not although one might expect it: the template of a workload changes.

The number of replicas, the metadata of the workload itself and another spelling of a value restart nothing; another
order of a list in the template does, and so does another name of what it refers to (a ConfigMap with another content
hash). See `rollouts` for the evidence. A finding with no pods says that nothing restarts, or not yet:

- a paused Deployment waits until it is resumed, ``OnDelete`` until a person deletes the pods, and so does a
  ReplicaSet; a StatefulSet's ``partition`` holds back the pods below it;
- a CronJob takes the change with its next run (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/);
- a Job's template cannot change at all, which `apply_fails` tells.

A workload that is added or renamed restarts nothing: its pods are new.
"""

from collections.abc import Iterator
from typing import Final

from kgen.fieldpath import FieldPath
from kgen.preview.comparison import FieldChange, Finding, Level
from kgen.preview.verdicts.refusals import refusals
from kgen.preview.verdicts.rollouts import Rollout, rollout
from kgen.preview.verdicts.situation import TEMPLATE, Changed, Situation
from kgen.preview.verdicts.wording import in_template, listed

ID: Final = "restarts-pods"

_JOB_TEMPLATE: Final = ("spec", "jobTemplate")


def findings(situation: Situation) -> Iterator[Finding]:
    """Each workload whose pods restart, or whose template changes without."""
    for changed in situation.changed:
        found = rollout(changed, situation)
        if found is not None:
            yield _finding(changed, found, situation)
        elif changed.kind == ("batch", "CronJob") and not changed.is_renamed:
            yield from _next_run(changed)
        elif changed.kind == ("", "Pod") and not changed.is_renamed:
            yield from _in_place(changed, situation)


def _finding(changed: Changed, found: Rollout, situation: Situation) -> Finding:
    refused = any(refusals(changed, situation.kubernetes))
    level: Level = "warning" if found.is_down else "note"
    message = f"{found.message}{' once it is accepted' if refused else ''}: {_which(found.fields, TEMPLATE)}"
    return Finding(ID, level, changed.id, message, found.hint, _paths(found.fields), found.pods)


def _next_run(changed: Changed) -> Iterator[Finding]:
    fields = changed.under(*_JOB_TEMPLATE)
    if fields:
        message = f"restarts nothing: the next run takes it: {_which(fields, (*_JOB_TEMPLATE, *TEMPLATE))}"
        yield Finding(ID, "note", changed.id, message, paths=_paths(fields))


def _in_place(changed: Changed, situation: Situation) -> Iterator[Finding]:
    """A pod takes another image without being replaced."""
    fields = tuple(field for field in changed.under("spec") if field.path.segments[-1:] == ("image",))
    if fields and not any(refusals(changed, situation.kubernetes)):
        message = f"restarts in place: {_which(fields, ())}"
        yield Finding(ID, "warning", changed.id, message, paths=_paths(fields), pods=1)


def _which(fields: tuple[FieldChange, ...], template: tuple[str, ...]) -> str:
    words = listed(in_template(field.path, template) for field in fields)
    return f"only the order of {words}" if all(field.sort == "order" for field in fields) else words


def _paths(fields: tuple[FieldChange, ...]) -> tuple[FieldPath, ...]:
    return tuple(field.path for field in fields)
