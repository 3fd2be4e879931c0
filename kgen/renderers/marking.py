"""A value before and after in one line, with the part that changed marked where colours may be used."""

import re
from difflib import SequenceMatcher
from typing import Final

from kgen.preview.comparison import FieldChange
from kgen.renderers import phrases
from kgen.renderers.text import printable

_WORDS: Final = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]")
_LONGEST: Final = 400
_GONE, _NEW = "\x1b[31;4m", "\x1b[32;4m"
_END: Final = "\x1b[0m"


def marked(field: FieldChange, colour: bool) -> str:
    """``reg/web:1.0 → reg/web:1.1``, in colour with what differs underlined, word by word."""
    plain = printable(phrases.before_and_after(field))
    if not colour or field.op != "change" or not isinstance(field.before, str) or not isinstance(field.after, str):
        return plain
    before, after = printable(phrases.value(field.before)), printable(phrases.value(field.after))
    if len(before) + len(after) > _LONGEST:
        return plain
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    left, right = "", ""
    for tag, i, up_to_i, j, up_to_j in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        gone, new = "".join(one[i:up_to_i]), "".join(other[j:up_to_j])
        left += gone if tag == "equal" or not gone else f"{_GONE}{gone}{_END}"
        right += new if tag == "equal" or not new else f"{_NEW}{new}{_END}"
    return f"{left} → {right}"
