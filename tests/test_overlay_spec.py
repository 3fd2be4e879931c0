"""``kgen.yaml``: what is read, what is refused and where, and the JSON Schema that says the same."""

import re
from typing import Any

import pytest

from kgen.errors import InputError, Origin
from kgen.overlay.spec import (
    Image,
    NodeSize,
    Requirements,
    Spec,
    check,
    config_maps,
    find_container,
    json_schema,
    new_text,
    parse,
)
from kgen.overlay.spec.fields import key_shape, single_shape
from kgen.resource import Body, Gvk, Resource, ResourceId, ResourceMap
from kgen.yamlio.source import Change, read, splice
from kgen.yamlio.source.nodes import Leaf, plain

DIGEST = "sha256:" + "0123456789abcdef" * 4

WHOLE = f"""\
# yaml-language-server: $schema=../kgen.schema.json
cluster: minikube
base: ../../base
node: {{cpu: 2, memory: 3072Mi, count: 1}}
namespace: data
createNamespace: false
namePrefix: dev-
nameSuffix: -v2
labels:
  app.kubernetes.io/part-of: airflow
  empty: ""
images:
  postgres: {{newTag: "12.2"}}
  puckel/docker-airflow:
    newName: localhost:5001/airflow
    digest: {DIGEST}
replicas:
  web: 2
  Deployment/api: 0
resources:
  web:
    requests: {{cpu: 250m, memory: 512Mi}}
    limits: {{cpu: 1.5, memory: 1073741824, nvidia.com/gpu: 1}}
  StatefulSet/db/main: {{}}
config:
  app-config:
    LOG_LEVEL: debug
    app.properties: |
      a=b
      c=d
python: overlay.py
"""


def shown(errors: list[InputError]) -> list[str]:
    """The errors as the command line shows them, without the file's name."""
    return [f"{e.origin.line}:{e.origin.column}: {e.message}" + (f" | {e.hint}" if e.hint else "")
            if e.origin and e.origin.line else f"{e.origin}: {e.message}" + (f" | {e.hint}" if e.hint else "")
            for e in errors]  # fmt: skip


def test_parse_reads_every_field() -> None:
    spec, errors = parse(WHOLE, "kgen.yaml")
    assert shown(errors) == []
    assert spec == Spec(
        cluster="minikube",
        base="../../base",
        node=NodeSize(cpu="2", memory="3072Mi", count=1),
        namespace="data",
        create_namespace=False,
        name_prefix="dev-",
        name_suffix="-v2",
        labels={"app.kubernetes.io/part-of": "airflow", "empty": ""},
        images={
            "postgres": Image(new_tag="12.2"),
            "puckel/docker-airflow": Image(new_name="localhost:5001/airflow", digest=DIGEST),
        },
        replicas={"web": 2, "Deployment/api": 0},
        resources={
            "web": Requirements(
                requests={"cpu": "250m", "memory": "512Mi"},
                limits={"cpu": "1.5", "memory": "1073741824", "nvidia.com/gpu": "1"},
            ),
            "StatefulSet/db/main": Requirements(),
        },
        config={"app-config": {"LOG_LEVEL": "debug", "app.properties": "a=b\nc=d\n"}},
        python="overlay.py",
    )


def test_origins_are_those_of_the_keys() -> None:
    spec, _ = parse(WHOLE, "kgen.yaml")
    assert spec.origin("node", "memory") == Origin("kgen.yaml", 4, 16)
    assert spec.origin("config", "app-config", "LOG_LEVEL") == Origin("kgen.yaml", 27, 5)
    assert spec.origin("config", "app-config", "missing") == Origin("kgen.yaml", 26, 3)
    assert spec.origin("nothing") == Origin("kgen.yaml")


NOTHING = ["", "\n", "# c\n", "---\n", "{}\n", "node:\nimages:\n", "\ufeff# c\r\n", "resources: {web: }\n"]


@pytest.mark.parametrize("text", NOTHING)
def test_parse_takes_nothing_for_nothing(text: str) -> None:
    spec, errors = parse(text, "kgen.yaml")
    assert not errors
    assert spec in (Spec(), Spec(resources={"web": Requirements()}))


def test_parse_follows_aliases_and_merge_keys() -> None:
    text = (
        "resources:\n  web: &small\n    requests: {memory: 64Mi}\n  api: *small\n"
        "  db:\n    <<: *small\n    limits: {memory: 1Gi}\n"
    )
    spec, errors = parse(text, "kgen.yaml")
    assert not errors
    small = Requirements(requests={"memory": "64Mi"})
    assert spec.resources == {
        "web": small,
        "api": small,
        "db": Requirements(requests={"memory": "64Mi"}, limits={"memory": "1Gi"}),
    }


