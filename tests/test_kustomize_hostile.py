"""Input that means harm, or a slip that looks like it: one clear refusal, in bounded time and memory."""

import os
from pathlib import Path

import pytest

from kgen import filesystem
from kgen.errors import InputError, InputErrors, KgenError, Unsupported
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build, growth, loader
from kgen.kustomize.selectors import requirements

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '1'}\n"
VENDORED = ".kgen/vendor/github.com/o/r@v1"
REMOTE = 'resources: ["https://github.com/o/r//k?ref=v1"]'


def said(error: KgenError) -> str:
    """Place, message and hint in one line."""
    return " ".join(str(part) for part in (error.origin, error.message.removeprefix(REFUSED), error.hint) if part)


REFUSED = "not supported by the built-in engine: "


def refusal(files: dict[str, str], top: str = "/r") -> str:
    with pytest.raises(KgenError) as caught:
        build(top, MemoryFileSystem({f"/r/{name}": text for name, text in files.items()}))
    return said(caught.value)


def patched(patch: str) -> dict[str, str]:
    return {
        "kustomization.yaml": "resources: [r.yaml]\npatches: [{path: p.json, target: {kind: ConfigMap}}]",
        "r.yaml": CONFIG_MAP,
        "p.json": patch,
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[" * 20_000 + "]" * 20_000, "/r/p.json maps and lists nest more than 200 deep use fewer levels"),
        ("9" * 5000, f"/r/p.json the number {'9' * 20} in a patch: it is too large put it in quotes"),
        ("1e999", "/r/p.json the number 1e999 in a patch: it is too large put it in quotes"),
        ("NaN", "/r/p.json this patch begins with '[' but is not JSON: there is no NaN"),
        ("\n01", "/r/p.json:2:2 this patch begins with '[' but is not JSON: expecting ',' delimiter"),
    ],
)
def test_a_json_patch_out_of_proportion_is_refused(value: str, expected: str) -> None:
    assert refusal(patched(f'[{{"op": "add", "path": "/x", "value": {value}}}]')) == expected


def test_half_a_surrogate_pair_in_a_json_patch_is_replaced_as_in_go() -> None:
    patch = r'[{"op": "add", "path": "/data/a", "value": "\\ud800 \ud800 \ud83d\ude00 \udc00A"}]'
    fs = MemoryFileSystem({f"/r/{name}": text for name, text in patched(patch).items()})
    assert next(iter(build("/r", fs))).body["data"]["a"] == "\\ud800 \ufffd 😀 \ufffdA"


def test_copies_within_a_resource_do_not_grow_without_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "MAX_VALUES", 100)
    doubling = ", ".join(f'{{"op": "copy", "from": "/data", "path": "/data/{i}"}}' for i in range(40))
    assert refusal(patched(f"[{doubling}]")) == "/r/p.json a copy of more than 100 values copy less"


def test_replacements_do_not_grow_without_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "MAX_VALUES", 100)
    monkeypatch.setattr(growth, "MAX_CHARACTERS", 100)
    one = (
        "- source: {kind: ConfigMap, fieldPath: data%s}\n"
        "  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.%s], options: {%s}}]\n"
    )
    maps = "".join(one % ("", f"k{i}", "create: true") for i in range(40))
    texts = (one % (".a", "a", "delimiter: '1', index: 9")) * 40
    place = "/r/kustomization.yaml"
    for entries, expected in (
        (maps, f"{place}:15:3 a copy of more than 100 values copy less"),
        (texts, f"{place}:13:3 a text of more than 100 characters replace less"),
    ):
        files = {"kustomization.yaml": f"resources: [r.yaml]\nreplacements:\n{entries}", "r.yaml": CONFIG_MAP}
        assert refusal(files) == expected


@pytest.mark.parametrize(
    "selector",
    ["{labelSelector: 'a > %s'}", "{labelSelector: 'a < %s'}", "{name: 'a{%s}'}", "{name: 'a{1,%s}'}"],
)
def test_numbers_of_thousands_of_digits_are_no_bounds(selector: str) -> None:
    files = patched("[]") | {"p.json": '[{"op": "remove", "path": "/data"}]'}
    target = selector % ("9" * 5000)
    files["kustomization.yaml"] = f"resources: [r.yaml]\npatches: [{{path: p.json, target: {target}}}]"
    assert " is not a " in refusal(files)


def test_positions_of_thousands_of_digits_are_fields() -> None:
    path = f"data.{'9' * 5000}"
    files = {
        "kustomization.yaml": "resources: [r.yaml]\nreplacements:\n"
        f"- {{source: {{kind: ConfigMap, fieldPath: {path}}}, targets: [{{select: {{kind: ConfigMap}}}}]}}\n",
        "r.yaml": CONFIG_MAP,
    }
    assert "ConfigMap/web has no value at 'data.999" in refusal(files)
    patch = f'[{{"op": "add", "path": "/l", "value": []}}, {{"op": "add", "path": "/l/{"9" * 5000}"}}]'
    assert "is no position in a list of 1" in refusal(patched(patch))


def test_a_chain_of_kustomizations_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "MAX_CHAIN", 3)
    files = {f"d{i}/kustomization.yaml": f"resources: [../d{i + 1}]" for i in range(9)}
    expected = (
        "/r/d3/kustomization.yaml:1:13 more than 3 kustomizations that name one another name the last one directly"
    )
    assert refusal(files, "/r/d0") == expected


