from typing import Any

import pytest
from rule_states import ARTICLE, POSTGRES, Node, body, container, deployment, said, state

from kgen.overlay.edits import apply_edits
from kgen.overlay.rules import capacity
from kgen.overlay.rules.state import Notice
from kgen.resource import ResourceId

CONTAINERS = "spec.template.spec.containers"


@pytest.mark.parametrize(
    ("memory", "level"),
    [
        # 2200 - 160 - 170 = 1870; less 512 and 128 is 1230, and 1216 is a multiple of 64.
        ("2200Mi", "1216Mi"),
        # The highest level that needs no change of the next container.
        (f"{160 + 170 + 2687}Mi", "1984Mi"),
        (f"{160 + 170 + 2624}Mi", "1984Mi"),
        (f"{160 + 170 + 2623}Mi", "1920Mi"),
        (f"{160 + 170 + 1152}Mi", "512Mi"),
    ],
)
def test_the_largest_request_is_lowered(memory: str, level: str) -> None:
    found = state("minikube", *ARTICLE, node=Node(memory=memory))
    edits = list(capacity.edits(found))
    assert said(edits) == [("Deployment/webserver", f"{CONTAINERS}[name=web].resources.requests.memory", level)]
    assert list(capacity.notices(found)) == []


def test_all_that_exceed_the_level_get_the_same() -> None:
    found = state("minikube", *ARTICLE, node=Node(memory=f"{160 + 170 + 1151}Mi"))
    assert said(list(capacity.edits(found))) == [
        ("Deployment/webserver", f"{CONTAINERS}[name=web].resources.requests.memory", "448Mi"),
        ("Deployment/scheduler", f"{CONTAINERS}[name=main].resources.requests.memory", "448Mi"),
    ]


def test_the_least_level_is_64mi() -> None:
    found = state("minikube", *ARTICLE, node=Node(memory=f"{160 + 170 + 3 * 64}Mi"))
    assert [value for _, _, value in said(list(capacity.edits(found)))] == ["64Mi"] * 3


def test_the_reason_carries_the_arithmetic() -> None:
    (edit,) = capacity.edits(state("minikube", *ARTICLE, node=Node(memory="2200Mi")))
    assert edit.reason == (
        "a limit counts as a request: the pods ask for 2688Mi together, the node has 1870Mi free; the limit stays"
    )


def test_limits_stay() -> None:
    found = state("minikube", *ARTICLE, node=Node(memory="2200Mi"))
    after = apply_edits(found.resources, capacity.edits(found))
    (web,) = (r for r in after if r.id.name == "webserver")
    resources = web.body["spec"]["template"]["spec"]["containers"][0]["resources"]
    assert resources == {"limits": {"memory": "2Gi"}, "requests": {"memory": "1216Mi"}}


@pytest.mark.parametrize(
    ("bodies", "node"),
    [
        (ARTICLE, None),
        (ARTICLE, Node(memory="3072Mi", cpu="2")),
        (ARTICLE, Node(memory=f"{160 + 170 + 2688}Mi")),
        ([deployment("web", container("web", "8Gi"), replicas=0)], None),
        ([deployment("web", container("web"))], None),
        ([body("v1", "Service", "web", {})], Node(memory="1Mi")),
    ],
)
def test_what_fits_is_left_alone(bodies: list[dict[str, Any]], node: Node | None) -> None:
    found = state("minikube", *bodies, node=node)
    assert list(capacity.edits(found)) == []
    assert list(capacity.notices(found)) == []


def test_what_does_not_run_is_left_alone() -> None:
    off = deployment("off", container("off", "4Gi"), replicas=0)
    found = state("minikube", off, deployment("web", container("web", "4Gi")))
    assert [resource for resource, _, _ in said(list(capacity.edits(found)))] == ["Deployment/web"]


def test_replicas_count() -> None:
    found = state("minikube", deployment("web", container("web", "1Gi"), replicas=4))
    # (3072 - 160 - 170) / 4 = 685.5
    assert [value for _, _, value in said(list(capacity.edits(found)))] == ["640Mi"]


