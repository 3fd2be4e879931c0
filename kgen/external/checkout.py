"""What a checkout makes of a file that Git stores: line ends, another encoding, ``$Id$``.

Files of a revision are compared with files on the disk, and some go into ConfigMaps byte for byte, so they are read as
they would lie on the disk of this person. What a program of the person's own would do (a filter) is refused by name.
https://git-scm.com/docs/gitattributes#_effects, ``convert.c`` in https://github.com/git/git/blob/master/convert.c
"""

import codecs
import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, Protocol

from kgen.errors import Unsupported
from kgen.external.attributes import FILE, attributes
from kgen.external.objects import ask

CLONE: Final = "check the revision out with `git worktree add`, and build it there"

_ASKED: Final = r"^(core\.(autocrlf|eol|attributesfile)|filter\..*\.(smudge|process))$"
_TOLD_BY_CONTENT: Final = ("lfs", "git-crypt")
_LONE_LF: Final = re.compile(rb"(?<!\r)\n")
_ID: Final = re.compile(rb"\$Id(?:: ?[^ $\n]* ?)?\$")
_UNPRINTABLE: Final = bytes(set(range(32)) - set(b"\b\t\n\f\r\x1b")) + b"\x7f"

_WITH_BOM: Final = {"utf-16le-bom": ("utf-16-le", codecs.BOM_UTF16_LE)}


class Checkout(Protocol):
    """What makes of a stored file what lies on the disk."""

    def __call__(self, path: str, blob: str, content: bytes) -> bytes:
        """The file at a path from the root, with this hash and content."""


class Settings(NamedTuple):
    """What a person configured.

    Attributes:
        line_ends: What ``core.autocrlf`` says: ``true``, ``input``, or anything else for nothing.
        end: What ``core.eol`` says.
        filters: The names of the filters that run a program.
        has_attributes: Whether there may be attributes outside of the revision.
    """

    line_ends: str = "false"
    end: str = "native"
    filters: frozenset[str] = frozenset()
    has_attributes: bool = False


@contextlib.contextmanager
def checkout(folder: str, files: Mapping[str, str]) -> Iterator[Checkout | None]:
    """What makes of the stored files of a revision what lies on the disk, for as long as the context lasts.

    Args:
        folder: A folder of the repository.
        files: The blobs of the revision by path from its root.

    Yields:
        None where files lie on the disk as they are stored.

    Raises:
        ToolError: Git is missing or failed.
    """
    settings = _settings(folder)
    declared = {path: blob for path, blob in files.items() if os.path.basename(path) == FILE}
    if not declared and not settings.has_attributes:
        yield None if settings.line_ends != "true" else lambda _, blob, stored: checked_out(stored, blob, {}, settings)
        return
    with attributes(folder, declared) as known:
        yield lambda path, blob, stored: checked_out(stored, blob, known.of(path), settings)


def _settings(folder: str) -> Settings:
    listed = ask(folder, "config", "--null", "--get-regexp", _ASKED, fine=(0, 1)).split("\0")[:-1]
    said = dict(entry.partition("\n")[::2] for entry in listed)
    filters = {name.split(".", 1)[1].rpartition(".")[0] for name, value in said.items() if value not in {"cat", "true"}}
    own = os.path.join(folder, ask(folder, "rev-parse", "--git-path", "info/attributes"))
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    places = (own, os.path.join(home, "git", "attributes"), "/etc/gitattributes")
    return Settings(
        said.get("core.autocrlf", "false").lower(),
        said.get("core.eol", "native").lower(),
        frozenset(filters),
        "core.attributesfile" in said or any(map(os.path.exists, places)),
    )


def checked_out(content: bytes, blob: str, given: Mapping[str, str], settings: Settings) -> bytes:
    """The content on the disk of a file that is stored.

    Args:
        content: What is stored.
        blob: Its hash.
        given: Its attributes.
        settings: What the person configured.

    Raises:
        Unsupported: A program of the person's own, or an unknown encoding, would make something else of it.
    """
    name = given.get("filter", "unset")
    if name in settings.filters and name not in _TOLD_BY_CONTENT:
        raise Unsupported(f"a file that Git filters by {name!r}", hint=CLONE)
    if given.get("ident") == "set":
        content = _ID.sub(f"$Id: {blob} $".encode(), content)
    return _encoded(_with_line_ends(content, given, settings), given.get("working-tree-encoding", "unset"))


def _with_line_ends(content: bytes, given: Mapping[str, str], settings: Settings) -> bytes:
    """A file whose line ends are nobody's business, or whose end is only a line feed, stays as it is."""
    text = given.get("text", given.get("crlf", ""))
    if text in {"unset", "input"} or not _ends_with_two(text, given.get("eol", ""), settings):
        return content
    is_sure = text == "set" or (text != "auto" and given.get("eol") == "crlf")
    return content if not is_sure and not _looks_stored_as_text(content) else _LONE_LF.sub(b"\r\n", content)


def _ends_with_two(text: str, end: str, settings: Settings) -> bool:
    """Whether lines end with a carriage return and a line feed, if it is text."""
    if end in {"lf", "crlf"}:
        return end == "crlf"
    if settings.line_ends in {"true", "input"}:
        return settings.line_ends == "true"
    is_native = os.linesep == "\r\n" and settings.end == "native"
    return text in {"set", "auto"} and (settings.end == "crlf" or is_native)


def _looks_stored_as_text(content: bytes) -> bool:
    """Whether Git takes it for text, and for stored with line feeds."""
    if b"\0" in content or b"\r" in content:
        return False
    body = content.removesuffix(b"\x1a")  # the end of a file, long ago
    odd = len(body) - len(body.translate(None, _UNPRINTABLE))
    return (len(body) - body.count(b"\n") - odd) >> 7 >= odd


def _encoded(content: bytes, encoding: str) -> bytes:
    if not content or encoding in {"unset", "set", ""} or encoding.lower() in {"utf-8", "utf8"}:
        return content
    name, mark = _WITH_BOM.get(encoding.lower(), (encoding, b""))
    try:
        return mark + content.decode("utf-8").encode(name)
    except UnicodeError:
        return content  # Git leaves it, too, and warns
    except LookupError:
        raise Unsupported(f"a file in the encoding {encoding!r}", hint=CLONE) from None
