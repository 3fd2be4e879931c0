"""``kgen diff`` and ``kgen between``."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kgen import console
from kgen.cli.options import LoadRestrictor, NoCache, Restrictor, start_folder

if TYPE_CHECKING:
    from kgen.commands.diff import Preview
    from kgen.kustomize.legacy import Oddity
    from kgen.renderers.markdown import Comment
    from kgen.renderers.terminal import Style


class DiffOutput(StrEnum):
    """How a preview is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    PATCH = "patch"
    JSONPATCH = "jsonpatch"


def diff(  # noqa: PLR0913, PLR0917 - typer reads the options from the signature
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME|PATH]...", help="Default: all overlays.")] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="X", help="base, a Git revision, merge-base[:BRANCH], an overlay, a path, or - for stdin."
        ),
    ] = None,
    output: Annotated[DiffOutput, typer.Option("--output", "-o", help="The format.")] = DiffOutput.TEXT,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 when anything differs.")] = False,
    fail_on: Annotated[
        list[str] | None, typer.Option(metavar="RULE[,...]", help="Exit 1 when a change does this: apply-fails.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="KIND[/NAME][:PATH]", help="Count such changes, but do not show them.")
    ] = None,
    show_equivalent: Annotated[bool, typer.Option(help="Show other spellings of the same, too.")] = False,
    show_secrets: Annotated[bool, typer.Option(help="Show secrets as they are.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Shorten nothing; show added and removed resources.")] = False,
    max_bytes: Annotated[int, typer.Option(help="How long Markdown may be.", min=500)] = 65_000,
    marker: Annotated[str, typer.Option(metavar="TEXT", help="What to find the Markdown comment by.")] = "kgen diff",
    kubernetes: Annotated[str | None, typer.Option(metavar="1.N", help="The version of the API server.")] = None,
    colour: Annotated[console.Colour, typer.Option("--color", help="When to colour.")] = console.Colour.AUTO,
    load_restrictor: Restrictor = LoadRestrictor.ROOT_ONLY,
    no_cache: NoCache = False,
) -> int:
    """Preview what changes, why, and what that does when it is applied."""
    from kgen.commands import diff as command
    from kgen.commands.sources import Reading
    from kgen.renderers.terminal import Style

    oddities: list[Oddity] = []
    rules = command.verdicts(fail_on or ())
    options = command.Options(
        against=against,
        rules=command.ignored(ignore or ()),
        kubernetes=command.version(kubernetes),
        reading=Reading(load_restrictor is LoadRestrictor.ROOT_ONLY, cached=not no_cache, oddities=oddities),
        show_secrets=show_secrets,
        keeps_states=output in {DiffOutput.PATCH, DiffOutput.JSONPATCH},
    )
    preview = command.diff(names or [], start=start_folder(), options=options)
    console.warn_of_oddities(oddities)
    if preview.failed and output is not DiffOutput.TEXT:
        raise preview.failed
    style = Style(console.width(), console.coloured(colour), full, show_equivalent, console.breaks())
    words = [*(names or []), *(("--against", against) if against else ())]
    console.show(_previewed(preview, output, style, lambda: command.comment(marker, max_bytes, words)))
    if preview.failed:
        raise preview.failed
    return int((exit_code and preview.differs) or preview.fails(rules))


def _previewed(preview: "Preview", output: DiffOutput, style: "Style", comment: Callable[[], "Comment"]) -> str:
    """The text of a preview in one of the formats."""
    match output:
        case DiffOutput.TEXT:
            from kgen.renderers import terminal

            return terminal.comparisons(preview.comparisons, style)
        case DiffOutput.MARKDOWN:
            from kgen.renderers import markdown

            return markdown.markdown(preview.comparisons, comment()._replace(equivalents=style.equivalents))
        case DiffOutput.HTML:
            from kgen.renderers import html

            return html.page(preview.comparisons, equivalents=style.equivalents)
        case DiffOutput.JSON:
            from kgen.renderers import json

            return json.comparisons(preview.comparisons)
        case DiffOutput.PATCH | DiffOutput.JSONPATCH:
            from kgen.commands import diff_patches

            make = diff_patches.kustomize_patches if output is DiffOutput.PATCH else diff_patches.json_patches
            return make(preview)


def between(
    words: Annotated[list[str], typer.Argument(metavar="BEFORE AFTER", help="Folders or files of manifests.")],
    show_secrets: Annotated[
        bool, typer.Option("--show-secrets", help="Show secrets, not only that they change.")
    ] = False,
    colour: Annotated[console.Colour, typer.Option("--color", help="When to colour.")] = console.Colour.AUTO,
) -> int:
    """Tell two folders of manifests apart; exit 1 when they differ. For kubectl and Git as their differ.

    export KUBECTL_EXTERNAL_DIFF="kgen between" for kubectl diff; git config diff.external "kgen between" for git diff.
    """
    from kgen.commands.between import between as run
    from kgen.renderers import terminal

    found = run(words, show_secrets=show_secrets)
    console.show(found.text)
    if found.comparison is not None and found.comparison.differs:
        style = terminal.Style(console.width(), console.coloured(colour), breaks=console.breaks())
        console.show(terminal.comparisons([found.comparison], style))
    return found.code
