# ruff: noqa: E501 - a row of a table is a line
"""Changes taken back: with all of them the body after is the one before."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_preview_compare import BODIES, changes, deployment

from kgen.equality import same
from kgen.preview.compare import compare
from kgen.preview.ignoring import ignore, parse
from kgen.preview.keeping import keep, undone
from kgen.resource import Body, Resource


@settings(derandomize=True, deadline=None, max_examples=300)
@given(BODIES, BODIES)
def test_all_of_them(before: Body, after: Body) -> None:
    fields, untouched = changes(before, after), copy.deepcopy(after)
    assert same(undone(before, after, fields, fields), before)
    assert same(after, untouched)
    assert same(undone(before, after, fields, []), after)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(BODIES, BODIES, st.randoms(use_true_random=False))
def test_any_of_them_can_be_taken_back(before: Body, after: Body, random: Any) -> None:
    fields = changes(before, after)
    ignored = [field for field in fields if random.random() < 0.5]
    undone(before, after, fields, ignored)


def service(*ports: Body) -> Body:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": list(ports)}}


@pytest.mark.parametrize(
    ("rule", "before", "after", "expected"),
    [
        ("*:spec.replicas", deployment(replicas=1), deployment(replicas=2, paused=True), deployment(replicas=1, paused=True)),
        ("*:spec.strategy", deployment(), deployment(strategy={"rollingUpdate": {"maxSurge": 0}}), deployment()),
        ("*:spec.strategy.type", deployment(), deployment(strategy={"type": "a", "x": 1}), deployment(strategy={"x": 1})),
        ("*:spec.paused", deployment(paused=True), deployment(replicas=1), deployment(paused=True, replicas=1)),
        (
            "*:spec.template.spec.containers[name=b]",
            deployment({"name": "a"}, {"name": "b"}),
            deployment({"name": "c"}, {"name": "a", "image": "x"}),
            deployment({"name": "c"}, {"name": "b"}, {"name": "a", "image": "x"}),
        ),
        ("*:spec.ports[80/TCP]", service({"port": 80, "nodePort": 1}), service({"port": 80}), service({"port": 80, "nodePort": 1})),
        ("Deployment", deployment(replicas=1), deployment(replicas=2), deployment(replicas=1)),
        ("Secret", deployment(replicas=1), deployment(replicas=2), deployment(replicas=2)),
    ],
)  # fmt: skip
def test_what_is_ignored_is_as_before(rule: str, before: Body, after: Body, expected: Body) -> None:
    one, other = [Resource(before)], [Resource(after)]
    whole = compare(one, other)
    (found,) = keep(whole, ignore(whole, [parse(rule)]), other)
    assert found.body == expected


def test_resources_that_come_and_go() -> None:
    one, other = [Resource(service())], [Resource(deployment())]
    whole = compare(one, other)
    assert keep(whole, ignore(whole, [parse("*")]), other) == tuple(one)
    assert keep(whole, ignore(whole, [parse("Service")]), other) == (*other, *one)
    assert keep(whole, whole, other) == tuple(other)
