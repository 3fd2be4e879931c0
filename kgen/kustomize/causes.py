"""What a transformer or generator is to be blamed for: the line of a patch, the entry of a kustomization."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kgen.errors import KgenError, Origin
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.generators.generator import Generator
from kgen.kustomize.generators.sources import file_source
from kgen.kustomize.loader import Folder
from kgen.kustomize.spots import Spot, placed
from kgen.kustomize.transformers.images import Image, ImageTransformer
from kgen.kustomize.transformers.patches import Patch, Source
from kgen.origins import Change, FieldOrigins, Path, children
from kgen.yamlio import marks

Cause = Callable[[Draft, Path, Any, Any], Change]
"""What changed a field: the resource as it is now, the path, the value before (None where it was not there) and now."""

Places = Mapping[Path, Origin]


def of_transformer(by: str, spot: Spot, transformer: Any) -> Cause:
    """What to blame one transformer for.

    Args:
        by: The field of the kustomization, or the kind of the plug-in.
        spot: What asks for it.
        transformer: Which.
    """
    asked = spot.origin
    if isinstance(transformer, Patch):
        line = _patch_line(transformer)
        return lambda draft, path, *_: Change(by, line(draft, path) or asked, asked)
    if isinstance(transformer, ImageTransformer):
        return lambda _draft, _path, before, _after: _at(by, _image_spot(spot, transformer.images, before))
    return lambda _draft, path, _before, _after: _at(by, _entry_spot(spot, path))


def of_generator(by: str, spot: Spot, generator: Any, folder: Folder) -> Cause:
    """What to blame one generator for: a key comes from its literal or file, everything else from the entry."""
    asked = spot.origin
    sources = _sources(generator, spot, folder) if isinstance(generator, Generator) else {}

    def cause(_draft: Draft, path: Path, _before: Any, _after: Any) -> Change:
        is_key = len(path) > 1 and path[0] in ("data", "binaryData")
        return Change(by, sources.get(str(path[1]), asked) if is_key else asked, asked)

    return cause


def of_references(collection: Collection, origins_of: Callable[[Draft], FieldOrigins], top: Origin) -> Cause:
    """A name reference changes with the name it says."""

    def cause(_draft: Draft, _path: Path, before: Any, after: Any) -> Change:
        meant = [other for other in collection.named(str(before)) if after in (other.name, other.namespace)]
        field = "name" if any(other.name == after for other in meant) else "namespace"
        changes = (origins_of(other).at("metadata", field).changed for other in meant)
        origin = next((change.origin for change in changes if change), top)
        return Change("name reference", origin, origin)

    return cause


def of_variables(variables: Mapping[str, Any], top: Origin) -> Cause:
    """A text changes by the first variable that stands in it."""

    def cause(_draft: Draft, _path: Path, before: Any, _after: Any) -> Change:
        named = (variable for name, variable in variables.items() if f"$({name})" in str(before))
        origin = next((variable.spot.origin for variable in named), top)
        return Change("vars", origin, origin)

    return cause


def unasked(by: str, origin: Origin) -> Change:
    """What kustomize does for the sake of something else."""
    return Change(by, origin, origin)


def _at(by: str, spot: Spot) -> Change:
    return Change(by, spot.origin, spot.origin)


def _entry_spot(spot: Spot, path: Path) -> Spot:
    """The line of a label or annotation, where it is one."""
    for steps in ((*spot.steps, "pairs", *path[-1:]), (*spot.steps, *path[-1:])):
        if steps != spot.steps and spot.file.has(*steps):
            return Spot(spot.file, steps)
    return spot


def _image_spot(spot: Spot, images: Iterable[Image], before: Any) -> Spot:
    """The entry that changes this image."""
    for index, image in enumerate(images):
        steps = (*spot.steps, index)
        if isinstance(before, str) and image.applied(before) != before and spot.file.has(*steps):
            return Spot(spot.file, steps)
    return spot


def _sources(generator: Generator, spot: Spot, folder: Folder) -> dict[str, Origin]:
    """Where the keys of a generator come from."""
    found: dict[str, Origin] = {}
    for path in generator.sources.envs:
        for number, line in enumerate(folder.read(path).decode("utf-8-sig", "replace").split("\n"), 1):
            found[line.partition("=")[0].strip()] = Origin(folder.join(path), number)
    for index, literal in enumerate(generator.sources.literals):
        steps = (*spot.steps, "literals", index)
        found[literal.partition("=")[0]] = Spot(spot.file, steps if spot.file.has(*steps) else spot.steps).origin
    for source in generator.sources.files:
        key, path = file_source(source)
        found[key] = Origin(folder.join(path), 1)
    return found


def _patch_line(patch: Patch) -> Callable[[Draft, Path], Origin | None]:
    places = [_places(source) for source in patch.sources]
    if patch.operations is not None:
        return lambda _, path: _nearest((_operation(patch.operations or (), path),), places[0][0] if places[0] else {})
    return lambda draft, path: _merge_line(patch, draft, path, places)


def _places(source: Source) -> list[Places]:
    """Where everything stands in a patch; nowhere, where JSON is no YAML."""
    try:
        found = marks(source.text, source.path)
    except KgenError:
        return []
    return [{path: placed(origin) or origin for path, origin in document.items()} for document in found]


def _merge_line(patch: Patch, draft: Draft, path: Path, places: list[list[Places]]) -> Origin | None:
    """The line of the field in a strategic merge patch, or of the nearest around it."""
    best: tuple[int, Origin | None] = -1, None
    for merge, documents in zip(patch.merges, places, strict=True):
        if patch.target is None and merge.key not in (draft.key, *draft.former_keys()):
            continue
        number, *outer = merge.place
        steps = _steps(merge.body, draft.body, path)
        if len(steps) > best[0] and int(number) < len(documents):
            best = len(steps), _nearest((*outer, *steps), documents[int(number)])
    return best[1]


def _steps(patch: Any, after: Any, path: Path) -> Path:
    """The same path in a patch, as far as it goes; an item of a list is found by what both say of it."""
    steps: list[str | int] = []
    for step in path:
        inside = dict(children(after)).get(step)
        found: list[str | int] = [key for key, value in children(patch) if _leads(patch, key, value, step, inside)]
        if not found:
            break
        steps.append(found[0])
        patch, after = dict(children(patch))[found[0]], inside
    return tuple(steps)


def _leads(patch: Any, key: str | int, value: Any, step: str | int, inside: Any) -> bool:
    return key == step if isinstance(patch, dict) else _agrees(value, inside)


def _agrees(item: Any, after: Any) -> bool:
    """Whether an item of a patch's list may have become this one."""
    if not isinstance(item, dict) or not isinstance(after, dict):
        return bool(item == after)
    said = {key: value for key, value in item.items() if not isinstance(value, dict | list) and value is not None}
    return all(after.get(key) == value for key, value in said.items() if key != "$patch")


def _operation(operations: Iterable[Any], path: Path) -> int:
    """Which operation was the last that may have changed a field; positions may have moved since."""
    wanted = [_loose(step) for step in path]
    best = -1, 0
    for index, operation in enumerate(operations):
        said = [_loose(_unescaped(step)) for step in str(operation["path"]).split("/")[1:]]
        if wanted[: len(said)] == said[: len(wanted)] and len(said) >= best[0]:
            best = len(said), index
    return best[1]


def _unescaped(step: str) -> str:
    """A step of a JSON pointer (https://www.rfc-editor.org/rfc/rfc6901#section-4)."""
    return step.replace("~1", "/").replace("~0", "~")


def _loose(step: str | int) -> str:
    return "#" if isinstance(step, int) or step == "-" or step.isdecimal() else step


def _nearest(steps: Path, places: Places) -> Origin | None:
    for depth in range(len(steps), -1, -1):
        if steps[:depth] in places:
            return places[steps[:depth]]
    return None
