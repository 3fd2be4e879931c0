"""Comparisons and builds as JSON, for programs."""

import json
import re
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any, Final

from kgen.errors import Origin
from kgen.preview.comparison import Comparison, FieldChange, Finding, Move, ResourceChange
from kgen.renderers.headline import counts
from kgen.resource import Resource, ResourceId

_STEERING: Final = re.compile(r"[^\n -~\u00a1-\u00ac\u00ae-\u052f]")
"""What may steer a terminal or turn the direction of text around; ASCII and most of Europe's letters never do."""


def comparisons(items: Sequence[Comparison]) -> str:
    """The document ``kgen.diff/v1``; `schema` says what is in it."""
    return _printed({"schema": "kgen.diff/v1", "comparisons": [_comparison(item) for item in items]}, 2)


def schema() -> str:
    """The JSON Schema (draft 2020-12) of that document."""
    return (resources.files("kgen.renderers") / "diff.schema.json").read_text(encoding="utf-8")


def resource_list(resources: Iterable[Resource]) -> str:
    """One ``List`` of all resources, as ``kubectl get -o json`` prints it."""
    document = {"apiVersion": "v1", "kind": "List", "items": [resource.body for resource in resources]}
    return json.dumps(document, indent=4, ensure_ascii=False) + "\n"


def _printed(document: Any, indent: int) -> str:
    return _STEERING.sub(_escape, json.dumps(document, indent=indent, ensure_ascii=False)) + "\n"


def _escape(found: re.Match[str]) -> str:
    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]


def _comparison(comparison: Comparison) -> dict[str, Any]:
    shown = [_resource(change) for change in comparison.resources if change.op != "change" or _shown(change)]
    hidden = [(change, change.of("equivalent")) for change in comparison.resources]
    return {
        "name": comparison.name,
        "against": comparison.against,
        "summary": _summary(comparison),
        "moves": [_move(move) for move in comparison.moves],
        "resources": shown,
        "equivalents": [
            {"resource": _identity(change.id), "fields": [_field(field) for field in fields]}
            for change, fields in hidden
            if fields
        ],
        "findings": [finding(found) for found in comparison.findings],
        "ignored": comparison.ignored,
        "notes": list(comparison.notes),
    }


def _summary(comparison: Comparison) -> dict[str, Any]:
    found = counts(comparison)
    return {
        "against": comparison.against,
        "changed": found.change,
        "added": found.add,
        "removed": found.remove,
        "renamed": found.renamed,
        "restarts": found.restarts,
        "restartedPods": found.pods,
        "willFail": found.fails,
        "losesData": found.loses,
        "leftBehind": found.left,
        "blocking": found.blocking,
        "warnings": found.warnings,
        "equivalent": found.equivalent,
        "ignored": found.ignored,
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "prefix": _both(move.prefix),
        "suffix": _both(move.suffix),
        "namespaces": _both(move.namespaces) if move.namespaces else None,
        "resources": [_identity(member) for member in move.members],
    }


def _both(values: tuple[str, str]) -> dict[str, str]:
    return {"before": values[0], "after": values[1]}


def _shown(change: ResourceChange) -> tuple[FieldChange, ...]:
    return change.of("value", "order", "rename")


def _resource(change: ResourceChange) -> dict[str, Any]:
    return {
        "op": change.op,
        "resource": _identity(change.id),
        "renamedFrom": _identity(change.renamed_from) if change.renamed_from else None,
        "fields": [_field(field) for field in _shown(change)],
        "before": change.before.body if change.before and change.op == "remove" else None,
        "after": change.after.body if change.after and change.op == "add" else None,
        "reason": change.reason,
        "cause": _place(change.cause),
    }


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
        "class": change.sort,
        "order": list(change.order),
        "format": change.format,
        "inner": [_field(field) for field in change.inner],
        "reason": change.reason,
        "cause": _place(change.cause),
    }


def finding(found: Finding) -> dict[str, Any]:
    """What a change does, as the schema has it."""
    return {
        "rule": found.rule,
        "level": found.level,
        "resource": _identity(found.resource),
        "message": found.message,
        "hint": found.hint,
        "paths": [str(path) for path in found.paths],
        "pods": found.pods,
    }


def _place(origin: Origin | None) -> dict[str, Any] | None:
    return origin._asdict() if origin else None