LABEL_RULE = "lower-case letters, digits and '-', with a letter or digit at both ends"
QUALIFIED_RULE = "up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends"
ALLOWED = (
    "allowed: cluster, context, base, node, storage, expose, hostPaths, namespace, createNamespace, namePrefix, "
    "nameSuffix, labels, images, replicas, resources, config, features, patches, python, couplings, app, ignore"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the file
        ("- a\n", ["1:1: the file must be a map, not a list | for example: cluster: minikube"]),
        ("hello\n", ["1:1: the file must be a map, not text | for example: cluster: minikube"]),
        ("a: [\n", ["1:4: not valid YAML: what begins here is never closed | add the closing quote or bracket"]),
        ("node:\n\tcpu: 2\n", ["2:1: not valid YAML: a tab where YAML allows none | indent with spaces"]),
        ("cluster: kind\n---\n", ["2:1: a second document | keep one document in this file"]),
        (
            "cluster: kind\ncluster: kind\n",
            ["2:1: 'cluster' is given twice, first at kgen.yaml:1:1 | remove one of them"],
        ),
        # unknown fields
        ("memroy: 1\n", [f"1:1: unknown field 'memroy' | {ALLOWED}"]),
        ("nameprefix: a\n", ["1:1: unknown field 'nameprefix' | did you mean 'namePrefix'?"]),
        ("node: {memroy: 3Gi}\n", ["1:8: unknown field 'memroy' in node | did you mean 'memory'?"]),
        (
            "resources: {web: {memory: 1Gi}}\n",
            ["1:19: unknown field 'memory' in resources.web | allowed: requests, limits"],
        ),
        (
            "resources: {web/a: {limits: {mem: 1Gi}}}\n",
            ['1:30: unknown field \'mem\' in resources["web/a"].limits | did you mean \'memory\'?'],
        ),
        ("images: {app: {tag: v1}}\n", ["1:16: unknown field 'tag' in images.app | did you mean 'newTag'?"]),
        # types
        ("node: 3Gi\n", ["1:7: node must be a map, not text | for example: node: {memory: 3072Mi}"]),
        ("replicas: [web]\n", ["1:11: replicas must be a map, not a list | for example: replicas: {web: 2}"]),
        ("config: {c: d}\n", ["1:13: config.c must be a map, not text | for example: c: {LOG_LEVEL: debug}"]),
        ("config: {c: {d: [e]}}\n", ["1:17: config.c.d must be text, not a list | for example: d: debug"]),
        ("cluster: {}\n", ["1:10: cluster must be text, not a map | for example: cluster: minikube"]),
        ("cluster:\n", ["1:9: cluster has no value | remove the line"]),
        ("node: {cpu: true}\n", ["1:13: node.cpu must be a quantity, not a boolean | for example: cpu: 2"]),
        ("createNamespace: yes\n", [
            "1:18: createNamespace must be true or false, not text | for example: createNamespace: true"]),
        ("replicas: {web: '2'}\n", ["1:17: replicas.web must be a whole number, not text | remove the quotes: 2"]),
        ("replicas: {web: two}\n", ["1:17: replicas.web must be a whole number, not text | for example: web: 2"]),
        ("replicas: {web: 1.5}\n", ["1:17: replicas.web must be a whole number, not 1.5 | for example: web: 2"]),
        ("replicas: {web: -1}\n", ["1:17: replicas.web: '-1' is not a whole number from 0 to 2147483647"]),
        ("node: {count: 0}\n", ["1:15: node.count: '0' is not a whole number from 1 to 1000"]),
        # quote it, as it was written
        ("config: {c: {d: 1.10}}\n", ['1:17: config.c.d must be text, but 1.10 is a number | quote it: "1.10"']),
        ("config: {c: {d: 0644}}\n", ['1:17: config.c.d must be text, but 0644 is a number | quote it: "0644"']),
        ("config: {c: {d: true}}\n", ['1:17: config.c.d must be text, but true is a boolean | quote it: "true"']),
        ("config: {c: {d: }}\n", ['1:16: config.c.d has no value | write "" for an empty text, or remove the line']),
        ("images: {a: {newTag: 1.20}}\n", [
         '1:22: images.a.newTag must be text, but 1.20 is a number | quote it: "1.20"']),
        ("labels: {a: 1}\n", ['1:13: labels.a must be text, but 1 is a number | quote it: "1"']),
        ("namespace: 123\n", ['1:12: namespace must be text, but 123 is a number | quote it: "123"']),
        # names
        ("namespace: My_NS\n", [f"1:12: namespace: 'My_NS' is not a namespace's name | up to 63 {LABEL_RULE}"]),
        (f"namespace: {'a' * 64}\n", [
            f"1:12: namespace: '{'a' * 60}…' is not a namespace's name: 64 characters | up to 63 {LABEL_RULE}"]),
        ("namePrefix: -a\n", [
            ("1:13: namePrefix: '-a' is not the beginning of a name"
            " | lower-case letters, digits, '-' and '.', a letter or digit first")]),
        ("nameSuffix: a-\n", [
            ("1:13: nameSuffix: 'a-' is not the end of a name"
            " | lower-case letters, digits, '-' and '.', a letter or digit last")]),
        ("labels: {-a: b}\n", [
            ("1:10: labels: '-a' is not a label's key"
            " | up to 63 letters, digits, '-', '_' and '.'; before it, if need be, a domain and '/'")]),
        ("labels: {a: b c}\n", [f"1:13: labels.a: 'b c' is not a label's value | {QUALIFIED_RULE}"]),
        ("images: {'postgres:12': {}}\n", [
            "1:10: images: 'postgres:12' is not an image's name | as the base has it, without tag and digest"]),
        ("images: {a: {newName: 'b:1'}}\n", [
            ("1:23: images.a.newName: 'b:1' is not an image's name"
            " | without tag and digest, for example localhost:5001/app")]),
        ("images: {a: {newTag: ':1'}}\n", [
            ("1:22: images.a.newTag: ':1' is not an image's tag"
            " | up to 128 letters, digits, '_', '.' and '-', not '.' or '-' first")]),
        ("images: {a: {digest: 'sha256:0'}}\n", [
            "1:22: images.a.digest: 'sha256:0' is not an image's digest | sha256: and 64 hexadecimal digits"]),
        ("replicas: {Web: 1}\n", [
            "1:12: replicas: 'Web' is not a workload's name | for example web or Deployment/web"]),
        ("resources: {web/a/b: {}}\n", [
            ("1:13: resources: 'web/a/b' is not a workload's or container's name"
            " | for example web, web/app or Deployment/web/app")]),
        ("config: {C: {}}\n", [f"1:10: config: 'C' is not a ConfigMap's name | {LABEL_RULE}, and '.' between"]),
        ("config: {c: {'..a': b}}\n", [
            "1:14: config.c: '..a' is not a key of a ConfigMap | letters, digits, '-', '_' and '.', not '..' first"]),
        ("base: ''\n", ["1:7: base: '' is not a folder | for example ../../base"]),
        ("cluster: a b\n", ["1:10: cluster: 'a b' is not a cluster's name | for example minikube"]),
        # amounts
        ("node: {memory: 3072}\n", [
            ("1:16: node.memory: '3072' is not a plausible amount of memory"
            " | write 3072Mi: a number alone counts bytes")]),
        ("node: {memory: 3072m}\n", [
            ("1:16: node.memory: '3072m' is not a plausible amount of memory"
            " | write 3072Mi: 'm' is a thousandth of a byte")]),
        ("node: {memory: 3072MB}\n", [
         "1:16: node.memory: '3072MB' is not a plausible amount of memory | write 3072Mi"]),
        ("node: {cpu: 2 cores}\n", ["1:13: node.cpu: '2 cores' is not a plausible number of cores | write 2"]),
        ("resources: {web: {requests: {cpu: 250}}}\n", [
            ("1:35: resources.web.requests.cpu: '250' is not a plausible amount of CPU"
            " | write 250m: a number alone counts whole cores")]),
        ("resources: {web: {requests: {a.b/c: x}}}\n", [
            '1:37: resources.web.requests["a.b/c"]: \'x\' is not a quantity | for example 1, 500m or 2Gi']),
        # all of them, in the order of the file
        ("replicas: {a: x}\nnode: {cpus: 1}\nnode: {}\nbase: 1\n", [
            "1:15: replicas.a must be a whole number, not text | for example: a: 2",
            "2:8: unknown field 'cpus' in node | did you mean 'cpu'?",
            "3:1: 'node' is given twice, first at kgen.yaml:2:1 | remove one of them",
            '4:7: base must be text, but 1 is a number | quote it: "1"']),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_parse_tells_all_that_is_wrong(text: str, expected: list[str]) -> None:
    assert shown(parse(text, "kgen.yaml")[1]) == expected


MEMORY_HINT = {
    "3072": "write 3072Mi: a number alone counts bytes",
    "4": "write 4Gi: a number alone counts bytes",
    "3072m": "write 3072Mi: 'm' is a thousandth of a byte",
    "3072MB": "write 3072Mi",
    "4g": "write 4Gi",
    "4GiB": "write 4Gi",
    "4 Gi": "write 4Gi",
    "512mb": "write 512Mi",
    "512K": "write 512Ki",
    "lots": "for example 512Mi or 2Gi",
    "-1Gi": "for example 512Mi or 2Gi",
    "1.5": "for example 512Mi or 2Gi",
    "0Mi": "write 0Mi",
}
CPU_HINT = {
    "250": "write 250m: a number alone counts whole cores",
    "250M": "write 250m",
    "2cpus": "write 2",
    "2 vCPU": "write 2",
    "-1": "for example 500m or 2",
    "": "for example 500m or 2",
    "1Gi": "for example 500m or 2",
}


@pytest.mark.parametrize(("text", "hint"), MEMORY_HINT.items())
def test_memory_that_nobody_means(text: str, hint: str) -> None:
    shape = single_shape("node", "memory")
    assert shape is not None
    complaint = shape.complaint(text)
    assert complaint is not None
    assert complaint.hint == hint


@pytest.mark.parametrize(("text", "hint"), CPU_HINT.items())
def test_cpu_that_nobody_means(text: str, hint: str) -> None:
    shape = single_shape("resources", "web", "limits", "cpu")
    assert shape is not None
    complaint = shape.complaint(text)
    assert complaint is not None
    assert complaint.hint == hint


@pytest.mark.parametrize("text", ["3072Mi", "4Gi", "1.5Gi", "3G", "4294967296", "3712076Ki", "4e9", "128E6", "500M"])
def test_memory_as_people_write_it(text: str) -> None:
    for path in (("node", "memory"), ("resources", "web", "requests", "memory")):
        shape = single_shape(*path)
        assert shape is not None
        assert shape.complaint(text) is None


@pytest.mark.parametrize("text", ["0", "0.5", ".5", "2", "99", "250m", "250000m", "0m"])
def test_cpu_as_people_write_it(text: str) -> None:
    shape = single_shape("resources", "web", "requests", "cpu")
    assert shape is not None
    assert shape.complaint(text) is None


def test_shapes_of_fields_that_are_not_there() -> None:
    assert single_shape("images") is None
    assert single_shape("nothing", "at", "all") is None
    with pytest.raises(KeyError, match=re.escape("'node.cpu'")):
        key_shape("node", "cpu")


def test_a_long_value_does_not_take_long_to_refuse() -> None:
    text = f"labels: {{a: {'a' * 500_000}!}}\nnamespace: {'a-' * 200_000}\nnode: {{memory: {'1' * 90_000}}}\n"
    messages = [error.message for error in parse(text, "kgen.yaml")[1]]
    assert [len(message) < 150 for message in messages] == [True, True, True]


# ---- against a base


def resource(api_version: str, kind: str, name: str, body: Body | None = None, namespace: str = "") -> Resource:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return Resource({"apiVersion": api_version, "kind": kind, "metadata": metadata, **(body or {})})


def pod_template(*containers: Body, init: tuple[Body, ...] = ()) -> Body:
    spec: Body = {"containers": list(containers), **({"initContainers": list(init)} if init else {})}
    return {"spec": {"template": {"spec": spec}}}


def container(name: str, image: str = "busybox:1", **resources: Any) -> Body:
    return {"name": name, "image": image, **({"resources": resources} if resources else {})}


BASE = ResourceMap(
    [
        resource(
            "apps/v1",
            "Deployment",
            "web",
            pod_template(
                container(
                    "app", "reg:5000/team/app:v1", requests={"memory": "1Gi"}, limits={"memory": "2Gi", "cpu": 1}
                ),
                init=(container("setup"),),
            ),
        ),
        resource("apps/v1", "Deployment", "both", pod_template(container("one"), container("two"))),
        resource("apps/v1", "Deployment", "db", pod_template(container("postgres", "postgres@sha256:0"))),
        resource("apps/v1", "StatefulSet", "db", pod_template(container("postgres"))),
        resource("apps/v1", "DaemonSet", "agent", pod_template(container("agent"))),
        resource("apps/v1", "ReplicaSet", "none", {}),
        resource("batch/v1", "CronJob", "nightly", {"spec": {"jobTemplate": pod_template(container("run", "job"))}}),
        resource("example.org/v1", "Rollout", "custom", pod_template(container("x", "custom:1"))),
        resource("v1", "Service", "web"),
        resource("v1", "ConfigMap", "app-config", {"data": {"A": "b"}}),
        resource("v1", "ConfigMap", "twice", namespace="a"),
        resource("v1", "ConfigMap", "twice", namespace="b"),
        resource("apps/v1", "Deployment", "same", pod_template(container("x")), namespace="a"),
        resource("apps/v1", "Deployment", "same", pod_template(container("x"))),
    ]
)
BASE.add(
    Resource(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "made-8hg2"}},
        previous_ids=(ResourceId(Gvk("", "v1", "ConfigMap"), "", "made"),),
        needs_hash=True,
    )
)
BASE.add(
    Resource(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "pre-fixed"}},
        previous_ids=(ResourceId(Gvk("", "v1", "ConfigMap"), "", "fixed"),),
    )
)
BASE.add(resource("example.org/v1", "Pipeline", "steps", {"spec": {"steps": [{"image": "step:1"}]}}))
CLUSTERS = ("minikube", "kind")


