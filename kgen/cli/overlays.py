"""``kgen overlay``, ``kgen edit`` and ``kgen factor``."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kgen import console
from kgen.cli.options import NoCache, start_folder
from kgen.errors import Origin

if TYPE_CHECKING:
    from kgen.commands.outcome import Mode, Outcome

_NAMED: Final = 3
"""How many overlays that a warning is about are named."""


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
    from kgen.commands.outcome import Options
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
    start = start_folder()
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
        _tell(outcome, mode, start, whole=len(outcomes) == 1)
    _warn(outcomes)
    if len(outcomes) == 1 and mode == "write":
        _close(outcomes[0])
    return int(check and not all(outcome.current for outcome in outcomes))


def edit(
    name: Annotated[str, typer.Argument(help="The overlay.")],
    resources: Annotated[
        list[str] | None, typer.Argument(metavar="[KIND/NAME]...", help="Default: all resources.")
    ] = None,
    no_python: Annotated[bool, typer.Option("--no-python", help="Refuse overlays that a Python file makes.")] = False,
) -> None:
    """Edit what an overlay builds in $KUBE_EDITOR, $VISUAL or $EDITOR; changes become patches in its edits/."""
    from kgen.commands.edit import edit as run

    start = start_folder()
    outcome = run(name, resources or [], start=start, python=not no_python)
    if isinstance(outcome, str):
        console.show(f"{outcome}\n")
    else:
        console.warn_of_oddities(outcome.oddities)
        _tell(outcome, "write", start, whole=False)
        _warn([outcome])


def _tell(outcome: "Outcome", mode: "Mode", start: str, *, whole: bool) -> None:
    """What became of one overlay; all of it where that is all there is to tell, or it changed."""
    from kgen.renderers import outcome as renderer

    if mode == "check":
        console.show(renderer.differences(outcome.files, start))
    else:
        dry = mode == "dry-run"
        console.show(renderer.headline(outcome.files, outcome.folder, start, dry=dry))
        console.show(renderer.files(outcome.files, start, dry=dry))
        if dry:
            console.show(renderer.texts(outcome.files, start))
        elif whole or not outcome.current:
            console.show(renderer.NOTHING if outcome.is_empty else renderer.edits(outcome.edits, console.width()))


def _warn(outcomes: Sequence["Outcome"]) -> None:
    """What a person should know, each thing once with all overlays that it is about."""
    told: dict[tuple[str, str | None], list[Outcome]] = {}
    for outcome in outcomes:
        for warning in _warnings(outcome):
            told.setdefault(warning, []).append(outcome)
    for (message, hint), (first, *others) in told.items():
        console.warn(message + _also([other.name for other in others]), Origin(first.folder), hint)


def _warnings(outcome: "Outcome") -> Iterator[tuple[str, str | None]]:
    """Messages and hints."""
    if outcome.leftovers:
        lines = "".join(f"\n  {leftover}" for leftover in outcome.leftovers)
        first = outcome.leftovers[0]
        hint = f"say what each one names under couplings: in kgen.yaml, as '{first.proposal}', or none if just a word"
        yield f"these strings still say what the overlay changes, or only seem to:{lines}", hint
    for notice in outcome.notices:
        if notice.level == "warning":
            yield notice.message, notice.hint


def _also(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"\n  the same in {', '.join(names[:_NAMED])}{more}"


def _close(outcome: "Outcome") -> None:
    """The commands to type next, and what is good to know."""
    from kgen.renderers import outcome as renderer

    for title, lines in (("To run it", outcome.commands), ("To remove it", outcome.removal)):
        if lines:
            console.show(f"\n{title}:\n{renderer.commands(lines, console.width())}")
    for notice in outcome.notices:
        if notice.level == "info":
            console.show(f"\nnote: {notice.message}\n  {notice.hint}\n")


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

    start = start_folder()
    outcome = run(variants, into=into, start=start, dry=dry_run)
    console.show(renderer.summary(outcome.factored))
    console.show(renderer.partial(outcome.factored, outcome.names))
    console.show(renderer.folders(outcome.factored, outcome.folder, start, dry=dry_run))
    if dry_run:
        console.show(renderer.texts(outcome.factored, outcome.folder, start))