def test_kustomizations_named_again_and_again_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "MAX_FOLDERS", 50)
    files = {
        f"{name}{i}/kustomization.yaml": f"resources: [../a{i + 1}, ../b{i + 1}]" for i in range(30) for name in "ab"
    }
    files |= {f"{name}30/kustomization.yaml": "namespace: other" for name in "ab"}
    assert refusal(files, "/r/a0").endswith("a build of more than 50 kustomizations build with --engine kubectl")


def test_a_file_read_again_and_again_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "MAX_READ", 5 << 20)
    files = {
        "kustomization.yaml": "configMapGenerator:\n- name: a\n  files: [a=x, b=x, c=x, d=x, e=x]\n",
        "x": "x" * (1 << 20),
    }
    expected = "/r/x a build that reads more than 5 MB build with --engine kubectl"
    assert refusal(files) == expected


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "MAX_SIZE", 1 << 20)
    (tmp_path / "kustomization.yaml").write_text("resources: [r.yaml]\n")
    with open(tmp_path / "r.yaml", "wb") as file:
        file.truncate((1 << 20) + 1)
    with pytest.raises(Unsupported) as caught:
        build(tmp_path)
    assert said(caught.value) == f"{tmp_path}/r.yaml a file of more than 1 MB split it"


def test_all_that_is_wrong_with_a_file_is_told_up_to_a_point() -> None:
    fs = MemoryFileSystem({"/r/kustomization.yaml": "resources:\n" + "- 1\n" * 1000})
    with pytest.raises(InputErrors) as caught:
        build("/r", fs)
    assert len(caught.value.parts) == 20


@pytest.mark.parametrize(
    ("link", "to", "expected"),
    [
        (f"{VENDORED}/k/s", "secret", "'s' is not in or below the folder of this kustomization"),
        (f"{VENDORED}/k/b", "other", "'b' leads out of the repository it is in"),
        (f"{VENDORED}/x", "other", None),
    ],
)
def test_a_copy_of_a_repository_cannot_be_left(link: str, to: str, expected: str | None, tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": REMOTE,
        "secret": "secret",
        "other/kustomization.yaml": "configMapGenerator: [{name: secret}]",
        f"{VENDORED}/k/kustomization.yaml": "configMapGenerator: [{name: a, files: [s]}]",
    }
    if link.endswith("b"):
        files[f"{VENDORED}/k/kustomization.yaml"] = "resources: [b]"
    elif link.endswith("x"):
        files[f"{VENDORED}/k/kustomization.yaml"] = "resources: [../../../../../../other]"
        expected = "'../../../../../../other' leads out of the repository it is in"
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    os.symlink(tmp_path / to, tmp_path / link)
    with pytest.raises(InputError) as caught:
        build(tmp_path)
    assert caught.value.message == expected


@pytest.mark.parametrize("address", ["https://github.com/o/r//k?ref=v1", "https://host.org/a.yaml"])
def test_a_copy_is_no_link_to_something_else(address: str, tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text(f"resources: ['{address}']")
    (tmp_path / "k").mkdir()
    (tmp_path / "k/kustomization.yaml").write_text("namespace: secret")
    copy = tmp_path / (".kgen/vendor/host.org/a.yaml" if address.endswith("yaml") else VENDORED)
    copy.parent.mkdir(parents=True)
    copy.symlink_to(tmp_path / "k/kustomization.yaml" if address.endswith("yaml") else tmp_path)
    with pytest.raises(InputError) as caught:
        build(tmp_path)
    expected = f"the copy of {address} leads out of .kgen/vendor remove it, and fetch it anew with `kgen vendor`"
    assert said(caught.value) == f"{tmp_path}/kustomization.yaml:1:13 {expected}"


def test_a_mistake_in_a_copy_is_shown_where_the_copy_lies() -> None:
    files = {
        "kustomization.yaml": "resources: ['https://host.org/a.yaml']",
        ".kgen/vendor/host.org/a.yaml": "kind: [",
    }
    assert refusal(files).startswith("/r/.kgen/vendor/host.org/a.yaml:2:1 ")


def test_fields_made_thousands_of_levels_deep_are_refused() -> None:
    entry = "- {source: {kind: ConfigMap, fieldPath: data.a}, targets: [{select: {kind: ConfigMap}, "
    entry += f"fieldPaths: [{'.'.join('a' * 5000)}], options: {{create: true}}}}]}}"
    files = {"kustomization.yaml": f"resources: [r.yaml]\nreplacements:\n{entry}", "r.yaml": CONFIG_MAP}
    assert refusal(files) == "/r/kustomization.yaml:3:3 maps and lists that nest this deep use fewer levels"


def test_a_label_selector_is_read_in_linear_time() -> None:
    assert len(requirements(",".join(["a=b", "c in (d,e)"] * 50_000))) == 100_000


def test_an_address_that_is_none_is_told() -> None:
    expected = "'https://[::1/a/b' is no address write https://host/organisation/name?ref=v1"
    files = {"kustomization.yaml": "resources: ['https://[::1/a/b']"}
    assert refusal(files) == f"/r/kustomization.yaml:1:13 {expected}"
