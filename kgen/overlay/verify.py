"""The proof before writing: the files as emitted, read again from their text, build to what was wanted."""

import os
from collections.abc import Mapping

from kgen.equality import same
from kgen.errors import InputError, Unsupported, VerificationError
from kgen.filesystem import FileSystem, LayeredFileSystem, MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay.desired import Wish, desired_state
from kgen.overlay.synthesise import Overlay, synthesise
from kgen.resource import ResourceMap

_REPORT = "this is a defect of kgen, nothing was written; please report it with the base and kgen.yaml"


def prove(folder: str, made: Overlay, wished: Wish, base: ResourceMap, fs: FileSystem) -> ResourceMap:
    """Hold the emitted text against the wish, and give what it builds.

    Raises:
        VerificationError: The text builds something else than the desired state, or a second synthesis finds
            something left to change.
    """
    built, wanted = build_text(folder, made.files, fs), desired_state(wished)
    verify(built, wanted, base)
    again = synthesise(built, wanted, (), wished.directives)
    if again.patched:
        raise VerificationError(f"a second synthesis still writes {', '.join(again.patched)}", hint=_REPORT)
    return built


def build_text(folder: str, files: Mapping[str, str], fs: FileSystem) -> ResourceMap:
    """Build an overlay from the text of its files (by path in its folder), over everything else on the disk.

    Raises:
        VerificationError: It does not build.
    """
    upper = MemoryFileSystem({os.path.join(fs.real(folder), path): text for path, text in files.items()})
    try:
        return build(folder, LayeredFileSystem(upper, fs, folder))
    except (InputError, Unsupported) as error:
        raise VerificationError(f"the overlay does not build: {error}", origin=error.origin, hint=_REPORT) from error


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
        original = base.get(resource.id)
        if original is not None and not same(original.body, wish.body):
            _second_opinion(resource.body, wish.body, str(wish.id))


def _second_opinion(built: object, wanted: object, name: str) -> None:
    from deepdiff import DeepDiff  # 190 ms: only where something changed

    difference = DeepDiff(wanted, built, ignore_order=False, ignore_numeric_type_changes=False)
    if difference:
        raise VerificationError(f"the overlay does not make {name} what was wanted: {difference}", hint=_REPORT)
