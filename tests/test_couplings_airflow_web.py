"""The port of Airflow's web interface, and the account of its scheduler: what must know them does, or it is told."""

from pathlib import Path
from typing import Any

import pytest
from conftest import Kgen
from oracles import ALL

from kgen import build
from kgen.resource import Body

CONFIG = 'config: {airflow-envvars-configmap: {AIRFLOW__WEBSERVER__WEB_SERVER_PORT: "9090"}}\n'
WEBSERVER = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: airflow-webserver}\n"
SPEC = "spec: {template: {spec: {containers: [{name: airflow-webserver, %s}]}}}\n"


def declared(project: Path, text: str, **edits: str) -> Path:
    folder = project / "overlays" / "o"
    (folder / "edits").mkdir(parents=True, exist_ok=True)
    (folder / "kgen.yaml").write_text(text)
    for name, patch in edits.items():
        (folder / "edits" / f"{name}.yaml").write_text(patch)
    return folder


def built(folder: Path, kind: str, name: str) -> Body:
    (found,) = [one.body for one in build(folder) if (one.id.gvk.kind, one.id.name) == (kind, name)]
    return found


def ports(folder: Path) -> dict[str, Any]:
    """Every place that must say the port."""
    container = built(folder, "Deployment", "airflow-webserver")["spec"]["template"]["spec"]["containers"][0]
    probes = {key: value["httpGet"]["port"] for key, value in container.items() if key.endswith("Probe")}
    service = built(folder, "Service", "airflow-webserver")["spec"]["ports"]
    return {"container": container["ports"], "service": service, **probes}


def test_a_port_that_is_set_reaches_container_and_service(project: Path, kgen: Kgen) -> None:
    folder = declared(project, CONFIG)
    assert (kgen("overlay", "o").code, kgen("overlay", "o", "--check").code) == (0, 0)
    assert ports(folder) == {"container": [{"containerPort": 9090}], "service": [{"port": 8080, "targetPort": 9090}]}
    assert "# the web interface listens where AIRFLOW__WEBSERVER__WEB_SERVER_PORT says" in kgen("overlay", "o").out
    for oracle in ALL.values():
        assert oracle.build(folder).stdout == kgen("build", "overlays/o").out


def test_and_the_probes_of_a_feature_or_of_the_base(project: Path, kgen: Kgen) -> None:
    folder = declared(project, f"cluster: kind\n{CONFIG}features: {{probes: true}}\n")
    assert kgen("overlay", "o").code == 0
    assert [value for key, value in ports(folder).items() if key.endswith("Probe")] == [9090] * 3
    assert ports(folder)["service"] == [{"port": 8080, "targetPort": 9090, "nodePort": 30080}]
    base = project / "base/airflow-webserver-deployment.yaml"
    probe = "livenessProbe: {tcpSocket: {port: 8080}}\n        readinessProbe: {httpGet: {port: web, path: /}}\n"
    named = "ports:\n          - name: web\n            containerPort"
    base.write_text(base.read_text().replace("ports:\n          - containerPort", f"{probe}        {named}"))
    declared(project, CONFIG)
    assert kgen("overlay", "o").code == 0
    container = built(folder, "Deployment", "airflow-webserver")["spec"]["template"]["spec"]["containers"][0]
    assert container["ports"] == [{"name": "web", "containerPort": 9090}]
    assert container["livenessProbe"] == {"tcpSocket": {"port": 9090}}
    assert container["readinessProbe"] == {"httpGet": {"port": "web", "path": "/"}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("  - port: 8080", "  - port: 80\n    targetPort: 8080", [{"port": 80, "targetPort": 9090}]),
        ("  - port: 8080", "  - port: 80\n    targetPort: web", [{"port": 80, "targetPort": "web"}]),
        ("  - port: 8080", "  - port: 80\n    targetPort: 81", [{"port": 80, "targetPort": 81}]),
        ("app: airflow-webserver", "app: another", [{"port": 8080}]),
        (
            "  - port: 8080",
            "  - {name: a, port: 8080, protocol: TCP}\n  - {name: b, port: 8080, protocol: UDP, targetPort: 1}",
            [
                {"name": "a", "port": 8080, "protocol": "TCP", "targetPort": 9090},
                {"name": "b", "port": 8080, "protocol": "UDP", "targetPort": 1},
            ],
        ),
    ],
)
def test_services_send_to_it_whatever_their_own_port_is(
    before: str, after: str, expected: list[Body], project: Path, kgen: Kgen
) -> None:
    path = project / "base/airflow-webserver-service.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(
        text.replace(before, after) if before != "app: airflow-webserver" else text.replace(f"{before}\n", f"{after}\n")
    )
    folder = declared(project, CONFIG)
    assert kgen("overlay", "o").code == 0
    assert built(folder, "Service", "airflow-webserver")["spec"]["ports"] == expected


