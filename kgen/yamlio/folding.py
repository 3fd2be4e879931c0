"""What kustomize makes of a folded scalar (``>``), which it prints and reads again before it builds.

The printing of go-yaml 3 is not faithful where lines of the text are indented more than others or empty lines are
at its end: it looks at the start of the text where it should look at the next line. Source:
``yaml_emitter_write_folded_scalar`` in https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v3/emitterc.go.
"""

import re
from typing import Final

from kgen.yamlio.libyaml import Chunk, parsing
from kgen.yamlio.quoting import block_hints, has_unprintable

_BREAKS: Final = "\n\u2028\u2029"
_LINES: Final = re.compile(f"([{_BREAKS}]+)")
_SPACE_BREAK: Final = re.compile(f" [{_BREAKS}]")
_FRAGILE: Final = re.compile(f"(?:\\A|[{_BREAKS}])[ \t{_BREAKS}]|[\u2028\u2029]")


def reread(text: str, path: str, *, is_folded: bool) -> str:
    """The text of a block after kustomize has printed it and read it again.

    Raises:
        InputError: kustomize cannot read what it prints: a tab comes first, which looks like an indent.
    """
    if not (is_folded and _FRAGILE.search(text)) and not text.startswith("\t"):
        return text
    if _is_quoted(text):
        return text
    with parsing(Chunk(_printed(text).encode(), path)) as next_event:
        next_event()
        return str(next_event().value)


def is_lost_in_a_block(text: str) -> bool:
    """Whether kustomize puts it in a block that it cannot read again: a tab there looks like an indent."""
    return text.startswith("\t") and "\n" in text and not _is_quoted(text)


def _is_quoted(text: str) -> bool:
    """Whether go-yaml prints it in double quotes instead."""
    return text.endswith(" ") or bool(_SPACE_BREAK.search(text)) or has_unprintable(text.replace("\t", ""))


def _printed(text: str) -> str:
    doubles = text.lstrip(_BREAKS)[:1] not in ("", " ", "\t")  # the mistake: each following line should be asked this
    out = [f">{block_hints(text)}\n"]
    line = ""
    for piece in _LINES.split(text):
        if piece[:1] not in _BREAKS:
            line = piece
            out.append(f"  {line}")
        elif piece:
            is_doubled = doubles and line and line[0] not in " \t" and piece[0] == "\n"
            out.append(f"\n{piece}" if is_doubled else piece)
    return "".join(out)
