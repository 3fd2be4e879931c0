from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from preview_sample import body, path, sample

from kgen.errors import Origin
from kgen.preview.comparison import Comparison, FieldChange, Finding, ResourceChange
from kgen.preview.grouping import group
from kgen.resource import Resource


def changed(name: str, before: Any = 1, after: Any = 2, what: str = "web", **more: Any) -> Comparison:
    field = FieldChange("change", path("spec", "replicas"), before, after, **more)
    web = Resource(body("Deployment", what))
    return Comparison(name, "base", (ResourceChange(web, web, (field,)),))


def test_comparisons_that_show_the_same_are_one_group_in_order() -> None:
    found = group([changed("a"), changed("b", after=3), changed("c")])
    assert [each.names for each in found] == [("a", "c"), ("b",)]
    assert group([]) == ()


def test_what_does_not_change_comes_last() -> None:
    comparisons = [Comparison("a", "base", ()), changed("b"), Comparison("c", "base", ()), changed("d", after=3)]
    assert [each.names for each in group(comparisons)] == [("b",), ("d",), ("a", "c")]


@pytest.mark.parametrize(
    "other",
    [
        changed("b", after=True),
        changed("b", before="1"),
        changed("b", sort="order"),
        changed("b", what="other"),
        changed("b", reason="why"),
        replace(changed("b"), against="main"),
        replace(changed("b"), ignored=1),
        replace(changed("b"), notes=("a note",)),
        replace(changed("b"), findings=(Finding("image", "note", changed("b").resources[0].id, "m"),)),
        replace(changed("b"), resources=()),
        replace(changed("b"), resources=(ResourceChange(None, Resource(body("Deployment", "web"))),)),
    ],
)
def test_what_shows_something_else_is_a_group_of_its_own(other: Comparison) -> None:
    assert len(group([changed("a", 0, 1), other])) == 2
    assert len(group([changed("a"), other])) == 2


def test_added_resources_are_the_same_where_their_bodies_are() -> None:
    def added(name: str, value: str) -> Comparison:
        return Comparison(name, "base", (ResourceChange(None, Resource(body("ConfigMap", "x", data={"k": value}))),))

    assert [each.names for each in group([added("a", "1"), added("b", "1"), added("c", "2")])] == [("a", "b"), ("c",)]


def test_a_group_tells_only_the_causes_that_all_share() -> None:
    def caused(name: str, file: str) -> Comparison:
        return changed(name, cause=Origin(file, 1))

    (alone,) = group([caused("a", "x")])
    (same,) = group([caused("a", "x"), caused("b", "x")])
    (other,) = group([caused("a", "x"), caused("b", "y")])
    causes = [each.comparison.resources[0].fields[0].cause for each in (alone, same, other)]
    assert causes == [Origin("x", 1), Origin("x", 1), None]


def test_hidden_fields_do_not_count_but_their_number_does() -> None:
    def hidden(name: str, *values: str) -> Comparison:
        fields = tuple(FieldChange("change", path(value), "1", value, sort="equivalent") for value in values)
        (change,) = changed(name).resources
        return replace(changed(name), resources=(replace(change, fields=(*change.fields, *fields)),))

    comparisons = [hidden("a", "1000m"), hidden("b", "1e0"), hidden("c", "1000m", "1.0"), hidden("d", "1000m")]
    assert [each.names for each in group(comparisons)] == [("a", "b", "d"), ("c",)]
    assert [each.names for each in group(comparisons, equivalents=True)] == [("a", "d"), ("b",), ("c",)]


def test_the_cost_is_linear_in_the_number_of_overlays(monkeypatch: pytest.MonkeyPatch) -> None:
    from kgen.preview import grouping

    calls = 0
    fingerprint: Callable[..., bytes] = grouping._fingerprint

    def counted(comparison: Comparison, *, equivalents: bool) -> bytes:
        nonlocal calls
        calls += 1
        return fingerprint(comparison, equivalents=equivalents)

    monkeypatch.setattr(grouping, "_fingerprint", counted)
    (found,) = group([sample("prod") for _ in range(100)])
    assert (calls, len(found.names)) == (100, 100)
