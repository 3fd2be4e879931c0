"""The resources of one kustomization, in order, found by their present and former identities in constant time."""

from collections.abc import Iterable, Iterator

from kgen.errors import InputError
from kgen.kustomize.draft import Draft
from kgen.resource import ResourceId


class Collection:
    """Drafts in order, indexed.

    Two may have one identity for a while, as in kustomize; it is an error only where it looks: when resources are
    added, when kustomizations are joined, after a patch with a target.
    """

    def __init__(self) -> None:
        self._drafts: dict[int, Draft] = {}
        self._current: dict[ResourceId, dict[int, Draft]] = {}
        self._former: dict[ResourceId, dict[int, Draft]] = {}
        self._named: dict[str, dict[int, Draft]] = {}
        self._keys: dict[int, tuple[ResourceId, tuple[ResourceId, ...]]] = {}
        self._clashes: dict[ResourceId, None] = {}

    def __iter__(self) -> Iterator[Draft]:
        return iter(list(self._drafts.values()))

    def __len__(self) -> int:
        return len(self._drafts)

    def add(self, draft: Draft) -> None:
        """Append one.

        Raises:
            InputError: One with its identity is here.
        """
        self._check(draft, draft.key)
        self._drafts[id(draft)] = draft
        self._index(draft)

    def extend(self, drafts: Iterable[Draft]) -> None:
        """Append several; see `add`."""
        for draft in drafts:
            self.add(draft)

    def remove(self, draft: Draft) -> None:
        """Take one out."""
        self._unindex(draft)
        del self._drafts[id(draft)]

    def refresh(self, drafts: Iterable[Draft]) -> None:
        """Index again what may have a new name, namespace or kind."""
        for draft in drafts:
            self._unindex(draft)
            self._index(draft)

    def current(self, key: ResourceId) -> list[Draft]:
        """Those with this identity now."""
        return list(self._current.get(key, {}).values())

    def any(self, key: ResourceId) -> list[Draft]:
        """Those that have or had this identity, in no particular order."""
        return list((self._current.get(key, {}) | self._former.get(key, {})).values())

    def named(self, name: str) -> list[Draft]:
        """Those that have or had this name, of any kind, in no particular order."""
        return list(self._named.get(name, {}).values())

    def check_unique(self) -> None:
        """Make sure that no two have one identity.

        Raises:
            InputError: Two do; named by the later one.
        """
        for key in self._clashes:
            first, second = self.current(key)[:2]
            raise _clash(first, second)

    def _check(self, draft: Draft, key: ResourceId) -> None:
        for other in self._current.get(key, {}).values():
            raise _clash(other, draft)

    def _index(self, draft: Draft) -> None:
        key, former = draft.key, tuple(dict.fromkeys(draft.former_keys()))
        self._keys[id(draft)] = key, former
        same = self._current.setdefault(key, {})
        same[id(draft)] = draft
        if len(same) > 1:
            self._clashes[key] = None
        for one in former:
            self._former.setdefault(one, {})[id(draft)] = draft
        for name in {one.name for one in (key, *former)}:
            self._named.setdefault(name, {})[id(draft)] = draft

    def _unindex(self, draft: Draft) -> None:
        key, former = self._keys.pop(id(draft))
        same = self._current[key]
        del same[id(draft)]
        if len(same) < 2:  # noqa: PLR2004  # two of a kind clash
            self._clashes.pop(key, None)
        for one in former:
            del self._former[one][id(draft)]
        for name in {one.name for one in (key, *former)}:
            del self._named[name][id(draft)]


def _clash(first: Draft, second: Draft) -> InputError:
    where = f", first at {first.origin}" if first.origin else ""
    return InputError(
        f"{second.id} is defined twice{where}",
        origin=second.origin,
        hint="remove one of them, or give it another name or namespace",
    )
