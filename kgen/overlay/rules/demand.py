"""What the pods ask of the declared nodes."""

from kgen.capacity import Workload, workloads
from kgen.overlay.rules.claims import on_one_node
from kgen.overlay.rules.state import State
from kgen.resource import ResourceMap


def asked(state: State, resources: ResourceMap | None = None) -> tuple[Workload, ...]:
    """What the resources ask of the nodes."""
    return workloads(state.resources if resources is None else resources, state.nodes, on_one_node(state))
