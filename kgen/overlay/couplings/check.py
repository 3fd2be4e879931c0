"""Holds ``couplings`` of a declaration against its base: each place must be there, and name what is said."""

from collections.abc import Iterator

from kgen.errors import InputError
from kgen.overlay.apps import APPS
from kgen.overlay.couplings.following import NONE
from kgen.overlay.couplings.mentions import mentions
from kgen.overlay.couplings.places import Place, places
from kgen.overlay.couplings.things import Course, Index, index
from kgen.overlay.spec import Spec, advice
from kgen.resource import ResourceMap


def check_couplings(spec: Spec, base: ResourceMap) -> Iterator[InputError]:
    """What is wrong with the couplings of a declaration, and its application."""
    if spec.app is not None and spec.app not in (*APPS, NONE):
        yield InputError(
            f"unknown app {spec.app!r}", origin=spec.origin("app"), hint=advice.nearest(spec.app, APPS, "kgen knows")
        )
    if not spec.couplings:
        return
    known = {place.address: place for resource in base for place in places(resource)}
    things = index([Course(resource, resource, resource) for resource in base])
    for address, wish in spec.couplings.items():
        place, origin = known.get(address), spec.origin("couplings", address)
        if place is None:
            hint = advice.nearest(address, known, "the base has") if known else "the base has no texts"
            yield InputError(
                f"couplings: no text {address!r} in the base", origin=spec.origin("couplings", address), hint=hint
            )
        elif wish not in (NONE, *_wishes(place, things)):
            hint = f"it can be {' or '.join((*_wishes(place, things), NONE))}"
            yield InputError(f"couplings: {address} does not name {wish}", origin=origin, hint=hint)


def _wishes(place: Place, things: Index) -> list[str]:
    """What the text can name, as a declaration says it."""
    return list(dict.fromkeys(t.wish for one in mentions(place.text, place.key, things) for t in one.things))