def test_each_container_of_a_pod_is_lowered_by_itself() -> None:
    found = state("minikube", deployment("web", container("a", "2Gi"), container("b", "2Gi"), container("c", "256Mi")))
    # (3072 - 160 - 170 - 256) / 2 = 1243
    assert said(list(capacity.edits(found))) == [
        ("Deployment/web", f"{CONTAINERS}[name=a].resources.requests.memory", "1216Mi"),
        ("Deployment/web", f"{CONTAINERS}[name=b].resources.requests.memory", "1216Mi"),
    ]


def test_a_written_request_is_kept() -> None:
    found = state(
        "minikube", deployment("db", container("db", "4Gi", "2Gi")), deployment("web", container("web", "2Gi"))
    )
    # 3072 - 160 - 170 - 2048 = 694
    assert said(list(capacity.edits(found))) == [
        ("Deployment/web", f"{CONTAINERS}[name=web].resources.requests.memory", "640Mi")
    ]


def test_a_declared_request_is_kept() -> None:
    web = deployment("web", container("web", "2Gi"))
    found = state("minikube", web, node=Node(memory="1Gi"), declared={(ResourceId.of(web), "web", "memory")})
    assert list(capacity.edits(found)) == []


def test_a_request_of_the_whole_pod_is_kept() -> None:
    pod = {"resources": {"requests": {"memory": "2Gi"}}}
    found = state("minikube", deployment("web", container("web", "2Gi"), pod=pod), node=Node(memory="1Gi"))
    assert list(capacity.edits(found)) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # It asks for the most, so it decides.
        ({}, ["initContainers[name=i]"]),
        # It goes on beside the container, so both add up.
        ({"restartPolicy": "Always"}, ["initContainers[name=i]", "containers[name=web]"]),
    ],
)
def test_init_containers(fields: dict[str, Any], expected: list[str]) -> None:
    pod = {"initContainers": [container("i", "2Gi", **fields)]}
    web = deployment("web", container("web", "1Gi" if not fields else "2Gi"), pod=pod)
    found = state("minikube", web, node=Node(memory="2Gi"))
    paths = [path for _, path, _ in said(list(capacity.edits(found)))]
    assert paths == [f"spec.template.spec.{path}.resources.requests.memory" for path in expected]


def test_an_init_container_that_does_not_count_is_left_alone() -> None:
    web = deployment(
        "web", container("a", "1Gi"), container("b", "1Gi"), pod={"initContainers": [container("i", "1Gi")]}
    )
    found = state("minikube", web, node=Node(memory="2Gi"))
    # (2048 - 160 - 170) / 2 = 859
    assert said(list(capacity.edits(found))) == [
        ("Deployment/web", f"{CONTAINERS}[name=a].resources.requests.memory", "832Mi"),
        ("Deployment/web", f"{CONTAINERS}[name=b].resources.requests.memory", "832Mi"),
    ]


def test_a_cron_job_counts() -> None:
    job = {"template": {"spec": {"containers": [container("job", "8Gi")]}}}
    found = state("minikube", body("batch/v1", "CronJob", "nightly", {"jobTemplate": {"spec": job}}))
    assert said(list(capacity.edits(found))) == [
        (
            "CronJob/nightly",
            "spec.jobTemplate.spec.template.spec.containers[name=job].resources.requests.memory",
            "2688Mi",
        )
    ]


def test_on_several_nodes_each_pod_must_find_one() -> None:
    # 3072 - 160 - 220 = 2692 on the first node, 2862 on the second: each takes one pod of 2688.
    found = state("minikube", deployment("web", container("web", "3Gi"), replicas=2), node=Node(count=2))
    (edit,) = capacity.edits(found)
    assert edit.value == "2688Mi"
    assert edit.reason == (
        "a limit counts as a request: the pods ask for 6144Mi together, the 2 nodes have 5554Mi free; the limit stays"
    )


def test_nodes_of_kind_share_one_machine() -> None:
    one = state("kind", *ARTICLE, node=Node(memory="3200Mi"))
    three = state("kind", *ARTICLE, node=Node(memory="3200Mi", count=3))
    # 3200 - 160 - 290 = 2750; two more nodes take 50Mi each.
    assert list(capacity.edits(one)) == []
    assert [value for _, _, value in said(list(capacity.edits(three)))] == ["1984Mi"]


