from typing import Any

import pytest
from verdict_situations import IMAGE, Pair, amount, body, one, said, situation, with_, workload

from kgen.preview.verdicts import Node, no_longer_fits
from kgen.resource import Body

NODE = Node("minikube", (amount(2, 3000),))
TWO = Node("kind", (amount(2, 1500), amount(2, 1500)))
LIMITS = "spec.template.spec.containers.0.resources"
RUNS = "while the first still runs; the node has"
SURE = "while the first still runs; no node is sure to have that left"
LAST = "no node has room for the last in one piece"
VOLUME = "while the first still runs; the node of its volume has at most"
LARGER = "a larger node (--node-memory), lower requests, or fewer replicas"


def asking(name: str, memory: str, kind: str = "Deployment", **spec: Any) -> Body:
    return with_(workload(kind, name, **spec), LIMITS, {"limits": {"memory": memory}})


WEB = asking("web", "2Gi")
LEAN = with_(WEB, "spec.strategy", {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}})
DB = asking("db", "512Mi")
LOGS = body("v1", "PersistentVolumeClaim", "logs", spec={"accessModes": ["ReadWriteMany"]})
MOUNTED = [{"name": "logs", "persistentVolumeClaim": {"claimName": "logs"}}]
ONE, OTHER = (with_(asking(name, "600Mi"), "spec.template.spec.volumes", MOUNTED) for name in ("one", "other"))
HOST = "spec.template.spec.hostNetwork"
FIRST = {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}
TIED = TWO._replace(classes=frozenset({None}))


@pytest.mark.parametrize(
    ("pairs", "beside", "node", "told", "hint"),
    [
        (
            [(DB, asking("db", "1Gi"))],
            [WEB],
            NODE,
            ("Deployment/db", "the pods no longer fit on minikube: they need 3072Mi, 3000Mi is free, short by 72Mi"),
            LARGER,
        ),
        (
            [(None, asking("more", "1Gi"))],
            [WEB],
            NODE,
            ("Deployment/more", "the pods no longer fit on minikube: they need 3072Mi, 3000Mi is free, short by 72Mi"),
            LARGER,
        ),
        (
            [(DB, with_(DB, "spec.replicas", 2))],
            [WEB],
            NODE,
            ("Deployment/db", "the pods no longer fit on minikube: they need 3072Mi, 3000Mi is free, short by 72Mi"),
            LARGER,
        ),
        (
            [(asking("web", "4Gi"), asking("web", "5Gi"))],
            [],
            NODE,
            ("Deployment/web", "the pods do not fit on minikube: they need 5120Mi, 3000Mi is free, short by 2120Mi"),
            LARGER,
        ),
        (
            [(asking("web", "1Gi"), WEB)],
            [],
            TWO,
            (
                "Deployment/web",
                f"the pods no longer fit on kind: they need 2048Mi, and {LAST}",
            ),
            LARGER,
        ),
        (
            [(DB, with_(DB, LIMITS, {"requests": {"cpu": "3"}}))],
            [],
            NODE,
            (
                "Deployment/db",
                "the pods no longer fit on minikube: they need 3000m CPU, 2000m CPU is free, short by 1000m CPU",
            ),
            "a larger node (--node-cpu), lower requests, or fewer replicas",
        ),
        # Others leave no room at all.
        (
            [(None, DB)],
            [],
            Node("minikube", (amount(2, -100),)),
            ("Deployment/db", "the pods no longer fit on minikube: they need 512Mi, 0Mi is free, short by 612Mi"),
            LARGER,
        ),
        (
            [(WEB, with_(WEB, IMAGE, "x:2"))],
            [DB],
            NODE,
            (
                "Deployment/web",
                f"a rollout starts a second pod of 2048Mi {RUNS} 440Mi left: it waits for ever",
            ),
            "'maxSurge: 0' and 'maxUnavailable: 1' under spec.strategy.rollingUpdate let it stop the old one first",
        ),
        # The old pod is larger than the new one: room is what it leaves while it runs.
        (
            [(WEB, asking("web", "1000Mi"))],
            [],
            NODE,
            (
                "Deployment/web",
                f"a rollout starts a second pod of 1000Mi {RUNS} 952Mi left: it waits for ever",
            ),
            "'maxSurge: 0' and 'maxUnavailable: 1' under spec.strategy.rollingUpdate let it stop the old one first",
        ),
        # All pods of a claim are on the node of its volume, whatever room there is on others.
        (
            [(ONE, with_(ONE, IMAGE, "x:2"))],
            [OTHER, LOGS],
            TIED,
            (
                "Deployment/one",
                f"a rollout starts a second pod of 600Mi {VOLUME} 300Mi left: it waits for ever",
            ),
            "'maxSurge: 0' and 'maxUnavailable: 1' under spec.strategy.rollingUpdate let it stop the old one first",
        ),
        (
            [(None, with_(asking("more", "600Mi"), "spec.template.spec.volumes", MOUNTED))],
            [ONE, OTHER, LOGS],
            TIED,
            (
                "Deployment/more",
                f"the pods no longer fit on kind: they need 1800Mi, and {LAST}",
            ),
            LARGER,
        ),
        # Where the two small ones are on one node each, the large one has none.
        (
            [(asking("large", "1300Mi"), asking("large", "1400Mi"))],
            [asking("one", "200Mi"), asking("other", "200Mi")],
            TWO,
            (
                "Deployment/large",
                f"the pods may not fit on kind: they need 1800Mi, and in some orders {LAST}",
            ),
            LARGER,
        ),
        (
            [(DB, with_(DB, IMAGE, "x:2"))],
            [asking("one", "900Mi"), asking("other", "600Mi")],
            TWO,
            (
                "Deployment/db",
                f"a rollout starts a second pod of 512Mi {SURE}: it may wait for ever",
            ),
            "'maxSurge: 0' and 'maxUnavailable: 1' under spec.strategy.rollingUpdate let it stop the old one first",
        ),
    ],
)
def test_what_does_not_fit(pairs: list[Pair], beside: list[Body], node: Node, told: tuple[str, str], hint: str) -> None:
    found = one(no_longer_fits, situation(*pairs, beside=beside, node=node))
    assert ((str(found.resource), found.message), found.hint, found.level) == (told, hint, "warning")


