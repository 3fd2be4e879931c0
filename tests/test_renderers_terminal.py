import re
from dataclasses import replace
from typing import Any

import pytest

from kgen.errors import Origin
from kgen.fieldpath import FieldPath, ItemKey
from kgen.preview.compare import compare
from kgen.preview.comparison import Comparison, FieldChange, Finding, ResourceChange
from kgen.renderers import phrases
from kgen.renderers.lines import flat
from kgen.renderers.terminal import Style, comparisons
from kgen.resource import Body, Resource

DEPLOYMENT = Resource({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}})
IN_SHOP = Resource({**DEPLOYMENT.body, "metadata": {"name": "web", "namespace": "shop"}})
REPLICAS = FieldPath(("spec", "replicas"))


def change(before: Any, after: Any, op: Any = "change", **more: Any) -> FieldChange:
    at = ("spec", "replicas")
    return FieldChange(op, REPLICAS, before, after, at, at, **more)


def shown(*fields: FieldChange, style: Style | None = None, **more: Any) -> list[str]:
    comparison = Comparison("dev", "base", (ResourceChange(DEPLOYMENT, DEPLOYMENT, fields),), **more)
    return comparisons([comparison], style or Style()).splitlines()


def test_the_first_line_says_it_all_and_then_each_resource() -> None:
    changes = (
        ResourceChange(DEPLOYMENT, DEPLOYMENT, (change(1, 2),)),
        ResourceChange(None, IN_SHOP, cause=Origin("web.yaml", 3)),
        ResourceChange(IN_SHOP, None),
    )
    assert comparisons([Comparison("dev", "base", changes, notes=("a note",))], Style()) == (
        "dev vs base: 1 change, 1 add, 1 remove\n"
        "  a note\n"
        "~ Deployment/web\n"
        "    spec.replicas: 1 → 2\n"
        "+ Deployment/web in shop · 5 lines  [web.yaml:3]\n"
        "- Deployment/web in shop · 5 lines\n"
    )


def test_nothing_changed_is_one_line() -> None:
    assert comparisons([Comparison("dev", "base", ())], Style()) == "dev vs base: no changes\n"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (change(None, 0, "add"), "(absent) → 0"),
        (change("x", None, "remove"), "x → (absent)"),
        (change(None, "x"), "null → x"),
        (change("1", 1), '"1" → 1'),
        (change("true", True), '"true" → true'),
        (change("", "a b"), '"" → a b'),
        (change(" x", 'say "hi"'), '" x" → say "hi"'),
        (change({"a": [1]}, []), '{"a": [1]} → []'),
        (change("a\x1b[31m", "\u202eb"), "a\\x1b[31m → \\u202eb"),
    ],
)  # fmt: skip
def test_a_value_shows_its_type_and_steers_no_terminal(field: FieldChange, text: str) -> None:
    assert shown(field)[2] == f"    spec.replicas: {text}"


def test_text_of_several_lines_shows_the_lines_that_go_and_come() -> None:
    assert shown(change("a\nb\nc\n", "a\nB\nc"))[2:] == [
        "    spec.replicas:",
        "        a",
        "      - b",
        "      - c",
        "      + B",
        "      + c (no line end)",
    ]


def test_items_that_only_changed_places_are_told_once() -> None:
    field = change(["name=a", "name=b"], ["name=b", "name=a"], "reorder", sort="order")
    other = replace(field, path=FieldPath(("spec", "ports")))
    assert shown(field, change(1, 2), other)[2:] == [
        "    spec.replicas: 1 → 2",
        "    order only: spec.replicas, spec.ports",
    ]
    assert shown(field, style=Style(full=True))[2] == "    spec.replicas: order name=a, name=b → name=b, name=a"


def test_long_texts_are_cut_unless_all_is_wanted() -> None:
    field = change("x\n", "".join(f"{number}\n" for number in range(100)))
    assert shown(field)[-1] == "      … 77 more lines; --full tells them"
    assert len(shown(field, style=Style(full=True))) == 104


def test_fields_with_one_reason_stand_under_it() -> None:
    lines = shown(change(1, 2, reason="more users"), change(2, 3, reason="more users"), change(3, 4))
    assert lines[2:] == [
        "    spec.replicas: 3 → 4",
        "    # more users",
        "    spec.replicas: 1 → 2",
        "    spec.replicas: 2 → 3",
    ]


