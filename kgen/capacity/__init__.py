"""What pods request, what a rollout adds, and whether nodes hold it: one arithmetic, without opinions.

The scheduler places a pod where its *requests* fit, whatever it really uses: the sum of the requests on a node
never exceeds the node's allocatable amount. A request that is absent takes the value of the limit.
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

Counted are CPU and memory. Not counted is what files do not say: a LimitRange's defaults, an autoscaler's replicas.
"""

from kgen.capacity.amounts import MEASURES, Amount, Measure, Number, show
from kgen.capacity.placement import Placement, no_room_for_surge, place, surge_fits
from kgen.capacity.requests import container_request, pod_request
from kgen.capacity.workloads import Claim, Workload, makes_room, resolve, total, workloads

__all__ = [
    "MEASURES",
    "Amount",
    "Claim",
    "Measure",
    "Number",
    "Placement",
    "Workload",
    "container_request",
    "makes_room",
    "no_room_for_surge",
    "place",
    "pod_request",
    "resolve",
    "show",
    "surge_fits",
    "total",
    "workloads",
]
