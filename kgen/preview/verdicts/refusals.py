"""What of a change the API server refuses, because the resource exists: `immutable_fields` asked about one resource."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kgen import quantity
from kgen.equality import same
from kgen.fieldpath import FieldPath
from kgen.preview.comparison import FieldChange
from kgen.preview.verdicts import remedies
from kgen.preview.verdicts.immutable_fields import IMMUTABLE, Frozen, Remedy
from kgen.preview.verdicts.pod_updates import refused_of_pod
from kgen.preview.verdicts.service_updates import readdressed
from kgen.preview.verdicts.situation import Changed, Version, dig
from kgen.preview.verdicts.wording import listed
from kgen.resource import Body
from kgen.schema import pods

_STRATEGY: Final = ("spec", "updateStrategy")
_SIZE: Final = ("spec", "resources", "requests", "storage")
_TAKEN_BACK: Final = (1, 32)
"""From which version on a growth of a claim may be taken back."""


class Refusal(NamedTuple):
    """Why a change is refused, what to do, and the fields that make it so."""

    message: str
    hint: str
    paths: tuple[FieldPath, ...]


def refusals(changed: Changed, version: Version) -> Iterator[Refusal]:
    """Each reason to refuse it; none for what has another name and so is created anew."""
    if changed.is_renamed:
        return
    broken: dict[FieldPath, Remedy] = {}
    for frozen in IMMUTABLE.get(changed.kind, ()):
        if frozen.holds(version, changed.before, changed.after):
            broken |= dict.fromkeys(_broken(changed, frozen), frozen.remedy)
    if changed.kind == ("", "Pod"):
        broken |= {field.path: "pod" for field in refused_of_pod(changed)}
    if changed.kind == ("batch", "Job"):
        broken |= {field.path: "run" for field in _of_suspended(changed)}
    if changed.kind == ("", "ResourceQuota") and _scopes(changed.before) != _scopes(changed.after):
        broken[FieldPath(("spec", "scopes"))] = "plain"
    if broken:
        paths, remedy = tuple(broken), next(iter(broken.values()))
        words = listed(_short(path) for path in paths)
        message = f"refused: {words} of an existing {changed.id.gvk.kind} cannot change"
        yield Refusal(message, _hint(changed, remedy, paths), paths)
    yield from _particular(changed, version)


def _broken(changed: Changed, frozen: Frozen) -> Iterator[FieldPath]:
    """The changed fields at or below it, but those that may change; a status, be it of a template, is never taken."""
    for field in changed.under(*frozen.path):
        if field.path.segments[-1:] != ("status",):
            yield from _below(field.path, frozen, changed)


def _below(path: FieldPath, frozen: Frozen, changed: Changed) -> Iterator[FieldPath]:
    """The field, or where it holds what may change and what may not, the parts of it that may not."""
    segments = path.segments
    if len(segments) < len(frozen.path):
        yield FieldPath(frozen.path)
    elif any(segments[: len(free)] == free for free in frozen.but):
        return
    elif any(free[: len(segments)] == segments for free in frozen.but):
        before, after = (dig(body, tuple(map(str, segments))) for body in (changed.before, changed.after))
        for key in dict.fromkeys((*_keys(before), *_keys(after))):
            if not same(_get(before, key), _get(after, key)):
                yield from _below(path / key, frozen, changed)
    else:
        yield path


def _short(path: FieldPath) -> FieldPath:
    """A field without its insides: which label of a selector changed is told by the change itself."""
    segments = path.segments
    return FieldPath(segments[: 3 if segments[:2] == ("spec", "names") else 2])


def _of_suspended(changed: Changed) -> Iterator[FieldChange]:
    """What of the containers of a suspended Job are no resources."""
    if dig(changed.before, ("spec", "suspend")) is True:
        for name in pods.CONTAINER_LISTS:
            fields = changed.under("spec", "template", "spec", name)
            yield from (field for field in fields if "resources" not in field.path.segments)


def _particular(changed: Changed, version: Version) -> Iterator[Refusal]:
    """What depends on both values: the size of a claim, the stored versions of a definition, addresses."""
    if changed.kind == ("", "PersistentVolumeClaim"):
        yield from _shrunk(changed, version)
    if changed.kind == ("apiextensions.k8s.io", "CustomResourceDefinition"):
        yield from _stored_version(changed)
    if changed.kind == ("", "Service"):
        for found in readdressed(changed):
            yield Refusal(f"refused: {found.message}", _hint(changed, "address", ()), (found.path,))
    if changed.kind == ("apps", "StatefulSet"):
        yield from _left_over(changed)


def _shrunk(changed: Changed, version: Version) -> Iterator[Refusal]:
    """A claim asks for less than before, which is only taken back from a growth that has not succeeded.

    https://kubernetes.io/docs/concepts/storage/persistent-volumes/#recovering-from-failure-when-expanding-volumes
    """
    before, after = dig(changed.before, _SIZE), dig(changed.after, _SIZE)
    capacity = dig(changed.before, ("status", "capacity", "storage")) if version >= _TAKEN_BACK else None
    if not _is_less(after, before) or (capacity is not None and _is_less(capacity, after)):
        return
    hint = "smaller is only a new claim under another name, and a copy of the data"
    if version >= _TAKEN_BACK:
        hint += f"; less is taken only while a growth to {before} has not succeeded"
    yield Refusal(
        f"refused: a claim cannot shrink, from {before} to {after}", f"keep {before}; {hint}", (FieldPath(_SIZE),)
    )


def _is_less(one: Any, other: Any) -> bool:
    try:
        return one is not None and other is not None and quantity.parse(one) < quantity.parse(other)
    except ValueError:
        return False


def _stored_version(changed: Changed) -> Iterator[Refusal]:
    """A version that resources are stored in cannot leave the definition.

    https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/
    """
    spec_before, spec_after = (pods.mapping(body, "spec") or {} for body in (changed.before, changed.after))
    kept = [version.get("name") for version in pods.items(spec_after, "versions")]
    for version in pods.items(spec_before, "versions"):
        name = version.get("name")
        if version.get("storage") is True and name not in kept:
            yield Refusal(
                f"refused: resources are stored as {name}, which is no longer among the versions",
                f"keep {name} with 'served: false' until all are stored anew and status.storedVersions has it no more",
                (FieldPath(("spec", "versions")),),
            )


def _left_over(changed: Changed) -> Iterator[Refusal]:
    """The rolling update that the server added where none was written stays when the type becomes another.

    An apply takes away only what was applied before, and the two do not go together.
    """
    before, after = (dig(body, _STRATEGY) or {} for body in (changed.before, changed.after))
    is_added = before.get("type") is None and before.get("rollingUpdate") is None
    if is_added and after.get("type") == "OnDelete" and after.get("rollingUpdate") is None:
        patch = '{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}'
        patched = f"kubectl patch {remedies.target(changed.id)}"
        yield Refusal(
            "refused: updateStrategy OnDelete does not go with the rollingUpdate that the API server added",
            f"{patched} -p '{patch}', then apply",
            (FieldPath((*_STRATEGY, "type")),),
        )


def _hint(changed: Changed, remedy: Remedy, paths: tuple[FieldPath, ...]) -> str:
    delete = remedies.delete(changed.id)
    if remedy == "claims":
        return _stateful_set_hint(changed, paths)
    return {
        "pods": f"{delete}, then apply: its pods are down meanwhile",
        "pod": f"{delete}, then apply: it is down meanwhile",
        "data": f"{delete}, then apply: its data goes with it; to keep it, make a claim of another name and copy",
        "run": f"{delete}, then apply: it runs again",
        "access": f"{delete}, then apply: the access is gone meanwhile",
        "address": f"{delete}, then apply: it gets a new address and is unreachable meanwhile",
        "name": f"{delete}, then apply; or give it another name, as a generator's content hash does",
        "volumes": f"{delete}, then apply: existing volumes keep what they have",
        "everything": f"{delete} would delete every {dig(changed.before, ('spec', 'names', 'kind'))}: "
        "define a new kind beside it and move them",
        "plain": f"{delete}, then apply",
    }[remedy]


def _stateful_set_hint(changed: Changed, paths: tuple[FieldPath, ...]) -> str:
    """Its pods can stay, as long as they are those that the new one selects."""
    if any(path.segments[:2] == ("spec", "selector") for path in paths):
        deletes = dig(changed.before, ("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")) == "Delete"
        claims = "its claims go too, unless whenDeleted is Retain by then" if deletes else "its claims stay"
        return f"{remedies.delete(changed.id)}, then apply: its pods are down meanwhile, {claims}"
    claims = "pods and claims stay"
    if any(path.segments[:2] == ("spec", "volumeClaimTemplates") for path in paths):
        claims = "its pods stay, and existing claims stay as they are"
    return f"{remedies.delete(changed.id, '--cascade=orphan')}, then apply: {claims}"


def _scopes(body: Body) -> set[str]:
    scopes = dig(body, ("spec", "scopes"))
    return set(map(str, scopes)) if isinstance(scopes, list) else set()


def _keys(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, dict) else ()


def _get(value: Any, key: Any) -> Any:
    return value.get(key) if isinstance(value, dict) else None
