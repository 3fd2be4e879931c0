"""What a change does when it is applied: one module for each verdict, its docstring the evidence.

A verdict is sure or silent. It speaks of what the change brings about, not of what one state lacks: that is the
business of checks. The state before counts as what the cluster runs.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from kgen.preview.comparison import Finding
from kgen.preview.verdicts import (
    apply_fails,
    data_loss,
    hidden_variable,
    image,
    left_behind,
    no_longer_fits,
    restarts_pods,
    scaled_to_zero,
    stale_config,
    widens_access,
)
from kgen.preview.verdicts.situation import Node, Situation

__all__ = ["RULES", "Node", "Rule", "Situation", "judge"]


class Rule(Protocol):
    """A module of this package; its docstring is its documentation."""

    @property
    def ID(self) -> str:  # noqa: N802 - a constant of the module
        """Its name in messages and for ``--fail-on``."""

    def findings(self, situation: Situation, /) -> Iterator[Finding]:
        """What the change does."""


RULES: Final[tuple[Rule, ...]] = (
    apply_fails,
    data_loss,
    no_longer_fits,
    scaled_to_zero,
    restarts_pods,
    stale_config,
    widens_access,
    image,
    hidden_variable,
    left_behind,
)
"""In the order in which their findings are told: the worst first."""


def judge(situation: Situation) -> tuple[Finding, ...]:
    """What the changes do, by rule, then in the order of the comparison."""
    return tuple(_printable(finding) for rule in RULES for finding in rule.findings(situation))


def _printable(finding: Finding) -> Finding:
    """Names come from files, so they may hold line breaks and control characters; a finding is one line."""
    if finding.message.isprintable() and (finding.hint is None or finding.hint.isprintable()):
        return finding
    return finding._replace(message=_line(finding.message), hint=finding.hint and _line(finding.hint))


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