def test_each_change_names_the_line_that_made_it() -> None:
    one, two = Origin("patches/a.yaml", 5), Origin("kustomization.yaml", 9)
    assert shown(change(1, 2, cause=one))[1] == "~ Deployment/web  [patches/a.yaml:5]"
    same_file = shown(change(1, 2, cause=one), change(2, 3, cause=one._replace(line=6)))
    assert same_file[1] == "~ Deployment/web  [patches/a.yaml]"
    assert shown(change(1, 2, cause=one), change(2, 3, cause=two, reason="why"))[1:] == [
        "~ Deployment/web",
        "    # [patches/a.yaml:5]",
        "    spec.replicas: 1 → 2",
        "    # why [kustomization.yaml:9]",
        "    spec.replicas: 2 → 3",
    ]


def test_a_reason_wraps_at_the_width() -> None:
    lines = shown(change(1, 2, reason="because there are many more users now"), style=Style(width=30))
    assert lines[2:4] == ["    # because there are many", "    # more users now"]


def test_what_a_change_does_stands_above_its_fields() -> None:
    findings = (
        Finding("apply-fails", "blocking", DEPLOYMENT.id, "it is refused", "delete it"),
        Finding("restarts-pods", "warning", DEPLOYMENT.id, "a message that is rather long for the width", "a hint"),
        Finding("note", "note", IN_SHOP.id, "about another"),
    )
    assert shown(change(1, 2), findings=findings, style=Style(width=50)) == [
        "dev vs base: 1 change · 1 restarts pods · 1 WILL FAIL",
        "i Deployment/web in shop: about another (note)",
        "~ Deployment/web",
        "    ✖ it is refused (apply-fails); delete it",
        "    ! a message that is rather long for the width",
        "        (restarts-pods); a hint",
        "    spec.replicas: 1 → 2",
    ]


def test_a_pod_s_fields_are_named_without_the_way_to_them() -> None:
    path = FieldPath(("spec", "template", "spec", "containers", 0, "image"))
    assert shown(replace(change("a", "b"), path=path))[2] == "    containers[0].image: a → b"


def test_a_command_is_never_broken_so_that_it_can_be_copied() -> None:
    command = "kubectl delete deployment/one deployment/two -n shop"
    finding = Finding("left-behind", "warning", DEPLOYMENT.id, "two stay behind", f"{command}, when it is time")
    lines = shown(change(1, 2), style=Style(width=40), findings=(finding,))
    assert lines[2:5] == [
        "    ! two stay behind (left-behind)",
        f"      → {command},",
        "        when it is time",
    ]


def test_a_terminal_breaks_no_word_of_the_first_lines() -> None:
    finding = Finding("apply-fails", "blocking", DEPLOYMENT.id, "no")
    cause = Origin("overlays/dev/patches/deployment.yaml", 3)
    lines = shown(change(1, 2, cause=cause), style=Style(width=40, breaks=True), findings=(finding,), ignored=3)
    assert lines == [
        "dev vs base: 1 change · 1 WILL FAIL",
        "  · 3 ignored",
        "~ Deployment/web",
        "    [overlays/dev/patches/deployment.yaml:3]",
        "    ✖ no (apply-fails)",
        "    spec.replicas: 1 → 2",
    ]
    assert shown(change(1, 2, cause=cause), style=Style(width=40))[1] == f"~ Deployment/web  [{cause}]"


def test_colours_only_where_they_may_be_used() -> None:
    plain, coloured = shown(change("a:1", "a:2")), shown(change("a:1", "a:2"), style=Style(colour=True))
    assert not any("\x1b" in line for line in plain)
    assert coloured[0] == "\x1b[1mdev vs base\x1b[0m: \x1b[33m1 change\x1b[0m"
    assert coloured[1] == f"\x1b[33m{plain[1]}\x1b[0m"
    assert coloured[2] == "    spec.replicas: a:\x1b[31;4m1\x1b[0m → a:\x1b[32;4m2\x1b[0m"


def config(name: str, **data: str) -> Body:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_what_is_only_spelled_in_another_way_is_counted_and_told_if_asked() -> None:
    before, after = {**config("a"), "binaryData": {}}, {**config("a"), "binaryData": None}
    comparison = compare([Resource(before)], [Resource(after)], "dev", "base")
    assert comparisons([comparison], Style()) == "dev vs base: no changes · 1 equivalent hidden\n"
    assert comparisons([comparison], Style(equivalents=True)).splitlines()[1:] == [
        "= ConfigMap/a",
        "    binaryData: {} → null",
    ]


