"""``kgen build`` and ``kgen build PATH``: no option to parse, so the library that parses them is not loaded.

That would take half as long again as the build of a usual overlay, which scripts and hooks ask for all day.
"""

from collections.abc import Sequence

from kgen import console, exits


def main(words: Sequence[str]) -> int | None:
    """Run such a command line.

    Returns:
        The exit code; None where it is for ``kgen.cli``.
    """
    match words:
        case ["build"]:
            return exits.code(lambda: _build("."))
        case ["build", path] if not path.startswith("-"):
            return exits.code(lambda: _build(path))
    return None


def _build(path: str) -> None:
    from kgen.commands.build import build

    built = build(path, cached=True)
    console.warn_of_oddities(built.warnings)
    console.show(built.text)
