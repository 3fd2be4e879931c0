"""What pods request, what a rollout adds, and whether nodes hold it: one arithmetic, without opinions.

The scheduler places a pod where its *requests* fit, whatever it really uses: the sum of the requests on a node
never exceeds the node's allocatable amount. A request that is absent takes the value of the limit.
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

Counted are CPU and memory. Not counted is what files do not say: a LimitRange's defaults, an autoscaler's replicas.
"""

from kgen.capacity.amounts import MEASURES, Amount, Measure, Number, show
from kgen.capacity.placement import Placement, place
from kgen.capacity.requests import container_request, pod_request
from kgen.capacity.volumes import CLASS_ANNOTATION, FOR_MANY, is_for_many, on_one_node, storage_class
from kgen.capacity.workloads import Claim, Workload, claims_of, makes_room, resolve, total, workloads

__all__ = [
    "CLASS_ANNOTATION",
    "FOR_MANY",
    "MEASURES",
    "Amount",
    "Claim",
    "Measure",
    "Number",
    "Placement",
    "Workload",
    "claims_of",
    "container_request",
    "is_for_many",
    "makes_room",
    "on_one_node",
    "place",
    "pod_request",
    "resolve",
    "show",
    "storage_class",
    "total",
    "workloads",
]
