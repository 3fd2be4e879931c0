"""What a person made of a built overlay by hand → files of hand-written patches that make the same of it.

The steps: what the resources must be before kustomize's own fields; how that differs from what is wanted without the
hand; one file for each resource that differs.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple

from kgen import yamlio
from kgen.equality import same
from kgen.errors import InputError
from kgen.overlay.desired import Wish
from kgen.overlay.edits import Edit
from kgen.overlay.handwritten import Handwritten, brought, concerns, fold
from kgen.overlay.own_fields import pulled_back, unnamed
from kgen.overlay.pairing import Pair
from kgen.overlay.patches import Json6902Patch, patch_between, removal
from kgen.overlay.synthesise import file_name, patch_text
from kgen.overlay.target import target_of
from kgen.overlay.trial import under_fields, upon
from kgen.resource import Body, Resource, ResourceId, ResourceMap, original


class EditFile(NamedTuple):
    """A file of hand-written patches to be written; without a text it is not needed any more."""

    path: str
    text: str | None
    target: Mapping[str, str]


Extent = Literal["renamed", "all"]
EXTENTS: Final[tuple[Extent, ...]] = ("renamed", "all")
"""In the order in which files are written: what follows another name need not be said."""


def built(wished: Wish) -> ResourceMap:
    """What the overlay for a wish builds, content hashes left off."""
    return _under_fields(wished, wished.edited, wished.directives.resources)


def before_fields(wished: Wish, wanted: ResourceMap) -> ResourceMap:
    """What the resources must be for kustomize's own fields to make them what is wanted.

    Args:
        wished: What is wished now.
        wanted: What the overlay is to build, content hashes left off.

    Raises:
        InputError: See `check`.
    """
    own = _state(wished)
    moved = _beside(wished, own, {})
    return ResourceMap(_before(after, original(after, moved), own, wished) for after in wanted)


def _under_fields(wished: Wish, resources: ResourceMap, added: Mapping[str, Body]) -> ResourceMap:
    fields = wished.directives.fields
    if wished.ground is not None:
        return upon(wished.ground, resources, fields, added)
    return under_fields(resources, fields, added, hash_suffixes=False)


def _before(after: Resource, moved: Resource | None, own: ResourceMap, wished: Wish) -> Resource:
    before = original(moved, own) if moved else None
    if moved is None or before is None:
        return replace(after, body=_added(after.body, wished.directives.fields))
    body = pulled_back(before.body, moved.body, after.body)
    if moved.id.name == after.id.name:
        return replace(before, body=body)
    return replace(before, body=unnamed(body, wished.directives.fields), previous_ids=(before.id,))


def _added(body: Body, fields: Mapping[str, Any]) -> Body:
    """A new resource without what these fields will give it, in the order in which people write."""
    body = unnamed(body, fields)
    metadata = {key: value for key, value in body["metadata"].items() if (key, value) != ("namespace", fields.get(key))}
    body = {**body, "metadata": metadata}
    return {key: body[key] for key in ("apiVersion", "kind", "metadata") if key in body} | body


def _state(wished: Wish) -> ResourceMap:
    return ResourceMap([*wished.edited, *brought(wished)])


def edit_files(  # noqa: PLR0913, PLR0917  # what there is, what is wanted, and what may be written
    wished: Wish,
    listed: Sequence[Handwritten],
    target: ResourceMap,
    folder: str,
    extent: Extent = "all",
    taken: Collection[str] = (),
) -> list[EditFile]:
    """The files that, with those listed already, make the target; those they take the place of among them.

    Args:
        wished: What the base, the declaration and the rules make.
        listed: The files of the declaration.
        target: What is wanted before kustomize's own fields.
        folder: The overlay's folder.
        extent: How much of it: only what is ``renamed``, which others follow, or ``all``.
        taken: Paths in it that are no name for a new file.
    """
    folded = fold(wished, listed, folder)
    now = _state(folded)
    changed = {next(one.id for one in pair if one): pair for pair in _changed(now, target, extent)}
    own = {one.key: file for one in changed for file in listed if concerns(file, one, now, folder)}
    replaced = {file.path for file in own.values()}
    below = _state(fold(wished, [file for file in listed if file.path not in replaced], folder))
    paths = {file.path for file in listed}
    said = [edit for edit in folded.edits if edit not in wished.edits and edit.reason not in paths]
    names = [*taken, *(file.path for file in listed)]
    found: list[EditFile] = []
    for one, pair in changed.items():
        path = (
            own[one.key].path if one.key in own else file_name("edits", one, [*names, *(file.path for file in found)])
        )
        reasons = [edit for edit in said if edit.resource.key == one.key]
        before = original(pair.before, below) if pair.before else below.get(one)
        found.append(_edit_file(path, before, pair.after, reasons))
    return found


def _changed(now: ResourceMap, target: ResourceMap, extent: Extent) -> Iterator[Pair]:
    """What differs; removed resources first, so that others can take their names."""
    found = [Pair(original(resource, now), resource) for resource in target]
    if extent == "renamed":
        yield from (pair for pair in found if pair.before and pair.after and pair.before.id.name != pair.after.id.name)
        return
    kept = {before.id.key for before, _ in found if before}
    yield from (Pair(resource, None) for resource in now if resource.id.key not in kept)
    for before, after in found:
        if before is None or after is None or not same(before.body, after.body):
            yield Pair(before, after)


def _edit_file(path: str, before: Resource | None, after: Resource | None, reasons: Sequence[Edit]) -> EditFile:
    if after is None:
        return EditFile(path, patch_text(removal(before.body), reasons, before.body, {}) if before else None, {})
    if before is None:
        return EditFile(path, yamlio.write(after.body, {}), {})
    if same(before.body, after.body):
        return EditFile(path, None, {})
    patch = patch_between(before.body, after.body)
    target = target_of(before.id, ()) if isinstance(patch, Json6902Patch) else {}
    return EditFile(path, patch_text(patch, reasons, before.body, after.body), target)


def relisted(listed: Sequence[Handwritten], files: Iterable[EditFile]) -> list[Handwritten]:
    """The files of a declaration with these written: in their places where their targets stay, else at the end."""
    new = {file.path: file for file in files}
    kept = [
        replace(file, text=new[file.path].text or "") if file.path in new else file
        for file in listed
        if file.path not in new or (new[file.path].text is not None and new[file.path].target == file.target)
    ]
    places = {file.path for file in kept}
    added = [Handwritten(one.path, one.text, one.target) for one in new.values() if one.text and one.path not in places]
    return [*kept, *added]


def check(wished: Wish, wanted: ResourceMap, present: ResourceMap, *, strict: bool) -> None:
    """Hold what a wish will build against what a person made.

    Args:
        wished: The wish, hand-written patches and all.
        wanted: What the person made, content hashes left off.
        present: What was built before.
        strict: Whether kustomize's own fields may not change what was added either.

    Raises:
        InputError: Something else would be built.
    """
    made = _beside(wished, wished.edited, wished.directives.resources)
    for resource in wanted:
        found = made.get(resource.id)
        if (strict or resource.id in present) and (found is None or not same(found.body, resource.body)):
            raise _decided(resource.id, wished)
    for resource in made if strict else present:
        if resource.id not in wanted and resource.id in made:
            raise _decided(resource.id, wished)


def _beside(wished: Wish, resources: ResourceMap, added: Mapping[str, Body]) -> ResourceMap:
    """What these make under the fields of a declaration.

    Raises:
        InputError: A field has nothing to work on any more.
    """
    try:
        return _under_fields(wished, resources, added)
    except InputError as error:
        raise InputError(
            f"what was changed cannot stay beside what kgen.yaml declares: {error.message}",
            hint="change it in kgen.yaml",
        ) from error


def _decided(resource: ResourceId, wished: Wish) -> InputError:
    fields = ", ".join(wished.directives.fields) or "what it declares"
    return InputError(
        f"what was changed in {resource} cannot stay: kgen.yaml decides otherwise ({fields})",
        hint="change it in kgen.yaml",
    )
