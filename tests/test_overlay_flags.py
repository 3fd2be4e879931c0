"""What flags become in ``kgen.yaml``, and how a flag that is not understood is told."""

from typing import Any

import pytest

from kgen.errors import InputError, InputErrors
from kgen.overlay.flags import Flags, changes
from kgen.overlay.spec import check, new_text, parse
from kgen.resource import Resource, ResourceMap
from kgen.yamlio.source import Change, splice

DIGEST = "sha256:" + "0123456789abcdef" * 4
CLUSTERS = ("minikube", "kind")


def resource(api_version: str, kind: str, name: str, *images: str) -> Resource:
    containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
    spec = {"spec": {"template": {"spec": {"containers": containers}}}} if images else {}
    return Resource({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **spec})


BASE = ResourceMap(
    [
        resource("apps/v1", "Deployment", "web", "postgres:12"),
        resource("apps/v1", "Deployment", "pair", "localhost:5001/team/app:v1", "busybox"),
        resource("apps/v1", "DaemonSet", "agent", "agent"),
        resource("apps/v1", "Deployment", "db", "x"),
        resource("apps/v1", "StatefulSet", "db", "x"),
        resource("v1", "ConfigMap", "app"),
        resource("v1", "ConfigMap", "app.config"),
    ]
)


def made(**flags: Any) -> list[tuple[str, str | int | None]]:
    """The changes, with the keys written in one word."""
    return [("|".join(keys), value) for keys, value in changes(Flags(**flags), BASE, CLUSTERS)]


def errors(**flags: Any) -> list[str]:
    with pytest.raises(InputErrors) as error:
        changes(Flags(**flags), BASE, CLUSTERS)
    return [part.message + (f" | {part.hint}" if part.hint else "") for part in error.value.parts]


def test_no_flags_change_nothing() -> None:
    assert made() == []


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"cluster": "kind"}, [("cluster", "kind")]),
        ({"node_memory": "3072Mi"}, [("node|memory", "3072Mi")]),
        ({"node_cpu": "2"}, [("node|cpu", 2)]),
        ({"node_cpu": "3500m"}, [("node|cpu", "3500m")]),
        ({"nodes": "3"}, [("node|count", 3)]),
        ({"namespace": "data"}, [("namespace", "data")]),
        ({"replicas": ("web=2", "Deployment/db=0")}, [("replicas|web", 2), ("replicas|Deployment/db", 0)]),
        (
            {"requests": ("web:memory=512Mi,cpu=1",)},
            [("resources|web|requests|memory", "512Mi"), ("resources|web|requests|cpu", 1)],
        ),
        ({"requests": ("web:cpu=0.5",)}, [("resources|web|requests|cpu", "0.5")]),
        ({"limits": ("pair/c1:memory=1Gi",)}, [("resources|pair/c1|limits|memory", "1Gi")]),
        (
            {"limits": ("StatefulSet/db/c0:nvidia.com/gpu=1",)},
            [("resources|StatefulSet/db/c0|limits|nvidia.com/gpu", 1)],
        ),
        ({"config": ("app.LOG_LEVEL=debug",)}, [("config|app|LOG_LEVEL", "debug")]),
        ({"config": ("app.config.app.properties=a=b",)}, [("config|app.config|app.properties", "a=b")]),
        ({"config": ("app.configure=x",)}, [("config|app|configure", "x")]),
        ({"config": ("app.A=",)}, [("config|app|A", "")]),
        ({"config": ("app.A=1.10",)}, [("config|app|A", "1.10")]),
        ({"config": ("app.A=8080",)}, [("config|app|A", "8080")]),
    ],
)
def test_flags_become_changes(flags: dict[str, Any], expected: list[tuple[str, str | int | None]]) -> None:
    assert made(**flags) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("postgres=pg:16", {"newName": "pg", "newTag": "16", "digest": None}),
        ("postgres=pg", {"newName": "pg"}),
        ("postgres=:16", {"newTag": "16", "digest": None}),
        ("postgres=*:16", {"newTag": "16", "digest": None}),
        ("postgres=pg:*", {"newName": "pg"}),
        ("postgres:16", {"newTag": "16", "digest": None}),
        (f"postgres@{DIGEST}", {"newTag": None, "digest": DIGEST}),
        (f"postgres=pg@{DIGEST}", {"newName": "pg", "newTag": None, "digest": DIGEST}),
        (f"postgres=pg:16@{DIGEST}", {"newName": "pg", "newTag": "16", "digest": DIGEST}),
        ("postgres=localhost:5001/pg:dev", {"newName": "localhost:5001/pg", "newTag": "dev", "digest": None}),
        ("postgres=localhost:5001/pg", {"newName": "localhost:5001/pg"}),
    ],
)
def test_image_as_kustomize_spells_it(value: str, expected: dict[str, str | None]) -> None:
    assert dict(made(image=(value,))) == {f"images|postgres|{field}": part for field, part in expected.items()}


