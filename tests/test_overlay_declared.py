"""What ``kgen.yaml`` says of a cluster: its context, storage, exposed Services, and folders for hostPath volumes."""

from pathlib import Path

import pytest
from conftest import Kgen

from kgen.overlay.clusters.declared import check_context
from kgen.overlay.spec import Spec


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "cluster: kind\ncontext: minikube\n",
            (
                "2:1: error: 'minikube' is no context of kind\n"
                "  hint: it has one like 'kind-kind'; for any other cluster say 'cluster: generic'\n"
            ),
        ),
        (
            "context: lab\n",
            (
                "1:1: error: context says something of a cluster, and there is none\n"
                "  hint: add 'cluster: generic', or the name of yours\n"
            ),
        ),
        (
            "storage: {class: nfs}\n",
            (
                "1:1: error: storage says something of a cluster, and there is none\n"
                "  hint: add 'cluster: generic', or the name of yours\n"
            ),
        ),
        (
            "expose: NodePort\n",
            (
                "1:1: error: expose says something of a cluster, and there is none\n"
                "  hint: add 'cluster: generic', or the name of yours\n"
            ),
        ),
        (
            "cluster: generic\nstorage: {accessModes: [RWX, ReadWriteOnce]}\n",
            (
                "2:25: error: storage.accessModes[0]: 'RWX' is not an access mode\n"
                "  hint: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod\n"
            ),
        ),
        (
            "cluster: generic\nstorage: {accessModes: ReadWriteOnce}\n",
            (
                "2:24: error: storage.accessModes must be a list, not text\n"
                "  hint: for example: accessModes: [ReadWriteOnce]\n"
            ),
        ),
        (
            "cluster: generic\nexpose: Ingress\n",
            "2:9: error: expose: 'Ingress' is not a type of exposed Service\n  hint: NodePort or LoadBalancer\n",
        ),
        (
            "hostPaths: {/mnt/dags: /home/me/dags}\n",
            "1:13: error: no hostPath '/mnt/dags' in the base\n  hint: did you mean '/mnt/airflow/dags'?\n",
        ),
        (
            "hostPaths: {/mnt/airflow/dags: ../dags}\n",
            (
                "1:32: error: hostPaths[\"/mnt/airflow/dags\"]: '../dags' is not an absolute path\n"
                "  hint: from /, without '..', for example /mnt/data\n"
            ),
        ),
        (
            "hostPaths: {/mnt/airflow/dags: /a, /mnt/airflow/dags/: /b}\n",
            (
                "1:36: error: hostPaths: '/mnt/airflow/dags/' is the same as '/mnt/airflow/dags'\n"
                "  hint: keep one of them\n"
            ),
        ),
    ],
)
def test_what_is_wrong_is_told(text: str, expected: str, project: Path, kgen: Kgen) -> None:
    (project / "overlays/o").mkdir(parents=True)
    (project / "overlays/o/kgen.yaml").write_text(text)
    assert kgen("overlay", "o") == (2, "", f"overlays/o/kgen.yaml:{expected}")


@pytest.mark.parametrize(
    ("cluster", "context"),
    [
        ("minikube", "dev"),
        ("kind", "kind-dev"),
        ("k3d", "k3d-dev"),
        ("docker-desktop", "docker-for-desktop"),
        ("colima", "colima-dev"),
        ("generic", "arn:aws:eks:eu-west-1:1:cluster/x"),
        ("generic", None),
        ("kind", None),
        (None, None),
    ],
)
def test_contexts_that_a_cluster_can_have(cluster: str | None, context: str | None) -> None:
    assert list(check_context(Spec(cluster=cluster, context=context))) == []


@pytest.mark.parametrize(
    ("cluster", "context"),
    [("k3d", "default"), ("colima", "colimax"), ("orbstack", "orbstack-2"), ("minikube", "-p"), ("kind", "kind-")],
)
def test_contexts_that_it_cannot(cluster: str, context: str) -> None:
    assert len(list(check_context(Spec(cluster=cluster, context=context)))) == 1


def test_a_folder_by_flag_changes_every_volume_of_that_path(project: Path, kgen: Kgen) -> None:
    ran = kgen("overlay", "orbstack", "--host-path", "/mnt/airflow/dags=/Users/me/dags")
    declared = (project / "overlays/orbstack/kgen.yaml").read_text()
    assert declared.endswith("cluster: orbstack\nhostPaths:\n  /mnt/airflow/dags: /Users/me/dags\n")
    assert kgen("build", "overlays/orbstack").out.count("path: /Users/me/dags\n") == 2
    assert (ran.code, ran.err) == (0, "")
    assert "DAGS_VOLUME_HOST: /Users/me/dags\n" in kgen("build", "overlays/orbstack").out


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        ("/mnt/airflow/dags", 'not PATH=FOLDER\n  hint: for example: --host-path /mnt/data="$PWD/data"'),
        ("mnt=/a", "'mnt' is not an absolute path\n  hint: from /, without '..', for example /mnt/data"),
        ("/mnt=/a", "no hostPath '/mnt' in the base\n  hint: the base has: /mnt/airflow/dags"),
        ("/mnt/airflow/dags=a", "'a' is not an absolute path\n  hint: from /, without '..', for example /mnt/data"),
    ],
)
def test_folders_by_flag_that_are_none(flag: str, expected: str, project: Path, kgen: Kgen) -> None:
    assert project.exists()
    ran = kgen("overlay", "orbstack", "--host-path", flag)
    assert (ran.code, ran.err) == (2, f"error: --host-path {flag}: {expected}\n")


def test_a_refused_folder_is_fine_once_it_is_patched_away(project: Path, kgen: Kgen) -> None:
    assert kgen("overlay", "docker-desktop-kind").code == 2
    assert not (project / "overlays").exists()
    folder = project / "overlays/docker-desktop-kind"
    (folder / "edits").mkdir(parents=True)
    volume = "{name: dags-host-volume, emptyDir: {}}"
    patch = f"- {{op: replace, path: /spec/template/spec/volumes/1, value: {volume}}}\n"
    (folder / "edits/dags.yaml").write_text(patch)
    (folder / "kgen.yaml").write_text(
        "cluster: docker-desktop-kind\n"
        "patches: [{path: edits/dags.yaml, target: {kind: Deployment, name: airflow-.*}}]\n"
    )
    ran = kgen("overlay", "docker-desktop-kind")
    assert ran.code == 0, ran.err
    assert "hostPath" not in kgen("build", "overlays/docker-desktop-kind").out


def test_an_overlay_that_changes_nothing_says_so(project: Path, kgen: Kgen) -> None:
    ran = kgen("overlay", "microk8s")
    assert ran.out.startswith(
        "overlays/microk8s: written\n"
        "  wrote overlays/microk8s/kgen.yaml\n"
        "  wrote overlays/kgen.schema.json\n"
        "  wrote overlays/microk8s/kustomization.yaml\n"
        "  nothing is to be changed: the base is used as it is\n"
    )
    assert (
        (project / "overlays/microk8s/kustomization.yaml")
        .read_text()
        .endswith("\nresources:\n# nothing is to be changed\n- ../../base\n")
    )
    assert kgen("overlay", "microk8s", "--namespace", "x").code == 0
    assert "nothing is" not in (project / "overlays/microk8s/kustomization.yaml").read_text()
