"""``content-hash``: a plain ConfigMap is generated instead, exactly as it is, and whatever reads it follows.

It takes some seconds, for kubectl is started for each base.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, Kgen
from hypothesis import given
from hypothesis import strategies as st
from oracles import TARGETS
from test_oracle import ABSENT
from test_overlay_cases import CASES, tree

from kgen import build
from kgen.errors import InputError
from kgen.filesystem import MemoryFileSystem
from kgen.overlay.desired import wish
from kgen.overlay.features.content_hash import unfit
from kgen.overlay.features.scene import Scene
from kgen.overlay.generation import COMPONENTS, check, generated
from kgen.overlay.spec import parse
from kgen.overlay.trial import Ground
from kgen.overlay.verify import Inexpressible, hold_hashes
from kgen.resource import Resource, ResourceId, ResourceMap
from kgen.schema import pods
from kgen.schema.readings import readings

BLOG = CASES / "hashed" / "base"
ON = "features: {content-hash: true}\n"


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a base that has plain ConfigMaps; gives the folder of an overlay."""
    return folder(tmp_path, monkeypatch, BLOG)


def folder(root: Path, monkeypatch: pytest.MonkeyPatch, base: Path, text: str = ON) -> Path:
    shutil.copytree(base, root / "base")
    made = root / "overlays" / "dev"
    made.mkdir(parents=True)
    (made / "kgen.yaml").write_text(text)
    monkeypatch.chdir(root)
    return made


def config_map(**data: object) -> Resource:
    return Resource({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "app-config"}, "data": data})


def deployment(name: str = "app-config", **container: object) -> Resource:
    container = {"name": "c", "image": "x", "envFrom": [{"configMapRef": {"name": name}}], **container}
    spec = {"template": {"spec": {"containers": [container]}}}
    return Resource({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec})


# ---- what is built


@pytest.mark.parametrize("oracle", sorted(TARGETS) or [ABSENT])
@pytest.mark.parametrize("base", ["hashed", "shop", "stateful", "article"])
def test_every_tool_builds_the_same_and_every_pod_reads_what_is_there(
    base: str, oracle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    more = "namespace: n\nnamePrefix: dev-\nnameSuffix: -x\nlabels: {team: data}\n"
    source = ROOT / "base" if base == "article" else CASES / base / "base"
    made = folder(tmp_path, monkeypatch, source, ON + more)
    assert kgen("overlay", "dev").code == 0
    assert TARGETS[oracle].build(made).stdout == kgen("build", "overlays/dev").out
    built = build(made)
    names = {one.id.name for one in built if one.id.gvk.kind == "ConfigMap"}
    read = {one.name for made in built for one in readings(pods.pod_spec(made.body) or {}) if one.kind == "ConfigMap"}
    assert read
    assert read <= names
    assert all(len(name.rpartition("-")[2]) == 10 for name in read)


def test_the_settings_of_airflow_name_themselves_with_the_hash(project: Path, kgen: Kgen) -> None:
    made = project / "overlays" / "dev"
    made.mkdir(parents=True)
    (made / "kgen.yaml").write_text(f"cluster: kind\n{ON}")
    assert kgen("overlay", "dev").code == 0
    (settings,) = [one for one in build(made) if "EXECUTOR" in (one.body.get("data") or {})]
    assert settings.body["data"]["AIRFLOW__KUBERNETES__ENV_FROM_CONFIGMAP_REF"] == settings.id.name
    assert settings.id.name.startswith("airflow-envvars-configmap-")


def test_pods_have_a_checksum_or_read_a_hashed_name_and_never_both(blog: Path, kgen: Kgen) -> None:
    changed = "config: {blog-config: {LEVEL: debug}}\n"
    for text, is_there in ((changed, True), (changed + ON, False)):
        (blog / "kgen.yaml").write_text(text)
        assert kgen("overlay", "dev").code == 0
        assert ("checksum/kgen-config" in kgen("build", "overlays/dev").out) is is_there


def test_only_those_that_are_named(blog: Path, kgen: Kgen) -> None:
    (blog / "kgen.yaml").write_text("features: {content-hash: {configMaps: [blog-icon]}}\n")
    assert kgen("overlay", "dev").code == 0
    names = [one.id.name for one in build(blog) if one.id.gvk.kind == "ConfigMap"]
    assert [name for name in names if len(name.rpartition("-")[2]) == 10] == ["blog-icon-42hd58kc9k"]


def test_references_of_a_base_with_a_prefix_of_its_own_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    """What the base calls it in its files is no name of what is generated: patches say the name as it is now."""
    made = folder(tmp_path, monkeypatch, BLOG, f"{ON}namePrefix: dev-\n")
    kustomization = tmp_path / "base" / "kustomization.yaml"
    kustomization.write_text(f"namePrefix: our-\n{kustomization.read_text()}")
    assert kgen("overlay", "dev").code == 0
    built = build(made)
    names = {one.id.name for one in built if one.id.gvk.kind == "ConfigMap"}
    read = {one.name for made in built for one in readings(pods.pod_spec(made.body) or {})}
    assert len(read) == 2
    assert read <= names


def test_values_are_in_the_order_of_the_base_whoever_sets_them(blog: Path, kgen: Kgen) -> None:
    """A hand-written patch must not turn all lines of the file around."""
    assert kgen("overlay", "dev").code == 0
    file = blog / COMPONENTS[1] / "kustomization.yaml"
    before = [line for line in file.read_text().splitlines() if not line.startswith("# kgen-digest")]
    (blog / "kgen.yaml").write_text(f"{ON}patches: [edits/one.yaml]\n")
    (blog / "edits").mkdir()
    patch = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: blog-config}\ndata: {LEVEL: warn}\n"
    (blog / "edits" / "one.yaml").write_text(patch)
    assert kgen("overlay", "dev").code == 0
    after = [line for line in file.read_text().splitlines() if not line.startswith("# kgen-digest")]
    assert [line for line in after if line not in before] == ["  # edits/one.yaml", "  - LEVEL=warn"]
    assert [line for line in before if line not in after] == ["  - LEVEL=info"]


