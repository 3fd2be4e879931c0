"""``namespace``: moves everything that can be in a namespace into one.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/namespace/. It renames a Namespace, too, and
sets the namespace of role binding subjects named ``default``; further references follow their resource by name.
"""

from functools import partial
from typing import Any, NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.fields import Place, visit
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.scalars import change_of_shared, is_scalar, kind_of, like, text
from kgen.schema.scope import is_cluster_scoped
from kgen.yamlio.kinds import Linked

SUBJECTS = ("defaultOnly", "allServiceAccounts", "none")
"""Which role binding subjects are moved."""
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_METADATA = FieldSpec("metadata/namespace", create=True)


class NamespaceTransformer(NamedTuple):
    """Sets one namespace.

    Attributes:
        namespace: The namespace.
        specs: Fields besides ``metadata.namespace`` that hold it.
        unset_only: Leave what has a namespace alone.
        subjects: Which role binding subjects move: ``defaultOnly``, ``allServiceAccounts`` or ``none``.
    """

    namespace: str
    specs: tuple[FieldSpec, ...]
    unset_only: bool = False
    subjects: str = "defaultOnly"

    def transform(self, collection: Collection) -> None:
        """Set it everywhere.

        Raises:
            InputError: Two resources become one, or a field cannot hold it.
        """
        drafts = list(collection)
        for draft in drafts:
            draft.remember()
            self.move(draft)
        collection.refresh(drafts)
        collection.check_unique()

    def move(self, draft: Draft) -> None:
        """Set it in one resource.

        Raises:
            InputError: A field cannot hold it.
        """
        gvk, put = draft.gvk, partial(self._set, draft)
        if not is_cluster_scoped(gvk):
            visit(draft, _METADATA, put, _blank)
        if gvk.kind in _BINDINGS:
            self._move_subjects(draft)
        for spec in self.specs:
            if spec.selects(gvk) and not self._is_special(spec, draft):
                visit(draft, spec, put, _blank)

    def _is_special(self, spec: FieldSpec, draft: Draft) -> bool:
        """Fields that are treated elsewhere, or that only a core resource has."""
        if spec.path == "metadata/name":
            return draft.body.get("apiVersion") != "v1"
        if spec.path == "subjects/namespace" and spec.kind in _BINDINGS:
            return draft.gvk.kind in _BINDINGS
        return spec.path == "metadata/namespace"

    def _set(self, draft: Draft, place: Place) -> None:
        if not is_scalar(place.value):
            raise InputError(f"a namespace is plain text, not a {kind_of(place.value)}")
        if self.unset_only and place.value is None and not draft.is_empty(place.holder, place.key):
            what = f"unsetOnly of a namespace for {draft.id}, where one is null"
            raise Unsupported(what, origin=draft.origin, hint="remove the field")
        if place.value.__class__ is Linked:
            raise change_of_shared(place.value)
        if not (self.unset_only and place.value not in (None, "")):
            place.put(like(place.value, self.namespace))

    def _move_subjects(self, draft: Draft) -> None:
        subjects = draft.body.get("subjects")
        if self.subjects == "none" or subjects is None:
            return
        if not isinstance(subjects, list):
            raise InputError(f"subjects of {draft.id} is a {kind_of(subjects)}, not a list", origin=draft.origin)
        for subject in subjects:
            if self._moves(subject, draft):
                subject.setdefault("namespace", "")
                self._set(draft, Place(subject, "namespace"))

    def _moves(self, subject: Any, draft: Draft) -> bool:
        if subject is None:
            return False
        if not isinstance(subject, dict):
            raise InputError(f"a subject of {draft.id} is a {kind_of(subject)}, not a map", origin=draft.origin)
        key, wanted = ("kind", "ServiceAccount") if self.subjects == "allServiceAccounts" else ("name", "default")
        value = subject.get(key)
        if not is_scalar(value):
            raise InputError(f"the {key} of a subject of {draft.id} is a {kind_of(value)}", origin=draft.origin)
        return text(value) == wanted


def _blank() -> str:
    return ""
