import pytest

from kgen.kustomize.remote import Remote, is_remote, parse


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://github.com/org/repo//deploy/base?ref=v1.2", ("https://github.com/org/repo", "v1.2", "deploy/base")),
        ("https://github.com/org/repo/deploy/base?ref=v1.2", ("https://github.com/org/repo", "v1.2", "deploy/base")),
        ("github.com/org/repo?ref=main", ("https://github.com/org/repo", "main", "")),
        ("github.com/org/repo//deploy", ("https://github.com/org/repo", "", "deploy")),
        ("git@github.com:org/repo.git//deploy?ref=v1", ("git@github.com:org/repo.git", "v1", "deploy")),
        ("git@github.com:org/repo//deploy?ref=v1", ("git@github.com:org/repo", "v1", "deploy")),
        ("ssh://git@host.org/team/repo.git/deploy", ("ssh://git@host.org/team/repo.git", "", "deploy")),
        ("git::https://host.org/a/b/c.git//x?ref=abc", ("https://host.org/a/b/c.git", "abc", "x")),
        ("https://host.org:8443/a/b//x?version=2&timeout=9s", ("https://host.org:8443/a/b", "2", "x")),
        ("file:///srv/repo//deploy?ref=v1", ("file:///srv/repo", "v1", "deploy")),
        ("file:///srv/git/repo", ("file:///srv/git/repo", "", "")),
    ],
)
def test_a_repository_a_revision_and_a_folder(address: str, expected: tuple[str, str, str]) -> None:
    assert is_remote(address)
    assert parse(address) == Remote(*expected)
    assert not parse(address).is_file


@pytest.mark.parametrize(
    "address",
    [
        "https://raw.githubusercontent.com/org/repo/v1/install.yaml",
        "http://host.org/a.yml?token=x",
        "https://github.com/org/repo/releases/download/v1/crds.YAML",
    ],
)
def test_a_single_file(address: str) -> None:
    assert parse(address) == Remote(address, None)
    assert parse(address).is_file


@pytest.mark.parametrize(
    "path", ["../../base", "github.yaml", "git/base", "a@b.yaml", "./https/x", "C:/x", "httpsx://a"]
)
def test_a_path_is_no_address(path: str) -> None:
    assert not is_remote(path)


@pytest.mark.parametrize(
    ("address", "copy"),
    [
        ("https://github.com/org/repo//x?ref=v1", ".kgen/vendor/github.com/org/repo@v1"),
        ("git@github.com:org/repo.git//x?ref=v1", ".kgen/vendor/github.com/org/repo@v1"),
        ("https://github.com/org/repo", ".kgen/vendor/github.com/org/repo@HEAD"),
        ("https://host.org:8443/a/b.yaml", ".kgen/vendor/host.org/8443/a/b.yaml"),
        ("https://github.com/org/repo?ref=feature/x", ".kgen/vendor/github.com/org/repo@feature-x-217d2bf5"),
        ("https://host.org/a/b//x?ref=..", ".kgen/vendor/host.org/a/b@--5ec1f7e7"),
        ("https://host.org/%2e%2e/../b.yaml", ".kgen/vendor/host.org/-2e-2e-032f551e/--5ec1f7e7/b.yaml"),
    ],
)
def test_a_copy_has_one_place_and_never_leaves_its_folder(address: str, copy: str) -> None:
    assert parse(address).copy == copy


def test_different_addresses_have_different_copies() -> None:
    addresses = ["github.com/o/r?ref=a/b", "github.com/o/r?ref=a-b", "github.com/o/r?ref=a b", "github.com/o/r"]
    assert len({parse(address).copy for address in addresses}) == len(addresses)
