"""What became of an overlay, as a person reads it in a terminal."""

import os
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from kgen.overlay.clusters.cluster import Command
from kgen.overlay.edits import Edit
from kgen.overlay.emit import PlannedFile
from kgen.resource import ResourceId

NOTHING: Final = "  nothing is to be changed: the base is used as it is\n"
"""In the place of the edits of an empty overlay."""

_DONE: Final = {"new": "wrote", "changed": "rewrote", "stale": "removed"}
_TO_DO: Final = {"new": "would write", "changed": "would rewrite", "stale": "would remove"}
_DIFFERS: Final = {
    "new": "missing",
    "changed": "not what would be written",
    "stale": "no longer needed",
    "extra": "not written by kgen, though it carries its header",
    "edited": "changed by hand since kgen wrote it",
    "foreign": "not written by kgen",
}


def headline(planned: Sequence[PlannedFile], folder: str, start: str, *, dry: bool = False) -> str:
    """The overlay, and whether anything was to do."""
    words = _TO_DO if dry else _DONE
    touched = sum(file.state in words for file in planned)
    state = "up to date" if not touched else "would change" if dry else "written"
    return f"{os.path.relpath(folder, start)}: {state}\n"


def files(planned: Sequence[PlannedFile], start: str, *, dry: bool = False) -> str:
    """A line for each file that was touched, or would be."""
    words = _TO_DO if dry else _DONE
    lines = [f"  {words[file.state]} {_shown(file, start)}" for file in planned if file.state in words]
    return "".join(f"{line}\n" for line in lines)


def differences(planned: Sequence[PlannedFile], start: str) -> str:
    """For ``--check``: a line for each file that is not as it would be written."""
    return "".join(f"{_shown(file, start)}: {_DIFFERS[file.state]}\n" for file in planned if file.state in _DIFFERS)


def texts(planned: Sequence[PlannedFile], start: str) -> str:
    """For ``--dry-run``: the whole text of each file that would be written."""
    shown = [file for file in planned if file.state in ("new", "changed") and file.after is not None]
    return "".join(f"\n--- {_shown(file, start)}\n{file.after}" for file in shown)


def edits(made: Sequence[Edit], width: int) -> str:
    """Per resource, why it is patched or added; each reason once."""
    reasons: dict[ResourceId, list[str]] = {}
    for edit in made:
        known = reasons.setdefault(edit.resource, [])
        if edit.reason not in known:
            known.append(edit.reason)
    lines = [line for resource, texts in reasons.items() for line in _reasons(_named(resource), texts, width)]
    return "".join(f"{line}\n" for line in lines)


def commands(lines: Sequence[Command], width: int, indent: str = "  ") -> str:
    """The commands to type, each under its reason; ready to be pasted."""
    return "".join(f"{indent}{line}\n" for command in lines for line in _command(command, width - len(indent)))


def _named(resource: ResourceId) -> str:
    return f"{resource} in {resource.namespace}" if resource.namespace else str(resource)


def _reasons(resource: str, texts: Sequence[str], width: int) -> Iterator[str]:
    yield f"  {resource}"
    for text in texts:
        yield from (
            f"    # {line}"
            for line in textwrap.wrap(text, max(width - 6, 20), break_on_hyphens=False, break_long_words=False)
        )


def _command(command: Command, width: int) -> Iterator[str]:
    wrapped = textwrap.wrap(command.comment, max(width - 2, 20), break_on_hyphens=False, break_long_words=False)
    yield from (f"# {line}" for line in wrapped)
    if command.line:
        yield command.line


def _shown(file: PlannedFile, start: str) -> str:
    return os.path.relpath(file.path, start)
