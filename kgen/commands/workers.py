"""The same work on many things, by all processors that there are."""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

from kgen.errors import ToolError

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")

_LEAST: Final = 16
"""How many things are worth another process, which takes as long to start as a few of them."""

_CHUNK: Final = 2
"""How many go to a process at once: all of them are finished before Ctrl-C ends it."""

_given: list[Callable[[Any], Any]] = []


def spread(work: Callable[[_Thing], _Made], things: Sequence[_Thing]) -> Iterable[_Made]:
    """What the work makes of each, in order; of the first one here, so that all know what that had to find out.

    Only Linux has a safe way to start processes that know all that this one does; elsewhere it is done one by one
    (https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods). So the work must depend on
    nothing that it changes itself, and what it makes must be plain data.

    Raises:
        Exception: What the work raises.
        ToolError: A process was ended from outside.
    """
    count = min(_processors(), len(things) // _LEAST)
    if count <= 1:
        return map(work, things)
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    first = work(things[0])
    _flush()  # or each process would print what waits to be printed
    with ProcessPoolExecutor(count, multiprocessing.get_context("fork"), _begin, (work,)) as pool:
        try:
            return [first, *pool.map(_carry_out, things[1:], chunksize=_CHUNK)]
        except BrokenProcessPool:
            raise ToolError(
                "a process that kgen started was ended from outside", hint="was there too little memory? Try again"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # nothing more, where it was interrupted


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _begin(work: Callable[[Any], Any]) -> None:
    """In a process of its own: Ctrl-C goes to all, and the first one ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _given.append(work)


def _carry_out(thing: Any) -> Any:
    made = _given[-1](thing)
    _flush()
    return made
