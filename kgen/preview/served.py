"""What an API server adds to a resource, which is never part of a wish, and resources that nobody wished for.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ ("Read-only", "Populated by the
system"); `status` is what controllers write: https://kubernetes.io/docs/concepts/overview/working-with-objects/.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from kgen.resource import Body, Resource

_METADATA: Final = frozenset(
    (
        *("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields"),
        *("resourceVersion", "selfLink", "uid"),
    )
)
_PROOFS: Final = ("uid", "resourceVersion", "managedFields")
_ANNOTATIONS: Final = frozenset(
    (
        "kubectl.kubernetes.io/last-applied-configuration",  # kubectl apply's own memory; holds Secrets in clear
        "deployment.kubernetes.io/revision",  # of the Deployment's controller
        "deprecated.daemonset.template.generation",  # of the DaemonSet's
    )
)


class Wished(NamedTuple):
    """Resources without what a server added.

    Attributes:
        resources: The ones that somebody may have wished for.
        served: How many of them came from a server.
        owned: The kinds of those left out, as a controller made them, with how many.
    """

    resources: list[Resource]
    served: int
    owned: dict[str, int]


def is_served(resource: Resource) -> bool:
    """Whether a server gave it: only that sets these fields."""
    return any(_metadata(resource.body).get(field) for field in _PROOFS)


def wished(resources: Iterable[Resource]) -> Wished:
    """The resources as somebody may have wished for them.

    Of one that a server gave twice (``kubectl get all,deployments``) one is kept. One that a controller made of
    another resource, such as the ReplicaSets of a Deployment, is left out.
    """
    kept: list[Resource] = []
    served, owned, seen = 0, dict[str, int](), set[str]()
    for resource in resources:
        if not is_served(resource):
            kept.append(resource)
            continue
        identity = str(_metadata(resource.body).get("uid") or id(resource))
        if identity in seen:
            continue
        seen.add(identity)
        if _has_controller(resource.body):
            kind = resource.id.gvk.kind
            owned[kind] = owned.get(kind, 0) + 1
        else:
            served += 1
            kept.append(without_server_fields(resource))
    return Wished(kept, served, owned)


def without_server_fields(resource: Resource) -> Resource:
    """The resource without the fields that no wish holds."""
    metadata = {key: value for key, value in _metadata(resource.body).items() if key not in _METADATA}
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and not _ANNOTATIONS.isdisjoint(annotations):
        metadata["annotations"] = {key: value for key, value in annotations.items() if key not in _ANNOTATIONS}
        if not metadata["annotations"]:
            del metadata["annotations"]
    body = {key: value for key, value in resource.body.items() if key != "status"}
    return replace(resource, body=body | {"metadata": metadata})


def without_default_namespace(resource: Resource) -> Resource:
    """The resource as it may have been wished for: what is applied without a namespace is served in ``default``."""
    metadata = _metadata(resource.body)
    if metadata.get("namespace") != "default":
        return resource
    rest = {key: value for key, value in metadata.items() if key != "namespace"}
    return replace(resource, body=resource.body | {"metadata": rest})


def _metadata(body: Body) -> Body:
    found = body.get("metadata")
    return found if isinstance(found, dict) else {}


def _has_controller(body: Body) -> bool:
    owners: Any = _metadata(body).get("ownerReferences")
    return isinstance(owners, list) and any(isinstance(owner, dict) and owner.get("controller") for owner in owners)
