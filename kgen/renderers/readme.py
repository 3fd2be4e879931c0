"""The README of an overlay: the commands that ``kgen overlay`` prints, to keep beside it."""

from typing import Final

from kgen.overlay.clusters.cluster import Cluster, Setup
from kgen.overlay.clusters.commands import commands, removal
from kgen.renderers import outcome

_WIDTH: Final = 100


def text(name: str, cluster: Cluster, setup: Setup) -> str:
    """As Markdown, for somebody who stands in the project's root."""
    return f"""\
# {name}

Commands for the cluster {cluster.name}, to be typed in the project's root. `kgen diff {name}` tells what the overlay
changes of its base, and why.

## Run it

```sh
{outcome.commands(commands(cluster, setup), _WIDTH, indent="")}```

## Remove it

```sh
{outcome.commands(removal(cluster, setup), _WIDTH, indent="")}```
"""
