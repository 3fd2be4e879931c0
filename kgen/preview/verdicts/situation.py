"""What a verdict looks at: what differs, both states whole, and where they are to run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from kgen.capacity import Amount
from kgen.equality import same
from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.preview.pairing import Identity
from kgen.preview.verdicts import node_ports
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods
from kgen.schema.readings import Reading, readings

Version = tuple[int, int]
"""Major and minor version of Kubernetes."""

TEMPLATE: Final = ("spec", "template")
"""Where the template of a workload's pods is."""


class Node(NamedTuple):
    """The declared nodes.

    Attributes:
        name: What they belong to: ``minikube``.
        free: The room for these pods on each node, without what the system and the cluster's own pods take.
        classes: The storage classes whose volumes are folders of a node; None is that of claims which name none.
    """

    name: str
    free: tuple[Amount, ...]
    classes: frozenset[str | None] = frozenset()


class Changed(NamedTuple):
    """A resource that is there before and after, and differs in more than spelling."""

    change: ResourceChange
    id: ResourceId
    before: Body
    after: Body

    @property
    def kind(self) -> tuple[str, str]:
        """Group and kind, whatever the version."""
        return self.id.gvk.group, self.id.gvk.kind

    @property
    def is_renamed(self) -> bool:
        """Whether it has another name or namespace now, and so is another resource for the API server."""
        return self.change.renamed_from is not None

    def under(self, *prefix: str) -> tuple[FieldChange, ...]:
        """The fields at or below this one that are not the same for the API server, their order included."""
        return tuple(field for field in self.change.fields if field.sort != "equivalent" and self._is_at(field, prefix))

    def _is_at(self, field: FieldChange, prefix: tuple[str, ...]) -> bool:
        segments = field.path.segments
        if len(segments) >= len(prefix):
            return segments[: len(prefix)] == prefix
        return segments == prefix[: len(segments)] and not same(dig(self.before, prefix), dig(self.after, prefix))


