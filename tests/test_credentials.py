"""The feature ``credentials``: a Secret of a file outside Git, everyone who reads it, and what never shows."""

import base64
import configparser
import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Kgen
from oracles import ALL
from repositories import git
from test_features import SECTION, bodies, check_credentials, names, servers, settings
from test_oracle import ABSENT
from test_overlay_cases import tree

from kgen import build, yamlio
from kgen.errors import InputError
from kgen.filesystem import MemoryFileSystem
from kgen.overlay import env_file
from kgen.overlay.coupled import couple, hold
from kgen.overlay.desired import wish
from kgen.overlay.features import check
from kgen.overlay.spec import parse
from kgen.overlay.verify import compose
from kgen.resource import ResourceMap
from kgen.schema import pods

PASSWORD = "correct-horse-battery-staple"  # noqa: S105 - planted, to be looked for
KEY = base64.urlsafe_b64encode(b"0123456789abcdef0123456789abcdef").decode()
FILE = f"POSTGRES_PASSWORD={PASSWORD}\nAIRFLOW__CORE__FERNET_KEY={KEY}\n"
ENCODED = {text: base64.b64encode(text.encode()).decode() for text in (PASSWORD, KEY)}

COMMAND = (
    "python3 -c 'import base64, os; "
    'open("overlays/kind/credentials.env", "x", opener=lambda path, flags: os.open(path, flags, 0o600)).write('
    'f"POSTGRES_PASSWORD={os.urandom(24).hex()}\\n'
    "AIRFLOW__CORE__FERNET_KEY={base64.urlsafe_b64encode(os.urandom(32)).decode()}\\n\")'"
)
MAKE_IT = (
    "  hint: it holds passwords, so it is not in Git; make it once, and give it to all who apply to the same cluster:\n"
    f"  {COMMAND}\n"
)
MISSING = (
    "overlays/kind: warning: overlays/kind/credentials.env is not there: without it neither kubectl nor kgen diff "
    f"builds this\n{MAKE_IT}"
)


@pytest.fixture
def folder(project: Path) -> Path:
    """An overlay with the feature, not yet made, and without the file."""
    made = project / "overlays" / "kind"
    made.mkdir(parents=True)
    (made / "kgen.yaml").write_text("cluster: kind\nfeatures: {credentials: true}\n")
    return made


def filled(folder: Path, text: str = FILE) -> Path:
    path = folder / env_file.NAME
    path.touch(0o600)
    path.write_text(text)
    return path


def test_without_the_file_the_overlay_is_made_and_the_command_is_told(folder: Path, kgen: Kgen) -> None:
    ran = kgen("overlay", "kind")
    assert (ran.code, ran.err) == (0, MISSING)
    assert "  wrote overlays/kind/.gitignore\n" in ran.out
    assert (folder / ".gitignore").read_text().endswith("\n\n/credentials.env\n")
    assert kgen("overlay", "kind", "--check") == (0, "", MISSING)
    assert f"\n  {COMMAND}\n  # an existing cluster" in ran.out
    filled(folder)
    assert COMMAND not in kgen("overlay", "kind").out


