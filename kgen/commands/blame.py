"""``kgen blame``: where every line of a build comes from."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kgen.errors import InputError, Origin
from kgen.kustomize import build
from kgen.resource import Resource

if TYPE_CHECKING:
    from kgen.kustomize.legacy import Oddity


def blame(path: str, names: Sequence[str] = (), oddities: "list[Oddity] | None" = None) -> list[Resource]:
    """What a kustomization builds, each resource with the origins of its fields.

    Args:
        path: The folder of the kustomization.
        names: Which resources, as ``KIND/NAME`` in letters of any case, with or without a content hash; none means all.
        oddities: Gets what kustomize accepts and a person surely did not mean.

    Raises:
        InputError: Something is wrong with the files, or there is no such resource.
        Unsupported: The built-in engine refuses a feature.
    """
    resources = list(build(path, origins=True, oddities=oddities))
    return [one for name in names for one in _named(resources, name, path)] if names else resources


def _named(resources: Sequence[Resource], name: str, path: str) -> list[Resource]:
    found = [one for one in resources if name.lower() in _names(one)]
    if not found:
        known = ", ".join(str(one.id) for one in resources) or "nothing"
        message, hint = f"there is no {name} in this build", f"it has {known}"
        raise InputError(message, origin=Origin(os.path.abspath(path)), hint=hint)
    return found


def _names(resource: Resource) -> list[str]:
    """What it is called, and that without a content hash, which nobody knows by heart."""
    plain = resource.previous_ids[-1:] if resource.needs_hash else ()
    return [str(one).lower() for one in (resource.id, *plain)]
