"""Node ports that two overlays of one base would both take: a cluster gives each number once.

What is applied second is refused, ``provided port is already allocated``, and a dry run does not notice where neither
is there yet. Overlays that make the same resources are not side by side: the one applied last counts.
https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
"""

from collections.abc import Iterable, Iterator

from kgen.overlay.couplings.apart import Sibling, is_one_cluster
from kgen.overlay.rules.exposure import exposed_ports
from kgen.overlay.rules.state import Notice
from kgen.overlay.spec import Spec
from kgen.resource import ResourceMap


def taken_twice(spec: Spec, edited: ResourceMap, siblings: Iterable[Sibling]) -> Iterator[Notice]:
    """Which of the numbers another overlay has too that may be in the same cluster, told of the first such overlay.

    Args:
        spec: What is declared.
        edited: The resources before kustomize's own fields apply.
        siblings: Other overlays of the same base; not looked at where no number is asked for.
    """
    own = node_ports(edited)
    for other in siblings if own else ():
        theirs = other.edited() if _is_beside(spec, other.spec) else None
        taken = node_ports(theirs) if theirs is not None else {}
        both = [number for number in own if number in taken]
        for number in both:
            yield Notice(
                f"Service/{own[number]}: nodePort {number} is also that of overlays/{other.name}: in one cluster the "
                "second apply is refused",
                "give one of them another with a patch; if they are for different clusters, declare 'context' in both",
            )
        if both:
            return


def node_ports(resources: ResourceMap) -> dict[int, str]:
    """The numbers that Services ask for, with the names of the Services."""
    return {port.node_port: port.service for port in exposed_ports(resources) if port.node_port}


def _is_beside(one: Spec, other: Spec) -> bool:
    """Whether both may be in one cluster at once, as resources of their own."""
    places = [(spec.namespace, spec.name_prefix, spec.name_suffix) for spec in (one, other)]
    return places[0] != places[1] and is_one_cluster(one, other)
