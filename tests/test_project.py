from pathlib import Path

import pytest

from kgen import project
from kgen.errors import InputError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("minikube", "staging"):
        (tmp_path / "overlays" / name / "deep").mkdir(parents=True)
        (tmp_path / "overlays" / name / "kustomization.yaml").write_text("resources: []\n")
    (tmp_path / "overlays" / "empty").mkdir()
    (tmp_path / "app" / "base").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("start", [".", "overlays", "overlays/minikube/deep"])
def test_the_root_is_found_from_any_folder_below(root: Path, start: str) -> None:
    assert project.root(str(root / start)) == str(root)


def test_the_nearest_root_counts(root: Path) -> None:
    assert project.root(str(root / "app")) == str(root / "app")


def test_outside_a_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        project.root(str(tmp_path))
    assert raised.value.message == "no project here: neither this folder nor one above it holds overlays/ or base/"
    assert raised.value.hint == "go to the project's folder, or make base/ with your manifests and a kustomization.yaml"
    assert str(raised.value.origin) == str(tmp_path)


def test_overlays_are_the_folders_with_a_kustomization_in_order(root: Path) -> None:
    assert project.overlay_names(str(root)) == ["minikube", "staging"]
    assert project.overlay_names(str(root / "app")) == []


def test_a_name_means_the_overlay_and_a_path_the_folder(root: Path) -> None:
    assert project.locate(str(root), "minikube") == str(root / "overlays/minikube")
    assert project.locate(str(root / "app"), "../overlays/staging") == str(root / "overlays/staging")
    assert project.locate(str(root / "overlays"), "empty") == str(root / "overlays/empty")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("minikub", "did you mean 'minikube'?"),
        ("zzz", "the overlays are: minikube, staging"),
    ],
)
def test_an_unknown_name_is_told_with_what_there_is(root: Path, name: str, hint: str) -> None:
    with pytest.raises(InputError) as raised:
        project.locate(str(root), name)
    assert raised.value.message == f"no overlay and no folder is called {name!r}"
    assert raised.value.hint == hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("devv", "did you mean 'app/overlays/dev'?"),
        ("app/overlay/dev", "did you mean 'app/overlays/dev'?"),
        ("zzz", "the overlays are: app/overlays/dev, app/overlays/prod"),
    ],
)
def test_overlays_elsewhere_are_suggested_too(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(InputError) as raised:
        project.locate(str(tmp_path), name, lambda: ["app/overlays/dev", "app/overlays/prod"])
    assert raised.value.hint == hint


def test_of_many_overlays_some_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        project.locate(str(tmp_path), "zzz", lambda: [f"app{index}" for index in range(30)])
    assert raised.value.hint == f"the overlays are: {', '.join(f'app{index}' for index in range(20))}, 10 more"


def test_without_overlays_the_first_one_is_suggested(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        project.locate(str(tmp_path), "x")
    assert raised.value.hint == "there are no overlays yet: `kgen overlay minikube` makes one"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-x", "a b", "ü", "../x", "a\nb"])
def test_a_name_is_one_folders(root: Path, name: str) -> None:
    with pytest.raises(InputError) as raised:
        project.overlay_folder(str(root), name)
    assert raised.value.message == f"{name!r} cannot name an overlay"
    assert (
        raised.value.hint
        == "a name is one folder's below overlays/: letters, digits, '-', '_' and '.', as in 'staging'"
    )


def test_an_overlay_need_not_be_there_yet(root: Path) -> None:
    assert project.overlay_folder(str(root), "prod.eu-1") == str(root / "overlays/prod.eu-1")
