"""Where a field is: map keys, and list items by merge key or by position."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


class ItemKey(NamedTuple):
    """A list item named by its merge keys: ``(("name", "web"),)``; a port reads ``53/UDP``."""

    fields: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, item: dict[str, Any], keys: tuple[str, ...]) -> "ItemKey":
        """Read the merge keys that the item has."""
        return cls(tuple((key, item[key]) for key in keys if key in item))

    def matches(self, item: object) -> bool:
        """Whether the item has exactly these merge keys."""
        return isinstance(item, dict) and all(item.get(key, ...) == value for key, value in self.fields)

    def __str__(self) -> str:
        match self.fields:
            case ((_, port), ("protocol", protocol)):
                return f"{port}/{protocol}"
        return ",".join(f"{key}={value}" for key, value in self.fields)


Segment = str | int | ItemKey


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A path from the root of a resource: ``spec.template.spec.containers[name=web].image``."""

    segments: tuple[Segment, ...] = ()

    def __truediv__(self, segment: Segment) -> "FieldPath":
        return FieldPath((*self.segments, segment))

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def __str__(self) -> str:
        text = ""
        for segment in self.segments:
            if isinstance(segment, str) and _PLAIN_KEY.fullmatch(segment):
                text += f".{segment}" if text else segment
            elif isinstance(segment, str):
                escaped = segment.replace("\\", "\\\\").replace('"', '\\"')
                text += f'["{escaped}"]'
            else:
                text += f"[{segment}]"
        return text

    def positions(self, body: Any) -> tuple[str | int, ...]:
        """The same path by position, as this body has it.

        Raises:
            KeyError: The body has no such field; the last segment may be absent from a map.
        """
        found: list[str | int] = []
        node = body
        for segment in self.segments:
            step = _position(node, segment) if isinstance(segment, ItemKey) else segment
            found.append(step)
            node = _child(node, step)
        return tuple(found)

    def pointer(self, body: Any) -> str:
        """The JSON pointer (RFC 6901) of this path in this body."""
        return pointer(self.positions(body))

    def get(self, body: Any) -> Any:
        """The value there, or None."""
        try:
            steps = self.positions(body)
        except KeyError:
            return None
        for step in steps:
            body = _child(body, step)
        return body


def pointer(positions: tuple[str | int, ...]) -> str:
    """A JSON pointer (RFC 6901): ``~`` and ``/`` in keys are escaped."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in positions)


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and -len(node) <= step < len(node):
        return node[step]
    return None


def _position(items: object, key: ItemKey) -> int:
    if isinstance(items, list):
        for index, item in enumerate(items):
            if key.matches(item):
                return index
    raise KeyError(str(key))