def checked(text: str, base: ResourceMap = BASE) -> list[str]:
    spec, errors = parse(text, "kgen.yaml")
    assert not errors
    return shown(check(spec, base, CLUSTERS))


REPLICATED = "only a Deployment, StatefulSet, ReplicaSet or ReplicationController has them"
IMAGES = "the base has: reg:5000/team/app, busybox, postgres, job, custom"
CONFIG_MAPS = "the base has: app-config, twice, made, pre-fixed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cluster: minkube\n", "1:1: unknown cluster 'minkube' | did you mean 'minikube'?"),
        ("cluster: gke\n", "1:1: unknown cluster 'gke' | kgen knows: minikube, kind"),
        # images
        ("images: {postgers: {}}\n", "1:10: no image 'postgers' in the base | did you mean 'postgres'?"),
        ("images: {x/y: {}}\n", f"1:10: no image 'x/y' in the base | {IMAGES}"),
        # replicas
        ("replicas: {wbe: 1}\n", "1:12: no workload 'wbe' in the base | did you mean 'web'?"),
        ("replicas: {Deployment/wbe: 1}\n",
         "1:12: no workload 'Deployment/wbe' in the base | did you mean 'Deployment/web'?"),
        ("replicas: {agent: 1}\n", f"1:12: DaemonSet/agent has no replicas | {REPLICATED}"),
        (
            "replicas: {db: 1}\n",
            "1:12: 'db' can be Deployment/db and StatefulSet/db | write Deployment/db or StatefulSet/db",
        ),
        (
            "replicas: {same: 1}\n",
            ("1:12: Deployment/same is in the namespaces a and default"
            " | a declaration cannot tell them apart: patch them in the base"),
        ),
        ("replicas: {web: 1, Deployment/web: 2}\n",
         "1:20: replicas: 'Deployment/web' is the same as 'web' | keep one of them"),
        # resources
        ("resources: {frontend: {}}\n",
         ("1:13: no workload 'frontend' in the base"
         " | the base has: web, both, Deployment/db, StatefulSet/db, agent, none, nightly, same")),
        ("resources: {web/ap: {}}\n", "1:13: no container 'ap' in Deployment/web | did you mean 'app'?"),
        ("resources: {web/side: {}}\n", "1:13: no container 'side' in Deployment/web | it has: setup, app"),
        ("resources: {both: {}}\n", "1:13: Deployment/both has 2 containers | name one of them: both/one, both/two"),
        ("resources: {Deployment/both: {}}\n",
         "1:13: Deployment/both has 2 containers | name one of them: Deployment/both/one, Deployment/both/two"),
        ("resources: {none: {}}\n", "1:13: ReplicaSet/none has no containers"),
        ("resources: {db: {}}\n",
         "1:13: 'db' can be Deployment/db and StatefulSet/db | write Deployment/db or StatefulSet/db"),
        ("resources: {web: {}, Deployment/web/app: {}}\n",
         "1:22: resources: 'Deployment/web/app' is the same as 'web' | keep one of them"),
        # config
        ("config: {app-confg: {}}\n", "1:10: no ConfigMap 'app-confg' in the base | did you mean 'app-config'?"),
        ("config: {x: {}}\n", f"1:10: no ConfigMap 'x' in the base | {CONFIG_MAPS}"),
        ("config: {twice: {}}\n",
         ("1:10: ConfigMap/twice is in the namespaces a and b"
         " | a declaration cannot tell them apart: patch them in the base")),
        # amounts
        ("resources: {web: {requests: {memory: 3Gi}}}\n",
         ("1:30: resources.web.requests.memory: 3Gi is above the limit 2Gi of the base"
         " | declare limits.memory too, or request at most 2Gi")),
        ("resources: {web: {limits: {memory: 512Mi}}}\n",
         ("1:28: resources.web.limits.memory: 512Mi is below the request 1Gi of the base"
         " | declare requests.memory too, or a limit of at least 1Gi")),
        ("resources: {web: {requests: {cpu: 1500m}}}\n",
         ("1:30: resources.web.requests.cpu: 1500m is above the limit 1 of the base"
         " | declare limits.cpu too, or request at most 1")),
        ("resources: {both/one: {requests: {memory: 1Gi}, limits: {memory: 1000M}}}\n",
         ('1:35: resources["both/one"].requests.memory: 1Gi is above its limit 1000M'
         " | raise the limit or lower the request")),
        # names
        ("namePrefix: 1-\n",
         ("1:1: namePrefix makes '1-web' of Service/web"
         " | a Service's name has lower-case letters, digits and '-' only, and begins with a letter")),
        (f"nameSuffix: -{'a' * 60}\n",
         f"1:1: nameSuffix makes 'nightly-{'a' * 60}' of CronJob/nightly | a CronJob's name has at most 52 characters"),
        ("namePrefix: a-.\n",
         ("1:1: namePrefix makes 'a-.web' of Deployment/web"
         " | each part of a Deployment's name between '.' begins and ends with a letter or digit")),
    ],
)  # fmt: skip
def test_check_tells_what_the_base_does_not_have(text: str, expected: str) -> None:
    assert checked(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cluster: kind\n",
        "images: {'reg:5000/team/app': {newTag: v2}, postgres: {}, custom: {}, job: {}}\n",
        "replicas: {web: 0, Deployment/db: 2, StatefulSet/db: 1}\n",
        "resources: {web: {}, web/setup: {}, nightly/run: {}, StatefulSet/db: {}, agent: {}}\n",
        "resources: {web: {requests: {memory: 2Gi}, limits: {cpu: 500m}}}\n",
        "resources: {web: {requests: {memory: 4Gi}, limits: {memory: 4Gi}}}\n",
        "config: {app-config: {NEW: x}, made: {A: b}, fixed: {}}\n",
        "namePrefix: dev-\nnameSuffix: -v2\n",
    ],
)
def test_check_is_content(text: str) -> None:
    assert checked(text) == []


