# ruff: noqa: E501 - a row of a table is a line
import copy
import json
from typing import Any

import pytest
from applying import applied, body_after
from hypothesis import given, settings
from hypothesis import strategies as st

from kgen.equality import same
from kgen.errors import Origin
from kgen.preview.compare import compare
from kgen.preview.comparison import FieldChange, Sort
from kgen.preview.fields import compare_bodies
from kgen.preview.listkeys import Definitions
from kgen.resource import Body, Gvk, Resource, ResourceId, ResourceMap
from kgen.schema.defaults import type_of

NAME = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}


def deployment(*containers: Body, **spec: Any) -> Body:
    return {**NAME, "spec": {**spec, "template": {"spec": {"containers": list(containers)}}}}


def changes(before: Body, after: Body) -> list[FieldChange]:
    gvk = Gvk.of(after)
    return list(compare_bodies(before, after, Definitions([]).root(gvk), type_of(gvk)))


def told(before: Body, after: Body) -> list[tuple[str, str, Any, Any]]:
    return [(c.op, str(c.path), c.before, c.after) for c in changes(before, after)]


POD = "spec.template.spec.containers"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (deployment(replicas=1), deployment(replicas=2), [("change", "spec.replicas", 1, 2)]),
        (deployment(replicas=1), deployment(replicas="1"), [("change", "spec.replicas", 1, "1")]),
        (deployment(replicas=None), deployment(), [("remove", "spec.replicas", None, None)]),
        (
            deployment(),
            deployment(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
            [
                ("add", "spec.strategy.rollingUpdate.maxSurge", None, 0),
                ("add", "spec.strategy.rollingUpdate.maxUnavailable", None, 1),
            ],
        ),
        (
            deployment(strategy={"rollingUpdate": {"maxSurge": 0}}),
            deployment(),
            [("remove", "spec.strategy", {"rollingUpdate": {"maxSurge": 0}}, None)],
        ),
        (deployment(), deployment(strategy={}), [("add", "spec.strategy", None, {})]),
        (
            deployment({"name": "a", "image": "x"}, {"name": "b"}),
            deployment({"name": "a", "image": "y"}, {"name": "b"}),
            [("change", f"{POD}[name=a].image", "x", "y")],
        ),
        (
            deployment({"name": "a"}, {"name": "b"}),
            deployment({"name": "b"}, {"name": "a"}),
            [("reorder", POD, ["name=a", "name=b"], ["name=b", "name=a"])],
        ),
        (
            deployment({"name": "a"}),
            deployment({"name": "a"}, {"name": "b"}),
            [("add", f"{POD}[name=b]", None, {"name": "b"})],
        ),
        (
            deployment({"name": "a"}),
            deployment({"name": "b"}, {"name": "a"}),
            [
                ("add", f"{POD}[name=b]", None, {"name": "b"}),
            ],
        ),
        (
            deployment({"name": "a", "args": ["x", "y"]}),
            deployment({"name": "a", "args": ["x", "z"]}),
            [("change", f"{POD}[name=a].args[1]", "y", "z")],
        ),
        (
            deployment({"name": "a", "args": ["x"]}),
            deployment({"name": "a", "args": ["w", "x"]}),
            [("add", f"{POD}[name=a].args[0]", None, "w")],
        ),
        (
            deployment({"name": "a", "args": ["x", "y", "z"]}),
            deployment({"name": "a", "args": ["z", "x", "y"]}),
            [("reorder", f"{POD}[name=a].args", ["x", "y", "z"], ["z", "x", "y"])],
        ),
        (  # two items with one key are never taken for one
            deployment({"name": "a", "image": "x"}, {"name": "a", "image": "y"}),
            deployment({"name": "a", "image": "x"}, {"name": "a", "image": "z"}),
            [("change", f"{POD}[1].image", "y", "z")],
        ),
    ],
)
def test_each_changed_field_is_told(before: Body, after: Body, expected: list[Any]) -> None:
    assert told(before, after) == expected