def test_many_resources_are_told_in_a_line_each() -> None:
    before = [Resource(config(f"c{number}", a="1", b="x")) for number in range(150)]
    after = [Resource(config(f"c{number}", a="2", b=f"y{number}")) for number in range(150)]
    lines = comparisons([compare(before, after, "dev", "base")], Style()).splitlines()
    assert lines[:2] == ["dev vs base: 150 change", '~ ConfigMap/c0  data.a: "1" → "2", data.b: x → y0']
    assert lines[-1] == "one line for each resource; --full tells all of it"
    assert len(lines) == 152
    assert len(comparisons([compare(before, after)], Style(full=True)).splitlines()) == 451


def test_added_resources_are_shown_where_all_is_wanted() -> None:
    comparison = compare([], [Resource(config("a", b="c"))], "dev", "base")
    assert comparisons([comparison], Style(full=True)).splitlines() == [
        "dev vs base: 1 add",
        "+ ConfigMap/a · 6 lines",
        "    apiVersion: v1",
        "    data:",
        "      b: c",
        "    kind: ConfigMap",
        "    metadata:",
        "      name: a",
    ]


def test_overlays_that_show_the_same_are_told_once() -> None:
    one = compare([], [Resource(config("a"))], "one", "base")
    text = comparisons([one, replace(one, name="two")], Style())
    assert text == "the same in 2 overlays vs base: 1 add\n  in one, two\n+ ConfigMap/a · 5 lines\n"


def test_of_very_many_overlays_the_first_are_named() -> None:
    many = [Comparison(f"overlay-{number:03}", "base", ()) for number in range(200)]
    lines = comparisons(many, Style()).splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("  in overlay-000, overlay-001, ")
    assert re.search(r"overlay-0\d\d and 1\d\d more$", lines[-1])
    assert "overlay-199" in comparisons(many, Style(full=True))


def test_a_variable_that_comes_or_goes_is_told_by_its_value() -> None:
    where = FieldPath(("spec", "template", "spec", "containers", ItemKey((("name", "web"),)), "env"))
    one, other = {"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"fieldRef": {}}}
    fields = (
        FieldChange("add", where / ItemKey((("name", "A"),)), None, one),
        FieldChange("remove", where / ItemKey((("name", "A"),)), one, None),
        FieldChange("add", where / ItemKey((("name", "B"),)), None, other),
        FieldChange("add", where / 0, None, one),
    )
    assert [phrases.before_and_after(field) for _, field in flat(fields)] == [
        '(absent) → "1"',
        '"1" → (absent)',
        '(absent) → {"name": "B", "valueFrom": {"fieldRef": {}}}',
        '(absent) → {"name": "A", "value": "1"}',
    ]


def test_texts_that_look_the_same_are_told_apart() -> None:
    pairs = (("\u00e9", "e\u0301x"), ("\u00e9", "e\u0301"), ("\u00e9", "\u00e9"), ("\ufb01x\n", "\u00e9"))
    found = [phrases.before_and_after(field) for _, field in flat(change(*pair) for pair in pairs)]
    assert found == ["\u00e9 → e\u0301x", "\\xe9 → e\\u0301", "\u00e9 → \u00e9", '"\ufb01x\\n" → \u00e9']


def test_of_an_endless_line_what_differs_is_told() -> None:
    before, after = ({**config("a"), "data": {"x": "y" * 3_000 + end + "z" * 3_000}} for end in "ab")
    comparison = compare([Resource(before)], [Resource(after)], "dev", "base")
    lines = comparisons([comparison], Style()).splitlines()
    assert lines[3:] == [f"      {sign} … {'y' * 250}{end}{'z' * 749} …" for sign, end in ("-a", "+b")]
    assert max(map(len, comparisons([comparison], Style(full=True)).splitlines())) > 6_000


def test_a_resource_in_one_line_looks_at_no_more_changes_than_fit() -> None:
    before, after = ({**config("a"), "data": {f"k{i}": f"{v}{i}" for i in range(5_000)}} for v in "ab")
    comparison = compare([Resource(before)], [Resource(after)], "dev", "base")
    assert comparisons([comparison], Style()).splitlines()[1] == (
        "~ ConfigMap/a  data.k0: a0 → b0, data.k1: a1 → b1, data.k10: a10 → b10, 4,997 more"
    )
