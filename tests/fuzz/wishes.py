"""A differential fuzzer for overlays: random wishes over real bases, judged by kubectl and not by kgen's own build.

    python tests/fuzz/wishes.py [--seeds FROM:TO] [--kubectl PATH ...] [--base FOLDER ...]

Prints how many overlays build what was wished, how many wishes no overlay expresses, and each one that is wrong or
not minimal. Exit 1 if there is one.
"""

import argparse
import collections
import copy
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from kgen.equality import same
from kgen.errors import KgenError
from kgen.filesystem import DiskFileSystem
from kgen.kustomize import build
from kgen.overlay.desired import Wish, desired_state
from kgen.overlay.synthesise import Directives
from kgen.overlay.trial import under_fields
from kgen.overlay.verify import Inexpressible, compose, readable
from kgen.resource import Body, Resource, ResourceMap
from kgen.schema.scope import is_cluster_scoped
from kgen.yamlio import dump, load

ROOT = Path(__file__).parents[2]
_TOLD = 100
FINE = ("right", "inexpressible", "impossible")
SCALARS = ("x", "", "1", "true", "null", 0, 7, -1, 1.5, True, False, None, {}, [], "a: b", "two\nlines\n", "é", "512Mi")


class Base(NamedTuple):
    """A folder, what it builds, and the kubectls that build the same: an older one may not know all of its fields."""

    folder: str
    built: ResourceMap
    judges: list[str]

    @classmethod
    def of(cls, folder: str, kubectls: list[str]) -> "Base":
        state = {one.id.key: one.body for one in build(folder)}
        with tempfile.TemporaryDirectory() as temporary:
            Path(temporary, "base").symlink_to(Path(folder).resolve())
            _write(Path(temporary, "overlay"), {"kustomization.yaml": "resources: [../base]\n"})
            judges = [kubectl for kubectl in kubectls if not _built_by(kubectl, Path(temporary, "overlay"), state)]
        return cls(folder, build(folder, hash_suffixes=False), judges)


def main() -> int:
    arguments = _arguments()
    first, last = map(int, arguments.seeds.split(":"))
    counts: collections.Counter[str] = collections.Counter()
    bases = [found for folder in arguments.base if (found := Base.of(folder, arguments.kubectl)).judges]
    for done, seed in enumerate(range(first, last)):
        if done and done % _TOLD == 0:
            say(f"{done} wishes: {dict(counts)}")
        base = bases[seed % len(bases)]
        verdict, detail = judged(seed, base, minimal=arguments.minimal)
        counts[verdict] += 1
        if verdict not in FINE or (arguments.verbose and verdict != "right"):
            say(f"--- seed {seed} over {base.folder}: {verdict}: {detail}")
    say(dict(counts))
    return int(any(word not in FINE for word in counts))


