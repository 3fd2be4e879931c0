"""``kgen explain`` and ``kgen schema``."""

from enum import StrEnum
from typing import Annotated

import typer

from kgen import console
from kgen.cli.options import start_folder


class Described(StrEnum):
    """What a JSON Schema is of."""

    DECLARATION = "kgen.yaml"
    DIFF = "diff"


def explain(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A cluster, a rule or a feature; default: list them.")
    ] = None,
) -> None:
    """Tell what kgen knows of a cluster, what a rule demands or a feature does, and what becomes of the base here."""
    from kgen.commands import explain as command
    from kgen.renderers import explained

    found = command.explain(name, start_folder())
    match found:
        case command.Listing(sections):
            console.show(explained.listing(sections, console.width()))
        case command.ClusterPage(cluster, effects):
            console.show(explained.cluster(cluster, effects, console.width()))
        case command.RulePage(rule, text, by_cluster):
            console.show(explained.rule(rule, text, by_cluster, console.width()))
        case command.AppPage(app_name, text):
            console.show(explained.app(app_name, text))
        case page:
            console.show(explained.feature(page, console.width()))


def schema(
    of: Annotated[Described, typer.Argument(metavar="[kgen.yaml|diff]", help="Of what.")] = Described.DECLARATION,
) -> None:
    """Print the JSON Schema of kgen.yaml, or of what kgen diff -o json prints."""
    if of is Described.DIFF:
        from kgen.renderers import json

        console.show(json.schema())
        return
    from kgen.commands.schema import schema as run

    console.show(run())
