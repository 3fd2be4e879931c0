"""The only place that starts another program."""

import shlex
import subprocess
from collections.abc import Sequence
from typing import Final

from kgen.errors import ToolError

SECONDS: Final = 60
"""How long a program may take: a cluster that is not there does not always say so."""

_HOW_TO_GET: Final = {
    "kubectl": "https://kubernetes.io/docs/tasks/tools/",
    "kustomize": "https://kubectl.docs.kubernetes.io/installation/kustomize/",
    "minikube": "https://minikube.sigs.k8s.io/docs/start/",
}


def run(argv: Sequence[str], seconds: float = SECONDS) -> str:
    """Run a program to its end, without a shell, and return what it printed.

    Raises:
        ToolError: It is not there, failed, or took too long; the message holds its command line and what it said.
    """
    line = shlex.join(argv)
    try:
        # The programs are kgen's own choice, and no shell reads the arguments.
        done = subprocess.run(argv, capture_output=True, check=False, timeout=seconds, stdin=subprocess.DEVNULL)  # noqa: S603
    except FileNotFoundError:
        where = _HOW_TO_GET.get(argv[0])
        raise ToolError(
            f"{argv[0]} is not installed, or not on PATH", hint=f"get it: {where}" if where else None
        ) from None
    except subprocess.TimeoutExpired:
        raise ToolError(f"{line}: no answer after {seconds:g} seconds", hint="is the cluster running?") from None
    except OSError as error:
        raise ToolError(f"{line}: cannot be started: {error.strerror}") from None
    if done.returncode:
        said = "; ".join(done.stderr.decode(errors="replace").strip().splitlines()) or "it said nothing"
        raise ToolError(f"{line}: exit code {done.returncode}: {said}")
    return done.stdout.decode(errors="replace")
