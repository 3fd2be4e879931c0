import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from kgen import capacity
from kgen.capacity import Amount, Workload
from kgen.errors import InputError, Origin
from kgen.quantity import mebibytes, millicores, parse
from kgen.resource import Resource, ResourceId


def amount(cpu: str, memory: str) -> Amount:
    return Amount(parse(cpu), parse(memory))


def container(memory: str | None = None, **fields: Any) -> dict[str, Any]:
    resources = {"requests": {"memory": memory}} if memory else {}
    return {"name": "c", "resources": resources, **fields}


def resource(kind: str, spec: dict[str, Any], name: str = "web") -> Resource:
    version = {"Job": "batch/v1", "CronJob": "batch/v1", "Pod": "v1"}.get(kind, "apps/v1")
    return Resource({"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec})


def workload(kind: str, spec: dict[str, Any] | None = None, nodes: int = 1) -> Workload:
    template = {"template": {"spec": {"containers": [container("1Mi")]}}}
    return capacity.workloads([resource(kind, template | (spec or {}))], nodes)[0]


@pytest.mark.parametrize(
    ("resources", "cpu", "memory"),
    [
        ({"requests": {"cpu": "100m", "memory": "1Mi"}}, "100m", "1Mi"),
        ({"limits": {"cpu": "100m", "memory": "1Mi"}}, "100m", "1Mi"),
        ({"limits": {"memory": "2Mi"}, "requests": {"cpu": "1"}}, "1", "2Mi"),
        ({"limits": {"cpu": 2, "memory": "2Mi"}, "requests": {"memory": "1Mi"}}, "2", "1Mi"),
        ({"limits": {"memory": "2Mi"}, "requests": {"memory": "0"}}, "0", "0"),
        ({"limits": {"memory": "2Mi"}, "requests": {"memory": None}}, "0", "2Mi"),
        ({"limits": None, "requests": None}, "0", "0"),
        ({}, "0", "0"),
        (None, "0", "0"),
    ],
)
def test_requests_default_to_limits_per_resource(resources: Any, cpu: str, memory: str) -> None:
    found = {"name": "c", "resources": resources}
    assert capacity.container_request(found, "cpu") == parse(cpu)
    assert capacity.container_request(found, "memory") == parse(memory)


@pytest.mark.parametrize(
    ("spec", "memory"),
    [
        ({"containers": [container("1Mi"), container("2Mi"), container()]}, "3Mi"),
        # An init container runs before the others, so only the larger counts.
        ({"containers": [container("3Mi")], "initContainers": [container("2Mi")]}, "3Mi"),
        ({"containers": [container("3Mi")], "initContainers": [container("5Mi"), container("4Mi")]}, "5Mi"),
        # A sidecar goes on beside the containers, and beside the init containers that come after it.
        ({"containers": [container("3Mi")], "initContainers": [container("2Mi", restartPolicy="Always")]}, "5Mi"),
        (
            {
                "containers": [container("1Mi")],
                "initContainers": [container("2Mi", restartPolicy="Always"), container("4Mi")],
            },
            "6Mi",
        ),
        (
            {
                "containers": [container("1Mi")],
                "initContainers": [container("4Mi"), container("2Mi", restartPolicy="Always")],
            },
            "4Mi",
        ),
        ({"containers": [container("3Mi")], "overhead": {"memory": "2Mi"}}, "5Mi"),
        ({"containers": [container("3Mi")], "resources": {"requests": {"memory": "8Mi"}}}, "8Mi"),
        ({"containers": [container("3Mi")], "resources": {"limits": {"memory": "8Mi"}}}, "3Mi"),
        ({"containers": [container()], "resources": {"limits": {"memory": "8Mi"}}}, "8Mi"),
        ({"containers": []}, "0"),
        ({}, "0"),
    ],
)
def test_pod_request(spec: dict[str, Any], memory: str) -> None:
    assert capacity.pod_request(spec, "memory") == parse(memory)


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Deployment", {}, 1),
        ("Deployment", {"replicas": 3}, 3),
        ("StatefulSet", {"replicas": 0}, 0),
        ("DaemonSet", {}, 4),
        ("Job", {}, 1),
        ("Job", {"parallelism": 3}, 3),
        ("Job", {"parallelism": 3, "completions": 2}, 2),
        ("Job", {"suspend": True}, 0),
    ],
)
def test_pods_at_once(kind: str, spec: dict[str, Any], expected: int) -> None:
    assert workload(kind, spec, nodes=4).pods == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, 1),
        ({"suspend": True}, 0),
        ({"jobTemplate": {"spec": {"suspend": True}}}, 0),
        ({"jobTemplate": {"spec": {"parallelism": 2}}}, 2),
        ({"jobTemplate": None}, 1),
    ],
)
def test_a_cron_job_counts_as_one_run(spec: dict[str, Any], expected: int) -> None:
    assert capacity.workloads([resource("CronJob", spec)])[0].pods == expected


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Deployment", {}, 1),
        ("Deployment", {"replicas": 0}, 0),
        ("Deployment", {"replicas": 0, "strategy": {"rollingUpdate": {"maxSurge": 1}}}, 0),
        ("Deployment", {"replicas": 4}, 1),
        ("Deployment", {"replicas": 5}, 2),
        ("Deployment", {"strategy": {"type": "RollingUpdate"}}, 1),
        ("Deployment", {"strategy": {"type": "Recreate"}}, 0),
        ("Deployment", {"strategy": {"rollingUpdate": {"maxUnavailable": 1}}}, 1),
        ("Deployment", {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}, 0),
        ("Deployment", {"strategy": {"rollingUpdate": {"maxSurge": "0%"}}}, 0),
        ("Deployment", {"replicas": 3, "strategy": {"rollingUpdate": {"maxSurge": "100%"}}}, 3),
        ("Deployment", {"replicas": 3, "strategy": {"rollingUpdate": {"maxSurge": 2}}}, 2),
        ("Deployment", {"replicas": 8, "strategy": {"rollingUpdate": {"maxSurge": "2"}}}, 2),
        ("Deployment", {"replicas": 8, "strategy": {"rollingUpdate": {"maxSurge": True}}}, 2),
        ("StatefulSet", {"replicas": 4}, 0),
        ("DaemonSet", {}, 0),
        ("DaemonSet", {"updateStrategy": {"rollingUpdate": {"maxSurge": "30%"}}}, 2),
        ("DaemonSet", {"updateStrategy": {"type": "OnDelete", "rollingUpdate": {"maxSurge": 1}}}, 0),
        ("Job", {}, 0),
    ],
)
def test_surge(kind: str, spec: dict[str, Any], expected: int) -> None:
    assert workload(kind, spec, nodes=4).surge == expected


