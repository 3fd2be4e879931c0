"""Airflow's example DAGs are left out: by the key of the servers and by that of the workers.

The entrypoint of the image makes ``AIRFLOW__CORE__LOAD_EXAMPLES`` from ``LOAD_EX`` for web interface and scheduler;
workers bypass it, so for them only the setting itself counts.
https://github.com/puckel/docker-airflow/blob/1.10.9/script/entrypoint.sh
"""

from collections.abc import Iterator
from typing import Final

from kgen.overlay.edits import Edit
from kgen.overlay.features.scene import Scene
from kgen.overlay.rules.state import Notice

ID: Final = "no-examples"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = True


def unfit(_: Scene) -> str | None:
    """Nothing stands in its way."""
    return None


def edits(scene: Scene) -> Iterator[Edit]:
    """Both keys; the first only where the base has it."""
    if "LOAD_EX" in scene.settings:
        yield from scene.setting("LOAD_EX", "n", "no example DAGs in web interface and scheduler")
    yield from scene.setting("AIRFLOW__CORE__LOAD_EXAMPLES", "False", "nor in workers, which bypass the entrypoint")


def notices(_: Scene) -> Iterator[Notice]:
    """Nothing to say."""
    return iter(())
