"""``replicas``: how many pods of one workload.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replicas/
"""

from typing import NamedTuple

from kgen.errors import InputError
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.faults import Unmatched
from kgen.kustomize.fields import Place, visit
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.scalars import change_of_shared, is_scalar, kind_of
from kgen.yamlio.kinds import Linked, Quoted, Retyped


class ReplicaTransformer(NamedTuple):
    """Sets the count of the workloads with a name, present or former."""

    name: str
    amount: int
    specs: tuple[FieldSpec, ...]

    def transform(self, collection: Collection) -> None:
        """Set it.

        Raises:
            InputError: No such workload exists.
        """
        named = collection.named(self.name)
        found = [(spec, draft) for spec in self.specs for draft in named if self._is_meant(draft, spec)]
        if not found:
            from kgen.kustomize import nearby

            kinds = tuple(dict.fromkeys(spec.kind for spec in self.specs))
            near = nearby.resource({"name": self.name}, collection, kinds)
            raise Unmatched(
                f"replicas names '{self.name}', but no resource of that name has replicas",
                hint=near or f"it must be the name of one of: {', '.join(kinds)}",
            )
        for spec, draft in found:
            if spec.selects(draft.gvk):
                visit(draft, spec, self._set, _none)

    def _is_meant(self, draft: Draft, spec: FieldSpec) -> bool:
        return any(key.name == self.name and spec.selects(key.gvk) for key in (*draft.former_keys(), draft.key))

    def _set(self, place: Place) -> None:
        if not is_scalar(place.value):
            raise InputError(f"a count is expected, not a {kind_of(place.value)}")
        if place.value.__class__ is Linked:
            raise change_of_shared(place.value)
        place.put(Retyped(self.amount) if isinstance(place.value, Quoted) and not place.value.has_tag else self.amount)


def _none() -> None:
    return None
