"""Whether labels satisfy a label selector.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements
"""

from typing import Any

from kgen.resource import Body
from kgen.schema import pods


def matches(selector: Any, labels: Any) -> bool | None:
    """Whether they do; None where the selector is none that can be read. An empty one matches everything."""
    if not isinstance(selector, dict):
        return None
    known = labels if isinstance(labels, dict) else {}
    wanted = selector.get("matchLabels") or {}
    if not isinstance(wanted, dict):
        return None
    if any(known.get(name, ...) != value for name, value in wanted.items()):
        return False
    answers = [_meets(requirement, known) for requirement in pods.items(selector, "matchExpressions")]
    if False in answers:
        return False
    return None if None in answers else True


def _meets(requirement: Body, labels: Body) -> bool | None:
    name, values = requirement.get("key"), requirement.get("values") or []
    if not isinstance(values, list) or not isinstance(name, str):
        return None
    match requirement.get("operator"):
        case "In":
            return name in labels and labels[name] in values
        case "NotIn":
            return name not in labels or labels[name] not in values
        case "Exists":
            return name in labels
        case "DoesNotExist":
            return name not in labels
    return None
