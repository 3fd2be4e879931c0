"""How deep maps and lists may nest."""

from typing import Final

from kgen.errors import Origin, Unsupported

MAX_DEPTH: Final = 200
"""How deep maps and lists may nest. The schemas of custom resources are the deepest of real files and stay below 60."""

FLATTER: Final = "use fewer levels"
"""What to do about maps and lists that nest too deep."""


def too_deep(origin: Origin) -> Unsupported:
    """A document nests deeper than anything that is built."""
    return Unsupported(f"maps and lists nest more than {MAX_DEPTH} deep", origin=origin, hint=FLATTER)
