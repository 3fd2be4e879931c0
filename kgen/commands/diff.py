"""``kgen diff``: what differs between two states, why, and what it does when it is applied."""

import difflib
import os
import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kgen import project
from kgen.commands.sides import Reading, Side, read_sides
from kgen.errors import InputError, KgenError, Origin, together
from kgen.preview.causes import origins_of_interest, with_causes
from kgen.preview.compare import compare
from kgen.preview.comparison import Comparison
from kgen.preview.ignoring import Rule, ignore
from kgen.preview.ignoring import parse as rule
from kgen.preview.keeping import keep
from kgen.preview.masking import mask
from kgen.preview.reasons import explain, read_reasons
from kgen.preview.texts import dissect
from kgen.preview.verdicts import RULES, Situation, judge, restarts_pods
from kgen.resource import Resource, ResourceMap

if TYPE_CHECKING:
    from kgen.renderers.markdown import Comment

NEWEST: Final = (1, 35)
"""The version of Kubernetes whose rules count where nobody says another."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to compare.

    Attributes:
        against: What with: ``base``, a revision, ``merge-base``, a path; None is ``base``.
        rules: What to ignore in all of them.
        kubernetes: The version of the API server.
        reading: How the sides are read.
        show_secrets: Whether secrets are left in.
        keeps_states: Whether the states are wanted too, for patches.
    """

    against: str | None = None
    rules: tuple[Rule, ...] = ()
    kubernetes: tuple[int, int] = NEWEST
    reading: Reading = field(default_factory=Reading)
    show_secrets: bool = False
    keeps_states: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What was found.

    Attributes:
        comparisons: What differs, without secrets if these are not to be shown.
        raw: The same as they are, for patches.
        tells_secrets: Whether secrets may be told.
        states: What each compares, before and after, if that was asked for; what is ignored is as before.
        failed: What is wrong with those that could not be compared, while others could.
    """

    comparisons: tuple[Comparison, ...]
    raw: tuple[Comparison, ...]
    tells_secrets: bool = False
    states: tuple[tuple[tuple[Resource, ...], tuple[Resource, ...]], ...] = ()
    failed: KgenError | None = None

    @property
    def differs(self) -> bool:
        """Whether there is anything to see."""
        return any(comparison.differs for comparison in self.comparisons)

    def fails(self, rules: Collection[str]) -> bool:
        """Whether one of these verdicts was found; that pods do not restart is none."""
        found = (finding for comparison in self.comparisons for finding in comparison.findings)
        return any(one.rule in rules and (one.rule != restarts_pods.ID or one.pods > 0) for one in found)


def diff(names: Sequence[str], *, start: str, options: Options) -> Preview:
    """Compare.

    Args:
        names: What is after: names of overlays, paths, ``REV:PATH``, ``-``; none means every overlay.
        start: The folder the person is in.
        options: How.

    Raises:
        InputError: Something is wrong with the files or the words, or there is nothing to compare. What is wrong with
            some of several is in `Preview.failed`.
        Unsupported: The built-in engine refuses a feature.
        ToolError: Git is missing or failed.
    """
    found: list[Comparison] = []
    secrets: list[Resource] = []
    states = []
    errors: list[KgenError] = []
    for before, after, whole, comparison in _each(names, start, options, errors):
        found.append(comparison)
        if options.keeps_states:
            states.append((before.resources, keep(whole, comparison, after.resources)))
        secrets += [one for one in (*before.resources, *after.resources) if one.body.get("kind") == "Secret"]
    failed = together(errors) if errors else None
    if failed and not found:
        raise failed
    shown = found if options.show_secrets else mask(found, secrets)
    return Preview(tuple(shown), tuple(found), options.show_secrets, tuple(states), failed)


def _each(
    names: Sequence[str], start: str, options: Options, errors: list[KgenError]
) -> Iterator[tuple[Side, Side, Comparison, Comparison]]:
    """The sides of each pair, what differs, and what is to be shown of it; what went wrong with others is collected."""
    pairs = read_sides(names, options.against, start=start, reading=options.reading)
    while True:
        try:
            before, after = next(pairs)
            yield before, after, *_compared(before, after, start, options)
        except StopIteration:
            return
        except KgenError as error:
            errors.append(error)


def _compared(before: Side, after: Side, start: str, options: Options) -> tuple[Comparison, Comparison]:
    """What differs, and what is to be shown of it."""
    from kgen.commands.declared import declared

    whole = compare(before.resources, after.resources, after.label, before.label)
    whole = dissect(_explained(whole, after, start, options.reading))
    said = declared(after.folder, after.fs)
    comparison = ignore(whole, (*options.rules, *said.rules))
    situation = Situation(comparison, before.resources, after.resources, said.node, options.kubernetes)
    findings = judge(situation)
    supposed = (f"what it does, if {before.label} is what runs now",) if findings and not options.against else ()
    notes = dict.fromkeys((*supposed, *before.notes, *after.notes))
    return whole, replace(comparison, findings=findings, notes=tuple(notes))


def _explained(comparison: Comparison, after: Side, start: str, reading: Reading) -> Comparison:
    """With the reasons that the overlay's files say, and the lines that made the changes."""
    if after.folder is None or after.fs is None or not comparison.resources:
        return comparison
    from kgen.kustomize import build

    resources = ResourceMap(after.resources)
    comparison = explain(comparison, resources, read_reasons(after.folder, after.fs))
    followed = build(after.folder, after.fs, restricted=reading.restricted, origins=origins_of_interest(comparison))
    home = project.home(after.folder, start)

    def place(origin: Origin) -> Origin:
        return origin._replace(path=os.path.relpath(origin.path, home)) if os.path.isabs(origin.path) else origin

    return with_causes(comparison, followed, place)


def verdicts(words: Sequence[str]) -> frozenset[str]:
    """The rules that ``--fail-on`` names: ``apply-fails,data-loss``.

    Raises:
        InputError: There is no such rule.
    """
    known = [each.ID for each in RULES]
    said = [word.strip() for text in words for word in text.split(",") if word.strip()]
    for word in said:
        if word not in known:
            close = difflib.get_close_matches(word, known, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"the rules are {', '.join(known)}"
            raise InputError(f"no change is told to do {word!r} (--fail-on)", hint=hint)
    return frozenset(said)


def ignored(texts: Sequence[str]) -> tuple[Rule, ...]:
    """What ``--ignore`` says.

    Raises:
        InputError: It says something else.
    """
    return tuple(map(rule, texts))


def comment(marker: str, max_bytes: int, words: Sequence[str]) -> "Comment":
    """How ``-o markdown`` is written.

    Args:
        marker: What ``--marker`` says.
        max_bytes: What ``--max-bytes`` says.
        words: What else the person said, for the pointer to all of it.

    Raises:
        InputError: The marker is too long.
    """
    from kgen.renderers.markdown import LONGEST_MARKER, Comment, marker_size

    if marker_size(marker) > LONGEST_MARKER:
        raise InputError("--marker is too long", hint=f"{LONGEST_MARKER} bytes with the signs of a comment around it")
    return Comment(max_bytes, marker, shlex.join(("kgen", "diff", *words)))


def version(text: str | None) -> tuple[int, int]:
    """What ``--kubernetes`` says: ``1.33``, ``v1.33.4``.

    Raises:
        InputError: It is no version.
    """
    if text is None:
        return NEWEST
    match = re.fullmatch(r"v?(1)\.([0-9]{1,3})(?:\.[0-9]+)?", text)
    if match is None:
        raise InputError(f"{text!r} is no version of Kubernetes", hint="as in --kubernetes 1.33")
    return int(match[1]), int(match[2])
