"""``kgen overlay``: from a declaration to the files of an overlay, proven, then written.

The steps, in order: the declaration, checked against its base; the desired state; the overlay's text; the proof;
what would change on the disk; write.
"""

import contextlib
import functools
import gc
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kgen import project
from kgen.commands import declaration
from kgen.commands.declaration import Place
from kgen.commands.outcome import NO_FLAGS, Options, Outcome, Run, adopted, begin, compute
from kgen.commands.workers import spread
from kgen.errors import InputError, KgenError, Unsupported, together
from kgen.overlay import emit
from kgen.overlay.flags import Flags

if TYPE_CHECKING:
    from kgen.commands.proposal import Proposal

_DEFAULT_OPTIONS: Final = Options()

Ended = Outcome | InputError | Unsupported


def overlay(
    names: Sequence[str], *, start: str, flags: Flags = NO_FLAGS, options: Options = _DEFAULT_OPTIONS
) -> list[Outcome]:
    """Compute overlays, prove them, and write them: all or, where one fails, none.

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
    if options.adopt and (options.force or flags != NO_FLAGS):
        raise InputError(
            "--adopt goes with no flag that changes the overlay",
            hint="adopt first, then run `kgen overlay` with the others",
        )
    places = [place_of(root, name, start) for name in _chosen(root, names, options)]
    with emit.exclusive(root) if options.mode == "write" else contextlib.nullcontext():
        outcomes = _compute_all(places, flags, options)
        files = list({file.path: file for outcome in outcomes for file in outcome.files}.values())
        if options.mode != "check":
            emit.refuse_losses(files)
        if options.mode == "write":
            emit.write(files)
    return outcomes


def _chosen(root: str, names: Sequence[str], options: Options) -> list[str]:
    if options.every and names:
        raise InputError("either names or --all", hint="leave one of them out")
    if options.every:
        names = project.overlay_names(root, (declaration.FILE,))
    if not names:
        raise InputError(
            "which overlay? There is none yet" if options.every else "which overlay?",
            hint="name it: `kgen overlay minikube`" + ("" if options.every else "; or say --all"),
        )
    return list(dict.fromkeys(names))


def place_of(root: str, name: str, start: str) -> Place:
    """The folders of an overlay, there or not yet.

    Raises:
        InputError: The name cannot be one folder's.
    """
    folder = project.overlay_folder(root, name)
    return Place(root, os.path.realpath(folder) if os.path.islink(folder) else folder, start, name)


def _compute_all(places: Sequence[Place], flags: Flags, options: Options) -> list[Outcome]:
    """All of them, each upon what the others are about to be; where some fail, what is wrong with each."""
    run = begin(places, options)
    attempt = functools.partial(_attempt, flags, run)
    steady = [place for place in places if _is_steady(place, run)]
    made: dict[Place, Ended] = dict(zip(steady, spread(attempt, steady), strict=True))
    for place in _bases_first(places):
        if place not in made:
            made[place] = attempt(place)
        outcome = made[place]
        if isinstance(outcome, Outcome):
            run.lay(place.folder, outcome.files)
    ended = [made[place] for place in places]
    errors = [outcome for outcome in ended if isinstance(outcome, KgenError)]
    if errors:
        raise together(errors)
    return [outcome for outcome in ended if isinstance(outcome, Outcome)]


def _is_steady(place: Place, run: Run) -> bool:
    """Whether the run writes nothing that the base of this overlay is made of."""
    base = declaration.base_folder(place)
    return base is not None and run.bases.is_steady(base, run.fs)


def _attempt(flags: Flags, run: Run, place: Place) -> Ended:
    try:
        said = declaration.detected(place, flags) if run.options.detect else flags
        outcome = compute(place, said, run)
        return adopted(outcome, place, run) if run.options.adopt else outcome
    except (InputError, Unsupported) as error:
        return error
    finally:
        gc.collect(0)  # what proofs leave in cycles, which a run of the command line never looks for


def _bases_first(places: Sequence[Place]) -> list[Place]:
    """An overlay that is another one's base before that one."""
    waiting = {place.folder: place for place in places}
    ordered: list[Place] = []

    def visit(place: Place) -> None:
        base = declaration.base_folder(place)
        if base in waiting:
            visit(waiting.pop(base))
        ordered.append(place)

    while waiting:
        visit(waiting.pop(next(iter(waiting))))
    return ordered


def carry_out(place: Place, proposal: "Proposal", *, python: bool = True) -> Outcome:
    """Write what a person proposes, and the overlay that it makes: all or nothing.

    Raises:
        InputError: Something is wrong with the files; nothing was written.
        Unsupported: There is no overlay for it.
    """
    outcome = compute(place, NO_FLAGS, begin([place], Options(python=python)), proposal)
    emit.refuse_losses(outcome.files)
    emit.write(outcome.files)
    return outcome
