from dataclasses import replace

from preview_sample import body, path, sample

from kgen.errors import Origin
from kgen.preview.comparison import Comparison, FieldChange, Finding, ResourceChange
from kgen.preview.entries import by_reason, entries, loose_findings
from kgen.resource import Resource


def renamed(kind: str, before: str, after: str) -> ResourceChange:
    field = FieldChange("change", path("metadata", "name"), before, after, sort="rename")
    return ResourceChange(Resource(body(kind, before)), Resource(body(kind, after)), (field,))


def referring(before: str, after: str) -> ResourceChange:
    field = FieldChange("change", path("spec", "ref"), before, after, sort="rename")
    ingress = Resource(body("Ingress", "front"))
    return ResourceChange(ingress, ingress, (field,))


def told(*changes: ResourceChange) -> list[tuple[str, int]]:
    return [(str(each.change.id), each.followers) for each in entries(Comparison("dev", "base", changes))]


def test_a_move_and_a_rename_tell_of_the_references_that_follow() -> None:
    comparison = sample()
    assert [str(each.change.id) for each in entries(comparison)] == [
        "Deployment/web",
        "ConfigMap/web-cfg-b6gmtkgcd5",
        "Service/web",
        "Secret/db",
        "ConfigMap/extra",
        "PersistentVolumeClaim/scratch",
    ]
    web, config, *_ = entries(comparison)
    assert [str(field.path) for field in web.references] == ["spec.template.spec.volumes[name=cfg].configMap.name"]
    assert config.renamed_from is not None
    assert (config.renamed_from.name, config.followers) == ("web-cfg-m5d2cggb7k", 1)


def test_a_resource_is_left_out_only_where_a_rename_tells_all_of_it() -> None:
    assert told(renamed("ConfigMap", "a-1", "a-2"), referring("a-1", "a-2")) == [("ConfigMap/a-2", 1)]
    assert told(renamed("ConfigMap", "a-1", "a-2"), referring("b-1", "b-2")) == [
        ("ConfigMap/a-2", 0),
        ("Ingress/front", 0),
    ]


def test_whom_a_reference_follows_is_told_only_where_it_is_sure() -> None:
    assert told(renamed("ConfigMap", "a", "b"), renamed("Secret", "a", "b"), referring("a", "b")) == [
        ("ConfigMap/b", 0),
        ("Secret/b", 0),
    ]


def test_what_does_something_is_never_left_out() -> None:
    follower = referring("a", "b")
    comparison = Comparison("dev", "base", (renamed("ConfigMap", "a", "b"), follower))
    finding = Finding("restarts-pods", "warning", follower.id, "restarts 1 pod")
    assert len(entries(replace(comparison, findings=(finding,)))) == 2


def test_findings_about_what_is_not_listed_are_not_lost() -> None:
    comparison = sample()
    elsewhere = Finding("no-longer-fits", "warning", comparison.resources[4].id, "does not fit")
    assert loose_findings(comparison) == ()
    gone = replace(comparison.resources[0], fields=())
    lost = replace(comparison, resources=(gone,), moves=(), findings=(elsewhere,))
    assert loose_findings(lost) == (elsewhere,)


def test_fields_stand_under_their_reason_once_and_those_without_come_first() -> None:
    def field(name: str, reason: str | None, *cause: str | int) -> FieldChange:
        return FieldChange("add", path(name), reason=reason, cause=Origin(*cause) if cause else None)  # type: ignore[arg-type]

    fields = [field("a", "why", "f", 1), field("b", None), field("c", "why", "f", 2), field("d", "why", "g", 3)]
    assert [(reason, str(cause), [str(each.path) for each in told]) for reason, cause, told in by_reason(fields)] == [
        (None, "None", ["b"]),
        ("why", "f", ["a", "c"]),
        ("why", "g:3", ["d"]),
    ]
    assert by_reason([]) == ()