def test_check_tells_all_in_the_order_of_the_file() -> None:
    text = "config: {x: {}}\nreplicas: {wbe: 1}\ncluster: gke\nimages: {y: {}}\n"
    assert [line.partition(" ")[0] for line in checked(text)] == ["1:10:", "2:12:", "3:1:", "4:10:"]


def test_check_against_an_empty_base() -> None:
    text = "images: {a: {}}\nreplicas: {b: 1}\nconfig: {c: {}}\n"
    assert checked(text, ResourceMap()) == [
        "1:10: no image 'a' in the base | the base has no images",
        "2:12: no workload 'b' in the base | the base has no workloads",
        "3:10: no ConfigMap 'c' in the base | the base has no ConfigMaps",
    ]


def test_check_leaves_what_is_no_quantity_in_the_base_to_others() -> None:
    base = ResourceMap([resource("apps/v1", "Deployment", "web", pod_template(container("a", limits={"memory": "x"})))])
    assert checked("resources: {web: {requests: {memory: 1Gi}}}\n", base) == []


def test_find_container_tells_list_and_name() -> None:
    resource_id, found = find_container("web/setup", BASE)
    assert str(resource_id) == "Deployment/web"
    assert (found.field, found.name) == ("initContainers", "setup")


def test_config_maps_are_named_without_hash() -> None:
    assert config_maps(BASE) == ("app-config", "twice", "made", "pre-fixed")


