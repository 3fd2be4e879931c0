"""kgen: the smallest kustomize overlay that turns a base into a wanted state, proven and previewed.

>>> import kgen
>>> for resource in kgen.build("overlays/minikube"):
...     print(resource.id, resource.body["metadata"])
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Resource", "ResourceMap", "__version__", "build", "reason"]

if TYPE_CHECKING:
    from kgen.kustomize import build
    from kgen.overlay.function.reasons import reason
    from kgen.resource import Resource, ResourceMap


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for, so that ``kgen --version`` imports nothing."""
    if name == "build":
        from kgen.kustomize import build

        return build
    if name == "reason":
        from kgen.overlay.function.reasons import reason

        return reason
    if name in ("Resource", "ResourceMap"):
        from kgen import resource

        return getattr(resource, name)
    raise AttributeError(f"module 'kgen' has no attribute {name!r}")
