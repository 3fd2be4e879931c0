"""The lines that end ``kgen overlay``: from nothing to the running overlay and back, in order."""

import shlex

from kgen.overlay.clusters.cluster import Cluster, Command, Setup


def commands(cluster: Cluster, setup: Setup) -> tuple[Command, ...]:
    """What to type, in order; all of it in the project's root, where the folders to mount lie."""
    kubectl, overlay = f"kubectl --context {cluster.context}", shlex.quote(setup.overlay)
    return (
        *_folders(setup),
        *cluster.create(setup),
        Command(f"{kubectl} apply -k {overlay}", "creates or updates the resources"),
        *cluster.reach(setup),
        Command(f"{kubectl} delete -k {overlay}", "deletes the resources"),
        cluster.delete,
    )


def _folders(setup: Setup) -> tuple[Command, ...]:
    """Go to the root and make the folders: Docker would make a missing one, but as root."""
    found = []
    if setup.root != ".":
        found.append(Command(f"cd {shlex.quote(setup.root)}", "all of this runs in the project's root"))
    wanted = [folder for mount in setup.mounts for folder in (mount.folder, *mount.subfolders)]
    if wanted:
        words = " ".join(shlex.quote(folder) for folder in wanted)
        places = ", ".join(mount.path for mount in setup.mounts)
        found.append(Command(f"mkdir -p {words}", f"in the project's root; pods see it as {places}"))
    return tuple(found)
