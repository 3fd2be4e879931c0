"""``labels``, ``commonLabels`` and ``commonAnnotations``: the same entries into maps of many resources.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/labels/
"""

from collections.abc import Mapping
from typing import NamedTuple

from kgen.kustomize.collection import Collection
from kgen.kustomize.fields import Place, entries, visit
from kgen.kustomize.fieldspecs import FieldSpec


class EntriesTransformer(NamedTuple):
    """Adds labels or annotations where the field specs say."""

    pairs: Mapping[str, str]
    specs: tuple[FieldSpec, ...]

    def transform(self, collection: Collection) -> None:
        """Add them to every resource that has such a field, or should.

        Raises:
            InputError: A field is no map.
        """
        if not self.pairs:
            return
        known: dict[tuple[str, str, str], list[FieldSpec]] = {}
        for draft in collection:
            gvk = draft.gvk
            if gvk not in known:
                known[gvk] = [spec for spec in self.specs if spec.selects(gvk)]
            for spec in known[gvk]:
                visit(draft, spec, self._set, dict)

    def _set(self, place: Place) -> None:
        if place.value is not None:
            entries(place).update(self.pairs)
