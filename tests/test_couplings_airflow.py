"""The article's base under overlays: what its texts name, the workers get."""

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import Kgen
from oracles import ALL, TARGETS

from kgen import build, yamlio
from kgen.resource import Body

BASE = Path(__file__).parent.parent / "base"
DIGEST = "sha256:" + "5" * 64
SECTION = "AIRFLOW__KUBERNETES__"


class Overlay(NamedTuple):
    """What is declared, and what the workers' image and the pinned version are then."""

    declared: str
    worker: tuple[str, str] = ("puckel/docker-airflow", "1.10.9")
    pinned: str = "1.10.9"


IMAGE = "images: {puckel/docker-airflow: {%s}}\n"
OVERLAYS = {
    "prefix": Overlay("namePrefix: dev-\n"),
    "suffix": Overlay("nameSuffix: -v2\n"),
    "namespace": Overlay("namespace: airflow\n"),
    "registry with a port": Overlay(
        IMAGE % "newName: 'localhost:5001/airflow', newTag: dev", ("localhost:5001/airflow", "dev")
    ),
    "another registry": Overlay(IMAGE % "newName: 'localhost:5001/airflow'", ("localhost:5001/airflow", "1.10.9")),
    "digest": Overlay(IMAGE % f"digest: '{DIGEST}'", ("puckel/docker-airflow@sha256", "5" * 64)),
    "tag": Overlay(IMAGE % "newTag: '1.10.10'", ("puckel/docker-airflow", "1.10.10"), "1.10.10"),
    "host path": Overlay("hostPaths: {/mnt/airflow/dags: /Users/me/dags}\n"),
    "all at once": Overlay(
        "namePrefix: dev-\nnameSuffix: -v2\nnamespace: airflow\nhostPaths: {/mnt/airflow/dags: /srv/dags}\n"
        + IMAGE % f"newName: 'localhost:5001/airflow', digest: '{DIGEST}'",
        ("localhost:5001/airflow@sha256", "5" * 64),
    ),
    "database": Overlay(
        'namePrefix: dev-\nconfig: {airflow-envvars-configmap: {POSTGRES_DB: "010", POSTGRES_USER: "yes"}}\n'
    ),
    "account": Overlay("namePrefix: dev-\nnamespace: airflow\npatches: [edits/account.yaml]\n"),
    "database port": Overlay("namePrefix: dev-\npatches: [edits/port.yaml]\n"),
}
EDITS = {
    "account.yaml": """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: airflow}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: airflow-scheduler}
spec: {template: {spec: {serviceAccountName: airflow}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: pods-permissions}
subjects: [{kind: ServiceAccount, name: airflow, namespace: default}]
""",
    "port.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: postgres}
spec: {ports: [{port: 5432, $patch: delete}, {port: 6432, targetPort: 5432}]}
""",
}


def project(folder: Path, overlay: Overlay, base: Mapping[str, str] | None = None) -> Path:
    """A project with the article's base, some of its files others, and one overlay."""
    (folder / "base").mkdir()
    for path in BASE.iterdir():
        (folder / "base" / path.name).write_bytes(path.read_bytes())
    for name, text in (base or {}).items():
        (folder / "base" / name).write_text(text)
    made = folder / "overlays" / "o"
    (made / "edits").mkdir(parents=True)
    (made / "kgen.yaml").write_text(overlay.declared)
    for name, text in EDITS.items():
        (made / "edits" / name).write_text(text)
    return made


class Built:
    """What is built, by kind and name in the base."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        self.bodies = list(bodies)

    def one(self, kind: str, name: str) -> Body:
        found = [b for b in self.bodies if b["kind"] == kind and name in b["metadata"]["name"]]
        assert len(found) == 1
        return found[0]

    def pod(self, name: str) -> Body:
        spec: Body = self.one("Deployment", name)["spec"]["template"]["spec"]
        return spec


def texts(body: Any, keys: tuple[str, ...]) -> Iterable[Any]:
    """The values of some keys, however deep, but not those of field specs."""
    for key, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        if key in keys and isinstance(value, dict):
            yield from value.values()
        if key == "env":
            yield from (item["value"] for item in value if "value" in item)
        yield from texts(value, keys)


def couplings_hold(built: Built, overlay: Overlay) -> None:
    """Each row of what the base's texts must equal."""
    config = built.one("ConfigMap", "airflow-envvars-configmap")
    data, scheduler, webserver = config["data"], built.pod("airflow-scheduler"), built.pod("airflow-webserver")
    database = built.pod("postgres")["containers"][0]
    volumes = {volume["name"]: volume for volume in scheduler["volumes"]}
    assert data[f"{SECTION}ENV_FROM_CONFIGMAP_REF"] == config["metadata"]["name"]
    claim = volumes["logs-persistent-storage"]["persistentVolumeClaim"]["claimName"]
    assert data[f"{SECTION}LOGS_VOLUME_CLAIM"] == claim == built.one("PersistentVolumeClaim", "")["metadata"]["name"]
    service = built.one("Service", "postgres")
    assert data["POSTGRES_HOST"] == service["metadata"]["name"]
    assert data["POSTGRES_PORT"] == str(service["spec"]["ports"][0]["port"])
    env = {variable["name"]: variable["value"] for variable in database["env"]}
    assert {key: data[key] for key in env} == env
    worker = data[f"{SECTION}WORKER_CONTAINER_REPOSITORY"], data[f"{SECTION}WORKER_CONTAINER_TAG"]
    assert worker == overlay.worker
    assert {":".join(worker)} == {pod["containers"][0]["image"] for pod in (scheduler, webserver)}
    requirements = built.one("ConfigMap", "requirements-configmap")["data"]["requirements.txt"]
    assert requirements == f"apache-airflow[kubernetes]=={overlay.pinned}\n"
    assert data[f"{SECTION}DAGS_VOLUME_HOST"] == volumes["dags-host-volume"]["hostPath"]["path"]
    namespace = config["metadata"].get("namespace", "default")
    assert data.get(f"{SECTION}NAMESPACE", "default") == namespace
    account = scheduler.get("serviceAccountName", "default")
    assert data.get(f"{SECTION}WORKER_SERVICE_ACCOUNT_NAME", "default") == account
    subject = built.one("ClusterRoleBinding", "")["subjects"][0]
    assert (subject["name"], subject["namespace"]) == (account, namespace)
    for pod in (scheduler, webserver):
        assert pod["containers"][0]["envFrom"] == [{"configMapRef": {"name": config["metadata"]["name"]}}]
    everything = list(texts(built.bodies, ("data",)))
    assert len(everything) >= 17
    assert all(isinstance(text, str) for text in everything)


def made_by(overlay: Overlay, folder: Path, kgen: Kgen, base: Mapping[str, str] | None = None) -> Path:
    """An overlay, written, and its couplings held as kgen builds it and as kubectl does.

    Every version that is found where all is declared at once; else the one that is the target.
    """
    made = project(folder, overlay, base)
    ran = kgen("overlay", "o")
    assert ran.code == 0, ran.err
    assert "still say" not in ran.err
    couplings_hold(Built(resource.body for resource in build(str(made))), overlay)
    oracles = ALL if overlay == OVERLAYS["all at once"] else TARGETS
    printed = {oracle: oracles[oracle].build(made) for oracle in oracles}
    assert {run.stderr for run in printed.values()} <= {""}
    assert len({run.stdout for run in printed.values()}) <= 1
    for run in list(printed.values())[:1]:
        couplings_hold(Built(one.body for one in yamlio.load(run.stdout, "")), overlay)
    assert kgen("overlay", "--all", "--check").code == 0
    return made


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_coupling_holds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    monkeypatch.chdir(tmp_path)
    made_by(OVERLAYS[name], tmp_path, kgen)


def generated() -> dict[str, str]:
    """The base, in which a generator makes the ConfigMap of settings."""
    body = yamlio.load((BASE / "airflow-envvars-configmap.yaml").read_text(), "")[0].body
    kustomization = (BASE / "kustomization.yaml").read_text().replace("- airflow-envvars-configmap.yaml\n", "")
    generator = {
        "name": "airflow-envvars-configmap",
        "literals": [f"{key}={text}" for key, text in body["data"].items()],
    }
    return {"kustomization.yaml": kustomization + yamlio.dump([{"configMapGenerator": [generator]}])}


@pytest.mark.parametrize("name", ["prefix", "registry with a port", "all at once", "database"])
def test_content_hashes_are_followed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    """Pods that read the generated ConfigMap start anew by its name: there is no checksum."""
    monkeypatch.chdir(tmp_path)
    made = made_by(OVERLAYS[name], tmp_path, kgen, generated())
    config = Built(one.body for one in build(str(made))).one("ConfigMap", "airflow-envvars-configmap")
    assert re.search("-[a-z0-9]{10}$", config["data"][f"{SECTION}ENV_FROM_CONFIGMAP_REF"])
    assert "checksum/" not in "".join(path.read_text() for path in made.rglob("*.yaml"))


def test_pods_start_anew_when_their_settings_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    monkeypatch.chdir(tmp_path)
    made = project(tmp_path, Overlay("config: {airflow-envvars-configmap: {LOAD_EX: n}}\n"))
    checksums = []
    for value in ("n", "y", "no"):
        (made / "kgen.yaml").write_text(f'config: {{airflow-envvars-configmap: {{LOAD_EX: "{value}"}}}}\n')
        assert kgen("overlay", "o", "--check").code == 1
        assert kgen("overlay", "o").code == 0
        built = Built(one.body for one in build(str(made)))
        templates = [
            built.one("Deployment", name)["spec"]["template"] for name in ("scheduler", "webserver", "postgres")
        ]
        checksums.append([one["metadata"].get("annotations", {}).get("checksum/kgen-config") for one in templates])
    assert checksums[1] == [None, None, None]
    assert [found[2] for found in checksums] == [None, None, None]
    assert len({checksums[0][0], checksums[0][1]}) == 1
    assert len({checksums[0][0], checksums[2][0], None}) == 3


def test_what_is_no_longer_declared_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    monkeypatch.chdir(tmp_path)
    made = project(tmp_path, Overlay("labels: {team: data}\n"))
    shutil.rmtree(made / "edits")
    assert kgen("overlay", "o").code == 0
    before = {path.name: path.read_text() for path in made.rglob("*") if path.is_file()}
    assert set(before) == {"kgen.yaml", "kustomization.yaml"}
    for overlay in OVERLAYS.values():
        if "edits/" not in overlay.declared:
            (made / "kgen.yaml").write_text(overlay.declared)
            assert kgen("overlay", "o").code == 0
            (made / "kgen.yaml").write_text("labels: {team: data}\n")
            assert kgen("overlay", "o").code == 0
            assert {path.name: path.read_text() for path in made.rglob("*") if path.is_file()} == before


UNTOLD = """\
overlays/o: warning: ConfigMap/requirements-configmap:requirements.txt pins a version of Airflow, and the tag of its \
image does not tell whether it has it
  hint: declare it under config: in kgen.yaml if it has another one, else say \
'ConfigMap/requirements-configmap:requirements.txt: none' under couplings:; pip would replace Airflow at each start
"""


def test_a_tag_that_tells_no_version_is_told_until_a_person_says_that_it_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    monkeypatch.chdir(tmp_path)
    made = project(tmp_path, OVERLAYS["registry with a port"])
    assert kgen("overlay", "o").err == UNTOLD
    with (made / "kgen.yaml").open("a") as file:
        file.write("couplings: {'ConfigMap/requirements-configmap:requirements.txt': none}\n")
    assert kgen("overlay", "o").err == ""


def test_an_app_that_no_image_tells_is_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen) -> None:
    """Without its facts the namespace of the workers stays what it is."""
    monkeypatch.chdir(tmp_path)
    base = {path.name: path.read_text().replace("puckel/docker-airflow", "team/jobs") for path in BASE.iterdir()}
    made = project(tmp_path, Overlay("namespace: airflow\n"), base)
    found = []
    for line in ("", "app: airflow-1.10\n", "app: none\n"):
        (made / "kgen.yaml").write_text(f"namespace: airflow\n{line}")
        assert kgen("overlay", "o").code == 0
        built = Built(one.body for one in build(str(made)))
        found.append(built.one("ConfigMap", "airflow-envvars-configmap")["data"].get(f"{SECTION}NAMESPACE"))
    assert found == [None, "airflow", None]
