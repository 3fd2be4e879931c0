"""Features: every pair of them builds, keeps what is coupled, and leaves no trace when it is switched off."""

import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Kgen
from oracles import TARGETS
from test_oracle import ABSENT
from test_overlay_cases import tree

from kgen import build
from kgen.filesystem import MemoryFileSystem
from kgen.overlay.coupled import couple, hold
from kgen.overlay.desired import wish
from kgen.overlay.features import FEATURES, check
from kgen.overlay.spec import Spec, parse
from kgen.overlay.spec.features import FEATURES as TABLE
from kgen.overlay.verify import compose
from kgen.resource import Body, ResourceMap
from kgen.schema import pods

SECTION = "AIRFLOW__KUBERNETES__"
GIT = "{git: {repo: https://example.org/dags.git, branch: dev, folder: a/b}}"
DIGEST = "sha256:" + "01" * 32
VARIANTS = (
    "content-hash: true",
    "runtime-fix: true",
    "runtime-fix: {recreate: true}",
    "no-examples: true",
    "probes: true",
    "postgres-persistence: {size: 2Gi}",
    "credentials: true",
    "namespaced-rbac: true",
    "local-image: {image: 'localhost:5001/airflow:1.10.15'}",
    "local-image: {image: airflow:dev, requirements: false}",
    f"local-image: {{image: 'airflow@{DIGEST}'}}",
    "worker-resources: true",
    "dags: {host: /srv/dags}",
    "dags: {claim: airflow-dags}",
    f"dags: {GIT}",
    "dags: {image: true}",
)
PAIRS = [pair for pair in itertools.combinations(VARIANTS, 2) if pair[0].partition(":")[0] != pair[1].partition(":")[0]]
FIELDS = "namespace: airflow\nnamePrefix: dev-\nnameSuffix: -x\n"


@cache
def base(folder: str = "base") -> ResourceMap:
    return build(str(ROOT / folder))


def declared(*said: str, more: str = "") -> Spec:
    """These features and no others, on kind."""
    off = [] if any(one.startswith("runtime-fix") for one in said) else ["runtime-fix: false"]
    lines = "".join(f"  {one}\n" for one in (*off, *said))
    spec, errors = parse(f"cluster: kind\n{more}features:\n{lines}", "kgen.yaml")
    assert errors == []
    return spec


@cache
def files() -> dict[str, str]:
    return {f"/p/base/{path.name}": path.read_text() for path in (ROOT / "base").glob("*.yaml")}


def made(spec: Spec) -> ResourceMap:
    """What the overlay builds, proven."""
    fs = MemoryFileSystem(files())
    coupled = couple(wish(spec, base()), base(), spec)
    built = compose("/p/overlays/x", coupled.wish, base(), fs)[1]
    hold(coupled, built)
    return built


def bodies(built: ResourceMap, kind: str) -> list[Body]:
    return [resource.body for resource in built if resource.id.gvk.kind == kind]


def settings(built: ResourceMap) -> dict[str, str]:
    return next(body["data"] for body in bodies(built, "ConfigMap") if "EXECUTOR" in body["data"])


def servers(built: ResourceMap) -> Iterator[tuple[Body, Body]]:
    """The pods' specs of scheduler and web interface, with their main container."""
    for body in bodies(built, "Deployment"):
        spec = pods.pod_spec(body) or {}
        if "airflow" in body["metadata"]["name"]:
            yield spec, spec["containers"][0]


def names(built: ResourceMap, kind: str) -> set[str]:
    return {body["metadata"]["name"] for body in bodies(built, kind)}