def say(text: object) -> None:
    """Print at once: a run may be long."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0:200")
    parser.add_argument("--kubectl", nargs="+", default=["kubectl"])
    parser.add_argument("--base", nargs="+", default=[str(ROOT / "base")])
    parser.add_argument("--minimal", action="store_true", help="drop every leaf of every patch, which must show")
    parser.add_argument("--verbose", action="store_true", help="show the wishes that no overlay expresses too")
    return parser.parse_args()


def judged(seed: int, over: Base, *, minimal: bool) -> tuple[str, str]:
    """What came of one wish, and why."""
    folder, base, kubectls = over
    chance = random.Random(seed)  # noqa: S311  # nothing is secret here
    wanted = Wish(wished(chance, base), (), Directives("../base"), is_free=True)
    fs = DiskFileSystem()
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary, "base").symlink_to(Path(folder).resolve())
        overlay = Path(temporary, "overlay")
        overlay.mkdir()
        try:
            made, _ = compose(str(overlay), wanted, base, fs)
        except Inexpressible as error:
            return "inexpressible", error.message
        except KgenError as error:
            possible = _is_possible(kubectls[0], overlay, wanted.edited)
            return "error" if possible else "impossible", f"{type(error).__name__}: {error.message}"
        state = {resource.id.key: resource.body for resource in _state(readable(wanted, base)[0], base)}
        _write(overlay, made.files)
        for kubectl in kubectls:
            said = _built_by(kubectl, overlay, state)
            if said:
                return "wrong", f"{kubectl}: {said}\n{_shown(made.files)}"
        if minimal:
            spare = next(_spare(overlay, made.files, state), None)
            if spare:
                return "not minimal", f"{spare}\n{_shown(made.files)}"
    return "right", ""


def _state(wanted: Wish, base: ResourceMap) -> ResourceMap:
    """The desired state, content hashes in its names."""
    if any(resource.needs_hash for resource in wanted.edited):
        return under_fields(wanted.edited, {}, hidden=wanted.directives.hidden)
    return desired_state(wanted, base)


def _is_possible(kubectl: str, folder: Path, state: ResourceMap) -> bool:
    """Whether kustomize takes the state as it is, all of it in one file."""
    files = {"kustomization.yaml": "resources: [all.yaml]\n", "all.yaml": dump(resource.body for resource in state)}
    _write(folder, files)
    return not _ran(kubectl, folder).returncode


def _ran(kubectl: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, timeout=60, check=False)


def _write(overlay: Path, files: Any) -> None:
    for path, text in files.items():
        (overlay / path).parent.mkdir(parents=True, exist_ok=True)
        (overlay / path).write_text(text)


def _shown(files: Any) -> str:
    return "".join(f"# {path}\n{text}" for path, text in files.items())


def _built_by(kubectl: str, overlay: Path, state: Any) -> str:
    ran = _ran(kubectl, overlay)
    if ran.returncode:
        return ran.stderr.strip()
    built = {Resource(body).id.key: body for body, _ in load(ran.stdout, "kubectl")}
    return _difference(built, state)


def _difference(built: Any, state: Any) -> str:
    if built.keys() != state.keys():
        return f"other resources: {[str(key) for key in built.keys() ^ state.keys()]}"
    wrong = [key for key in state if not same(built[key], state[key])]
    return "".join(f"{key}\n  built {built[key]}\n  wish  {state[key]}\n" for key in wrong)


def _spare(overlay: Path, files: Any, state: Any) -> Iterator[str]:
    """What could be left out of a patch without a change in the build."""
    for path, text in files.items():
        if not path.startswith("patches/"):
            continue
        (patch, _), *_ = load(text, path)
        for shorter, what in _shorter(patch):
            (overlay / path).write_text(dump([shorter]))
            try:
                built = {one.id.key: one.body for one in build(overlay)}
            except KgenError:
                continue
            if not _difference(built, state):
                yield f"{path} need not say {what}"
        (overlay / path).write_text(text)


def _shorter(patch: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(patch, list):
        for index, operation in enumerate(patch):
            if operation["op"] != "test":
                yield [*patch[:index], *patch[index + 1 :]], str(operation)
        return
    for path in _leaves(patch, ()):
        if path[0] in ("apiVersion", "kind") or path[:2] in (("metadata", "name"), ("metadata", "namespace")):
            continue
        if len(path) > 1 and isinstance(path[-2], int) and path[-1] in _KEYS:
            continue
        shorter = copy.deepcopy(patch)
        node = shorter
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]
        yield shorter, str(path)


_KEYS = (
    "name",
    "mountPath",
    "devicePath",
    "containerPort",
    "port",
    "protocol",
    "ip",
    "topologyKey",
    "whenUnsatisfiable",
)


def _leaves(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    some = False
    for step, value in inside:
        some = True
        yield from _leaves(value, (*path, step))
    if not some and path:
        yield path


def wished(chance: random.Random, base: ResourceMap) -> ResourceMap:
    """A random state: the base with a few changes."""
    resources = [Resource(copy.deepcopy(one.body), one.origin, (), one.needs_hash) for one in base]
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        chance.choice(CHANGES)(chance, resources)
    unique: dict[Any, Resource] = {}
    for resource in resources:
        unique.setdefault(resource.id.key, resource)
    return ResourceMap(unique.values())


def _leaf(chance: random.Random, resources: list[Resource]) -> None:
    holder, key = _field(chance, resources)
    holder[key] = copy.deepcopy(chance.choice(SCALARS))


def _drop(chance: random.Random, resources: list[Resource]) -> None:
    holder, key = _field(chance, resources)
    del holder[key]


def _key(chance: random.Random, resources: list[Resource]) -> None:
    holder = _node(chance, resources, dict)
    if holder is not None:
        holder[chance.choice(("extra", "a.b/c", "0", "true", "x y"))] = copy.deepcopy(chance.choice(SCALARS))


def _append(chance: random.Random, resources: list[Resource]) -> None:
    items = _node(chance, resources, list)
    if items:
        item = copy.deepcopy(chance.choice(items))
        if isinstance(item, dict) and isinstance(item.get("name"), str) and chance.random() < 0.7:
            item["name"] += "-two"
        items.insert(chance.randrange(len(items) + 1), item)


def _shuffle(chance: random.Random, resources: list[Resource]) -> None:
    items = _node(chance, resources, list)
    if items:
        chance.shuffle(items)


def _remove(chance: random.Random, resources: list[Resource]) -> None:
    if len(resources) > 1:
        del resources[chance.randrange(len(resources))]


def _add(chance: random.Random, resources: list[Resource]) -> None:
    body = copy.deepcopy(chance.choice(resources).body)
    body["metadata"]["name"] += chance.choice(("-two", "-x", "2"))
    resources.append(Resource(body))


def _custom(chance: random.Random, resources: list[Resource]) -> None:
    spec = {"list": [{"name": "a", "v": 1}, {"name": "b"}], "n": 1}
    body: Body = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": f"t{chance.randrange(9)}"}}
    resources.append(Resource({**body, "spec": spec}))


def _rename(chance: random.Random, resources: list[Resource]) -> None:
    resource = chance.choice(resources)
    before = resource.id
    resource.body["metadata"]["name"] += "-new"
    if chance.random() < 0.5:
        resource.previous_ids = (before,)


def _prefix(_: random.Random, resources: list[Resource]) -> None:
    for resource in resources:
        resource.body["metadata"]["name"] = "p-" + resource.body["metadata"]["name"]


def _namespace(chance: random.Random, resources: list[Resource]) -> None:
    namespaced = [one for one in resources if not is_cluster_scoped(one.id.gvk)] or resources
    chosen = namespaced if chance.random() < 0.7 else [chance.choice(namespaced)]
    for resource in chosen:
        resource.body["metadata"]["namespace"] = "other"


def _labels(chance: random.Random, resources: list[Resource]) -> None:
    field = chance.choice(("labels", "annotations"))
    for resource in resources:
        found = resource.body["metadata"].get(field)
        resource.body["metadata"][field] = {**(found or {}), "team": "blue"}


def _images(chance: random.Random, resources: list[Resource]) -> None:
    image = chance.choice(("web:2", "reg:5000/a/b@sha256:" + "0" * 64, "plain"))
    every = chance.random() < 0.6
    for resource in resources:
        for container in _containers(resource.body):
            if every or chance.random() < 0.3:
                container["image"] = image


def _replicas(chance: random.Random, resources: list[Resource]) -> None:
    for resource in resources:
        if isinstance(resource.body.get("spec"), dict) and "replicas" in resource.body["spec"]:
            resource.body["spec"]["replicas"] = chance.randrange(5)


def _version(chance: random.Random, resources: list[Resource]) -> None:
    body = chance.choice(resources).body
    body["apiVersion"] = body["apiVersion"].replace("v1", "v1beta1")


CHANGES: tuple[Callable[[random.Random, list[Resource]], None], ...] = (
    *(_leaf, _leaf, _leaf, _drop, _drop, _key, _key, _append, _append, _shuffle, _remove, _add, _custom, _rename),
    *(_prefix, _namespace, _labels, _images, _images, _replicas, _version),
)


def _containers(node: Any) -> Iterator[Body]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("containers", "initContainers") and isinstance(value, list):
                yield from (item for item in value if isinstance(item, dict))
            yield from _containers(value)
    elif isinstance(node, list):
        for item in node:
            yield from _containers(item)


def _nodes(node: Any, kind: type, *, top: bool) -> Iterator[Any]:
    if isinstance(node, kind) and not top:
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(value, kind, top=False)


def _node(chance: random.Random, resources: list[Resource], kind: type) -> Any:
    found = list(_nodes(chance.choice(resources).body, kind, top=True))
    return chance.choice(found) if found else None


def _field(chance: random.Random, resources: list[Resource]) -> tuple[Any, Any]:
    """A field that is no identity."""
    body = chance.choice(resources).body
    found = [
        (node, key)
        for node in _nodes(body, dict, top=True)
        for key in node
        if node is not body["metadata"] or key not in ("name", "namespace", "annotations", "labels")
    ]
    found += [(node, index) for node in _nodes(body, list, top=True) for index in range(len(node))]
    return chance.choice(found) if found else ({"x": 1}, "x")


if __name__ == "__main__":
    sys.exit(main())
