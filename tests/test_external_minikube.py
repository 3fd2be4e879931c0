import json
import re
from pathlib import Path
from typing import Any

import pytest

from kgen.errors import ToolError
from kgen.external import minikube
from kgen.external.kubectl import DetectedNode


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH, with a kubectl that reports a large computer."""
    monkeypatch.setenv("PATH", str(tmp_path))
    node = {"status": {"allocatable": {"cpu": "8", "memory": "16Gi"}}}
    prints(tmp_path, "kubectl", json.dumps({"items": [node]}))
    return tmp_path


def prints(tools: Path, name: str, text: str) -> None:
    path = tools / name
    path.write_text(f"#!/bin/sh\necho '{text}'\n")
    path.chmod(0o755)


def profiles(**configs: Any) -> str:
    return json.dumps({"valid": [{"Name": name, "Config": config} for name, config in configs.items()], "invalid": []})


def config(cpus: int, memory: int, nodes: int = 1) -> dict[str, Any]:
    return {"Driver": "docker", "CPUs": cpus, "Memory": memory, "Nodes": [{"Name": ""}] * nodes}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (config(2, 3072), DetectedNode("2", "3072Mi", 1)),
        (config(4, 2200, 3), DetectedNode("4", "2200Mi", 3)),
        ({"CPUs": 2, "Memory": 3072, "Nodes": None}, DetectedNode("2", "3072Mi", 1)),
        # No limit: the nodes know.
        (config(0, 3072), DetectedNode("8", "3072Mi", 1)),
        (config(2, 0), DetectedNode("2", "16384Mi", 1)),
        (config(0, 0, 2), DetectedNode("8", "16384Mi", 2)),
    ],
)
def test_detect(tools: Path, found: dict[str, Any], expected: DetectedNode) -> None:
    prints(tools, "minikube", profiles(other=config(1, 1), minikube=found))
    assert minikube.detect() == expected


@pytest.mark.parametrize(
    ("text", "names"), [(profiles(b=config(1, 1), a=config(1, 1)), "a, b"), (profiles(), "none"), ("{}", "none")]
)
def test_a_profile_that_is_not_there(tools: Path, text: str, names: str) -> None:
    prints(tools, "minikube", text)
    message = f"minikube profile list -o json: no profile 'minikube', there is {names}"
    with pytest.raises(ToolError, match=f"^{re.escape(message)}$") as caught:
        minikube.detect()
    assert caught.value.hint == "start it with: minikube start"


def test_without_minikube(tools: Path) -> None:
    assert tools
    with pytest.raises(ToolError, match=r"^minikube is not installed, or not on PATH$"):
        minikube.detect()
