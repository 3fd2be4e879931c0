"""The file beside an overlay that a Secret is generated from: it is not in Git, and kgen never reads its values.

kustomize reads it from the overlay's own folder only. What kgen proves an overlay with are placeholders, so that the
proof is the same on every computer, whether or not the file is there.
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator/
"""

import json
import os
import shlex
from collections.abc import Callable
from typing import Final

from kgen.filesystem import DiskFileSystem, FileSystem

NAME: Final = "credentials.env"
IGNORE: Final = ".gitignore"
DECLARATION: Final = "kgen.yaml"

PASSWORD: Final = "POSTGRES_PASSWORD"  # noqa: S105 - the name of a variable
KEY: Final = "AIRFLOW__CORE__FERNET_KEY"
KEYS: Final = (PASSWORD, KEY)

PLACEHOLDERS: Final = {key: f"<{key}>" for key in KEYS}
"""No value of any program, and nothing that a resource can be called."""
TEXT: Final = "".join(f"{key}={value}\n" for key, value in PLACEHOLDERS.items())


def command(path: str) -> str:
    """What makes the file, with new values: readable by this person alone, and never over one that is there.

    A Fernet key is 32 random bytes in URL-safe base64: https://cryptography.io/en/latest/fernet/. The password is
    hexadecimal, because programs put it into addresses as it is.
    """
    opened = (
        f'open({json.dumps(path, ensure_ascii=False)}, "x", opener=lambda path, flags: os.open(path, flags, 0o600))'
    )
    key = "{base64.urlsafe_b64encode(os.urandom(32)).decode()}"
    text = f'f"{PASSWORD}={{os.urandom(24).hex()}}\\n{KEY}={key}\\n"'
    return f"python3 -c {shlex.quote(f'import base64, os; {opened}.write({text})')}"


class EnvFiles:
    """Another file system, in which the content of such files comes from elsewhere.

    Args:
        below: The other one.
        read: Gives the content of the file at a path; raises OSError as ``open`` does.
        is_there: Whether it has one.

    Attributes:
        used: Whether one was read.
        is_dir: See `FileSystem.is_dir`.
        real: See `FileSystem.real`.
        names: See `FileSystem.names`.
    """

    def __init__(self, below: FileSystem, read: Callable[[str], bytes], is_there: Callable[[str], bool]) -> None:
        self._below, self._read, self._is_there = below, read, is_there
        self.used = False
        self.is_dir, self.real, self.names = below.is_dir, below.real, below.names

    def _is_other(self, path: str) -> bool:
        folder, name = os.path.split(path)
        return name == NAME and self._below.is_file(os.path.join(folder, DECLARATION)) and self._is_there(path)

    def read(self, path: str) -> bytes:
        """See `FileSystem.read`."""
        if not self._is_other(path):
            return self._below.read(path)
        self.used = True
        return self._read(path)

    def is_file(self, path: str) -> bool:
        """See `FileSystem.is_file`."""
        return self._is_other(path) or self._below.is_file(path)


def from_disk(below: FileSystem) -> EnvFiles:
    """A file system of what is in Git, with such files, which are not, as they are on the disk."""
    disk = DiskFileSystem()
    return EnvFiles(below, disk.read, lambda path: disk.is_file(path) and not below.is_file(path))


def with_placeholders(below: FileSystem) -> EnvFiles:
    """The same file system, without what such files really hold."""
    return EnvFiles(below, lambda _: TEXT.encode(), lambda _: True)
