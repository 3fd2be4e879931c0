"""The applications kgen knows: one module each, facts with their sources."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kgen.overlay.apps import airflow_1_10
from kgen.overlay.apps.app import App
from kgen.overlay.spec import Spec
from kgen.resource import ResourceMap
from kgen.schema import pods

NONE: Final = "none"

APPS: Final[Mapping[str, App]] = MappingProxyType({app.NAME: app for app in (airflow_1_10,)})
"""By the name ``kgen.yaml`` gives them."""


def app_of(spec: Spec, base: ResourceMap) -> App | None:
    """The application that is declared, else the one whose images the base runs."""
    if spec.app is not None:
        return APPS.get(spec.app)
    images = {body.get("image") for resource in base for _, body in pods.containers(resource.body)}
    return next((app for app in APPS.values() if any(isinstance(one, str) and app.runs(one) for one in images)), None)
