import json
from typing import Any

import pytest

from kgen.fieldpath import FieldPath
from kgen.overlay.clusters.cluster import Command
from kgen.overlay.edits import Edit
from kgen.overlay.emit import PlannedFile
from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.renderers import json as as_json
from kgen.renderers import outcome, terminal
from kgen.resource import Gvk, Resource, ResourceId

WEB = ResourceId(Gvk("apps", "v1", "Deployment"), "", "web")
DEPLOYMENT = Resource({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}})
IN_SHOP = Resource({**DEPLOYMENT.body, "metadata": {"name": "web", "namespace": "shop"}})
REPLICAS = FieldPath(("spec", "replicas"))


def shown(*fields: FieldChange, style: terminal.Style | None = None) -> list[str]:
    comparison = Comparison("dev", "base", (ResourceChange(DEPLOYMENT, DEPLOYMENT, fields),))
    return terminal.comparisons([comparison], style or terminal.Style()).splitlines()


def change(before: Any, after: Any, op: Any = "change", reason: str | None = None) -> FieldChange:
    at = ("spec", "replicas")
    return FieldChange(op, REPLICAS, before, after, at, at, reason=reason)


def test_the_first_line_says_it_all_and_then_each_resource() -> None:
    changes = (
        ResourceChange(DEPLOYMENT, DEPLOYMENT, (change(1, 2),)),
        ResourceChange(None, IN_SHOP),
        ResourceChange(IN_SHOP, None),
    )
    assert terminal.comparisons([Comparison("dev", "base", changes)], terminal.Style()) == (
        "dev vs base: 1 changed, 1 added, 1 removed\n"
        "\n"
        "~ Deployment/web\n"
        "    spec.replicas: 1 → 2\n"
        "\n"
        "+ Deployment/web in shop\n"
        "\n"
        "- Deployment/web in shop\n"
    )


def test_nothing_changed_is_one_line() -> None:
    assert terminal.comparisons([Comparison("dev", "base", ())], terminal.Style()) == (
        "dev vs base: 0 changed, 0 added, 0 removed\n"
    )


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
        (change(["name=a"], ["name=b", "name=a"], "reorder"), "order name=a → name=b, name=a"),
    ],
)
def test_a_value_shows_its_type_and_steers_no_terminal(field: FieldChange, text: str) -> None:
    assert shown(field)[3] == f"    spec.replicas: {text}"


def test_text_of_several_lines_shows_the_lines_that_go_and_come() -> None:
    assert shown(change("a\nb\nc\n", "a\nB\nc"))[3:] == [
        "    spec.replicas:",
        "      - b",
        "      - c",
        "      + B",
        "      + c (no line end)",
    ]


def test_fields_with_one_reason_stand_under_it() -> None:
    lines = shown(change(1, 2, reason="more users"), change(2, 3, reason="more users"), change(3, 4))
    assert lines[3:] == [
        "    spec.replicas: 3 → 4",
        "    # more users",
        "    spec.replicas: 1 → 2",
        "    spec.replicas: 2 → 3",
    ]


def test_a_reason_wraps_at_the_width() -> None:
    lines = shown(change(1, 2, reason="because there are many more users now"), style=terminal.Style(width=30))
    assert lines[3:5] == ["    # because there are many", "    # more users now"]


def test_colours_only_where_they_may_be_used() -> None:
    plain, coloured = shown(change(1, 2)), shown(change(1, 2), style=terminal.Style(colour=True))
    assert not any("\x1b" in line for line in plain)
    assert coloured[0] == f"\x1b[1m{plain[0]}\x1b[0m"
    assert coloured[2] == f"\x1b[33m{plain[2]}\x1b[0m"


def test_resources_as_json_are_one_list() -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ü"}}
    text = as_json.resource_list([Resource(body)])
    assert '"ü"' in text
    assert json.loads(text) == {"apiVersion": "v1", "kind": "List", "items": [body]}


FILES = [
    PlannedFile("/p/overlays/dev/kgen.yaml", "new", None, "a: 1\n"),
    PlannedFile("/p/overlays/dev/kustomization.yaml", "changed", "b: 0\n", "b: 1\n"),
    PlannedFile("/p/overlays/dev/old.yaml", "stale", "c: 1\n", None),
    PlannedFile("/p/overlays/dev/same.yaml", "current", "d: 1\n", "d: 1\n"),
]


def test_files_are_told_by_what_was_done_or_would_be() -> None:
    assert outcome.headline(FILES, "/p/overlays/dev", "/p") == "overlays/dev: written\n"
    assert outcome.headline(FILES, "/p/overlays/dev", "/p", dry=True) == "overlays/dev: would change\n"
    assert outcome.headline(FILES[3:], "/p/overlays/dev", "/p/overlays") == "dev: up to date\n"
    assert outcome.files(FILES, "/p") == (
        "  wrote overlays/dev/kgen.yaml\n  rewrote overlays/dev/kustomization.yaml\n  removed overlays/dev/old.yaml\n"
    )
    assert outcome.files(FILES, "/p/overlays/dev", dry=True).splitlines()[0] == "  would write kgen.yaml"


def test_a_dry_run_shows_the_whole_text() -> None:
    assert outcome.texts(FILES, "/p") == (
        "\n--- overlays/dev/kgen.yaml\na: 1\n\n--- overlays/dev/kustomization.yaml\nb: 1\n"
    )


def test_check_tells_what_is_not_as_it_should_be() -> None:
    edited = PlannedFile("/p/e.yaml", "edited", "", "")
    foreign = PlannedFile("/p/f.yaml", "foreign", "", "")
    assert outcome.differences([*FILES, edited, foreign], "/p") == (
        "overlays/dev/kgen.yaml: missing\n"
        "overlays/dev/kustomization.yaml: not what would be written\n"
        "overlays/dev/old.yaml: no longer needed\n"
        "e.yaml: changed by hand since kgen wrote it\n"
        "f.yaml: not written by kgen\n"
    )


def test_each_reason_is_told_once_per_resource_and_wraps() -> None:
    edits = [Edit(WEB, REPLICAS, 1, "the first of two reasons"), Edit(WEB, REPLICAS, 2, "the first of two reasons")]
    assert outcome.edits(edits, 26) == "  Deployment/web\n    # the first of two\n    # reasons\n"


def test_commands_stand_under_their_reasons() -> None:
    lines = [Command("mkdir -p dags", "pods see it"), Command("", "it is at http://localhost:8080")]
    assert outcome.commands(lines, 80) == "  # pods see it\n  mkdir -p dags\n  # it is at http://localhost:8080\n"
