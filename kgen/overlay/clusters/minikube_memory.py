"""How much memory ``minikube start`` gives a node when nobody says.

https://github.com/kubernetes/minikube/blob/v1.38.1/cmd/minikube/cmd/start.go (suggestMemoryAllocation)
"""

from typing import Final

_SINCE_1_37: Final = (3072, 6144)
_SINCE_1_8: Final = (2200, 6000)
_KEPT_FROM_DOCKER: Final = 48


def default_memory(computer: int, docker: int = 0, nodes: int = 1, *, since_1_37: bool = True) -> int:
    """The size of a node in MiB, which minikube calls MB.

    A quarter of the computer's, in whole hundreds, between a least and a most amount; with the docker and podman
    drivers the most is what the engine has, less a little.

    Args:
        computer: The computer's memory, in MiB.
        docker: The container engine's, with its drivers.
        nodes: How many nodes share the quarter.
        since_1_37: Whether minikube is 1.37 or newer; before, from 1.8 on, it gave less.
    """
    least, most = _SINCE_1_37 if since_1_37 else _SINCE_1_8
    if computer < least:
        return computer
    if 0 < docker < least:
        return docker
    if docker:
        most = docker - _KEPT_FROM_DOCKER
    quarter = int(computer / 400) * 100 // nodes
    return most if quarter > most else max(quarter, least)
