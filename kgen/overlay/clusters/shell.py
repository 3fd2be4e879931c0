"""Words of the commands that are printed, as a POSIX shell reads them."""

import re
import shlex

from kgen.overlay.clusters.cluster import ExposedPort, HostMount, Setup


def kubectl(setup: Setup) -> str:
    """The command with its context, so that it never reaches another cluster."""
    return f"kubectl --context {shlex.quote(setup.context)}" if setup.context else "kubectl"


def in_namespace(port: ExposedPort) -> str:
    """The option for a Service's namespace."""
    return f" -n {shlex.quote(port.namespace)}" if port.namespace else ""


def here(folder: str) -> str:
    """A folder of the project, absolute: ``"$PWD/dags"``."""
    escaped = re.sub(r'([\\"$`])', r"\\\1", folder)
    return f'"$PWD/{escaped}"'


def mounted(mount: HostMount, suffix: str = "") -> str:
    """From where to where: ``"$PWD/dags:/mnt/airflow/dags"``."""
    return here(f"{mount.folder}:{mount.path}{suffix}")
