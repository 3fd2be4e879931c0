"""Resources that an overlay adds under another kind, which a patch then makes the one that is wanted.

kustomize looks for name references by the kind with which a resource was read, and refuses to read two of one
identity. So this is how an overlay says what kustomize cannot read (a text where a reference has a map), and what no
patch makes of a resource: that one goes, and the other one comes in disguise.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from kgen.equality import same
from kgen.kustomize.json6902 import rounded
from kgen.overlay.pairing import Pair
from kgen.overlay.patches import identity
from kgen.overlay.target import target_of
from kgen.resource import Body, ResourceId

WHY: Final = "kustomize cannot take this as it is: it comes as another kind, which this patch puts right"

_MARK: Final = "InDisguise"


def disguised(body: Body) -> Body:
    """A resource as it is added."""
    return {**body, "kind": f"{body['kind']}{_MARK}"}


def revealing(body: Body) -> Any:
    """The patch that gives it its kind: JSON 6902, which looks at nothing else, unless large numbers would suffer."""
    if same(rounded(body), body):
        return [{"op": "replace", "path": "/kind", "value": body["kind"]}]
    return identity(body)


def entry(body: Body) -> Body:
    """What a kustomization says beside that patch."""
    target = {"target": target_of(ResourceId.of(disguised(body)), ())}
    return target if same(rounded(body), body) else {**target, "options": {"allowKindChange": True}}


def apart(found: Iterable[Pair], those: Collection[ResourceId]) -> Iterator[Pair]:
    """The pairs, where those resources, by the key of their id, are added, and what they were is removed."""
    for before, after in found:
        if after is None or after.id.key not in those:
            yield Pair(before, after)
            continue
        if before is not None:
            yield Pair(before, None)
        yield Pair(None, after)
