"""Which addresses of an existing Service cannot change: the first of the cluster, and of its families; a second, too.

A second one may come and go. A Service without an address of the cluster (``clusterIP: None``) may change its
families, and one that is or becomes an ``ExternalName`` anything. ``ValidateServiceUpdate`` in
https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from kgen.fieldpath import FieldPath
from kgen.preview.verdicts.situation import Changed, dig
from kgen.resource import Body

_FAMILIES, _ADDRESSES = "ipFamilies", "clusterIPs"
_WORDS: Final = {_FAMILIES: "IP family", _ADDRESSES: "cluster IP"}
_NUMBERS: Final = ("first", "second")


class Readdressed(NamedTuple):
    """What cannot change, and where."""

    message: str
    path: FieldPath


def readdressed(changed: Changed) -> Iterator[Readdressed]:
    """Each address or family of a Service that is another one."""
    both = (changed.before, changed.after)
    if any(dig(body, ("spec", "type")) == "ExternalName" for body in both):
        return
    headless = [dig(body, ("spec", "clusterIP")) == "None" for body in both]
    if not any(headless):
        yield from _replaced(changed, _FAMILIES)
    if not all(headless) and not changed.under("spec", "clusterIP"):
        yield from _replaced(changed, _ADDRESSES)


def _replaced(changed: Changed, field: str) -> Iterator[Readdressed]:
    before, after = (_listed(body, field) for body in (changed.before, changed.after))
    for number, was, is_now in zip(_NUMBERS, before, after, strict=False):
        if was != is_now:
            yield Readdressed(
                f"the {number} {_WORDS[field]} of an existing Service cannot change, from {was} to {is_now}",
                FieldPath(("spec", field)),
            )
            return


def _listed(body: Body, field: str) -> list[str]:
    found = dig(body, ("spec", field))
    return list(map(str, found)) if isinstance(found, list) else []
