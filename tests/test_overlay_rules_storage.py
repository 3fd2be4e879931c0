from typing import Any

import pytest
from rule_states import LOGS, Node, body, said, state

from kgen.overlay.rules import storage
from kgen.overlay.rules.state import Notice


def claim(*modes: str, **spec: Any) -> dict[str, Any]:
    return body("v1", "PersistentVolumeClaim", "logs", {"accessModes": list(modes), **spec})


@pytest.mark.parametrize(
    ("found", "modes"),
    [
        (claim("ReadWriteMany"), ["ReadWriteOnce"]),
        (claim("ReadOnlyMany"), ["ReadWriteOnce"]),
        (claim("ReadWriteMany", storageClassName=None), ["ReadWriteOnce"]),
        (claim("ReadWriteMany", storageClassName="standard"), ["ReadWriteOnce"]),
        (claim("ReadWriteOnce", "ReadWriteMany"), ["ReadWriteOnce"]),
        (claim("ReadWriteMany", "ReadOnlyMany", "ReadWriteOnce"), ["ReadWriteOnce"]),
        (claim("ReadOnlyMany", "ReadWriteOncePod"), ["ReadWriteOnce", "ReadWriteOncePod"]),
    ],
)
def test_kind_serves_one_node_only(found: dict[str, Any], modes: list[str]) -> None:
    edits = list(storage.edits(state("kind", found)))
    assert said(edits) == [("PersistentVolumeClaim/logs", "spec.accessModes", modes)]
    assert list(storage.notices(state("kind", found))) == []


def test_the_reason_names_what_refuses_and_what_happens() -> None:
    (edit,) = storage.edits(state("kind", claim("ReadOnlyMany", "ReadWriteMany")))
    assert edit.reason == (
        "kind's storage (rancher.io/local-path) refuses ReadWriteMany and ReadOnlyMany, the claim would stay Pending; "
        "ReadWriteOnce is for all pods on one node"
    )


def test_claims_of_a_stateful_set() -> None:
    templates = [
        {"metadata": {"name": "a"}, "spec": {"accessModes": ["ReadWriteOnce"]}},
        {"metadata": {"name": "b"}, "spec": {"accessModes": ["ReadWriteMany"]}},
    ]
    found = body("apps/v1", "StatefulSet", "db", {"volumeClaimTemplates": templates})
    assert said(list(storage.edits(state("kind", found)))) == [
        ("StatefulSet/db", "spec.volumeClaimTemplates[1].spec.accessModes", ["ReadWriteOnce"])
    ]


@pytest.mark.parametrize(
    ("cluster", "found"),
    [
        ("minikube", LOGS),
        ("minikube", claim("ReadOnlyMany")),
        ("kind", claim("ReadWriteOnce")),
        ("kind", claim("ReadWriteOncePod")),
        ("kind", claim("ReadWriteOnce", storageClassName="nfs")),
        ("kind", body("v1", "PersistentVolumeClaim", "logs", {"accessModes": None})),
        ("kind", body("v1", "PersistentVolumeClaim", "logs", None)),
        ("kind", body("v1", "PersistentVolume", "logs", {"accessModes": ["ReadWriteMany"]})),
        ("kind", body("apps/v1", "StatefulSet", "db", {"volumeClaimTemplates": None})),
    ],
)
def test_nothing_to_do(cluster: str, found: dict[str, Any]) -> None:
    assert list(storage.edits(state(cluster, found))) == []
    assert list(storage.notices(state(cluster, found))) == []


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (claim("ReadWriteMany", storageClassName="nfs"), "names the storage class 'nfs'"),
        (claim("ReadWriteMany", storageClassName=""), "wants a volume made by hand (storageClassName is empty)"),
        (claim("ReadWriteMany", volumeName="disk"), "names the volume 'disk'"),
        (claim("ReadWriteMany", selector={"matchLabels": {"a": "b"}}), "selects its volume by labels"),
        (
            body(
                "v1",
                "PersistentVolumeClaim",
                "logs",
                {"accessModes": ["ReadWriteMany"]},
                annotations={"volume.beta.kubernetes.io/storage-class": "nfs"},
            ),
            "names the storage class 'nfs'",
        ),
    ],
)
def test_a_claim_that_another_storage_serves_is_left_alone(found: dict[str, Any], why: str) -> None:
    assert list(storage.edits(state("kind", found))) == []
    assert list(storage.notices(state("kind", found))) == [
        Notice(
            "PersistentVolumeClaim/logs asks for ReadWriteMany, which kind's own storage does not serve; "
            f"it is left as it is, for it {why}",
            "make sure that kind has storage for it",
        )
    ]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (claim("ReadWriteOnce"), [("spec.storageClassName", "local-path")]),
        (claim("ReadWriteOnce", storageClassName="standard"), [("spec.storageClassName", "local-path")]),
        (
            claim("ReadWriteOnce", "ReadWriteMany"),
            [("spec.storageClassName", "local-path"), ("spec.accessModes", ["ReadWriteOnce"])],
        ),
        (claim("ReadWriteMany", storageClassName="local-path"), [("spec.accessModes", ["ReadWriteOnce"])]),
        (claim("ReadWriteOnce", storageClassName="nfs"), []),
        (claim("ReadWriteOnce", storageClassName=""), []),
    ],
)
def test_several_nodes_of_minikube_share_files_by_another_class(
    found: dict[str, Any], expected: list[tuple[str, Any]]
) -> None:
    several = state("minikube", found, node=Node(count=2))
    assert [(str(edit.path), edit.value) for edit in storage.edits(several)] == expected
    assert list(storage.notices(several)) == []


def test_the_reason_for_another_class() -> None:
    (edit,) = storage.edits(state("minikube", claim("ReadWriteOnce"), node=Node(count=2)))
    assert edit.reason == "with several nodes minikube's default storage gives each node a folder of its own"


def test_a_class_in_the_annotation_of_old_comes_first() -> None:
    noted = {"annotations": {"volume.beta.kubernetes.io/storage-class": "standard"}}
    found = body("v1", "PersistentVolumeClaim", "logs", {"accessModes": [], "storageClassName": "nfs"}, **noted)
    (edit,) = storage.edits(state("minikube", found, node=Node(count=2)))
    path = 'metadata.annotations["volume.beta.kubernetes.io/storage-class"]'
    assert (str(edit.path), edit.value) == (path, "local-path")