# ---- the JSON Schema


def accepts(schema: Any, value: Any) -> bool:
    """Whether a value fits a schema: as much of draft 7 as kgen's schema uses, and no more."""
    known = {"$schema", "title", "description", "examples", "default", "type", "properties", "patternProperties",
             "additionalProperties", "propertyNames", "pattern", "maxLength", "minimum", "maximum", "exclusiveMaximum",
             "anyOf", "const", "enum", "items", "required"}  # fmt: skip
    assert schema is False or set(schema) <= known
    if schema is False:
        return False
    checks = [
        "type" not in schema or any(is_type(value, name) for name in listed(schema["type"])),
        "anyOf" not in schema or any(accepts(one, value) for one in schema["anyOf"]),
        "enum" not in schema or value in schema["enum"],
        "const" not in schema or (value == schema["const"] and not isinstance(value, bool)),
    ]
    if isinstance(value, str):
        checks += ["pattern" not in schema or re.search(schema["pattern"], value) is not None]
        checks += [len(value) <= schema.get("maxLength", len(value))]
    if is_type(value, "number"):
        checks += [schema.get("minimum", value) <= value <= schema.get("maximum", value)]
        checks += [value < schema.get("exclusiveMaximum", value + 1)]
    if isinstance(value, list):
        checks += [accepts(schema.get("items", {}), item) for item in value]
    if isinstance(value, dict):
        checks += [set(schema.get("required", ())) <= set(value)]
        checks += [accepts(schema.get("propertyNames", {}), key) for key in value]
        checks += [all(accepts(one, child) for one in schemas_for(schema, key)) for key, child in value.items()]
    return all(checks)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def is_type(value: Any, name: str) -> bool:
    types: dict[str, Any] = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool}
    if name in types:
        return isinstance(value, types[name])
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and (name == "number" or value == int(value))


