import re
from typing import Any

import pytest
from rule_states import ARTICLE, body, deployment, state

from kgen.errors import InputError, Origin
from kgen.overlay.clusters.cluster import HostMount
from kgen.overlay.rules import hostpath
from kgen.overlay.rules.state import Notice
from kgen.resource import Resource, ResourceMap


def volumes(*paths: str | tuple[str, str]) -> dict[str, Any]:
    sources = [{"path": path} if isinstance(path, str) else {"path": path[0], "type": path[1]} for path in paths]
    return deployment("web", pod={"volumes": [{"name": f"v{i}", "hostPath": s} for i, s in enumerate(sources)]})


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["/mnt/airflow/dags"], [("/mnt/airflow/dags", "dags")]),
        (["/mnt/dags/"], [("/mnt/dags", "dags")]),
        (["//mnt//dags/."], [("/mnt/dags", "dags")]),
        (["/mnt/dags", "/mnt/dags"], [("/mnt/dags", "dags")]),
        (["/b", "/a"], [("/a", "a"), ("/b", "b")]),
        ([("/a", ""), ("/b", "Directory"), ("/c", "DirectoryOrCreate")], [("/a", "a"), ("/b", "b"), ("/c", "c")]),
        # A name that is taken takes in what comes before, then a number.
        (["/x/data", "/y/data"], [("/x/data", "data"), ("/y/data", "y-data")]),
        (["/x/z/data", "/y/z/data"], [("/x/z/data", "data"), ("/y/z/data", "z-data")]),
        (["/a-b", "/a/b", "/b"], [("/a-b", "a-b"), ("/a/b", "b"), ("/b", "b-2")]),
        # The project's own folders are not mounted by accident.
        (["/srv/base", "/overlays"], [("/overlays", "overlays-2"), ("/srv/base", "srv-base")]),
    ],
)
def test_mounts(paths: list[str | tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    found = hostpath.mounts(state("kind", volumes(*paths)).resources)
    assert [(mount.path, mount.folder) for mount in found] == expected


def test_a_folder_within_another_comes_with_it() -> None:
    found = hostpath.mounts(state("kind", volumes("/data/in/deep", "/data", "/database")).resources)
    assert found == (HostMount("/data", "data", ("data/in/deep",)), HostMount("/database", "database"))


def test_every_kind_of_workload_counts_once() -> None:
    assert hostpath.mounts(state("kind", *ARTICLE).resources) == (HostMount("/mnt/airflow/dags", "dags"),)
    job = {"template": volumes("/a")["spec"]["template"]}
    found = state("kind", body("batch/v1", "CronJob", "nightly", {"jobTemplate": {"spec": job}}))
    assert hostpath.mounts(found.resources) == (HostMount("/a", "a"),)


@pytest.mark.parametrize(
    "path",
    [
        "/", "/proc", "/sys/fs/cgroup", "/dev", "/dev/kvm", "/etc", "/etc/ssl/certs", "/run", "/var/run/x",
        "/var/run/docker.sock", "/mnt/agent.sock", "/var/lib/kubelet/pods", "/var/lib", "/var", "/var/log", "/usr",
        "/opt/cni/bin", "/lib/modules",
        ("/mnt/x", "Socket"), ("/mnt/x", "CharDevice"), ("/mnt/x", "BlockDevice"), ("/etc/hosts", "File"),
    ],
)  # fmt: skip
def test_what_belongs_to_the_node_is_left_alone(path: str | tuple[str, str]) -> None:
    found = state("kind", volumes(path))
    assert hostpath.mounts(found.resources) == ()
    assert list(hostpath.notices(found)) == []


@pytest.mark.parametrize(
    "pod", [{}, {"volumes": None}, {"volumes": [{"name": "a", "emptyDir": {}}]}, {"volumes": [{"hostPath": None}]}]
)
def test_nothing_to_mount(pod: dict[str, Any]) -> None:
    assert hostpath.mounts(state("kind", deployment("web", pod=pod)).resources) == ()


@pytest.mark.parametrize("kind", ["File", "FileOrCreate"])
def test_a_single_file_is_not_mounted(kind: str) -> None:
    found = state("kind", volumes(("/mnt/app/config.ini", kind)))
    assert hostpath.mounts(found.resources) == ()
    assert list(hostpath.notices(found)) == [
        Notice(
            "Deployment/web: hostPath '/mnt/app/config.ini' is a single file, and only folders are mounted from this "
            "computer",
            "mount its folder, or keep the file in a ConfigMap",
        )
    ]


def test_a_path_that_is_not_absolute_is_not_mounted() -> None:
    found = state("kind", volumes("dags"))
    assert hostpath.mounts(found.resources) == ()
    assert list(hostpath.notices(found)) == [
        Notice(
            "Deployment/web: hostPath 'dags' is not absolute, so it cannot be mounted",
            "write it from the root of the node",
        )
    ]


def test_a_path_that_goes_up_is_refused() -> None:
    resources = ResourceMap([Resource(volumes("/mnt/../etc"), Origin("base/web.yaml", 1))])
    message = "Deployment/web: hostPath '/mnt/../etc' goes up with '..', which Kubernetes refuses"
    with pytest.raises(InputError, match=f"^{re.escape(message)}$") as caught:
        hostpath.mounts(resources)
    assert caught.value.origin == Origin("base/web.yaml", 1)
    assert caught.value.hint == "write the path it leads to"


def test_two_dots_within_a_name_are_fine() -> None:
    assert hostpath.mounts(state("kind", volumes("/mnt/a..b")).resources) == (HostMount("/mnt/a..b", "a..b"),)


def test_no_resource_is_changed() -> None:
    assert list(hostpath.edits(state("kind", volumes("/mnt/dags")))) == []
