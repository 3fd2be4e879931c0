from typing import Any

import pytest

from kgen.schema.label_selectors import matches

LABELS = {"app": "web", "tier": "front"}


def asks(operator: str, key: str = "app", values: Any = ()) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "api"}}, False),
        ({"matchLabels": {"none": ""}}, False),
        ({"matchLabels": "app"}, None),
        (asks("In", values=["web", "api"]), True),
        (asks("In", values=["api"]), False),
        (asks("In", "none", ["api"]), False),
        (asks("NotIn", values=["api"]), True),
        (asks("NotIn", values=["web"]), False),
        (asks("NotIn", "none", ["web"]), True),
        (asks("Exists"), True),
        (asks("Exists", "none"), False),
        (asks("DoesNotExist", "none"), True),
        (asks("DoesNotExist"), False),
        (asks("Near"), None),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": "web"}]}, None),
        ({"matchExpressions": [{"operator": "Exists"}]}, None),
    ],
)
def test_selectors(selector: dict[str, Any], expected: bool | None) -> None:
    assert matches(selector, LABELS) is expected


def test_no_labels() -> None:
    assert matches({}, None) is True
    assert matches({"matchLabels": {"app": "web"}}, None) is False