@pytest.mark.parametrize("value", ["8080", "0", "99999", "$PORT", "٣"])
def test_no_other_port_changes_nothing(value: str, project: Path, kgen: Kgen) -> None:
    folder = declared(project, CONFIG.replace("9090", value))
    assert kgen("overlay", "o").code == 0
    assert ports(folder) == {"container": [{"containerPort": 8080}], "service": [{"port": 8080}]}


def test_a_variable_of_the_container_counts_more(project: Path, kgen: Kgen) -> None:
    env = SPEC % 'env: [{name: AIRFLOW__WEBSERVER__WEB_SERVER_PORT, value: "7070"}]'
    folder = declared(project, f"{CONFIG}patches: [edits/env.yaml]\n", env=WEBSERVER + env)
    assert kgen("overlay", "o").code == 0
    assert ports(folder) == {"container": [{"containerPort": 7070}], "service": [{"port": 8080, "targetPort": 7070}]}


def test_what_a_person_patches_stays(project: Path, kgen: Kgen) -> None:
    head = "apiVersion: v1\nkind: Service\nmetadata: {name: airflow-webserver}\n"
    patch = f"{head}spec: {{ports: [{{port: 8080, targetPort: 1}}]}}\n"
    folder = declared(project, f"{CONFIG}patches: [edits/p.yaml]\n", p=patch)
    assert kgen("overlay", "o").code == 0
    assert ports(folder)["service"] == [{"port": 8080, "targetPort": 1}]


def test_a_container_port_alone_is_told(project: Path, kgen: Kgen) -> None:
    patch = WEBSERVER + SPEC % "ports: [{containerPort: 8080, $patch: delete}, {containerPort: 9090}]"
    declared(project, "patches: [edits/p.yaml]\n", p=patch)
    assert kgen("overlay", "o").err == (
        "overlays/o: warning: Deployment/airflow-webserver has containerPort 9090, but the web interface listens on "
        "8080\n  hint: set AIRFLOW__WEBSERVER__WEB_SERVER_PORT to '9090' under config: in kgen.yaml; the rest follows\n"
    )
    declared(project, f"{CONFIG}patches: [edits/p.yaml]\n")
    assert kgen("overlay", "o").err == ""


ACCOUNT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: airflow-scheduler}
spec: {template: {spec: {serviceAccountName: robot}}}
"""
ROBOT = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n"
SUBJECT = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: pods-permissions}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
"""
UNBOUND = (
    "overlays/o: warning: Deployment/airflow-scheduler now uses ServiceAccount/robot, but "
    "ClusterRoleBinding/pods-permissions still means default: it may not create pods\n"
    "  hint: name the account in the binding's subjects too, by a patch under patches: in kgen.yaml\n"
)
NOT_THERE = (
    "overlays/o: warning: ServiceAccount/robot of Deployment/airflow-scheduler is not among the resources: without it "
    "there is no pod\n  hint: add it under patches: in kgen.yaml, unless the cluster has it already\n"
)


@pytest.mark.parametrize(
    ("patch", "told"),
    [(ACCOUNT, UNBOUND + NOT_THERE), (ACCOUNT + ROBOT, UNBOUND), (ACCOUNT + SUBJECT, NOT_THERE)],
)
def test_an_account_that_nothing_is_bound_to_is_told(patch: str, told: str, project: Path, kgen: Kgen) -> None:
    folder = declared(project, "patches: [edits/p.yaml]\n", p=patch)
    assert kgen("overlay", "o").err == told
    data = built(folder, "ConfigMap", "airflow-envvars-configmap")["data"]
    assert data["AIRFLOW__KUBERNETES__WORKER_SERVICE_ACCOUNT_NAME"] == "robot"


@pytest.mark.parametrize("fields", ["", "namespace: airflow\n", "namespace: airflow\nnamePrefix: dev-\n"])
def test_one_that_is_bound_is_not(fields: str, project: Path, kgen: Kgen) -> None:
    declared(project, f"{fields}patches: [edits/p.yaml]\n", p=ACCOUNT + ROBOT + SUBJECT)
    assert kgen("overlay", "o").err == ""
    declared(project, f"cluster: kind\n{fields}features: {{namespaced-rbac: true}}\n")
    assert kgen("overlay", "o").err == ""
