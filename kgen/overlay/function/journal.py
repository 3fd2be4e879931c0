"""What became of each resource while a person's function ran, and for which reason.

A function changes plain dicts, which tell nobody. So each body that was handed out, and that somebody may still have
something of, is looked at again wherever a reason begins or ends; what changed since the last look gets the reason
that was in force.
"""

import marshal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from kgen.fieldpath import FieldPath
from kgen.overlay.differences import differences
from kgen.overlay.function.plain import plain
from kgen.resource import Resource

_EXACT: Final = 2
"""The version of Python's own serialisation that writes each value out, so that equal bytes are equal data."""


@dataclass(slots=True, eq=False)
class Entry:
    """One resource.

    Attributes:
        given: As the function was given it; None where the function added it.
        body: As the function has it, and may have spoilt it; None until it asks.
        said: The reason of each field that changed.
        why: The reason for which it was added or removed.
        out: The entries whose body somebody may have something of.
    """

    given: Resource | None
    body: Any = None
    said: dict[FieldPath, str] = field(default_factory=dict)
    why: str = ""
    out: "dict[Entry, None]" = field(default_factory=dict)
    _seen: bytes = b""

    @property
    def current(self) -> Any:
        """The body to read."""
        return self.given.body if self.given and not self._seen else self.body

    @property
    def name(self) -> str:
        """What to call it in a message, whatever was done to it."""
        known = str(self.given.id) if self.given else ""
        return known or f"{text(self.current, 'kind')}/{text(self.current, 'metadata', 'name')}"

    def opened(self) -> Any:
        """The body to change: the function's own from now on."""
        if not self._seen:
            self.body = plain(self.current, self.name)
            self._seen = marshal.dumps(self.body, _EXACT)
        self.out[self] = None
        return self.body

    def is_out(self) -> bool:
        """Whether somebody still has the body, or a map or a list in it: all others come by `opened` first."""
        holder, self.body = [self.body], None
        try:
            return _is_held(holder)
        finally:
            self.body = holder[0]

    def look(self, reason: str) -> None:
        """Note the reason of what changed since the last look.

        Raises:
            InputError: What is there now is not plain data.
        """
        if not self._seen or _exactly(self.body) == self._seen:
            return
        now = plain(self.body, self.name)
        if isinstance(now, dict):
            for path in differences(marshal.loads(self._seen), now):  # noqa: S302 - written by this process
                self.said[path] = reason
            self._seen = marshal.dumps(now, _EXACT)


def _most_references(holder: Any) -> int:
    """To one of the maps and lists right in another."""
    most = 0
    for child in holder.values() if isinstance(holder, dict) else holder:
        if isinstance(child, dict | list):
            most = max(most, sys.getrefcount(child))
    return most


_ALONE: Final = _most_references([[]])
"""How many references Python counts there, if nobody else has any."""


def _is_held(holder: Any) -> bool:
    """Whether somebody else has a reference to something in a map or a list."""
    if _most_references(holder) > _ALONE:
        return True
    inside = holder.values() if isinstance(holder, dict) else holder
    return any(_is_held(child) for child in inside if isinstance(child, dict | list))


def _exactly(body: Any) -> bytes | None:
    try:
        return marshal.dumps(body, _EXACT)
    except ValueError:  # something that is not plain, or contains itself
        return None


def text(body: Any, *keys: str) -> str:
    """The text at these keys; empty where there is none, whatever there is instead."""
    for key in keys:
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, str) else ""


class Journal:
    """The entries, those that were removed, and the reasons in force, the inner ones last.

    Args:
        given: The resources, which stay as they are.
        default: The reason of what has none: ``set in overlay.py``.
    """

    def __init__(self, given: Iterable[Resource], default: str) -> None:
        self.out: dict[Entry, None] = {}
        self.entries = [Entry(resource, out=self.out) for resource in given]
        self.removed: list[Entry] = []
        self._reasons = [default]

    @property
    def reason(self) -> str:
        """The reason in force."""
        return self._reasons[-1]

    def look(self) -> None:
        """Note what changed since the last look.

        Raises:
            InputError: Something is not plain data.
        """
        for entry in list(self.out):
            entry.look(self.reason)
            if not entry.is_out():
                del self.out[entry]

    @contextmanager
    def because(self, reason: str) -> Iterator[None]:
        """Give what changes meanwhile this reason."""
        self.look()
        self._reasons.append(reason)
        try:
            yield
            self.look()
        finally:
            self._reasons.pop()
