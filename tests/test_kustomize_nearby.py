import pytest

from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import nearby
from kgen.kustomize.collection import Collection
from kgen.kustomize.manifests import drafts

FS = MemoryFileSystem(
    dict.fromkeys(
        ("/p/k/deployment.yaml", "/p/k/service.yml", "/p/k/sub/config.yaml", "/p/base/k.yaml", "/p/x.yaml"), ""
    )
)


@pytest.mark.parametrize(
    ("missing", "near"),
    [
        ("Deployment.yaml", "deployment.yaml"),
        ("service.yaml", "service.yml"),
        ("deploymnet.yaml", "deployment.yaml"),
        ("Sub/Config.yml", "sub/config.yaml"),
        ("config.yaml", "sub/config.yaml"),
        ("k/deployment.yaml", "deployment.yaml"),
        ("../k/sub/confg.yaml", "../k/sub/config.yaml"),
        ("../bse/k.yaml", "../base/k.yaml"),
        ("x.yaml", "../x.yaml"),
        ("ingress.yaml", None),
        ("sub/ingress.yaml", None),
        ("none/config.yaml/", None),
    ],
)
def test_the_nearest_path(missing: str, near: str | None) -> None:
    assert nearby.path(FS, "/p/k", missing, FS.is_file) == near


def test_a_path_that_would_not_do_is_not_named() -> None:
    assert nearby.path(FS, "/p/k", "Deployment.yaml", FS.is_dir) is None


RESOURCES = """\
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: prod}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}}
---
{apiVersion: v1, kind: Service, metadata: {name: other}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: prod}}
"""


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("apps/v1 Deployment web default", "the nearest is Deployment/web: say namespace: prod"),
        ("apps/v1 Deployment wep prod", "the nearest is Deployment/web: say name: web"),
        (
            "v1 Deployment wep ",
            "the nearest is Deployment/web: say apiVersion: apps/v1, name: web, namespace: prod",
        ),
        ("v1 Service web prod", "the nearest is Service/web: leave namespace out"),
        (
            "v1 ConfigMap web ",
            "the nearest is Deployment/web: say apiVersion: apps/v1, kind: Deployment, namespace: prod",
        ),
        ("v1 Service ohter prod", "the nearest is Service/other: say name: other and leave namespace out"),
        ("v1 Service othr ", "the nearest is Service/other: say name: other"),
        ("v1 Secret token ", None),
    ],
)
def test_the_nearest_resource(wanted: str, hint: str | None) -> None:
    collection = Collection()
    collection.extend(drafts(RESOURCES, "r.yaml"))
    fields = dict(zip(("apiVersion", "kind", "name", "namespace"), wanted.split(" "), strict=True))
    assert nearby.resource(fields, collection) == hint


def test_only_kinds_that_will_do_are_named() -> None:
    collection = Collection()
    collection.extend(drafts(RESOURCES, "r.yaml"))
    assert nearby.resource({"name": "wep"}, collection, kinds=("ConfigMap",)) is None
    assert (
        nearby.resource({"name": "othe"}, collection, kinds=("Service",))
        == "the nearest is Service/other: say name: other"
    )
