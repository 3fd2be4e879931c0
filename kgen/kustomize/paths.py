r"""Dotted field paths of ``replacements`` and ``vars``: ``spec.containers.[name=web].image``, ``data.a\.b``.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replacements/#field-path-format
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize.fields import Place, is_position
from kgen.kustomize.regex import compiled
from kgen.kustomize.scalars import Shape, check_key, is_scalar, kind_of, read, text
from kgen.kustomize.searches import finds
from kgen.kustomize.texts import Files
from kgen.yamlio.written import untagged

CREATED: Final[Any] = type("Created", (), {"__repr__": lambda _: "CREATED"})()
"""A scalar that was made but has no value yet; its type will be read from its text."""


def steps(path: str) -> list[str]:
    """The parts of a path; a dot after a backslash, or within brackets, belongs to its part."""
    found: list[str] = []
    parts = iter(_split(path))
    for part in parts:
        if not part.startswith("[") or part.endswith("]"):
            found.append(part)
            continue
        bracket = part
        for more in parts:
            bracket += f".{more}"
            if more.endswith("]"):
                break
        found.append(bracket if "=" in bracket else bracket.strip("[]"))
    return found


def _split(path: str) -> list[str]:
    parts = path.split(".")
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    found = [parts[0]]
    for part in parts[1:]:
        if found[-1].endswith("\\"):
            found[-1] = f"{found[-1][:-1]}.{part}"
        else:
            found.append(part)
    return found


def look_up(body: Any, parts: list[str]) -> Any:
    """The value at a path, or None; ``[key=value]`` is the first item that has it, ``-`` the last one.

    Raises:
        InputError: The path leads through something of another shape, or has a wildcard.
    """
    node = body
    for part in filter(None, (part.strip() for part in parts)):
        if node is None:
            return None
        if is_position(part) or part == "-":
            node = _item(node, part)
        elif part == "*":
            raise InputError("a wildcard is only for targets")
        elif _is_bracket(part):
            key, value = _pair(part)
            node = next((item for item in _items(node) if _has(item, key, value)), None)
        else:
            node = _fields(node, part).get(part)
    return node


def _item(node: Any, part: str) -> Any:
    items = _items(node)
    if part == "-":
        return items[-1] if items else None
    if int(part) < 0:
        raise InputError(f"the position {part} is negative")
    return items[int(part)] if int(part) < len(items) else None


def _has(item: Any, key: str, value: str) -> bool:
    if not key:
        return is_scalar(item) and text(item) == value
    return isinstance(item, dict) and key in item and text(item[key]) == value


def _is_bracket(part: str) -> bool:
    return part.startswith("[") and part.endswith("]")


def is_key(part: str) -> bool:
    """Whether a part is the key of a map, and none of the items of a list."""
    return not (is_position(part) or _is_bracket(part) or part == "*")


def _pair(part: str) -> tuple[str, str]:
    key, equals, value = part.removeprefix("[").removesuffix("]").partition("=")
    if not equals:
        raise InputError(f"'{part}' in a path is not [key=value]")
    return key, value


def _items(node: Any) -> list[Any]:
    if node is None:
        return []
    if not isinstance(node, list):
        raise InputError(f"a list is expected, not a {kind_of(node)}")
    return node


def _fields(node: Any, part: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise InputError(f"a map is expected above '{part}', not a {kind_of(node)}")
    return node


class Goal(NamedTuple):
    """What is wanted of places.

    Attributes:
        create: The shape of what is made where something is missing; None to make nothing.
        files: Where comments and tags may stand beside what ``[key=value]`` searches.
    """

    create: Shape | None = None
    files: Files = ()


def places(body: Any, parts: list[str], goal: Goal) -> list[Place]:
    """All places a path leads to.

    ``[key=value]`` takes a regular expression that matches somewhere in the value, ``*`` is every item.

    Raises:
        InputError: The path leads through something of another shape, or past the end of a list.
    """
    return list(_walk(Place({"": body}, ""), parts, goal))


def _walk(place: Place, parts: list[str], goal: Goal) -> Iterator[Place]:
    if not parts:
        yield place
        return
    part, rest = parts[0], parts[1:]
    if is_position(part) and not part.startswith("-"):
        yield from _at(place.value, int(part), rest, goal)
    elif _is_bracket(part):
        yield from _matching(place.value, part, rest, goal)
    elif part == "*":
        items = _items(place.value)
        for index in range(len(items)):
            yield from _walk(Place(items, index), rest, goal)
    else:
        yield from _field(place.value, part, rest, goal)


def _field(node: Any, part: str, rest: list[str], goal: Goal) -> Iterator[Place]:
    if node is None and goal.create is None:
        return
    if node is None:
        raise _below_null(part)
    fields = _fields(node, part)
    if part not in fields:
        if goal.create is None:
            return
        check_key(part)
        fields[part] = _made(rest, goal.create)
    yield from _walk(Place(fields, part), rest, goal)


def _made(rest: list[str], create: Shape) -> Any:
    shape: Shape = create
    if rest:
        shape = "list" if _is_bracket(rest[0]) or is_position(rest[0]) else "map"
    return {"map": dict, "list": list}.get(shape, lambda: CREATED)()


def _below_null(part: str) -> Unsupported:
    """Kustomize keeps in the null what it makes below one, which shows or not after what it does next."""
    return Unsupported(f"'{part}' of a target that is to be made below a null", hint="write {} or [] instead of null")


def _at(node: Any, index: int, rest: list[str], goal: Goal) -> Iterator[Place]:
    items = _items(node)
    if goal.create and index == len(items):
        if node is None:
            raise _below_null(str(index))
        items.append(_made(rest, goal.create))
    if index >= len(items):
        raise InputError(f"the list has {len(items)} items, and none at position {index}")
    yield from _walk(Place(items, index), rest, goal)


def _matching(node: Any, part: str, rest: list[str], goal: Goal) -> Iterator[Place]:
    key, value = _pair(part)
    items = _items(node)
    found = list(_matches(items, key, value, rest, goal))
    if not found and goal.create:
        if node is None:
            raise _below_null(part)
        if not value:
            raise Unsupported(f"a list item '{part}' that is to be made", hint="name a value")
        made = untagged(read(value), value)
        items.append({key: made} if key else made)
        found = list(_matches(items, key, value, rest, goal))
    yield from found


def _matches(items: list[Any], key: str, value: str, rest: list[str], goal: Goal) -> Iterator[Place]:
    if items:
        compiled(value)  # an error even where no item has the key
    for index, item in enumerate(items):
        if not key:
            if not is_scalar(item):
                raise Unsupported(f"the step '[={value}]' in a list of maps", hint="write [key=value]")
            if finds(value, "", item, goal.files):
                yield Place(items, index)
        elif isinstance(item, dict) and key in item and finds(value, key, item[key], goal.files):
            yield from _walk(Place(items, index), rest, goal)
