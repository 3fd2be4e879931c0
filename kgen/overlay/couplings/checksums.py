"""Pods start anew when what they read changes: a checksum of it in the annotations of their templates.

Kubernetes starts nothing anew when a ConfigMap or Secret changes under its name, and environments and files by
``subPath`` keep what they had: pods that start later, workers among them, would see other values than the rest. Where
the base generates the ConfigMap, or ``content-hash`` lets the overlay do so, a hash of the content ends its name, and
there is nothing to do.
https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically,
https://helm.sh/docs/howto/charts_tips_and_tricks/#automatically-roll-deployments
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kgen.equality import same
from kgen.fieldpath import FieldPath
from kgen.overlay.couplings.following import Followed
from kgen.overlay.couplings.things import Course
from kgen.overlay.edits import Edit
from kgen.resource import Body, ResourceId
from kgen.schema import pods
from kgen.schema.readings import readings

ANNOTATION: Final = "checksum/kgen-config"

_HELD: Final = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}
# The pods of a Job cannot change, and those of a CronJob start anew each time.
_ROLLED: Final = frozenset({"DaemonSet", "Deployment", "StatefulSet"})

_Name = tuple[str, str, str]


def checksums(found: Sequence[Course], followed: Iterable[Followed]) -> Iterator[Edit]:
    """The annotations of all pods that read what the overlay changes.

    Args:
        found: The resources of the overlay as it is without couplings.
        followed: The texts that become others.
    """
    changed = dict(_changed(found, followed))
    for course in found if changed else ():
        if course.after.id.gvk.group == "apps" and course.after.id.gvk.kind in _ROLLED:
            yield from _annotation(course, changed)


def _changed(found: Sequence[Course], followed: Iterable[Followed]) -> Iterator[tuple[_Name, Body]]:
    """Kind, namespace and name of what has another content than in the base, and that content."""
    texts: dict[ResourceId, list[Followed]] = {}
    for one in followed:
        texts.setdefault(one.resource.key, []).append(one)
    hashed = {course.source.id.key: course.after.body for course in found if course.after.needs_hash}
    for course in found:
        kind = course.after.id.gvk.kind
        if course.base is None or course.after.needs_hash or course.after.id.gvk.group or kind not in _HELD:
            continue
        content = _content(course.after.body)
        for one in texts.get(course.edited.id.key, ()):
            field, key = (str(segment) for segment in one.place.path)
            contents = [_content(hashed[thing.source.key]) for thing in one.things if thing.hashed]
            content[field] = {**content[field], key: [one.text, *contents] if contents else one.place.value(one.text)}
        if not same(content, _content(course.base.body)):
            yield (kind, course.after.id.namespace or "default", course.after.id.name), content


def _content(body: Body) -> dict[str, Any]:
    return {field: body[field] for field in _HELD[body["kind"]] if body.get(field)}


def _annotation(course: Course, changed: Mapping[_Name, Body]) -> Iterator[Edit]:
    space = course.after.id.namespace or "default"
    read = {(one.kind, space, one.name) for one in readings(pods.pod_spec(course.after.body) or {})}
    names = sorted(read & changed.keys())
    if names:
        text = json.dumps([[kind, changed[kind, where, name]] for kind, where, name in names], sort_keys=True)
        above = pods.pod_spec_path(course.after.id.gvk) or ()
        path = FieldPath((*above[:-1], "metadata", "annotations", ANNOTATION))
        reason = f"its pods start anew when {' or '.join(f'{kind}/{name}' for kind, _, name in names)} changes"
        yield Edit(course.edited.id, path, hashlib.sha256(text.encode()).hexdigest()[:32], reason)
