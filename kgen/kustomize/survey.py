"""After a first error: what else is wrong with the files that a kustomization names, so that all is mended in one go.

Nothing is built for that. What is only refused is left out here: it would be said of files that may never be read.
"""

from collections.abc import Callable, Iterator
from functools import partial

from kgen.errors import InputError, KgenError, together
from kgen.kustomize.faults import MANY, Leading
from kgen.kustomize.kustomization import Kustomization
from kgen.kustomize.loader import Folder
from kgen.kustomize.spots import Spot

_Check = tuple[Spot, Callable[[], object]]


def completed(error: KgenError, folder: Folder, said: Kustomization) -> KgenError:
    """The error with the others there are, in the order of the kustomization; itself if it is the only one.

    A refusal stays alone: it is no mistake, and mending others would not do away with it.
    """
    if not isinstance(error, InputError) or len(error.parts) >= MANY:
        return error
    found: list[KgenError] = [*error.parts]
    for spot, check in _checks(folder, said):
        try:
            with Leading(spot):
                check()
        except InputError as other:
            found.extend(other.parts)
    if found in ([], [error]):
        return error
    return together(sorted(found, key=lambda part: _line(part, said.file.path))[:MANY])


def _line(error: KgenError, path: str) -> int:
    """The line of a file that an error is at, or comes from."""
    return next((place.line or 0 for place in (error.origin, *error.chain) if place and place.path == path), 0)


def _checks(folder: Folder, said: Kustomization) -> Iterator[_Check]:
    """What can be tried on its own."""
    yield from _patches(folder, said)
    for field, paths in (("configurations", said.configurations), ("crds", said.crds)):
        for index, path in enumerate(paths):
            spot = said.spot(field, index)
            yield spot, partial(folder.read, path, spot)
    for index, path in enumerate(said.components):
        spot = said.spot("components", index)
        yield spot, partial(_look, folder, path, spot)
    for made in (*said.config_map_generator, *said.secret_generator):
        yield made.spot or said.spot(), partial(made.body, folder)
    for index, entry in enumerate(said.replacements):
        from kgen.kustomize.plugins import replacement

        spot = said.spot("replacements", index)
        yield spot, partial(replacement, folder, entry, spot)


def _look(folder: Folder, path: str, spot: Spot) -> None:
    """At a component, from outside."""
    folder.folder(path, spot).kustomization(spot)


def _patches(folder: Folder, said: Kustomization) -> Iterator[_Check]:
    from kgen.kustomize.transformers import patch_sources

    for index, text in enumerate(said.patches_strategic_merge):
        spot = said.spot("patchesStrategicMerge", index)
        yield spot, partial(patch_sources.merges, folder, text, spot)
    for field, entries, read in (
        ("patches", said.patches, patch_sources.from_entry),
        ("patchesJson6902", said.patches_json6902, patch_sources.from_json6902),
    ):
        for index, entry in enumerate(entries):
            spot = said.spot(field, index)
            yield spot, partial(read, folder, entry, spot)
