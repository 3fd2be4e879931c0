"""The texts of the files that something is made of, which are looked through when somebody asks.

Values remember their quotes, but neither comments nor most tags.
"""

import re
from functools import cached_property
from typing import Final

from kgen.errors import Unsupported
from kgen.kustomize.remarks import Remark, remarks
from kgen.yamlio.libyaml import decoded

_BINARY: Final = re.compile(r"!!binary|:binary>")
_BEHIND_BRACES: Final = re.compile(r"\}[ \t]*,?[ \t]+#")
_ITEM_WITH_TAG: Final = re.compile(
    r"""(?:^[ \t-]*-|[\[,])\s*(?:&\S+\s+)?(?:!!(?:int|float|bool|null|timestamp)|!<[^>\s]*>)\s+(?:&\S+\s+)?["'|>]""",
    re.MULTILINE,
)


class File:
    """The text of one file; each look through it is taken once.

    Args:
        content: The text.
    """

    def __init__(self, content: str | bytes) -> None:
        self._content = content
        self.near: dict[tuple[str, str], frozenset[str]] = {}
        """What `kgen.kustomize.searches` found for a key and an expression."""

    @cached_property
    def has_binary(self) -> bool:
        """Whether ``!!binary`` stands anywhere in it."""
        return _BINARY.search(decoded(self._content)) is not None

    @cached_property
    def has_item_with_tag(self) -> bool:
        """Whether a list anywhere in it has a number, or something else that is no text, in quotes behind a tag."""
        return _ITEM_WITH_TAG.search(decoded(self._content)) is not None

    @cached_property
    def has_comment_behind_braces(self) -> bool:
        """Whether a comment stands behind a map in braces."""
        return _BEHIND_BRACES.search(decoded(self._content)) is not None

    @cached_property
    def has_several_braces(self) -> bool:
        """Whether more maps may be in braces than one; an alias may stand for one."""
        text = decoded(self._content)
        return text.count("{") > 1 or "*" in text

    @cached_property
    def remarks(self) -> frozenset[Remark]:
        """Its comments and tags."""
        return remarks(decoded(self._content))


Files = tuple[File, ...]
"""The files that something is made of, where they have comments or tags."""


def file_of(content: str | bytes) -> Files:
    """One file, if it has comments or tags, or what looks like one."""
    is_text = isinstance(content, str)
    has_marks = ("#" in content or "!" in content) if is_text else (b"#" in content or b"!" in content)
    return (File(content),) if has_marks else ()


def joined(one: Files, other: Files) -> Files:
    """Those of both."""
    return tuple(dict.fromkeys((*one, *other)))


def check_binary(what: str, *several: Files) -> None:
    """See that nothing has the tag ``!!binary``: it stays with what takes the place of its text, and decodes that.

    Raises:
        Unsupported: Something has it, in the files or in one of their comments.
    """
    if any(file.has_binary for files in several for file in files):
        hint = "write the text itself, or put it in binaryData; not even a comment may have the tag"
        raise Unsupported(f"{what} where the tag !!binary is used", hint=hint)


def check_merge(what: str, *several: Files) -> None:
    """See that a strategic merge meets no tag that it may lose, as it does in a list of plain values.

    Raises:
        Unsupported: A list item has one before quotes; or there is ``!!binary``.
    """
    check_binary(what, *several)
    if any(file.has_item_with_tag for files in several for file in files):
        raise Unsupported(f"{what} where a list item has a tag before quotes", hint="leave the tag or the quotes out")
