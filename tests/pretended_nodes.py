"""Nodes without kubelets, and what these and a provisioner would say: pods run, claims get volumes.

A stage is a namespace whose pods may be on nodes of its own only, so that many tests can share a cluster.
"""

import contextlib
import http
import http.client
import threading
import time
from collections.abc import Callable, Collection, Sequence
from math import inf
from typing import Final, NamedTuple

from kubernetes_api import Api, Body, Refused

from kgen.capacity import Amount

_PLENTY: Final = Amount(64, 1 << 40)  # of what nobody knows how much there is
_NODE: Final = "kubernetes.io/hostname"


class Stage(NamedTuple):
    """A namespace with nodes of its own.

    Attributes:
        name: Of the namespace.
        nodes: What of each node pods can have.
        own: What the cluster's own pods request on each.
        serves: The access modes that volumes can have.
        is_tied: Whether a volume is on one node, and so all pods that use it.
    """

    name: str
    nodes: Sequence[Amount] = ()
    own: Sequence[Amount] = ()
    serves: Collection[str] = ("ReadWriteOnce", "ReadWriteMany")
    is_tied: bool = True


class PretendedNodes:
    """Says of pods what kubelets would, and of claims what a provisioner would."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._stages: dict[str, Stage] = {}
        self.refused: list[str] = []
        self._threads = [
            threading.Thread(target=self._follow, args=("/api/v1/pods", self._pod), daemon=True),
            threading.Thread(target=self._follow, args=("/api/v1/persistentvolumeclaims", self._claim), daemon=True),
        ]

    def begin(self) -> None:
        """From now on, until the API server ends; with a storage class that takes the claims which name none."""
        for name, is_default in ("standard", "true"), ("local-path", "false"):
            metadata = {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": is_default}}
            binding = {"provisioner": "pretended", "volumeBindingMode": "WaitForFirstConsumer"}
            self._api.create("/apis/storage.k8s.io/v1/storageclasses", {"metadata": metadata, **binding})
        for thread in self._threads:
            thread.start()
        self.account("kube-system")

    def add(self, stage: Stage) -> None:
        """Make the namespace, its nodes, and the cluster's own pods on them."""
        self._stages[stage.name] = stage
        selector = {"scheduler.alpha.kubernetes.io/node-selector": f"stage={stage.name}"}
        self._api.create("/api/v1/namespaces", {"metadata": {"name": stage.name, "annotations": selector}})
        for number, (size, own) in enumerate(zip(stage.nodes, stage.own, strict=True)):
            name = f"{stage.name}-{number}"
            self._api.create("/api/v1/nodes", _node(name, stage.name, size))
            pod = {"nodeName": name, "containers": [{"name": "own", "image": "own", "resources": _requests(own)}]}
            self._api.create("/api/v1/namespaces/kube-system/pods", {"metadata": {"name": name}, "spec": pod})
        self.account(stage.name)

    def account(self, namespace: str) -> None:
        """Wait until pods can be made: they run as an account that has a token."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        self._api.until(path, lambda known: bool(known.get("default", {}).get("secrets")))

    def _follow(self, path: str, say: Callable[[Body], None]) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):  # the API server is gone
            for event in self._api.watch(path):
                if event["type"] != "DELETED":
                    self._say(say, event["object"])

    def _say(self, say: Callable[[Body], None], body: Body) -> None:
        """Once more where somebody else was faster or the server is busy; nothing of what is gone or has it already."""
        for pause in (0.0, 0.1, 0.5, 2.0):
            time.sleep(pause)
            try:
                return say(body)
            except Refused as refused:
                if refused.code == http.HTTPStatus.NOT_FOUND or "already exists" in refused.message:
                    return None
                self.refused.append(f"{body['metadata']['name']}: {refused}")
        return None

    def _pod(self, pod: Body) -> None:
        path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
        if "deletionTimestamp" in pod["metadata"]:
            self._api.delete(path)
        elif pod["spec"].get("nodeName") and pod["status"]["phase"] == "Pending":
            conditions = [{"type": kind, "status": "True"} for kind in ("PodScheduled", "Ready")]
            self._api.merge(f"{path}/status", {"status": {"phase": "Running", "conditions": conditions}})

    def _claim(self, claim: Body) -> None:
        metadata, spec = claim["metadata"], claim["spec"]
        node = metadata.get("annotations", {}).get("volume.kubernetes.io/selected-node")
        stage = self._stages.get(metadata["namespace"])
        if stage and node and not spec.get("volumeName") and set(spec["accessModes"]) <= set(stage.serves):
            self._api.create("/api/v1/persistentvolumes", _volume(claim, node if stage.is_tied else ""))


def _node(name: str, stage: str, size: Amount) -> Body:
    known = {key: _PLENTY.of(key) if size.of(key) == inf else size.of(key) for key in ("cpu", "memory")}
    amounts = {"cpu": f"{int(known['cpu'] * 1000)}m", "memory": str(int(known["memory"])), "pods": "110"}
    ready = [{"type": "Ready", "status": "True"}]
    metadata = {"name": name, "labels": {_NODE: name, "stage": stage}}
    return {"metadata": metadata, "status": {"capacity": amounts, "allocatable": amounts, "conditions": ready}}


def _requests(own: Amount) -> Body:
    return {"requests": {"cpu": f"{int(own.cpu * 1000)}m", "memory": str(int(own.memory))}}


def _volume(claim: Body, node: str) -> Body:
    """On this node, or without one the same on every node."""
    metadata, spec = claim["metadata"], claim["spec"]
    here = {"matchExpressions": [{"key": _NODE, "operator": "In", "values": [node]}]}
    local = {"local": {"path": "/x"}, "nodeAffinity": {"required": {"nodeSelectorTerms": [here]}}}
    reference = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
    return {
        "metadata": {"name": f"pvc-{metadata['uid']}"},
        "spec": {
            "capacity": spec["resources"]["requests"],
            "accessModes": spec["accessModes"],
            "storageClassName": spec["storageClassName"],
            "claimRef": reference | {key: metadata[key] for key in ("namespace", "name", "uid")},
            **(local if node else {"hostPath": {"path": "/x"}}),
        },
    }
