"""The command line: options, what each command prints, exit codes. The only importer of typer.

One module for the commands of a kind, each a function whose signature says its options.
"""

import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from kgen import __version__, console, exits
from kgen.cli.building import blame, build, vendor
from kgen.cli.knowledge import explain, schema
from kgen.cli.overlays import edit, factor, overlay
from kgen.cli.previews import between, diff

__all__ = ["main"]

_COMMANDS: Final = (overlay, diff, edit, factor, build, blame, between, vendor, explain, schema)

_app: Final = typer.Typer(
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
        return _app(args=arguments, prog_name="kgen", standalone_mode=False)
    except typer.Abort:  # what typer makes of Ctrl-C
        raise KeyboardInterrupt from None


@_app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if version:
        console.show(f"kgen {__version__}\n")
        raise typer.Exit


for _command in _COMMANDS:
    _app.command()(_command)
