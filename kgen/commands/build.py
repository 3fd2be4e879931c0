"""``kgen build``: what a kustomization builds."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from kgen import yamlio
from kgen.errors import InputError, Origin
from kgen.resource import Resource

if TYPE_CHECKING:
    from kgen.kustomize.legacy import Oddity

Engine = Literal["builtin", "kubectl", "kustomize"]
Output = Literal["yaml", "json"]


class Built(NamedTuple):
    """The text of a build, and what kustomize accepts there but nobody meant, each with its place."""

    text: str
    warnings: tuple[tuple[str, Origin | None], ...] = ()


def build(path: str, *, engine: Engine = "builtin", output: Output = "yaml", restricted: bool = True) -> Built:
    """What the kustomization in this folder builds.

    Args:
        path: The folder of the kustomization.
        engine: Who builds: kgen itself, or a tool on PATH.
        output: ``yaml``, byte for byte as kustomize prints it, or ``json``, one ``List``.
        restricted: Whether files must lie in or below the folder of the kustomization that names them.

    Raises:
        InputError: Something is wrong with the files.
        Unsupported: The built-in engine refuses a feature.
        ToolError: The tool failed.
    """
    folder = _folder(path)
    if engine != "builtin":
        return Built(_by_tool(folder, engine, output, restricted=restricted))
    from kgen.kustomize import build as builtin

    oddities: list[Oddity] = []
    resources = builtin(folder, restricted=restricted, oddities=oddities)
    text = _as_json(resources) if output == "json" else yamlio.dump(resource.body for resource in resources)
    return Built(text, tuple((oddity.message, oddity.origin) for oddity in oddities))


def _by_tool(folder: str, engine: Engine, output: Output, *, restricted: bool) -> str:
    from kgen.external import kubectl

    run = kubectl.build if engine == "kubectl" else kubectl.kustomize_build
    text = run(folder, restricted=restricted)
    if output == "yaml":
        return text
    return _as_json(Resource(document.body) for document in yamlio.load(text, f"the output of {engine}"))


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
