"""What kgen says fits on a node, against a real scheduler: pods are placed, and rollouts end, exactly where it says so.

Each scenario has a namespace with nodes of its own, of the size that a cluster publishes less what never reaches pods,
and the cluster's own pods on them. Pods that are placed are said to run, so the controllers go on with a rollout.
"""

import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from conftest import ROOT
from control_plane import ControlPlane
from kubernetes_api import Body
from pretended_nodes import Stage
from test_features import EVERYTHING
from verdict_situations import with_

from kgen import build, quantity
from kgen.capacity import Amount, on_one_node, workloads
from kgen.cli import main
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.cluster import Cluster
from kgen.overlay.room import Room, room
from kgen.overlay.spec import Spec, parse
from kgen.preview.compare import compare
from kgen.preview.verdicts import Node, Situation, no_longer_fits
from kgen.resource import Resource

FEATURES: Final = f"features:{EVERYTHING.partition('features:')[2]}"
SAID: Final = {
    "minikube-2200": "cluster: minikube\nnode: {memory: 2200Mi}\n",
    "minikube-3072": "cluster: minikube\n",
    "minikube-4000": "cluster: minikube\nnode: {memory: 4000Mi}\n",
    "minikube-6144": "cluster: minikube\nnode: {memory: 6144Mi}\n",
    "minikube-three": "cluster: minikube\nnode: {memory: 4Gi, count: 3}\n",
    "kind-4": "cluster: kind\nnode: {memory: 4Gi, cpu: 2}\n",
    "kind-16": "cluster: kind\nnode: {memory: 16Gi}\n",
    "k3d-4": "cluster: k3d\nnode: {memory: 4Gi}\n",
    "docker-desktop-4": "cluster: docker-desktop\nnode: {memory: 4Gi}\n",
    "docker-desktop-kind-4": "cluster: docker-desktop-kind\nnode: {memory: 4Gi}\nfeatures: {dags: {image: true}}\n",
    "microk8s-4": "cluster: microk8s\nnode: {memory: 4Gi}\n",
    "rancher-desktop": "cluster: rancher-desktop\n",
    "colima": "cluster: colima\n",
    "orbstack-4": "cluster: orbstack\nnode: {memory: 4Gi}\n",
    "minikube-features": f"cluster: minikube\n{FEATURES}",
    "kind-features": f"cluster: kind\nnode: {{memory: 4Gi}}\n{FEATURES}",
    "generic-3": "cluster: generic\nnode: {memory: 3Gi}\n",
}
DEPLOYMENTS: Final = ("airflow-scheduler", "airflow-webserver", "postgres")
APPLIED: Final = frozenset({"Deployment", "PersistentVolumeClaim", "ServiceAccount", "LimitRange"})
TOO_SMALL: Final = {"minikube-2200", "colima"}
"""Where the base has no place at all."""

LARGE: Final = {"minikube-6144", "minikube-three", "kind-16"}
"""Where its rollout has one."""

LACKING: Final = TOO_SMALL | {"minikube-3072", "kind-4", "microk8s-4", "generic-3"}
SMALLEST: Final = {"minikube-2200", "minikube-features", "minikube-three", "docker-desktop-4", "rancher-desktop"}
"""Where it is tried out to the Mi: what the base lacks, and what an overlay needs."""

EVERY_MODE: Final = frozenset({"ReadWriteOnce", "ReadWriteMany"})
CREDENTIALS: Final = "POSTGRES_PASSWORD=p\nAIRFLOW__CORE__FERNET_KEY=k\n"
CONFIG: Final = "config: {airflow-envvars-configmap: {AIRFLOW__CORE__PARALLELISM: '4'}}\n"
WEBSERVER: Final = "Deployment/airflow-webserver"
IMAGE: Final = "spec.template.spec.containers.0.image"
MIB: Final = quantity.MEBIBYTE
State = tuple[Resource, ...]


class Scenario(NamedTuple):
    """States that a cluster is brought into, one after the other, on nodes with this much room."""

    name: str
    cluster: Cluster
    room: Room
    states: Mapping[str, State]
    modes: Collection[str] = EVERY_MODE

    def run(self, server: ControlPlane) -> dict[str, str]:
        """Bring it into each, and see that it comes to rest where kgen says so, and else does not; what kgen says.

        After a state that does not come to rest it is brought back to the first one.
        """
        free = [self.room.size - self.room.overhead] * len(self.room.own)
        classes = self.cluster.node_classes(len(free))
        first = next(iter(self.states.values()))
        is_tied = bool(on_one_node(first, classes))
        server.nodes.add(Stage(self.name, free, self.room.own, self.modes, is_tied))
        said: dict[str, str] = {}
        for name, state in self.states.items():
            said[name] = told(first if said else (), state, Node("node", self.room.free, classes))
            self._reach(server, state, is_to_end=not said[name])
            if said[name] and state is not first:
                self._reach(server, first, is_to_end=True)
            if said["new"]:
                break
        return said

    def _reach(self, server: ControlPlane, state: State, *, is_to_end: bool) -> None:
        """Apply what has pods or what these wait for, and wait until it comes to rest, or cannot."""
        known = {one.id.name: put(server, one, self.name) for one in state if one.id.gvk.kind in APPLIED}
        if is_to_end:
            path = f"/apis/apps/v1/namespaces/{self.name}/deployments"
            server.api.until(path, lambda now: is_complete(now) and not is_older(now, known))
        else:
            server.api.until(f"/api/v1/namespaces/{self.name}/pods", is_stuck)

    def with_more(self, memory: int, mark: str) -> "Scenario":
        """The same on nodes that have so many Mi more."""
        size = self.room.size + Amount(memory=Fraction(memory * MIB))
        return self._replace(name=f"{self.name}-{mark}", room=replace(self.room, size=size))


