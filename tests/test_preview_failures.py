"""Sixteen inputs that other tools tell wrongly, silently or with noise, and what a preview must say of them."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import Kgen

from kgen.preview.compare import compare
from kgen.preview.comparison import Comparison
from kgen.preview.masking import mask
from kgen.preview.texts import dissect
from kgen.preview.verdicts import Situation, judge
from kgen.renderers.terminal import Style, comparisons
from kgen.resource import Body, Resource

Bodies = Sequence[Body]


def preview(before: Bodies, after: Bodies) -> Comparison:
    one, other = tuple(map(Resource, before)), tuple(map(Resource, after))
    comparison = dissect(compare(one, other, "after", "before"))
    findings = judge(Situation(comparison, one, other, None, (1, 33)))
    shown = Comparison(comparison.name, comparison.against, comparison.resources, comparison.moves, findings)
    return mask([shown], [*one, *other])[0]


def told(before: Bodies, after: Bodies) -> list[str]:
    return comparisons([preview(before, after)], Style(width=140)).splitlines()


def kind(api_version: str, name: str, called: str = "web", **fields: Any) -> Body:
    return {"apiVersion": api_version, "kind": name, "metadata": {"name": called}, **fields}


def deployment(*volumes: Body, replicas: int = 1, **container: Any) -> Body:
    pod = {"containers": [{"name": "app", "image": "reg/app:1", **container}], "volumes": list(volumes)}
    labels = {"app": "web"}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}}
    return kind("apps/v1", "Deployment", spec={**spec, "template": {"metadata": {"labels": labels}, "spec": pod}})


def mounts(one: str, other: str, *, swap: bool = False) -> Body:
    found = [
        {"name": "conf", "mountPath": "/etc/one", "subPath": one},
        {"name": "conf", "mountPath": "/etc/two", "subPath": other},
    ]
    return deployment(volumeMounts=found[::-1] if swap else found)


def test_f1_the_first_of_two_mounts_of_one_volume() -> None:
    lines = told([mounts("a", "b")], [mounts("c", "b")])
    assert "    containers[name=app].volumeMounts[mountPath=/etc/one].subPath: a → c" in lines


def test_f2_a_variable_that_is_there_twice() -> None:
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    lines = told([deployment(env=env)], [deployment(env=[{"name": "A", "value": "9"}, env[1]])])
    assert '    containers[name=app].env[0].value: "1" → "9"' in lines
    assert [line.strip() for line in lines if "twice" in line] == [
        (
            "i sets A of app twice: the last one counts, and an apply may drop the others (hidden-variable);"
            " keep one of them"
        )
    ]


def test_f3_the_second_of_two_mounts_once_and_their_order() -> None:
    lines = told([mounts("a", "b")], [mounts("a", "c", swap=True)])
    assert [line.strip() for line in lines[4:]] == [
        "containers[name=app].volumeMounts[mountPath=/etc/two].subPath: b → c",
        "order only: containers[name=app].volumeMounts",
    ]


def test_f4_kinds_of_one_name_in_two_groups() -> None:
    others = kind("two.example.org/v1", "Cluster", spec={"size": 1})
    lines = told([kind("one.example.org/v1", "Cluster", spec={"size": 1}), others],
                 [kind("one.example.org/v1", "Cluster", spec={"size": 2}), others])  # fmt: skip
    assert lines == ["after vs before: 1 change", "~ Cluster/web", "    spec.size: 1 → 2"]


def test_f5_resources_whose_names_the_cluster_makes() -> None:
    def job(image: str) -> Body:
        spec = {"template": {"spec": {"containers": [{"name": "a", "image": image}], "restartPolicy": "Never"}}}
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"generateName": "run-"}, "spec": spec}

    lines = told([job("a:1"), job("b:1")], [job("b:1"), job("a:1"), kind("v1", "ConfigMap", "c")])
    assert lines == ["after vs before: 1 add", "+ ConfigMap/c · 4 lines"]


def role(kind_: str) -> Body:
    return kind(
        "rbac.authorization.k8s.io/v1", kind_, rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    )


def test_f6_a_role_that_becomes_a_cluster_role() -> None:
    comparison = preview([role("Role")], [role("ClusterRole")])
    assert [(change.op, str(change.id)) for change in comparison.resources] == [
        ("add", "ClusterRole/web"),
        ("remove", "Role/web"),
    ]
    assert "widens-access" in {finding.rule for finding in comparison.findings}


def hashed(suffix: str, text: str) -> list[Body]:
    name = f"conf-{suffix}"
    volume = {"name": "conf", "configMap": {"name": name}}
    return [kind("v1", "ConfigMap", name, data={"app.conf": text}), deployment(volume)]


def test_f7_a_generated_name() -> None:
    lines = told(hashed("m5d2cggb7k", "a = 1\nb = 2\n"), hashed("b6gmtkgcd5", "a = 1\nb = 3\n"))
    assert lines[:2] == [
        "after vs before: 1 renamed · 1 restarts 1 pod · 1 left behind",
        "~ ConfigMap/conf-b6gmtkgcd5, renamed from conf-m5d2cggb7k, 1 reference follows",
    ]
    assert '    data["app.conf"] → b: "2" → "3"' in lines


def test_f8_sixty_names_with_a_prefix() -> None:
    before = [kind("v1", "ConfigMap", f"c{number}") for number in range(60)]
    after = [kind("v1", "ConfigMap", f"dev-c{number}") for number in range(60)]
    comparison = preview(before, after)
    assert not [change for change in comparison.resources if change.op != "change"]
    assert "≫ 60 resources renamed: prefix dev-" in comparisons([comparison], Style())


PORTS: list[Body] = [
    {"containerPort": 53, "protocol": "UDP"},
    {"containerPort": 53, "protocol": "TCP"},
    {"containerPort": 8080},
]


def test_f9_ports_in_another_order() -> None:
    after = [{**PORTS[2], "protocol": "TCP"}, PORTS[0], PORTS[1]]
    lines = told([deployment(ports=PORTS)], [deployment(ports=after)])
    assert lines[0] == "after vs before: 1 change · 1 restarts 1 pod · 1 equivalent hidden"
    assert lines[-1] == "    order only: containers[name=app].ports"


def test_f10_quantities() -> None:
    before = deployment(resources={"limits": {"cpu": "1", "memory": "1Gi"}})
    after = deployment(resources={"limits": {"cpu": "1000m", "memory": "1024Mi"}})
    assert told([before], [after]) == ["after vs before: no changes · 2 equivalent hidden"]


def secret(**fields: Any) -> Body:
    return kind("v1", "Secret", "db", **fields)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


MODES = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: app, image: "reg/app:1"}]
      volumes:
      - {name: a, configMap: {name: c, defaultMode: %s, items: [{key: k, path: p, mode: %s}]}}
      - {name: b, projected: {defaultMode: %s, sources: [{secret: {name: s}}]}}
"""


