"""Parsed documents as bytes and back: JSON, plain data, so that reading them never does anything else.

What comes back is equal in every type and every bit, belongs to nobody else, and notes on how scalars are written
speak of it as they did of the original. JSON from Python's own library is quicker to read than a copy is made.
"""

import json
from typing import Any, Final

from kgen.yamlio import allowance
from kgen.yamlio.composer import Document
from kgen.yamlio.depth import MAX_DEPTH
from kgen.yamlio.kinds import Folded, Quoted, WrittenBool, WrittenDate, WrittenFloat, WrittenInt
from kgen.yamlio.written import Written

FORMAT: Final = "2"
"""The version of these bytes: another one for every change of them."""

Container = dict[str, Any] | list[Any]
_KEYS: Final = frozenset((str, int))
_PLAIN: Final = frozenset((str, int, float, bool, type(None), dict, list))
_NAMES: Final[dict[type, str]] = {
    Quoted: "",
    Folded: "t",
    WrittenInt: "i",
    WrittenFloat: "f",
    WrittenBool: "b",
    WrittenDate: "d",
}
_TYPES: Final = {name: kind for kind, name in _NAMES.items() if name}


def freeze(documents: list[Document], written: Written) -> bytes | None:
    """Documents and the notes on them as bytes; None where that would lose something.

    Args:
        documents: Of one file, read with styles.
        written: The notes that were taken then.
    """
    bodies = [document.body for document in documents]
    containers = _containers(bodies)
    if containers is None or len(set(map(id, containers))) < len(containers):
        return None
    if written.turns_in_brackets:
        return None  # too rare to be kept with the rest
    noted = containers if written.odd or written.empty else []
    numbers = {id(container): number for number, container in enumerate(noted)}
    try:
        quoted, scalars = _styles(containers if written.is_styled else [])
        form = {
            "lines": [document.line for document in documents],
            "bodies": bodies,
            "quoted": quoted,
            "scalars": scalars,
            "odd": [[numbers[id(holder)], key, text] for holder, key, text in written.odd],
            "empty": [[numbers[id(holder)], key] for holder, key in written.empty],
        }
        return json.dumps(form, check_circular=False, allow_nan=False, separators=(",", ":")).encode("ascii")
    except (KeyError, TypeError, ValueError):
        return None


def thaw(data: bytes, written: Written) -> list[Document] | None:
    """What was frozen, anew; None where the bytes are none of `freeze`.

    Args:
        data: The bytes.
        written: Gets the notes, and says whether values remember their styles.

    Raises:
        Exhausted: The build would have read too much.
    """
    try:
        form = json.loads(data.decode("ascii"), parse_constant=_refuse)
        bodies, lines = form["bodies"], form["lines"]
        containers = _containers(bodies)
        if containers is None or not all(isinstance(line, int) for line in lines):
            return None
        allowance.current().take(sum(map(len, containers)), None)
        _restore(form, containers, styles=written.styles)
        odd = [(containers[number], key, str(text)) for number, key, text in form["odd"]]
        empty = [(containers[number], key) for number, key in form["empty"]]
        documents = [Document(body, line) for body, line in zip(bodies, lines, strict=True)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    written.odd.extend(odd)
    written.empty.extend(empty)
    return documents


def _containers(bodies: list[Any]) -> list[Container] | None:
    """All maps and lists, level by level, the list of bodies first; None where they nest too deeply."""
    found: list[Container] = [bodies]
    start = 0
    for _ in range(MAX_DEPTH + 2):
        level = found[start:]
        if not level:
            return found
        start = len(found)
        for container in level:
            values = container.values() if container.__class__ is dict else container
            found += [value for value in values if value.__class__ is dict or value.__class__ is list]
    return None


def _styles(containers: list[Container]) -> tuple[list[list[Any]], list[list[Any]]]:
    """What plain data does not tell of values.

    Returns:
        The number of each container with texts in quotes, and their keys; then the container and key of each value that
        remembers its text, its type and the text.

    Raises:
        KeyError: There is a value, or a key, of a type that cannot be kept.
    """
    quoted, scalars = [], []
    for number, container in enumerate(containers):
        keys = []
        for key, value in container.items() if isinstance(container, dict) else enumerate(container):
            if key.__class__ not in _KEYS:
                raise KeyError(key)
            if value.__class__ is Quoted:
                keys.append(key)
            elif value.__class__ not in _PLAIN:
                scalars.append([number, key, _NAMES[value.__class__], value.text])
        quoted += [[number, *keys]] if keys else []
    return quoted, scalars


def _restore(form: Any, containers: list[Any], *, styles: bool) -> None:
    for number, key, name, text in form["scalars"]:
        value = _TYPES[name](containers[number][key])
        value.text = text
        if styles:
            containers[number][key] = value
        elif name == "b":
            containers[number][key] = bool(value)
    for number, *keys in form["quoted"] if styles else ():
        container = containers[number]
        for key in keys:
            container[key] = Quoted(container[key])


def _refuse(constant: str) -> None:
    raise ValueError(constant)
