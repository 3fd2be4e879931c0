"""``labels``, ``commonLabels`` and ``commonAnnotations``: the same entries into maps of many resources.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/labels/
"""

from collections.abc import Mapping
from typing import NamedTuple

from kgen.errors import Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.fields import Place, entries, visit
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.scalars import check_key, like
from kgen.resource import Body
from kgen.yamlio import allowance
from kgen.yamlio.kinds import Linked, Quoted
from kgen.yamlio.written import settled


class EntriesTransformer(NamedTuple):
    """Adds labels or annotations where the field specs say.

    A new entry is one and the same in all maps of a resource, as it is in kustomize: a later change of one of them
    changes all.

    Attributes:
        pairs: The entries.
        specs: The maps they go into.
    """

    pairs: Mapping[str, str]
    specs: tuple[FieldSpec, ...]

    def transform(self, collection: Collection) -> None:
        """Add them to every resource that has such a field, or should.

        Raises:
            InputError: A field is no map.
        """
        if not self.pairs:
            return
        known: dict[tuple[str, str, str], tuple[list[FieldSpec], list[Mapping[str, str]]]] = {}
        for draft in collection:
            gvk = draft.gvk
            if gvk not in known:
                specs = [spec for spec in self.specs if spec.selects(gvk)]
                known[gvk] = specs, self._rounds(specs)
            specs, rounds = known[gvk]
            allowance.current().make(len(self.pairs) * len(specs))
            changed = [_add(draft, specs, pairs) for pairs in rounds]
            if any(changed):
                settled(draft.body)

    def _rounds(self, specs: list[FieldSpec]) -> list[Mapping[str, str]]:
        """All entries at once; one by one, as it happens, where an entry can make what a later one goes into."""
        above = {spec.steps[:end] for spec in specs for end in range(1, len(spec.steps))}
        if any(spec.steps in above for spec in specs):
            return [{key: self.pairs[key]} for key in sorted(self.pairs)]
        return [self.pairs]


def _add(draft: Draft, specs: list[FieldSpec], pairs: Mapping[str, str]) -> bool:
    """Add entries to a resource; whether one was linked to others."""
    linked = {key: Linked.of(value) for key, value in pairs.items()}
    changed = False

    def put(place: Place) -> None:
        nonlocal changed
        if place.value is None:
            _hide(place, spec, draft)
            return
        for key, value in linked.items():
            changed = _put(entries(place), key, value) or changed

    for spec in specs:
        if spec.create and spec.path in draft.hiding:
            raise _hidden(spec, draft)
        visit(draft, spec, put, dict)
    return changed


def _hide(place: Place, spec: FieldSpec, draft: Draft) -> None:
    """Kustomize keeps the entries in a null that is printed as one.

    Raises:
        Unsupported: Generators, or the end of the build, look for them there.
    """
    at_top = place.holder is draft.body and place.key in ("data", "binaryData")
    if at_top or (place.holder is draft.metadata and place.key == "annotations"):
        raise _hidden(spec, draft)
    draft.hiding |= {spec.path}


def _hidden(spec: FieldSpec, draft: Draft) -> Unsupported:
    what = f"labels or annotations in the field '{spec.path}' of {draft.id}, which is null"
    return Unsupported(what, origin=draft.origin, hint="write {} instead of null, or leave the field out")


def _check(entries: Body, key: str) -> None:
    if key not in entries or not key:
        check_key(key)


def _put(entries: Body, key: str, value: Linked) -> bool:
    """Set an entry; whether it was linked to others."""
    _check(entries, key)
    value.set_again()
    if key not in entries or entries[key] is value:
        entries[key] = value
        return False
    old = entries[key]
    value.is_quoted = old.is_quoted if old.__class__ is Linked else isinstance(old, Quoted)
    if old.__class__ is Linked:
        old.later = str(value)
        return True
    entries[key] = like(old, str(value))
    return False
