"""Variants → base and overlays: what is shared, what is each one's own, and that each overlay builds its variant."""

import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from oracles import TARGETS

from kgen import yamlio
from kgen.equality import same
from kgen.errors import InputError, KgenError
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.overlay.factor import Factored, Variant, factor
from kgen.overlay.trial import under_fields
from kgen.resource import Body, Resource, ResourceMap

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))
import wishes  # beside this folder's tests, for people to run at length

ARTICLE = Path(__file__).parent.parent / "base"


def variants(**texts: str) -> dict[str, Variant]:
    return {
        name: Variant(ResourceMap(Resource(body) for body, _ in yamlio.load(text, name)), {}, text.count("\n"))
        for name, text in texts.items()
    }


def factored(given: Mapping[str, Variant]) -> Factored:
    """What kgen makes of them, each overlay being held against its variant."""
    made = factor(given)
    fs = MemoryFileSystem({f"/{path}": text for path, text in made.files.items()})
    for name, variant in given.items():
        assert_same(build(f"/overlays/{name}", fs), variant.resources)
    return made


def assert_same(built: ResourceMap, wanted: ResourceMap) -> None:
    assert {one.id for one in built} == {one.id for one in wanted}
    for resource in wanted:
        found = built.get(resource.id)
        assert found
        assert same(found.body, resource.body)


def config(name: str, namespace: str = "", **data: str) -> str:
    space = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{space}}}\ndata: {data}\n---\n"


def said(made: Factored, path: str) -> Any:
    return yamlio.load(made.files[path], path)[0].body


def shown(made: Factored, name: str) -> Body:
    """What an overlay says beside its head and base."""
    body = said(made, f"overlays/{name}/kustomization.yaml")
    return {key: value for key, value in body.items() if key not in ("apiVersion", "kind")}


HEAD = ["../../base"]


def test_the_base_is_shared_and_the_overlays_are_the_differences() -> None:
    made = factored(
        variants(
            dev=config("a", x="1") + config("b", x="1", y="1") + config("d", x="1"),
            prod=config("a", x="1") + config("b", x="2", y="1") + config("p", z="1"),
        )
    )
    assert sorted(made.files) == [
        *("base/configmap-a.yaml", "base/configmap-b.yaml", "base/kustomization.yaml"),
        *("overlays/dev/kustomization.yaml", "overlays/dev/resources/configmap-d.yaml"),
        *(f"overlays/prod/{path}" for path in ("kustomization.yaml", "patches/configmap-b.yaml")),
        "overlays/prod/resources/configmap-p.yaml",
    ]
    assert said(made, "overlays/prod/patches/configmap-b.yaml")["data"] == {"x": "2"}
    assert (made.resources, made.identical, made.differ) == (4, 1, (1,))
    assert [(str(resource), names) for resource, names in made.partial] == [
        ("ConfigMap/d", ("dev",)),
        ("ConfigMap/p", ("prod",)),
    ]


def test_the_value_that_most_have_is_the_base() -> None:
    made = factored(variants(a=config("c", x="1"), b=config("c", x="2"), c=config("c", x="2")))
    assert said(made, "base/configmap-c.yaml")["data"] == {"x": "2"}
    assert shown(made, "b") == shown(made, "c") == {"resources": HEAD}


def test_what_most_have_is_removed_from_the_others_where_that_is_shorter() -> None:
    long = config("l", **{f"k{number}": "v" for number in range(20)})
    made = factored(variants(a=config("c") + long, b=config("c") + long, c=config("c")))
    assert said(made, "overlays/c/patches/configmap-l.yaml")["$patch"] == "delete"
    short = factored(variants(a=config("c") + config("s"), b=config("c") + config("s"), c=config("c")))
    assert "overlays/a/resources/configmap-s.yaml" in short.files


def test_a_namespace_of_a_whole_variant_is_not_in_the_base() -> None:
    made = factored(variants(**{name: config("a", name, x="1") + config("b", name, x="1") for name in ("dev", "prod")}))
    assert made.identical == 2
    assert said(made, "base/configmap-a.yaml")["metadata"] == {"name": "a"}
    assert shown(made, "prod") == {"resources": HEAD, "namespace": "prod"}


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, labels: {app: web, env: ENV}}
spec:
  containers:
  - {name: web, image: web, envFrom: [{configMapRef: {name: CONFIG}}]}
