"""``kgen build``: what a kustomization builds."""

import os
from collections.abc import Iterable
from typing import Literal

from kgen import yamlio
from kgen.errors import InputError, Origin
from kgen.resource import Resource

Engine = Literal["builtin", "kubectl", "kustomize"]
Output = Literal["yaml", "json"]


def build(path: str, *, engine: Engine = "builtin", output: Output = "yaml") -> str:
    """The text of what the kustomization in this folder builds.

    Args:
        path: The folder of the kustomization.
        engine: Who builds: kgen itself, or a tool on PATH.
        output: ``yaml``, byte for byte as kustomize prints it, or ``json``, one ``List``.

    Raises:
        InputError: Something is wrong with the files.
        Unsupported: The built-in engine refuses a feature.
        ToolError: The tool failed.
    """
    folder = _folder(path)
    if engine == "builtin":
        from kgen.kustomize import build as builtin

        resources = builtin(folder)
        return _as_json(resources) if output == "json" else yamlio.dump(resource.body for resource in resources)
    from kgen.external import kubectl

    text = kubectl.build(folder) if engine == "kubectl" else kubectl.kustomize_build(folder)
    if output == "json":
        return _as_json([Resource(document.body) for document in yamlio.load(text, f"{engine}'s output")])
    return text


def _folder(path: str) -> str:
    """The absolute folder; a path to the kustomization file itself is a common slip."""
    folder = os.path.abspath(path)
    if os.path.isfile(folder):
        raise InputError(
            "this is a file, not a folder with a kustomization",
            origin=Origin(folder),
            hint=f"name its folder: {os.path.dirname(path) or '.'}",
        )
    return folder


def _as_json(resources: Iterable[Resource]) -> str:
    from kgen.renderers import json

    return json.resource_list(resources)
