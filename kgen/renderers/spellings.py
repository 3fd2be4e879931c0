"""Fields that are only spelled in another way, for those who ask what is hidden."""

from collections.abc import Iterator

from kgen.preview.comparison import Comparison
from kgen.renderers import phrases
from kgen.renderers.text import printable


def spellings(comparison: Comparison) -> Iterator[tuple[str, list[str]]]:
    """Each resource that has such fields, and a line for each of them; the lines steer nothing."""
    for change in comparison.resources:
        fields = change.of("equivalent")
        if fields:
            lines = [printable(f"{field.path}: {phrases.before_and_after(field)}") for field in fields]
            yield printable(phrases.resource(change.id)), lines
