"""The lines of a build, each with its origin beside it."""

import os
from collections.abc import Iterable, Iterator

from kgen import yamlio
from kgen.errors import Origin
from kgen.origins import FieldOrigin
from kgen.renderers.terminal import Style
from kgen.renderers.text import printable
from kgen.resource import Resource

Line = tuple[str, FieldOrigin | None]
"""A line, and where its field comes from; None where a text of several lines goes on."""


def resources(items: Iterable[Resource], start: str, style: Style) -> str:
    """The YAML of each resource behind a column that says, line by line, which file made or last changed the field.

    What a file has as it is built is plain; what was changed on the way says by what, and has a colour.
    """
    lines = [line for item in items for line in (("---", None), *_lines(item))][1:]
    places = [_place(origin, start) for _, origin in lines]
    width = min(max(map(len, places), default=0), style.width // 2)
    return "".join(
        f"{_fitted(place, width, origin, style)}  {printable(text)}".rstrip() + "\n"
        for place, (text, origin) in zip(places, lines, strict=True)
    )


def _lines(resource: Resource) -> Iterator[Line]:
    text = yamlio.dump([resource.body])
    fields = {place.line: path for path, place in yamlio.marks(text, "")[0].items() if path}
    for number, line in enumerate(text.splitlines(), 1):
        known = resource.origins is not None and number in fields
        yield line, resource.origins.at(*fields[number]) if resource.origins and known else None


def _place(origin: FieldOrigin | None, start: str) -> str:
    if origin is None:
        return ""
    if origin.changed is None:
        return _shown(origin.made, start)
    return f"{_shown(origin.changed.origin, start)} ({origin.changed.by})"


def _shown(origin: Origin, start: str) -> str:
    return printable(str(origin._replace(path=os.path.relpath(origin.path, start), column=None)))


def _fitted(place: str, width: int, origin: FieldOrigin | None, style: Style) -> str:
    """The end of a place says more than its beginning."""
    text = place if len(place) <= width else "…" + place[len(place) - width + 1 :]
    return style.paint(text.ljust(width), "33" if origin and origin.changed else "2")
