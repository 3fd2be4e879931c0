"""From where Services and Ingresses are reachable, compared.

https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource
"""

import ipaddress
from collections.abc import Iterator
from typing import Final

from kgen.preview.verdicts.network_policies import is_within
from kgen.preview.verdicts.situation import Changed, dig, strings
from kgen.preview.verdicts.wording import listed
from kgen.resource import Body
from kgen.schema import pods

_REACH: Final = {"NodePort": (1, "is reachable on the address of every node (NodePort)")} | {
    "LoadBalancer": (2, "is reachable through a load balancer (LoadBalancer)")
}


def service(changed: Changed) -> Iterator[tuple[tuple[str, ...], str]]:
    """What reaches a Service now: the field, and that in words."""
    before, after = (pods.mapping(body, "spec") or {} for body in (changed.before, changed.after))
    rank, text = _REACH.get(str(after.get("type")), (0, ""))
    if rank > _REACH.get(str(before.get("type")), (0, ""))[0]:
        yield ("spec", "type"), text
    added = [ip for ip in strings(after.get("externalIPs")) if ip not in set(strings(before.get("externalIPs")))]
    if added:
        yield ("spec", "externalIPs"), f"answers on {listed(added)} too (externalIPs)"
    if before.get("type") == after.get("type") == "LoadBalancer":
        yield from _source_ranges(before, after)


def _source_ranges(before: Body, after: Body) -> Iterator[tuple[tuple[str, ...], str]]:
    field = "loadBalancerSourceRanges"
    known, asked = (list(strings(spec.get(field))) for spec in (before, after))
    if known and not asked:
        yield ("spec", field), "its load balancer accepts every address (no loadBalancerSourceRanges)"
        return
    new = [address for address in asked if not any(_covers(other, address) for other in known)]
    if known and new:
        yield ("spec", field), f"its load balancer accepts {listed(new)} too (loadBalancerSourceRanges)"


def _covers(known: str, asked: str) -> bool:
    try:
        return is_within(*(ipaddress.ip_network(text.strip(), strict=False) for text in (asked, known)))
    except ValueError:
        return known == asked


def ingress(changed: Changed) -> Iterator[tuple[tuple[str, ...], str]]:
    """The hosts that an Ingress serves now; the empty host is every one."""
    before, after = (_hosts(body) for body in (changed.before, changed.after))
    new = [host for host in after if host not in before and "" not in before and not _wildcard(host, before)]
    if "" in new:
        yield ("spec",), "serves every host"
    elif new:
        yield ("spec", "rules"), f"serves {listed(new)}"


def _hosts(body: Body) -> list[str]:
    spec = pods.mapping(body, "spec") or {}
    hosts = [str(rule.get("host") or "") for rule in pods.items(spec, "rules")]
    return hosts + ([""] if dig(spec, ("defaultBackend",)) or dig(spec, ("backend",)) else [])


def _wildcard(host: str, known: list[str]) -> bool:
    """Whether a known ``*.example.org`` includes it: one label stands for the star."""
    return not host.startswith("*") and f"*.{host.partition('.')[2]}" in known