def test_written_requests_that_do_not_fit_are_said_with_the_arithmetic() -> None:
    found = state(
        "minikube",
        deployment("db", container("db", "2Gi", "2Gi")),
        deployment("worker", container("worker", "1Gi", "512Mi"), replicas=2),
        deployment("web", container("web", "1Gi")),
        node=Node(memory="2200Mi"),
    )
    assert list(capacity.edits(found)) == []
    assert list(capacity.notices(found)) == [
        Notice(
            "the pods do not fit on minikube: they need at least 3136Mi = 2048Mi db + 2 x 512Mi worker + 64Mi web, the "
            "node has 2200Mi - 160Mi system - 170Mi minikube's own pods = 1870Mi; short by 1266Mi",
            "--node-memory=3466Mi is the smallest node that holds them",
        )
    ]


def test_the_node_it_asks_for_is_just_large_enough() -> None:
    found = [deployment("db", container("db", "2Gi", "2Gi")), deployment("web", container("web", "1Gi"))]
    assert list(capacity.notices(state("minikube", *found, node=Node(memory=f"{2048 + 64 + 170 + 160}Mi")))) == []
    (notice,) = capacity.notices(state("minikube", *found, node=Node(memory=f"{2048 + 64 + 170 + 159}Mi")))
    assert notice.hint == "--node-memory=2442Mi is the smallest node that holds them"


def test_a_long_sum_is_cut() -> None:
    many = [deployment(f"app{i}", container("c", "1Gi", f"{900 - i}Mi")) for i in range(8)]
    (notice,) = capacity.notices(state("minikube", *many))
    assert notice.message == (
        "the pods do not fit on minikube: they need at least 7172Mi = 900Mi app0 + 899Mi app1 + 898Mi app2 + 897Mi "
        "app3 + 896Mi app4 + 895Mi app5 + 1787Mi of 2 more, the node has 3072Mi - 160Mi system - 170Mi minikube's own "
        "pods = 2742Mi; short by 4430Mi"
    )


def test_six_terms_are_not_cut() -> None:
    (notice,) = capacity.notices(
        state("minikube", *(deployment(f"a{i}", container("c", request="1Gi")) for i in range(6)))
    )
    assert "1024Mi a4 + 1024Mi a5, the node" in notice.message


def test_cpu_is_never_lowered() -> None:
    web = {"name": "web", "resources": {"limits": {"cpu": "2", "memory": "8Gi"}}}
    found = state("minikube", deployment("web", web))
    # Memory is lowered all the same.
    assert [value for _, _, value in said(list(capacity.edits(found)))] == ["2688Mi"]
    assert list(capacity.notices(found)) == [
        Notice(
            "the pods do not fit on minikube: they need at least 2000m CPU = 2000m CPU web, the node has 2000m CPU "
            "- 750m CPU minikube's own pods = 1250m CPU; short by 750m CPU",
            "--node-cpu=3 is the smallest node that holds them",
        )
    ]


def test_a_pod_that_fits_no_single_node() -> None:
    web = deployment("web", container("web", "4Gi", "4Gi"))
    assert list(capacity.notices(state("minikube", web, node=Node(count=3)))) == [
        Notice(
            "the pods do not fit on minikube: they need 4096Mi in one piece for Deployment/web, and no node has that "
            "left",
            "--node-memory=4306Mi is the smallest node that holds them",
        )
    ]


def test_where_the_order_decides_that_is_said() -> None:
    """7000 - 160 - 220 = 6620 on the first node, 6790 on the second: where each has a small pod, the large one none."""
    pods = [
        deployment(name, container(name, request=memory))
        for name, memory in {"large": "6600Mi", "a": "200Mi", "b": "200Mi"}.items()
    ]
    assert list(capacity.notices(state("minikube", *pods, node=Node(memory="7000Mi", count=2)))) == [
        Notice(
            "the pods may not fit on minikube: they need at least 7000Mi = 6600Mi large + 200Mi a + 200Mi b, the 2 "
            "nodes have 14000Mi - 320Mi system - 270Mi minikube's own pods = 13410Mi, but the scheduler places one "
            "after the other, and in some orders the last finds no node with room in one piece",
            "--node-memory=7095Mi holds them in whatever order they are placed; below 6810Mi they fit in none",
        )
    ]
    assert list(capacity.notices(state("minikube", *pods, node=Node(memory="7095Mi", count=2)))) == []
    (notice,) = capacity.notices(state("minikube", *pods, node=Node(memory="6809Mi", count=2)))
    assert "the pods do not fit on minikube: they need 6600Mi in one piece for Deployment/large" in notice.message