PORTS = "spec.template.spec.containers.0.ports"
WAITS = "a rollout starts a second pod for port 80/TCP, which each node has given away: it waits for ever"
ROLLING = "'maxSurge: 0' and 'maxUnavailable: 1' under spec.strategy.rollingUpdate let it stop the old one first"
ANOTHER = "fewer replicas, another port, or a Service instead"


def bound(name: str, kind: str = "Deployment", port: int = 80, **spec: Any) -> Body:
    return with_(asking(name, "1Mi", kind, **spec), PORTS, [{"containerPort": 8080, "hostPort": port}])


def crowd(pods: int, nodes: str) -> str:
    return f"{pods} pods ask for port 80/TCP of a node, and there {nodes}: the others wait"


@pytest.mark.parametrize(
    ("pair", "beside", "node", "told", "hint"),
    [
        ((bound("a"), bound("a", replicas=2)), [], NODE, ("Deployment/a", crowd(2, "is one node")), ANOTHER),
        ((None, bound("b")), [bound("a")], NODE, ("Deployment/b", crowd(2, "is one node")), ANOTHER),
        ((None, bound("b", "DaemonSet")), [bound("a")], TWO, ("DaemonSet/b", crowd(3, "are 2 nodes")), ANOTHER),
        (
            (asking("a", "1Mi"), with_(with_(bound("a", port=0), f"{PORTS}.0.containerPort", 80), HOST, value=True)),
            [bound("b")],
            NODE,
            ("Deployment/a", crowd(2, "is one node")),
            ANOTHER,
        ),
        ((bound("a"), with_(bound("a"), IMAGE, "x:2")), [], NODE, ("Deployment/a", WAITS), ROLLING),
        ((bound("a"), with_(bound("a"), IMAGE, "x:2")), [bound("b")], TWO, ("Deployment/a", WAITS), ROLLING),
    ],
)
def test_ports_of_nodes(pair: Pair, beside: list[Body], node: Node, told: tuple[str, str], hint: str) -> None:
    found = one(no_longer_fits, situation(pair, beside=beside, node=node))
    assert ((str(found.resource), found.message), found.hint, found.level) == (told, hint, "warning")


