import json
from pathlib import Path

from kgen import reason
from mirror import mirrored

SIZES = json.loads(Path(__file__).with_name("sizes.json").read_text())


def overlay(resources):
    for deployment in resources.select(kind="Deployment"):
        size = SIZES[deployment.name]
        with reason(f"sized in sizes.json for staging: {deployment.name}"):
            deployment.body["spec"]["replicas"] = size["replicas"]
            deployment.container(deployment.name)["resources"]["requests"]["memory"] = size["memory"]
        for container in deployment.body["spec"]["template"]["spec"]["containers"]:
            if container["image"].startswith("ghcr.io/"):
                container["image"] = mirrored(container["image"])

    with reason("staging has no payment provider: the stub answers"):
        env = resources["Deployment/booking"].container("booking")["env"]
        next(item for item in env if item["name"] == "PAYMENTS_URL")["value"] = "http://payments-stub"

    resources.add(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "payments-stub"},
            "spec": {"selector": {"app": "payments-stub"}, "ports": [{"port": 80}]},
        },
        reason="staging has no payment provider",
    )
    resources.remove(resources["HorizontalPodAutoscaler/seats"], reason="staging has a fixed size")
    with reason("each stage has its own flags"):
        resources["ConfigMap/booking-flags"].body["metadata"]["name"] = "flags-staging"
        for volume in resources["Deployment/booking"].body["spec"]["template"]["spec"]["volumes"]:
            volume["configMap"]["name"] = "flags-staging"
    resources["Booking.airline.example/demo"].body["spec"]["seats"] = ["1A", "1C"]