def test_the_reason_says_that_the_order_decides() -> None:
    found = state("minikube", deployment("web", container("web", "2800Mi")), POSTGRES, node=Node(count=2))
    (edit,) = capacity.edits(found)
    assert edit.reason == (
        "a limit counts as a request: the pods ask for 2928Mi together, the 2 nodes have 5554Mi free, but not in one "
        "piece for the last in every order; the limit stays"
    )


def test_requests_are_lowered_until_the_order_makes_no_difference() -> None:
    """2692 on the first node, 2862 on the second: 2752 beside 200 would fit if the small one were on the first."""
    web, small = deployment("web", container("web", "8Gi")), deployment("small", container("c", request="200Mi"))
    found = state("minikube", web, small, node=Node(count=2))
    (edit,) = capacity.edits(found)
    assert edit.value == "2688Mi"
    # Where no level is sure of that, one at which it may be.
    more = deployment("more", container("c", request="2840Mi"))
    found = state("minikube", web, more, node=Node(count=2))
    assert [value for _, _, value in said(list(capacity.edits(found)))] == ["2688Mi"]
    assert ["may not fit" in notice.message for notice in capacity.notices(found)] == [True]


def using(name: str, *names: str) -> dict[str, Any]:
    volumes = [{"name": one, "persistentVolumeClaim": {"claimName": one}} for one in names]
    return deployment(name, container("c", request="64Mi"), pod={"volumes": volumes})


def claim(name: str, mode: str = "ReadWriteOnce") -> dict[str, Any]:
    return body("v1", "PersistentVolumeClaim", name, {"accessModes": [mode], "storageClassName": "standard"})


CLAIMS = (claim("dags"), claim("logs"))


@pytest.mark.parametrize("cluster", ["minikube", "kind"])
def test_volumes_that_may_be_on_two_nodes_are_told(cluster: str) -> None:
    pods = [*CLAIMS, using("both", "dags", "logs"), using("one", "dags"), using("other", "logs")]
    (notice,) = capacity.notices(state(cluster, *pods, node=Node(count=2, memory="4Gi")))
    assert notice == Notice(
        "Deployment/both uses dags as Deployment/one does and logs as Deployment/other does: where these come first, "
        "and to two nodes, it stays Pending",
        "let them share one claim, or use storage that serves many nodes",
    )
    assert list(capacity.notices(state(cluster, *pods, node=Node(count=1, memory="4Gi")))) == []


@pytest.mark.parametrize(
    "pods",
    [
        [*CLAIMS, using("both", "dags", "logs"), using("one", "dags")],
        [*CLAIMS, using("both", "dags", "logs"), using("too", "dags", "logs"), using("other", "logs")],
        [CLAIMS[0], claim("logs", "ReadWriteMany"), using("b", "dags", "logs"), using("o", "dags"), using("p", "logs")],
        [using("both", "dags", "logs"), using("one", "dags"), using("other", "logs")],
    ],
)
def test_volumes_that_are_on_one_node_or_on_all_are_not(pods: list[dict[str, Any]]) -> None:
    assert list(capacity.notices(state("minikube", *pods, node=Node(count=2)))) == []


def test_where_no_size_is_documented_nothing_is_guessed() -> None:
    found = state("kind", *ARTICLE)
    assert list(capacity.edits(found)) == []
    assert list(capacity.notices(found)) == [
        Notice(
            "the size of kind's nodes is not known, so whether the pods fit is not checked",
            "declare it: 'node: {memory: 8Gi}' in kgen.yaml or --node-memory=8Gi; --detect asks the cluster",
            "info",
        )
    ]


def test_without_pods_there_is_nothing_to_say() -> None:
    assert list(capacity.notices(state("kind", body("v1", "Service", "web", {})))) == []


def test_kind_with_a_declared_node() -> None:
    found = state("kind", *ARTICLE, node=Node(memory="2Gi"))
    # 2048 - 160 - 290 - 512 - 128 = 958
    assert [value for _, _, value in said(list(capacity.edits(found)))] == ["896Mi"]
    assert list(capacity.notices(found)) == []
