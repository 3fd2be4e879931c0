import re
from typing import Any

import pytest
from rule_states import ARTICLE, SCHEDULER, WEBSERVER, body, deployment, state

from kgen.errors import InputError, InputErrors, Origin
from kgen.overlay.clusters import CLUSTERS
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


@pytest.mark.parametrize(
    ("cluster", "path", "seen"),
    [
        ("docker-desktop", "/Users/me/dags", True),
        ("docker-desktop", "/home/me/dags", True),
        ("docker-desktop", "/run/desktop/mnt/host/c/dags", True),
        ("docker-desktop", "/mnt/airflow/dags", False),
        ("rancher-desktop", "/home/me/dags", True),
        ("rancher-desktop", "/srv/dags", False),
        ("orbstack", "/Users/me/dags", True),
        ("orbstack", "/Usersme", False),
    ],
)
def test_folders_that_are_seen_under_their_own_path(cluster: str, path: str, seen: bool) -> None:
    found = state(cluster, workload(path))
    assert (list(hostpath.notices(found)) == []) is seen
    assert hostpath.mounts(found.resources, found.cluster.folders) == ()


def workload(path: str, kind: str = "Directory") -> Any:
    return deployment("web", pod={"volumes": [{"name": "v", "hostPath": {"path": path, "type": kind}}]})


def test_a_folder_that_is_not_seen_is_told_with_the_flag_that_mends_it() -> None:
    (notice,) = hostpath.notices(state("orbstack", WEBSERVER, SCHEDULER))
    assert tuple(notice) == (
        (
            "Deployment/webserver and Deployment/scheduler: hostPath '/mnt/airflow/dags' is not there: orbstack shows "
            "folders of this computer only under the path that they have here"
        ),
        (
            'say which one it is: kgen overlay NAME --host-path /mnt/airflow/dags="$PWD/dags"; that is good for this '
            "computer only, so keep the overlay out of Git"
        ),
        "warning",
    )


def test_folders_of_any_other_cluster_are_on_its_nodes() -> None:
    (notice,) = hostpath.notices(state("generic", WEBSERVER))
    assert tuple(notice) == (
        "Deployment/webserver: hostPath '/mnt/airflow/dags' is a folder of whichever node the pod runs on",
        "make sure that it is on every node, or bring the files in an image or a claim",
        "info",
    )


def test_a_folder_that_can_never_be_seen_is_refused_where_pods_wait_for_it() -> None:
    found = state("docker-desktop-kind", WEBSERVER, workload("/data", "DirectoryOrCreate"))
    with pytest.raises(InputErrors) as caught:
        hostpath.refuse_unseen(found.resources, found.cluster)
    assert [(error.message, error.hint) for error in caught.value.parts] == [
        (
            (
                "Deployment/webserver: its pods would wait for ever for hostPath '/mnt/airflow/dags': "
                "docker-desktop-kind shows them no folder of this computer"
            ),
            ("switch to the cluster docker-desktop (way kubeadm), or bring the files in an image or a ConfigMap"),
        )
    ]
    assert [notice.message for notice in hostpath.notices(state("docker-desktop-kind", workload("/data", "")))] == [
        (
            "Deployment/web: hostPath '/data' is an empty folder there: docker-desktop-kind shows pods no folder of "
            "this computer"
        )
    ]


@pytest.mark.parametrize("name", [name for name in CLUSTERS if name != "docker-desktop-kind"])
def test_other_clusters_refuse_nothing(name: str) -> None:
    found = state(name, WEBSERVER)
    hostpath.refuse_unseen(found.resources, found.cluster)


@pytest.mark.parametrize(
    ("cluster", "path", "mounted"),
    [
        ("k3d", "/a$b", False),
        ("k3d", "/a:b", False),
        ("minikube", "/a:b", False),
        ("minikube", "/a$b", True),
        ("kind", "/a:$b", True),
    ],
)
def test_paths_with_characters_that_mean_something(cluster: str, path: str, mounted: bool) -> None:
    found = state(cluster, workload(path))
    assert bool(hostpath.mounts(found.resources, found.cluster.folders)) is mounted
    assert [notice.message for notice in hostpath.notices(found)] == (
        [] if mounted else [f"Deployment/web: hostPath {path!r} has a character that {cluster} cannot mount"]
    )


@pytest.mark.parametrize("path", ["/proc", "/var/run/docker.sock", "/dev/kvm"])
@pytest.mark.parametrize("name", CLUSTERS)
def test_the_nodes_own_is_nobodys_folder(name: str, path: str) -> None:
    found = state(name, workload(path))
    assert list(hostpath.notices(found)) == []
    hostpath.refuse_unseen(found.resources, found.cluster)