def put(server: ControlPlane, resource: Resource, namespace: str) -> int:
    """Apply it; its generation then. What is no Deployment stays as it is."""
    path = server.api.collection(resource.body, namespace)
    there = {item["metadata"]["name"] for item in server.api.get(path)["items"]}
    if resource.id.gvk.kind != "Deployment" and resource.id.name in there:
        return 0
    return int(server.api.put(resource.body, namespace)["metadata"].get("generation", 0))


def is_older(known: dict[str, Body], generations: Mapping[str, int]) -> bool:
    """Whether what the API server tells is from before the last change."""
    return any(body["metadata"]["generation"] < generations[name] for name, body in known.items())


def is_complete(known: dict[str, Body]) -> bool:
    """All Deployments have what they are to have, and nothing else."""
    return len(known) == len(DEPLOYMENTS) and all(map(_is_complete, known.values()))


def _is_complete(deployment: Body) -> bool:
    status, wanted = deployment.get("status", {}), deployment["spec"]["replicas"]
    counts = [status.get(name) for name in ("replicas", "updatedReplicas", "availableReplicas")]
    return status.get("observedGeneration") == deployment["metadata"]["generation"] and counts == [wanted] * 3


def is_stuck(known: dict[str, Body]) -> bool:
    """Some pods find no room, and nothing is on its way that could give them any."""
    left = [pod for pod in known.values() if pod["status"]["phase"] == "Pending"]
    is_moving = any("deletionTimestamp" in pod["metadata"] for pod in known.values())
    return bool(left) and not is_moving and all(map(_has_no_room, left))


def _has_no_room(pod: Body) -> bool:
    return any("Insufficient" in one.get("message", "") for one in pod["status"].get("conditions", ()))


def told(before: State, after: State, node: Node) -> str:
    """What kgen says of this change on these nodes; nothing where it fits."""
    situation = Situation(compare(before, after), before, after, node, (1, 33))
    return "; ".join(finding.message for finding in no_longer_fits.findings(situation))


def missing_memory(said: str) -> int:
    """How many Mi are lacking, as kgen tells it."""
    if found := re.search(r"short by (\d+)Mi", said):
        return int(found[1])
    found = re.search(r"second pod of (\d+)Mi .* has (\d+)Mi left", said)
    assert found, said
    return int(found[1]) - int(found[2])


def spec_of(text: str) -> Spec:
    spec, errors = parse(text, "kgen.yaml")
    assert not errors
    return spec


def with_image(state: State) -> State:
    """Another image for the web interface."""
    return tuple(
        replace(one, body=with_(one.body, IMAGE, "puckel/docker-airflow:1.10.10")) if str(one.id) == WEBSERVER else one
        for one in state
    )


def overlay_on(name: str, folder: Path) -> Scenario:
    """An overlay: applied, then another image, then another setting, which its checksums carry to the pods."""
    made, configured = (tuple(build(folder / "overlays" / one)) for one in (name, f"{name}-config"))
    states = {"new": made, "image": with_image(made), "config": configured}
    spec = spec_of(SAID[name])
    cluster = CLUSTERS[str(spec.cluster)]
    modes = cluster.storage_on((spec.node and spec.node.count) or 1).access_modes
    return Scenario(name, cluster, room(cluster, spec.node), states, modes or EVERY_MODE)


