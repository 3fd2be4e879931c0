"""The order of the output: kustomize's "legacy" order.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/sortoptions/
"""

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
    """The core's Namespaces come before those of others, and in their groups' order after them.

    Raises:
        Unsupported: There are both, among kinds of the same rank.
    """
    groups = {draft.gvk.group for draft in drafts if draft.gvk.kind == _NAMESPACE}
    if "" in groups and len(groups) > 1:
        raise Unsupported(
            "the order of Namespaces of the core and of other groups, where sortOptions does not name Namespace",
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
    # The core group's Namespace comes before those that others call so, against the rule.
    foreign = kind in ranks and kind == _NAMESPACE and group != ""
    name = f"{group or '~G'}_{version or '~V'}_{kind or '~K'}"
    return ranks.get(kind, 0), foreign, name, f"{draft.namespace or '~X'}|", draft.name or "~N"
