"""``namePrefix`` and ``nameSuffix``: rename every resource; references follow at the end of the build.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/nameprefix/
"""

from typing import NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.fields import Place, visit
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.scalars import is_scalar, kind_of, text, untyped
from kgen.resource import Gvk
from kgen.yamlio import allowance
from kgen.yamlio.kinds import Untagged

_SKIPPED = (
    FieldSpec("", kind="CustomResourceDefinition"),
    FieldSpec("", "apiregistration.k8s.io", "", "APIService"),
    FieldSpec("", kind="Namespace"),
)


class NameTransformer(NamedTuple):
    """Puts text before and behind names; one of the two is empty."""

    prefix: str
    suffix: str
    specs: tuple[FieldSpec, ...]

    def transform(self, collection: Collection) -> None:
        """Rename everything but definitions, API services and namespaces, by the type each had at first.

        Raises:
            InputError: A field is no plain text.
            Unsupported: It is null: what becomes of that is a matter of how it is written.
        """
        drafts = [draft for draft in collection if not _any_selects(_SKIPPED, draft.first_key().gvk)]
        for draft in drafts:
            self._rename(draft)
        collection.refresh(drafts)

    def _rename(self, draft: Draft) -> None:
        allowance.current().make(4 * (len(self.prefix) + len(self.suffix)) // allowance.TEXT)
        first = draft.first_key().gvk
        for spec in self.specs:
            if not spec.selects(first):
                continue
            if spec.path == "metadata/name":
                draft.prefixes.extend(filter(None, [self.prefix]))
                draft.suffixes.extend(filter(None, [self.suffix]))
                if self.prefix or self.suffix:
                    draft.remember()
            if spec.selects(draft.gvk):
                visit(draft, spec, self._set, _nothing)

    def _set(self, place: Place) -> None:
        if not is_scalar(place.value):
            raise InputError(f"a name is plain text, not a {kind_of(place.value)}")
        if place.value is None:
            raise Unsupported("a prefix or suffix for a name that is null", hint='write text, or ""')
        name = f"{self.prefix}{text(place.value)}{self.suffix}"
        place.put(untyped(place.value, name))


def _any_selects(specs: tuple[FieldSpec, ...], gvk: Gvk) -> bool:
    return any(spec.selects(gvk) for spec in specs)


def _nothing() -> str:
    return Untagged("")
