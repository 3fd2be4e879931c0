"""``kgen vendor``: copies of what a kustomization names from elsewhere, so that builds need no network."""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from kgen import project
from kgen.errors import KgenError, ToolError
from kgen.external import git
from kgen.external.download import download
from kgen.kustomize import build
from kgen.kustomize.remote import FOLDER, NotVendored, Remote

PINS: Final = "pins.json"


class Vendored(NamedTuple):
    """A copy that was made.

    Attributes:
        url: Of what.
        version: Its commit, or ``sha256:`` and the digest of the file.
        path: Where it lies, absolute.
    """

    url: str
    version: str
    path: str


def vendor(path: str) -> list[Vendored]:
    """Fetch all that is missing to build a kustomization; what is there already is left as it is.

    Args:
        path: The folder of the kustomization.

    Raises:
        ToolError: Git or the web did not give it.
        InputError: The kustomization is wrong otherwise.
        Unsupported: It uses what kgen does not build.
    """
    folder = os.path.abspath(path)
    home, made = _home(folder), list[Vendored]()
    while (missing := _missing(folder)) is not None:
        made.append(_fetch(missing, home))
        _pin(made[-1], missing, home)
    return made


def _missing(folder: str) -> Remote | None:
    """The first thing that the build has no copy of."""
    try:
        build(folder)
    except KgenError as error:
        found = next((part for part in error.parts if isinstance(part, NotVendored)), None)
        if found is None:
            raise
        return found.remote
    return None


def _home(folder: str) -> str:
    """The folder to hold the copies: one that holds some already, the project, the repository, or the folder itself."""
    for marker in (FOLDER, ".git"):
        above = folder
        while not os.path.exists(os.path.join(above, marker)) and above != os.path.dirname(above):
            above = os.path.dirname(above)
        if os.path.exists(os.path.join(above, marker)):
            return above
    return project.find_root(folder) or folder


def _fetch(missing: Remote, home: str) -> Vendored:
    path = os.path.join(home, missing.copy)
    if os.path.lexists(path):
        raise ToolError(f"{path} is no copy that a build can read", hint="remove it and run this again")
    try:
        if missing.ref is None:
            version = "sha256:" + hashlib.sha256(download(missing.url, path)).hexdigest()
        else:
            version = git.clone(missing.url, missing.ref, path)
    except OSError as error:
        raise ToolError(f"cannot write {error.filename or path}: {error.strerror}") from None
    return Vendored(missing.url, version, path)


def _pin(made: Vendored, missing: Remote, home: str) -> None:
    """Note which version the copy is, for people and for `git diff`."""
    path = os.path.join(home, FOLDER, PINS)
    pins: dict[str, Mapping[str, str]] = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            pins = json.load(file)
    name = os.path.relpath(made.path, os.path.join(home, FOLDER))
    pins[name] = {"url": made.url, "ref": missing.ref or "", "version": made.version}
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(dict(sorted(pins.items())), indent=2, ensure_ascii=False) + "\n")
