from typing import Any

import pytest

from kgen.errors import InputError
from kgen.preview.compare import compare
from kgen.preview.comparison import Comparison
from kgen.preview.pairing import pair
from kgen.resource import Body, Resource


def config(name: str, namespace: str = "", **data: str) -> Body:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def compared(before: list[Body], after: list[Body]) -> Comparison:
    return compare(map(Resource, before), map(Resource, after))


def moves(before: list[str], after: list[str]) -> list[Any]:
    found = compared(
        [config(*name.split("/")[::-1]) for name in before], [config(*name.split("/")[::-1]) for name in after]
    )
    return [(move.prefix, move.suffix, move.namespaces, len(move.members)) for move in found.moves]


NONE = ("", "")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a", "b"], ["dev-a", "dev-b"], [(("", "dev-"), NONE, None, 2)]),
        (["dev-a", "dev-b"], ["a", "b"], [(("dev-", ""), NONE, None, 2)]),
        (["a", "b"], ["a-v2", "b-v2"], [(NONE, ("", "-v2"), None, 2)]),
        (["a", "b"], ["x-a-y", "x-b-y"], [(("", "x-"), ("", "-y"), None, 2)]),
        (["dev-web", "dev-db"], ["prod-web", "prod-db"], [(("dev-", "prod-"), NONE, None, 2)]),
        (["web-v1", "db-v1"], ["web-v2", "db-v2"], [(NONE, ("-v1", "-v2"), None, 2)]),
        (["one/a", "one/b"], ["two/a", "two/b"], [(NONE, NONE, ("one", "two"), 2)]),
        (["a", "b"], ["two/a", "two/b"], [(NONE, NONE, ("default", "two"), 2)]),
        (["a", "b", "c"], ["dev-a", "dev-b"], [(("", "dev-"), NONE, None, 2)]),
        # nothing that several share
        (["a"], ["dev-a"], []),
        (["a", "b"], ["x-a", "y-b"], []),
        (["web", "db"], ["api", "queue"], []),
        (["a", "b"], ["b", "a"], []),
    ],
)
def test_renames_that_several_share_are_told_once(before: list[str], after: list[str], expected: list[Any]) -> None:
    assert moves(before, after) == expected


def test_numbers_behind_one_name_are_no_suffix_that_changed() -> None:
    def app(number: int) -> list[Body]:
        return [{**config(f"app-{number}"), "kind": kind} for kind in ("ConfigMap", "Service")]

    before, after = ([body for number in numbers for body in app(number)] for numbers in (range(5, 10), range(10, 15)))
    comparison = compared(before, after)
    assert comparison.moves == ()
    assert {change.op for change in comparison.resources} == {"add", "remove"}


def test_what_is_left_is_added_and_removed() -> None:
    comparison = compared([config("a"), config("b"), config("gone")], [config("dev-a"), config("dev-b"), config("new")])
    assert [(change.op, change.id.name) for change in comparison.resources if change.op != "change"] == [
        ("add", "new"),
        ("remove", "gone"),
    ]


def test_a_content_hash_is_no_part_of_a_name() -> None:
    comparison = compared([config("c-m5d2cggb7k", x="1")], [config("c-b6gmtkgcd5", x="2")])
    (change,) = comparison.resources
    assert change.renamed_from is not None
    assert change.renamed_from.name == "c-m5d2cggb7k"


def test_two_with_one_stem_are_not_guessed_at() -> None:
    before = [config("c-m5d2cggb7k"), config("c-9f4hk2ch8d")]
    assert {change.op for change in compared(before, [config("c-b6gmtkgcd5")]).resources} == {"add", "remove"}


def test_one_resource_in_two_versions_is_there_twice() -> None:
    one = {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}}
    with pytest.raises(InputError) as caught:
        pair([Resource(one), Resource({**one, "apiVersion": "autoscaling/v2"})], [])
    assert caught.value.message == (
        "HorizontalPodAutoscaler/web is there twice (autoscaling/v1 and autoscaling/v2 are one resource in a cluster)"
    )
    assert caught.value.hint == "remove or rename one of them"


def test_many_names_take_linear_time() -> None:
    before = [config(f"c{number}") for number in range(3_000)]
    after = [config(f"dev-c{number}") for number in range(3_000)]
    assert len(compared(before, after).moves[0].members) == 3_000