def check_workers(built: ResourceMap) -> None:
    """What the executor makes of the settings is what the Deployments have."""
    said = settings(built)
    assert said[f"{SECTION}ENV_FROM_CONFIGMAP_REF"] in names(built, "ConfigMap")
    assert all(isinstance(value, str) for body in bodies(built, "ConfigMap") for value in body["data"].values())
    image = f"{said[SECTION + 'WORKER_CONTAINER_REPOSITORY']}:{said[SECTION + 'WORKER_CONTAINER_TAG']}"
    secrets = [["secretRef"]] if f"{SECTION}ENV_FROM_SECRET_REF" in said else []
    for spec, container in servers(built):
        assert container["image"] == image
        assert [list(source) for source in container["envFrom"]] == [["configMapRef"], *secrets]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes.keys()
        assert check_dags(said, container, volumes)
        configs = {volume["configMap"]["name"] for volume in volumes.values() if "configMap" in volume}
        assert configs <= names(built, "ConfigMap")
        claims = {
            one["persistentVolumeClaim"]["claimName"] for one in volumes.values() if "persistentVolumeClaim" in one
        }
        assert claims <= names(built, "PersistentVolumeClaim")
        assert spec.get("serviceAccountName") == said.get(f"{SECTION}WORKER_SERVICE_ACCOUNT_NAME")


def check_dags(said: dict[str, str], container: Body, volumes: dict[str, Body]) -> bool:
    """One way only, and the same for servers and workers."""
    mounted = [one["name"] for one in container["volumeMounts"] if one["mountPath"] == "/usr/local/airflow/dags"]
    volume = volumes[mounted[0]] if mounted else {}
    ways = {
        "image": said.get(f"{SECTION}DAGS_IN_IMAGE") == "True",
        "hostPath": said.get(f"{SECTION}DAGS_VOLUME_HOST"),
        "persistentVolumeClaim": said.get(f"{SECTION}DAGS_VOLUME_CLAIM"),
        "emptyDir": said.get(f"{SECTION}GIT_REPO"),
    }
    (way,) = [way for way, value in ways.items() if value]
    sources = {
        "image": {},
        "hostPath": {"path": ways["hostPath"], "type": "Directory"},
        "persistentVolumeClaim": {"claimName": ways["persistentVolumeClaim"]},
        "emptyDir": {},
    }
    return volume.get(way, {}) == sources[way] and set(volume) - {"name"} == {way} - {"image"}


def check_credentials(built: ResourceMap) -> None:
    """No password and no key anywhere but in the Secret, which everybody reads by the name that it has."""
    said = settings(built)
    (secret,) = names(built, "Secret")
    assert said[f"{SECTION}ENV_FROM_SECRET_REF"] == secret
    assert said[f"{SECTION}AIRFLOW_CONFIGMAP"] in names(built, "ConfigMap")
    assert not {"POSTGRES_PASSWORD", "FERNET_KEY", "AIRFLOW__CORE__FERNET_KEY"} & said.keys()
    for _, container in servers(built):
        assert container["envFrom"][1:] == [{"secretRef": {"name": secret}}]
    for body in bodies(built, "Deployment"):
        for _, container in pods.containers(body):
            for variable in container.get("env", ()):
                if variable["name"] == "POSTGRES_PASSWORD":
                    reference = {"secretKeyRef": {"name": secret, "key": "POSTGRES_PASSWORD"}}
                    assert variable == {"name": "POSTGRES_PASSWORD", "valueFrom": reference}


def check_account(built: ResourceMap) -> None:
    """The scheduler's account may create pods where it creates them."""
    said = settings(built)
    space = said.get(f"{SECTION}NAMESPACE", "default")
    account = next(servers(built))[0].get("serviceAccountName", "default")
    cluster_wide = bodies(built, "ClusterRoleBinding")
    (binding,) = cluster_wide or bodies(built, "RoleBinding")
    (subject,) = binding["subjects"]
    assert subject["name"] == account
    if not cluster_wide:
        assert (binding["metadata"].get("namespace") or "default") == space == subject.get("namespace", space)
    assert binding["roleRef"]["name"] in names(built, binding["roleRef"]["kind"])
    assert account == "default" or account in names(built, "ServiceAccount")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: " + ".join(one.partition(":")[0] for one in pair))
def test_every_pair_builds_and_keeps_what_is_coupled(pair: tuple[str, str]) -> None:
    built = made(declared(*pair))
    check_workers(built)
    check_account(built)
    if "credentials: true" in pair:
        check_credentials(built)


def test_the_order_in_kgen_yaml_does_not_matter() -> None:
    said = [one for one in VARIANTS[2:] if not one.startswith(("dags: {host", "dags: {claim", "dags: {im"))][:8]
    said = list({one.partition(":")[0]: one for one in said}.values())
    assert [r.body for r in made(declared(*said))] == [r.body for r in made(declared(*reversed(said)))]


