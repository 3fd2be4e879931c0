"""What the facts of a cluster demand of any base: one module each, yielding edits with their reasons.

A rule knows Kubernetes and the cluster, never an application.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple, Protocol

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


class Effect(NamedTuple):
    """What one rule demands and says."""

    rule: str
    edits: tuple[Edit, ...]
    notices: tuple[Notice, ...]


def effects(state: State) -> Iterator[Effect]:
    """What each rule does, in their order; each sees what the earlier ones changed.

    Raises:
        InputError: The resources hold a quantity or a path that Kubernetes refuses.
    """
    for rule in RULES:
        found = Effect(rule.ID, tuple(rule.edits(state)), tuple(rule.notices(state)))
        yield found
        state = replace(state, resources=apply_edits(state.resources, found.edits))


def run(state: State) -> tuple[tuple[Edit, ...], tuple[Notice, ...]]:
    """The edits and notices of all rules.

    Raises:
        InputError: The resources hold a quantity or a path that Kubernetes refuses.
    """
    found = list(effects(state))
    return (
        tuple(edit for effect in found for edit in effect.edits),
        tuple(notice for effect in found for notice in effect.notices),
    )