def schemas_for(schema: Any, key: str) -> list[Any]:
    found = [schema["properties"][key]] if key in schema.get("properties", {}) else []
    found += [one for pattern, one in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
    return found or [schema.get("additionalProperties", {})]


def data(text: str) -> Any:
    """The document as an editor reads it."""

    def convert(node: Any) -> Any:
        if isinstance(node, Leaf):
            kinds: dict[str, Any] = {"text": str, "integer": int, "number": float, "boolean": lambda v: v == "true"}
            return kinds[node.kind](node.value)
        if isinstance(node, dict):
            return {key: convert(child) for key, child in node.items()}
        return [convert(child) for child in node] if isinstance(node, list) else node

    return convert(plain(read(text, "kgen.yaml").root))


DOCUMENTS = [
    *NOTHING,
    WHOLE,
    *("- a", "a", "cluster: 1", "cluster:", "cluster: kind", "cluster: a b", "clustr: kind", "base: ''", "base: ../b"),
    *("node: []", "node: {cpu: 2}", "node: {cpu: 2.5}", "node: {cpu: 0}", "node: {cpu: 0.5}", "node: {cpu: 1000}"),
    *("node: {cpu: '4'}", "node: {cpu: 3500m}", "node: {cpu: true}", "node: {count: 0}", "node: {count: '1'}"),
    *("node: {memory: 3072}", "node: {memory: '3072'}", "node: {memory: 3072m}", "node: {memory: 3072MB}"),
    *("node: {memory: 4Gi}", "node: {memory: 4294967296}", "node: {memory: 0}", "node: {memory: 0Mi}"),
    *("node: {memory: 4e9}", "node: {memory: 4.5Gi}", "node: {memory: -1Gi}", "node: {memory: }", "node: {mem: 1Gi}"),
    *("namespace: a", "namespace: A", "namespace: a.b", f"namespace: {'a' * 63}", f"namespace: {'a' * 64}"),
    *("namespace: -a", "namespace: 1", "namespace: '1'", "createNamespace: true", "createNamespace: yes"),
    *("namePrefix: a-", "namePrefix: -a", "nameSuffix: -a", "nameSuffix: a-", "namePrefix: 1"),
    *("labels: {a: b}", "labels: {a: ''}", "labels: {a: 1}", "labels: {a: '1.10'}", "labels: {a.b/c: d}"),
    *("labels: {/a: b}", "labels: {A.B/c: d}", "labels: {a_b: c d}", f"labels: {{a: {'b' * 64}}}", "labels: {a: }"),
    *("images: {a: }", "images: {a: {newTag: '1'}}", "images: {a: {newTag: 1}}", "images: {'a:1': {}}"),
    *("images: {'r:5/a/b': {newName: 'r:5/a/c'}}", "images: {a: {newName: 'a:1'}}", "images: {a: {newName: A}}"),
    *(
        "images: {IMG: {newName: r.io/a__b-c.d}}",
        "images: {a: {digest: sha256:0}}",
        f"images: {{a: {{digest: '{DIGEST}'}}}}",
    ),
    *("images: {a: {newTag: '.a'}}", f"images: {{a: {{newTag: '{'a' * 129}'}}}}", "images: {a: {newTag: ''}}"),
    *("replicas: {web: 2}", "replicas: {web: 0}", "replicas: {web: -1}", "replicas: {web: '2'}", "replicas: {web: }"),
    *("replicas: {Web: 2}", "replicas: {Deployment/web: 2}", "replicas: {web/a: 2}", "replicas: {web: 1.5}"),
    *("replicas: {web: 2147483647}", "replicas: {web: 2147483648}", "replicas: {a.b-c: 1}", "replicas: [web]"),
    *("context: kind-dev", "context: arn:aws:eks:x:1:cluster/y", "context: a b", "context: 1", "expose: NodePort"),
    *("expose: LoadBalancer", "expose: ClusterIP", "expose: nodeport", "storage: {}", "storage: {class: nfs}"),
    *("storage: {class: NFS}", "storage: {accessModes: [ReadWriteOnce]}", "storage: {accessModes: ReadWriteOnce}"),
    *("storage: {accessModes: }", "storage: {accessModes: []}", "storage: {accessModes: [RWX]}", "storage: nfs"),
    *("storage: {accessModes: [[ReadWriteOnce]]}", "storage: {accessModes: [1]}", "storage: {modes: []}"),
    *("hostPaths: {/a: /b}", "hostPaths: {/a/: /b/}", "hostPaths: {a: /b}", "hostPaths: {/a: b}", "hostPaths: {/a: }"),
    *("hostPaths: {/a/../b: /c}", "hostPaths: {/a: /b/..}", "hostPaths: {/a: /b/..c}", "hostPaths: {/: /}"),
    *("hostPaths: {/a//b: /c}", "hostPaths: [/a]", "hostPaths: {/a b: /c d}", "hostPaths: {/a/./b: /c}"),
    *("patches: [a.yaml]", "patches: ", "patches: [1]", "patches: a.yaml", "patches: [../a]", "patches: [/a]"),
    *("patches: [{path: a}]", "patches: [{target: {}}]", "patches: [{path: a, target: {kind: b}}]", "patches: [a/./b]"),
    *("patches: [{path: a, x: b}]", "patches: [{path: a, target: {x: b}}]", "patches: [a/..b/..c]", "patches: [[a]]"),
    *("resources: {web: {requests: {}}}", "resources: {web: {memory: 1Gi}}", "resources: {web/a/b: {}}"),
    *(
        "resources: {A/b/c: {limits: }}",
        "resources: {web: {limits: {cpu: 250}}}",
        "resources: {web: {limits: {cpu: .5}}}",
    ),
    *("resources: {web: {limits: {cpu: 250m}}}", "resources: {web: {limits: {cpu: '250'}}}"),
    *("resources: {web: {limits: {memory: 0}}}", "resources: {web: {limits: {memory: 512}}}"),
    *("resources: {web: {limits: {a.b/c: 1}}}", "resources: {web: {limits: {a.b/c: x}}}"),
    *("resources: {web: {limits: {a.b/c: -1}}}", "resources: {web: {limits: {hugepages-2Mi: 64Mi}}}"),
    *("resources: {web: {limits: {hugepages: 64Mi}}}", "resources: {web: {limits: {ephemeral-storage: 1Gi}}}"),
    *("config: {c: {}}", "config: {c: {A: b}}", "config: {c: {A: 1}}", "config: {c: {A: true}}", "config: {c: {A: }}"),
    *("config: {c: {A: ''}}", "config: {c: {A: yes}}", "config: {c: {8080: a}}", "config: {c: {'a b': c}}"),
    *("config: {c: {..a: b}}", "config: {c: {.: b}}", "config: {c: {.a: b}}", "config: {C: {}}", "config: {c: [a]}"),
    *("config: {c: {A: [b]}}", "config: {c: {A: {}}}", 'config: {c: {A: "a\\nb\\n"}}', "config: {c: d}"),
]


@pytest.mark.parametrize("text", DOCUMENTS, ids=lambda text: text[:50])
def test_the_schema_accepts_what_parse_accepts(text: str) -> None:
    assert accepts(json_schema(), data(text)) is (not parse(text, "kgen.yaml")[1])


def test_the_documents_of_the_schema_test_go_both_ways() -> None:
    accepted = sum(not parse(text, "kgen.yaml")[1] for text in DOCUMENTS)
    assert accepted >= 40
    assert len(DOCUMENTS) - accepted >= 60


def test_every_example_of_the_schema_is_accepted() -> None:
    def walk(schema: Any) -> None:
        for example in schema.get("examples", ()):
            assert accepts(schema, example), (schema["description"], example)
        children = [*schema.get("properties", {}).values(), *schema.get("patternProperties", {}).values()]
        children += [child for child in [schema.get("additionalProperties")] if child]
        for child in children:
            walk(child)

    walk(json_schema(CLUSTERS))


def test_the_schema_lists_the_clusters_and_the_defaults() -> None:
    schema = json_schema(CLUSTERS)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["additionalProperties"] is False
    assert schema["properties"]["cluster"]["enum"] == ["minikube", "kind"]
    assert schema["properties"]["cluster"]["description"]
    assert schema["properties"]["base"]["default"] == "../../base"
    assert schema["properties"]["createNamespace"]["default"] is True
    assert "enum" not in json_schema()["properties"]["cluster"]


def test_every_field_of_the_schema_has_a_description() -> None:
    fields = json_schema()["properties"]
    assert all(field["description"] for field in fields.values())


# ---- a new file


def test_a_new_declaration_is_one_that_can_be_read() -> None:
    text = new_text("minikube")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=../kgen.schema.json"
    assert text.splitlines()[-1] == "cluster: minikube"
    assert parse(text, "kgen.yaml") == (Spec(cluster="minikube"), [])
    assert parse(new_text(), "kgen.yaml") == (Spec(), [])


def test_a_new_declaration_names_all_fields_and_its_examples_are_right() -> None:
    text = new_text()
    for field in json_schema()["properties"]:
        assert field in text or field == "createNamespace"
    example = text.splitlines()[-1].partition(": ")[2]
    for document in example.split(", or "):
        assert not parse(document, "kgen.yaml")[1]


def test_fields_are_spliced_into_a_new_declaration() -> None:
    text = splice(new_text("kind"), [Change(("node", "memory"), "4Gi"), Change(("replicas", "web"), 2)], "kgen.yaml")
    assert text == new_text("kind") + "node:\n  memory: 4Gi\nreplicas:\n  web: 2\n"
