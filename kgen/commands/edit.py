"""``kgen edit``: the resources of an overlay in a person's editor; what they change becomes patches of their own."""

import contextlib
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kgen import project, yamlio
from kgen.commands import proposal
from kgen.commands.declaration import Place
from kgen.commands.outcome import Outcome
from kgen.commands.overlay import carry_out, place_of
from kgen.commands.proposal import Present, Proposal
from kgen.equality import same
from kgen.errors import InputError, InputErrors, KgenError, Origin, Unsupported
from kgen.external import editor
from kgen.filesystem import DiskFileSystem, FileSystem
from kgen.overlay import emit
from kgen.overlay.env_file import with_placeholders
from kgen.overlay.renames import renamed
from kgen.resource import Resource, ResourceMap

_HEADER: Final = """\
# overlays/{name} as it is built, without content hashes. Names and namespaces are those of the built overlay.
# What you change becomes patches in overlays/{name}/edits/: a document removed is a resource that goes, one added is
# new, another name renames. An unchanged file ends this; an empty file cancels it. Comments like these are not kept.
"""


def edit(name: str, resources: Sequence[str], *, start: str, python: bool = True) -> Outcome | str:
    """Open an editor on what an overlay builds, and write the overlay that builds what the person made of it.

    Args:
        name: The overlay.
        resources: Which of its resources, as ``KIND/NAME`` in letters of any case; none means all.
        start: The folder the person is in.
        python: Whether the overlay's Python function may run.

    Returns:
        What became of the overlay, or in a few words why nothing did.

    Raises:
        InputError: Something is wrong with the files, or the person gave up; the text they wrote is kept.
        ToolError: The editor failed; nothing was changed.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "kgen edit needs a terminal, for the editor",
            hint="without one, write a patch into the overlay's edits/ and list it under patches: in kgen.yaml",
        )
    place = place_of(project.root(start), name, start)
    now = proposal.present(place, with_placeholders(DiskFileSystem()), python=python)
    shown = ResourceMap(_chosen(now.shown, resources, place))
    body = "---\n".join(yamlio.dump([one.body]) for one in shown)
    path = _new_file(name)
    try:
        told = _dialogue(place, now, shown, _Sheet(path, _HEADER.format(name=place.name), body))
    except BaseException as error:
        _keep(path, body, error)
        raise
    _remove(path)
    return told


@dataclass(slots=True)
class _Sheet:
    """What a person has before them: a header, errors below it, and the resources."""

    path: str
    header: str
    body: str
    errors: str = ""

    @property
    def lines_above(self) -> int:
        """How many lines stand above the resources."""
        return (self.header + self.errors).count("\n")

    def open(self) -> bool:
        """Open the editor; whether the person changed anything."""
        with open(self.path, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(self.header + self.errors + self.body)
        editor.edit(self.path)
        before, self.body = self.body, _without_header(emit.read(self.path) or "")
        return self.body != before

    def tell(self, error: KgenError) -> None:
        """Put an error on top, its lines as they will be then."""
        self.errors = _told(error, 0)
        self.errors = _told(error, self.lines_above)


def _told(error: KgenError, above: int) -> str:
    """An error as comments.

    Args:
        error: Which; its lines count from the first resource.
        above: How many lines will stand above that.
    """
    lines = ["#"]
    for part in error.parts:
        place = f"line {part.origin.line + above}: " if part.origin and part.origin.line else ""
        lines += f"# error: {place}{part.message}".splitlines()
        lines += [f"#   hint: {_lowered(part.hint, above)}"] if part.hint else []
    return "".join(line if line.startswith("#") else f"# {line}" for line in (f"{line}\n" for line in lines))


def _lowered(hint: str, by: int) -> str:
    """A hint that names another line: ``the list starts in line 3``."""
    return re.sub(r"(?<=\bline )[0-9]+", lambda line: str(int(line[0]) + by), hint)


def _without_header(text: str) -> str:
    """The text from the first line on that is no comment."""
    lines = text.splitlines(keepends=True)
    return "".join(itertools.dropwhile(lambda line: line.startswith("#") or not line.strip(), lines))


def _dialogue(place: Place, now: Present, shown: ResourceMap, sheet: _Sheet) -> Outcome | str:
    """Open the editor until what comes back can be carried out, or the person wants no more."""
    failed: KgenError | None = None
    while True:
        is_changed = sheet.open()
        if not sheet.body:
            return "cancelled: the file was empty"
        if not is_changed and failed is None:
            return "no changes"
        if not is_changed and failed is not None:
            raise _placed(failed, sheet)
        try:
            return _carried_out(place, now, shown, sheet)
        except (InputError, Unsupported) as error:
            failed = error
            sheet.tell(error)


def _placed(error: KgenError, sheet: _Sheet) -> KgenError:
    """An error with its lines as they are in the file that is kept."""
    for part in error.parts:
        if part.origin and part.origin.path == sheet.path and part.origin.line:
            part.origin = part.origin._replace(line=part.origin.line + sheet.lines_above)
            part.hint = part.hint and _lowered(part.hint, sheet.lines_above)
    return error


def _carried_out(place: Place, now: Present, shown: ResourceMap, sheet: _Sheet) -> Outcome | str:
    edited = _read(sheet.body, sheet.path)
    if not len(edited):
        return "cancelled: the file was empty"
    if len(edited) == len(shown) and all(_is_same(one, edited) for one in shown):
        return "no changes"
    others = [one for one in now.shown if one.id not in shown]
    wishes = [ResourceMap([*others, *edited])]
    with contextlib.suppress(InputError):
        better = renamed(now.shown, shown, edited)
        wishes = [better, *wishes] if better else wishes
    fs = with_placeholders(DiskFileSystem())
    with emit.exclusive(place.root):
        latest = proposal.present(place, fs, python=now.python)
        if not _are_equal(latest.shown, now.shown):
            raise InputError(
                f"overlays/{place.name} changed while you edited it",
                hint="take your changes out of the text, and edit anew",
            )
        wishes = [proposal.uncoupled(now, latest, wanted) for wanted in wishes]
        return carry_out(place, _proposed(place, latest, wishes, fs), python=now.python)


def _proposed(place: Place, latest: Present, wishes: Sequence[ResourceMap], fs: FileSystem) -> Proposal:
    """How to make the first of these wishes that can be made."""
    *better, last = wishes
    for wanted in better:
        with contextlib.suppress(InputError):
            return proposal.propose(place, latest, wanted, fs, strict=False)
    return proposal.propose(place, latest, last, fs, strict=False)


def _read(text: str, path: str) -> ResourceMap:
    """The resources in a text.

    Raises:
        InputErrors: What is wrong with them.
    """
    found = ResourceMap()
    errors: list[KgenError] = []
    for document in yamlio.load(text.encode(errors="surrogateescape"), path):
        resource = Resource(document.body, Origin(path, document.line))
        try:
            _check(resource)
            found.add(resource)
        except InputError as error:
            errors.append(error)
    if errors:
        raise InputErrors(errors)
    return found


def _check(resource: Resource) -> None:
    body = resource.body
    if not isinstance(body, dict):
        raise InputError("a resource is a map", origin=resource.origin)
    metadata = body.get("metadata")
    named = isinstance(metadata, dict) and isinstance(metadata.get("name"), str)
    if not (named and isinstance(body.get("kind"), str) and isinstance(body.get("apiVersion"), str)):
        raise InputError("every resource has apiVersion, kind and metadata.name", origin=resource.origin)


def _is_same(one: Resource, others: ResourceMap) -> bool:
    other = others.get(one.id)
    return other is not None and same(one.body, other.body)


def _are_equal(one: ResourceMap, other: ResourceMap) -> bool:
    return len(one) == len(other) and all(_is_same(resource, other) for resource in one)


def _chosen(built: ResourceMap, names: Sequence[str], place: Place) -> Iterator[Resource]:
    known = {str(one.id).lower() for one in built}
    for name in names:
        if name.lower() not in known:
            hint = f"it has {', '.join(str(one.id) for one in built)}"
            raise InputError(f"there is no {name} in this overlay", origin=Origin(place.folder), hint=hint)
    wanted = {name.lower() for name in names}
    yield from (one for one in built if not wanted or str(one.id).lower() in wanted)


def _new_file(name: str) -> str:
    """A file that only this person can read."""
    descriptor, path = tempfile.mkstemp(prefix=f"kgen-edit-{name}-", suffix=".yaml")
    os.close(descriptor)
    return path


def _keep(path: str, body: str, error: BaseException) -> None:
    """Where a person wrote something, say where it is; else leave nothing behind."""
    if _without_header(emit.read(path) or "") in ("", body):
        _remove(path)
    elif isinstance(error, KgenError):
        last = error.parts[-1]
        last.hint = f"{last.hint}; the text as edited is in {path}" if last.hint else f"the text as edited is in {path}"


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
