"""The shapes that real builds have, and some that they grow into: what ``make bench`` builds."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{n}
  labels:
    app: app-{n}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: app-{n}
  template:
    metadata:
      labels:
        app: app-{n}
    spec:
      containers:
      - name: main
        image: registry.example.com/team/app:1.0.0
        env:
        - name: MODE
          value: "production"
        ports:
        - containerPort: 8080
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: app-{n}
spec:
  selector:
    app: app-{n}
  ports:
  - port: 80
    targetPort: 8080
"""
PATCH = """\
- target: {{kind: Deployment, name: {name}}}
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 3
"""
IMAGES = "images:\n- name: registry.example.com/team/app\n  newTag: 2.0.0\n"


def declared(root: Path, base: Path, overlays: int) -> None:
    """A project with many declarations over a copy of one base."""
    shutil.copytree(base, root / "base")
    for number in range(overlays):
        _write(
            root / "overlays" / f"o{number}" / "kgen.yaml",
            f"cluster: minikube\nnamespace: team-{number}\n"
            f"images: {{puckel/docker-airflow: {{newTag: '{number}'}}}}\n"
            f"replicas: {{airflow-webserver: {number % 5}}}\n",
        )


def changing(root: Path, workloads: int) -> None:
    """A declaration that changes some of many workloads."""
    wanted = "".join(f"  app-{number}: {{requests: {{memory: 256Mi}}}}\n" for number in range(workloads))
    _write(root / "overlays" / "o" / "kgen.yaml", f"resources:\n{wanted}")


def one_folder(root: Path, resources: int) -> None:
    """Many resources in one kustomization that changes all of them, and twenty by patches of their own."""
    pairs = resources // 2
    for n in range(pairs):
        _write(root / f"app-{n}.yaml", f"{DEPLOYMENT.format(n=n)}---\n{SERVICE.format(n=n)}")
    labels = "labels:\n- pairs: {team: a}\n  includeSelectors: true\n"
    patches = "".join(PATCH.format(name=f"app-{n * pairs // 20}") for n in range(20))
    text = f"namespace: prod\nnamePrefix: p-\n{labels}{IMAGES}patches:\n{patches}"
    _write(root / "kustomization.yaml", text + _listed(f"app-{n}.yaml" for n in range(pairs)))


def rendered(root: Path, resources: int) -> tuple[str, str]:
    """Two files of many resources: of the second a hundred are changed, ten are new, and ten of the first are gone."""
    pairs = resources // 2
    texts = [
        [f"{DEPLOYMENT.format(n=n)}---\n{SERVICE.format(n=n)}" for n in range(size)] for size in (pairs, pairs + 5)
    ]
    texts[1][:100] = [text.replace("app:1.0.0", "app:2.0.0") for text in texts[1][:100]]
    paths = root / "before.yaml", root / "after.yaml"
    for path, parts in zip(paths, (texts[0], texts[1][:-10] + texts[1][-5:]), strict=True):
        _write(path, "---\n".join(parts))
    return str(paths[0]), str(paths[1])


def many_apps(root: Path, apps: int) -> None:
    """A folder with a kustomization of its own for each app."""
    for n in range(apps):
        _write(root / f"app-{n}/deployment.yaml", DEPLOYMENT.format(n=n))
        _write(root / f"app-{n}/service.yaml", SERVICE.format(n=n))
        text = f"namespace: prod\n{IMAGES}patches:\n{PATCH.format(name=f'app-{n}')}"
        _write(root / f"app-{n}/kustomization.yaml", text + _listed(["deployment.yaml", "service.yaml"]))
    _write(root / "kustomization.yaml", _listed(f"app-{n}" for n in range(apps)))


def one_base(root: Path, overlays: int) -> None:
    """One base under many overlays."""
    _write(root / "base/app.yaml", f"{DEPLOYMENT.format(n=0)}---\n{SERVICE.format(n=0)}")
    _write(root / "base/kustomization.yaml", _listed(["app.yaml"]))
    for n in range(overlays):
        text = f"namespace: tenant-{n}\npatches:\n{PATCH.format(name='app-0')}"
        _write(root / f"tenant-{n}/kustomization.yaml", text + _listed(["../base"]))
    _write(root / "kustomization.yaml", _listed(f"tenant-{n}" for n in range(overlays)))


def definitions(root: Path, size: int) -> None:
    """Custom resource definitions with deep schemas, as those that hold a pod; about this many bytes of them."""
    dice = random.Random(size)  # noqa: S311  # the same files each time
    names = [f"things{number}" for number in range(size // LARGEST)]
    for name in names:
        lines = [HEAD.format(name=name)]
        while sum(map(len, lines)) < LARGEST:
            lines.append(f"          part{len(lines)}:\n")
            lines.append("".join(f"{line}\n" for line in _schema(dice, " " * 12, 0)))
        _write(root / f"{name}.yaml", "".join([*lines, TAIL]))
    _write(root / "kustomization.yaml", _listed(f"{name}.yaml" for name in names))


LARGEST, DEEPEST = 400_000, 12
HEAD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    controller-gen.kubebuilder.io/version: v0.16.5
  name: {name}.example.com
spec:
  group: example.com
  names:
    kind: {name}
    plural: {name}
  scope: Namespaced
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
"""
TAIL = "    served: true\n    storage: true\n"
PROSE = """
the container name of a volume must match value field selector in pod this is required when defaults to if an
optional list keys label expression operator node object: reference one More info with and resource's be
"""
WORDS = PROSE.split()
KINDS = [*["object"] * 2, "array", *["integer"] * 2, *["string"] * 5]


def _schema(dice: random.Random, pad: str, depth: int) -> Iterator[str]:
    """The lines of one schema, in the way of controller-gen."""
    yield from _description(dice, pad)
    kind = dice.choice(KINDS if depth < DEEPEST else ["string"])
    if kind == "object":
        yield f"{pad}properties:"
        for number in range(dice.randint(2, 7)):
            yield f"{pad}  {dice.choice(WORDS).strip(':').lower()}{number}:"
            yield from _schema(dice, f"{pad}    ", depth + 1)
        yield f"{pad}x-kubernetes-map-type: atomic"
    elif kind == "array":
        yield f"{pad}items:"
        yield from _schema(dice, f"{pad}  ", depth + 1)
    elif kind == "integer":
        yield from (f"{pad}format: int32", f"{pad}minimum: 0")
    yield f"{pad}type: {kind}"


def _description(dice: random.Random, pad: str) -> Iterator[str]:
    lines = [" ".join(dice.choices(WORDS, k=8)) for _ in range(dice.choice([0, 1, 1, 2, 4]))]
    if lines:
        yield f"{pad}description: |-"
        yield from (f"{pad}  {line}" for line in lines)


def _listed(paths: Iterator[str] | list[str]) -> str:
    return "resources:\n" + "".join(f"- {path}\n" for path in paths)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
