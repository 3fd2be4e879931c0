import json

from kgen.fieldpath import FieldPath
from kgen.overlay.clusters.cluster import Command
from kgen.overlay.edits import Edit
from kgen.overlay.emit import PlannedFile
from kgen.renderers import json as as_json
from kgen.renderers import outcome
from kgen.resource import Gvk, Resource, ResourceId

WEB = ResourceId(Gvk("apps", "v1", "Deployment"), "", "web")
REPLICAS = FieldPath(("spec", "replicas"))


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