def test_service_ports_are_named_by_the_keys_they_have() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "dns"}}
    before = {**service, "spec": {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}}
    after = copy.deepcopy(before)
    after["spec"]["ports"][1]["nodePort"] = 30053
    assert told(before, after) == [("add", "spec.ports[53/TCP].nodePort", None, 30053)]
    (change,) = changes(before, after)
    assert change.pointer == "/spec/ports/1/nodePort"


def test_a_definition_in_the_build_names_the_items_of_its_lists() -> None:
    rows = {"x-kubernetes-list-map-keys": ["zone", "number"], "items": {"properties": {}}}
    schema = {"openAPIV3Schema": {"properties": {"spec": {"properties": {"rows": rows}}}}}
    names = {"group": "example.org", "names": {"kind": "Row"}, "versions": [{"name": "v1", "schema": schema}]}
    crd = {**NAME, "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": names}

    def row(*values: int) -> Body:
        listed = [{"zone": "a", "number": number, "value": value} for number, value in enumerate(values)]
        return {**NAME, "apiVersion": "example.org/v1", "kind": "Row", "spec": {"rows": listed}}

    for also, path in ((crd, "spec.rows[zone=a,number=1].value"), (config("c"), "spec.rows[1].value")):
        (change,) = compare(resources(also, row(1, 2)), resources(also, row(1, 3))).resources
        assert [str(field.path) for field in change.fields] == [path]