---
"""


@pytest.mark.parametrize(
    ("first", "second", "fields"),
    [("dev-{}", "prod-{}", {"namePrefix": "prod-"}), ("{}", "{}-prod", {"nameSuffix": "-prod"})],
)
def test_a_prefix_or_suffix_of_all_names_is_not_in_the_base(first: str, second: str, fields: Body) -> None:
    def text(names: str) -> str:
        pod = POD.replace("NAME", names.format("web-app")).replace("CONFIG", names.format("web-config"))
        return pod + config(names.format("web-config"), x="1")

    made = factored(variants(dev=text(first), prod=text(second)))
    assert made.identical == 2
    assert shown(made, "prod") == {"resources": HEAD, **fields}
    assert said(made, "base/pod-web-app.yaml")["spec"]["containers"][0]["envFrom"][0]["configMapRef"]["name"] == (
        "web-config"
    )


def test_a_label_of_a_whole_variant_is_not_in_the_base() -> None:
    made = factored(variants(**{env: POD.replace("ENV", env) for env in ("dev", "prod")}))
    assert made.identical == 1
    assert said(made, "base/pod-name.yaml")["metadata"]["labels"] == {"app": "web"}
    assert shown(made, "dev") == {"resources": HEAD, "labels": [{"pairs": {"env": "dev"}}]}


def test_what_would_be_longer_without_the_namespace_keeps_it() -> None:
    """kustomize would put the unknown kind, which has no namespace, into one."""
    issuer = "apiVersion: example.org/v1\nkind: ClusterThing\nmetadata: {name: c}\n---\n"
    factored(variants(**{name: config("a", name, x="1") + issuer for name in ("dev", "prod")}))


def test_the_text_of_a_person_is_kept_where_all_have_the_same() -> None:
    given = variants(dev=config("a") + config("b", x="1"), prod=config("a") + config("b", x="2"))
    texts = {one.id.key: f"# why\n{yamlio.dump([one.body])}" for one in given["dev"].resources}
    made = factored({**given, "dev": Variant(given["dev"].resources, texts)})
    assert made.files["base/configmap-a.yaml"].startswith("# why\n")
    assert "#" not in made.files["base/configmap-b.yaml"]


def test_identical_variants_are_the_base_alone() -> None:
    made = factored(variants(a=config("c"), b=config("c")))
    assert shown(made, "a") == shown(made, "b") == {"resources": HEAD}


def test_disjoint_variants_share_nothing() -> None:
    with pytest.raises(InputError, match=r"^these variants share no resource$") as caught:
        factor(variants(a=config("c", x="1"), b=config("d", x="2")))
    assert caught.value.hint == "factor variants of one application"


def article(**fields: Any) -> Variant:
    resources = build(ARTICLE)
    return Variant(under_fields(resources, fields) if fields else resources)


def test_many_variants_are_a_base_and_two_lines_each() -> None:
    given = {f"v{number}": article(namespace=f"n{number}", nameSuffix=f"-v{number}") for number in range(12)}
    made = factored(given)
    assert made.identical == len(build(ARTICLE))
    assert shown(made, "v7") == {"resources": HEAD, "nameSuffix": "-v7", "namespace": "n7"}


def random_variants(seed: int) -> dict[str, Variant] | None:
    """Some random changes of the article's resources; None where kustomize does not take them as they are."""
    chance = random.Random(seed)  # noqa: S311  # nothing is secret here
    base = build(ARTICLE)
    wished = [wishes.wished(chance, base) for _ in range(chance.choice((2, 3, 5)))]
    given = [ResourceMap(Resource(one.body) for one in resources) for resources in wished]
    try:
        for resources in given:
            assert_same(under_fields(resources, {}), resources)
    except (KgenError, AssertionError):
        return None
    return {f"v{number}": Variant(resources) for number, resources in enumerate(given)}


@pytest.mark.parametrize("seed", range(30))
def test_each_overlay_of_random_variants_builds_its_variant(seed: int) -> None:
    given = random_variants(seed)
    if given:
        assert factored(given).files == factor(given).files


@pytest.mark.parametrize("name", sorted(TARGETS) or ["none"])
def test_kubectl_builds_each_overlay_to_its_variant(name: str, tmp_path: Path) -> None:
    if name not in TARGETS:
        pytest.skip("no kubectl or kustomize with the kustomize that kgen follows")
    for seed in range(6):
        given = random_variants(seed) or {}
        for path, text in (factor(given).files if given else {}).items():
            file = tmp_path / str(seed) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        for variant in given:
            ran = TARGETS[name].build(tmp_path / str(seed) / "overlays" / variant)
            built = ResourceMap(Resource(body) for body, _ in yamlio.load(ran.stdout, name))
            assert_same(built, given[variant].resources)
