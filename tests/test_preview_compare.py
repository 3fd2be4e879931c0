import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgen.equality import same
from kgen.errors import Origin
from kgen.preview.compare import FieldChange, compare, compare_bodies
from kgen.resource import Body, Resource, ResourceId, ResourceMap

NAME = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}


def deployment(*containers: Body, **spec: Any) -> Body:
    return {**NAME, "spec": {**spec, "template": {"spec": {"containers": list(containers)}}}}


def told(before: Body, after: Body) -> list[tuple[str, str, Any, Any]]:
    return [(c.op, str(c.path), c.before, c.after) for c in compare_bodies(before, after)]


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
                ("reorder", POD, ["name=a"], ["name=b", "name=a"]),
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
            [("change", f"{POD}[name=a].args", ["x"], ["w", "x"])],
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
    assert told(before, after) == [("add", "spec.ports[port=53,protocol=TCP].nodePort", None, 30053)]
    (change,) = compare_bodies(before, after)
    assert change.pointer == "/spec/ports/1/nodePort"


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
    assert comparison.summary == "dev vs base: 1 changed, 1 added, 1 removed"


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
    assert (not list(compare_bodies(before, after))) == same(before, after)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(BODIES, BODIES)
def test_the_changes_applied_to_before_give_after(before: Body, after: Body) -> None:
    assert same(_applied(before, list(compare_bodies(before, after))), after)


def _applied(before: Body, changes: list[FieldChange]) -> Body:
    """An independent, slow way back: by path, removals and values first, then the orders."""
    body = copy.deepcopy(before)
    for change in sorted(changes, key=lambda change: change.op == "reorder"):
        *parents, last = change.path.segments
        node: Any = body
        for segment in parents:
            node = node.setdefault(segment, {}) if isinstance(node, dict) else _item(node, segment)
        if change.op == "reorder":
            items = node[last]
            items.sort(key=lambda item: change.after.index(f"name={item['name']}"))
        elif isinstance(node, list) and not isinstance(last, int):
            node[:] = [item for item in node if not last.matches(item)] + (
                [] if change.op == "remove" else [change.after]
            )
        elif change.op == "remove":
            del node[last]
        else:
            node[last] = change.after
    return body


def _item(items: list[Any], segment: Any) -> Any:
    return items[segment] if isinstance(segment, int) else next(item for item in items if segment.matches(item))
