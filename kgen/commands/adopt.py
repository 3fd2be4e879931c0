"""``kgen overlay --adopt``: what was changed by hand in an overlay's folder becomes part of the files people own."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from kgen import yamlio
from kgen.commands import proposal
from kgen.commands.declaration import Place
from kgen.commands.proposal import Proposal
from kgen.errors import InputError, Origin
from kgen.fieldpath import FieldPath
from kgen.filesystem import FileSystem, LayeredFileSystem
from kgen.kustomize import build
from kgen.overlay import declared_changes, emit, env_file, header
from kgen.overlay.couplings.following import Key
from kgen.overlay.edits import Edit, apply_edits
from kgen.overlay.emit import PlannedFile
from kgen.overlay.trial import is_as
from kgen.resource import Body, ResourceId, ResourceMap, original

_KUSTOMIZATION = "kustomization.yaml"


class Adopted(NamedTuple):
    """What was made by hand.

    Attributes:
        proposal: The same in the files that people own.
        built: What the folder builds as it was left, content hashes left off.
        base: What its base builds.
        coupled: Which fields follow from other changes, by the key of their resource's id in the base.
        files: The files in it that take part in that.
    """

    proposal: Proposal
    built: ResourceMap
    base: ResourceMap
    coupled: frozenset[Key]
    files: frozenset[str]


def is_edited(files: Sequence[PlannedFile]) -> bool:
    """Whether there is anything to adopt."""
    return any(file.state == "edited" for file in files)


def adopt(place: Place, files: Sequence[PlannedFile], fs: FileSystem, *, python: bool = True) -> Adopted:
    """Turn hand edits into changes of ``kgen.yaml`` and ``edits/``.

    Args:
        place: The overlay.
        files: What kgen would write there now.
        fs: The disk.
        python: Whether its Python function may run.

    Raises:
        InputError: The folder does not build, or what it builds cannot be said so; nothing was written.
        Unsupported: The engine refuses something.
    """
    _refuse_drift(place, files)
    path = os.path.join(place.folder, _KUSTOMIZATION)
    ours = next(file.after or "" for file in files if file.path == path)
    theirs = emit.read(path) or ""
    said = _body(theirs, path)
    before = proposal.present(place, fs, python=python)
    changes = declared_changes.of_kustomization(before.declared.spec, before.declared.base, _body(ours, path), said)
    now = proposal.redeclared(place, before, changes, fs)
    built = build(place.folder, fs, hash_suffixes=False)
    made = proposal.propose(place, now, proposal.uncoupled(before, now, built), fs, strict=True)
    named = frozenset([path, *_named(said, place.folder)])
    return Adopted(made, built, before.declared.base, before.coupled, named)


def settled(place: Place, files: Sequence[PlannedFile], adopted: Adopted) -> list[PlannedFile]:
    """The plan, in which files whose content was adopted are replaced, or go where they are not needed any more.

    Files that kustomize does not read become a person's own: they stay as they are, without kgen's header.
    """
    known = {file.path for file in files}
    owned = [path for path in sorted(adopted.files - known) if _is_ours(path, place.folder)]
    gone = [PlannedFile(path, "stale", emit.read(path), None) for path in owned]
    return [*(_settled(file, place, adopted) for file in files), *gone]


def _settled(file: PlannedFile, place: Place, adopted: Adopted) -> PlannedFile:
    if file.path in adopted.files:
        return _replaced(file)
    if file.state == "edited" and os.path.dirname(file.path) == place.folder and not emit.is_built(file.path):
        return replace(file, state="changed", after=header.removed(file.before or ""))
    return file


def prove(place: Place, files: Sequence[PlannedFile], adopted: Adopted, fs: FileSystem) -> None:
    """Hold what is about to be written against what the person had, but for what follows from other changes.

    Raises:
        InputError: It builds something else.
    """
    texts = {file.path: file.after for file in files if file.after is not None}
    texts[os.path.join(place.folder, env_file.NAME)] = env_file.TEXT
    layered = LayeredFileSystem(fs).lay(place.folder, texts)
    made = _masked(build(place.folder, layered, hash_suffixes=False), adopted)
    built = _masked(adopted.built, adopted)
    for resource in (*built, *made):
        before, after = built.get(resource.id), made.get(resource.id)
        if before is None or after is None or not is_as(before, after):
            is_hash = before and after and before.needs_hash != after.needs_hash
            raise InputError(
                f"what was changed by hand in {resource.id} cannot be adopted: kgen would build something else",
                origin=Origin(place.folder),
                hint="say in kgen.yaml whether a hash ends its name: features.content-hash"
                if is_hash
                else "write it as a patch in edits/ and list it under patches: in kgen.yaml",
            )


def _masked(built: ResourceMap, adopted: Adopted) -> ResourceMap:
    """The resources without what follows from other changes."""
    paths: dict[ResourceId, list[FieldPath]] = {}
    for key, path in adopted.coupled:
        paths.setdefault(key, []).append(path)
    sources = [(resource, (original(resource, adopted.base) or resource).id.key) for resource in built]
    edits = [Edit(resource.id, path, None, "") for resource, key in sources for path in paths.get(key, ())]
    return apply_edits(built, edits)


def _refuse_drift(place: Place, files: Sequence[PlannedFile]) -> None:
    """What kgen would write anew anyway cannot be told from what a person took away."""
    inside = [file for file in files if file.path.startswith(place.folder + os.sep) and file.path != place.file]
    drifted = [file for file in inside if file.state == "changed" or _is_outdated(file)]
    if drifted:
        raise InputError(
            "kgen would write this file otherwise than last time: what is out of date cannot be told from hand edits",
            origin=Origin(drifted[0].path),
            hint="undo what was changed in kgen.yaml or the base since, adopt, and do it again",
        )


def _is_outdated(file: PlannedFile) -> bool:
    """Whether it was written from something else than what is declared now, by the digest that it was written with."""
    is_edited = file.state == "edited" and emit.is_built(file.path)
    return is_edited and header.recorded(file.before or "") != header.recorded(file.after or "")


def _body(text: str, path: str) -> Body:
    documents = yamlio.load(text, path)
    body = documents[0].body if documents else {}
    return body if isinstance(body, dict) else {}


def _named(node: Any, folder: str) -> Iterator[str]:
    """The files of the folder that a kustomization names."""
    if isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _named(child, folder)
    elif isinstance(node, str) and "\n" not in node and "\0" not in node:
        path = os.path.normpath(os.path.join(folder, node))
        path = os.path.join(path, _KUSTOMIZATION) if os.path.isdir(path) else path
        if path.startswith(folder + os.sep) and os.path.isfile(path) and not os.path.islink(path):
            yield path


def _is_ours(path: str, folder: str) -> bool:
    """Whether it lies where kgen keeps its files, or is one of them."""
    return os.path.relpath(path, folder).split(os.sep)[0] in ("patches", "resources") or bool(
        header.recorded(emit.read(path) or "")
    )


def _replaced(file: PlannedFile) -> PlannedFile:
    if file.state == "edited" or (file.state == "foreign" and file.after is not None):
        return replace(file, state="changed")
    return replace(file, state="stale") if file.state == "extra" else file