@pytest.mark.parametrize(
    ("pair", "beside", "node"),
    [
        ((None, bound("b", port=81)), [bound("a")], NODE),
        ((None, bound("b")), [bound("a")], TWO),
        ((None, with_(bound("b"), f"{PORTS}.0.protocol", "UDP")), [bound("a")], NODE),
        ((None, with_(bound("b"), f"{PORTS}.0.hostIP", "127.0.0.1")), [bound("a")], NODE),
        ((None, bound("b", replicas=0)), [bound("a")], NODE),
        # There were two before.
        ((bound("b"), with_(bound("b"), "metadata.labels", {"a": "b"})), [bound("a")], NODE),
        # It makes room, or starts none before.
        ((bound("a"), with_(bound("a", strategy={"type": "Recreate"}), IMAGE, "x:2")), [], NODE),
        ((bound("a"), with_(bound("a", strategy=FIRST), IMAGE, "x:2")), [], NODE),
        ((bound("a", "DaemonSet"), with_(bound("a", "DaemonSet"), IMAGE, "x:2")), [], NODE),
        ((bound("a"), with_(bound("a"), IMAGE, "x:2")), [], TWO),
        ((bound("a"), with_(bound("a"), "spec.replicas", 1)), [], NODE),
        ((bound("a", port=79), bound("a")), [], NODE),
    ],
)
def test_ports_of_nodes_that_are_free(pair: Pair, beside: list[Body], node: Node) -> None:
    assert said(no_longer_fits, situation(pair, beside=beside, node=node)) == []


@pytest.mark.parametrize(
    ("pairs", "beside", "node"),
    [
        ([(None, asking("web", "9Gi"))], [], None),
        ([(None, asking("web", "9Gi"))], [], Node("docker", (amount(2, 1) + Node("", (amount(0, 10**9),)).free[0],))),
        ([(None, WEB)], [DB], NODE),
        ([(DB, asking("db", "600Mi", strategy={"type": "Recreate"}))], [WEB], NODE),
        # It did not fit before either, and asks for no more.
        ([(asking("web", "4Gi"), asking("web", "4Gi", minReadySeconds=1))], [], NODE),
        ([(asking("web", "5Gi"), asking("web", "4Gi"))], [], NODE),
        # A rollout that fits, makes its own room, or does not happen.
        ([(DB, with_(DB, IMAGE, "x:2"))], [], NODE),
        ([(LEAN, with_(LEAN, IMAGE, "x:2"))], [DB], NODE),
        ([(WEB, with_(WEB, "spec.minReadySeconds", 3))], [DB], NODE),
        ([(asking("web", "2Gi", "StatefulSet"), with_(asking("web", "2Gi", "StatefulSet"), IMAGE, "x"))], [], NODE),
        ([(with_(WEB, "spec.paused", value=True), with_(with_(WEB, "spec.paused", value=True), IMAGE, "x"))], [], NODE),
        # Its volume is seen by all nodes, or nobody knows.
        ([(ONE, with_(ONE, IMAGE, "x:2"))], [OTHER, LOGS], TWO),
        ([(ONE, with_(ONE, IMAGE, "x:2"))], [OTHER, with_(LOGS, "spec.storageClassName", "nfs")], TIED),
        # What cannot be read is refused anyway.
        ([(None, asking("bad", "much"))], [WEB], NODE),
        ([(None, asking("web", "much"))], [], NODE),
        ([(None, WEB)], [], Node("none", ())),
    ],
)
def test_all_fits(pairs: list[Pair], beside: list[Body], node: Node | None) -> None:
    assert said(no_longer_fits, situation(*pairs, beside=beside, node=node)) == []
