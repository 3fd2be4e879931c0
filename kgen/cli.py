"""The command line: options, printing, colour, exit codes. The only importer of typer, the only printer."""

import os
import shutil
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from kgen import __version__
from kgen.errors import KgenError, Origin

app = typer.Typer(
    name="kgen",
    help="Compute the smallest kustomize overlay that turns a base into a wanted state, prove it, preview it.",
    epilog="Exit codes: 0 done, 1 differences where asked for, 2 the files are wrong, 3 not supported, "
    "4 a tool failed, 5 a defect of kgen.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_DEFECT = 5
_INTERRUPTED = 130
_BROKEN_PIPE = 141


class Engine(StrEnum):
    """Who builds."""

    BUILTIN = "builtin"
    KUBECTL = "kubectl"
    KUSTOMIZE = "kustomize"


class BuildOutput(StrEnum):
    """How a build is printed."""

    YAML = "yaml"
    JSON = "json"


class DiffOutput(StrEnum):
    """How a preview is printed."""

    TEXT = "text"
    JSON = "json"


class Colour(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and say how it went.

    Args:
        arguments: What follows ``kgen`` on the command line; None for this process's own.

    Returns:
        The exit code.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _speak_utf8()
        code = app(args=arguments, prog_name="kgen", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted: every file is as it was", file=sys.stderr)  # noqa: T201 - the one printer
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, a person gets one line
        return _failed(error, debug="--debug" in arguments)
    return code if isinstance(code, int) else 0


def _speak_utf8() -> None:
    """Print the same bytes whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def _failed(error: Exception, *, debug: bool) -> int:
    if debug:
        raise error
    if isinstance(error, KgenError):
        for part in error.parts:
            _say("error", part.message, part.origin, part.hint, "31")
        return error.exit_code
    if hasattr(error, "show") and hasattr(error, "exit_code"):  # typer's own: a wrong option
        error.show()
        return int(error.exit_code)
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    _say("error", f"a defect of kgen ({what})", None, "please report it; --debug shows where it happened", "31")
    return _DEFECT


def _say(level: str, message: str, origin: Origin | None, hint: str | None, code: str) -> None:
    """One message on stderr: where, how bad, what, and what to do."""
    style = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    place = f"{_shown(origin)}: " if origin else ""
    label = f"\x1b[{code}m{level}:\x1b[0m" if style else f"{level}:"
    typer.echo(f"{place}{label} {_printable(message)}", err=True)
    if hint:
        typer.echo(f"  hint: {_printable(hint)}", err=True)


def _shown(origin: Origin) -> str:
    """The place, its path as seen from the folder the person is in."""
    return _printable(str(origin._replace(path=_relative(origin.path))))


def _relative(path: str) -> str:
    if not os.path.isabs(path):
        return path
    relative = os.path.relpath(path)
    return path if relative.startswith(os.path.join("..", "..", "..", "..")) else relative


def _printable(text: str) -> str:
    """Without characters that would steer the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.", hidden=True)] = False,
) -> None:
    del debug  # read by main, where errors end up
    if version:
        typer.echo(f"kgen {__version__}")
        raise typer.Exit


@app.command()
def build(
    path: Annotated[str, typer.Argument(help="The folder of a kustomization.")] = ".",
    engine: Annotated[Engine, typer.Option(help="Who builds.")] = Engine.BUILTIN,
    output: Annotated[BuildOutput, typer.Option("--output", "-o", help="The format.")] = BuildOutput.YAML,
) -> None:
    """Print what a kustomization builds, byte for byte as kustomize does."""
    from kgen.commands.build import build as run

    sys.stdout.write(run(path, engine=engine.value, output=output.value))


@app.command()
def diff(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME|PATH]...", help="Default: all overlays.")] = None,
    output: Annotated[DiffOutput, typer.Option("--output", "-o", help="The format.")] = DiffOutput.TEXT,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 when anything differs.")] = False,
    colour: Annotated[Colour, typer.Option("--color", help="When to colour.")] = Colour.AUTO,
) -> int:
    """Preview what each overlay changes of its base, and why."""
    from kgen.commands.diff import diff as run

    comparisons = run(names or [], start=os.getcwd())
    if output is DiffOutput.JSON:
        from kgen.renderers import json

        sys.stdout.write(json.comparisons(comparisons))
    else:
        from kgen.renderers import terminal

        style = terminal.Style(_width(), _coloured(colour))
        sys.stdout.write(terminal.comparisons(comparisons, style))
    return int(exit_code and any(comparison.resources for comparison in comparisons))


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 100


def _coloured(colour: Colour) -> bool:
    """See https://no-color.org: any value that is not empty switches colours off."""
    if colour is Colour.AUTO:
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return colour is Colour.ALWAYS
