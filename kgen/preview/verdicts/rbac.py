"""What RBAC rules allow, compared as sets: which of the after is covered by none before.

A rule allows each of its verbs on each of its resources in each of its groups; ``*`` stands for all, ``*/scale`` for
that part of all resources, a URL may end in ``*``.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Final, NamedTuple

from kgen.preview.verdicts.situation import strings
from kgen.preview.verdicts.wording import listed
from kgen.resource import Body
from kgen.schema import pods

_MOST: Final = 20_000
"""A rule that allows more than that is only compared as a whole."""


class Grant(NamedTuple):
    """One rule; what it does not say is empty.

    Attributes:
        groups: API groups.
        resources: Resources, as ``pods`` or ``pods/log``.
        names: The only ones of them it is about; all where empty.
        urls: URLs that are no resources.
        verbs: What may be done.
    """

    groups: frozenset[str]
    resources: frozenset[str]
    names: frozenset[str]
    urls: frozenset[str]
    verbs: frozenset[str]

    @classmethod
    def of(cls, rule: Body) -> "Grant":
        """Read it."""
        fields = ("apiGroups", "resources", "resourceNames", "nonResourceURLs", "verbs")
        return cls(*(frozenset(strings(rule.get(field))) for field in fields))

    def allows(self, group: str, resource: str, name: str, verb: str) -> bool:
        """Whether it does, for a resource; ``*`` asks for all of them."""
        return (
            _has(self.groups, group)
            and _has(self.verbs, verb)
            and (_has(self.resources, resource) or f"*/{resource.partition('/')[2]}" in self.resources)
            and (not self.names or name in self.names)
        )

    def opens(self, url: str, verb: str) -> bool:
        """Whether it allows that for a URL."""
        known = any(own == url or (own.endswith("*") and url.startswith(own[:-1])) for own in self.urls)
        return known and _has(self.verbs, verb)

    def includes(self, other: "Grant") -> bool:
        """Whether it allows all that the other does, told without looking at each."""
        names = not self.names or (bool(other.names) and other.names <= self.names)
        pairs = ((self.groups, other.groups), (self.resources, other.resources), (self.verbs, other.verbs))
        return names and other.urls <= self.urls and all("*" in own or asked <= own for own, asked in pairs)


def more(before: Any, after: Any) -> Iterator[str]:
    """In words, what rules allow that the rules before do not: ``create, delete pods``."""
    known = [Grant.of(rule) for rule in _rules(before)]
    for rule in _rules(after):
        grant = Grant.of(rule)
        if not any(other.includes(grant) for other in known):
            yield from _new(known, grant)


def _new(known: Sequence[Grant], grant: Grant) -> Iterator[str]:
    size = len(grant.groups) * len(grant.resources) * max(len(grant.names), 1) * len(grant.verbs)
    if size > _MOST:
        yield f"{listed(sorted(grant.verbs))} {listed(sorted(grant.resources))}"
        return
    verbs: dict[str, list[str]] = {}
    for group, resource, name in product(sorted(grant.groups), sorted(grant.resources), sorted(grant.names or {""})):
        for verb in sorted(grant.verbs):
            if not any(other.allows(group, resource, name, verb) for other in known):
                verbs.setdefault(_shown(group, resource, name), []).append(verb)
    for url, verb in product(sorted(grant.urls), sorted(grant.verbs)):
        if not any(other.opens(url, verb) for other in known):
            verbs.setdefault(url, []).append(verb)
    yield from (f"{listed(names)} {what}" for what, names in verbs.items())


def _shown(group: str, resource: str, name: str) -> str:
    """``pods``, ``deployments.apps``, ``secrets named db``, ``everything``."""
    what = "everything" if (group, resource) == ("*", "*") else f"{resource}.{group}" if group else resource
    return f"{what} named {name}" if name else what


def _rules(rules: Any) -> Iterator[Body]:
    yield from pods.items({"rules": rules}, "rules")


def _has(known: frozenset[str], asked: str) -> bool:
    return asked in known or "*" in known
