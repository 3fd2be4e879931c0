"""The editor that a person chose, in their terminal."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from kgen.errors import ToolError

_VARIABLES: Final = ("KUBE_EDITOR", "VISUAL", "EDITOR")
_DEFAULT: Final = "vi"
_HINT: Final = "nothing was changed; KUBE_EDITOR, VISUAL or EDITOR says which editor to use"


def command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The editor and its arguments, as kubectl finds them, or VISUAL: ``code --wait`` is two words.

    Raises:
        ToolError: A quote is left open.
    """
    said = next((environment[name] for name in _VARIABLES if environment.get(name, "").strip()), _DEFAULT)
    try:
        return shlex.split(said)
    except ValueError:
        raise ToolError(f"the editor {said!r} has a quote that is not closed", hint=_HINT) from None


def edit(path: str) -> None:
    """Let a person edit a file, until the editor ends.

    Raises:
        ToolError: There is no such editor, it failed, or it was killed.
    """
    argv = command()
    line = shlex.join(argv)
    try:
        with _deaf():
            # The person's own choice, and no shell reads the arguments.
            code = subprocess.run([*argv, path], check=False).returncode  # noqa: S603
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        why = "is not installed, or not on PATH" if missing else f"cannot be started: {error.strerror}"
        raise ToolError(f"the editor {line} {why}", hint=_HINT) from None
    if code < 0:
        raise ToolError(f"the editor {line} was killed by {_signal(-code)}", hint="nothing was changed")
    if code:
        raise ToolError(f"the editor {line} ended with exit code {code}", hint="nothing was changed")


@contextmanager
def _deaf() -> Iterator[None]:
    """Keys such as Ctrl-C are for the editor. A handler, unlike SIG_IGN, is not passed on to it."""
    names = ("SIGINT", "SIGQUIT")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
