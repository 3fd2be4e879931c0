"""What became of each resource while a person's function ran, and for which reason.

A function changes plain dicts, which tell nobody. So each body that was handed out is looked at again wherever a
reason begins or ends, and what changed since the last look gets the reason that was in force.
"""

import marshal
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
    """

    given: Resource | None
    body: Any = None
    said: dict[FieldPath, str] = field(default_factory=dict)
    why: str = ""
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
        return self.body

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
        self.entries = [Entry(resource) for resource in given]
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
        for entry in self.entries:
            entry.look(self.reason)

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
