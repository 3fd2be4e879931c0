"""The only place that starts another program."""

import contextlib
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

from kgen.errors import ToolError

SECONDS: Final = 60
"""How long a program may take: a cluster that is not there does not always say so."""

_SECONDS_TO_END: Final = 5

_HOW_TO_GET: Final = {
    "git": "https://git-scm.com/downloads",
    "kubectl": "https://kubernetes.io/docs/tasks/tools/",
    "kustomize": "https://kubectl.docs.kubernetes.io/installation/kustomize/",
    "minikube": "https://minikube.sigs.k8s.io/docs/start/",
}

_PATIENCE: Final = {
    "git": "is the network there, and the repository reachable?",
    "kubectl": "is the cluster running?",
    "minikube": "is the cluster running?",
}


def run(argv: Sequence[str], seconds: float = SECONDS) -> str:
    """Run a program to its end, without a shell, and return what it printed.

    Raises:
        ToolError: It is not there, failed, or took too long; the message holds its command line and what it said.
    """
    return output(argv, seconds).decode(errors="replace")


def output(
    argv: Sequence[str],
    seconds: float = SECONDS,
    environment: Mapping[str, str] | None = None,
    *,
    fine: Sequence[int] = (0,),
    given: bytes = b"",
) -> bytes:
    """As `run`, byte for byte.

    Args:
        argv: The program and its arguments.
        seconds: How long it may take.
        environment: All its environment variables; None for those of this process.
        fine: The exit codes that are no failure.
        given: What it reads on its standard input.

    Raises:
        ToolError: As with `run`.
    """
    line = shlex.join(argv)
    try:
        # The programs are kgen's own choice, and no shell reads the arguments.
        done = subprocess.run(  # noqa: S603
            argv, capture_output=True, check=False, timeout=seconds, input=given, env=environment
        )
    except subprocess.TimeoutExpired:
        raise ToolError(f"{line}: no answer after {seconds:g} seconds", hint=_PATIENCE.get(argv[0])) from None
    except OSError as error:
        raise _no_start(argv, error) from None
    if done.returncode not in fine:
        raise ToolError(f"{line}: exit code {done.returncode}: {said(done.stderr)}")
    return done.stdout


def start(argv: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that answers on its standard output what it reads on its standard input.

    Raises:
        ToolError: It is not there, or cannot be started.
    """
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)  # noqa: S603 - as above
    except OSError as error:
        raise _no_start(argv, error) from None


def end(program: "subprocess.Popen[bytes] | None") -> None:
    """End a program that was started, if there is one."""
    if program is None:
        return
    for pipe in (program.stdin, program.stdout, program.stderr):
        with contextlib.suppress(OSError):  # what it takes no more
            if pipe:
                pipe.close()
    try:
        program.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def said(stderr: bytes) -> str:
    """What a program said on its standard error, in one line."""
    lines = (line.strip() for line in stderr.decode(errors="replace").splitlines())
    return "; ".join(line for line in lines if line) or "it said nothing"


def _no_start(argv: Sequence[str], error: OSError) -> ToolError:
    if isinstance(error, FileNotFoundError):
        where = _HOW_TO_GET.get(argv[0])
        return ToolError(f"{argv[0]} is not installed, or not on PATH", hint=f"get it: {where}" if where else None)
    return ToolError(f"{shlex.join(argv)}: cannot be started: {error.strerror}")
