"""A patch is no longer than a two-way strategic merge patch, where one makes the state wanted in kustomize at all."""

import random
import sys
from collections import Counter
from pathlib import Path

import pytest
from two_way import two_way, without_order

from kgen import yamlio
from kgen.equality import same
from kgen.errors import KgenError
from kgen.kustomize import build, merge
from kgen.overlay.patches import Json6902Patch, StrategicMergePatch, patch_between
from kgen.resource import Body, ResourceMap

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))
from wishes import wished

WEB = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}}


@pytest.fixture(scope="module")
def base() -> ResourceMap:
    return build(str(Path(__file__).parents[1] / "base"), hash_suffixes=False)


def containers(*items: Body) -> Body:
    return {**WEB, "spec": {"template": {"spec": {"containers": list(items)}}}}


def test_the_measure_is_what_kubectl_makes() -> None:
    before = containers({"name": "a", "image": "x"}, {"name": "b", "image": "y"}, {"name": "c"})
    after = containers({"name": "c"}, {"name": "b", "image": "z", "command": ["run"]}, {"name": "d"})
    assert two_way(before, after)["spec"]["template"]["spec"] == {
        "$setElementOrder/containers": [{"name": "c"}, {"name": "b"}, {"name": "d"}],
        "containers": [
            {"name": "b", "image": "z", "command": ["run"]},
            {"name": "d"},
            {"name": "a", "$patch": "delete"},
        ],
    }


def size(patch: StrategicMergePatch | Json6902Patch) -> int:
    return len(yamlio.dump([patch.body if isinstance(patch, StrategicMergePatch) else list(patch.operations)]))


def is_enough(before: Body, patch: Body, after: Body) -> bool:
    try:
        return same(merge.apply(before, patch), after)
    except KgenError:
        return False


def test_a_patch_is_longer_only_where_kustomize_makes_something_else_of_the_shorter_one(base: ResourceMap) -> None:
    counts: Counter[str] = Counter()
    for seed in range(120):
        for wanted in wished(random.Random(seed), base):  # noqa: S311  # nothing is secret here
            known = base.get(wanted.id)
            if known is None or same(known.body, wanted.body):
                continue
            shorter = two_way(known.body, wanted.body)
            if size(patch_between(known.body, wanted.body)) <= len(yamlio.dump([shorter])):
                counts["short"] += 1
                continue
            counts["long"] += 1
            assert not is_enough(known.body, without_order(shorter), wanted.body), (seed, wanted.id)
    assert counts["short"] > 20 * counts["long"]
