"""Which containers run Airflow 1.10, and which part of it.

https://github.com/puckel/docker-airflow/blob/1.10.9/script/entrypoint.sh
"""

from typing import Final

from kgen.kustomize.transformers.images import split
from kgen.resource import Body

_IMAGES: Final = ("puckel/docker-airflow", "apache/airflow")


def runs(image: str) -> bool:
    """Whether an image is one of the usual ones, of 1.10."""
    name, tag, _ = split(image)
    return name.endswith(_IMAGES) and tag.startswith("1.10.")


def role(container: Body) -> str:
    """``scheduler``, ``webserver`` or nothing that is known; the image's own command is the web interface."""
    words = [word for key in ("command", "args") if isinstance(container.get(key), list) for word in container[key]]
    return next((str(word) for word in words if word in ("scheduler", "webserver")), "" if words else "webserver")