@pytest.mark.parametrize(("up", "expected"), [(True, 1), (False, 0)])
def test_a_quarter_of_one_pod_is_rounded_as_asked(up: bool, expected: int) -> None:
    assert capacity.resolve(None, 1, "25%", up=up) == expected


def test_resources_without_pods_ask_for_nothing() -> None:
    assert capacity.workloads([Resource({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}})]) == ()


def test_a_quantity_that_does_not_parse_is_said_with_its_place() -> None:
    broken = resource("Deployment", {"template": {"spec": {"containers": [container("1GB")]}}})
    broken.origin = Origin("base/web.yaml", 3)
    message = "Deployment/web: '1GB' is not a quantity: no suffix 'GB', did you mean 'G'?"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$") as caught:
        capacity.workloads([broken])
    assert caught.value.origin == Origin("base/web.yaml", 3)
    assert caught.value.hint == "write requests and limits as 500m or 512Mi"


def of(name: str, memory: str, pods: int = 1, cpu: str = "0", **fields: Any) -> Workload:
    found = ResourceId.of({"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": name}})
    return Workload(found, amount(cpu, memory), pods, **fields)


def test_the_steady_state_counts_every_pod() -> None:
    asked = capacity.total([of("a", "2Mi", pods=3, cpu="100m"), of("b", "1Mi")])
    assert (asked.of("cpu"), asked.of("memory")) == (parse("300m"), parse("7Mi"))


def article() -> Iterator[Resource]:
    """Three Deployments with the limits of the article's."""
    limits = {
        "postgres": {"cpu": "500m", "memory": "128Mi"},
        "webserver": {"memory": "2Gi"},
        "scheduler": {"memory": "512Mi"},
    }
    for name, limit in limits.items():
        pod = {"containers": [{"name": name, "resources": {"limits": limit}}]}
        yield resource("Deployment", {"replicas": 1, "template": {"spec": pod}}, name)


def test_the_article_asks_for_500m_and_2688mi() -> None:
    asked = capacity.total(capacity.workloads(article()))
    assert (millicores(Fraction(asked.cpu)), mebibytes(Fraction(asked.memory))) == ("500m", "2688Mi")