def test_the_preview_tells_why_a_value_is_another_one(blog: Path, kgen: Kgen) -> None:
    (blog / "kgen.yaml").write_text(f"{ON}config: {{blog-config: {{LEVEL: debug}}}}\n")
    kgen("overlay", "dev")
    told = kgen("diff", "dev").out
    assert "    # declared in kgen.yaml: config.blog-config.LEVEL\n    data.LEVEL: info → debug\n" in told


def test_the_preview_tells_why_a_value_goes(blog: Path, kgen: Kgen) -> None:
    (blog / "kgen.yaml").write_text(f"{ON}patches: [edits/one.yaml]\n")
    (blog / "edits").mkdir()
    patch = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: blog-config}\ndata: {LEVEL: null}\n"
    (blog / "edits" / "one.yaml").write_text(patch)
    kgen("overlay", "dev")
    told = kgen("diff", "dev").out
    assert "without LEVEL (edits/one.yaml)\n    data.LEVEL: info → (absent)\n" in told


# ---- values, exactly


@given(st.dictionaries(st.from_regex(r"K[-._A-Za-z0-9]{0,9}", fullmatch=True), st.text("\"'= \n#:|a\\é"), max_size=4))
def test_whatever_text_a_value_is_the_generator_makes_it(data: dict[str, str]) -> None:
    before = config_map(**data)
    assert generated(before, before.body, ()).made.body.get("data", {}) == data


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("a", "K=a"),
        ("", "K="),
        ('"a"', "K='\"a\"'"),
        ("'a'", "K=\"'a'\""),
        ('"', "K='\"'"),
        ("'a\"", "K='a\""),
        ("a=b", "K=a=b"),
    ],
)
def test_a_value_in_quotes_gets_a_pair_that_kustomize_takes_off(value: str, literal: str) -> None:
    before = config_map(K=value)
    assert generated(before, before.body, ()).entry["literals"] == [literal]