@dataclass(frozen=True)
class Situation:
    """Everything a verdict may look at; look-ups that several verdicts need are made once, when first asked for.

    Attributes:
        comparison: What differs.
        before: All resources before.
        after: All resources after.
        node: The declared nodes, where there are any.
        kubernetes: The version of the API server.
    """

    comparison: Comparison
    before: tuple[Resource, ...]
    after: tuple[Resource, ...]
    node: Node | None
    kubernetes: Version

    @cached_property
    def changed(self) -> tuple[Changed, ...]:
        """The resources that are there before and after and differ in more than spelling."""
        return tuple(
            Changed(change, change.after.id, change.before.body, change.after.body)
            for change in self.comparison.resources
            if change.before is not None and change.after is not None and _differs(change)
        )

    @cached_property
    def touched(self) -> tuple[Resource, ...]:
        """What is added, or changed in more than spelling, as it is after."""
        return tuple(
            change.after for change in self.comparison.resources if change.after is not None and _differs(change)
        )

    @cached_property
    def added(self) -> tuple[Resource, ...]:
        """What was not there before."""
        return tuple(
            change.after for change in self.comparison.resources if change.after is not None and change.before is None
        )

    @cached_property
    def removed(self) -> tuple[Resource, ...]:
        """What is gone after."""
        return tuple(
            change.before for change in self.comparison.resources if change.before is not None and change.after is None
        )

    @cached_property
    def changes(self) -> Mapping[Identity, Changed]:
        """The changed resources by what they are after."""
        return {Identity.of(changed.id): changed for changed in self.changed}

    @cached_property
    def is_new(self) -> frozenset[Identity]:
        """What did not exist before: added, or under another name."""
        return frozenset(
            Identity.of(change.id)
            for change in self.comparison.resources
            if change.op == "add" or change.renamed_from is not None
        )

    @cached_property
    def renamed(self) -> Mapping[Identity, ResourceId]:
        """What renamed resources were before → their ids after."""
        return {
            Identity.of(change.renamed_from): change.id
            for change in self.comparison.resources
            if change.renamed_from is not None
        }

    @cached_property
    def workloads(self) -> tuple[tuple[ResourceId, Body], ...]:
        """What has pods after: its id, and its body."""
        return _workloads(self.after)

    @cached_property
    def workloads_before(self) -> tuple[tuple[ResourceId, Body], ...]:
        """What had pods before: its id, and its body."""
        return _workloads(self.before)

    @cached_property
    def node_ports(self) -> Mapping[int, list[ResourceId]]:
        """Each node port → the Services after that ask for it."""
        return node_ports.owners(self.after)

    @cached_property
    def node_ports_behind(self) -> Mapping[int, list[ResourceId]]:
        """Each node port → the Services before that ask for it and stay, removed or under their old name."""
        changes = self.comparison.resources
        gone = (c.before for c in changes if c.before is not None and (c.after is None or c.renamed_from is not None))
        return node_ports.owners(gone)

    @cached_property
    def readers(self) -> Mapping[tuple[str, str, str], list[tuple[ResourceId, Body, list[Reading]]]]:
        """Kind, namespace and name of ConfigMaps and Secrets → the workloads after that read them, and what."""
        found: dict[tuple[str, str, str], dict[ResourceId, tuple[ResourceId, Body, list[Reading]]]] = {}
        for known, body in self.workloads:
            for reading in readings(pods.pod_spec(body) or {}):
                read = found.setdefault((reading.kind, known.namespace or "default", reading.name), {})
                read.setdefault(known, (known, body, []))[2].append(reading)
        return {name: list(read.values()) for name, read in found.items()}

    @cached_property
    def storage(self) -> tuple[Body, ...]:
        """The volumes and storage classes of both states, those after first."""
        both = (resource.body for resource in (*self.after, *self.before))
        return tuple(body for body in both if body.get("kind") in {"PersistentVolume", "StorageClass"})

    @cached_property
    def accounts_before(self) -> frozenset[tuple[str, str, str]]:
        """The service accounts that pods before run as: ``ServiceAccount``, namespace and name."""
        found = ((known, pods.pod_spec(body) or {}) for known, body in self.workloads_before)
        return frozenset(
            ("ServiceAccount", known.namespace or "default", str(spec.get("serviceAccountName") or "default"))
            for known, spec in found
        )

    @cached_property
    def removed_names(self) -> frozenset[tuple[str, str, str]]:
        """Group, kind and name of what is gone, in whatever namespace."""
        return frozenset((known.gvk.group, known.gvk.kind, known.name) for known in (r.id for r in self.removed))

    @cached_property
    def bindings_before(self) -> tuple[Body, ...]:
        """The RoleBindings and ClusterRoleBindings before."""
        kinds = {"RoleBinding", "ClusterRoleBinding"}
        return tuple(resource.body for resource in self.before if resource.body.get("kind") in kinds)

    @cached_property
    def services(self) -> Mapping[str, list[tuple[ResourceId, Body]]]:
        """Namespace → the Services after, with what they select."""
        found: dict[str, list[tuple[ResourceId, Body]]] = {}
        for resource in self.after:
            selector = dig(resource.body, ("spec", "selector"))
            if resource.body.get("kind") == "Service" and isinstance(selector, dict) and selector:
                known = resource.id
                found.setdefault(known.namespace or "default", []).append((known, selector))
        return found

    @cached_property
    def autoscaled(self) -> Mapping[Identity, int]:
        """The targets of autoscalers after → the fewest pods they keep."""
        found: dict[Identity, int] = {}
        for resource in self.after:
            if resource.body.get("kind") == "HorizontalPodAutoscaler":
                spec = pods.mapping(resource.body, "spec") or {}
                target = pods.mapping(spec, "scaleTargetRef") or {}
                group = str(target.get("apiVersion") or "").rpartition("/")[0]
                fewest = spec.get("minReplicas")
                where = resource.id.namespace or "default"
                found[Identity(group, str(target.get("kind")), where, str(target.get("name")))] = (
                    fewest if isinstance(fewest, int) else 1
                )
        return found


def dig(body: Any, keys: tuple[str, ...]) -> Any:
    """The value at these keys, or None."""
    for step in keys:
        body = body.get(step) if isinstance(body, dict) else None
    return body


def strings(value: Any) -> Iterator[str]:
    """The texts in a list; nothing where there is no list."""
    yield from (item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _differs(change: ResourceChange) -> bool:
    """Whether more than spelling differs, be it only that it follows another resource to its new name."""
    return change.op != "change" or any(field.sort != "equivalent" for field in change.fields)


def _workloads(resources: tuple[Resource, ...]) -> tuple[tuple[ResourceId, Body], ...]:
    ids = ((resource.id, resource.body) for resource in resources if resource.body.get("kind") in _KINDS)
    return tuple((known, body) for known, body in ids if pods.pod_spec_path(known.gvk) is not None)


_KINDS: Final = frozenset(
    ("Pod", "ReplicationController", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "CronJob", "Job")
)
