"""Input that means harm, or a slip that looks like it: one clear refusal, in bounded time and memory."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from kgen import filesystem
from kgen.errors import InputError, InputErrors, KgenError, Unsupported
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build, growth, loader
from kgen.kustomize.selectors import requirements
from kgen.resource import ResourceMap
from kgen.yamlio import allowance, composer, dump, quoting

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '1'}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, args: ['"
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


def built(files: dict[str, str]) -> ResourceMap:
    return build("/r", MemoryFileSystem({f"/r/{name}": text for name, text in files.items()}))


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
        ("9" * 5000, f"/r/p.json the number {'9' * 20}, which is too large put it in quotes"),
        ("1e999", "/r/p.json the number 1e999, which is too large put it in quotes"),
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


def test_all_copies_within_resources_and_all_merges_of_generated_ones_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_MADE", 10_000)
    copies = ", ".join(['{"op": "copy", "from": "/l", "path": "/m"}'] * 100)
    files = patched(f"[{copies}]") | {"r.yaml": f"{CONFIG_MAP}l: [{'1, ' * 200}]"}
    assert refusal(files) == "/r/p.json a build that puts more than 10,000 values into resources " + PARTS
    merges = "".join(f"- {{name: a, behavior: merge, literals: [a{i}=b]}}\n" for i in range(99))
    generators = f"configMapGenerator:\n- {{name: a, literals: [a=b]}}\n{merges}"
    assert " a build that puts more than 10,000 values into resources " in refusal({"kustomization.yaml": generators})


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


PARTS = "build it in parts, or with --engine kubectl"


@pytest.mark.parametrize("field", ["resources: [a.yaml, b.yaml]", "resources: [a.yaml]\npatches: [{path: b.yaml}]"])
def test_the_values_of_all_files_of_a_build_add_up(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_VALUES", 500)
    aliases = "x: &x [1, 2, 3, 4, 5, 6, 7, 8, 9]\ny: &y [*x, *x, *x, *x, *x, *x, *x, *x, *x]\nz: [*y, *y]\n"
    one, two = (CONFIG_MAP.replace("web", name) + aliases for name in ("one", "two" if "b.yaml]" in field else "one"))
    assert refusal({"kustomization.yaml": field, "a.yaml": one, "b.yaml": two}) == (
        f"/r/b.yaml:1 a build of more than 500 values {PARTS}"
    )


def test_a_flat_list_is_counted_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_VALUES", 500)
    files = {"kustomization.yaml": "resources: [a.yaml]", "a.yaml": CONFIG_MAP + "l:\n" + "- a\n" * 1000}
    assert refusal(files) == f"/r/a.yaml:466:3 a build of more than 500 values {PARTS}"


def test_files_that_were_parsed_before_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_VALUES", 1000)
    files = {f"d{i}/kustomization.yaml": f"namePrefix: d{i}-\nresources: [../base]" for i in range(9)}
    files["kustomization.yaml"] = "resources: [" + ", ".join(f"d{i}" for i in range(9)) + "]"
    files["base/kustomization.yaml"] = "resources: [a.yaml]"
    files["base/a.yaml"] = CONFIG_MAP + "l: [" + "1, " * 150 + "]"
    assert refusal(files) == f"/r/base/kustomization.yaml:1:13 a build of more than 1,000 values {PARTS}"


def test_documents_count_even_if_nothing_is_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_VALUES", 1000)
    files = {"kustomization.yaml": "resources: [a.yaml]", "a.yaml": CONFIG_MAP + "---\n" * 500}
    assert "a build of more than 1,000 values" in refusal(files)


def test_an_alias_of_a_long_text_counts_as_what_it_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composer, "MAX_EXPANSION", 1000)
    text = CONFIG_MAP + f"x: &x {'a' * 6400}\nl: [{'*x, ' * 20}]"
    files = {"kustomization.yaml": "resources: [a.yaml]", "a.yaml": text}
    assert refusal(files) == "/r/a.yaml:6:41 aliases expand to more than 1,000 values use fewer aliases"


def test_lines_of_a_block_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_VALUES", 1000)
    files = {"kustomization.yaml": "resources: [a.yaml]", "a.yaml": CONFIG_MAP + "x: >\n" + "  a\n   b\n" * 1000}
    assert "a build of more than 1,000 values" in refusal(files)


def test_crds_that_lead_to_the_same_place_in_endlessly_many_ways_are_refused() -> None:
    properties = {"kind": {}, "apiVersion": {}, "metadata": {}}
    data: dict[str, Any] = {"Thing": {"Schema": {"properties": {**properties, "a": {"$ref": "d0"}}}}}
    for i in range(60):
        both = {"a": {"$ref": f"d{i + 1}"}, "b": {"$ref": f"d{i + 1}"}}
        data[f"d{i}"] = {"Schema": {"properties": both}}
    files = {"kustomization.yaml": "resources: [r.yaml]\ncrds: [c.json]", "r.yaml": CONFIG_MAP}
    expected = f"/r/kustomization.yaml:2:8 a build of more than 3,000,000 values {PARTS}"
    assert refusal({**files, "c.json": json.dumps(data)}) == expected


FIRST = "/r/kustomization.yaml:2:22"
MADE = f"a build that puts more than 1,000 values into resources {PARTS}"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("patches: [{path: p.json, target: {kind: ConfigMap}}]", f"/r/p.json {MADE}"),
        ("patches: [{path: p.yaml, target: {kind: ConfigMap}}]", f"/r/p.yaml {MADE}"),
        (f"commonLabels: {{{', '.join(f'a{i}: b' for i in range(500))}}}", f"/r/kustomization.yaml:2:1 {MADE}"),
        (
            f"configMapGenerator: [{{name: a, literals: [{', '.join(f'a{i}=b' for i in range(99))}]}}]",
            f"{FIRST} {MADE}",
        ),
        (f"namePrefix: {'a' * 6400}", f"/r/kustomization.yaml:2:1 {MADE}"),
    ],
)
def test_what_is_put_into_many_resources_adds_up(said: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_MADE", 1000)
    files = {
        "kustomization.yaml": f"resources: [r.yaml]\n{said}",
        "r.yaml": "---\n".join(CONFIG_MAP.replace("web", f"web{i}") for i in range(20)),
        "p.json": f'[{{"op": "add", "path": "/x", "value": [{", ".join("1" * 200)}]}}]',
        "p.yaml": f"{CONFIG_MAP}x: [{'1, ' * 200}]",
    }
    assert refusal(files) == expected


def test_lists_of_thousands_of_maps_are_not_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_MADE", 100_000)
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"
    files = {
        "kustomization.yaml": "resources: [r.yaml]\npatches: [{path: p.yaml}]",
        "r.yaml": pod + "".join(f"  - {{name: a{i}, image: a}}\n" for i in range(400)),
        "p.yaml": pod + "".join(f"  - {{name: a{i}, image: b}}\n" for i in range(400)),
    }
    assert refusal(files) == f"/r/p.yaml:1 a build that puts more than 100,000 values into resources {PARTS}"


def test_what_is_printed_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_PRINTED", 1 << 20)
    with pytest.raises(Unsupported) as caught:
        dump([{"a": "b" * 500_000}] * 3)
    assert said(caught.value) == f"a build that prints more than 1 MB {PARTS}"


def test_a_text_that_is_no_words_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "MAX_TEXT", 1 << 20)
    with pytest.raises(Unsupported) as caught:
        dump([{"a": "\n" * 1_500_000}])
    assert said(caught.value) == "a text of more than 1 MB a cluster takes no resource that large"


MANY = 300_000


@pytest.mark.parametrize(
    ("said", "resource"),
    [
        (f"patches: [{{path: p.yaml, target: {{labelSelector: '{' ' * MANY}'}}}}]", CONFIG_MAP),
        ("vars: [{name: V, objref: {kind: ConfigMap, name: web, apiVersion: v1}}]", f"{POD}{'$(' * MANY}']}}]}}\n"),
        ("patches: [{path: p.yaml}]", f"{CONFIG_MAP.replace('web', 'other')}x: # a\n  b: |\n    a\n    {'-' * MANY}\n"),
        ("patches: [{path: e.yaml, target: {kind: ConfigMap}}]", CONFIG_MAP),
    ],
    ids=["selector", "variables", "comments", "operations"],
)
def test_texts_that_nearly_match_are_read_in_linear_time(said: str, resource: str) -> None:
    files = {
        "kustomization.yaml": f"resources: [r.yaml]\n{said}",
        "r.yaml": f"{CONFIG_MAP}---\n{resource}" if resource is not CONFIG_MAP else CONFIG_MAP,
        "p.yaml": CONFIG_MAP,
        "e.yaml": "---\n" + "\n" * MANY + "- {op: add, path: /x, value: 1}\n",
    }
    assert len(built(files)) == files["r.yaml"].count("kind:")


def test_a_path_has_an_end() -> None:
    expected = "/r/kustomization.yaml:1:13 a path of more than 4,096 characters use short names"
    for field in ("resources", "configurations", "components"):
        error = refusal({"kustomization.yaml": f"{field}: ['{'a/' * 100_000}']"})
        assert error == expected.replace("1:13", f"1:{len(field) + 4}")


def test_an_address_that_is_none_is_told() -> None:
    expected = "'https://[::1/a/b' is no address write https://host/organisation/name?ref=v1"
    files = {"kustomization.yaml": "resources: ['https://[::1/a/b']"}
    assert refusal(files) == f"/r/kustomization.yaml:1:13 {expected}"


def test_an_env_file_ends_for_kustomize_where_a_line_is_too_long() -> None:
    files = {"kustomization.yaml": "configMapGenerator: [{name: a, envs: [e.env]}]"}
    expected = "/r/e.env:2 a line of 65,535 bytes or more in an env file kustomize reads no further: shorten it"
    assert refusal({**files, "e.env": f"A=1\nB={'b' * 65_533}\nC=2\n"}) == expected
    assert built({**files, "e.env": f"A=1\nB={'b' * 65_532}\nC=2\n"})