def test_f11_octal_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "before.yaml").write_text(MODES % ("0400", "0755", "0644"))
    (tmp_path / "after.yaml").write_text(MODES % ("256", "493", "420"))
    ran = kgen("diff", "after.yaml", "--against", "before.yaml", "--exit-code")
    assert (ran.code, ran.out) == (0, "after.yaml vs before.yaml: no changes\n")
    (tmp_path / "after.yaml").write_text(MODES % ("400", "0755", "0644"))
    ran = kgen("diff", "after.yaml", "--against", "before.yaml", "--exit-code")
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "    volumes[name=a].configMap.defaultMode: 256 → 400")


def test_f12_a_value_in_the_other_field_of_a_secret() -> None:
    before = secret(data={"user": encoded("admin"), "password": encoded("old-one")})
    lines = told([before], [secret(stringData={"user": "admin", "password": "new-one"})])
    assert lines[0] == "after vs before: 1 change · 2 equivalent hidden"
    assert lines[1:] == ["~ Secret/db", "    stringData.password: ‹secret 2› → ‹secret 3›"]


LISTED = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: List
  items:
  - {apiVersion: v1, kind: Secret, metadata: {name: inner}, stringData: {key: "plain-%s"}}
- {apiVersion: v1, kind: Secret, metadata: {name: outer}, data: {key: %s}}
"""


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_f13_secrets_in_a_list(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    monkeypatch.chdir(tmp_path)
    words = {"before": "one", "after": "two"}
    for name, word in words.items():
        (tmp_path / f"{name}.yaml").write_text(LISTED % (word, encoded(f"plain-{word}-too")))
    out = kgen("diff", "after.yaml", "--against", "before.yaml", "--full", "-o", form).out
    assert not [word for word in ("plain-", *(encoded(f"plain-{word}-too") for word in words.values())) if word in out]
    if form == "text":
        assert out.splitlines() == [
            "after.yaml vs before.yaml: 2 change",
            "~ Secret/inner",
            "    stringData.key: ‹secret 1› → ‹secret 2›",
            "~ Secret/outer",
            "    data.key: ‹secret 3› → ‹secret 4›",
        ]


def test_f14_what_kubectl_applied_last() -> None:
    before, after = secret(data={"a": encoded("x")}), secret(data={"a": encoded("x")})
    key = "kubectl.kubernetes.io/last-applied-configuration"
    before["metadata"]["annotations"], after["metadata"]["annotations"] = {key: "plain-one"}, {key: "plain-two"}
    text = "\n".join(told([before], [after]))
    assert "plain-" not in text
    assert "1 change" in text


def test_f15_a_new_version_of_the_api() -> None:
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    before = kind("policy/v1beta1", "PodDisruptionBudget", spec=spec)
    lines = told([before], [kind("policy/v1", "PodDisruptionBudget", spec=spec)])
    assert lines[:2] == ["after vs before: 1 change", "~ PodDisruptionBudget/web"]
    assert "    apiVersion: policy/v1beta1 → policy/v1" in lines


def test_f16_the_order_of_documents() -> None:
    one, other = kind("v1", "ConfigMap", "a"), kind("v1", "ConfigMap", "b")
    assert told([one, other], [other, one]) == ["after vs before: no changes"]
