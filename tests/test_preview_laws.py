"""The laws of a comparison over states as people have them, with DeepDiff as the second opinion.

Bodies are drawn with what breaks comparers: keys of lists that are there twice, nulls, other types, renamed items,
Secrets with values in both fields, generated names, custom resources whose definition names the keys of a list.
"""

import copy
import json
from random import Random
from typing import Any

import pytest
from applying import applied
from deepdiff import DeepDiff

from kgen.preview.compare import compare
from kgen.preview.comparison import Comparison
from kgen.preview.masking import mask
from kgen.resource import Body, Resource

ROUNDS = 50


class Dice:
    """Draws bodies; each seed the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - no secret hangs on it

    def value(self) -> Any:
        return self.random.choice([None, True, 0, 1, 1.0, "", "1", "a", "1Gi", "1024Mi", [], {}, "x\ny\n", ["a", "a"]])

    def some(self, **fields: Any) -> Body:
        return {key: each for key, each in fields.items() if self.random.random() < 0.6}

    def name(self) -> str:
        return self.random.choice(["a", "b", "dev-a", "aa", "a-5f8bk2mt67", "a-97f4g2ch8d"])

    def many(self, *choices: Body) -> list[Body]:
        return [copy.deepcopy(self.random.choice(choices)) for _ in range(self.random.randint(0, 3))]

    def container(self) -> Body:
        env = self.many({"name": "A", "value": self.value()}, {"name": "A"}, {"name": "B", "value": "1"})
        ports = self.many({"containerPort": 53}, {"containerPort": 53, "protocol": "UDP"}, {"containerPort": "53"})
        mounts = self.many({"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/b", "subPath": self.name()})
        limits = {"limits": self.some(cpu=self.value(), memory=self.value())}
        return {"name": self.name(), **self.some(env=env, ports=ports, volumeMounts=mounts, resources=limits)}

    def metadata(self) -> Body:
        called = {"generateName": "a-"} if self.random.random() < 0.1 else {"name": self.name()}
        return {**called, **self.some(namespace=self.random.choice(["one", "default"]), labels={"a": self.value()})}

    def resource(self) -> Body:
        pod = {"spec": {"template": {"spec": {"containers": [self.container() for _ in range(2)]}}}}
        values = {"data": self.some(x="eA==", y="eQ==", z=None), "stringData": self.some(x="x", y="z", z="")}
        rows = {"spec": {"rows": self.many({"x": 1, "y": 1}, {"x": 1, "y": 2, "v": self.value()}, {"x": 2})}}
        kind, fields = self.random.choice(
            [(("apps/v1", "Deployment"), pod), (("v1", "Secret"), values), (("example.org/v1", "Row"), rows)]
        )
        return {"apiVersion": kind[0], "kind": kind[1], "metadata": self.metadata(), **fields}

    def state(self) -> list[Body]:
        return [*unique([self.resource() for _ in range(4)]), definition(self.random.choice([["x"], ["x", "y"]]))]

    def changed(self, value: Any) -> Any:
        """The same with a few things other, gone, twice, or in another order."""
        if self.random.random() < 0.04:
            return self.value()
        if isinstance(value, dict):
            return {key: self.changed(each) for key, each in value.items() if self.random.random() > 0.04}
        if isinstance(value, list):
            found = [self.changed(each) for each in value]
            found += copy.deepcopy(found[:1]) if self.random.random() < 0.1 else []
            self.random.shuffle(found) if self.random.random() < 0.1 else None
            return found
        return value

    def later(self, state: list[Body]) -> list[Body]:
        """Some of its resources changed, renamed, gone; others new; in another order."""
        if self.random.random() < 0.2:
            return self.state()
        prefix = self.random.choice(["", "", "dev-"])
        found = []
        for body in state:
            spec = {
                key: self.changed(each) for key, each in body.items() if key not in {"apiVersion", "kind", "metadata"}
            }
            metadata = {
                **body["metadata"],
                **({"name": prefix + body["metadata"]["name"]} if "name" in body["metadata"] else {}),
            }
            found.append({"apiVersion": body["apiVersion"], "kind": body["kind"], "metadata": metadata, **spec})
        self.random.shuffle(found)
        return unique(found[self.random.randint(0, 1) :])


def definition(keys: list[str]) -> Body:
    rows = {"x-kubernetes-list-map-keys": keys, "items": {"properties": {}}}
    schema = {"openAPIV3Schema": {"properties": {"spec": {"properties": {"rows": rows}}}}}
    spec = {"group": "example.org", "names": {"kind": "Row"}, "versions": [{"name": "v1", "schema": schema}]}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "rows.example.org"}, "spec": spec}  # fmt: skip


def unique(bodies: list[Body]) -> list[Body]:
    found: dict[Any, Body] = {}
    for body in bodies:
        metadata = body["metadata"]
        key = (body["kind"], metadata.get("namespace") or "default", metadata.get("name") or id(body))
        found.setdefault(key, body)
    return list(found.values())


def canonical(bodies: list[Body]) -> list[str]:
    return sorted(json.dumps(body, sort_keys=True) for body in bodies)


def compared(before: list[Body], after: list[Body]) -> tuple[Comparison, list[Resource]]:
    one = [Resource(copy.deepcopy(body)) for body in before]
    return compare(one, [Resource(copy.deepcopy(body)) for body in after]), one


@pytest.mark.parametrize("seed", range(3))
def test_laws(seed: int) -> None:
    dice = Dice(seed)
    for _ in range(ROUNDS):
        before = dice.state()
        after = dice.later(copy.deepcopy(before))
        comparison, one = compared(before, after)
        assert canonical(applied(comparison, one)) == canonical(after)
        assert (not comparison.resources) == (canonical(before) == canonical(after))
        for change in comparison.resources:
            if change.before is not None and change.after is not None:
                told = DeepDiff(change.before.body, change.after.body, ignore_numeric_type_changes=False)
                assert bool(change.fields) == bool(told)
        assert not compared(after, after)[0].resources
        (masked,) = mask([comparison], one)
        assert masked.differs == comparison.differs
