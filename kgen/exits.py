"""How a command ends: its exit code, and every error as the lines a person sees."""

from collections.abc import Callable

from kgen import console
from kgen.errors import KgenError, ToolError, Unsupported

_DEFECT = 5
_INTERRUPTED = 130
_BROKEN_PIPE = 141


def code(command: Callable[[], object], *, debug: bool = False) -> int:
    """Run a command, say what went wrong, and give the exit code.

    Args:
        command: May give an exit code of its own.
        debug: Whether to print where an error that is not a message for people was raised.
    """
    try:
        console.speak_utf8()
        given = command()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except console.Unprintable as error:
        return _BROKEN_PIPE if error.gone else _failed(ToolError(f"cannot print: {str(error).lower()}"))
    except (MemoryError, RecursionError) as error:
        return _failed(_out_of_proportion(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, a person gets one line
        if debug:
            import traceback

            traceback.print_exc()
        return _failed(error)
    return given if isinstance(given, int) else 0


def _out_of_proportion(error: MemoryError | RecursionError) -> Unsupported:
    """What is built is larger than this computer, or than Python."""
    what = "more than fits into memory" if isinstance(error, MemoryError) else "maps and lists that nest this deep"
    return Unsupported(what, hint="build with --engine kubectl")


def _failed(error: Exception) -> int:
    if isinstance(error, KgenError):
        from kgen.commands import credentials  # only where something is told

        credentials.advise(error)
        console.tell(error)
        return error.exit_code
    if hasattr(error, "show") and hasattr(error, "exit_code"):  # typer's own: a wrong option
        error.show()
        return int(error.exit_code)
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    console.tell(KgenError(f"a defect of kgen ({what})", hint="please report it; --debug shows where it happened"))
    return _DEFECT
