"""A NetworkPolicy that names a port of pods by its number follows where the pods get another one, or it is told."""

from pathlib import Path
from typing import Any

import pytest
from conftest import Kgen
from rule_states import body, container, deployment

from kgen.overlay.couplings.network_policies import follow
from kgen.overlay.edits import Edit
from kgen.resource import Body, Resource, ResourceMap
from kgen.yamlio import load

ALL: Body = {"podSelector": {}}
WEB = {"podSelector": {"matchLabels": {"app": "web"}}}


def pods(name: str, *numbers: int, **fields: Any) -> Body:
    found = deployment(name, container(name, ports=[{"containerPort": number, **fields} for number in numbers]))
    found["spec"]["template"]["metadata"] = {"labels": {"app": name}}
    return found


def service(port: int, **fields: Any) -> Body:
    return body("v1", "Service", "web", {"selector": {"app": "web"}, "ports": [{"port": port, **fields}]})


def policy(**spec: Any) -> Body:
    return body("networking.k8s.io/v1", "NetworkPolicy", "p", spec)


def lets_in(*ports: Body, **selector: Any) -> Body:
    return policy(**(selector or WEB), ingress=[{"from": [{"podSelector": {}}]}, {"ports": list(ports)}])


def lets_out(*to: Body) -> Body:
    return policy(podSelector={}, egress=[{"to": list(to), "ports": [{"port": 80}]}])


def elsewhere(name: str) -> Body:
    return {"metadata": {"name": name, "namespace": "other"}}


def resources(*bodies: Body) -> ResourceMap:
    return ResourceMap(map(Resource, bodies))


def said(before: list[Body], after: list[Body], named: Body) -> list[tuple[str, Any]]:
    found = follow(resources(*before, named), resources(*after, named), ())
    return [(str(one.path), one.value) if isinstance(one, Edit) else ("", one.message) for one in found]


IN = "spec.ingress[1].ports[0].port"
SECOND = "spec.ingress[1].ports[1].port"
OUT = "spec.egress[0].ports[0].port"
TOLD = ("", "NetworkPolicy/p lets through port 80 of Deployment/web, which has 81 now")
GONE = ("", "NetworkPolicy/p lets through port 80 of Deployment/web, which has no such port any more")


@pytest.mark.parametrize(
    ("before", "after", "named", "expected"),
    [
        ([pods("web", 80)], [pods("web", 81)], lets_in({"port": 80}), [(IN, 81)]),
        ([pods("web", 80)], [pods("web", 81)], lets_in({"port": 443}, {"port": 80, "protocol": "TCP"}), [(SECOND, 81)]),
        # By what a Service sends to it, where the container says nothing.
        ([pods("web"), service(80)], [pods("web"), service(80, targetPort=81)], lets_in({"port": 80}), [(IN, 81)]),
        ([pods("web", 80)], [pods("web", 81)], lets_out(WEB), [(OUT, 81)]),
        # Others have the old port, or it is about whoever there is: a person must say.
        ([pods("web", 80), pods("a", 80)], [pods("web", 81), pods("a", 80)], lets_in({"port": 80}, **ALL), [TOLD]),
        ([pods("web", 80)], [pods("web", 81)], lets_out(), [TOLD]),
        ([pods("web", 80)], [pods("web", 81)], lets_out(WEB, {"ipBlock": {"cidr": "10.0.0.0/8"}}), [TOLD]),
        ([pods("web", 80)], [pods("web", 81)], lets_out({"namespaceSelector": {}}), [TOLD]),
        ([pods("web", 80)], [pods("web", 81)], lets_in({"port": 79, "endPort": 80}), [TOLD]),
        # Nobody knows which it is now.
        ([pods("web", 80)], [pods("web", 81, 82)], lets_in({"port": 80}), [GONE]),
        ([pods("web", 80)], [pods("web")], lets_in({"port": 80}), [GONE]),
        # Others that go the same way.
        (
            [pods("web", 80), pods("a", 80)],
            [pods("web", 81), pods("a", 81)],
            lets_in({"port": 80}, **ALL),
            [(IN, 81)],
        ),
        ([pods("web", 80), pods("a", 4)], [pods("web", 81), pods("a", 4)], lets_in({"port": 80}, **ALL), [(IN, 81)]),
        # Each protocol by itself.
        (
            [pods("web", 80), service(53, protocol="UDP")],
            [pods("web", 81), service(54, protocol="UDP")],
            lets_in({"port": 80}),
            [(IN, 81)],
        ),
        # Nothing to say.
        ([pods("web", 80)], [pods("web", 80, 81)], lets_in({"port": 80}), []),
        ([pods("web", 80)], [pods("web", 81)], lets_in({"port": 80}, podSelector={"matchLabels": {"app": "a"}}), []),
        ([pods("web", 80)], [pods("web", 81)], lets_in({"port": "http"}), []),
        ([pods("web", 80)], [pods("web", 81)], lets_in({"port": 80, "protocol": "UDP"}), []),
        ([pods("web", 80)], [pods("web", 81)], lets_in({"port": 80, "endPort": 90}), []),
        ([pods("web", 80)], [pods("web", 81)], lets_in({}), []),
        ([], [pods("web", 81)], lets_in({"port": 80}), []),
        # Of another namespace.
        ([pods("web", 80)], [pods("web", 81)], lets_in({"port": 80}) | elsewhere("p"), []),
        (
            [pods("web"), service(80) | elsewhere("web")],
            [pods("web"), service(80, targetPort=81) | elsewhere("web")],
            lets_in({"port": 80}),
            [],
        ),
        ([pods("web", 80)], [pods("web", 81)], policy(**WEB, ingress=None, egress=["?"]), []),
    ],
)  # fmt: skip
def test_what_a_policy_says(before: list[Body], after: list[Body], named: Body, expected: list[Any]) -> None:
    assert said(before, after, named) == expected


def test_what_a_person_sets_stays_and_is_told() -> None:
    named = Resource(lets_in({"port": 80}))
    before, after = resources(pods("web", 80), named.body), resources(pods("web", 81), named.body)
    (edit,) = follow(before, after, ())
    assert isinstance(edit, Edit)
    assert edit.reason == "port 80 of Deployment/web is 81 now"
    (notice,) = follow(before, after, [(named.id.key, edit.path)])
    assert not isinstance(notice, Edit)
    assert (notice.message, notice.level) == (TOLD[1], "warning")
    assert notice.hint == (f"let {IN} say so by a patch under patches: in kgen.yaml, unless others need it as it is")


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: airflow-webserver}}
  ingress: [{ports: [{port: 8080}]}]
"""


def test_the_port_of_airflow_s_web_interface(project: Path, kgen: Kgen) -> None:
    (project / "base/policy.yaml").write_text(POLICY)
    kustomization = project / "base/kustomization.yaml"
    kustomization.write_text(f"{kustomization.read_text()}- policy.yaml\n")
    folder = project / "overlays/o"
    folder.mkdir(parents=True)
    config = 'config: {airflow-envvars-configmap: {AIRFLOW__WEBSERVER__WEB_SERVER_PORT: "9090"}}\n'
    (folder / "kgen.yaml").write_text(config)
    ran = kgen("overlay", "o")
    assert (ran.code, ran.err) == (0, "")
    assert "  NetworkPolicy/web\n    # port 8080 of Deployment/airflow-webserver is 9090 now\n" in ran.out
    built = [one.body for one in load(kgen("build", "overlays/o").out.encode(), "built")]
    (found,) = [one for one in built if one["kind"] == "NetworkPolicy"]
    assert found["spec"]["ingress"] == [{"ports": [{"port": 9090}]}]
