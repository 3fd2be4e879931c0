"""What becomes of one overlay: its desired state, its text, the proof, and what would change on the disk."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from kgen.cache import user_cache
from kgen.commands import cluster_file, credentials, declaration, patch_files, wishing
from kgen.commands.bases import Bases
from kgen.commands.declaration import Declaration, Place
from kgen.commands.schema import schema
from kgen.commands.siblings import Siblings
from kgen.errors import InputError, InputErrors, KgenError
from kgen.filesystem import DiskFileSystem, LayeredFileSystem, SteadyFileSystem
from kgen.kustomize.legacy import Oddity
from kgen.overlay import emit, env_file, header
from kgen.overlay.clusters.cluster import Cluster, Command, Setup
from kgen.overlay.clusters.commands import commands, removal
from kgen.overlay.clusters.declared import declared_cluster
from kgen.overlay.coupled import couple, hold
from kgen.overlay.couplings.apart import Contested
from kgen.overlay.couplings.following import Key, Leftover
from kgen.overlay.desired import Wish
from kgen.overlay.edits import Edit
from kgen.overlay.features import content_hash, local_image
from kgen.overlay.flags import Flags
from kgen.overlay.generation import unfollowed
from kgen.overlay.handwritten import fold
from kgen.overlay.rules import exposure, hostpath
from kgen.overlay.rules.state import Notice
from kgen.overlay.spec.starter import SCHEMA_FILE
from kgen.overlay.verify import compose, hold_hashes
from kgen.renderers import readme
from kgen.resource import ResourceMap
from kgen.yamlio.recall import Recall

if TYPE_CHECKING:
    from kgen.commands.proposal import Proposal

Mode = Literal["write", "check", "dry-run"]

README: Final = "README.md"
NO_FLAGS: Final = Flags()


@dataclass(frozen=True, slots=True)
class Options:
    """How to go about it.

    Attributes:
        mode: ``write``, or only ``check`` or show (``dry-run``) what would be written.
        force: Give up hand edits in files that kgen made.
        every: All overlays of the project that have a ``kgen.yaml``.
        detect: Declare the size of the node that runs now.
        python: Run the Python function of a declaration; else refuse overlays that have one.
        adopt: Take hand edits in files that kgen made over into those that people own.
        readme: Write the commands into the overlay's folder.
        cached: Large files that were parsed may be kept in the person's cache.
    """

    mode: Mode = "write"
    force: bool = False
    every: bool = False
    detect: bool = False
    python: bool = True
    adopt: bool = False
    readme: bool = False
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one overlay.

    Attributes:
        name: Its name.
        folder: Its folder, absolute.
        files: What was done, or would be done, with each of its files.
        edits: The changes beside kustomize's own fields, and resources that were added, with their reasons.
        notices: What the rules want a person to know.
        leftovers: Strings that still name what the overlay changed.
        commands: What to type to run it.
        removal: What to type to be rid of it again.
        oddities: What kustomize accepts in its base and those before it, and a person surely did not mean.
        is_empty: Whether the overlay builds the base as it is.
    """

    name: str
    folder: str
    files: tuple[emit.PlannedFile, ...]
    edits: tuple[Edit, ...]
    notices: tuple[Notice, ...]
    leftovers: tuple[Leftover, ...]
    coupled: frozenset[Key]
    commands: tuple[Command, ...]
    removal: tuple[Command, ...]
    oddities: tuple[Oddity, ...]
    is_empty: bool

    @property
    def current(self) -> bool:
        """Whether every file is as it should be."""
        return all(file.state == "current" for file in self.files)


@dataclass(frozen=True, slots=True)
class Run:
    """What all overlays of a run have in common.

    Attributes:
        fs: The files as they are about to be: as on the disk when the run began, and as it writes them.
        bases: What bases build.
        schema: Plans the file with the schema, once.
        options: How to go about it.
        siblings: What other overlays declare.
    """

    fs: LayeredFileSystem
    bases: Bases
    schema: Callable[[], Sequence[emit.PlannedFile]]
    options: Options
    siblings: Siblings = field(default_factory=Siblings)

    def lay(self, folder: str, files: Sequence[emit.PlannedFile]) -> None:
        """Let one overlay's files be as they are going to be."""
        inside = [file for file in files if file.path.startswith(folder + os.sep)]
        texts = {file.path: file.after for file in inside if file.after is not None}
        self.fs.lay(folder, {os.path.join(folder, env_file.NAME): env_file.TEXT, **texts})


def begin(places: Sequence[Place], options: Options) -> Run:
    """A run over these overlays: nothing is read yet."""
    fs = LayeredFileSystem(SteadyFileSystem(env_file.with_placeholders(DiskFileSystem())))
    recall = Recall(user_cache() if options.cached else None, again=True)
    bases = Bases(recall, [fs.real(place.folder) for place in places])
    return Run(fs, bases, cache(lambda: _schema(places[0].root)), options)


def _schema(root: str) -> list[emit.PlannedFile]:
    return emit.plan(os.path.join(root, "overlays"), {SCHEMA_FILE: schema()})


