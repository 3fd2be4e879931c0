"""``kgen build``, ``kgen blame`` and ``kgen vendor``."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kgen import console
from kgen.cli.options import LoadRestrictor, NoCache, Restrictor, start_folder

if TYPE_CHECKING:
    from kgen.kustomize.legacy import Oddity


class Engine(StrEnum):
    """Who builds."""

    BUILTIN = "builtin"
    KUBECTL = "kubectl"
    KUSTOMIZE = "kustomize"


class BuildOutput(StrEnum):
    """How a build is printed."""

    YAML = "yaml"
    JSON = "json"


def build(  # noqa: PLR0913, PLR0917 - typer reads the options from the signature
    path: Annotated[str, typer.Argument(help="The folder of a kustomization.")] = ".",
    engine: Annotated[Engine, typer.Option(help="Who builds.")] = Engine.BUILTIN,
    output: Annotated[BuildOutput, typer.Option("--output", "-o", help="The format.")] = BuildOutput.YAML,
    load_restrictor: Restrictor = LoadRestrictor.ROOT_ONLY,
    revision: Annotated[str | None, typer.Option(metavar="REV", help="Build the files of a Git revision.")] = None,
    no_cache: NoCache = False,
) -> None:
    """Print what a kustomization builds, byte for byte as kustomize does."""
    from kgen.commands.build import build as run

    restricted = load_restrictor is LoadRestrictor.ROOT_ONLY
    cached = not no_cache
    built = run(path, engine=engine.value, output=output.value, restricted=restricted, revision=revision, cached=cached)
    console.warn_of_oddities(built.warnings)
    console.show(built.text)


def blame(
    path: Annotated[str, typer.Argument(help="The folder of a kustomization.")] = ".",
    names: Annotated[list[str] | None, typer.Argument(metavar="[KIND/NAME]...", help="Default: all resources.")] = None,
    colour: Annotated[console.Colour, typer.Option("--color", help="When to colour.")] = console.Colour.AUTO,
) -> None:
    """Print a build with the file and line that made or last changed each field."""
    from kgen.commands.blame import blame as run
    from kgen.renderers import blame as renderer
    from kgen.renderers.terminal import Style

    oddities: list[Oddity] = []
    found = run(path, names or [], oddities)
    console.warn_of_oddities(oddities)
    console.show(
        renderer.resources(
            found, start_folder(), Style(console.width(), console.coloured(colour), breaks=console.breaks())
        )
    )


def vendor(path: Annotated[str, typer.Argument(help="The folder of a kustomization.")] = ".") -> None:
    """Copy what a kustomization names from elsewhere into .kgen/vendor, so that builds need no network."""
    from kgen.commands.vendor import vendor as run

    made = run(path)
    for copy in made:
        console.show(f"{console.relative(copy.path)}: {copy.url} at {copy.version}\n")
    if not made:
        console.show("nothing is missing\n")
