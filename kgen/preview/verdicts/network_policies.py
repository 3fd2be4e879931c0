"""What a NetworkPolicy lets through, compared: whether what is allowed after was allowed before.

Policies only add up, and a pod that none selects for a direction is open in it.
https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-networkpolicy-resource
"""

import ipaddress
from collections.abc import Iterator
from typing import Any, Final

from kgen.preview.verdicts.situation import dig, strings
from kgen.resource import Body
from kgen.schema import pods

DIRECTIONS: Final = (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))


def opened(before: Body, after: Body) -> Iterator[tuple[str, str]]:
    """Each direction in which the policy after lets more through, and how, given both specs."""
    for direction, field, peers in DIRECTIONS:
        if direction not in _limits(before):
            continue
        if direction not in _limits(after):
            yield field, f"no longer limits {field}"
        elif not all(
            any(_covers(known, rule, peers) for known in _list(before, field)) for rule in _list(after, field)
        ):
            yield field, f"allows more {field} than before"


def _limits(spec: Body) -> set[str]:
    """The directions it limits: as it says, else ingress, and egress where it has a rule."""
    types = spec.get("policyTypes")
    if isinstance(types, list) and types:
        return set(map(str, types))
    return {"Ingress"} | ({"Egress"} if spec.get("egress") else set())


def _covers(known: Body, rule: Body, peers: str) -> bool:
    """Whether one rule allows all that another does; no peers or ports are all of them."""
    return _all_covered(_list(known, peers), _list(rule, peers), _covers_peer) and _all_covered(
        _list(known, "ports"), _list(rule, "ports"), _covers_port
    )


def _all_covered(known: list[Body], asked: list[Body], covers: Any) -> bool:
    if not known:
        return True
    return bool(asked) and all(any(covers(one, other) for one in known) for other in asked)


def _covers_peer(known: Body, asked: Body) -> bool:
    if known == asked:
        return True
    if "ipBlock" in known or "ipBlock" in asked:
        return "ipBlock" in known and "ipBlock" in asked and _covers_block(known["ipBlock"], asked["ipBlock"])
    spaces, asked_spaces = known.get("namespaceSelector"), asked.get("namespaceSelector")
    # Without a selector of namespaces it is the policy's own, which an empty selector includes.
    if spaces is None and asked_spaces is not None:
        return False
    if spaces and not (asked_spaces and _is_narrower(asked_spaces, spaces)):
        return False
    return _is_narrower(asked.get("podSelector") or {}, known.get("podSelector") or {})


def _is_narrower(selector: Any, than: Any) -> bool:
    """Whether it selects nothing that the other does not: it asks for the same and maybe more."""
    labels, wanted = (pods.mapping(_as_map(known), "matchLabels") or {} for known in (selector, than))
    known, required = (list(pods.items(_as_map(known), "matchExpressions")) for known in (selector, than))
    return all(labels.get(name, ...) == value for name, value in wanted.items()) and all(e in known for e in required)


def _as_map(value: Any) -> Body:
    return value if isinstance(value, dict) else {}


def _covers_block(known: Any, asked: Any) -> bool:
    try:
        wide, narrow = (ipaddress.ip_network(str(dig(block, ("cidr",))), strict=False) for block in (known, asked))
        holes, kept = (
            [ipaddress.ip_network(str(cidr), strict=False) for cidr in strings(dig(block, ("except",)))]
            for block in (known, asked)
        )
    except ValueError:
        return False
    return is_within(narrow, wide) and all(
        not hole.overlaps(narrow) or any(is_within(hole, other) for other in kept) for hole in holes
    )


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_within(network: Network, other: Network) -> bool:
    """Whether all addresses of a network are in another."""
    if isinstance(network, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return network.subnet_of(other)
    if isinstance(network, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network):
        return network.subnet_of(other)
    return False


def _covers_port(known: Body, asked: Body) -> bool:
    if known.get("protocol", "TCP") != asked.get("protocol", "TCP"):
        return False
    port, wanted = known.get("port"), asked.get("port")
    if port is None or port == wanted:
        return port is None or _end(known) >= _end(asked)
    ends = isinstance(port, int) and isinstance(wanted, int)
    return ends and port <= wanted and _end(asked) <= _end(known)


def _end(port: Body) -> int:
    for field in ("endPort", "port"):
        if isinstance(port.get(field), int):
            return int(port[field])
    return 0


def _list(holder: Body, field: str) -> list[Body]:
    return list(pods.items(holder, field))