@pytest.mark.parametrize("command", [("diff", "kind"), ("build", "overlays/kind"), ("blame", "overlays/kind")])
def test_what_builds_it_says_how_to_make_the_file(command: tuple[str, ...], folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    lines = (folder / "kustomization.yaml").read_text().split("\n")
    place = f"overlays/kind/kustomization.yaml:{lines.index('  - credentials.env') + 1}:5"
    message = f"{place}: error: cannot read 'credentials.env': there is no such file\n{MAKE_IT}"
    assert kgen(*command) == (2, "", message)


def test_another_file_of_that_name_is_no_affair_of_kgen(project: Path, kgen: Kgen) -> None:
    (project / "own").mkdir()
    (project / "own/kustomization.yaml").write_text("secretGenerator: [{name: a, envs: [credentials.env]}]\n")
    assert kgen("build", "own").err == (
        "own/kustomization.yaml:1:36: error: cannot read 'credentials.env': there is no such file\n"
        "  hint: correct the name, or make it in own\n"
    )


@pytest.mark.parametrize("odd", ["kind", "it's", 'a "b" $HOME `x` \\n', "two\nlines", "é"])
def test_the_command_makes_a_file_that_works_once(odd: str, tmp_path: Path) -> None:
    (tmp_path / odd).mkdir()
    path = tmp_path / odd / env_file.NAME
    line = env_file.command(str(path))
    assert subprocess.run(["sh", "-c", line], check=False).returncode == 0  # noqa: S607
    text = path.read_text()
    match = re.fullmatch("POSTGRES_PASSWORD=([0-9a-f]{48})\nAIRFLOW__CORE__FERNET_KEY=(.{44})\n", text)
    assert match
    assert len(base64.b64decode(match[2], altchars=b"-_", validate=True)) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = subprocess.run(["sh", "-c", line], check=False, capture_output=True)  # noqa: S607
    assert (again.returncode, path.read_text()) == (1, text)


def test_what_is_written_does_not_depend_on_the_file(folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind", "--write-readme")
    before = tree(folder)
    path = filled(folder)
    assert kgen("overlay", "kind", "--check") == (0, "", "")
    path.unlink()
    os.mkfifo(path)
    assert kgen("overlay", "kind", "--check") == (0, "", "")
    path.unlink()
    path.mkdir()
    assert kgen("overlay", "kind", "--check") == (0, "", "")
    path.rmdir()
    assert tree(folder) == before
    assert "# random passwords, once: the file is not in Git" in before["README.md"]
    assert f"\n{COMMAND}\n" in before["README.md"]


FORMATS = ("text", "markdown", "html", "json")


def test_its_values_show_nowhere(folder: Path, kgen: Kgen) -> None:
    filled(folder)
    ran = [kgen("overlay", "kind"), kgen("overlay", "kind", "--check"), kgen("overlay", "kind", "--dry-run")]
    ran += [kgen("diff", "kind", "-o", each) for each in FORMATS]
    ran += [kgen("explain", "kind"), kgen("explain", "credentials"), kgen("overlay", "kind", "--write-readme")]
    ran += [kgen("diff", "kind", "-o", each) for each in ("patch", "jsonpatch")]
    assert [one.code for one in ran] == [0] * (len(ran) - 2) + [2, 2]  # a patch would tell them, so there is none
    (folder / env_file.NAME).rename(folder.parent / "moved")
    written = "".join(tree(folder).values())
    for secret in (*ENCODED, *ENCODED.values()):
        assert secret not in "".join(one.out + one.err for one in ran) + written


@pytest.mark.usefixtures("nobody")
def test_a_new_password_shows_as_changed_and_not_as_what(folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    filled(folder)
    other = folder.parent / "other"
    other.write_text(kgen("build", "overlays/kind").out)
    filled(folder, FILE.replace(PASSWORD, "another"))
    told = kgen("diff", "kind", "--against", "overlays/other").out
    assert re.search(r"data\.POSTGRES_PASSWORD: ‹secret \d+› → ‹secret \d+›", told)
    assert PASSWORD not in told
    assert ENCODED[PASSWORD] not in told


@pytest.mark.parametrize("oracle", sorted(ALL) or [ABSENT])
def test_every_tool_builds_the_same(oracle: str, folder: Path, kgen: Kgen) -> None:
    fields = "namespace: airflow\nnamePrefix: dev-\nnameSuffix: -x\n"
    (folder / "kgen.yaml").write_text(f"cluster: kind\n{fields}features: {{credentials: true}}\n")
    filled(folder)
    assert kgen("overlay", "kind").code == 0
    assert ALL[oracle].build(folder).stdout == kgen("build", "overlays/kind").out


def test_workers_find_the_database_by_what_their_pods_have(folder: Path, kgen: Kgen) -> None:
    """As Airflow reads it: variables in the file are put in; their pods have ConfigMap and Secret as environment."""
    (folder / "kgen.yaml").write_text("cluster: kind\nnamePrefix: dev-\nfeatures: {credentials: true}\n")
    filled(folder)
    kgen("overlay", "kind")
    built = ResourceMap(build(folder))
    check_credentials(built)
    (secret,) = bodies(built, "Secret")
    environment = {**{key: base64.b64decode(text).decode() for key, text in secret["data"].items()}, **settings(built)}
    (config,) = [body for body in bodies(built, "ConfigMap") if "airflow.cfg" in body["data"]]
    parser = configparser.ConfigParser()
    parser.read_string(config["data"]["airflow.cfg"])
    address = re.sub(r"\$(\w+)", lambda match: environment[match[1]], parser["core"]["sql_alchemy_conn"])
    assert address == f"postgresql+psycopg2://airflow:{PASSWORD}@dev-postgres:5432/airflow"
    assert environment["AIRFLOW__CORE__FERNET_KEY"] == KEY
    assert environment["AIRFLOW__WEBSERVER__EXPOSE_CONFIG"] == "False"


# ---- what is told of the file

WORDS = {
    "POSTGRES_PASSWORD=x\n": "AIRFLOW__CORE__FERNET_KEY is missing",
    f"AIRFLOW__CORE__FERNET_KEY={KEY}\nPOSTGRES_PASSWORD=\n": "POSTGRES_PASSWORD is missing",
    FILE.replace(PASSWORD, '"quoted"'): (
        "POSTGRES_PASSWORD becomes a part of an address: letters, digits and -._~ only, no quotes"
    ),
    FILE.replace(PASSWORD, "a@b"): (
        "POSTGRES_PASSWORD becomes a part of an address: letters, digits and -._~ only, no quotes"
    ),
    FILE.replace(KEY, KEY[:-5]): "AIRFLOW__CORE__FERNET_KEY is no Fernet key: 32 bytes in URL-safe base64, no quotes",
    FILE.replace(KEY, "YWJj"): "AIRFLOW__CORE__FERNET_KEY is no Fernet key: 32 bytes in URL-safe base64, no quotes",
}


@pytest.mark.parametrize("text", WORDS)
def test_what_cannot_work_is_told_without_what_it_says(text: str, folder: Path, kgen: Kgen) -> None:
    filled(folder, text)
    assert kgen("overlay", "kind").err == (
        f"overlays/kind: warning: overlays/kind/credentials.env: {WORDS[text]}\n"
        f"  hint: mend it, or move it away and run: {COMMAND}\n"
    )


def test_others_who_may_read_it_are_told(folder: Path, kgen: Kgen) -> None:
    filled(folder).chmod(0o644)
    assert kgen("overlay", "kind").err == (
        "overlays/kind: warning: others on this computer may read overlays/kind/credentials.env\n"
        "  hint: chmod 600 overlays/kind/credentials.env\n"
    )


@pytest.mark.usefixtures("nobody")
def test_a_file_that_git_has_all_the_same_is_told(project: Path, folder: Path, kgen: Kgen) -> None:
    git(project, "init", "-q")
    filled(folder)
    assert kgen("overlay", "kind").err == ""
    git(project, "add", "-A")
    assert env_file.NAME not in git(project, "ls-files")
    git(project, "add", "-f", "overlays/kind/credentials.env")
    assert kgen("overlay", "kind").err == (
        "overlays/kind: warning: overlays/kind/credentials.env is in Git\n"
        "  hint: git rm --cached overlays/kind/credentials.env; what was pushed is known: make new ones\n"
    )


def test_what_is_left_when_it_is_off_again(folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    filled(folder)
    (folder / "kgen.yaml").write_text("cluster: kind\n")
    ran = kgen("overlay", "kind")
    assert "  removed overlays/kind/.gitignore\n" in ran.out
    assert ran.err == (
        "overlays/kind: warning: overlays/kind/credentials.env is still there, and no .gitignore of kgen's keeps it "
        "out of Git\n  hint: delete it if no cluster needs it any more; else switch features.credentials on again\n"
    )


# ---- .gitignore


def test_a_gitignore_of_a_persons_own_is_left_alone_where_it_will_do(folder: Path, kgen: Kgen) -> None:
    (folder / ".gitignore").write_text("*.log\n*.env\n")
    assert kgen("overlay", "kind").code == 0
    assert (folder / ".gitignore").read_text() == "*.log\n*.env\n"


@pytest.mark.parametrize("text", ["*.log\n", "*.env\n!credentials.env\n", ""])
def test_one_that_will_not_do_is_told_and_nothing_is_written(text: str, folder: Path, kgen: Kgen) -> None:
    (folder / ".gitignore").write_text(text)
    before = tree(folder)
    assert kgen("overlay", "kind") == (
        2,
        "",
        (
            "overlays/kind/.gitignore: error: this does not keep credentials.env out of Git\n"
            "  hint: add the line /credentials.env to it\n"
        ),
    )
    assert tree(folder) == before


def test_a_hand_edit_in_the_one_of_kgen_is_not_lost(folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    path = folder / ".gitignore"
    path.write_text(f"{path.read_text()}*.log\n")
    ran = kgen("overlay", "kind")
    assert ran.code == 2
    assert "hint: make .gitignore your own with --adopt, or give the change up with --force\n" in ran.err
    assert kgen("overlay", "kind", "--adopt").code == 0
    assert path.read_text() == "/credentials.env\n*.log\n"
    assert kgen("overlay", "kind", "--check").code == 0


# ---- with the other ways to make an overlay


@pytest.mark.usefixtures("nobody")
def test_revisions_take_the_file_as_it_is_now(project: Path, folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "all")
    assert kgen("build", "overlays/kind", "--revision", "HEAD").err.endswith(MAKE_IT)
    filled(folder)
    assert kgen("diff", "kind", "--against", "HEAD").out == (
        "kind vs HEAD: no changes\n  credentials.env is not in Git: taken as it is now\n"
    )
    assert kgen("build", "overlays/kind", "--revision", "HEAD").out == kgen("build", "overlays/kind").out


def test_an_overlay_upon_it_needs_no_file_either(project: Path, folder: Path, kgen: Kgen) -> None:
    upon = project / "overlays" / "upon"
    upon.mkdir()
    (upon / "kgen.yaml").write_text("base: ../kind\nnamePrefix: dev-\n")
    assert kgen("overlay", "kind", "upon").code == 0
    before = tree(upon)
    filled(folder)
    assert kgen("overlay", "upon").code == 0
    assert tree(upon) == before
    check_credentials(ResourceMap(build(upon)))


def test_hand_edits_are_adopted_without_the_file(folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    path = folder / "patches" / "deployment-postgres.yaml"
    path.write_text(path.read_text().replace("spec:\n  template:", "spec:\n  replicas: 0\n  template:"))
    assert kgen("overlay", "kind", "--adopt").code == 0
    filled(folder)
    (postgres,) = [one.body for one in build(folder) if str(one.id) == "Deployment/postgres"]
    assert postgres["spec"]["replicas"] == 0


def test_factoring_would_put_it_into_git(folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    filled(folder)
    ran = kgen("factor", "a=overlays/kind", "b=base", "--into", "deploy")
    assert (ran.code, ran.err) == (
        2,
        (
            "overlays/kind: error: this makes a Secret of credentials.env, which is not in Git; factored, it would be\n"
            "  hint: switch features.credentials off in its kgen.yaml, factor, and switch it on again\n"
        ),
    )


def function(folder: Path, body: str) -> None:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    (folder / "overlay.py").write_text(f"def overlay(resources):\n{lines}")
    (folder / "kgen.yaml").write_text("cluster: kind\npython: overlay.py\nfeatures: {credentials: true}\n")


def test_labels_that_a_function_gives_the_secret_are_options_of_the_generator(folder: Path, kgen: Kgen) -> None:
    function(folder, "(one,) = resources.select(kind='Secret')\none.body['metadata']['labels'] = {'a': 'b'}")
    assert kgen("overlay", "kind").code == 0
    filled(folder)
    (secret,) = bodies(ResourceMap(build(folder)), "Secret")
    assert secret["metadata"]["labels"] == {"a": "b"}
    assert not list(folder.glob("resources/secret*"))


FIXED = (
    "overlays/kind/{}: error: Secret/airflow-credentials is made of credentials.env, so this cannot set its {}\n"
    "  hint: set POSTGRES_PASSWORD and AIRFLOW__CORE__FERNET_KEY in that file; what else pods need goes into a Secret "
    "of its own\n"
)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("one.body['data']['more'] = 'eA=='", "data.more"),
        ("one.body['type'] = 'a/b'", "type"),
        ("one.body['metadata']['finalizers'] = ['a/b']", "metadata.finalizers"),
    ],
)
def test_what_no_generator_makes_of_the_file_is_refused(body: str, field: str, folder: Path, kgen: Kgen) -> None:
    function(folder, f"(one,) = resources.select(kind='Secret')\n{body}")
    before = tree(folder)
    ran = kgen("overlay", "kind")
    assert (ran.code, ran.err, tree(folder)) == (3, FIXED.format("overlay.py:1", field), before)


@pytest.mark.parametrize(
    ("entry", "text", "told"),
    [
        (
            "edits/secret.yaml",
            (
                "# more\napiVersion: v1\nkind: Secret\nmetadata: {name: airflow-credentials}\n"
                "stringData:\n  MORE: x\ntype: a/b\n"
            ),
            [("6:3", "stringData.MORE"), ("7:1", "type")],
        ),
        (
            "{path: edits/secret.yaml, target: {kind: Secret}}",
            "- {op: add, path: /metadata/labels, value: {a: b}}\n- {op: add, path: /data/x, value: eA==}\n",
            [("2:1", "data.x")],
        ),
    ],
)
def test_a_patch_of_it_is_refused_where_it_stands(
    entry: str, text: str, told: list[tuple[str, str]], folder: Path, kgen: Kgen
) -> None:
    (folder / "kgen.yaml").write_text(f"cluster: kind\nfeatures: {{credentials: true}}\npatches: [{entry}]\n")
    (folder / "edits").mkdir()
    (folder / "edits" / "secret.yaml").write_text(text)
    before = tree(folder)
    ran = kgen("overlay", "kind")
    expected = "".join(FIXED.format(f"edits/secret.yaml:{place}", field) for place, field in told)
    assert (ran.code, ran.err, tree(folder)) == (3, expected, before)


def test_a_patch_may_give_it_labels_and_take_it_away(folder: Path, kgen: Kgen) -> None:
    about = "apiVersion: v1\nkind: Secret\nmetadata: {name: airflow-credentials%s}\n"
    (folder / "edits").mkdir()
    for text, is_there in ((about % ", labels: {a: b}", True), (f"{about % ''}$patch: delete\n", False)):
        (folder / "kgen.yaml").write_text(
            "cluster: kind\nfeatures: {credentials: true}\npatches: [edits/secret.yaml]\n"
        )
        (folder / "edits" / "secret.yaml").write_text(text)
        assert kgen("overlay", "kind").code == 0
        written = (folder / "kustomization.yaml").read_text()
        assert ("    labels:\n      a: b\n" in written, "secretGenerator" in written) == (is_there, is_there)


def test_a_function_may_do_without_the_secret(folder: Path, kgen: Kgen) -> None:
    function(folder, "(one,) = resources.select(kind='Secret')\nresources.remove(one)")
    assert kgen("overlay", "kind").code == 0
    assert "secretGenerator" not in (folder / "kustomization.yaml").read_text()


# ---- other ways to say a password


def made(base: ResourceMap, texts: dict[str, str]) -> ResourceMap:
    """What the feature makes of a base, proven."""
    spec, _ = parse("cluster: kind\nfeatures: {credentials: true, runtime-fix: false}\n", "kgen.yaml")
    coupled = couple(wish(spec, base), base, spec)
    built = compose("/p/overlays/x", coupled.wish, base, MemoryFileSystem(texts))[1]
    hold(coupled, built)
    return built


def changed(*changes: tuple[str, str, str], more: str = "") -> tuple[ResourceMap, dict[str, str]]:
    """The article's base with texts of its files replaced, and more resources."""
    texts = {path.name: path.read_text() for path in (ROOT / "base").glob("*.yaml")}
    for name, before, after in changes:
        assert before in texts[name]
        texts[name] = texts[name].replace(before, after)
    texts["more.yaml"] = more
    texts["kustomization.yaml"] += "- more.yaml\n"
    files = {f"/p/base/{name}": text for name, text in texts.items()}
    return build("/p/base", MemoryFileSystem(files), hash_suffixes=False), files


CONFIG = "airflow-envvars-configmap.yaml"
ADDRESS = "AIRFLOW__CORE__SQL_ALCHEMY_CONN: postgresql+psycopg2://airflow:airflow@postgres:5432/airflow"


def test_a_password_in_an_address_becomes_a_variable() -> None:
    built = made(*changed((CONFIG, "POSTGRES_PASSWORD: airflow", ADDRESS)))
    check_credentials(built)
    said = settings(built)["AIRFLOW__CORE__SQL_ALCHEMY_CONN"]
    assert said == "postgresql+psycopg2://airflow:$POSTGRES_PASSWORD@postgres:5432/airflow"


JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: dump
            image: example/dump:1
            env:
            - name: PGPASSWORD
              valueFrom: {configMapKeyRef: {name: airflow-envvars-configmap, key: POSTGRES_PASSWORD}}
            - {name: POSTGRES_PASSWORD, value: of-another-database}
          - name: all
            image: example/all:1
            envFrom: [{configMapRef: {name: airflow-envvars-configmap}}]
          - {name: other, image: "example/other:1", env: [{name: PGPASSWORD, value: airflow}]}
"""


def test_every_container_that_read_it_from_the_configmap_reads_the_secret() -> None:
    built = made(*changed(more=JOB))
    (secret,), (job,) = names(built, "Secret"), bodies(built, "CronJob")
    one, every, other = (body for _, body in pods.containers(job))
    reference = {"valueFrom": {"secretKeyRef": {"name": secret, "key": "POSTGRES_PASSWORD"}}}
    found = {variable["name"]: variable for variable in one["env"]}
    assert found["PGPASSWORD"] == {"name": "PGPASSWORD", **reference}
    assert found["POSTGRES_PASSWORD"] == {"name": "POSTGRES_PASSWORD", "value": "of-another-database"}
    assert (every["env"], len(every["envFrom"])) == ([{"name": "POSTGRES_PASSWORD", **reference}], 1)
    assert other["env"] == [{"name": "PGPASSWORD", **reference}]


OTHER = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {POSTGRES_PASSWORD: of-the-shop, FERNET_KEY: of-the-shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: db}
data: {POSTGRES_PASSWORD: airflow, POSTGRES_DB: airflow}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - {name: shop, image: "shop:1", envFrom: [{configMapRef: {name: shop}}]}
      - {name: pre, image: "shop:1", envFrom: [{prefix: X_, configMapRef: {name: db}}]}
"""


def test_another_applications_password_is_none_of_its_affairs() -> None:
    built = made(*changed(more=OTHER))
    texts = {body["metadata"]["name"]: body["data"] for body in bodies(built, "ConfigMap")}
    assert texts["shop"] == {"POSTGRES_PASSWORD": "of-the-shop", "FERNET_KEY": "of-the-shop"}
    assert texts["db"] == {"POSTGRES_DB": "airflow"}
    (spec,) = [pods.pod_spec(body) or {} for body in bodies(built, "Deployment") if body["metadata"]["name"] == "shop"]
    shop, prefixed = spec["containers"]
    assert "env" not in shop
    assert [one["name"] for one in prefixed["env"]] == ["X_POSTGRES_PASSWORD"]


def test_settings_that_the_base_generates_lose_it_too() -> None:
    text = (ROOT / "base" / CONFIG).read_text()
    literals = [f"{key}={value}" for key, value in yamlio.load(text, CONFIG)[0].body["data"].items()]
    generator = yamlio.dump([{"configMapGenerator": [{"name": "airflow-envvars-configmap", "literals": literals}]}])
    base, texts = changed(("kustomization.yaml", f"- {CONFIG}\n", ""))
    texts["/p/base/kustomization.yaml"] += generator
    base = build("/p/base", MemoryFileSystem(texts), hash_suffixes=False)
    built = made(base, texts)
    check_credentials(built)
    assert re.search("-[a-z0-9]{10}$", settings(built)[f"{SECTION}ENV_FROM_CONFIGMAP_REF"])


def test_keys_and_passwords_in_the_environment_of_airflow_come_from_the_secret() -> None:
    said = "env: [{name: FERNET_KEY, value: k}, {name: POSTGRES_PASSWORD, value: p}]\n        envFrom:"
    built = made(*changed(("airflow-scheduler-deployment.yaml", "envFrom:", said)))
    (secret,) = names(built, "Secret")
    (container,) = [container for _, container in servers(built) if "env" in container]
    assert {one["name"]: one["valueFrom"]["secretKeyRef"]["key"] for one in container["env"]} == {
        "FERNET_KEY": "AIRFLOW__CORE__FERNET_KEY",
        "POSTGRES_PASSWORD": "POSTGRES_PASSWORD",
    }
    assert {one["valueFrom"]["secretKeyRef"]["name"] for one in container["env"]} == {secret}


def notices(base: ResourceMap, more: str = "", level: str = "warning") -> list[str]:
    spec, _ = parse(f"features: {{credentials: true{more}}}\n", "kgen.yaml")
    return [notice.message for notice in wish(spec, base).notices if notice.level == level]


KEEPS = "PostgreSQL takes its password when it makes the database: one that exists keeps the one it has"


def test_a_database_that_keeps_its_data_keeps_its_password() -> None:
    base = changed()[0]
    assert KEEPS not in notices(base, level="info")
    assert KEEPS in notices(base, ", postgres-persistence: true", level="info")
    elsewhere = ResourceMap(one for one in base if one.id.name != "postgres")
    assert KEEPS in notices(elsewhere, level="info")


def test_addresses_elsewhere_that_still_hold_it_are_told() -> None:
    other = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bi}\ndata: {URL: 'postgres://airflow:airflow@postgres/x'}\n"
    )
    assert notices(changed(more=other)[0]) == ["ConfigMap/bi:URL still holds the database password"]
    assert notices(changed()[0]) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"more": "apiVersion: v1\nkind: Secret\nmetadata: {name: airflow-credentials}\n"},
            "the base has Secret/airflow-credentials already",
        ),
        (
            {"changes": (CONFIG, "POSTGRES_DB:", "AIRFLOW__KUBERNETES__ENV_FROM_SECRET_REF: mine\n  POSTGRES_DB:")},
            "AIRFLOW__KUBERNETES__ENV_FROM_SECRET_REF is set already, to 'mine'",
        ),
        (
            {"changes": (CONFIG, "POSTGRES_PASSWORD: airflow", "OTHER: x")},
            (
                "Airflow's settings say no password (POSTGRES_PASSWORD, or one in AIRFLOW__CORE__SQL_ALCHEMY_CONN); "
                "nothing is to be hidden"
            ),
        ),
    ],
)
def test_where_it_does_not_apply(changes: dict[str, Any], why: str) -> None:
    pairs = [changes["changes"]] if "changes" in changes else []
    base = changed(*pairs, more=changes.get("more", ""))[0]
    spec, _ = parse("features: {credentials: true}\n", "kgen.yaml")
    found: list[InputError] = list(check(spec, base))
    assert [error.message for error in found] == [f"features.credentials does not apply: {why}"]


