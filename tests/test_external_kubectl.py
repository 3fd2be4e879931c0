import json
import re
from pathlib import Path
from typing import Any

import pytest

from kgen.errors import ToolError
from kgen.external import kubectl
from kgen.external.kubectl import DetectedNode

NODES = "kubectl --context kind-kind get nodes -o json"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def prints(tools: Path, name: str, text: str) -> None:
    """Make a program that prints a text and notes its arguments."""
    (tools / "out").write_text(text)
    path = tools / name
    path.write_text(
        f'#!/bin/sh\necho "$@" > {tools}/args\nwhile IFS= read -r line; do echo "$line"; done < {tools}/out\n'
    )
    path.chmod(0o755)


def nodes(*allocatable: Any) -> str:
    return json.dumps({"kind": "List", "items": [{"status": {"allocatable": found}} for found in allocatable]}) + "\n"


@pytest.mark.parametrize(
    ("allocatable", "expected"),
    [
        ([{"cpu": "8", "memory": "16392100Ki"}], DetectedNode("8", "16007Mi", 1)),
        ([{"cpu": "1930m", "memory": "3Gi"}], DetectedNode("1930m", "3072Mi", 1)),
        ([{"cpu": "8", "memory": "4Gi"}, {"cpu": "2", "memory": "8Gi"}], DetectedNode("2", "4096Mi", 2)),
    ],
)
def test_detect(tools: Path, allocatable: list[dict[str, str]], expected: DetectedNode) -> None:
    prints(tools, "kubectl", nodes(*allocatable))
    assert kubectl.measure("kind-kind", kubectl.nodes("kind-kind")) == expected
    assert f"kubectl {(tools / 'args').read_text().strip()}" == NODES


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('{"items": []}\n', f"{NODES}: the cluster has no nodes", "is it still starting?"),
        ("oops\n", f"{NODES}: it printed no JSON object", None),
        ("[]\n", f"{NODES}: it printed no JSON object", None),
        (
            nodes({"cpu": "2"}),
            f"{NODES}: a node offers no amount that can be read: '' is not a quantity such as 500m, 512Mi or 2Gi",
            None,
        ),
    ],
)
def test_detect_fails(tools: Path, text: str, message: str, hint: str | None) -> None:
    prints(tools, "kubectl", text)
    with pytest.raises(ToolError, match=f"^{re.escape(message)}$") as caught:
        kubectl.measure("kind-kind", kubectl.nodes("kind-kind"))
    assert caught.value.hint == hint


def test_builds(tools: Path) -> None:
    prints(tools, "kubectl", "kind: A\n")
    assert kubectl.build("overlays/kind") == "kind: A\n"
    assert (tools / "args").read_text() == "kustomize overlays/kind\n"
    prints(tools, "kustomize", "kind: B\n")
    assert kubectl.kustomize_build("overlays/kind") == "kind: B\n"
    assert (tools / "args").read_text() == "build overlays/kind\n"
