"""``kgen overlay``: from a declaration to the files of an overlay, proven, then written.

The steps, in order: read and splice ``kgen.yaml``; build the base; check the declaration against it; the desired
state; the overlay's text; the proof; what would change on the disk; write.
"""

import contextlib
import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from kgen import project, yamlio
from kgen.commands.schema import schema
from kgen.errors import InputError, InputErrors, KgenError, Origin
from kgen.filesystem import DiskFileSystem, FileSystem
from kgen.kustomize import build
from kgen.overlay import emit, spec
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.cluster import Cluster, Command, Setup
from kgen.overlay.clusters.commands import commands
from kgen.overlay.clusters.kind import kind_config
from kgen.overlay.desired import Wish, wish
from kgen.overlay.edits import Edit
from kgen.overlay.leftovers import Leftover, find_leftovers
from kgen.overlay.rules import Notice, exposure, hostpath
from kgen.overlay.flags import Flags
from kgen.overlay.synthesise import synthesise
from kgen.overlay.verify import prove
from kgen.resource import ResourceMap

Mode = Literal["write", "check", "dry-run"]

DECLARATION: Final = "kgen.yaml"
SCHEMA: Final = "kgen.schema.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one overlay.

    Attributes:
        name: Its name.
        folder: Its folder, absolute.
        files: What was done, or would be done, with each of its files.
        edits: The changes beside kustomize's own fields, with their reasons.
        notices: What the rules want a person to know.
        leftovers: Strings that still name what the overlay changed.
        commands: What to type to run it.
    """

    name: str
    folder: str
    files: tuple[emit.PlannedFile, ...]
    edits: tuple[Edit, ...]
    notices: tuple[Notice, ...]
    leftovers: tuple[Leftover, ...]
    commands: tuple[Command, ...]

    @property
    def current(self) -> bool:
        """Whether every file is as it should be."""
        return all(file.state == "current" for file in self.files)


@dataclass(frozen=True, slots=True)
class _Declaration:
    """``kgen.yaml`` as it is and as the flags make it."""

    path: str
    before: str | None
    after: str
    spec: spec.Spec
    base: ResourceMap


def overlay(
    names: Sequence[str],
    *,
    start: str,
    flags: Flags | None = None,
    mode: Mode = "write",
    force: bool = False,
    every: bool = False,
) -> list[Outcome]:
    """Compute overlays, prove them, and write them.

    Args:
        names: Names of overlays, there or not yet.
        start: The folder the person is in.
        flags: What the command line declares; spliced into ``kgen.yaml`` first.
        mode: ``write``, or only ``check`` or show (``dry-run``) what would be written.
        force: Give up hand edits in files that kgen made.
        every: All overlays of the project that have a ``kgen.yaml``.

    Raises:
        InputError: Something is wrong with the files, the declaration or the flags; nothing was written.
        Unsupported: The built-in engine refuses a feature of the base.
        VerificationError: A defect of kgen: the overlay is not what was wanted; nothing was written.
    """
    root = project.root(start)
    chosen = project.overlay_names(root, (DECLARATION,)) if every else list(dict.fromkeys(names))
    if not chosen:
        raise InputError("there is no overlay to compute", origin=Origin(root), hint="`kgen overlay minikube` makes one")
    folders = [project.overlay_folder(root, name) for name in chosen]
    with emit.exclusive(os.path.join(root, "overlays")) if mode == "write" else contextlib.nullcontext():
        outcomes = _compute_all(root, folders, flags or Flags(), start)
        if force:
            outcomes = [replace(outcome, files=tuple(emit.forced(outcome.files))) for outcome in outcomes]
        if mode != "check":
            emit.refuse_losses([file for outcome in outcomes for file in outcome.files])
        if mode == "write":
            for outcome in outcomes:
                emit.write(outcome.files)
    return outcomes


def _compute_all(root: str, folders: Sequence[str], flags: Flags, start: str) -> list[Outcome]:
    """All of them; where some fail, what is wrong with each."""
    fs = DiskFileSystem()
    outcomes: list[Outcome] = []
    errors: list[KgenError] = []
    for folder in folders:
        try:
            outcomes.append(_compute(root, folder, flags, start, fs))
        except InputError as error:
            errors += error.parts
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)
    return outcomes


def _compute(root: str, folder: str, flags: Flags, start: str, fs: FileSystem) -> Outcome:
    declaration = _declare(root, folder, flags, fs)
    wished = wish(declaration.spec, declaration.base)
    made = synthesise(declaration.base, wished.edited, wished.edits, wished.directives)
    built = prove(folder, made, wished, declaration.base, fs)
    setup = _setup(root, folder, declaration, wished, built, start)
    cluster = CLUSTERS.get(declaration.spec.cluster or "")
    files = {**made.files, **_cluster_files(cluster, setup)}
    name = os.path.basename(folder)
    planned = [
        emit.plan_text(declaration.path, declaration.before, declaration.after),
        *emit.plan({os.path.join(root, "overlays", SCHEMA): schema()}),
        *emit.plan_folder(folder, {os.path.join(folder, path): emit.owned(text, name) for path, text in files.items()}),
    ]
    leftovers = find_leftovers(declaration.base, built)
    lines = commands(cluster, setup) if cluster else ()
    return Outcome(name, folder, tuple(planned), wished.edits, wished.notices, tuple(leftovers), lines)


def _declare(root: str, folder: str, flags: Flags, fs: FileSystem) -> _Declaration:
    """The declaration, checked against its base.

    Raises:
        InputErrors: All that is wrong with it.
    """
    path = os.path.join(folder, DECLARATION)
    before = read_text(path)
    text = _new_declaration(root, os.path.basename(folder), flags) if before is None else before
    declared, errors = spec.parse(text, path)
    if errors:
        raise InputErrors(errors)
    base = _base(folder, declared, fs)
    after = flags.splice(text, path, base)
    declared, errors = spec.parse(after, path)
    errors += spec.check(declared, base, CLUSTERS)
    if errors:
        raise InputErrors(errors)
    return _Declaration(path, before, after, declared, base)


def _new_declaration(root: str, name: str, flags: Flags) -> str:
    """What ``kgen.yaml`` starts from: the cluster of this name, if there is one.

    Raises:
        InputError: The name looks like a slip of the pen.
    """
    if name not in CLUSTERS and not flags:
        close = difflib.get_close_matches(name, [*CLUSTERS, *project.overlay_names(root, (DECLARATION,))], 1, 0.8)
        if close:
            raise InputError(
                f"there is no overlay {name!r} yet, and it is no cluster kgen knows",
                hint=f"did you mean {close[0]!r}? To make {name!r} all the same, say --cluster {' or '.join(CLUSTERS)}",
            )
    return spec.new_text(name if name in CLUSTERS else None)


def _base(folder: str, declared: spec.Spec, fs: FileSystem) -> ResourceMap:
    """What the base builds, content hashes left off.

    Raises:
        InputError: It is missing, does not build, or builds nothing.
    """
    path = os.path.normpath(os.path.join(folder, declared.base))
    if not fs.is_dir(path):
        raise InputError(
            f"the base {declared.base!r} is not there",
            origin=declared.origin("base"),
            hint=f"put your manifests and a kustomization.yaml into {path}, or name another folder with 'base:'",
        )
    resources = build(path, fs, hash_suffixes=False)
    if not len(resources):
        raise InputError("the base builds no resources", origin=Origin(path), hint="list manifests under 'resources:'")
    return resources


def _setup(root: str, folder: str, declaration: _Declaration, wished: Wish, built: ResourceMap, start: str) -> Setup:
    return Setup(
        overlay=os.path.relpath(folder, root),
        mounts=hostpath.mounts(wished.edited),
        ports=exposure.exposed_ports(built),
        node=declaration.spec.node,
        root=os.path.relpath(root, start),
    )


def _cluster_files(cluster: Cluster | None, setup: Setup) -> Mapping[str, str]:
    if cluster is None or cluster.file is None:
        return {}
    return {cluster.file: yamlio.write(kind_config(setup.mounts, setup.ports, setup.nodes), {})}
