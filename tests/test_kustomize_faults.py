"""Errors of several kustomizations, told together: each once, in bounded time, and none that comes of another."""

import pytest

from kgen.errors import InputError
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


class Counting(MemoryFileSystem):
    """Counts what is read."""

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__(files)
        self.counts: dict[str, int] = {}

    def read(self, path: str) -> bytes:
        self.counts[path] = self.counts.get(path, 0) + 1
        return super().read(path)


def messages(files: dict[str, str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        build("/top", MemoryFileSystem(files))
    return [part.message for part in caught.value.parts]


def test_a_folder_that_fails_is_entered_once() -> None:
    sides = {f"/{side}/kustomization.yaml": "resources: [../base]\n" for side in "abc"}
    top = {"/top/kustomization.yaml": "resources: [../a, ../b, ../c]\n"}
    fs = Counting({**top, **sides, "/base/kustomization.yaml": "resources: [gone.yaml]\n"})
    with pytest.raises(InputError) as caught:
        build("/top", fs)
    assert caught.value.message == "cannot read 'gone.yaml': there is no such file"
    assert fs.counts["/base/kustomization.yaml"] == 1


def test_folders_that_all_name_each_other_end_with_twenty_errors() -> None:
    names = ["top", *(f"d{number}" for number in range(30))]
    files = {
        f"/{name}/kustomization.yaml": "resources:\n" + "".join(f"- ../{other}\n" for other in names if other != name)
        for name in names
    }
    found = messages(files)
    assert len(found) == 20
    assert all("leads in a circle" in message for message in found)


def test_what_may_come_of_a_patch_that_matches_nothing_is_not_told() -> None:
    missed = "- patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {k: v}}'\n"
    needs_it = '- {target: {kind: ConfigMap}, patch: \'[{"op": "remove", "path": "/data/k"}]\'}\n'
    files = {"/top/kustomization.yaml": f"resources: [a.yaml]\npatches:\n{missed}{needs_it}", "/top/a.yaml": CONFIG}
    assert messages(files) == ["no resource matches the patch ConfigMap/b"]