@pytest.mark.parametrize(
    ("field", "one", "other", "shown"),
    [
        ("volumeMounts", {"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/b"}, "mountPath=/b"),
        ("volumeDevices", {"name": "v", "devicePath": "/a"}, {"name": "v", "devicePath": "/b"}, "devicePath=/b"),
        ("hostAliases", {"ip": "1"}, {"ip": "2"}, "ip=2"),
        ("conditions", {"type": "A"}, {"type": "B"}, "type=B"),
        ("ports", {"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53}, "53/TCP"),
        ("ports", {"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}, "53/TCP"),
        ("anything", {"name": "a"}, {"name": "b"}, "name=b"),
        ("anything", {"name": "a"}, {"name": "a", "b": 1}, "1"),  # a name that two have names none
    ],
)
def test_lists_of_custom_resources_are_named_as_those_of_kubernetes(
    field: str, one: Body, other: Body, shown: str
) -> None:
    before, after = ({**NAME, "apiVersion": "x/v1", "kind": "W", field: [one, {**other, "v": v}]} for v in (1, 2))
    assert [path for _, path, _, _ in told(before, after)] == [f"{field}[{shown}].v"]


def resources(*bodies: Body, previous: tuple[ResourceId, ...] = ()) -> ResourceMap:
    return ResourceMap(Resource(body, Origin("f", 1), previous) for body in bodies)


def config(name: str, namespace: str = "", **data: str) -> Body:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def test_resources_are_added_removed_and_changed() -> None:
    comparison = compare(
        resources(config("a", x="1"), config("b")), resources(config("a", x="2"), config("c")), "dev", "base"
    )
    assert [(r.op, str(r.id)) for r in comparison.resources] == [
        ("change", "ConfigMap/a"),
        ("add", "ConfigMap/c"),
        ("remove", "ConfigMap/b"),
    ]
    assert (comparison.name, comparison.against, comparison.count("change")) == ("dev", "base", 1)


def test_a_renamed_resource_is_one_change() -> None:
    before = config("a")
    after = resources(config("dev-a", "dev"), previous=(ResourceId.of(before),))
    (change,) = compare(resources(before), after).resources
    assert (change.op, [str(field.path) for field in change.fields]) == (
        "change",
        ["metadata.name", "metadata.namespace"],
    )


def test_two_that_once_had_one_name_are_not_mixed_up() -> None:
    """Two bases may build one original name with two prefixes; only the way through one of them fits."""
    one, two, original = config("one-a"), config("two-a"), ResourceId.of(config("a"))
    before = ResourceMap(Resource(body, None, (original,)) for body in (one, two))
    after = ResourceMap(
        Resource(config(f"dev-{body['metadata']['name']}"), None, (original, ResourceId.of(body)))
        for body in (one, two)
    )
    comparison = compare(before, after)
    assert [(r.op, [(f.before, f.after) for f in r.fields]) for r in comparison.resources] == [
        ("change", [("one-a", "dev-one-a")]),
        ("change", [("two-a", "dev-two-a")]),
    ]


SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([0.0, 1.0, "", "0", "a", "b"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "name", "x/y", "~"]), inner, max_size=3)
    ),
    max_leaves=10,
)
ITEMS = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abc")}, optional={"image": SCALARS, "env": VALUES}), max_size=4
)
BODIES = st.builds(
    lambda items, extra: {**NAME, "spec": {"template": {"spec": {"containers": items}}, "extra": extra}}, ITEMS, VALUES
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(BODIES, BODIES)
def test_nothing_is_told_exactly_when_nothing_differs(before: Body, after: Body) -> None:
    assert (not changes(before, after)) == same(before, after)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(BODIES, BODIES)
def test_the_changes_applied_to_before_give_after(before: Body, after: Body) -> None:
    assert same(body_after(before, changes(before, after)), after)


RESOURCES = st.lists(
    st.builds(
        lambda kind, name, space, body: {
            "apiVersion": "v1",
            "kind": kind,
            "metadata": {"name": name} | ({"namespace": space} if space else {}),
            "data": body,
        },
        st.sampled_from(["ConfigMap", "Secret", "Widget"]),
        st.sampled_from(["a", "b", "dev-a", "dev-b", "a-5f8bk2mt67", "a-97f4g2ch8d"]),
        st.sampled_from(["", "one", "two"]),
        st.dictionaries(st.sampled_from("xy"), VALUES, max_size=2),
    ),
    max_size=6,
    unique_by=lambda body: (body["kind"], body["metadata"]["name"], body["metadata"].get("namespace")),
)


def canonical(bodies: list[Body]) -> list[str]:
    return sorted(json.dumps(body, sort_keys=True) for body in bodies)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(RESOURCES, RESOURCES)
def test_the_changes_of_a_state_applied_to_before_give_after(before: list[Body], after: list[Body]) -> None:
    one, other = [Resource(body) for body in before], [Resource(body) for body in after]
    comparison = compare(one, other)
    assert canonical(applied(comparison, one)) == canonical(after)
    assert (not comparison.resources) == (canonical(before) == canonical(after))


POD_TEMPLATE = "spec.template.spec.containers[name=a]"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # the same to the API server
        ({"resources": {"limits": {"cpu": "1"}}}, {"resources": {"limits": {"cpu": "1000m"}}}, ["equivalent"]),
        ({"resources": {"limits": {"cpu": 1}}}, {"resources": {"limits": {"cpu": "1"}}}, ["equivalent"]),
        ({"ports": [{"containerPort": 80}]}, {"ports": [{"containerPort": 80, "protocol": "TCP"}]}, ["equivalent"]),
        ({"image": "a:1"}, {"image": "a:1", "imagePullPolicy": "IfNotPresent"}, ["equivalent"]),
        ({"image": "a"}, {"image": "a", "imagePullPolicy": "Always"}, ["equivalent"]),
        ({"env": None}, {}, ["equivalent"]),
        ({"env": []}, {}, ["equivalent"]),
        ({}, {"resources": {}}, ["equivalent"]),
        ({"resources": {"limits": {"memory": "1Gi"}}}, {"resources": {"limits": {"memory": "1024Mi"}}}, ["equivalent"]),
        ({"resources": {"limits": {"cpu": "1e3"}}}, {"resources": {"limits": {"cpu": "1000e0"}}}, ["equivalent"]),
        ({"resources": {"limits": {"memory": "0.5Ki"}}}, {"resources": {"limits": {"memory": 512}}}, ["equivalent"]),
        ({}, {"livenessProbe": {"httpGet": {"port": 1}}}, ["value"]),
        ({"livenessProbe": {"httpGet": {"port": 1}}},
         {"livenessProbe": {"httpGet": {"port": 1, "scheme": "HTTP", "path": "/"}, "periodSeconds": 10}}, ["equivalent"] * 3),
        # not the same; one number may be kept in two spellings, and a StatefulSet tells them apart
        ({"resources": {"limits": {"memory": "1Gi"}}}, {"resources": {"limits": {"memory": "1073741824"}}}, ["value"]),
        ({"resources": {"limits": {"cpu": "1e3"}}}, {"resources": {"limits": {"cpu": "1k"}}}, ["value"]),
        ({"image": "a"}, {"image": "a", "imagePullPolicy": "IfNotPresent"}, ["value"]),
        ({}, {"securityContext": {"allowPrivilegeEscalation": False}}, ["value"]),
        ({}, {"livenessProbe": {"periodSeconds": 10}}, ["value"]),
        ({"resources": {"limits": {"cpu": "1"}}}, {"resources": {"limits": {"cpu": "1001m"}}}, ["value"]),
        ({"args": ["a"]}, {"args": []}, ["value"]),
        ({"ports": [{"containerPort": 80}]}, {"ports": [{"containerPort": 80, "protocol": "UDP"}]}, ["value", "value"]),
    ],
)  # fmt: skip
def test_what_a_change_amounts_to(before: Body, after: Body, expected: list[Sort]) -> None:
    found = changes(deployment({"name": "a", **before}), deployment({"name": "a", **after}))
    assert [change.sort for change in found] == expected


