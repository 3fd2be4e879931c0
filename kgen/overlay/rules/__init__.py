"""What the facts of a cluster demand of any base: one module each, yielding edits with their reasons.

A rule knows Kubernetes and the cluster, never an application.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Protocol

from kgen.overlay.edits import Edit, apply_edits
from kgen.overlay.rules import capacity, exposure, hostpath, rollout, storage
from kgen.overlay.rules.state import Notice, State


class Rule(Protocol):
    """A module of this package; its docstring is its documentation."""

    @property
    def ID(self) -> str:  # noqa: N802 - a constant of the module
        """Its name in messages."""

    def edits(self, state: State, /) -> Iterator[Edit]:
        """What must be changed."""

    def notices(self, state: State, /) -> Iterator[Notice]:
        """What a person should know."""


RULES: Final[tuple[Rule, ...]] = (storage, exposure, capacity, rollout, hostpath)
"""In the order they run: a rollout needs the lowered requests."""


def run(state: State) -> tuple[tuple[Edit, ...], tuple[Notice, ...]]:
    """The edits and notices of all rules; each rule sees what the earlier ones changed.

    Raises:
        InputError: The resources hold a quantity or a path that Kubernetes refuses.
    """
    edits: list[Edit] = []
    notices: list[Notice] = []
    for rule in RULES:
        found = tuple(rule.edits(state))
        notices.extend(rule.notices(state))
        edits.extend(found)
        state = replace(state, resources=apply_edits(state.resources, found))
    return tuple(edits), tuple(notices)