def base_on(name: str, folder: Path) -> Scenario:
    """The base without an overlay, on storage that serves it."""
    base = tuple(build(folder / "base"))
    states = {"new": base, "image": with_image(base)}
    return overlay_on(name, folder)._replace(name=f"{name}-base", states=states, modes=EVERY_MODE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the overlays of SAID."""
    root = tmp_path_factory.mktemp("scheduler")
    shutil.copytree(ROOT / "base", root / "base")
    for name, text in SAID.items():
        for overlay, said in (name, text), (f"{name}-config", text + CONFIG):
            (root / "overlays" / overlay).mkdir(parents=True)
            (root / "overlays" / overlay / "kgen.yaml").write_text(said)
            (root / "overlays" / overlay / "credentials.env").write_text(CREDENTIALS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["overlay", "--all"]) == 0
    return root


Said = dict[str, str]
Stories = Mapping[str, Future[list[Said]]]


def on_the_edge(scenario: Scenario, memory: int, server: ControlPlane) -> list[Said]:
    """What is said with so many Mi more, and with one less than that."""
    return [scenario.with_more(more, f"{mark}").run(server) for more, mark in ((memory, "fits"), (memory - 1, "less"))]


def story_of_overlay(name: str, folder: Path, server: ControlPlane) -> list[Said]:
    """An overlay on the nodes that it is for; for some, also where kgen is sure that it fits, and where it cannot."""
    scenario = overlay_on(name, folder)
    said = [scenario.run(server)]
    if name in SMALLEST:
        made, nodes = scenario.states["new"], len(scenario.room.own)
        asked = workloads(made, nodes, on_one_node(made, scenario.cluster.node_classes(nodes)))
        least, sure = (size - int(scenario.room.size.memory) // MIB for size in scenario.room.smallest(asked, "memory"))
        said.append(scenario.with_more(sure, "fits").run(server))
        said.append(scenario._replace(states={"new": made}).with_more(least - 1, "less").run(server))
    return said


def story_of_base(name: str, folder: Path, server: ControlPlane) -> list[Said]:
    """The base on these nodes; for some, also with the memory that kgen says is lacking, and one Mi less."""
    scenario = base_on(name, folder)
    said = [scenario.run(server)]
    if name in LACKING:
        states = {key: state for key, state in scenario.states.items() if key in said[0]}
        said += on_the_edge(scenario._replace(states=states), missing_memory("".join(said[0].values())), server)
    return said


@pytest.fixture(scope="module")
def stories(server: ControlPlane, folder: Path) -> Iterator[Stories]:
    """All of them at once, for each waits for the cluster most of the time."""
    with ThreadPoolExecutor(12) as pool:
        found = {name: pool.submit(story_of_overlay, name, folder, server) for name in SAID}
        yield found | {f"{name}-base": pool.submit(story_of_base, name, folder, server) for name in SAID}


@pytest.mark.parametrize("name", SAID)
def test_an_overlay_is_placed_and_rolls_out(name: str, stories: Stories) -> None:
    assert stories[name].result()[0] == {"new": "", "image": "", "config": ""}


@pytest.mark.parametrize("name", SAID)
def test_the_base_is_placed_and_rolls_out_where_kgen_says_so(name: str, stories: Stories) -> None:
    said = stories[f"{name}-base"].result()[0]
    fits = {"new": name not in TOO_SMALL, "image": name in LARGE}
    assert {step: not words for step, words in said.items()} == {step: fits[step] for step in said}


@pytest.mark.parametrize("name", sorted(LACKING))
def test_the_megabytes_that_kgen_says_are_lacking_are_lacking(name: str, stories: Stories) -> None:
    _, enough, less = stories[f"{name}-base"].result()
    assert not any(enough.values())
    assert missing_memory("".join(less.values())) == 1


@pytest.mark.parametrize("name", sorted(SMALLEST))
def test_the_smallest_node_that_kgen_names_is_the_smallest(name: str, stories: Stories) -> None:
    """On several nodes, one that holds the pods in whatever order they come, and one that does in none."""
    _, fits, less = stories[name].result()
    assert (fits["new"], "do not fit" in less["new"] or "no longer fit" in less["new"]) == ("", True)


def test_a_claim_for_many_nodes_waits_for_ever_on_kind_and_that_of_the_overlay_does_not(
    server: ControlPlane, folder: Path
) -> None:
    overlay = overlay_on("kind-16", folder)
    overlay._replace(name="binds", states={"new": overlay.states["new"]}).run(server)
    server.nodes.add(Stage("waits", [overlay.room.size], overlay.room.own, overlay.modes))
    for resource in base_on("kind-16", folder).states["new"]:
        if resource.id.gvk.kind in APPLIED:
            put(server, resource, "waits")
    phases = {"airflow-scheduler": "Pending", "airflow-webserver": "Pending", "postgres": "Running"}
    server.api.until("/api/v1/namespaces/waits/pods", lambda known: phases_of(known) == phases)
    (claim,) = server.api.get("/api/v1/namespaces/waits/persistentvolumeclaims")["items"]
    assert claim["status"]["phase"] == "Pending"


def test_a_worker_pod_gets_the_amounts_of_worker_resources(server: ControlPlane, folder: Path) -> None:
    """Airflow 1.10 starts workers without any."""
    (limits,) = [one for one in build(folder / "overlays" / "minikube-features") if one.id.gvk.kind == "LimitRange"]
    server.nodes.add(Stage("workers"))
    put(server, limits, "workers")
    worker = {"metadata": {"name": "worker"}, "spec": {"containers": [{"name": "base", "image": "airflow"}]}}
    made = server.api.create("/api/v1/namespaces/workers/pods", worker)
    (said,) = limits.body["spec"]["limits"]
    assert made["spec"]["containers"][0]["resources"] == {"limits": said["default"], "requests": said["defaultRequest"]}


def phases_of(pods: dict[str, Body]) -> dict[str, str]:
    """The phase of each Deployment's pod."""
    return {name.rsplit("-", 2)[0]: pod["status"]["phase"] for name, pod in pods.items()}