@pytest.mark.parametrize(
    ("body", "error", "hint"),
    [
        ({"data": {"P": 5}}, "5 under 'P' is no text", "put it in quotes"),
        ({"data": ["a"]}, "its data is no map", "write KEY: text"),
        (
            {"data": {"0": "zero"}},
            "kustomize writes the key '0' without quotes, and then it is no text",
            "choose a key that is no number, date, boolean or null",
        ),
        (
            {"data": {"N": "a\x85b"}},
            "U+0085 under 'N' ends a line on the way",
            "write a space or a line break",
        ),
        ({"data": {"a b": "c"}}, "'a b' is no key", "a key has letters, digits, '-', '_' and '.'"),
        (
            {"data": {"T": "\ta\nb\n"}},
            "kustomize cannot read what it makes of 'T': several lines, and the first one begins with a tab",
            "begin the text with an empty line, or indent it with spaces",
        ),
    ],
)
def test_what_no_generator_makes_is_refused(body: dict[str, object], error: str, hint: str) -> None:
    before = Resource({**config_map().body, **body})
    with pytest.raises(InputError) as caught:
        check(before, before.body)
    assert caught.value.message == f"kustomize cannot generate ConfigMap/app-config: {error}"
    assert caught.value.hint == hint


@pytest.mark.parametrize("text", ["config: {app-config: {M: c}}\n", f"{ON}config: {{app-config: {{M: c}}}}\n", ON])
def test_a_line_of_the_base_that_ends_in_u0085_is_what_kustomize_makes_of_it(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    made = plain(tmp_path, monkeypatch, POD, text)
    (tmp_path / "base" / "all.yaml").write_text(declared('{A: "b\\Nc"}', POD))
    ran = kgen("overlay", "dev")
    assert ran.code == 0, ran.err
    (settings,) = [one for one in build(made) if one.id.gvk.kind == "ConfigMap"]
    assert settings.body["data"]["A"] == "b c"


# ---- the files


def test_off_again_nothing_is_left_but_what_a_person_has_there(blog: Path, kgen: Kgen) -> None:
    own = blog / "components" / "mine"
    (blog / "kgen.yaml").write_text("namePrefix: dev-\n")
    for has_own in (False, True):
        if has_own:
            own.mkdir(parents=True)
            (own / "kustomization.yaml").write_text("kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n")
        assert kgen("overlay", "dev").code == 0
        before = tree(blog)
        (blog / "kgen.yaml").write_text(f"namePrefix: dev-\n{ON}")
        assert kgen("overlay", "dev").code == 0
        assert set(tree(blog)) - set(before) >= {f"{path}/kustomization.yaml" for path in COMPONENTS}
        (blog / "kgen.yaml").write_text("namePrefix: dev-\n")
        assert kgen("overlay", "dev").code == 0
        assert tree(blog) == before
        assert (blog / "components").exists() is has_own


def edited(blog: Path, path: str, before: str, after: str) -> Path:
    file = blog / path / "kustomization.yaml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    return file


def test_a_hand_edit_is_not_lost(blog: Path, kgen: Kgen) -> None:
    kgen("overlay", "dev")
    file = edited(blog, COMPONENTS[1], "LEVEL=info", "LEVEL=warn")
    text = file.read_text()
    told = kgen("overlay", "dev", "--check")
    assert (told.code, told.out) == (
        1,
        f"overlays/dev/{COMPONENTS[1]}/kustomization.yaml: changed by hand since kgen wrote it\n",
    )
    assert kgen("overlay", "dev").code == 2
    assert file.read_text() == text


def test_a_second_kustomization_in_a_component_is_told(blog: Path, kgen: Kgen) -> None:
    kgen("overlay", "dev")
    (blog / COMPONENTS[1] / "kustomization.yml").write_text("kind: Component\n")
    ran = kgen("overlay", "dev")
    assert (ran.code, ran.err) == (
        2,
        (
            f"overlays/dev/{COMPONENTS[1]}/kustomization.yml: error: kgen would write kustomization.yaml beside "
            "this one, and kustomize takes only one\n  hint: move it away, or give the overlay another name\n"
        ),
    )


def test_hand_edits_are_adopted(blog: Path, kgen: Kgen) -> None:
    kgen("overlay", "dev")
    edited(blog, COMPONENTS[1], "LEVEL=info", "LEVEL=warn\n  - MORE=1")
    edited(blog, COMPONENTS[1], "  - WORKERS=1\n", "")
    wanted = kgen("build", "overlays/dev").out
    assert kgen("overlay", "dev", "--adopt").code == 0
    assert (blog / "edits" / "configmap-blog-config.yaml").read_text() == (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: blog-config\n"
        'data:\n  LEVEL: warn\n  MORE: "1"\n  WORKERS: null\n'
    )
    assert kgen("build", "overlays/dev").out == wanted
    assert kgen("overlay", "dev", "--check").code == 0


def test_a_hash_is_taken_off_in_kgen_yaml_only(blog: Path, kgen: Kgen) -> None:
    kgen("overlay", "dev")
    edited(blog, ".", "components:\n- components/remove-plain-config\n- components/generate-config\n", "")
    ran = kgen("overlay", "dev", "--adopt")
    assert (ran.code, ran.err) == (
        2,
        (
            "overlays/dev: error: what was changed by hand in ConfigMap/blog-config cannot be adopted: kgen would "
            "build something else\n  hint: say in kgen.yaml whether a hash ends its name: features.content-hash\n"
        ),
    )


# ---- what does not go


def scene(*resources: Resource, **options: object) -> Scene:
    return Scene(ResourceMap(resources), options=options)


def renamed(name: str, before: str) -> Resource:
    """A ConfigMap that the base itself gave another name."""
    one, other = ({**config_map().body, "metadata": {"name": name}} for name in (name, before))
    return Resource(one, previous_ids=(ResourceId.of(other),))


IDLE = "no pod of the base reads a plain ConfigMap; one that it generates has a hash already"
SECRET = Resource({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "keys"}})
ELSEWHERE = Resource({**config_map().body, "metadata": {"name": "app-config", "namespace": "o"}})
HASHED = Resource(config_map().body, needs_hash=True)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (scene(config_map(A="b"), deployment()), None),
        (
            scene(config_map(A="b"), deployment("other")),
            IDLE,
        ),
        (
            scene(HASHED, deployment()),
            IDLE,
        ),
        (
            scene(HASHED, configMaps=["app-config"]),
            "the base generates ConfigMap/app-config itself, with a hash of its content",
        ),
        (scene(config_map(), configMaps=[]), "configMaps names none"),
        (
            scene(config_map(), configMaps=["app-confg"]),
            "no ConfigMap 'app-confg' in the base (did you mean 'app-config'?)",
        ),
        (scene(SECRET, configMaps=["keys"]), "keys is a Secret, whose values would be written into Git"),
        (
            scene(config_map(), ELSEWHERE, configMaps=["app-config"]),
            (
                "ConfigMap/app-config is in the namespaces default and o (a declaration cannot tell them apart: "
                "patch them in the base)"
            ),
        ),
        (
            scene(*(renamed(f"{one}-config", "config") for one in "ab"), configMaps=["config"]),
            "'config' can be ConfigMap/a-config and ConfigMap/b-config (write a-config or b-config)",
        ),
        (
            scene(config_map(P=5), deployment()),
            "kustomize cannot generate ConfigMap/app-config: 5 under 'P' is no text (put it in quotes)",
        ),
    ],
)
def test_what_it_needs(found: Scene, why: str | None) -> None:
    assert unfit(found) == why


