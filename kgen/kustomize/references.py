"""Name references: where one resource names another, follow the other's new name.

Once, at the end of a build (https://github.com/kubernetes-sigs/kustomize/blob/master/api/filters/nameref/nameref.go):
a field that holds a former name of a resource gets its present name, if that resource can be meant. It must be of
the kind the field spec says, in the same namespace or in none, and when several remain, have got like prefixes and
suffixes.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from kgen.errors import InputError, Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import CLUSTER, Draft
from kgen.kustomize.fields import Place, visit
from kgen.kustomize.fieldspecs import FieldSpec, NameReference
from kgen.kustomize.scalars import field_of, text, untyped
from kgen.resource import Gvk, ResourceId
from kgen.yamlio.kinds import Quoted, Tagged
from kgen.yamlio.scalars import is_timestamp
from kgen.yamlio.written import unwritten

Same = Callable[[Draft], Any]


def fix(collection: Collection, references: Iterable[NameReference]) -> None:
    """Let every reference follow.

    Raises:
        InputError: A reference may mean several resources with different names.
    """
    renamed = _Renamed(collection)
    table = tuple(references)
    known: dict[Gvk, list[tuple[FieldSpec, Gvk]]] = {}
    for draft in collection:
        first = draft.first_key().gvk
        if first not in known:
            known[first] = [(spec, ref.target) for ref in table for spec in ref.fields if spec.selects(first)]
        if known[first]:
            _Referrer(draft, renamed).fix(known[first])


class _Renamed:
    """Everything that ever had another identity, by former name and then by present effective namespace."""

    def __init__(self, collection: Collection) -> None:
        self.by_name: dict[str, dict[str, list[tuple[int, Draft]]]] = {}
        self.former: dict[int, list[ResourceId]] = {}
        self._moved: dict[str, set[str]] = {}
        for position, draft in enumerate(collection):
            self.former[id(draft)] = keys = draft.former_keys()
            self._moved.setdefault((keys[0] if keys else draft.key).namespace, set()).add(draft.key.namespace)
            for name in {key.name for key in keys}:
                spaces = self.by_name.setdefault(name, {})
                spaces.setdefault(draft.key.namespace, []).append((position, draft))

    def named(self, name: str, namespaces: Iterable[str] | None) -> list[Draft]:
        """Those with this former name, in their order; in these namespaces, or anywhere."""
        spaces = self.by_name.get(name)
        if not spaces:
            return []
        chosen = spaces if namespaces is None else [space for space in namespaces if space in spaces]
        found = [pair for space in chosen for pair in spaces[space]]
        return [draft for _, draft in (sorted(found, key=lambda pair: pair[0]) if len(found) > 1 else found)]

    def began_in(self, namespace: str, reachable: Iterable[str] | None) -> bool:
        """Whether anything that is now in one of these namespaces was in this one at first."""
        now = self._moved.get(namespace, set())
        return bool(now) and namespace != CLUSTER and (reachable is None or not now.isdisjoint(reachable))

    def was(self, draft: Draft, gvk: Gvk) -> bool:
        """Whether a former type of it is this one; empty parts are any."""
        wanted = FieldSpec("", *gvk)
        return any(wanted.selects(key.gvk) for key in self.former[id(draft)])


class _Referrer:
    """One resource whose references are fixed."""

    def __init__(self, draft: Draft, renamed: _Renamed) -> None:
        self._draft, self._renamed = draft, renamed
        self._namespace = draft.key.namespace
        self._reachable = self._namespaces()
        self._role: Gvk | None = None

    def fix(self, specs: Iterable[tuple[FieldSpec, Gvk]]) -> None:
        """Fix each field that the specs name."""
        for spec, target in specs:
            self._role = self._role_kind() if spec.path.endswith("roleRef/name") else None
            try:
                visit(self._draft, spec, partial(self._fix, target))
            except Unsupported as error:
                error.origin = error.origin or self._draft.origin
                raise

    def _namespaces(self) -> tuple[str, ...] | None:
        """The effective namespaces it may refer to; None for all."""
        if self._namespace == CLUSTER:
            return None
        return tuple(dict.fromkeys((CLUSTER, self._namespace, *self._subject_namespaces())))

    def _subject_namespaces(self) -> list[str]:
        subjects = self._draft.body.get("subjects")
        if self._draft.gvk.kind != "RoleBinding" or not isinstance(subjects, list):
            return []
        if not all(isinstance(subject, dict) for subject in subjects):
            raise InputError(f"a subject of {self._draft.id} is no map", origin=self._draft.origin)
        placed = [subject for subject in subjects if "namespace" in subject]
        if not all(_is_text(subject.get("kind", "")) for subject in placed):
            raise InputError(
                f"a subject of {self._draft.id} has a kind that is not text",
                origin=self._draft.origin,
                hint="give it a kind, such as ServiceAccount",
            )
        found = [subject["namespace"] for subject in placed if subject.get("kind") == "ServiceAccount"]
        if not all(map(_is_text, found)):
            raise InputError(
                f"a subject of {self._draft.id} has a namespace that is not text",
                origin=self._draft.origin,
                hint="give it a namespace, or leave the field out",
            )
        return found

    def _role_kind(self) -> Gvk | None:
        reference = self._draft.body.get("roleRef")
        if not isinstance(reference, dict) or "apiGroup" not in reference or "kind" not in reference:
            return None
        for key in ("apiGroup", "kind"):
            if reference[key] is None:  # kustomize takes what is written for it
                what = f"a roleRef of {self._draft.id} whose {key} is null"
                raise Unsupported(what, origin=self._draft.origin, hint="write it, or leave it out")
        return Gvk(text(reference["apiGroup"]), "", text(reference["kind"]))

    def _fix(self, target: Gvk, place: Place) -> None:
        value = place.value
        if value is None:
            return
        if isinstance(value, dict):
            self._fix_map(value, target)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, list):
                    raise InputError("a name or a map with a name is expected, not a list")
                self._fix(target, Place(value, index))
        else:
            self._fix_name(place, target)

    def _fix_name(self, place: Place, target: Gvk) -> None:
        name = text(place.value)
        found = self._referral(name, self._renamed.named(name, self._reachable), target, lambda draft: draft.name)
        if found is not None and found.name != name:
            place.put(untyped(place.value, found.name))

    def _fix_map(self, value: dict[str, Any], target: Gvk) -> None:
        if "name" not in value:
            raise InputError("a map with a name is expected")
        name = text(value["name"])
        candidates = self._candidates_for(name, value)
        found = self._referral(name, candidates, target, lambda draft: (draft.name, draft.namespace))
        if found is None or (found.name == name and not found.namespace):
            return
        value["name"] = untyped(value["name"], found.name)
        if found.namespace:
            value["namespace"] = field_of(value, "namespace", found.namespace)

    def _candidates_for(self, name: str, value: dict[str, Any]) -> list[Draft]:
        """Those in the namespace that the map says, at first or now; anywhere if it says none."""
        candidates = self._renamed.named(name, self._reachable)
        if "namespace" not in value:
            return candidates
        namespace = text(value["namespace"])
        if self._renamed.began_in(namespace, self._reachable):
            return [draft for draft in candidates if draft.first_key().namespace == namespace]
        return [draft for draft in candidates if draft.key.namespace == namespace and namespace != CLUSTER]

    def _referral(self, name: str, candidates: list[Draft], target: Gvk, same: Same) -> Draft | None:
        """The one that is meant, if any."""
        found = [draft for draft in candidates if self._may_mean(draft, target)]
        if len(found) == 1:
            return found[0]
        found = [draft for draft in found if _alike(draft, self._draft, loose=True)]
        if len(found) > 1:
            found = [draft for draft in found if _alike(draft, self._draft, loose=False)]
        if len({same(draft) for draft in found}) > 1:
            those = " and ".join(f"{draft.id} ({draft.origin})" for draft in found[:2])
            raise InputError(f"the name '{name}' may mean {those}", hint="give them different names")
        return found[0] if found else None

    def _may_mean(self, draft: Draft, target: Gvk) -> bool:
        if not self._renamed.was(draft, target) or (self._role and not self._renamed.was(draft, self._role)):
            return False
        if self._namespace == CLUSTER or draft.key.namespace in (CLUSTER, self._namespace):
            return True
        # A role binding reaches service accounts in the namespaces its subjects name.
        return draft.gvk.kind == "ServiceAccount" and bool(draft.namespace)


def _is_text(value: Any) -> bool:
    """Whether Go sees a text there; a date without quotes or a tag is none, nor what is null in the end."""
    is_text = isinstance(unwritten(value), str)
    return is_text and (isinstance(value, Quoted | Tagged) or not is_timestamp(value))


def _alike(one: Draft, other: Draft, *, loose: bool) -> bool:
    """Whether both got the same prefixes and suffixes in the kustomizations that hold both."""
    return _same_end(one.prefixes, other.prefixes, loose) and _same_end(one.suffixes, other.suffixes, loose)


def _same_end(one: list[str], other: list[str], loose: bool) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return loose or not longer
    return longer[-len(shorter) :] == shorter
