"""Keys and values for a generator: from ``literals``, ``files`` and ``envs``.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/
"""

import codecs
import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from kgen.errors import InputError, Origin, Unsupported
from kgen.yamlio import allowance

_ENTRY = 64
"""How many values an entry counts as: it is hashed, checked and printed."""


class Files(Protocol):
    """Where files are read from."""

    def read(self, path: str, /) -> bytes:
        """The content of a file."""

    def place(self, path: str, /) -> str:
        """Its absolute path."""


class Sources(NamedTuple):
    """Where keys and values come from; files as ``path`` or ``key=path``."""

    literals: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    envs: tuple[str, ...] = ()


def pairs(sources: Sources, files: Files) -> dict[str, bytes]:
    """All keys with their values, in kustomize's order: envs, literals, files.

    Raises:
        InputError: A source cannot be read, or a key comes twice.
    """
    found: dict[str, bytes] = {}
    for key, value in _all(sources, files):
        allowance.current().make(_ENTRY)
        if key in found:
            raise InputError(f"the key '{key}' comes twice", hint="each key of a generator is given once")
        found[key] = value
    return found


def _all(sources: Sources, files: Files) -> Iterator[tuple[str, bytes]]:
    for path in sources.envs:
        yield from _lines(files.read(path), files.place(path))
    for literal in sources.literals:
        key, equals, value = literal.partition("=")
        if not key or not equals:
            raise InputError(f"the literal '{literal}' is not key=value", hint="write key=value, the key is not empty")
        yield key, _unquoted(value).encode()
    for source in sources.files:
        key, path = file_source(source)
        yield key, files.read(path)


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def file_source(source: str) -> tuple[str, str]:
    """Key and path of one entry of ``files``.

    Raises:
        InputError: It has more than one ``=``, or one without a key or path.
    """
    if "=" not in source:
        return posixpath.basename(source.rstrip("/")) or ("/" if source else "."), source
    key, _, path = source.partition("=")
    if not key or not path or "=" in path:
        raise InputError(f"the file source '{source}' is neither a path nor key=path")
    return key, path


_LONGEST = 65_535
_SPACE = "\t\n\v\f\r \x85\xa0"


def _lines(content: bytes, path: str) -> Iterator[tuple[str, bytes]]:
    """An env file: ``KEY=value`` lines, comments; nothing is unquoted. A line without ``=`` has an empty value."""
    for number, raw in enumerate(content.split(b"\n"), 1):
        line = raw.removesuffix(b"\r")
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(raw) >= _LONGEST:
            what = f"a line of {_LONGEST:,} bytes or more in an env file"
            raise Unsupported(what, origin=Origin(path, number), hint="kustomize reads no further: shorten it")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise InputError("this line is not UTF-8", origin=Origin(path, number)) from None
        text = re.sub(r"^\s+", "", text.lstrip(_SPACE))
        key, _, value = text.partition("=")
        if key and not text.startswith("#"):
            yield key, value.encode()
