"""``kgen overlay``: from a declaration to the files of an overlay, proven, then written.

The steps, in order: read and splice ``kgen.yaml``; build the base; check the declaration against it; the desired
state; the overlay's text; the proof; what would change on the disk; write.
"""

import contextlib
import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from kgen import project, yamlio
from kgen.commands.schema import schema
from kgen.errors import InputError, InputErrors, KgenError, Origin
from kgen.external import kubectl, minikube
from kgen.filesystem import DiskFileSystem, FileSystem
from kgen.kustomize import build
from kgen.overlay import emit, spec
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.cluster import Cluster, Command, Setup
from kgen.overlay.clusters.commands import commands, removal
from kgen.overlay.clusters.kind import kind_config
from kgen.overlay.desired import Wish, wish
from kgen.overlay.edits import Edit
from kgen.overlay.flags import Flags, changes
from kgen.overlay.leftovers import Leftover, find_leftovers
from kgen.overlay.rules import exposure, hostpath
from kgen.overlay.rules.state import Notice
from kgen.overlay.spec.starter import SCHEMA_FILE
from kgen.overlay.synthesise import synthesise
from kgen.overlay.verify import prove
from kgen.resource import ResourceMap
from kgen.yamlio.source import decode, splice

Mode = Literal["write", "check", "dry-run"]

