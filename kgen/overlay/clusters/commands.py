"""The lines that end ``kgen overlay``: from nothing to the running overlay and back, in order."""

import shlex

from kgen.overlay.clusters.cluster import Cluster, Command, Setup
from kgen.overlay.clusters.shell import kubectl


def commands(cluster: Cluster, setup: Setup) -> tuple[Command, ...]:
    """What to type to run it, in order; all of it in the project's root, where the folders to mount lie."""
    apply = Command(f"{kubectl(setup)} apply -k {shlex.quote(setup.overlay)}", "creates or updates the resources")
    own = cluster.commands
    made = (*_folders(setup), *_secrets(setup), *own.create(setup), _load(cluster, setup))
    return (*made, apply, *own.reach(setup))


def removal(cluster: Cluster, setup: Setup) -> tuple[Command, ...]:
    """What to type to be rid of it again; apart, so that nobody pastes it with the rest."""
    delete = Command(f"{kubectl(setup)} delete -k {shlex.quote(setup.overlay)}", "deletes the resources")
    return (delete, cluster.commands.delete(setup))


def _load(cluster: Cluster, setup: Setup) -> Command:
    """The command for the image that is declared; else in words, for which image that would be is not known."""
    if setup.image:
        return _load_image(cluster, setup)
    line, comment = cluster.commands.load(setup, "NAME:TAG")
    return Command("", f"an image built here: {line} ({comment})" if line else comment)


def _load_image(cluster: Cluster, setup: Setup) -> Command:
    registry, slash, _ = setup.image.partition("/")
    if slash and ("." in registry or ":" in registry or registry == "localhost"):
        return Command("", f"{setup.image} is pulled from the registry {registry}")
    line, comment = cluster.commands.load(setup, setup.image)
    return Command(line, comment)


def _secrets(setup: Setup) -> tuple[Command, ...]:
    words = "random passwords, once: the file is not in Git; all who apply to the same cluster need the same one"
    return (Command(setup.secrets, words),) if setup.secrets else ()


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