def declared(text: str, more: str = "") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: app-config}}\ndata: {text}\n---\n{more}"


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: x, envFrom: [{configMapRef: {name: app-config}}]}]}
"""


def plain(root: Path, monkeypatch: pytest.MonkeyPatch, more: str, text: str = ON) -> Path:
    """A project with one plain ConfigMap and more."""
    (root / "own").mkdir()
    (root / "own" / "kustomization.yaml").write_text("resources: [all.yaml]\n")
    (root / "own" / "all.yaml").write_text(declared("{A: b}", more))
    return folder(root, monkeypatch, root / "own", text)


def test_a_text_that_cannot_follow_is_refused_unless_it_is_just_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    made = plain(tmp_path, monkeypatch, POD.replace("image: x", "image: x, args: [--from, app-config]"))
    ran = kgen("overlay", "dev")
    assert (ran.code, ran.err) == (
        2,
        (
            "overlays/dev/kgen.yaml:1:12: error: Pod/web:c/args[1] names ConfigMap/app-config, and no overlay lets it "
            "follow a hash: only a whole value of a ConfigMap or a reference of a pod does\n"
            "  hint: leave app-config out of features.content-hash.configMaps, or, if it is just a word, say "
            "couplings: {'Pod/web:c/args[1]': none}\n"
        ),
    )
    (made / "kgen.yaml").write_text(ON + "couplings: {'Pod/web:c/args[1]': none}\n")
    assert kgen("overlay", "dev").code == 0


def test_a_namesake_without_a_hash_makes_a_text_unclear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    more = (
        POD.replace("image: x", "image: x, args: [--from, app-config]")
        + "---\n"
        + declared("{A: b}").replace("}", ", namespace: o}", 1)
    )
    plain(tmp_path, monkeypatch, more)
    told = kgen("overlay", "dev").err
    assert "  Pod/web:c/args[1]: 'app-config' is another one now (ConfigMap/app-config)\n" in told


@pytest.mark.parametrize("prefix", ["", "dev-"])
def test_a_kind_whose_references_kustomize_does_not_know_is_told(
    prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    rollout = POD.replace("v1", "argoproj.io/v1alpha1").replace("Pod", "Rollout").replace("web", "canary")
    plain(tmp_path, monkeypatch, f"{POD}---\n{rollout}", f"{ON}namePrefix: '{prefix}'\n" if prefix else ON)
    ran = kgen("overlay", "dev")
    assert ran.err == (
        f"overlays/dev: warning: Rollout/{prefix}canary has 'app-config' at "
        "spec.containers[0].envFrom[0].configMapRef.name, "
        f"and ConfigMap/app-config is now {prefix}app-config-b9t2424hkf\n"
        "  hint: if it names that, leave app-config out of features.content-hash.configMaps\n"
    )


@pytest.mark.parametrize(
    "head",
    [
        "apiVersion: v1\nkind: Service\n",
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
    ],
)
def test_a_kind_of_kubernetes_means_something_else_by_that_word(
    head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    other = f"{head}metadata: {{name: app-config}}\nspec: {{selector: {{app: app-config}}}}\n"
    plain(tmp_path, monkeypatch, f"{POD}---\n{other}")
    assert kgen("overlay", "dev").err == ""


def test_one_that_no_pod_reads_is_told(blog: Path, kgen: Kgen) -> None:
    (blog / "kgen.yaml").write_text("features: {content-hash: {configMaps: [nobody-reads-it]}}\n")
    assert kgen("overlay", "dev").out.endswith(
        "note: no pod of the base reads ConfigMap/nobody-reads-it: a hash in its name starts nothing anew\n"
        "  take it out of features.content-hash, unless something else reads it by that name\n"
    )


def test_a_variable_of_the_base_that_reads_its_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    """Kustomize, too, says that there is nothing to read from."""
    plain(tmp_path, monkeypatch, POD)
    kustomization = tmp_path / "base" / "kustomization.yaml"
    variable = "vars: [{name: CM, objref: {apiVersion: v1, kind: ConfigMap, name: app-config}}]\n"
    kustomization.write_text(kustomization.read_text() + variable)
    ran = kgen("overlay", "dev")
    assert (ran.code, ran.err) == (
        2,
        (
            "overlays/dev/kgen.yaml:1:12: error: what is declared cannot be built: the variable CM reads from "
            "ConfigMap/app-config, which is not there\n"
        ),
    )


def test_a_value_that_a_function_sets_to_no_text_is_told(blog: Path, kgen: Kgen) -> None:
    (blog / "kgen.yaml").write_text(f"{ON}python: overlay.py\n")
    (blog / "overlay.py").write_text(
        "def overlay(resources):\n    resources['ConfigMap/blog-config'].body['data']['N'] = 5\n"
    )
    ran = kgen("overlay", "dev")
    assert (ran.code, ran.err) == (
        2,
        (
            "overlays/dev/kgen.yaml:1:12: error: what is declared cannot be built: kustomize cannot generate "
            "ConfigMap/blog-config: 5 under 'N' is no text\n  hint: put it in quotes\n"
        ),
    )


def test_a_pod_that_would_read_what_is_not_there_is_never_written() -> None:
    """The proof with all hashes: here what is built forgets one."""
    files = {"/p/base/kustomization.yaml": "resources: [all.yaml]\n", "/p/base/all.yaml": declared("{A: b}", POD)}
    fs = MemoryFileSystem(files)
    base = build("/p/base", fs)
    wished = wish(parse(ON, "kgen.yaml")[0], base)
    wished = replace(wished, ground=Ground("/p/overlays/dev", "../../base", base, fs))
    with pytest.raises(Inexpressible) as caught:
        hold_hashes(base, wished, base)
    assert "ConfigMap/app-config-b9t2424hkf" in caught.value.message
