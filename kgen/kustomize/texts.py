"""The texts of the files that something is made of, which are looked through when somebody asks.

Values remember their quotes, but neither comments nor most tags.
"""

import re
from functools import lru_cache
from typing import Final

from kgen.errors import Unsupported
from kgen.yamlio.libyaml import decoded

Sources = tuple[str | bytes, ...]
"""The texts of the files that something is made of, where they have comments or tags."""

_BINARY: Final = re.compile(r"!!binary|:binary>")


def source(content: str | bytes) -> Sources:
    """One file, if it has comments or tags, or what looks like one."""
    return (content,) if any(mark in content for mark in (b"#!" if isinstance(content, bytes) else "#!")) else ()


def joined(one: Sources, other: Sources) -> Sources:
    """Those of both."""
    return tuple(dict.fromkeys((*one, *other)))


def check_binary(what: str, *several: Sources) -> None:
    """See that nothing has the tag ``!!binary``: it stays with what takes the place of its text, and decodes that.

    Raises:
        Unsupported: Something has it, in the files or in one of their comments.
    """
    if any(_has_binary(content) for sources in several for content in sources):
        raise Unsupported(
            f"{what} where the tag !!binary is used", hint="write the text itself, or put it in binaryData"
        )


@lru_cache(maxsize=64)
def _has_binary(content: str | bytes) -> bool:
    return _BINARY.search(decoded(content)) is not None