@pytest.mark.parametrize(
    ("allocatable", "own", "fits", "rollouts"),
    [
        # Nodes as they were measured, less what the cluster's own pods request.
        pytest.param("2186464Ki", "170Mi", False, "", id="minikube 2200 MB, VirtualBox"),
        pytest.param("2912Mi", "170Mi", True, "", id="minikube 3072 MB, least"),
        pytest.param("3007Mi", "170Mi", True, "postgres", id="minikube 3072 MB, most"),
        pytest.param("3936940Ki", "140Mi", True, "postgres scheduler", id="minikube 4000 MB, hyperkit"),
        pytest.param("3712076Ki", "170Mi", True, "postgres scheduler", id="minikube, kvm2"),
        pytest.param("3900Mi", "290Mi", True, "postgres scheduler", id="kind, a virtual machine of 4 GB"),
        pytest.param("15.4Gi", "290Mi", True, "postgres scheduler webserver", id="kind, 16 GiB"),
        pytest.param(
            "15.4Gi", "170Mi", True, "postgres scheduler webserver", id="minikube in docker, which shows the host"
        ),
        pytest.param("3890Mi", "140Mi", True, "postgres scheduler", id="rancher-desktop 4 GiB"),
        pytest.param("3820Mi", "70Mi", True, "postgres scheduler", id="microk8s, a virtual machine of 4 GB"),
        pytest.param("1960Mi", "140Mi", False, "", id="colima 2 GiB"),
        pytest.param("4896Mi", "160Mi", True, "postgres scheduler webserver", id="all rollouts fit"),
        # The exact border, as a real scheduler decided it.
        pytest.param("2857Mi", "170Mi", False, "", id="one Mi short"),
        pytest.param("2858Mi", "170Mi", True, "", id="to the Mi"),
    ],
)
def test_the_article_on_measured_nodes(allocatable: str, own: str, fits: bool, rollouts: str) -> None:
    workloads = capacity.workloads(article())
    placement = capacity.place(workloads, [amount("2", allocatable) - amount("750m", own)])
    assert placement.fits is fits
    assert bool(placement.homeless) is not fits
    if fits:
        found = sorted(w.id.name for w in workloads if placement.surge_fits(w))
        assert found == rollouts.split()


def test_one_cpu_beside_750m_is_too_little_for_the_article() -> None:
    assert capacity.place(capacity.workloads(article()), [amount("1", "4Gi") - amount("750m", "170Mi")]).homeless


def deployment_of(memory: str, replicas: int) -> Resource:
    pod = {"spec": {"containers": [{"name": "c", "resources": {"requests": {"memory": memory}}}]}}
    identity = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "many"}}
    return Resource({**identity, "spec": {"replicas": replicas, "template": pod}})


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(InputError, match=r"^Deployment/many: '-5Mi' is negative$"):
        capacity.workloads([deployment_of("-5Mi", 1)])


def sharing(name: str, *claims: str, kind: str = "Deployment", namespace: str = "") -> Resource:
    volumes = [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in claims]
    found = resource(kind, {"template": {"spec": {"containers": [container("1Mi")], "volumes": volumes}}}, name)
    found.body["metadata"] |= {"namespace": namespace} if namespace else {}
    return Resource(found.body)


@pytest.mark.parametrize(
    ("resources", "on_one_node", "groups"),
    [
        ([sharing("a", "x"), sharing("b", "x"), sharing("c", "y"), sharing("d")], "xy", [{"a", "b"}, {"c"}]),
        ([sharing("a", "x"), sharing("b", "x")], "", []),
        ([sharing("a", "x"), sharing("b", "y"), sharing("c", "y", "x")], "xy", [{"a", "b", "c"}]),
        ([sharing("a", "x"), sharing("b", "y"), sharing("c", "y", "x")], "x", [{"a", "c"}]),
        ([sharing("a", "x"), sharing("b", "x", namespace="other")], "x", [{"a"}]),
        ([sharing("a", "x", kind="DaemonSet"), sharing("b", "x", kind="StatefulSet")], "x", [{"b"}]),
    ],
)
def test_claims_tie_workloads(resources: list[Resource], on_one_node: str, groups: list[set[str]]) -> None:
    found: dict[str, set[str]] = {}
    for workload in capacity.workloads(resources, 2, [("", claim) for claim in on_one_node]):
        found.setdefault(workload.together, set()).add(workload.id.name)
    found.pop("", None)
    assert list(found.values()) == groups