DECLARATION: Final = "kgen.yaml"
_NO_FLAGS: Final = Flags()


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
        removal: What to type to be rid of it again.
    """

    name: str
    folder: str
    files: tuple[emit.PlannedFile, ...]
    edits: tuple[Edit, ...]
    notices: tuple[Notice, ...]
    leftovers: tuple[Leftover, ...]
    commands: tuple[Command, ...]
    removal: tuple[Command, ...]

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


@dataclass(frozen=True, slots=True)
class Options:
    """How to go about it.

    Attributes:
        mode: ``write``, or only ``check`` or show (``dry-run``) what would be written.
        force: Give up hand edits in files that kgen made.
        every: All overlays of the project that have a ``kgen.yaml``.
        detect: Declare the size of the node that runs now.
    """

    mode: Mode = "write"
    force: bool = False
    every: bool = False
    detect: bool = False


_DEFAULT_OPTIONS: Final = Options()


class _Place(NamedTuple):
    """Absolute folders: of the project, of the overlay, and where the person is."""

    root: str
    folder: str
    start: str

    @property
    def name(self) -> str:
        return os.path.basename(self.folder)


def overlay(
    names: Sequence[str], *, start: str, flags: Flags = _NO_FLAGS, options: Options = _DEFAULT_OPTIONS
) -> list[Outcome]:
    """Compute overlays, prove them, and write them.

    Args:
        names: Names of overlays, there or not yet.
        start: The folder the person is in.
        flags: What the command line declares; spliced into ``kgen.yaml`` first.
        options: How to go about it.

    Raises:
        InputError: Something is wrong with the files, the declaration or the flags; nothing was written.
        Unsupported: The built-in engine refuses a feature of the base.
        VerificationError: A defect of kgen: the overlay is not what was wanted; nothing was written.
        ToolError: The cluster could not be asked for its size.
    """
    root = project.root(start)
    places = [_Place(root, project.overlay_folder(root, name), start) for name in _chosen(root, names, options)]
    held = emit.exclusive(os.path.join(root, "overlays")) if options.mode == "write" else contextlib.nullcontext()
    with held:
        outcomes = _compute_all(places, flags, options)
        if options.mode != "check":
            emit.refuse_losses([file for outcome in outcomes for file in outcome.files])
        if options.mode == "write":
            for outcome in outcomes:
                emit.write(outcome.files)
    return outcomes


def _chosen(root: str, names: Sequence[str], options: Options) -> list[str]:
    if options.every:
        names = project.overlay_names(root, (DECLARATION,))
    if not names:
        raise InputError(
            "which overlay? There is none yet" if options.every else "which overlay?",
            hint="name it: `kgen overlay minikube`" + ("" if options.every else "; or say --all"),
        )
    return list(dict.fromkeys(names))


def _compute_all(places: Sequence[_Place], flags: Flags, options: Options) -> list[Outcome]:
    """All of them; where some fail, what is wrong with each."""
    fs = DiskFileSystem()
    outcomes: list[Outcome] = []
    errors: list[KgenError] = []
    for place in places:
        try:
            said = _detected(place, flags) if options.detect else flags
            outcomes.append(_compute(place, said, fs, force=options.force))
        except InputError as error:
            errors += error.parts
    if errors:
        raise InputErrors(errors)
    return outcomes


def _compute(place: _Place, flags: Flags, fs: FileSystem, *, force: bool) -> Outcome:
    declaration = _declare(place, flags, fs)
    wished = wish(declaration.spec, declaration.base)
    made = synthesise(declaration.base, wished.edited, wished.edits, wished.directives)
    built = prove(place.folder, made, wished, declaration.base, fs)
    setup = _setup(place, declaration, wished, built)
    cluster = CLUSTERS.get(declaration.spec.cluster or "")
    planned = _planned(place, {**made.files, **_cluster_files(cluster, setup)})
    return Outcome(
        name=place.name,
        folder=place.folder,
        files=(
            emit.plan_text(declaration.path, declaration.before, declaration.after),
            *(emit.forced(planned) if force else planned),
        ),
        edits=wished.edits,
        notices=wished.notices,
        leftovers=tuple(find_leftovers(declaration.base, built)),
        commands=commands(cluster, setup) if cluster else (),
        removal=removal(cluster, setup) if cluster else (),
    )


def _planned(place: _Place, files: Mapping[str, str]) -> list[emit.PlannedFile]:
    owned = {os.path.join(place.folder, path): emit.owned(text, place.name) for path, text in files.items()}
    return emit.plan({os.path.join(place.root, "overlays", SCHEMA_FILE): schema()}) + emit.plan_folder(
        place.folder, owned
    )


def _declare(place: _Place, flags: Flags, fs: FileSystem) -> _Declaration:
    """The declaration, checked against its base.

    Raises:
        InputErrors: All that is wrong with it.
    """
    path = os.path.join(place.folder, DECLARATION)
    before = _read(path)
    text = _new_declaration(place, flags) if before is None else before
    declared, errors = spec.parse(text, path)
    try:
        base = _base(place.folder, declared, fs)
    except InputError as error:
        raise InputErrors([*errors, *error.parts]) from None
    after = text if errors else splice(text, changes(flags, base, CLUSTERS), path)
    declared, errors = spec.parse(after, path)
    errors = sorted([*errors, *spec.check(declared, base, CLUSTERS)], key=spec.place)
    if errors:
        raise InputErrors(errors)
    return _Declaration(path, before, after, declared, base)


def _detected(place: _Place, flags: Flags) -> Flags:
    """The flags with the size of the nodes that run now, where they do not say it themselves."""
    path = os.path.join(place.folder, DECLARATION)
    text = _read(path)
    declared = spec.parse(text, path)[0].cluster if text is not None else None
    name = flags.cluster or declared or place.name
    cluster = CLUSTERS.get(name)
    if cluster is None:
        raise InputError(
            "--detect needs to know which cluster to ask", hint=f"add --cluster {' or --cluster '.join(CLUSTERS)}"
        )
    node = minikube.detect(cluster.context) if cluster.name == "minikube" else kubectl.detect(cluster.context)
    return replace(
        flags,
        node_memory=flags.node_memory or node.memory,
        node_cpu=flags.node_cpu or node.cpu,
        nodes=flags.nodes or str(node.count),
    )


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return decode(file.read(), path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise emit.failed("read", path, error) from None


def _new_declaration(place: _Place, flags: Flags) -> str:
    """What ``kgen.yaml`` starts from: the cluster of this name, if there is one.

    Raises:
        InputError: The name looks like a slip of the pen.
    """
    name = place.name
    if name not in CLUSTERS and flags == _NO_FLAGS:
        known = [*CLUSTERS, *project.overlay_names(place.root, (DECLARATION,))]
        close = difflib.get_close_matches(name, known, 1, 0.8)
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


def _setup(place: _Place, declaration: _Declaration, wished: Wish, built: ResourceMap) -> Setup:
    return Setup(
        overlay=os.path.relpath(place.folder, place.root),
        mounts=hostpath.mounts(wished.edited),
        ports=exposure.exposed_ports(built),
        node=declaration.spec.node,
        root=os.path.relpath(place.root, place.start),
    )


def _cluster_files(cluster: Cluster | None, setup: Setup) -> Mapping[str, str]:
    if cluster is None or cluster.file is None:
        return {}
    return {cluster.file: yamlio.write(kind_config(setup.mounts, setup.ports, setup.nodes), {})}
