"""What the files of a pod request.

https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from fractions import Fraction
from typing import Any

from kgen import quantity
from kgen.capacity.amounts import Measure, Number
from kgen.resource import Body
from kgen.schema import pods


def container_request(container: Body, measure: Measure) -> Fraction:
    """What one container requests: its request, else its limit, else nothing.

    Raises:
        ValueError: The quantity does not parse.
    """
    return _requested(pods.mapping(container, "resources"), measure)


def pod_request(spec: Body, measure: Measure) -> Number:
    """What one pod requests, given its spec.

    The containers that run on (``containers`` and, in ``initContainers``, those with ``restartPolicy: Always``) add
    up; each other init container needs room for itself beside the earlier ones that run on; the larger counts. A
    request for the pod as a whole replaces that; a limit for it does where no container asks for anything. The
    overhead of its runtime class comes on top.
    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#pod-level-resource-specification

    Raises:
        ValueError: A quantity does not parse.
    """
    asked = sum((container_request(c, measure) for c in pods.items(spec, "containers")), Fraction(0))
    sidecars, largest = Fraction(0), Fraction(0)
    for container in pods.items(spec, "initContainers"):
        request = container_request(container, measure)
        largest = max(largest, sidecars + request)
        sidecars += request if container.get("restartPolicy") == "Always" else 0
    whole = pods.mapping(spec, "resources")
    explicit = _given(whole, "requests", measure)
    asked = max(asked + sidecars, largest) if explicit is None else explicit
    return (asked or _requested(whole, measure)) + (_given(spec, "overhead", measure) or 0)


def _requested(resources: Body | None, measure: Measure) -> Fraction:
    request = _given(resources, "requests", measure)
    return request if request is not None else _given(resources, "limits", measure) or Fraction(0)


def _given(holder: Body | None, kind: str, measure: Measure) -> Fraction | None:
    value: Any = (pods.mapping(holder or {}, kind) or {}).get(measure)
    if value is None:
        return None
    amount = quantity.parse(value)
    if amount < 0:
        raise ValueError(f"{value!r} is negative")
    return amount