@pytest.mark.parametrize("said", VARIANTS)
def test_names_that_a_feature_makes_follow_prefix_suffix_and_namespace(said: str) -> None:
    built = made(declared(said, more=FIELDS))
    given = settings(built)
    for key, kind in (
        ("DAGS_VOLUME_CLAIM", "PersistentVolumeClaim"),
        ("WORKER_SERVICE_ACCOUNT_NAME", "ServiceAccount"),
    ):
        if f"{SECTION}{key}" in given:
            assert given[f"{SECTION}{key}"] in names(built, kind)
    if said.startswith("credentials"):
        check_credentials(built)
    if said.startswith("namespaced-rbac"):
        check_account(built)
        assert given[f"{SECTION}NAMESPACE"] == "airflow"


def test_every_feature_has_a_row_in_the_table_and_a_variant_here() -> None:
    named = [feature.ID for feature in FEATURES]
    assert sorted(named) == sorted(TABLE.fields)
    assert {one.partition(":")[0] for one in VARIANTS} == set(named)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.ID)
def test_its_documentation_begins_with_one_line(feature: Any) -> None:
    first, second, *_ = feature.__doc__.split("\n")
    assert first
    assert (second, len(first) <= 120) == ("", True)


EVERYTHING = """\
cluster: kind
namespace: airflow
namePrefix: dev-
features:
  content-hash: true
  no-examples: true
  probes: true
  postgres-persistence: true
  credentials: true
  namespaced-rbac: true
  worker-resources: true
  local-image: {image: localhost:5001/airflow:dev, requirements: false}
  dags: {claim: airflow-dags}
"""


def test_off_again_it_leaves_no_trace(project: Path, kgen: Kgen) -> None:
    folder = project / "overlays" / "kind"
    kgen("overlay", "kind")
    before, declaration = tree(folder), (folder / "kgen.yaml").read_text()
    (folder / "kgen.yaml").write_text(EVERYTHING)
    assert kgen("overlay", "kind").code == 0
    assert len(tree(folder)) > len(before)
    (folder / "kgen.yaml").write_text(declaration)
    assert kgen("overlay", "kind").code == 0
    assert tree(folder) == before


@pytest.mark.parametrize("oracle", sorted(TARGETS) or [ABSENT])
def test_the_real_tool_builds_the_same(oracle: str, project: Path, kgen: Kgen) -> None:
    folder = project / "overlays" / "kind"
    folder.mkdir(parents=True)
    (folder / "credentials.env").write_text("POSTGRES_PASSWORD=p\nAIRFLOW__CORE__FERNET_KEY=k\n")
    for said in (EVERYTHING, f"cluster: kind\nfeatures: {{dags: {GIT}, probes: true, namespaced-rbac: true}}\n"):
        (folder / "kgen.yaml").write_text(said)
        assert kgen("overlay", "kind").code == 0
        assert TARGETS[oracle].build(folder).stdout == kgen("build", "overlays/kind").out


AIRFLOW_ONLY = "no container of the base runs Airflow 1.10 with its Kubernetes executor"


@pytest.mark.parametrize(
    ("folder", "probes", "persistence"),
    [
        ("shop", None, "PostgreSQL has a volume already, or is no Deployment"),
        ("stateful", "no container runs Airflow 1.10 or PostgreSQL", "no container runs PostgreSQL"),
        ("generated", "no container runs Airflow 1.10 or PostgreSQL", "no container runs PostgreSQL"),
    ],
)
def test_other_bases_are_told_what_does_not_apply(folder: str, probes: str | None, persistence: str) -> None:
    other = base(f"tests/cases/overlay/{folder}/base")
    said = list({one.partition(":")[0]: one for one in VARIANTS}.values())
    expected = {feature.ID: AIRFLOW_ONLY for feature in FEATURES}
    expected |= {"probes": probes or "", "postgres-persistence": persistence, "content-hash": ""}
    if folder == "generated":
        expected["content-hash"] = (
            "no pod of the base reads a plain ConfigMap; one that it generates has a hash already"
        )
    told = {f"features.{name} does not apply: {why}" for name, why in expected.items() if why}
    assert {error.message for error in check(declared(*said), other)} == told


