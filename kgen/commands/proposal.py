"""What a person made by hand, as changes of the files that people own: ``kgen.yaml`` and ``edits/``."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kgen.commands import declaration, patch_files, wishing
from kgen.commands.bases import Bases
from kgen.commands.declaration import Declaration, Place
from kgen.commands.siblings import Siblings
from kgen.equality import same
from kgen.filesystem import FileSystem
from kgen.overlay import adoption, declared_changes
from kgen.overlay.coupled import couple
from kgen.overlay.couplings.following import Key
from kgen.overlay.couplings.things import Course, courses
from kgen.overlay.desired import Wish
from kgen.overlay.flags import Flags
from kgen.overlay.handwritten import Handwritten, brought, fold
from kgen.overlay.own_fields import pulled_back
from kgen.overlay.spec import PatchFile
from kgen.overlay.verify import readable
from kgen.resource import Resource, ResourceId, ResourceMap, original
from kgen.yamlio.source import Change, lists, splice

_NO_FLAGS = Flags()


class Proposal(NamedTuple):
    """The text of ``kgen.yaml``, and that of files of patches by path in the overlay's folder (None: it goes)."""

    declaration: str
    files: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Present:
    """An overlay as its files of today make it.

    Attributes:
        declared: The declaration and its base.
        wished: What both and the rules make, before hand-written patches.
        listed: Those patches.
        folded: The wish with them.
        built: What that builds, content hashes and couplings left off.
        shown: The same with couplings.
        coupled: Which fields couplings set, by the key of their resource's id before kustomize's own fields apply.
        python: Whether its Python function may run.
    """

    declared: Declaration
    wished: Wish
    listed: Sequence[Handwritten]
    folded: Wish
    built: ResourceMap
    shown: ResourceMap
    coupled: frozenset[Key]
    python: bool = True


def present(place: Place, fs: FileSystem, text: str | None = None, *, python: bool = True) -> Present:
    """An overlay as it is.

    Args:
        place: Which.
        fs: Where the base is.
        text: What ``kgen.yaml`` is to say; None for what it says.
        python: Whether its Python function may run.

    Raises:
        InputError: Something is wrong with the files.
        Unsupported: The engine refuses something.
    """
    declared = declaration.declare(place, _NO_FLAGS, fs, Bases(), text)
    wished = wishing.wished(place, declared, python=python)
    listed = patch_files.read(place, declared.spec)
    folded = fold(wished, listed, place.folder)
    made = couple(folded, declared.base, declared.spec, Siblings().of(place, declared), place.name)
    state = readable(made.wish, declared.base)[1]
    shown = _sourced(courses(declared.base, made.wish.edited, state))
    built = _sourced(courses(declared.base, folded.edited, adoption.built(folded)))
    return Present(declared, wished, listed, folded, built, shown, made.fields, python)


def uncoupled(before: Present, after: Present, wanted: ResourceMap) -> ResourceMap:
    """What is wanted without what follows from other changes; what a person changed of that stays.

    Args:
        before: The overlay as the person had it.
        after: The same as its declaration is going to be.
        wanted: What the person made of it, content hashes left off.
    """
    base = before.declared.base
    shown = {_source(one, base): one for one in before.shown}
    built = {_source(one, base): one for one in after.built}
    found = ResourceMap()
    for resource in wanted:
        key = _source(original(resource, before.shown) or resource, base)
        if key in shown and key in built:
            body = pulled_back(built[key].body, shown[key].body, resource.body)
            resource = replace(resource, body=body)  # noqa: PLW2901  # the same, as the rest wants it
        found.add(resource)
    return found


def _sourced(found: Iterable[Course]) -> ResourceMap:
    """What is built, telling the ids of the base only."""
    return ResourceMap(replace(one.after, previous_ids=(one.base.id,) if one.base else ()) for one in found)


def _source(resource: Resource, base: ResourceMap) -> ResourceId:
    return (original(resource, base) or resource).id.key


def redeclared(place: Place, now: Present, changes: Sequence[Change], fs: FileSystem) -> Present:
    """The overlay with these changes of its declaration."""
    if not changes:
        return now
    return present(place, fs, splice(now.declared.after, changes, place.file), python=now.python)


def propose(place: Place, now: Present, wanted: ResourceMap, fs: FileSystem, *, strict: bool) -> Proposal:
    """What to change in the files that people own, so that an overlay builds what is wanted.

    Args:
        place: The overlay.
        now: The same as it is, or as its declaration is going to be.
        wanted: What it is to build, content hashes and couplings left off.
        fs: Where the base is.
        strict: Whether kustomize's own fields may not change what is new in it.

    Raises:
        InputError: There is no way to say this beside what is declared.
        Unsupported: The engine refuses something.
    """
    changes = declared_changes.of_resources(now.declared.spec, now.declared.base, now.built, wanted)
    now = redeclared(place, now, changes, fs)
    listing, made, files = now.listed, now.folded, dict[str, adoption.EditFile]()
    for extent in adoption.EXTENTS:
        target = adoption.before_fields(made, wanted)
        found = adoption.edit_files(now.wished, listing, target, place.folder, extent, _taken(place))
        files |= {file.path: file for file in found}
        listing = adoption.relisted(listing, found)
        made = fold(now.wished, listing, place.folder)
    if not _equal(made, target):
        listing = adoption.relisted([file for file in now.listed if file.path not in files], files.values())
        made = fold(now.wished, listing, place.folder)
    adoption.check(made, wanted, now.built, strict=strict)
    text = _listing(now.declared.after, now.declared.spec.patches, listing, place.file)
    return Proposal(text, {path: file.text for path, file in files.items()})


def _taken(place: Place) -> list[str]:
    """Files that lie in ``edits/`` already."""
    try:
        return [f"edits/{name}" for name in os.listdir(os.path.join(place.folder, "edits"))]
    except OSError:
        return []


def _equal(made: Wish, target: ResourceMap) -> bool:
    found = ResourceMap([*made.edited, *brought(made)])
    return len(found) == len(target) and all(
        (one := found.get(resource.id)) is not None and same(one.body, resource.body) for resource in target
    )


def _listing(text: str, before: Sequence[PatchFile], after: Sequence[Handwritten], path: str) -> str:
    """The declaration with another list of patches: what stays, stays as it is written."""
    waiting = [(file.path, dict(file.target)) for file in after]
    gone: list[int] = []
    for index, patch in enumerate(before):
        if waiting and waiting[0] == (patch.path, dict(patch.target)):
            waiting.pop(0)
        else:
            gone.append(index)
    for name, target in waiting:
        text = lists.append(text, "patches", {"path": name, "target": target} if target else name, path)
    for index in reversed(gone):
        text = lists.drop(text, "patches", index, path)
    return text
