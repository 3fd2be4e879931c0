"""The proof before writing: the files as emitted, read again from their text, build to what was wanted."""

import os
from collections.abc import Mapping

from kgen.equality import same
from kgen.errors import InputError, KgenError, Unsupported, VerificationError
from kgen.filesystem import FileSystem, LayeredFileSystem, MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay.desired import Wish, desired_state
from kgen.overlay.patches import Json6902Patch, Patch
from kgen.overlay.synthesise import Directives, Overlay, synthesise
from kgen.resource import ResourceId, ResourceMap, original

_REPORT = "this is a defect of kgen, nothing was written; please report it with the base and kgen.yaml"


def prove(folder: str, made: Overlay, wished: Wish, base: ResourceMap, fs: FileSystem) -> ResourceMap:
    """Hold the emitted text against the wish, and give what it builds.

    Raises:
        InputError: What was declared cannot be built at all.
        VerificationError: The text builds something else than the desired state, or after its patches a second
            synthesis finds something left to patch.
    """
    wanted = desired_state(wished)
    built = build_text(folder, made.files, fs)
    verify(built, wanted, base)
    for resource, patch in made.patches:
        _apply_by_the_standard(patch, base, wished.edited, resource)
    alone = synthesise(base, wished.edited, wished.edits, Directives(wished.directives.base))
    patched = build_text(folder, alone.files, fs, hash_suffixes=False)
    again = synthesise(patched, wished.edited, wished.edits, wished.directives)
    if again.patched:
        raise VerificationError(f"a second synthesis still writes {', '.join(again.patched)}", hint=_REPORT)
    return built


def build_text(folder: str, files: Mapping[str, str], fs: FileSystem, *, hash_suffixes: bool = True) -> ResourceMap:
    """Build an overlay from the text of its files (by path in its folder), over everything else on the disk.

    Raises:
        InputError: Something outside the overlay is wrong: a base that leads back here.
        VerificationError: The text does not build.
    """
    real = fs.real(folder)
    upper = MemoryFileSystem({os.path.join(real, path): text for path, text in files.items()})
    try:
        return build(real, LayeredFileSystem(upper, fs, real), hash_suffixes=hash_suffixes)
    except InputError as error:
        if error.origin and not error.origin.path.startswith(real + os.sep):
            raise
        raise _defect(error) from error
    except Unsupported as error:
        raise _defect(error) from error


def _defect(error: KgenError) -> VerificationError:
    return VerificationError(f"the overlay does not build: {error}", origin=error.origin, hint=_REPORT)


def _apply_by_the_standard(patch: Patch, base: ResourceMap, edited: ResourceMap, resource_id: ResourceId) -> None:
    """A JSON 6902 patch, applied by a library that knows nothing of kustomize, gives the same."""
    if not isinstance(patch, Json6902Patch):
        return
    import jsonpatch

    before, after = base.get(resource_id), edited.get(resource_id)
    try:
        applied = jsonpatch.apply_patch(before and before.body, list(patch.operations))
    except jsonpatch.JsonPatchException as error:
        raise VerificationError(f"the JSON 6902 patch of {resource_id} fails: {error}", hint=_REPORT) from error
    if after is None or not same(applied, after.body):
        raise VerificationError(f"the JSON 6902 patch of {resource_id} makes something else", hint=_REPORT)


def verify(built: ResourceMap, wanted: ResourceMap, base: ResourceMap) -> None:
    """Hold what was built against what was wanted.

    All resources by kgen's own equality, and those that differ from the base by deepdiff as well, which shares no
    code with it.

    Args:
        built: What the emitted text builds.
        wanted: The desired state.
        base: What the base builds, to tell which resources changed.

    Raises:
        VerificationError: They differ.
    """
    if [r.id for r in built] != [r.id for r in wanted]:
        missing = sorted({str(r.id) for r in wanted} ^ {str(r.id) for r in built}) or ["their order"]
        raise VerificationError(f"the overlay builds other resources than wanted: {', '.join(missing)}", hint=_REPORT)
    for resource, wish in zip(built, wanted, strict=True):
        if not same(resource.body, wish.body):
            raise VerificationError(f"the overlay does not make {wish.id} what was wanted", hint=_REPORT)
        earlier = original(resource, base)
        if earlier is not None and not same(earlier.body, wish.body):
            _second_opinion(resource.body, wish.body, str(wish.id))


def _second_opinion(built: object, wanted: object, name: str) -> None:
    from deepdiff import DeepDiff  # 190 ms: only where something changed

    difference = DeepDiff(wanted, built, ignore_order=False, ignore_numeric_type_changes=False)
    if difference:
        raise VerificationError(f"the overlay does not make {name} what was wanted: {difference}", hint=_REPORT)
