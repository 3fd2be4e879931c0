"""Colima: k3s in a virtual machine of Lima.

https://github.com/abiosoft/colima
"""

import shlex
from collections.abc import Iterator
from math import ceil
from typing import Final

from kgen import quantity
from kgen.overlay.clusters import open_ports
from kgen.overlay.clusters.cluster import (
    Cluster,
    Command,
    Commands,
    Evidence,
    Exposure,
    Fact,
    Folders,
    Identity,
    Nodes,
    Requests,
    Setup,
)
from kgen.overlay.clusters.k3d import K3S_PODS, K3S_STORAGE
from kgen.overlay.clusters.shell import mounted

_SOURCE: Final = "https://github.com/abiosoft/colima/blob/main/cmd/start.go"

# The default of --cpu and --memory. https://github.com/abiosoft/colima/blob/main/cmd/start.go
_DEFAULT_NODE: Final = Requests("2", "2Gi")


def create(setup: Setup) -> Iterator[Command]:
    """Start it with the size that capacity was computed for, in whole GiB, and with the folders to mount."""
    node = setup.node
    cpu, memory = (node and node.cpu) or _DEFAULT_NODE.cpu, (node and node.memory) or _DEFAULT_NODE.memory
    words = [f"colima start{_profile(setup)} --kubernetes", f"--cpu={max(1, int(quantity.parse(cpu)))}"]
    words.append(f"--memory={ceil(quantity.parse(memory) / quantity.GIBIBYTE)}")
    words += [f"--mount={mounted(mount, ':w')}" for mount in setup.mounts]
    instead = "; folders given here take the place of the home folder" if setup.mounts else ""
    yield Command(" ".join(words), f"'colima stop{_profile(setup)}' first to change what runs{instead}")


def load(_: Setup, __: str) -> Command:
    """Nothing to do with the engine docker."""
    return Command("", "the cluster sees the images that docker builds here; give them a tag other than latest")


def delete(setup: Setup) -> Command:
    """Of the profile."""
    return Command(f"colima delete{_profile(setup)}", "deletes the virtual machine and all that is in it")


def _profile(setup: Setup) -> str:
    """The profile that has the context's name: ``colima-NAME``, the default one without a name."""
    name = setup.context.removeprefix("colima").removeprefix("-")
    return f" -p {shlex.quote(name)}" if name else ""


CLUSTER: Final = Cluster(
    name="colima",
    summary="k3s in a virtual machine, small if nobody says otherwise",
    identity=Identity("colima", r"colima(-.+)?", Evidence(("spec", "providerID"), "k3s://.+")),
    # A virtual machine of 2 GiB offers about 1960Mi.
    nodes=Nodes(default=_DEFAULT_NODE, overhead="88Mi", control_plane=K3S_PODS),
    storage=K3S_STORAGE,
    # Without Traefik, so no port is taken.
    exposure=Exposure(shared_address=True),
    folders=Folders("mounted", unmountable=":,"),
    commands=Commands(create, load, open_ports.reach, delete),
    facts=(
        Fact("nodes", "2 CPUs and 2 GiB if nobody says", _SOURCE),
        Fact(
            "storage",
            "a claim for many nodes stays Pending",
            "https://github.com/rancher/local-path-provisioner/issues/70",
        ),
        Fact(
            "folders", "the home folder is mounted under its own path, but only while --mount names no other", _SOURCE
        ),
        Fact("access", "ports that are opened in the virtual machine are at localhost; there is no Traefik", _SOURCE),
        Fact("images", "the cluster uses docker's images, unless started with --runtime containerd", _SOURCE),
        Fact("identity", "the context is colima, or colima- and the profile", _SOURCE),
    ),
)
