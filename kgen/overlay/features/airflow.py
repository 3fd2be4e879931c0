"""Where Airflow 1.10 is in a base: its settings, its servers, what they install."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kgen.kustomize.transformers.images import split
from kgen.overlay.apps import airflow_container
from kgen.overlay.apps.airflow_1_10 import SECTION
from kgen.resource import Body, Resource, ResourceId, ResourceMap
from kgen.schema import pods

_HOMES: Final = {"puckel/docker-airflow": ("/usr/local/airflow", 1000), "apache/airflow": ("/opt/airflow", 50000)}
"""Home and user of the usual images: https://github.com/puckel/docker-airflow/blob/1.10.9/Dockerfile,
https://github.com/apache/airflow/blob/1.10.12/Dockerfile"""

_PINNED: Final = re.compile(r"apache-airflow(?:\[[^\]\n]*\])?==1\.10\.")


class Server(NamedTuple):
    """A container that runs a part of Airflow; its command, where it says one."""

    workload: ResourceId
    container: str
    role: str


class Airflow(NamedTuple):
    """Airflow in a base.

    Attributes:
        settings: The ConfigMap with the settings of the executor.
        servers: The containers that run it.
        requirements: The ConfigMaps and their keys that pin its version.
        home: Its home in the image.
        user: The user the image runs as.
    """

    settings: ResourceId
    servers: tuple[Server, ...]
    requirements: tuple[tuple[ResourceId, str], ...]
    home: str
    user: int

    @property
    def scheduler(self) -> ResourceId | None:
        """The workload of the scheduler."""
        return next((server.workload for server in self.servers if server.role == "scheduler"), None)

    @property
    def webserver(self) -> Server | None:
        """The container of the web interface."""
        return next((server for server in self.servers if server.role == "webserver"), None)


def find(base: ResourceMap) -> Airflow | None:
    """Where it is; None where no container runs a usual image of Airflow 1.10 on Kubernetes."""
    servers = tuple(server for resource in base for server in _servers(resource))
    if not servers:
        return None
    settings = [resource.id for resource in base if any(key.startswith(SECTION) for key in _texts(resource))]
    if not settings:
        return None
    images = [body["image"] for resource in base for _, body in pods.containers(resource.body) if _runs(body)]
    home, user = next(found for name, found in _HOMES.items() if split(images[0])[0].endswith(name))
    return Airflow(settings[0], servers, tuple(_requirements(base)), home, user)


def _runs(container: Body) -> bool:
    image = container.get("image")
    return isinstance(image, str) and airflow_container.runs(image)


def _servers(resource: Resource) -> Iterator[Server]:
    for field, body in pods.containers(resource.body):
        if field == "containers" and _runs(body):
            yield Server(resource.id, str(body.get("name")), airflow_container.role(body))


def _requirements(base: ResourceMap) -> Iterator[tuple[ResourceId, str]]:
    for resource in base:
        for key, text in _texts(resource).items():
            if isinstance(text, str) and _PINNED.match(text):
                yield resource.id, key


def _texts(resource: Resource) -> dict[str, Any]:
    is_config = (resource.id.gvk.group, resource.id.gvk.kind) == ("", "ConfigMap")
    return (pods.mapping(resource.body, "data") or {}) if is_config else {}