def test_image_whose_name_has_a_port() -> None:
    assert made(image=("localhost:5001/team/app:v2",)) == [
        ("images|localhost:5001/team/app|newTag", "v2"),
        ("images|localhost:5001/team/app|digest", None),
    ]
    assert made(image=("localhost:5001/team/app=app",)) == [("images|localhost:5001/team/app|newName", "app")]


REPLICATED = "only a Deployment, StatefulSet, ReplicaSet or ReplicationController has them"
IMAGE = "for example: --image postgres=postgres:16, --image postgres:16"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"cluster": "minikub"}, "--cluster minikub: unknown cluster | did you mean 'minikube'?"),
        ({"cluster": "gke"}, "--cluster gke: unknown cluster | kgen knows: minikube, kind"),
        (
            {"node_memory": "3072"},
            (
                "--node-memory 3072: '3072' is not a plausible amount of memory"
                " | write 3072Mi: a number alone counts bytes"
            ),
        ),
        ({"node_cpu": "many"}, "--node-cpu many: 'many' is not a plausible number of cores | for example 500m or 2"),
        ({"nodes": "0"}, "--nodes 0: '0' is not a whole number from 1 to 1000"),
        (
            {"namespace": "My_NS"},
            (
                "--namespace My_NS: 'My_NS' is not a namespace's name"
                " | up to 63 lower-case letters, digits and '-', with a letter or digit at both ends"
            ),
        ),
        ({"image": ("postgres",)}, f"--image postgres: no new name, tag or digest | {IMAGE}"),
        ({"image": ("postgres=",)}, f"--image postgres=: no new name, tag or digest | {IMAGE}"),
        ({"image": ("postgres=*",)}, f"--image postgres=*: no new name, tag or digest | {IMAGE}"),
        (
            {"image": ("postgres:12=pg:16",)},
            (
                "--image postgres:12=pg:16: 'postgres:12' is not an image's name"
                " | as the base has it, without tag and digest"
            ),
        ),
        (
            {"image": ("postgers:16",)},
            "--image postgers:16: no image 'postgers' in the base | did you mean 'postgres'?",
        ),
        (
            {"image": ("postgres=PG:16",)},
            (
                "--image postgres=PG:16: 'PG' is not an image's name"
                " | without tag and digest, for example localhost:5001/app"
            ),
        ),
        ({"replicas": ("web",)}, "--replicas web: not NAME=N | for example: --replicas web=2"),
        ({"replicas": ("web=two",)}, "--replicas web=two: 'two' is not a whole number from 0 to 2147483647"),
        ({"replicas": ("wbe=2",)}, "--replicas wbe=2: no workload 'wbe' in the base | did you mean 'web'?"),
        ({"replicas": ("agent=2",)}, f"--replicas agent=2: DaemonSet/agent has no replicas | {REPLICATED}"),
        (
            {"replicas": ("=2",)},
            "--replicas =2: '' is not a workload's name | for example web or Deployment/web",
        ),
        (
            {"requests": ("web",)},
            "--requests web: not NAME:RESOURCE=AMOUNT | for example: --requests web:memory=512Mi,cpu=250m",
        ),
        (
            {"limits": ("web:memory",)},
            "--limits web:memory: not NAME:RESOURCE=AMOUNT | for example: --limits web:memory=512Mi,cpu=250m",
        ),
        (
            {"limits": ("web:memory=1Gi,",)},
            "--limits web:memory=1Gi,: not NAME:RESOURCE=AMOUNT | for example: --limits web:memory=512Mi,cpu=250m",
        ),
        ({"requests": ("web:mem=1Gi",)}, "--requests web:mem=1Gi: unknown resource 'mem' | did you mean 'memory'?"),
        (
            {"requests": ("web:disk=1Gi",)},
            "--requests web:disk=1Gi: unknown resource 'disk' | for example: cpu, memory, ephemeral-storage",
        ),
        (
            {"requests": ("web:cpu=250",)},
            (
                "--requests web:cpu=250: '250' is not a plausible amount of CPU"
                " | write 250m: a number alone counts whole cores"
            ),
        ),
        (
            {"requests": ("pair:cpu=1",)},
            "--requests pair:cpu=1: Deployment/pair has 2 containers | name one of them: pair/c0, pair/c1",
        ),
        (
            {"limits": ("db:cpu=1",)},
            "--limits db:cpu=1: 'db' can be Deployment/db and StatefulSet/db | write Deployment/db or StatefulSet/db",
        ),
        (
            {"config": ("app.A",)},
            "--config app.A: not NAME.KEY=VALUE | for example: --config app-config.LOG_LEVEL=debug",
        ),
        (
            {"config": ("app=a.b",)},
            "--config app=a.b: not NAME.KEY=VALUE | for example: --config app-config.LOG_LEVEL=debug",
        ),
        ({"config": ("ap.A=b",)}, "--config ap.A=b: no such ConfigMap in the base | did you mean 'app'?"),
        (
            {"config": ("x.A=b",)},
            "--config x.A=b: no such ConfigMap in the base | the base has: app, app.config",
        ),
        (
            {"config": ("app.a b=c",)},
            "--config app.a b=c: 'a b' is not a key of a ConfigMap | letters, digits, '-', '_' and '.', not '..' first",
        ),
    ],
)
def test_flags_that_are_not_understood(flags: dict[str, Any], expected: str) -> None:
    assert errors(**flags) == [expected]


