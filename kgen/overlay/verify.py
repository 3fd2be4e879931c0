"""The proof before writing: the files as emitted, read again from their text, build to what was wanted."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from kgen.equality import same
from kgen.errors import InputError, KgenError, Unsupported, VerificationError
from kgen.filesystem import FileSystem, LayeredFileSystem
from kgen.kustomize import build
from kgen.overlay import env_file
from kgen.overlay.desired import Wish, desired_state, is_changed
from kgen.overlay.own_fields import pulled_back
from kgen.overlay.patches import Json6902Patch, StrategicMergePatch
from kgen.overlay.remainder import EFFORTS
from kgen.overlay.synthesise import Overlay, Patched, synthesise
from kgen.overlay.trial import Ground, is_generated, under_fields
from kgen.resource import Resource, ResourceId, ResourceMap, original
from kgen.yamlio.recall import Recall

_REPORT = "this is a defect of kgen, nothing was written; please report it with the base and kgen.yaml"


class Inexpressible(Unsupported):
    """What is wanted cannot be said as an overlay."""

    def __init__(self, error: KgenError) -> None:
        KgenError.__init__(
            self,
            f"no overlay makes this: {error.message}",
            hint="leave this change out, or make it in the base; if kustomize can do it, please report it",
        )


def compose(
    folder: str, wished: Wish, base: ResourceMap, fs: FileSystem, recall: Recall | None = None
) -> tuple[Overlay, ResourceMap]:
    """The overlay for a wish, as a person would say it where that builds what is wanted; and what it builds.

    Raises:
        InputError: What was declared cannot be built at all.
        Inexpressible: No overlay that was tried builds what is wanted.
        VerificationError: The same, of a declaration, for which there always is one.
    """
    if wished.ground is None:
        wished = replace(wished, ground=Ground(folder, wished.directives.base, base, fs, recall))
    wished, wanted = readable(wished, base)
    failed: dict[str, KgenError] = {}
    wrong = {one.id.key for one in _changed_ones(wished, base)}
    for effort in EFFORTS:
        start: _Start | None = _Start(base)
        while start is not None:
            made: Overlay | None = None
            try:
                made = synthesise(
                    start.base,
                    wished.edited,
                    wished.edits,
                    wished.directives,
                    effort,
                    start.by_position,
                    wished.ground,
                )
                if str(made.files) in failed:
                    break
                return made, prove(folder, made, wanted, base, fs, recall)
            except (InputError, VerificationError) as error:
                if isinstance(error, InputError) and not wished.is_free:
                    raise
                failed[str(made and made.files)] = error
            built = _built(folder, made, fs) if made else None
            wrong = min(wrong, _wrong(built, wished, wanted, base), key=len)
            start = _learnt(made, built, wanted, start, base) if made and built else None
    first = next(iter(failed.values()))
    if not wished.is_free:
        raise first
    if wrong <= wished.directives.hidden:
        raise Inexpressible(first)
    return compose(folder, _hiding(wished, wrong), base, fs, recall)


def readable(wished: Wish, base: ResourceMap) -> tuple[Wish, ResourceMap]:
    """The wish, with what kustomize cannot read as what it is in disguise; and the desired state.

    Raises:
        InputError: It was declared, or there is more to it.
    """
    if wished.state is not None:
        return wished, wished.state
    try:
        wanted = desired_state(wished, base)
    except InputError:
        hidden = {one.id.key for one in _changed_ones(wished, base) if not _is_read(one)} if wished.is_free else set()
        if not hidden:
            raise
        wished = _hiding(wished, hidden)
        wanted = desired_state(wished, base)
    if not wished.is_free or wished.directives.fields:
        return wished, wanted
    # As kustomize spells it: what only looks like a change, as an empty annotation does, needs no patch.
    spelled = {one.id.key: one.body for one in wanted}
    return replace(wished, edited=wished.edited.with_bodies(spelled)), wanted


def _changed_ones(wished: Wish, base: ResourceMap) -> list[Resource]:
    return [one for one in wished.edited if is_changed(one, base)]


def _wrong(built: ResourceMap | None, wished: Wish, wanted: ResourceMap, base: ResourceMap) -> set[ResourceId]:
    """The resources that an overlay does not make what is wanted; all that change, where that cannot be told."""
    right = {one.id.key for one in built or () if (wish := wanted.get(one.id)) and same(one.body, wish.body)}
    wrong = {one.id.key for one in wished.edited} - right if built else None
    return wrong or {one.id.key for one in _changed_ones(wished, base)}


def _is_read(resource: Resource) -> bool:
    try:
        under_fields([resource], {})
    except InputError:
        return False
    return True


def _hiding(wished: Wish, those: set[ResourceId]) -> Wish:
    return replace(wished, directives=replace(wished.directives, hidden=wished.directives.hidden | those), state=None)


class _Start(NamedTuple):
    """What an overlay is made from.

    Attributes:
        base: The base as patches find it.
        by_position: The resources that no strategic merge patch may change.
    """

    base: ResourceMap
    by_position: frozenset[ResourceId] = frozenset()


def _learnt(made: Overlay, built: ResourceMap, wanted: ResourceMap, start: _Start, base: ResourceMap) -> _Start | None:
    """What to start from after an overlay that failed, by what it builds; None if nothing is learnt from it.

    A strategic merge drops all keys of a resource that have no value in their file. And kustomize follows name
    references only at the end: without the resource that a base's reference names, it still says what its file says.
    """
    bodies = {}
    for resource in built:
        before, wish = original(resource, base), wanted.get(resource.id)
        if before is not None and wish is not None and not same(resource.body, wish.body):
            bodies[before.id.key] = pulled_back(before.body, wish.body, resource.body)
    merged = {one.before.id.key for one in made.patches if isinstance(one.patch, StrategicMergePatch)} & bodies.keys()
    if merged and not start.by_position:
        return start._replace(by_position=frozenset(merged))
    if start.base is not base or not bodies:
        return None
    return _Start(ResourceMap(replace(one, body=bodies.get(one.id.key, one.body)) for one in base))


def _built(folder: str, made: Overlay, fs: FileSystem) -> ResourceMap | None:
    """What an overlay builds, content hashes left off; None where it does not build."""
    try:
        return build_text(folder, made.files, fs, hash_suffixes=False)
    except KgenError:
        return None


def prove(  # noqa: PLR0913, PLR0917  # what the proof is of, and what it is built from
    folder: str, made: Overlay, wanted: ResourceMap, base: ResourceMap, fs: FileSystem, recall: Recall | None = None
) -> ResourceMap:
    """Hold the emitted text against the desired state, and give what it builds.

    Raises:
        InputError: Something outside the overlay is wrong.
        VerificationError: The text builds something else.
    """
    built = build_text(folder, made.files, fs, recall)
    has_hashes = any(resource.needs_hash for resource in wanted)
    verify(build_text(folder, made.files, fs, recall, hash_suffixes=False) if has_hashes else built, wanted, base)
    for changed in made.patches:
        _apply_by_the_standard(changed)
    return built


def hold_hashes(built: ResourceMap, wished: Wish, base: ResourceMap) -> None:
    """See that what names a plain ConfigMap that is generated instead names it as it is called now.

    Args:
        built: What the overlay builds, content hashes and all.
        wished: What is wished.
        base: What the base builds.

    Raises:
        Inexpressible: Something names it otherwise.
    """
    if wished.ground is None or not any(is_generated(original(one, base), one) for one in wished.edited):
        return
    hashed = replace(wished, ground=wished.ground._replace(hash_suffixes=True))
    try:
        verify(built, desired_state(hashed, base), base)
    except VerificationError as error:
        raise Inexpressible(error) from error


def build_text(
    folder: str, files: Mapping[str, str], fs: FileSystem, recall: Recall | None = None, *, hash_suffixes: bool = True
) -> ResourceMap:
    """Build an overlay from the text of its files (by path in its folder), over everything else on the disk.

    Raises:
        InputError: Something outside the overlay is wrong: a base that leads back here.
        VerificationError: The text does not build.
    """
    real = fs.real(folder)
    texts = {env_file.NAME: env_file.TEXT, **files}
    layered = LayeredFileSystem(fs).lay(real, {os.path.join(real, path): text for path, text in texts.items()})
    try:
        return build(real, layered, hash_suffixes=hash_suffixes, recall=recall)
    except InputError as error:
        if any(part.origin and not part.origin.path.startswith(real + os.sep) for part in error.parts):
            raise
        raise _defect(error) from error
    except Unsupported as error:
        raise _defect(error) from error


def _defect(error: KgenError) -> VerificationError:
    return VerificationError(f"the overlay does not build: {error}", origin=error.origin, hint=_REPORT)


def _apply_by_the_standard(changed: Patched) -> None:
    """A JSON 6902 patch, applied by a library that knows nothing of kustomize, gives the same."""
    resource_id, patch = changed.before.id, changed.patch
    if not isinstance(patch, Json6902Patch):
        return
    import jsonpatch

    try:
        applied = jsonpatch.apply_patch(changed.before.body, list(patch.operations))
    except jsonpatch.JsonPatchException as error:
        raise VerificationError(f"the JSON 6902 patch of {resource_id} fails: {error}", hint=_REPORT) from error
    if not same(applied, changed.after):
        raise VerificationError(f"the JSON 6902 patch of {resource_id} makes something else", hint=_REPORT)


def verify(built: ResourceMap, wanted: ResourceMap, base: ResourceMap) -> None:
    """Hold what was built against what was wanted.

    All resources by kgen's own equality, and what differs from the base by deepdiff as well, which shares no code
    with it.

    Args:
        built: What the emitted text builds, content hashes left off.
        wanted: The desired state.
        base: What the base builds, to tell which resources changed.

    Raises:
        VerificationError: They differ.
    """
    others = {r.id for r in built} ^ {r.id for r in wanted}
    if others:
        named = ", ".join(sorted(map(str, others)))
        raise VerificationError(f"the overlay builds other resources than wanted: {named}", hint=_REPORT)
    changed: list[_Changed] = []
    for wish in wanted:
        resource = built.get(wish.id) or wish
        if resource.needs_hash != wish.needs_hash or not same(resource.body, wish.body):
            raise VerificationError(f"the overlay does not make {wish.id} what was wanted", hint=_REPORT)
        earlier = original(resource, base)
        if earlier is not None and not same(earlier.body, wish.body):
            path = (wish.id.gvk.api_version, str(wish.id), wish.id.key.namespace)
            changed += _changed(path, resource.body, wish.body, earlier.body)
    _second_opinion(changed)


class _Changed(NamedTuple):
    """A value that is not what it was in the base: where it is, what was built and what was wanted."""

    path: tuple[str, ...]
    built: Any
    wanted: Any


def _changed(path: tuple[str, ...], *values: Any) -> Iterator[_Changed]:
    """The smallest parts in which what was wanted (the second value) is not what it was before (the third)."""
    if all(isinstance(one, list) for one in values) and len({len(one) for one in values}) == 1:
        values = tuple({f"[{index}]": item for index, item in enumerate(one)} for one in values)
    built, wanted, _ = values
    if not all(isinstance(one, dict) for one in values):
        yield _Changed(path, built, wanted)
        return
    for key in {**built, **wanted}:
        parts = [one.get(key, _GONE) for one in values]
        if not same(*parts[1:]):
            yield from _changed((*path, key), *parts)


_GONE: Final = object()


def _second_opinion(changed: Sequence[_Changed]) -> None:
    """Hold what was built against what was wanted, flat: each level of maps would take as long again."""
    if not changed:
        return
    from deepdiff import DeepDiff  # 190 ms: only where something changed

    built = {one.path: one.built for one in changed if one.built is not _GONE}
    wanted = {one.path: one.wanted for one in changed if one.wanted is not _GONE}
    difference = DeepDiff(wanted, built, ignore_order=False, ignore_numeric_type_changes=False)
    if difference:
        raise VerificationError(f"the overlay does not make what was wanted: {difference}", hint=_REPORT)
