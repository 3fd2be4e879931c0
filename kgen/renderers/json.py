"""Comparisons and builds as JSON, for programs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.resource import Resource, ResourceId


def comparisons(items: Sequence[Comparison]) -> str:
    """The document ``kgen.diff/v1``.

    A field has ``op``, one of add, remove, change, reorder; ``before`` is null when it is added, ``after`` when it
    is removed.
    """
    document = {"schema": "kgen.diff/v1", "comparisons": [_comparison(item) for item in items]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def resource_list(resources: Iterable[Resource]) -> str:
    """One ``List`` of all resources, as ``kubectl get -o json`` prints it."""
    document = {"apiVersion": "v1", "kind": "List", "items": [resource.body for resource in resources]}
    return json.dumps(document, indent=4, ensure_ascii=False) + "\n"


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "name": comparison.name,
        "summary": {
            "against": comparison.against,
            "changed": comparison.count("change"),
            "added": comparison.count("add"),
            "removed": comparison.count("remove"),
        },
        "resources": [_resource(resource) for resource in comparison.resources],
    }


def _resource(change: ResourceChange) -> dict[str, Any]:
    return {"op": change.op, "resource": _identity(change.id), "fields": [_field(field) for field in change.fields]}


def _identity(resource: ResourceId) -> dict[str, str]:
    gvk = resource.gvk
    return {
        "group": gvk.group,
        "version": gvk.version,
        "kind": gvk.kind,
        "namespace": resource.namespace,
        "name": resource.name,
    }


def _field(change: FieldChange) -> dict[str, Any]:
    return {
        "op": change.op,
        "path": str(change.path),
        "pointer": change.pointer,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
    }