def test_all_flags_that_are_not_understood_are_told() -> None:
    assert errors(nodes="x", replicas=("web=1", "web", "a=1")) == [
        "--nodes x: 'x' is not a whole number from 1 to 1000",
        "--replicas web: not NAME=N | for example: --replicas web=2",
        "--replicas a=1: no workload 'a' in the base | the base has: web, pair, Deployment/db, StatefulSet/db",
    ]


def test_what_flags_make_can_be_read_and_checked() -> None:
    """The example of the README: every flag once, into a new declaration."""
    flags = Flags(
        cluster="minikube",
        node_memory="3072Mi",
        node_cpu="2",
        nodes="1",
        namespace="data",
        image=("postgres=localhost:5001/pg:1.10",),
        replicas=("web=2",),
        requests=("web:memory=512Mi,cpu=0.5",),
        limits=("web:memory=1Gi",),
        config=("app.config.VERSION=1.10",),
    )
    text = splice(new_text("minikube"), changes(flags, BASE, CLUSTERS), "kgen.yaml")
    assert text.removeprefix(new_text("minikube")) == (
        "node:\n  memory: 3072Mi\n  cpu: 2\n  count: 1\nnamespace: data\n"
        'images:\n  postgres:\n    newName: localhost:5001/pg\n    newTag: "1.10"\n'
        "replicas:\n  web: 2\n"
        'resources:\n  web:\n    requests:\n      memory: 512Mi\n      cpu: "0.5"\n    limits:\n      memory: 1Gi\n'
        'config:\n  app.config:\n    VERSION: "1.10"\n'
    )
    spec, found = parse(text, "kgen.yaml")
    assert found + check(spec, BASE, CLUSTERS) == []


def test_a_new_tag_takes_the_place_of_a_digest() -> None:
    text = f"images:\n  postgres:\n    newName: pg # ours\n    digest: {DIGEST}\n"
    after = splice(text, changes(Flags(image=("postgres:16",)), BASE, CLUSTERS), "kgen.yaml")
    assert after == 'images:\n  postgres:\n    newName: pg # ours\n    newTag: "16"\n'


def test_text_that_no_file_can_hold_is_refused() -> None:
    """A byte of the command line that is no UTF-8 arrives as a lone surrogate."""
    with pytest.raises(InputError) as error:
        splice("", [Change(("config", "app", "A"), "\udcff")], "kgen.yaml")
    assert error.value.message == "cannot set config.app.A: the value is not UTF-8 text"