def kind(api_version: str, name: str, **fields: Any) -> Body:
    return {"apiVersion": api_version, "kind": name, "metadata": {"name": "x"}, **fields}


def pods(spec: Body) -> Body:
    return kind("apps/v1", "Deployment", spec={"template": {"spec": spec}})


CPU: Body = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
}


def autoscaler(**spec: Any) -> Body:
    return kind("autoscaling/v2", "HorizontalPodAutoscaler", spec=spec)


def stateful(strategy: Body) -> Body:
    return kind("apps/v1", "StatefulSet", spec={"updateStrategy": strategy})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (kind("apps/v1", "Deployment", spec={}), kind("apps/v1", "Deployment", spec={"replicas": 1}), "equivalent"),
        (
            kind("apps/v1", "Deployment", spec={"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}}}),
            kind("apps/v1", "Deployment", spec={}),
            "equivalent",
        ),
        (  # the server would refuse this
            kind("apps/v1", "Deployment", spec={"strategy": {"type": "Recreate"}}),
            kind("apps/v1", "Deployment", spec={"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": "25%"}}}),
            "value",
        ),
        (kind("v1", "Service", spec={"ports": [{"port": 1}]}), kind("v1", "Service", spec={"ports": [{"port": 1, "targetPort": 1}]}), "equivalent"),
        (kind("v1", "Service", spec={"type": "ClusterIP"}), kind("v1", "Service", spec={}), "equivalent"),
        (kind("v1", "Service", spec={"type": "NodePort"}), kind("v1", "Service", spec={"type": "NodePort", "externalTrafficPolicy": "Cluster"}), "equivalent"),
        (kind("v1", "Service", spec={}), kind("v1", "Service", spec={"externalTrafficPolicy": "Cluster"}), "value"),
        (kind("policy/v1", "PodDisruptionBudget", spec={}), kind("policy/v1", "PodDisruptionBudget", spec={"selector": {}}), "value"),
        (kind("networking.k8s.io/v1", "NetworkPolicy", spec={}), kind("networking.k8s.io/v1", "NetworkPolicy", spec={"policyTypes": ["Ingress"]}), "equivalent"),
        (kind("networking.k8s.io/v1", "NetworkPolicy", spec={"ingress": [{"from": [{"podSelector": {}}]}]}),
         kind("networking.k8s.io/v1", "NetworkPolicy", spec={"ingress": [{"from": [{}]}]}), "value"),
        (kind("v1", "ConfigMap", data={"a": None}), kind("v1", "ConfigMap", data={"a": ""}), "equivalent"),
        (kind("v1", "ConfigMap", data={}), kind("v1", "ConfigMap", data={"a": ""}), "value"),
        (kind("v1", "ConfigMap", data={}), kind("v1", "ConfigMap"), "equivalent"),
        # base64 is broken into lines, or not
        (kind("v1", "Secret", data={"a": "aGVs\nbG8=\n"}), kind("v1", "Secret", data={"a": "aGVsbG8="}), "equivalent"),
        (kind("v1", "Secret", data={"a": None}), kind("v1", "Secret", data={"a": ""}), "equivalent"),
        (kind("v1", "Secret", data={}), kind("v1", "Secret", data={"a": ""}), "value"),
        (kind("v1", "Secret", data={"a": "aGVsbG8="}), kind("v1", "Secret", data={"a": "aGVsbG8"}), "value"),
        (kind("v1", "Secret", stringData={"a": "x\n"}), kind("v1", "Secret", stringData={"a": "x"}), "value"),
        (kind("v1", "ConfigMap", binaryData={"a": "AA\r\n=="}), kind("v1", "ConfigMap", binaryData={"a": "AA=="}), "equivalent"),
        (kind("v1", "ConfigMap", data={"a": "AA\n=="}), kind("v1", "ConfigMap", data={"a": "AA=="}), "value"),
        (kind("example.org/v1", "Widget", spec={"a": None}), kind("example.org/v1", "Widget", spec={}), "value"),
        (kind("example.org/v1", "Widget", spec={"cpu": "1"}), kind("example.org/v1", "Widget", spec={"cpu": "1000m"}), "value"),
        (kind("example.org/v1", "Widget", spec=None), kind("example.org/v1", "Widget"), "value"),
        (kind("apps/v1", "Deployment", spec={"template": {"spec": {"volumes": [{"name": "a"}]}}}),
         kind("apps/v1", "Deployment", spec={"template": {"spec": {"volumes": [{"name": "a", "emptyDir": {}}]}}}), "equivalent"),
        (kind("apps/v1", "Deployment", spec={"template": {"spec": {"volumes": [{"name": "a", "hostPath": {"path": "/x"}}]}}}),
         kind("apps/v1", "Deployment", spec={"template": {"spec": {"volumes": [{"name": "a", "hostPath": {"path": "/x"}, "emptyDir": {}}]}}}), "value"),
        # a pointer to false is kept, and in a template it restarts pods
        (pods({"enableServiceLinks": True}), pods({}), "value"),
        (pods({"volumes": [{"name": "a", "configMap": {"name": "b", "optional": False}}]}),
         pods({"volumes": [{"name": "a", "configMap": {"name": "b"}}]}), "value"),
        (kind("v1", "ConfigMap", immutable=False), kind("v1", "ConfigMap"), "value"),
        (kind("v1", "Service", spec={"clusterIP": "None", "ipFamilyPolicy": "SingleStack"}), kind("v1", "Service", spec={"clusterIP": "None"}), "value"),
        (kind("v1", "Service", spec={"ipFamilyPolicy": "SingleStack"}), kind("v1", "Service", spec={}), "equivalent"),
        # one pod; a work queue
        (kind("batch/v1", "Job", spec={}), kind("batch/v1", "Job", spec={"completions": 1}), "equivalent"),
        (kind("batch/v1", "Job", spec={"completions": 2, "parallelism": 1}), kind("batch/v1", "Job", spec={"completions": 2}), "equivalent"),
        (kind("batch/v1", "Job", spec={}), kind("batch/v1", "Job", spec={"parallelism": 1}), "value"),
        (kind("batch/v1", "Job", spec={"backoffLimit": 6}), kind("batch/v1", "Job", spec={}), "equivalent"),
        (kind("batch/v1", "Job", spec={"backoffLimitPerIndex": 1, "backoffLimit": 6}), kind("batch/v1", "Job", spec={"backoffLimitPerIndex": 1}), "value"),
        (kind("batch/v1", "Job", spec={"podFailurePolicy": {}, "podReplacementPolicy": "TerminatingOrFailed"}), kind("batch/v1", "Job", spec={"podFailurePolicy": {}}), "value"),
        (kind("batch/v1", "CronJob", spec={"jobTemplate": {"spec": {"backoffLimit": 6}}}), kind("batch/v1", "CronJob", spec={"jobTemplate": {"spec": {}}}), "value"),
        # the default of a strategy that says nothing has a partition, the one that says its type has none
        (stateful({}), stateful({"rollingUpdate": {"partition": 0}}), "equivalent"),
        (stateful({"rollingUpdate": {}}), stateful({"type": "RollingUpdate", "rollingUpdate": {}}), "equivalent"),
        (stateful({}), stateful({"type": "RollingUpdate"}), "value"),
        (kind("apps/v1", "StatefulSet", spec={}), stateful({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}), "equivalent"),
        (stateful({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}), kind("apps/v1", "StatefulSet", spec={}), "equivalent"),
        # what stands for a whole map, an amount, the target of an autoscaler
        (kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", spec={}),
         kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", spec={"conversion": {"strategy": "None"}}), "equivalent"),
        (kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", spec={"conversion": {"strategy": "Webhook"}}),
         kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", spec={}), "value"),
        (kind("batch/v1", "Job", spec={"template": {}}),
         kind("batch/v1", "Job", spec={"template": {"metadata": {"creationTimestamp": None}}}), "equivalent"),
        (pods({"volumes": [{"name": "a", "downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {}}]}}]}),
         pods({"volumes": [{"name": "a", "downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"divisor": "0"}}]}}]}), "equivalent"),
        (autoscaler(), autoscaler(targetCPUUtilizationPercentage=80), "equivalent"),
        (autoscaler(), autoscaler(targetCPUUtilizationPercentage=50), "value"),
        (autoscaler(metrics=[CPU]), autoscaler(), "equivalent"),
        (autoscaler(metrics=[CPU, CPU]), autoscaler(), "value"),
        # an account by its older name
        (pods({"serviceAccountName": "a", "serviceAccount": "a"}), pods({"serviceAccountName": "a"}), "equivalent"),
        (pods({"serviceAccountName": "a", "serviceAccount": "a"}), pods({"serviceAccount": "a"}), "equivalent"),
        (pods({"serviceAccountName": ""}), pods({}), "equivalent"),
        (pods({"serviceAccountName": "a"}), pods({"serviceAccount": "b"}), "value"),
        (kind("batch/v1", "Job", spec={"template": {"spec": {}}}),
         kind("batch/v1", "Job", spec={"template": {"spec": {"restartPolicy": "Always"}}}), "value"),
    ],
)  # fmt: skip
def test_what_stands_where_nothing_is_written(before: Body, after: Body, expected: Sort) -> None:
    assert {change.sort for change in changes(before, after)} == {expected}


def test_metadata_is_known_of_every_kind() -> None:
    before, after = kind("example.org/v1", "Widget"), kind("example.org/v1", "Widget")
    after["metadata"] |= {"labels": {}, "creationTimestamp": None}
    assert [change.sort for change in changes(before, after)] == ["equivalent", "equivalent"]
