from dataclasses import replace

import pytest
from goldens import steering
from preview_sample import body, hostile, path, sample

from kgen.preview.comparison import Comparison, FieldChange, Finding, ResourceChange
from kgen.renderers.headline import counts, headline, summary, text, total
from kgen.resource import Resource

ADDED = ResourceChange(None, Resource(body("ConfigMap", "a")))
BARE = Comparison("dev", "base", (ADDED,))

CONSEQUENCES = " · 1 restarts 2 pods · 2 WILL FAIL · 1 LOSES DATA · 1 left behind"


def found(*rules: tuple[str, str, int]) -> Comparison:
    findings = tuple(
        Finding(rule, level, ADDED.id, "m", pods=pods)  # type: ignore[arg-type]  # a literal, from a table
        for rule, level, pods in rules
    )
    return replace(BARE, findings=findings)


@pytest.mark.parametrize(
    ("comparison", "line"),
    [
        (Comparison("dev", "base", ()), "dev vs base: no changes"),
        (Comparison("dev", "base", (), ignored=3), "dev vs base: no changes · 3 ignored"),
        (BARE, "dev vs base: 1 add"),
        (found(("restarts-pods", "warning", 1)), "dev vs base: 1 add · 1 restarts 1 pod"),
        (found(("restarts-pods", "warning", 0)), "dev vs base: 1 add · 1 restarts pods"),
        (
            found(("restarts-pods", "note", 2), ("restarts-pods", "warning", 3)),
            "dev vs base: 1 add · 2 restart 5 pods",
        ),
        (found(("restarts-pods", "note", 0)), "dev vs base: 1 add"),  # says that none restarts
        (found(("apply-fails", "blocking", 0), ("apply-fails", "blocking", 0)), "dev vs base: 1 add · 1 WILL FAIL"),
        (found(("data-loss", "blocking", 0)), "dev vs base: 1 add · 1 LOSES DATA"),
        (found(("left-behind", "warning", 0)), "dev vs base: 1 add · 1 left behind"),
        (
            found(("no-longer-fits", "blocking", 0), ("image", "warning", 0), ("stale-config", "warning", 0)),
            "dev vs base: 1 add · 1 BLOCKING · 2 warnings",
        ),
        (
            sample(),
            f"prod vs base: 3 change, 1 add, 1 remove, 3 renamed{CONSEQUENCES} · 1 equivalent hidden · 3 ignored",
        ),
    ],
)
def test_the_line_is_a_plan_without_zeros(comparison: Comparison, line: str) -> None:
    assert text(headline(comparison)) == line


def test_only_equivalent_spellings_are_no_changes_but_counted() -> None:
    web, *_ = sample().resources
    hidden = replace(web, fields=web.of("equivalent"), before=web.after)
    comparison = Comparison("dev", "base", (hidden,))
    assert text(headline(comparison)) == "dev vs base: no changes · 1 equivalent hidden"


def test_what_a_move_renames_counts_as_changed_only_for_what_else_changes() -> None:
    comparison = sample()
    moved = comparison.resources[4]
    value = FieldChange("change", path("spec", "x"), 1, 2)
    changed = replace(moved, fields=(*moved.fields, value))
    both = replace(comparison, resources=(changed, comparison.resources[5]), findings=(), ignored=0)
    assert text(headline(both)) == "prod vs base: 1 change, 2 renamed"


def test_comparisons_that_show_the_same_have_one_line() -> None:
    assert text(headline(BARE, ("a", "b"))) == "the same in 2 overlays vs base: 1 add"


def test_parts_say_how_they_stand_out() -> None:
    assert [(part.text, part.emphasis) for part in headline(found(("apply-fails", "blocking", 0)))] == [
        ("dev vs base", "title"),
        (": ", "plain"),
        ("1 add", "add"),
        (" · ", "plain"),
        ("1 WILL FAIL", "danger"),
    ]


def test_names_steer_no_terminal_and_are_not_endless() -> None:
    line = text(headline(replace(hostile(), name="x" * 5_000)))
    assert not steering(line)
    assert len(line) < 300


def test_the_numbers_of_several_add_up() -> None:
    assert total([]) == counts(Comparison("", "", ()))
    assert text(summary(total([sample("a"), sample("b"), BARE]))).startswith("6 change, 3 add, 2 remove, 6 renamed")