def test_an_airflow_cfg_for_workers_that_the_base_has_stays() -> None:
    base, texts = changed((CONFIG, "POSTGRES_DB:", f"{SECTION}AIRFLOW_CONFIGMAP: mine\n  POSTGRES_DB:"))
    built = made(base, texts)
    assert settings(built)[f"{SECTION}AIRFLOW_CONFIGMAP"] == "mine"
    assert "airflow-worker-config" not in names(built, "ConfigMap")


def test_the_kustomization_says_why_it_needs_the_file(folder: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    text = (folder / "kustomization.yaml").read_text()
    assert (
        "secretGenerator:\n"
        "# credentials.env is not in Git; without it nothing builds this overlay\n"
        "- name: airflow-credentials\n  envs:\n  - credentials.env\n"
    ) in text
    (document,) = yamlio.load(text, "kustomization.yaml")
    assert list(document.body)[:3] == ["apiVersion", "kind", "resources"]


# ---- what a person writes down again

HEAD = "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}}}\n"
SETTINGS = HEAD.format(version="v1", kind="ConfigMap", name="airflow-envvars-configmap")
DATABASE = HEAD.format(version="apps/v1", kind="Deployment", name="postgres")
ENV = "spec: {template: {spec: {containers: [{name: postgres, env: [{name: %s, value: %s, valueFrom: null}]}]}}}\n"


@pytest.mark.parametrize(
    ("patch", "address"),
    [
        (f"{SETTINGS}data: {{POSTGRES_PASSWORD: airflow}}\n", "ConfigMap/airflow-envvars-configmap:POSTGRES_PASSWORD"),
        (f"{SETTINGS}data: {{FERNET_KEY: {KEY}}}\n", "ConfigMap/airflow-envvars-configmap:FERNET_KEY"),
        (
            f"{SETTINGS}data: {{AIRFLOW__CORE__SQL_ALCHEMY_CONN: 'postgresql://airflow:pass@postgres/airflow'}}\n",
            "ConfigMap/airflow-envvars-configmap:AIRFLOW__CORE__SQL_ALCHEMY_CONN",
        ),
        (DATABASE + ENV % ("POSTGRES_PASSWORD", "airflow"), "Deployment/postgres:postgres/POSTGRES_PASSWORD"),
        (
            HEAD.format(version="v1", kind="ConfigMap", name="more") + "data: {PGPASSWORD: airflow}\n",
            "ConfigMap/more:PGPASSWORD",
        ),
        (DATABASE + ENV % ("POSTGRES_PASSWORD", "$(OTHER)"), ""),
        (f"{SETTINGS}data: {{AIRFLOW__CORE__SQL_ALCHEMY_CONN: 'postgresql://a:$POSTGRES_PASSWORD@b/c'}}\n", ""),
        (HEAD.format(version="v1", kind="Secret", name="sealed") + "stringData: {POSTGRES_PASSWORD: x}\n", ""),
        (f"{SETTINGS}data: {{LOAD_EX: 'n'}}\n", ""),
    ],
)
def test_a_password_that_a_patch_puts_back_is_told(patch: str, address: str, folder: Path, kgen: Kgen) -> None:
    (folder / "edits").mkdir()
    (folder / "edits/p.yaml").write_text(patch)
    (folder / "kgen.yaml").write_text("cluster: kind\nfeatures: {credentials: true}\npatches: [edits/p.yaml]\n")
    filled(folder)
    ran = kgen("overlay", "kind")
    assert (ran.code, ran.err) == (0, put_back(address) if address else "")


def put_back(address: str) -> str:
    return (
        f"overlays/kind: warning: {address} is set to a password or key: it is in Git, and features.credentials has a "
        "Secret for it\n  hint: leave it out of the patch or the function that sets it\n"
    )


def test_one_that_a_function_puts_back_too(folder: Path, kgen: Kgen) -> None:
    (folder / "overlay.py").write_text(
        "def overlay(resources):\n"
        "    for one in resources.select(kind='ConfigMap', name='airflow-envvars-configmap'):\n"
        "        one.body['data']['POSTGRES_PASSWORD'] = 'airflow'\n"
    )
    (folder / "kgen.yaml").write_text("cluster: kind\nfeatures: {credentials: true}\npython: overlay.py\n")
    filled(folder)
    assert kgen("overlay", "kind").err == put_back("ConfigMap/airflow-envvars-configmap:POSTGRES_PASSWORD")