def test_what_is_only_on_by_itself_is_left_out_silently() -> None:
    spec, _ = parse("cluster: kind\n", "kgen.yaml")
    other = base("tests/cases/overlay/stateful/base")
    assert list(check(spec, other)) == []
    assert not wish(spec, other).features


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (
            "features: {dags: {image: true, claim: x}}",
            (
                "overlays/kind/kgen.yaml:2:12: error: features.dags does not apply: exactly one of host, claim, git "
                "and image is needed, and it has claim and image\n"
                "  hint: `kgen explain dags` tells what it needs; remove it here, or mend it\n"
            ),
        ),
        (
            "features: {local-image: true}",
            (
                "overlays/kind/kgen.yaml:2:12: error: features.local-image does not apply: it has no image: say "
                "{image: airflow:dev}\n"
                "  hint: `kgen explain local-image` tells what it needs; remove it here, or mend it\n"
            ),
        ),
        (
            "features: {worker-resources: {request: 1Gi}}",
            (
                "overlays/kind/kgen.yaml:2:12: error: features.worker-resources does not apply: request 1Gi is above "
                "limit 512Mi\n  hint: `kgen explain worker-resources` tells what it needs; remove it here, or mend it\n"
            ),
        ),
        (
            "features: {probes: 3}",
            (
                "overlays/kind/kgen.yaml:2:20: error: features.probes must be true or false, not 3\n"
                "  hint: for example: probes: true\n"
            ),
        ),
        (
            "config: {airflow-envvars-configmap: {POSTGRES_PASSWORD: x}}\nfeatures: {credentials: true}",
            (
                "overlays/kind/kgen.yaml:2:38: error: config.airflow-envvars-configmap.POSTGRES_PASSWORD and "
                "features.credentials both say it, and the one in config is in Git\n  hint: leave one of them out\n"
            ),
        ),
        (
            "features: {probez: true}",
            "overlays/kind/kgen.yaml:2:12: error: unknown field 'probez' in features\n  hint: did you mean 'probes'?\n",
        ),
        (
            "images: {puckel/docker-airflow: {newTag: 1.10.12}}\nfeatures: {local-image: {image: 'airflow:dev'}}",
            (
                "overlays/kind/kgen.yaml:2:10: error: images.puckel/docker-airflow and features.local-image both say "
                "which image Airflow runs\n  hint: leave one of them out\n"
            ),
        ),
        (
            "hostPaths: {/mnt/airflow/dags: /x}\nfeatures: {dags: {claim: a}}",
            (
                "overlays/kind/kgen.yaml:2:13: error: hostPaths./mnt/airflow/dags and features.dags both say where the "
                "DAGs come from\n  hint: leave one of them out\n"
            ),
        ),
        (
            (
                "config: {requirements-configmap: {x: y}}\n"
                "features: {local-image: {image: 'airflow:dev', requirements: false}}"
            ),
            (
                "overlays/kind/kgen.yaml:2:1: error: ConfigMap/requirements-configmap is taken away by a feature, but "
                "changed here\n  hint: leave one of them out\n"
            ),
        ),
    ],
)
def test_what_is_wrong_is_told(said: str, error: str, project: Path, kgen: Kgen) -> None:
    (project / "overlays" / "kind").mkdir(parents=True)
    (project / "overlays" / "kind" / "kgen.yaml").write_text(f"cluster: kind\n{said}\n")
    assert kgen("overlay", "kind") == (2, "", error)


def test_what_a_person_declares_counts() -> None:
    more = 'config: {airflow-envvars-configmap: {AIRFLOW__KUBERNETES__RUN_AS_USER: "7"}}\n'
    assert settings(made(declared("runtime-fix: true", more=more)))[f"{SECTION}RUN_AS_USER"] == "7"


def test_the_command_that_loads_the_image_is_told(project: Path, kgen: Kgen) -> None:
    (project / "overlays" / "kind").mkdir(parents=True)
    (project / "overlays" / "kind" / "kgen.yaml").write_text("features: {local-image: {image: 'a:1'}}\ncluster: kind\n")
    assert "  kind load docker-image a:1\n" in kgen("overlay", "kind").out
