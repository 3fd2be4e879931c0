"""Whole transcripts of the command line: few, for the wiring; the rooms have tests of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Kgen

import kgen as package
from kgen.commands import diff as diff_command
from kgen.overlay import verify
from kgen.overlay.synthesise import Overlay

HINT = "say what each one names under couplings: in kgen.yaml, as '%s', or none if just a word"
COUPLED = (
    "configmap-airflow-envvars-configmap",
    "configmap-requirements-configmap",
    "deployment-airflow-scheduler",
    "deployment-airflow-webserver",
)


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_version(kgen: Kgen) -> None:
    assert kgen("--version") == (0, f"kgen {package.__version__}\n", "")


def test_without_a_command_the_help_is_shown(kgen: Kgen) -> None:
    ran = kgen()
    assert "Commands:" in ran.out + ran.err


def test_a_first_run_writes_and_a_second_one_does_not(project: Path, kgen: Kgen) -> None:
    first = kgen("overlay", "minikube")
    assert first.code == 0
    assert first.out.splitlines()[:3] == [
        "overlays/minikube: written",
        "  wrote overlays/minikube/kgen.yaml",
        "  wrote overlays/kgen.schema.json",
    ]
    before = tree(project)
    second = kgen("overlay", "minikube")
    assert (second.code, second.out.splitlines()[0]) == (0, "overlays/minikube: up to date")
    assert tree(project) == before


def test_commands_work_from_any_folder_below(project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = project / "base" / "deep"
    deep.mkdir()
    monkeypatch.chdir(deep)
    ran = kgen("overlay", "kind")
    assert ran.out.splitlines()[:2] == ["../../overlays/kind: written", "  wrote ../../overlays/kind/kgen.yaml"]
    assert "  cd ../..\n" in ran.out
    assert kgen("diff", "kind").out.startswith("kind vs base: 6 change · 2 restart 2 pods · 1 WILL FAIL")


def test_a_dry_run_shows_all_and_writes_nothing(project: Path, kgen: Kgen) -> None:
    before = tree(project)
    ran = kgen("overlay", "kind", "--dry-run", "--namespace", "dev")
    assert ran.code == 0
    assert "  would write overlays/kind/kustomization.yaml\n" in ran.out
    assert "--- overlays/kind/namespace.yaml\n" in ran.out
    assert "\nnamespace: dev\n" in ran.out
    assert tree(project) == before


def test_check_is_1_for_what_is_missing_stale_or_extra_and_0_when_all_is_well(project: Path, kgen: Kgen) -> None:
    assert kgen("overlay", "kind").code == 0
    assert kgen("overlay", "kind", "--check") == (0, "", "")
    folder = project / "overlays" / "kind"
    (folder / "kind.yaml").unlink()
    (folder / "patches" / "extra.yaml").write_bytes((folder / "kustomization.yaml").read_bytes())
    with (folder / "kustomization.yaml").open("a") as file:
        file.write("namespace: mine\n")
    before = tree(project)
    ran = kgen("overlay", "kind", "--check")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == (
        "overlays/kind/kustomization.yaml: changed by hand since kgen wrote it\n"
        "overlays/kind/kind.yaml: missing\n"
        "overlays/kind/patches/extra.yaml: not written by kgen, though it carries its header\n"
    )
    assert tree(project) == before


def test_check_tells_what_is_no_longer_needed(project: Path, kgen: Kgen) -> None:
    assert kgen("overlay", "kind", "-n", "dev").code == 0
    (project / "overlays/kind/kgen.yaml").write_text("cluster: kind\nfeatures: {runtime-fix: false}\n")
    assert kgen("overlay", "kind", "--check") == (
        1,
        "overlays/kind/kustomization.yaml: not what would be written\noverlays/kind/namespace.yaml: no longer needed\n"
        + "".join(f"overlays/kind/patches/{name}.yaml: no longer needed\n" for name in COUPLED),
        "",
    )
    assert "  removed overlays/kind/namespace.yaml\n" in kgen("overlay", "kind").out


def test_one_that_cannot_be_written_leaves_the_others_as_they_were(
    project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kgen("overlay", "kind", "minikube").code == 0
    for name in ("kind", "minikube"):
        (project / f"overlays/{name}/kgen.yaml").write_text(f"cluster: {name}\nnamespace: other\n")
    before, real = tree(project), os.replace

    def refusing(source: str, target: str) -> None:
        if "minikube" in target:
            raise PermissionError(13, "Permission denied", target)
        real(source, target)

    monkeypatch.setattr(os, "replace", refusing)
    ran = kgen("overlay", "--all")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("error: cannot write this: permission denied\n  hint: check the permissions\n")
    assert tree(project) == before


def test_an_overlay_upon_an_overlay_is_computed_upon_what_that_is_about_to_be(project: Path, kgen: Kgen) -> None:
    for name, text in {"a": "base: ../dev\ncluster: minikube\n", "dev": "cluster: kind\n"}.items():
        (project / "overlays" / name).mkdir(parents=True)
        (project / "overlays" / name / "kgen.yaml").write_text(text)
    assert kgen("overlay", "--all").code == 0
    (project / "overlays/dev/kgen.yaml").write_text("cluster: kind\nreplicas: {postgres: 2}\n")
    assert kgen("overlay", "--all").code == 0
    assert kgen("overlay", "--all", "--check") == (0, "", "")


def test_a_linked_declaration_is_written_where_it_lies(project: Path, kgen: Kgen) -> None:
    folder = project / "overlays" / "dev"
    folder.mkdir(parents=True)
    (project / "real.yaml").write_text("cluster: kind\n")
    (folder / "kgen.yaml").symlink_to("../../real.yaml")
    assert kgen("overlay", "dev", "-n", "dev").code == 0
    assert (folder / "kgen.yaml").is_symlink()
    assert (project / "real.yaml").read_text() == "cluster: kind\nnamespace: dev\n"


def test_a_linked_overlay_folder_is_written_where_it_lies(project: Path, kgen: Kgen) -> None:
    (project / "overlays").mkdir()
    (project / "elsewhere" / "deep").mkdir(parents=True)
    (project / "overlays" / "dev").symlink_to("../elsewhere/deep")
    assert kgen("overlay", "dev", "--cluster", "kind").code == 0
    assert (project / "elsewhere/deep/kustomization.yaml").exists()
    assert kgen("build", "overlays/dev").code == 0


def test_a_proof_that_fails_writes_nothing(project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    real = verify.synthesise

    def forgetful(*arguments: Any) -> Overlay:
        made = real(*arguments)
        dropped = "\n".join(line for line in made.files["kustomization.yaml"].splitlines() if "service" not in line)
        return Overlay({**made.files, "kustomization.yaml": dropped + "\n"}, made.patches)

    before = tree(project)
    monkeypatch.setattr(verify, "synthesise", forgetful)
    ran = kgen("overlay", "kind")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err == (
        "error: the overlay does not make Service/airflow-webserver what was wanted\n"
        "  hint: this is a defect of kgen, nothing was written; please report it with the base and kgen.yaml\n"
    )
    assert tree(project) == before


def test_a_hand_edit_is_shown_and_kept_until_it_is_given_up(project: Path, kgen: Kgen) -> None:
    assert kgen("overlay", "kind").code == 0
    path = project / "overlays" / "kind" / "kustomization.yaml"
    written = path.read_text()
    path.write_text(written.replace("../../base", "../../bases"))
    ran = kgen("overlay", "kind")
    assert ran.code == 2
    assert "error: changed by hand since kgen wrote it:" in ran.err
    assert "\n-- ../../bases\n+- ../../base\n" in ran.err
    assert "../../bases" in path.read_text()
    assert kgen("overlay", "kind", "--force").code == 0
    assert path.read_text() == written


def test_all_is_every_declaration_and_one_broken_stops_the_rest(project: Path, kgen: Kgen) -> None:
    assert kgen("overlay", "kind", "minikube").code == 0
    assert kgen("overlay", "--all").out == "overlays/kind: up to date\noverlays/minikube: up to date\n"
    (project / "overlays/minikube/kgen.yaml").write_text("cluster: minikub\n")
    (project / "overlays/kind/kgen.yaml").write_text("cluster: kind\nnamespace: other\n")
    before = tree(project)
    ran = kgen("overlay", "--all")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "overlays/minikube/kgen.yaml:1:1: error: unknown cluster 'minikub'\n  hint: did you mean 'minikube'?\n"
    )
    assert tree(project) == before


def test_flags_are_spliced_and_the_files_come_from_the_declaration_alone(project: Path, kgen: Kgen) -> None:
    path = project / "overlays" / "dev" / "kgen.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("# mine\r\ncluster: kind   # the office's\r\n")
    assert kgen("overlay", "dev", "-n", "dev", "--replicas", "airflow-webserver=2").code == 0
    assert path.read_bytes() == (
        b"# mine\r\ncluster: kind   # the office's\r\nnamespace: dev\r\nreplicas:\r\n  airflow-webserver: 2\r\n"
    )
    before = tree(project)
    assert kgen("overlay", "dev").code == 0
    assert tree(project) == before


def test_strings_left_behind_are_listed(project: Path, kgen: Kgen) -> None:
    path = project / "base" / "requirements-configmap.yaml"
    path.write_text(path.read_text() + "  hosts: postgres postgres.example.org\n  note: of airflow-webserver\n")
    declared = project / "overlays" / "minikube" / "kgen.yaml"
    declared.parent.mkdir(parents=True)
    declared.write_text("cluster: minikube\nnamePrefix: dev-\n")
    ran = kgen("overlay", "minikube")
    assert ran.code == 0
    place, name = "ConfigMap/requirements-configmap", "airflow-webserver"
    assert ran.err.splitlines() == [
        "overlays/minikube: warning: these strings still say what the overlay changes, or only seem to:",
        f"  {place}:hosts: 'postgres' is now 'dev-postgres' (Service/postgres, Deployment/postgres)",
        f"  {place}:note: '{name}' is now 'dev-{name}' (Service/{name}, Deployment/{name})",
        f"  hint: {HINT % f'{place}:hosts: Service/postgres'}",
    ]


def test_what_does_not_fit_is_told_with_the_arithmetic(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    ran = kgen("overlay", "minikube", "--node-memory", "2200Mi", "--requests", "airflow-webserver:memory=2Gi")
    assert ran.code == 0
    assert ran.err == (
        "overlays/minikube: warning: the pods do not fit on minikube: they need at least 2176Mi = 2048Mi "
        "airflow-webserver + 64Mi airflow-scheduler + 64Mi postgres, the node has 2200Mi - 160Mi system - 170Mi "
        "minikube's own pods = 1870Mi; short by 306Mi\n"
        "  hint: --node-memory=2506Mi is the smallest node that holds them\n"
    )


def test_a_warning_of_many_overlays_is_told_once(project: Path, kgen: Kgen) -> None:
    said = (
        "cluster: minikube\nnode: {memory: 2200Mi, cpu: 2}\nresources: {airflow-webserver: {requests: {memory: 2Gi}}}\n"
    )
    for number in range(6):
        folder = project / "overlays" / f"o{number}"
        folder.mkdir(parents=True)
        (folder / "kgen.yaml").write_text(said)
    first, second, hint = kgen("overlay", "--all").err.splitlines()
    assert first.startswith("overlays/o0: warning: the pods do not fit on minikube: they need at least 2176Mi")
    assert second == "  the same in o1, o2, o3 and 2 more"
    assert hint.startswith("  hint: ")


def test_detect_declares_the_size_of_the_node_that_runs(
    project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = project / "tools"
    tools.mkdir()
    answer = '{"valid": [{"Name": "minikube", "Config": {"CPUs": 4, "Memory": 6144, "Nodes": [{}]}}]}'
    (tools / "minikube").write_text(f"#!/bin/sh\necho '{answer}'\n")
    (tools / "minikube").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    assert kgen("overlay", "minikube", "--detect").code == 0
    declared = (project / "overlays/minikube/kgen.yaml").read_text()
    assert declared.endswith("cluster: minikube\nnode:\n  memory: 6144Mi\n  cpu: 4\n  count: 1\n")
    ran = kgen("overlay", "dev", "--detect")
    assert (ran.code, ran.err) == (
        2,
        "error: --detect needs to know which cluster to ask\n  hint: add --cluster NAME; `kgen explain` lists them\n",
    )


def test_differences_are_1_only_where_asked_for(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    kgen("overlay", "kind")
    assert kgen("diff", "kind").code == 0
    assert kgen("diff", "kind", "--exit-code").code == 1
    assert kgen("diff", "base", "--exit-code").code == 1
    assert kgen("overlay", "plain", "--namespace", "default").code == 0


def test_without_names_every_overlay_is_compared(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    kgen("overlay", "kind", "minikube")
    lines = kgen("diff").out.splitlines()
    assert [line for line in lines if " vs " in line] == [
        "kind vs base: 6 change · 2 restart 2 pods · 1 WILL FAIL · 1 equivalent hidden",
        "minikube vs base: 5 change · 2 restart 2 pods · 3 equivalent hidden",
    ]


@pytest.mark.parametrize(("when", "coloured"), [("auto", False), ("always", True), ("never", False)])
def test_colour_is_for_terminals_or_where_asked_for(when: str, coloured: bool, project: Path, kgen: Kgen) -> None:
    assert project.exists()
    kgen("overlay", "kind")
    assert ("\x1b[" in kgen("diff", "kind", "--color", when).out) is coloured


def test_a_build_as_json_is_one_list(project: Path, kgen: Kgen) -> None:
    assert project.exists()
    ran = kgen("build", "base", "-o", "json")
    assert ran.out.startswith('{\n    "apiVersion": "v1",\n    "kind": "List",\n    "items": [\n')


@pytest.mark.parametrize(("engine", "words"), [("kubectl", "kustomize"), ("kustomize", "build")])
def test_a_tool_builds_where_asked_for(
    engine: str, words: str, project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = project / "tools"
    tools.mkdir()
    (tools / engine).write_text('#!/bin/sh\necho "kind: A"; echo "said: $*"\n')
    (tools / engine).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    folder = f"{words} {project}/base"
    assert kgen("build", "base", "--engine", engine) == (0, f"kind: A\nsaid: {folder}\n", "")
    free = kgen("build", "base", "--engine", engine, "--load-restrictor", "LoadRestrictionsNone")
    assert free.out == f"kind: A\nsaid: {words} --load-restrictor LoadRestrictionsNone {project}/base\n"
    assert f'"said": "{folder}"' in kgen("build", "base", "--engine", engine, "-o", "json").out


def test_what_kustomize_lets_pass_is_warned_about(project: Path, kgen: Kgen) -> None:
    with (project / "base/kustomization.yaml").open("a") as file:
        file.write("namePrefix: a-\nnamePrefix: b-\n")
    ran = kgen("build", "base")
    assert ran.code == 0
    what = "duplicate key 'namePrefix', first at line 14: kustomize takes this one"
    assert ran.err == f"base/kustomization.yaml:15:1: warning: {what}\n"


def test_what_kustomize_lets_pass_in_a_base_is_warned_about_once(project: Path, kgen: Kgen) -> None:
    with (project / "base/kustomization.yaml").open("a") as file:
        file.write("commonAnnotations: {a: b}\ncommonAnnotations: {a: c}\n")
    expected = "base/kustomization.yaml:15:1: warning: duplicate key 'commonAnnotations', first at line 14: "
    for words in (("one", "two"), ("--all",), ("one", "--check")):
        ran = kgen("overlay", *words)
        assert (ran.code, ran.err) == (0, f"{expected}kustomize takes this one\n")


def test_a_kustomization_kgen_did_not_make_is_compared_with_the_folders_it_builds_upon(
    project: Path, kgen: Kgen
) -> None:
    (project / "more").mkdir()
    (project / "more/kustomization.yaml").write_text("resources:\n- a.yaml\n")
    (project / "more/a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")
    (project / "top").mkdir()
    (project / "top/kustomization.yaml").write_text("resources:\n- ../base\n- ../more\n- b.yaml\n")
    (project / "top/b.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n")
    assert kgen("diff", "top").out == "top vs base, more: 1 add\n+ ConfigMap/b · 4 lines  [top/b.yaml:1]\n"


def test_an_engine_that_is_not_there_is_told(project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    ran = kgen("build", "base", "--engine", "kustomize")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("error: kustomize is not installed, or not on PATH\n  hint: get it: https://")


def test_the_schema_is_the_one_beside_the_overlays(project: Path, kgen: Kgen) -> None:
    kgen("overlay", "kind")
    assert kgen("schema").out == (project / "overlays/kgen.schema.json").read_text()


def test_an_unexpected_error_is_one_line_and_a_traceback_only_with_debug(
    project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("something\nodd")

    assert project.exists()
    monkeypatch.setattr(diff_command, "diff", broken)
    assert kgen("diff") == (
        5,
        "",
        "error: a defect of kgen (ValueError: something)\n  hint: please report it; --debug shows where it happened\n",
    )
    ran = kgen("diff", "--debug")
    assert ran.code == 5
    assert ran.err.startswith("Traceback (most recent call last):\n")


@pytest.mark.parametrize(
    ("error", "what"),
    [(MemoryError(), "more than fits into memory"), (RecursionError(), "maps and lists that nest this deep")],
)
def test_what_is_out_of_proportion_is_refused(
    error: Exception, what: str, project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object, **__: object) -> None:
        raise error

    assert project.exists()
    monkeypatch.setattr(diff_command, "diff", burst)
    hint = "build with --engine kubectl"
    assert kgen("diff") == (3, "", f"error: not supported by the built-in engine: {what}\n  hint: {hint}\n")


def test_hundreds_of_messages_and_endless_lines_are_cut(project: Path, kgen: Kgen) -> None:
    (project / "overlays/dev").mkdir(parents=True)
    (project / "overlays/dev/kgen.yaml").write_text("".join(f"x{i}: 1\n" for i in range(1021)))
    assert kgen("overlay", "dev").err.endswith("\nerror: and 1,001 more like these\n")
    (project / "base/kustomization.yaml").write_text("resources: [config.yaml]\n" + "namePrefix: a-\n" * 1022)
    (project / "base/config.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert kgen("build", "base").err.endswith("kustomize takes this one\nwarning: and 1,001 more like these\n")
    (project / "base/kustomization.yaml").write_text(f"{'x' * 1000}: 1\n")
    told = f"unknown field '{'x' * 385} … {'x' * 199}'"
    assert kgen("build", "base").err.startswith(f"base/kustomization.yaml:1:1: error: {told}\n")


def test_an_interrupt_is_130(project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    assert project.exists()
    monkeypatch.setattr(diff_command, "diff", interrupted)
    assert kgen("diff") == (130, "", "")


def test_a_closed_pipe_is_silent(project: Path) -> None:
    command = f"{sys.executable} -m kgen build base | head -1"
    ran = subprocess.run(
        ["/bin/sh", "-c", command], cwd=project, capture_output=True, text=True, timeout=60, check=True
    )
    assert (ran.stdout, ran.stderr) == ("apiVersion: rbac.authorization.k8s.io/v1\n", "")
    command = f"( {sys.executable} -m kgen build base; echo $? >&2 ) | true"
    ran = subprocess.run(
        ["/bin/sh", "-c", command], cwd=project, capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stderr in ("141\n", "0\n")  # 0 where all was written before the pipe closed


def test_a_full_disk_behind_the_output_is_told(project: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with full.open("w") as stream:
        command = [sys.executable, "-m", "kgen", "build", "base"]
        ran = subprocess.run(
            command, cwd=project, stdout=stream, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert (ran.returncode, ran.stderr) == (4, "error: cannot print: no space left on device\n")


def test_a_closed_output_changes_nothing_else(project: Path) -> None:
    command = f"{sys.executable} -m kgen overlay kind >&-"
    ran = subprocess.run(
        ["/bin/sh", "-c", command], cwd=project, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (project / "overlays/kind/kind.yaml").exists()


def test_a_working_directory_that_is_gone_is_told(project: Path) -> None:
    command = f"mkdir gone && cd gone && rmdir ../gone && {sys.executable} -m kgen diff"
    environment = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parent.parent)}
    ran = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (
        2,
        "error: the folder you are in is not there any more\n  hint: go to another one: cd ~\n",
    )


def test_in_the_root_folder_paths_keep_their_slashes(
    project: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    assert f"name its folder: {project}/base\n" in kgen("build", f"{project}/base/airflow-logs-pvc.yaml").err


def test_an_interrupted_run_leaves_all_files_old_or_all_new(project: Path) -> None:
    command = [sys.executable, "-m", "kgen", "overlay", "kind", "minikube"]
    for delay in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        running = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        running.send_signal(signal.SIGINT)
        running.wait(timeout=60)
        assert not list(project.rglob("*.kgen-tmp"))
    check = subprocess.run([*command, "--check"], cwd=project, capture_output=True, text=True, timeout=60, check=False)
    assert "changed by hand" not in check.stdout


def test_runs_at_once_do_not_mix(project: Path) -> None:
    (project / "overlays").mkdir()
    base = [sys.executable, "-m", "kgen", "overlay", "dev", "--cluster", "kind"]
    flags = [["-n", "dev"], ["--replicas", "postgres=2"], ["--node-memory", "6Gi"], ["--nodes", "2"]]
    running = [subprocess.Popen([*base, *more], cwd=project, stdout=subprocess.DEVNULL) for more in flags]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0, 0]
    declared = (project / "overlays/dev/kgen.yaml").read_text()
    assert all(word in declared for word in ("namespace: dev", "postgres: 2", "memory: 6Gi", "count: 2"))


def test_errors_tell_no_credentials(project: Path, kgen: Kgen) -> None:
    (project / "base" / "kustomization.yaml").write_text("resources:\n- https://me:hunter2@example.org/a.yaml\n")
    ran = kgen("build", "base")
    assert (ran.code, "hunter2" in ran.err) == (3, False)
    assert "https://me:‹secret 1›@example.org/a.yaml" in ran.err
