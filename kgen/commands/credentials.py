"""The file with credentials beside an overlay: whether it is there, fits, and stays out of Git."""

import base64
import binascii
import os
import re
import shlex
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from kgen.commands.declaration import Place
from kgen.errors import InputError, KgenError, Origin
from kgen.external.objects import ask
from kgen.filesystem import MAX_SIZE
from kgen.kustomize.faults import Missing
from kgen.kustomize.generators.sources import Sources, pairs
from kgen.overlay import emit, env_file, header
from kgen.overlay.clusters.cluster import Setup
from kgen.overlay.desired import Wish
from kgen.overlay.env_file import IGNORE, KEY, KEYS, NAME, PASSWORD
from kgen.overlay.features.credentials import put_back
from kgen.overlay.rules.state import Notice

_LINES: Final = frozenset({NAME, f"/{NAME}", "*.env", "/*.env", "*"})
"""What keeps the file out of Git, in a `.gitignore` that a person wrote: https://git-scm.com/docs/gitignore"""
_SAFE: Final = re.compile(r"[A-Za-z0-9._~-]+")
_KEY_BYTES: Final = 32


def ignoring(folder: str) -> dict[str, str]:
    """The file that keeps it out of Git, unless a person has one there that does.

    Raises:
        InputError: A person has one there that does not.
    """
    path = os.path.join(folder, IGNORE)
    said = None if os.path.islink(path) else emit.read(path)
    if said is None or header.recorded(said) is not None:
        return {IGNORE: f"/{NAME}\n"}
    lines = set(said.splitlines())
    if not _LINES & lines or any(f"!{line}" in lines for line in _LINES):
        raise InputError(
            f"this does not keep {NAME} out of Git", origin=Origin(path), hint=f"add the line /{NAME} to it"
        )
    return {}


def left_to_do(setup: Setup, folder: str) -> Setup:
    """The same without the file where it is there."""
    return replace(setup, secrets="") if os.path.lexists(os.path.join(folder, NAME)) else setup


def watched(wished: Wish) -> Wish:
    """The wish, which says where a function or a patch writes down what is to be in the file."""
    told = put_back(wished.edited, wished.taken) if wished.directives.generated else ()
    return replace(wished, notices=(*wished.notices, *told))


def notices(place: Place, *, is_used: bool) -> Iterator[Notice]:
    """What a person should know of the file.

    Args:
        place: The overlay.
        is_used: Whether the overlay is made with it.
    """
    path = os.path.join(place.folder, NAME)
    shown = os.path.relpath(path, place.start)
    if not os.path.lexists(path):
        if is_used:
            yield Notice(f"{shown} is not there: without it neither kubectl nor kgen diff builds this", _make(shown))
    elif is_used:
        yield from _of_file(path, shown)
    else:
        hint = "delete it if no cluster needs it any more; else switch features.credentials on again"
        yield Notice(f"{shown} is still there, and no {IGNORE} of kgen's keeps it out of Git", hint)


def advise(error: KgenError) -> None:
    """Where a build failed for want of the file, say how to make it."""
    for part in error.parts:
        if isinstance(part, Missing) and os.path.basename(part.path) == NAME:
            folder = os.path.dirname(part.path)
            if os.path.isfile(os.path.join(folder, env_file.DECLARATION)):
                part.hint = _make(os.path.relpath(part.path))


def _make(path: str) -> str:
    return (
        "it holds passwords, so it is not in Git; make it once, and give it to all who apply to the same cluster:\n"
        f"  {env_file.command(path)}"
    )


class _Content(NamedTuple):
    """A file that has been read."""

    content: bytes

    def read(self, _: str, /) -> bytes:
        return self.content

    def place(self, path: str, /) -> str:
        return path


def _of_file(path: str, shown: str) -> Iterator[Notice]:
    """Who may read it, and whether what it says can work; what it says is never told."""
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_SIZE:
            return
        with open(path, "rb") as file:
            content = file.read()
        values = pairs(Sources(envs=(path,)), _Content(content))
    except (OSError, InputError):
        return  # whoever builds it tells that
    if os.name == "posix" and stat.S_IMODE(about.st_mode) & 0o077:
        yield Notice(f"others on this computer may read {shown}", f"chmod 600 {shlex.quote(shown)}")
    if _is_committed(path):
        yield Notice(
            f"{shown} is in Git", f"git rm --cached {shlex.quote(shown)}; what was pushed is known: make new ones"
        )
    for fault in _faults(values):
        yield Notice(f"{shown}: {fault}", f"mend it, or move it away and run: {env_file.command(shown)}")


def _is_committed(path: str) -> bool:
    """Whether Git has it, whatever ``.gitignore`` says."""
    folder, name = os.path.split(path)
    try:
        return bool(ask(folder, "ls-files", "--", name))
    except KgenError:  # no Git, or no repository
        return False


def _faults(values: Mapping[str, bytes]) -> Iterator[str]:
    yield from (f"{name} is missing" for name in KEYS if not values.get(name))
    password, key = values.get(PASSWORD, b""), values.get(KEY, b"")
    if password and not _SAFE.fullmatch(password.decode(errors="replace")):
        yield f"{PASSWORD} becomes a part of an address: letters, digits and -._~ only, no quotes"
    if key and not _is_key(key):
        yield f"{KEY} is no Fernet key: 32 bytes in URL-safe base64, no quotes"


def _is_key(text: bytes) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == _KEY_BYTES
    except binascii.Error:
        return False
