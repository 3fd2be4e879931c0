"""``with reason("…"):`` in a person's function: why, for the patch and for the preview."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from kgen.errors import InputError
from kgen.overlay.function.journal import Journal

_RUNNING: Final[ContextVar[Journal]] = ContextVar("kgen_function_journal")


@contextmanager
def reason(text: str) -> Iterator[None]:
    """Say why: whatever changes inside the block gets this reason, in blocks within blocks the inner one.

    ::

        from kgen import reason

        def overlay(resources):
            with reason("the licence is for two nodes"):
                resources["Deployment/web"].body["spec"]["replicas"] = 2

    Raises:
        InputError: The text says nothing, or kgen is not running an overlay's function.
    """
    journal = _RUNNING.get(None)
    if journal is None:
        raise InputError("reason() outside of the function overlay()", hint="say it inside, around the change")
    with journal.because(checked(text)):
        yield


def checked(text: object) -> str:
    """A reason on one line.

    Raises:
        InputError: It says nothing.
    """
    said = " ".join(text.split()) if isinstance(text, str) else ""
    if not said:
        raise InputError(f"the reason {text!r} says nothing", hint='for example reason("two nodes are licensed")')
    return said


@contextmanager
def listening(journal: Journal) -> Iterator[None]:
    """Let `reason` write into this journal meanwhile."""
    token = _RUNNING.set(journal)
    try:
        yield
    finally:
        _RUNNING.reset(token)
