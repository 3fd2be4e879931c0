"""The sides of ``kgen diff [NAME|PATH …] --against X``: what is compared with what.

Both are read as late as they are asked for, so that a thousand overlays need no more memory than one.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, NoReturn

from kgen import project
from kgen.commands import operands
from kgen.commands.foundations import is_kustomization, overlays
from kgen.commands.operands import Against, AtRevision, Base, MergeBase, Place, Stream, Subject
from kgen.commands.side import Side, alike
from kgen.commands.sources import Reading, Sources
from kgen.errors import InputError, KgenError, Origin, together
from kgen.filesystem import DiskFileSystem

__all__ = ["Reading", "Side", "read_sides"]

_WHAT_ELSE = "say what to compare it with, as in --against before.yaml"


class _Revision(NamedTuple):
    """What others are compared with, as it was then.

    Attributes:
        name: What Git takes for it.
        label: What a person calls it.
        notes: What is good to know of it.
    """

    name: str
    label: str
    notes: tuple[str, ...] = ()


def read_sides(
    names: Sequence[str], against: str | None, *, start: str, reading: Reading | None = None
) -> Iterator[tuple[Side, Side]]:
    """What to compare, pair by pair: the side before, the side after.

    Args:
        names: What is after: overlays, paths of kustomizations or manifests, ``REV:PATH``, ``-``. None means every
            overlay in ``overlays/``, or where there are none every kustomization at or below `start` that builds upon
            another. Against a revision these are also those that no other one includes, and those that were there
            then, and are gone.
        against: What is before, for each of them: see `operands.against`.
        start: The folder the person is in.
        reading: How sides are read.

    Yields:
        The sides; of one that lies at a revision `Side.fs` is good until the next pair is asked for.

    Raises:
        InputError: Something is wrong with the files or the words, or there is nothing to compare. What is wrong with
            some is told, all at once, when the others were given.
        Unsupported: The built-in engine refuses a feature.
        ToolError: Git is missing or failed.
    """
    with Sources(start, reading or Reading()) as sources:
        meant = operands.against(against, start, operands.home(names, start))
        is_past = isinstance(meant, AtRevision | MergeBase)
        named = [operands.subject(name, start, may_be_gone=is_past) for name in names]
        errors: list[KgenError] = []
        for subject in _told_apart(named or _discovered(sources, meant)):
            try:
                pair = _pair(subject, meant, sources)
            except KgenError as error:
                errors.append(error)
                continue
            yield pair
        if errors:
            raise together(errors)


def _told_apart(subjects: Sequence[Subject]) -> list[Subject]:
    """The same, those with one name by more than their names: many apps have an overlay ``dev``."""
    names = Counter(os.path.basename(each.path) for each in subjects if isinstance(each, Place))
    return [
        each._replace(is_alone=names[os.path.basename(each.path)] == 1) if isinstance(each, Place) else each
        for each in subjects
    ]


def _discovered(sources: Sources, meant: Against) -> list[Place]:
    """The overlays that are meant where nobody names any, those that are gone behind the others."""
    root = project.find_root(sources.start)
    is_past = isinstance(meant, AtRevision | MergeBase)
    paths = overlays(os.path.abspath(sources.start), root, sources.disk, alone=is_past)
    if isinstance(meant, AtRevision | MergeBase):
        revision = _revision(sources.start, meant, sources)
        found = sources.revision(sources.start, revision.name)
        here = {found.inside(path) for path in paths}
        root_then = None if root is None else found.inside(root)
        then = overlays(found.inside(sources.start), root_then, found.fs, alone=True)
        paths += [path for path in then if path not in here and not is_kustomization(path, sources.disk)]
    if not paths:
        raise InputError(
            "there is no overlay to compare",
            origin=Origin(os.path.join(root, "overlays") if root is not None else sources.start),
            hint="name a kustomization, as in: kgen diff path/to/overlay; `kgen overlay minikube` makes one",
        )
    return [Place(path, os.path.relpath(path, sources.start)) for path in paths]


def _pair(subject: Subject, meant: Against, sources: Sources) -> tuple[Side, Side]:
    match meant:
        case Base():
            before, after = _with_base(subject, sources)
        case AtRevision() | MergeBase():
            before, after = _with_past(subject, meant, sources)
        case Place():
            after = _first(subject, sources)
            before = _called(sources.other(meant.path, meant.revision), meant)
        case Stream():
            after, before = _first(subject, sources), sources.stream()
    if before.label == after.label and isinstance(meant, Place) and isinstance(subject, Place):
        before, after = replace(before, label=meant.said), replace(after, label=subject.said)
    return alike(before, after)


def _first(subject: Subject, sources: Sources, *, tells_uncommitted: bool = False) -> Side:
    if isinstance(subject, Stream):
        return sources.stream()
    return _called(sources.first(subject, tells_uncommitted=tells_uncommitted), subject)


def _called(side: Side, place: Place) -> Side:
    is_whole = place.revision is not None or not place.is_alone or place.path.startswith("/dev/")  # as of <(…)
    label = place.said if is_whole else os.path.basename(place.path) or place.path
    return replace(side, label=label, notes=(*filter(None, [place.note]), *side.notes))


def _with_base(subject: Subject, sources: Sources) -> tuple[Side, Side]:
    after = _first(subject, sources)
    if after.folder is None:
        if isinstance(subject, Place) and subject.revision is None and os.path.isdir(subject.path):
            raise InputError(
                f"there is no kustomization.yaml in {subject.path}", origin=Origin(subject.path), hint=_WHAT_ELSE
            )
        is_here = os.path.isdir(os.path.join(sources.start, "base"))
        hint = "to compare it with the folder base, say --against ./base" if is_here else _WHAT_ELSE
        raise InputError(f"{after.label} is built on nothing", hint=hint)
    return sources.base(after, None if isinstance(subject, Stream) else subject.revision), after


# ---- what was there before


def _with_past(subject: Subject, meant: AtRevision | MergeBase, sources: Sources) -> tuple[Side, Side]:
    if isinstance(subject, Stream):
        raise InputError(
            "standard input has no revisions", hint="name what to compare it with, as in --against main:overlays/prod"
        )
    revision = _revision(subject.path, meant, sources)
    was_there = sources.is_there(subject.path, revision.name)
    if subject.revision is not None or os.path.exists(subject.path):
        after = _first(subject, sources, tells_uncommitted=True)
    else:
        after = _gone(subject, revision, sources, was_there=was_there)
    if not was_there:
        return Side(revision.label, notes=(*revision.notes, _newcomer(subject, revision, sources))), after
    before = sources.other(subject.path, revision.name)
    return replace(before, label=revision.label, notes=(*revision.notes, *before.notes)), after


def _revision(path: str, meant: AtRevision | MergeBase, sources: Sources) -> _Revision:
    if isinstance(meant, AtRevision):
        return _Revision(meant.name, meant.name, tuple(filter(None, [meant.note])))
    found = sources.merge_base(path, meant.branch)
    unsure = (
        f"this clone is shallow: HEAD and {found.branch} may have parted later; `git fetch --unshallow` tells"
        if not found.is_sure
        else ""
    )
    merged = f"{found.branch} has all that HEAD has: only what is not committed can differ" if found.is_head else ""
    name = found.commit[:12]
    return _Revision(name, f"merge-base {name[:7]} with {found.branch}", tuple(filter(None, [unsure, merged])))


def _gone(subject: Place, revision: _Revision, sources: Sources, *, was_there: bool) -> Side:
    """The side after of what is not on the disk any more."""
    if sources.revision(subject.path, revision.name).is_bare:
        raise InputError(
            "this repository has no work tree",
            hint=f"name both sides by revision, as in: kgen diff HEAD:{subject.said} --against {revision.label}",
        )
    if not was_there:
        _refuse(subject, revision, sources)
    return _called(Side("", notes=(f"{subject.said} is gone: all of it is removed",)), subject)


def _refuse(subject: Place, revision: _Revision, sources: Sources) -> NoReturn:
    """Say that nothing is called so, now or then."""
    try:
        project.locate(sources.start, subject.said, lambda: operands.overlays_around(sources.start))
    except InputError as error:
        error.message += f", nor was at {revision.label}"
        raise
    raise AssertionError(subject)  # it is there, and has been looked for


def _newcomer(subject: Place, revision: _Revision, sources: Sources) -> str:
    """A note on what was not there, and on what it may have been called."""
    found = sources.revision(subject.path, revision.name)
    inside = found.inside(subject.path)
    folder, disk = os.path.dirname(inside), DiskFileSystem()
    gone = [
        os.path.join(folder, name)
        for name in found.fs.names(folder)
        if is_kustomization(os.path.join(folder, name), found.fs)
        and not is_kustomization(os.path.join(os.path.dirname(subject.path), name), disk)
    ]
    note = f"{subject.said} was not there at {revision.label}: all of it is added"
    if len(gone) == 1 and is_kustomization(subject.path, disk):
        former = os.path.relpath(gone[0], found.root)
        note += f"; if it was called {former}, compare --against {revision.name}:{former}"
    return note