def compute(place: Place, flags: Flags, run: Run, proposal: "Proposal | None" = None) -> Outcome:
    """Compute one overlay and prove it; nothing is written.

    Args:
        place: Where it is.
        flags: What the command line declares.
        run: What it has in common with others.
        proposal: What is to be in the files that people own, rather than what is there.

    Raises:
        InputError: Something is wrong with the files, the declaration or the flags.
        Unsupported: There is no overlay for it, or the built-in engine refuses a feature of the base.
        VerificationError: A defect of kgen: the overlay is not what was wanted.
    """
    declared = declaration.declare(place, flags, run.fs, run.bases, proposal.declaration if proposal else None)
    given = proposal.files if proposal else {}
    wished = wishing.wished(place, declared, python=run.options.python)
    wished = credentials.watched(fold(wished, patch_files.read(place, declared.spec, given), place.folder))
    try:
        coupled = couple(wished, declared.base, declared.spec, run.siblings.of(place, declared), place.name)
        wished = coupled.wish
        made, built = compose(place.folder, wished, declared.base, run.fs, run.bases.recall)
    except InputError as error:
        raise InputErrors(_undeclarable(part, declared) for part in error.parts) from error
    hold(coupled, built)
    hold_hashes(built, wished, declared.base)
    cluster = declared_cluster(declared.spec)
    if cluster is not None:
        hostpath.refuse_unseen(wished.edited, cluster)
    setup = _setup(place, declared, wished, built, cluster)
    beside, notices = cluster_file.files(place.folder, cluster, setup)
    is_generated = bool(wished.directives.generated)
    files = {**made.files, **beside, **(credentials.ignoring(place.folder) if is_generated else {})}
    if cluster is not None and (run.options.readme or has_readme(place.folder)):
        files[README] = readme.text(place.name, cluster, replace(setup, root="."))
    setup = credentials.left_to_do(setup, place.folder)
    planned = _planned(place, run.schema(), files)
    told = {changed.before.id for changed in made.patches} | {
        resource.id for resource in wished.edited if resource.id not in declared.base
    }
    return Outcome(
        name=place.name,
        folder=place.folder,
        files=(
            emit.plan_text(place.file, declared.before, declared.after),
            *(emit.plan_given(os.path.join(place.folder, path), text) for path, text in given.items()),
            *(emit.forced(planned) if run.options.force else planned),
        ),
        edits=tuple(edit for edit in wished.edits if edit.resource in told),
        notices=(
            *wished.notices,
            *unfollowed(built, declared.base),
            *notices,
            *credentials.notices(place, is_used=is_generated),
        ),
        leftovers=coupled.leftovers,
        coupled=coupled.fields,
        commands=commands(cluster, setup) if cluster else (),
        removal=removal(cluster, setup) if cluster else (),
        oddities=tuple(run.bases.oddities),
        is_empty=made.is_empty,
    )


def has_readme(folder: str) -> bool:
    """Whether a README of kgen's own is there, which is then kept up to date."""
    path = os.path.join(folder, README)
    return not os.path.islink(path) and os.path.isfile(path) and header.recorded(emit.read(path) or "") is not None


def _undeclarable(error: KgenError, declared: Declaration) -> InputError:
    """What the build of the overlay says, of the declaration: the files of the overlay are not there yet."""
    if isinstance(error, InputError) and (isinstance(error, Contested) or _is_of(error, declared.spec.path)):
        return error
    paths = (("namespace",), ("features", content_hash.ID), ("python",))
    where = declared.spec.origin(*next((path for path in paths if path in declared.spec.origins), ()))
    why = error.message.partition(", first at")[0]
    return InputError(f"what is declared cannot be built: {why}", origin=where, hint=error.hint)


def _is_of(error: KgenError, path: str) -> bool:
    return error.origin is not None and error.origin.path == path


def _planned(place: Place, schema_file: Sequence[emit.PlannedFile], files: Mapping[str, str]) -> list[emit.PlannedFile]:
    owned = {path: header.owned(text, place.name, path) for path, text in files.items()}
    return [*schema_file, *emit.plan_overlay(place.folder, owned)]


def _setup(place: Place, declared: Declaration, wished: Wish, built: ResourceMap, cluster: Cluster | None) -> Setup:
    overlay = os.path.relpath(place.folder, place.root)
    return Setup(
        overlay=overlay,
        context=cluster.identity.context if cluster else "",
        mounts=hostpath.mounts(wished.edited, cluster.folders) if cluster else (),
        ports=exposure.exposed_ports(built),
        node=declared.spec.node,
        root=os.path.relpath(place.root, place.start),
        image=str((declared.spec.features.get(local_image.ID) or {}).get("image", "")),
        secrets=env_file.command(os.path.join(overlay, env_file.NAME)) if wished.directives.generated else "",
    )


def adopted(found: Outcome, place: Place, run: Run) -> Outcome:
    """The same with what was changed by hand, which now stands in the files that people own."""
    from kgen.commands import adopt

    if not adopt.is_edited(found.files):
        return found
    adopted = adopt.adopt(place, found.files, run.fs, python=run.options.python)
    made = compute(place, NO_FLAGS, run, adopted.proposal)
    files = adopt.settled(place, made.files, adopted)
    adopt.prove(place, files, adopted._replace(coupled=adopted.coupled | made.coupled), run.fs)
    return replace(made, files=tuple(files))
