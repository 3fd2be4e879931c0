"""The order of the output: kustomize's "legacy" order.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/sortoptions/
"""

import sys
from collections.abc import Iterable, Sequence

from kgen.errors import InputError, Unsupported
from kgen.kustomize.draft import Draft
from kgen.kustomize.entries import SortOptions
from kgen.kustomize.fieldspecs import ORDER_FIRST, ORDER_LAST

_NAMESPACE = "Namespace"


def legacy(
    drafts: Iterable[Draft], first: Sequence[str] = ORDER_FIRST, last: Sequence[str] = ORDER_LAST
) -> list[Draft]:
    """Kinds named in `first` first and in `last` last, in their order; the others by group, version and kind.

    Kinds without group come after those with one, resources without namespace after those with one.
    """
    ranks = {kind: i - len(first) for i, kind in enumerate(first)} | {kind: i + 1 for i, kind in enumerate(last)}
    drafts = list(drafts)
    if _NAMESPACE not in ranks:
        _refuse_circles(drafts)
    return sorted(drafts, key=lambda draft: _key(draft, ranks))


def _refuse_circles(drafts: list[Draft]) -> None:
    """The core's Namespaces come before those of others, against the order of other kinds of the same rank.

    Raises:
        Unsupported: There are both, or several versions of them, among kinds of the same rank.
    """
    found = {draft.gvk for draft in drafts if draft.gvk.kind == _NAMESPACE}
    if len(found) > 1 and any(not gvk.group for gvk in found):
        raise Unsupported(
            "the order of several kinds of Namespaces, where sortOptions does not name Namespace",
            hint="name Namespace in orderFirst or orderLast",
        )


def by_options(drafts: Iterable[Draft], options: SortOptions) -> list[Draft]:
    """The order that ``sortOptions`` asks for.

    Raises:
        InputError: There is no such order, or kinds are given for one that has none.
    """
    if options.order == "legacy":
        return legacy(drafts, *(options.kinds or ()))
    if options.order != "fifo":
        raise InputError(f"sortOptions.order is fifo or legacy, not '{options.order}'")
    if options.kinds is not None:
        raise InputError("legacySortOptions is only for the order legacy")
    return list(drafts)


def _key(draft: Draft, ranks: dict[str, int]) -> tuple[int, bool, str, str, str]:
    group, version, kind = draft.gvk
    name = f"{group or '~G'}_{version or '~V'}_{kind or '~K'}"
    # The core group's Namespaces come before those that others call so, and the last one first, against the rule.
    foreign = kind in ranks and kind == _NAMESPACE and group != ""
    if kind in ranks and kind == _NAMESPACE and not group:
        name = "".join(chr(sys.maxunicode - ord(character)) for character in name)
    return ranks.get(kind, 0), foreign, name, f"{draft.namespace or '~X'}|", draft.name or "~N"
