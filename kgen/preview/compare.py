"""Two states → what differs between them, resource by resource and field by field."""

from collections.abc import Iterable

from kgen.equality import same
from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.preview.fields import compare_bodies
from kgen.preview.listkeys import Definitions
from kgen.preview.pairing import pair
from kgen.preview.renames import Renames
from kgen.preview.secrets import moved
from kgen.resource import Resource
from kgen.schema.defaults import type_of


def compare(
    before: Iterable[Resource], after: Iterable[Resource], name: str = "after", against: str = "before"
) -> Comparison:
    """What it takes to get from one state to the other; nothing exactly when they are equal.

    The order of resources does not count; everything else does, if only as a change of another sort than ``value``.

    Args:
        before: One state.
        after: The other.
        name: What the other is called.
        against: What the one is called.

    Raises:
        InputError: A state has two resources that are one and the same in a cluster.
    """
    one, other = list(before), list(after)
    pairing = pair(one, other)
    renames = Renames(pairing.renamed)
    definitions = Definitions([*one, *other])
    changes = [
        renames.told(ResourceChange(was, is_now, _fields(was, is_now, definitions, renames)))
        for was, is_now in zip(pairing.before, other, strict=True)
        if was is None or not same(was.body, is_now.body)
    ]
    changes += [ResourceChange(was, None) for was in pairing.removed]
    return Comparison(name, against, tuple(changes), pairing.moves)


def _fields(
    before: Resource | None, after: Resource, definitions: Definitions, renames: Renames
) -> tuple[FieldChange, ...]:
    if before is None:
        return ()
    gvk, body = after.id.gvk, before.body
    found: tuple[FieldChange, ...] = ()
    if gvk[::2] == ("", "Secret"):
        found, body = moved(body, after.body)
    rest = compare_bodies(body, after.body, definitions.root(gvk), type_of(gvk), renames.aliases)
    return (*found, *rest)
