import pytest
from verdict_situations import Pair, body, one, said, situation, with_, workload

from kgen.preview.verdicts import scaled_to_zero
from kgen.resource import Body

WEB = workload(replicas=2)
ZERO = with_(WEB, "spec.replicas", 0)
CRON = body("batch/v1", "CronJob", "nightly", spec={"schedule": "* * * * *"})
SERVICE = body("v1", "Service", "front", spec={"selector": {"app": "web"}})
CANARY = workload(name="canary")
CANARY["spec"]["template"]["metadata"]["labels"] = {"app": "web"}
SCALER = body(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    "web",
    spec={"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
)


@pytest.mark.parametrize(
    ("pair", "beside", "message"),
    [
        ((WEB, ZERO), [], "stops all 2 pods"),
        ((workload(), ZERO), [], "stops its pod"),
        ((WEB, ZERO), [SERVICE], "stops all 2 pods; nothing is behind Service/front"),
        ((WEB, ZERO), [SERVICE, CANARY], "stops all 2 pods"),
        ((WEB, ZERO), [with_(SERVICE, "metadata.namespace", "other")], "stops all 2 pods"),
        ((WEB, ZERO), [SCALER], "stops all 2 pods; its autoscaler stands still"),
        (
            (workload("StatefulSet", replicas=3), workload("StatefulSet", replicas=0)),
            [],
            "stops all 3 pods",
        ),
    ],
)
def test_all_pods_go(pair: Pair, beside: list[Body], message: str) -> None:
    found = one(scaled_to_zero, situation(pair, beside=beside))
    assert (found.message, found.level, found.hint) == (message, "warning", None)
    assert list(map(str, found.paths)) == ["spec.replicas"]


def test_a_cron_job_is_suspended() -> None:
    found = one(scaled_to_zero, situation((CRON, with_(CRON, "spec.suspend", value=True))))
    assert found.message == "is suspended: no run starts any more"


@pytest.mark.parametrize(
    "pair",
    [
        (WEB, with_(WEB, "spec.replicas", 1)),
        (ZERO, WEB),
        (ZERO, with_(ZERO, "metadata.labels", {"a": "b"})),
        (WEB, with_(WEB, "spec.replicas")),
        (None, ZERO),
        (WEB, None),
        (WEB, with_(ZERO, "metadata.name", "dev-web")),
        (with_(CRON, "spec.suspend", value=True), CRON),
        (CRON, with_(CRON, "spec.suspend", value=False)),
        (workload("DaemonSet"), workload("DaemonSet", replicas=0)),
    ],
)
def test_some_stay(pair: Pair) -> None:
    assert said(scaled_to_zero, situation(pair)) == []
