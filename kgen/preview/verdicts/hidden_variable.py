"""A variable that is in a container's ``env`` twice: the last one counts, so the first may change without effect.

The API server takes both and warns: ``hides previous definition of "A", which may be dropped when using apply``.
https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/api/pod/warnings.go
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from kgen.preview.comparison import Finding
from kgen.preview.verdicts.situation import Situation
from kgen.preview.verdicts.wording import listed
from kgen.resource import Body, Resource
from kgen.schema import pods

ID: Final = "hidden-variable"


def findings(situation: Situation) -> Iterator[Finding]:
    """Each workload that is added or changed, with such variables."""
    for resource in situation.touched:
        found = list(_hidden(resource))
        if found:
            message = f"sets {listed(found)} twice: the last one counts, and an apply may drop the others"
            yield Finding(ID, "note", resource.id, message, "keep one of them")


def _hidden(resource: Resource) -> Iterator[str]:
    for _, container in pods.containers(resource.body):
        counts = Counter(_names(container))
        yield from (f"{name} of {container.get('name')}" for name, count in counts.items() if count > 1)


def _names(container: Body) -> Iterator[str]:
    return (str(variable["name"]) for variable in pods.items(container, "env") if variable.get("name"))
