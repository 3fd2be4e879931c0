"""The first line of a preview: a plan of what will happen, the same in every format."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from kgen.preview.comparison import Comparison, Finding
from kgen.renderers.phrases import plural
from kgen.renderers.text import printable, shortened

Emphasis = Literal["title", "plain", "change", "add", "remove", "danger", "warning", "muted"]

_OWN_WORDS = ("restarts-pods", "apply-fails", "data-loss", "left-behind")
_LONGEST_NAME = 80  # characters


class Part(NamedTuple):
    """A piece of the line and how it is to stand out; the pieces joined are the line."""

    text: str
    emphasis: Emphasis = "plain"


SEPARATOR: Final = Part(" · ")


class Counts(NamedTuple):
    """What a comparison amounts to, in numbers; those of several add up.

    Attributes:
        change: Resources with another content; of those that were renamed, the ones of which a move tells that.
        add: Resources that are new.
        remove: Resources that are gone.
        renamed: Resources with another name or namespace.
        restarts: Workloads whose pods restart.
        pods: How many pods these are, as far as that is known.
        fails: Resources whose change is refused.
        loses: Resources whose data is lost.
        left: Resources that stay behind in the cluster.
        blocking: Other findings that stop something.
        warnings: Other findings that a person should look at.
        equivalent: Fields that are only spelled in another way.
        ignored: Changes that a person chose to ignore.
    """

    change: int = 0
    add: int = 0
    remove: int = 0
    renamed: int = 0
    restarts: int = 0
    pods: int = 0
    fails: int = 0
    loses: int = 0
    left: int = 0
    blocking: int = 0
    warnings: int = 0
    equivalent: int = 0
    ignored: int = 0


def headline(comparison: Comparison, names: Sequence[str] = ()) -> tuple[Part, ...]:
    """``minikube vs base: 4 change, 1 add · 1 restarts 2 pods · 2 WILL FAIL · 9 equivalent hidden``.

    Args:
        comparison: What to say it of.
        names: The comparisons that all show this one; none means its own name.
    """
    return (Part(title(comparison, names), "title"), Part(": "), *summary(counts(comparison)))


def text(parts: Sequence[Part]) -> str:
    """The line without any emphasis."""
    return "".join(part.text for part in parts)


def title(comparison: Comparison, names: Sequence[str] = ()) -> str:
    """``minikube vs base``, or ``the same in 12 overlays vs base``."""
    name = f"the same in {len(names):,} overlays" if len(names) > 1 else _name(comparison.name)
    return f"{name} vs {_name(comparison.against)}"


def counts(comparison: Comparison) -> Counts:
    """The numbers of one comparison."""
    findings = comparison.findings
    moved = {member for move in comparison.moves for member in move.members}
    renamed = sum(each.renamed_from is not None and each.id not in moved for each in comparison.visible)
    restarts = [each for each in findings if each.rule == "restarts-pods" and (each.pods or each.level != "note")]
    others = [finding.level for finding in findings if finding.rule not in _OWN_WORDS]
    return Counts(
        change=comparison.count("change") - renamed,
        add=comparison.count("add"),
        remove=comparison.count("remove"),
        renamed=renamed + len(moved),
        restarts=len(restarts),
        pods=sum(finding.pods for finding in restarts),
        fails=_resources(findings, "apply-fails"),
        loses=_resources(findings, "data-loss"),
        left=_resources(findings, "left-behind"),
        blocking=others.count("blocking"),
        warnings=others.count("warning"),
        equivalent=comparison.equivalents,
        ignored=comparison.ignored,
    )


def total(comparisons: Iterable[Comparison]) -> Counts:
    """The numbers of all of them."""
    each = [counts(comparison) for comparison in comparisons]
    return Counts(*map(sum, zip(*each, strict=True))) if each else Counts()


def summary(of: Counts) -> tuple[Part, ...]:
    """The line without the names; numbers that are zero are left out."""
    found = [_joined(_operations(of)) or [Part("no changes")]]
    found += [[part] for part in (*_consequences(of), *_hidden(of))]
    return tuple(part for index, parts in enumerate(found) for part in ([SEPARATOR] if index else []) + parts)


def _name(of: str) -> str:
    return shortened(printable(of), _LONGEST_NAME)


def _joined(parts: Iterable[Part]) -> list[Part]:
    return [piece for index, part in enumerate(parts) for piece in ([Part(", "), part] if index else [part])]


def _resources(findings: Sequence[Finding], rule: str) -> int:
    return len({finding.resource for finding in findings if finding.rule == rule})


def _operations(of: Counts) -> Iterator[Part]:
    if of.change:
        yield Part(f"{of.change:,} change", "change")
    if of.add:
        yield Part(f"{of.add:,} add", "add")
    if of.remove:
        yield Part(f"{of.remove:,} remove", "remove")
    if of.renamed:
        yield Part(f"{of.renamed:,} renamed", "change")


def _consequences(of: Counts) -> Iterator[Part]:
    if of.restarts:
        verb = "restarts" if of.restarts == 1 else "restart"
        yield Part(f"{of.restarts:,} {verb} {plural(of.pods, 'pod') if of.pods else 'pods'}", "warning")
    if of.fails:
        yield Part(f"{of.fails:,} WILL FAIL", "danger")
    if of.loses:
        yield Part(f"{of.loses:,} {'LOSES' if of.loses == 1 else 'LOSE'} DATA", "danger")
    if of.left:
        yield Part(f"{of.left:,} left behind", "warning")
    if of.blocking:
        yield Part(f"{of.blocking:,} BLOCKING", "danger")
    if of.warnings:
        yield Part(plural(of.warnings, "warning"), "warning")


def _hidden(of: Counts) -> Iterator[Part]:
    if of.equivalent:
        yield Part(f"{of.equivalent:,} equivalent hidden", "muted")
    if of.ignored:
        yield Part(f"{of.ignored:,} ignored", "muted")
