from typing import Any

import pytest
from verdict_situations import Pair, body, one, said, situation, with_, workload

from kgen.preview.verdicts import data_loss
from kgen.resource import Body

SAFE = "apply loses nothing, but deleting or pruning it"
BACKUP = "back it up before it is deleted, or set 'persistentVolumeReclaimPolicy: Retain' on its volume"
CLAIM = body("v1", "PersistentVolumeClaim", "logs", spec={"storageClassName": "fast"})
BOUND = with_(CLAIM, "spec.volumeName", "pv")
CLASS = body("storage.k8s.io/v1", "StorageClass", "fast", None, provisioner="a")
VOLUME = body("v1", "PersistentVolume", "pv", None, spec={"persistentVolumeReclaimPolicy": "Delete"})
DEFINITION = body(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    "things.example.org",
    None,
    spec={"names": {"kind": "Thing"}},
)


def stateful(replicas: int, **policy: str) -> Body:
    fields: dict[str, Any] = {"volumeClaimTemplates": [{"metadata": {"name": "data"}}], "replicas": replicas}
    return workload("StatefulSet", "db", **fields, persistentVolumeClaimRetentionPolicy=policy)


@pytest.mark.parametrize(
    ("pair", "beside", "message", "hint", "level"),
    [
        (
            (CLAIM, None),
            [],
            f"{SAFE} deletes its data, unless its volume's reclaim policy is Retain",
            BACKUP,
            "blocking",
        ),
        ((CLAIM, None), [CLASS], f"{SAFE} deletes its data", BACKUP, "blocking"),
        ((BOUND, None), [VOLUME], f"{SAFE} deletes its data", BACKUP, "blocking"),
        ((VOLUME, None), [], f"{SAFE} deletes the volume: its policy is Delete", BACKUP, "blocking"),
        (
            (body("v1", "Namespace", "prod", None), None),
            [],
            f"{SAFE} deletes everything in it",
            "move what is needed first",
            "blocking",
        ),
        (
            (DEFINITION, None),
            [],
            f"{SAFE} deletes every Thing in the cluster",
            "keep it as long as there is a Thing",
            "blocking",
        ),
        (
            (stateful(2), None),
            [],
            f"{SAFE} leaves data-db-0, data-db-1: their data is lost when those are deleted too",
            "keep the claims as long as the data is wanted",
            "warning",
        ),
        (
            (stateful(9, whenDeleted="Delete"), None),
            [],
            f"{SAFE} deletes data-db-0, data-db-1, data-db-2 and 6 more claims and their data: whenDeleted is Delete",
            "set whenDeleted: Retain first, or back them up",
            "blocking",
        ),
        (
            (stateful(3, whenScaled="Delete"), stateful(1, whenScaled="Delete")),
            [],
            "deletes data-db-1, data-db-2 and their data: fewer replicas, and whenScaled is Delete",
            "set whenScaled: Retain first, or back them up",
            "blocking",
        ),
        (
            (
                with_(stateful(2, whenScaled="Delete"), "spec.ordinals", {"start": 5}),
                with_(stateful(1, whenScaled="Delete"), "spec.ordinals", {"start": 5}),
            ),
            [],
            "deletes data-db-6 and their data: fewer replicas, and whenScaled is Delete",
            "set whenScaled: Retain first, or back them up",
            "blocking",
        ),
    ],
)
def test_what_would_be_lost(pair: Pair, beside: list[Body], message: str, hint: str, level: str) -> None:
    found = one(data_loss, situation(pair, beside=beside))
    assert (found.message, found.hint, found.level) == (message, hint, level)


@pytest.mark.parametrize(
    ("pair", "beside"),
    [
        ((CLAIM, None), [with_(CLASS, "reclaimPolicy", "Retain")]),
        ((BOUND, None), [with_(VOLUME, "spec.persistentVolumeReclaimPolicy", "Retain")]),
        ((CLAIM, None), [with_(VOLUME, "spec", {"claimRef": {"name": "logs", "namespace": "prod"}})]),
        ((with_(VOLUME, "spec", {}), None), []),
        ((workload(), None), []),
        ((workload("StatefulSet", "db"), None), []),
        ((stateful(0), None), []),
        ((stateful(3), stateful(1)), []),
        ((stateful(1, whenScaled="Delete"), stateful(3, whenScaled="Delete")), []),
        ((stateful(3, whenDeleted="Delete"), stateful(1, whenDeleted="Delete")), []),
        ((None, CLAIM), []),
        ((CLAIM, with_(CLAIM, "metadata.labels", {"a": "b"})), []),
        ((body("v1", "ConfigMap", "cfg", data={}), None), []),
        # A namespace of another API.
        ((body("example.org/v1", "Namespace", "prod", None), None), []),
    ],
)
def test_nothing_would_be_lost(pair: Pair, beside: list[Body]) -> None:
    assert said(data_loss, situation(pair, beside=beside)) == []
