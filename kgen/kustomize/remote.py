"""Addresses among the resources of a kustomization: what they name, and where a vendored copy of it lies.

A build never touches the network: what is remote is read from the copy under ``.kgen/vendor``, or refused.
Source: https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.6.0/api/internal/git/repospec.go
"""

import posixpath
import re
from typing import Final, NamedTuple

from kgen.errors import InputError, Origin, Unsupported

FOLDER: Final = ".kgen/vendor"
"""Where copies lie, from the folder that holds them: the nearest one above the kustomization."""

# Not compiled before they are needed: most builds have no addresses.
_ADDRESS: Final = r"(?i)(git::)?((ssh|https?|file)://|[a-z][a-z0-9-]*@[^/:]*[:/]|(www\.)?github\.com[:/])"
_FILE: Final = r"(?i)https?://[^?]*\.(ya?ml|json)(\?.*)?"
_SCP: Final = r"(?i)(?:[a-z]+://)?([a-z][a-z0-9-]*@[^/:]*):(?!\d+/)(.*)"


class Remote(NamedTuple):
    """What an address names.

    Attributes:
        url: What to clone, or the file to download.
        ref: The branch, tag or commit; empty for the default branch. None for a single file.
        path: The folder in the repository; empty for its root.
    """

    url: str
    ref: str | None
    path: str = ""

    @property
    def is_file(self) -> bool:
        """Whether it is one file, not a folder of a repository."""
        return self.ref is None

    @property
    def copy(self) -> str:
        """Where its copy lies, from the folder above `FOLDER`: the file, or the root of the repository."""
        place = re.sub(r"^[a-z]+://(?:[^/@]*@)?|^[^/@]*@", "", self.url, flags=re.IGNORECASE).replace(":", "/")
        plain = "/".join(_plain(part) for part in place.removesuffix(".git").split("/") if part)
        return posixpath.join(FOLDER, plain if self.is_file else f"{plain}@{_plain(self.ref or 'HEAD')}")


class NotVendored(Unsupported):
    """Something remote without a copy here.

    Attributes:
        remote: What is missing.
    """

    def __init__(self, address: str, remote: Remote, origin: Origin | None, top: str) -> None:
        super().__init__(
            f"the remote resource {address}, for there is no copy of it here",
            origin=origin,
            hint=f"fetch one with `kgen vendor {top}`, or build with --engine kubectl",
        )
        self.remote = remote


def is_remote(path: str) -> bool:
    """Whether a resource is an address and not a path."""
    return (":" in path or ".com/" in path.lower() or "@" in path) and re.match(_ADDRESS, path) is not None


def parse(address: str) -> Remote:
    """What an address names: a file by its ending, else a folder of a Git repository.

    ``https://github.com/org/repo//folder?ref=v1``, ``github.com/org/repo/folder?ref=v1``,
    ``git@host:org/repo.git//folder?ref=v1``, ``https://host/path/file.yaml``.

    Raises:
        InputError: It cannot be read.
    """
    if re.fullmatch(_FILE, address) and "//" not in address.partition("://")[2]:
        return Remote(address, None)
    from urllib.parse import parse_qs

    plain, _, query = address.removeprefix("git::").partition("?")

    said = parse_qs(query)
    ref = (said.get("ref") or said.get("version") or [""])[0]
    scheme, base, path = _split(plain)
    url, folder = _repository(base, path)
    return Remote(scheme + url, ref, folder.strip("/"))


def _split(address: str) -> tuple[str, str, str]:
    """The scheme to clone by, the host with what comes before it, and the path behind it."""
    found = re.fullmatch(_SCP, address)
    if found:
        return "", f"{found[1]}:", found[2]
    if "://" not in address:
        host, _, path = address.replace(":", "/", 1).partition("/")
        return "https://", f"{host}/", path
    from urllib.parse import urlsplit  # as above

    try:
        parts = urlsplit(address)
    except ValueError:
        raise InputError(f"'{address}' is no address", hint="write https://host/organisation/name?ref=v1") from None
    return f"{parts.scheme}://", f"{parts.netloc}/", parts.path.lstrip("/")


def _repository(base: str, path: str) -> tuple[str, str]:
    """The repository and the folder in it: parted by ``.git``, by ``//``, or after organisation and name."""
    end = re.search(r"\.git(?=/|$)", path)
    if end:
        return base + path[: end.end()], path[end.end() :]
    if "//" in path:
        repository, _, folder = path.partition("//")
        return base + repository, folder
    names = path.split("/")
    if base == "/":  # a repository on this disk
        return base + path, ""
    return base + "/".join(names[:2]), "/".join(names[2:])


def _plain(part: str) -> str:
    """One safe part of a path that is unlike that of any other text."""
    if re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", part):
        return part
    import hashlib  # as above

    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', part)}-{hashlib.sha256(part.encode()).hexdigest()[:8]}"
