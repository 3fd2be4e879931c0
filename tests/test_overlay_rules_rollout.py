from typing import Any

import pytest
from rule_states import ARTICLE, POSTGRES, SCHEDULER, WEBSERVER, Node, body, container, deployment, said, state

from kgen.overlay.rules import rollout

SURGE = "spec.strategy.rollingUpdate.maxSurge"
UNAVAILABLE = "spec.strategy.rollingUpdate.maxUnavailable"
IN_PLACE = [(SURGE, 0), (UNAVAILABLE, 1), ("spec.strategy.type", "RollingUpdate")]


def reasons(*bodies: dict[str, Any], **where: Any) -> list[str]:
    return list(dict.fromkeys(edit.reason for edit in rollout.edits(state("minikube", *bodies, **where))))


def test_a_second_pod_that_finds_no_room() -> None:
    edits = list(rollout.edits(state("minikube", *ARTICLE)))
    assert said(edits) == [
        (f"Deployment/{name}", path, value)
        for name in ("postgres", "webserver", "scheduler")
        for path, value in IN_PLACE
    ]
    # 3072 - 160 - 170 - 2688 = 54
    assert [edit.reason for edit in edits if edit.resource.name == "webserver"] == [
        "a rollout starts a second pod of 2048Mi while the first still runs; the node has 54Mi left"
    ] * 3


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        ("3072Mi", ["postgres", "scheduler", "webserver"]),
        (f"{160 + 170 + 2688 + 128}Mi", ["scheduler", "webserver"]),
        ("4000Mi", ["webserver"]),
        (f"{160 + 170 + 2688 + 2047}Mi", ["webserver"]),
        ("5066Mi", []),
        ("5100Mi", []),
        # What does not fit at all is no rollout's fault.
        ("2200Mi", []),
    ],
)
def test_each_deployment_by_itself(memory: str, expected: list[str]) -> None:
    found = rollout.edits(state("minikube", *ARTICLE, node=Node(memory=memory)))
    assert sorted({edit.resource.name for edit in found}) == expected


def test_cpu_counts() -> None:
    assert reasons(POSTGRES, node=Node(memory="64Gi", cpu="1500m")) == [
        "a rollout starts a second pod of 500m CPU while the first still runs; the node has 250m CPU left"
    ]


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (
            {"replicas": 2},
            "a rollout starts one more pod of 1024Mi while all 2 still run; the node has 694Mi left",
        ),
        (
            {"replicas": 2, "strategy": {"rollingUpdate": {"maxSurge": "100%"}}},
            "a rollout starts 2 more pods of 1024Mi each while all 2 still run; the node has 694Mi left",
        ),
    ],
)
def test_more_pods(spec: dict[str, Any], reason: str) -> None:
    assert reasons(deployment("web", container("web", "1Gi"), **spec)) == [reason]


def test_extra_pods_that_fit_one_by_one_but_not_together() -> None:
    web = deployment("web", container("web", "900Mi"), strategy={"rollingUpdate": {"maxSurge": 3}})
    assert reasons(web) == [
        "a rollout starts 3 more pods of 900Mi each while the first still runs; the node has 1842Mi left"
    ]


def test_on_several_nodes_one_of_them_must_have_room_wherever_the_others_are() -> None:
    web, small = deployment("web", container("web", "2Gi"), replicas=2), deployment("small", container("c", "700Mi"))
    assert reasons(web, node=Node(count=2)) == [
        "a rollout starts one more pod of 2048Mi while all 2 still run; no node has that left"
    ]
    # 3072 - 160 - 220 = 2692 on the first node, 2862 on the second: no room for the large one beside two small ones.
    one = deployment("web", container("web", "2Gi"))
    assert reasons(one, small, node=Node(count=3)) == []
    assert reasons(one, small, node=Node(count=2)) == [
        "a rollout starts a second pod of 2048Mi while the first still runs; no node is sure to have that left"
    ]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ({"type": "RollingUpdate"}, [(SURGE, 0), (UNAVAILABLE, 1)]),
        ({"rollingUpdate": None}, IN_PLACE),
        ({"rollingUpdate": {"maxUnavailable": 0}}, IN_PLACE),
        ({"rollingUpdate": {"maxUnavailable": "50%"}}, IN_PLACE),
        # It may stop a pod first, and so makes its own room.
        ({"rollingUpdate": {"maxUnavailable": 1}}, []),
        ({"rollingUpdate": {"maxUnavailable": "100%"}}, []),
    ],
)
def test_only_what_is_needed_is_set(strategy: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    found = state("minikube", deployment("web", container("web", "2Gi"), strategy=strategy))
    assert [(path, value) for _, path, value in said(list(rollout.edits(found)))] == expected


@pytest.mark.parametrize(
    "found",
    [
        deployment("web", container("web", "2Gi"), strategy={"type": "Recreate"}),
        deployment("web", container("web", "2Gi"), strategy={"rollingUpdate": {"maxSurge": 0}}),
        deployment("web", container("web", "8Gi"), replicas=0),
        deployment("web", container("web")),
        deployment("web", container("web", "1Gi")),
        body("apps/v1", "StatefulSet", "db", WEBSERVER["spec"]),
        body(
            "apps/v1",
            "DaemonSet",
            "agent",
            {**WEBSERVER["spec"], "updateStrategy": {"rollingUpdate": {"maxSurge": 1}}},
        ),
    ],
)
def test_nothing_to_do(found: dict[str, Any]) -> None:
    assert list(rollout.edits(state("minikube", found))) == []
    assert list(rollout.notices(state("minikube", found))) == []


def test_where_no_size_is_known_nothing_is_guessed() -> None:
    assert list(rollout.edits(state("kind", *ARTICLE))) == []


def test_a_pod_that_asks_for_nothing_always_finds_room() -> None:
    found = state("minikube", WEBSERVER, SCHEDULER, deployment("tiny", container("tiny")), node=Node(memory="2900Mi"))
    assert {edit.resource.name for edit in rollout.edits(found)} == {"webserver", "scheduler"}


@pytest.mark.parametrize(("replicas", "waits"), [(3, True), (4, False), (5, False)])
def test_from_four_replicas_on_the_default_makes_its_own_room(replicas: int, waits: bool) -> None:
    web = deployment("web", container("web", str(2700 // replicas) + "Mi"), replicas=replicas)
    assert bool(reasons(web)) is waits
