"""The command line: options, what each command prints, exit codes. The only importer of typer."""

import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kgen import __version__, console, exits
from kgen.errors import InputError, Origin

if TYPE_CHECKING:
    from kgen.commands.diff import Preview
    from kgen.commands.overlay import Mode, Outcome
    from kgen.kustomize.legacy import Oddity
    from kgen.renderers.markdown import Comment
    from kgen.renderers.terminal import Style

app = typer.Typer(
    name="kgen",
    help="Compute the smallest kustomize overlay that turns a base into a wanted state, prove it, preview it.",
    epilog="Exit codes: 0 done, 1 differences where asked for, 2 the files are wrong, 3 not supported, "
    "4 a tool failed, 5 a defect of kgen, 130 interrupted.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Engine(StrEnum):
    """Who builds."""

    BUILTIN = "builtin"
    KUBECTL = "kubectl"
    KUSTOMIZE = "kustomize"


class BuildOutput(StrEnum):
    """How a build is printed."""

    YAML = "yaml"
    JSON = "json"


class LoadRestrictor(StrEnum):
    """Where the files of a kustomization may lie, as kustomize spells it."""

    ROOT_ONLY = "LoadRestrictionsRootOnly"
    NONE = "LoadRestrictionsNone"


class Described(StrEnum):
    """What a JSON Schema is of."""

    DECLARATION = "kgen.yaml"
    DIFF = "diff"


class DiffOutput(StrEnum):
    """How a preview is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    PATCH = "patch"
    JSONPATCH = "jsonpatch"


NoCache = Annotated[bool, typer.Option("--no-cache", help="Keep no parsed files on disk, and use none.")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and say how it went.

    Args:
        arguments: What follows ``kgen`` on the command line; None for this process's own.

    Returns:
        The exit code.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in arguments  # with any command, where errors end up
    told = [argument for argument in arguments if argument != "--debug"]
    if "between" in told[:3]:
        from kgen.commands.between import arranged

        told = arranged(told)
    return exits.code(lambda: _run(told), debug=debug)


def _run(arguments: list[str]) -> object:
    try:
        return app(args=arguments, prog_name="kgen", standalone_mode=False)
    except typer.Abort:  # what typer makes of Ctrl-C
        raise KeyboardInterrupt from None


def _start() -> str:
    """The working directory, which a command starts from.

    Raises:
        InputError: It is gone.
    """
    here = console.here()
    if not here:
        raise InputError("the folder you are in is not there any more", hint="go to another one: cd ~")
    return here


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if version:
        console.show(f"kgen {__version__}\n")
        raise typer.Exit


@app.command()
def build(  # noqa: PLR0913, PLR0917 - typer reads the options from the signature
    path: Annotated[str, typer.Argument(help="The folder of a kustomization.")] = ".",
    engine: Annotated[Engine, typer.Option(help="Who builds.")] = Engine.BUILTIN,
    output: Annotated[BuildOutput, typer.Option("--output", "-o", help="The format.")] = BuildOutput.YAML,
    load_restrictor: Annotated[LoadRestrictor, typer.Option(help="Where files may lie.")] = LoadRestrictor.ROOT_ONLY,
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


@app.command()
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
    no_cache: NoCache = False,
) -> int:
    """Preview what changes, why, and what that does when it is applied."""
    from kgen.commands import diff as command
    from kgen.renderers.terminal import Style

    oddities: list[Oddity] = []
    rules = command.verdicts(fail_on or ())
    options = command.Options(
        against=against,
        rules=command.ignored(ignore or ()),
        kubernetes=command.version(kubernetes),
        cached=not no_cache,
        show_secrets=show_secrets,
        keeps_states=output in {DiffOutput.PATCH, DiffOutput.JSONPATCH},
        oddities=oddities,
    )
    preview = command.diff(names or [], start=_start(), options=options)
    console.warn_of_oddities(oddities)
    style = Style(console.width(), console.coloured(colour), full, show_equivalent)
    words = [*(names or []), *(("--against", against) if against else ())]
    console.show(_previewed(preview, output, style, lambda: command.comment(marker, max_bytes, words)))
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


@app.command()
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
        style = terminal.Style(console.width(), console.coloured(colour))
        console.show(terminal.comparisons([found.comparison], style))
    return found.code


@app.command()
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
    console.show(renderer.resources(found, _start(), Style(console.width(), console.coloured(colour))))


@app.command()
def overlay(  # noqa: PLR0913, PLR0917 - typer reads the options from the signature
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Names of overlays.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every overlay that has a kgen.yaml.")] = False,
    cluster: Annotated[str | None, typer.Option(help="The cluster it is for.")] = None,
    context: Annotated[str | None, typer.Option(help="Its kubectl context, where it is not the usual one.")] = None,
    node_memory: Annotated[str | None, typer.Option(help="Memory of a node: 4Gi.")] = None,
    node_cpu: Annotated[str | None, typer.Option(help="CPUs of a node: 2.")] = None,
    nodes: Annotated[str | None, typer.Option(help="How many nodes.")] = None,
    namespace: Annotated[str | None, typer.Option("--namespace", "-n", help="Put everything there.")] = None,
    host_path: Annotated[
        list[str] | None, typer.Option(metavar="PATH=FOLDER", help="Another folder for a hostPath volume.")
    ] = None,
    image: Annotated[list[str] | None, typer.Option(metavar="NAME=NEW:TAG", help="Use another image.")] = None,
    replicas: Annotated[list[str] | None, typer.Option(metavar="NAME=N", help="How many pods.")] = None,
    requests: Annotated[
        list[str] | None, typer.Option(metavar="NAME:memory=512Mi,cpu=250m", help="What a workload requests.")
    ] = None,
    limits: Annotated[
        list[str] | None, typer.Option(metavar="NAME:memory=1Gi", help="What a workload may use.")
    ] = None,
    config: Annotated[list[str] | None, typer.Option(metavar="NAME.KEY=VALUE", help="A key of a ConfigMap.")] = None,
    detect: Annotated[bool, typer.Option("--detect", help="Declare the size of the node that runs.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when something would change.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; print what would be written.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite hand edits in files that kgen wrote.")] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Move such hand edits to kgen.yaml and edits/.")] = False,
    write_readme: Annotated[
        bool,
        typer.Option("--write-readme", help="Put the commands into the overlay's README.md; kept up to date then."),
    ] = False,
    no_python: Annotated[bool, typer.Option("--no-python", help="Refuse overlays that a Python file makes.")] = False,
    no_cache: NoCache = False,
) -> int:
    """Compute an overlay from a base and overlays/NAME/kgen.yaml, prove it and write it."""
    from kgen.commands.overlay import Options
    from kgen.commands.overlay import overlay as run
    from kgen.overlay.flags import Flags

    flags = Flags(
        cluster=cluster,
        context=context,
        host_path=tuple(host_path or ()),
        node_memory=node_memory,
        node_cpu=node_cpu,
        nodes=nodes,
        namespace=namespace,
        image=tuple(image or ()),
        replicas=tuple(replicas or ()),
        requests=tuple(requests or ()),
        limits=tuple(limits or ()),
        config=tuple(config or ()),
    )
    mode: Mode = "check" if check else "dry-run" if dry_run else "write"
    start = _start()
    options = Options(
        mode=mode,
        force=force,
        every=every,
        detect=detect,
        adopt=adopt,
        readme=write_readme,
        python=not no_python,
        cached=not no_cache,
    )
    outcomes = run(names or [], start=start, flags=flags, options=options)
    console.warn_of_oddities(oddity for outcome in outcomes for oddity in outcome.oddities)
    for outcome in outcomes:
        _tell(outcome, mode, start, closing=len(outcomes) == 1)
    return int(check and not all(outcome.current for outcome in outcomes))


@app.command()
def explain(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A cluster, a rule or a feature; default: list them.")
    ] = None,
) -> None:
    """Tell what kgen knows of a cluster, what a rule demands or a feature does, and what becomes of the base here."""
    from kgen.commands import explain as command
    from kgen.renderers import explained

    found = command.explain(name, _start())
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


@app.command()
def factor(
    variants: Annotated[list[str], typer.Argument(metavar="NAME=PATH...", help="Kustomizations, or manifests.")],
    into: Annotated[str, typer.Option(metavar="FOLDER", help="Where to write; not there yet, or empty.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; print what would be written.")] = False,
) -> None:
    """Turn variants of one application into a base and overlays, proven to build the same.

    As in: kgen factor dev=manifests/dev prod=manifests/prod --into deploy

    Each PATH is a kustomization, or a file or folder of manifests. The base gets what all variants have, or most
    where that is shorter, with the values that most agree on; FOLDER/overlays/NAME builds its variant exactly. The
    files are yours from then on: plain kustomize, which kgen overlay does not touch. Comments survive in resources
    that all variants have alike.
    """
    from kgen.commands.factor import factor as run
    from kgen.renderers import factored as renderer

    start = _start()
    outcome = run(variants, into=into, start=start, dry=dry_run)
    console.show(renderer.summary(outcome.factored))
    console.show(renderer.partial(outcome.factored, outcome.names))
    console.show(renderer.folders(outcome.factored, outcome.folder, start, dry=dry_run))
    if dry_run:
        console.show(renderer.texts(outcome.factored, outcome.folder, start))


@app.command()
def edit(
    name: Annotated[str, typer.Argument(help="The overlay.")],
    resources: Annotated[
        list[str] | None, typer.Argument(metavar="[KIND/NAME]...", help="Default: all resources.")
    ] = None,
    no_python: Annotated[bool, typer.Option("--no-python", help="Refuse overlays that a Python file makes.")] = False,
) -> None:
    """Edit what an overlay builds in $KUBE_EDITOR, $VISUAL or $EDITOR; changes become patches in its edits/."""
    from kgen.commands.edit import edit as run

    start = _start()
    outcome = run(name, resources or [], start=start, python=not no_python)
    if isinstance(outcome, str):
        console.show(f"{outcome}\n")
    else:
        console.warn_of_oddities(outcome.oddities)
        _tell(outcome, "write", start, closing=False)


@app.command()
def vendor(path: Annotated[str, typer.Argument(help="The folder of a kustomization.")] = ".") -> None:
    """Copy what a kustomization names from elsewhere into .kgen/vendor, so that builds need no network."""
    from kgen.commands.vendor import vendor as run

    made = run(path)
    for copy in made:
        console.show(f"{console.relative(copy.path)}: {copy.url} at {copy.version}\n")
    if not made:
        console.show("nothing is missing\n")


@app.command()
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


def _tell(outcome: "Outcome", mode: "Mode", start: str, *, closing: bool) -> None:
    """What became of one overlay: the result on stdout, what a person should know on stderr."""
    from kgen.renderers import outcome as renderer

    if mode == "check":
        console.show(renderer.differences(outcome.files, start))
    else:
        dry = mode == "dry-run"
        console.show(renderer.headline(outcome.files, outcome.folder, start, dry=dry))
        console.show(renderer.files(outcome.files, start, dry=dry))
        if dry:
            console.show(renderer.texts(outcome.files, start))
        elif closing or not outcome.current:
            console.show(renderer.NOTHING if outcome.is_empty else renderer.edits(outcome.edits, console.width()))
    _warn(outcome)
    if closing and mode == "write":
        _close(outcome)


def _warn(outcome: "Outcome") -> None:
    place = Origin(outcome.folder)
    if outcome.leftovers:
        lines = "".join(f"\n  {leftover}" for leftover in outcome.leftovers)
        first = outcome.leftovers[0]
        hint = f"say what each one names under couplings: in kgen.yaml, as '{first.proposal}', or none if just a word"
        console.warn(f"these strings still say what the overlay changes, or only seem to:{lines}", place, hint)
    for notice in outcome.notices:
        if notice.level == "warning":
            console.warn(notice.message, place, notice.hint)


def _close(outcome: "Outcome") -> None:
    """The commands to type next, and what is good to know."""
    from kgen.renderers import outcome as renderer

    for title, lines in (("To run it", outcome.commands), ("To remove it", outcome.removal)):
        if lines:
            console.show(f"\n{title}:\n{renderer.commands(lines, console.width())}")
    for notice in outcome.notices:
        if notice.level == "info":
            console.show(f"\nnote: {notice.message}\n  {notice.hint}\n")
