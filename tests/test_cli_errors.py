"""Every failure a person can cause: one clear line, the right exit code, no traceback, no file changed.

What each one says lies in cases/cli_errors.txt; `KGEN_UPDATE=1` writes what kgen says now: read it before committing.
"""

import os
from pathlib import Path

import pytest
from conftest import Kgen

BASE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  LEVEL: info
"""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        resources:
          limits: {memory: 256Mi}
"""

GOOD = {
    "base/kustomization.yaml": "resources:\n- settings.yaml\n- web.yaml\n",
    "base/settings.yaml": BASE,
    "base/web.yaml": DEPLOYMENT,
}

SAID = Path(__file__).parent / "cases" / "cli_errors.txt"

# name → files laid over GOOD (None removes one), arguments, exit code
CASES: dict[str, tuple[dict[str, str | None], str, int]] = {}


def case(name: str, files: dict[str, str | None], arguments: str, code: int) -> None:
    CASES[name] = (files, arguments, code)


K = "base/kustomization.yaml"
SPEC = "overlays/dev/kgen.yaml"

case("no project", dict.fromkeys(GOOD), "diff", 2)
case("missing base", dict.fromkeys(GOOD) | {SPEC: ""}, "overlay dev", 2)
case("another missing base", {SPEC: "base: ../../bse\n"}, "overlay dev", 2)
case("base without kustomization", {K: None}, "overlay minikube", 2)
case("empty kustomization", {K: ""}, "overlay minikube", 2)
case("empty base", {K: "resources: []\n"}, "overlay minikube", 2)
case("missing resource", {K: "resources:\n- setings.yaml\n"}, "build base", 2)
case("document without kind", {"base/web.yaml": "apiVersion: v1\nmetadata:\n  name: a\n"}, "build base", 2)
case("document without name", {"base/web.yaml": "apiVersion: v1\nkind: Service\n"}, "build base", 2)
case("document that is a list", {"base/web.yaml": "- a\n- b\n"}, "build base", 2)
case("document that is text", {"base/web.yaml": "hello\n"}, "build base", 2)
case("duplicate resource", {"base/web.yaml": BASE}, "build base", 2)
case("syntax", {"base/web.yaml": "a: [1,\nb: 2\n"}, "build base", 2)
case("tab", {"base/web.yaml": "a:\n\tb: 1\n"}, "build base", 2)
case("duplicate key", {"base/web.yaml": "kind: A\nkind: B\n"}, "build base", 2)
case("a character that cannot be printed", {"base/settings.yaml": BASE + '  END: "\\x7f"\n'}, "build base", 2)
case("a folder that is a file", {}, "build base/web.yaml", 2)
case("a folder that is not there", {}, "build nowhere", 2)
case("unknown field", {K: "resource:\n- web.yaml\n"}, "build base", 2)
case("unsupported field", {K: "resources:\n- web.yaml\nhelmCharts:\n- name: x\n"}, "build base", 3)
case("remote resource", {K: "resources:\n- https://example.org/a.yaml\n"}, "build base", 3)
case("a cycle", {K: "resources:\n- ../base\n"}, "build base", 2)
case("a resource outside", {K: "resources:\n- ../web.yaml\n", "web.yaml": BASE}, "build base", 2)
case(
    "patch that matches nothing",
    {K: GOOD[K] + "patches:\n- patch: |-\n    kind: Pod\n    apiVersion: v1\n    metadata: {name: x}\n"},
    "build base",
    2,
)
TOP = "overlays/top/kustomization.yaml"
MID = "mid/kustomization.yaml"
UPON = {TOP: "namePrefix: a-\nresources:\n- ../../mid\n", MID: "resources:\n- ../base\n"}
case("a chain of kustomizations", UPON | {"base/web.yaml": "a: [1,\nb: 2\n"}, "build overlays/top", 2)
case("a chain, compared", UPON | {"base/web.yaml": "a: [1,\nb: 2\n"}, "diff overlays/top", 2)
case(
    "a chain below an overlay",
    {SPEC: "cluster: 7\n", K: GOOD[K] + "- x.yaml\n", "base/web.yaml": "a: [\n"},
    "overlay dev",
    2,
)
case("a chain and several errors", UPON | {K: "resources:\n- setings.yaml\n- wep.yaml\n"}, "build overlays/top", 2)
case("a chain of what is unsupported", UPON | {K: GOOD[K] + "helmCharts:\n- name: x\n"}, "build overlays/top", 3)
case(
    "a base that is named twice",
    {TOP: "resources:\n- a\n- b\n"}
    | {f"overlays/top/{name}/kustomization.yaml": "resources:\n- ../../../base\n" for name in "ab"}
    | {"base/web.yaml": "kind: A\nkind: B\n"},
    "build overlays/top",
    2,
)
case(
    "an upper transformer that fails below",
    UPON
    | {MID: "resources:\n- ../base\nlabels:\n- {pairs: {a: b}, includeSelectors: true}\n"}
    | {"base/web.yaml": DEPLOYMENT.replace("{app: web}", "web", 1)},
    "build overlays/top",
    2,
)
case(
    "a mistake of an upper kustomization",
    UPON | {MID: "resources:\n- ../base\npatches:\n- path: gone.yaml\n"},
    "build overlays/top",
    2,
)
POD = "kind: Pod\napiVersion: v1\nmetadata: {name: x}\n"
case(
    "everything at once",
    {
        K: "resources:\n- gone.yaml\n- settings.yaml\n- web.yaml\n- missing.yaml\n- nowhere\n"
        "components:\n- ../parts\npatches:\n- path: a.yaml\n- path: b.yaml\n- target: {kind: Pod}\n  patch: |-\n"
        "    - op: remove\n    - oops: [\n- path: c.yaml\n"
        "configMapGenerator:\n- name: a\n  files: [x.txt, y=y.txt]\n  literals: [z]\n",
        "base/web.yaml": "kind: [\n",
        "base/b.yaml": "a: b\n",
        "base/c.yaml": POD,
    },
    "build base",
    2,
)
case(
    "what is wrong beside what is unsupported",
    {K: "resources:\n- https://example.org/a.yaml\n- gone.yaml\n"},
    "build base",
    2,
)
case(
    "several things unsupported",
    {K: "resources:\n- https://example.org/a.yaml\n- https://example.org/b.yaml\npatches:\n- path: gone.yaml\n"},
    "build base",
    3,
)
case("another ending", {K: "resources:\n- web.yml\n"}, "build base", 2)
case("other capitals", {K: "resources:\n- Web.yaml\n"}, "build base", 2)
case("a folder too few", {TOP: "resources:\n- ../base\n"}, "build overlays/top", 2)
case("a folder too many", {K: "resources:\n- app/web.yaml\n"}, "build base", 2)
case("another folder", {TOP: "resources:\n- ../../bases\n"}, "build overlays/top", 2)
case(
    "another base",
    {TOP: "resources:\n- web.yaml\nbases:\n- ../../bases\n", TOP.replace("kustomization", "web"): BASE},
    "build overlays/top",
    2,
)
case("a folder spelt otherwise", {}, "build bas", 2)
case("nothing near", {K: "resources:\n- service.yaml\n"}, "build base", 2)
case(
    "a component in another folder",
    {K: GOOD[K] + "components:\n- ../part\n", "parts/kustomization.yaml": "kind: Component\nnamePrefix: a-\n"},
    "build base",
    2,
)
PATCHES = GOOD[K] + "patches:\n- path: p.yaml\n"
NAMED = DEPLOYMENT[: DEPLOYMENT.index("spec:")]
case("patch with another name", {K: PATCHES, "base/p.yaml": f"---\n{NAMED}".replace("web", "wep")}, "build base", 2)
case("patch with a namespace", {K: PATCHES, "base/p.yaml": NAMED + "  namespace: prod\n"}, "build base", 2)
case(
    "patch without the namespace",
    {
        K: PATCHES,
        "base/p.yaml": NAMED,
        "base/web.yaml": DEPLOYMENT.replace("name: web\n", "name: web\n  namespace: prod\n", 1),
    },
    "build base",
    2,
)
case(
    "patch for another version", {K: PATCHES, "base/p.yaml": NAMED.replace("apps/v1", "apps/v1beta1")}, "build base", 2
)
case("patch for another kind", {K: PATCHES, "base/p.yaml": NAMED.replace("Deployment", "StatefulSet")}, "build base", 2)
case(
    "several patches that match nothing",
    UPON
    | {
        MID: "resources:\n- ../base\npatches:\n- path: p.yaml\n- patch: |-\n\n    kind: Pod\n    apiVersion: v1\n"
        "    metadata: {name: y}\nreplicas:\n- {name: wep, count: 1}\n",
        "mid/p.yaml": f"{POD}---\n{POD}".replace("x", "z", 1),
    },
    "build overlays/top",
    2,
)
case(
    "a mistake in a patch in place",
    {K: GOOD[K] + "patchesStrategicMerge:\n- |\n  kind: Pod\n  metadata: [\n- p.yml\n", "base/p.yaml": POD},
    "build base",
    2,
)
case(
    "a JSON patch from a file",
    UPON
    | {
        MID: "resources:\n- ../base\npatches:\n- path: p.yaml\n  target: {kind: Deployment}\n",
        "mid/p.yaml": "- {op: remove, path: /spec/none}\n",
    },
    "build overlays/top",
    2,
)
case("a JSON patch without target", {K: PATCHES, "base/p.yaml": "- {op: remove, path: /spec}\n"}, "build base", 2)
case(
    "a generator without another to merge with",
    {
        K: GOOD[K] + "configMapGenerator:\n- {name: setting, behavior: merge, literals: [a=b]}\n"
        "- {name: web, behavior: merge, literals: [a=b]}\n"
    },
    "build base",
    2,
)
case("replicas of nothing", {K: GOOD[K] + "replicas:\n- {name: wbe, count: 2}\n"}, "build base", 2)
case(
    "replacements from nothing",
    {
        K: GOOD[K]
        + "replacements:\n- {source: {kind: ConfigMap, name: seting}, targets: [{select: {}}]}\n- path: r.yaml\n",
        "base/r.yaml": "source: {kind: Service, name: settings}\ntargets: []\n",
    },
    "build base",
    2,
)
case(
    "a plug-in that fails",
    {
        K: GOOD[K]
        + "transformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: a}\n"
        + "  path: p.yaml\n",
        "base/p.yaml": POD,
    },
    "build base",
    2,
)
case(
    "a mistake in a plug-in in place",
    {K: GOOD[K] + "transformers:\n- |\n  apiVersion: builtin\n  kind: [\n"},
    "build base",
    2,
)
case(
    "a plug-in from a folder",
    {
        K: GOOD[K] + "transformers:\n- ../plug\n",
        "plug/kustomization.yaml": "resources:\n- t.yaml\n",
        "plug/t.yaml": "apiVersion: builtin\nkind: ReplicaCountTransformer\nmetadata: {name: a}\nreplica: {name: x}\n"
        "fieldSpecs: [{path: spec/replicas, kind: Deployment}]\n",
    },
    "build base",
    2,
)
case("unknown cluster", {SPEC: "cluster: minikub\n"}, "overlay dev", 2)
case("unknown cluster flag", {}, "overlay dev --cluster gke", 2)
case("name like a cluster", {}, "overlay minikub", 2)
case("name that is a path", {}, "overlay ../dev", 2)
case("no name", {}, "overlay", 2)
case("unknown overlay", {}, "diff prod", 2)
case("no overlays", {}, "diff", 2)
case(
    "many errors",
    {SPEC: "cluster: 7\nnode: {memroy: 4Gi, cpu: much}\nimages:\n  nginx: {newTag: 1.10}\nreplicas: {wbe: 2}\n"},
    "overlay dev",
    2,
)
case("value that is no string", {SPEC: "config:\n  settings:\n    LEVEL: yes\n    PORT: 0644\n"}, "overlay dev", 2)
case("unknown workload", {SPEC: "resources:\n  wep: {requests: {memory: 1Gi}}\n"}, "overlay dev", 2)
case("absolute base", {SPEC: "base: /srv/base\n"}, "overlay dev", 2)
case("base that is a file", {SPEC: "base: ../../base/web.yaml\n"}, "overlay dev", 2)
case("base that is remote", {SPEC: "base: https://github.com/a/b\n"}, "overlay dev", 3)
case("base that is the overlay", {SPEC: "cluster: kind\nbase: .\n"}, "overlay dev", 2)
case("base around the overlay", {SPEC: "base: ../..\n", "kustomization.yaml": "resources: [base]\n"}, "overlay dev", 2)
case("base that leads back", {SPEC: "", K: "resources:\n- web.yaml\n- ../overlays/dev\n"}, "overlay dev", 2)
case(
    "one name in two namespaces",
    {SPEC: "# dev\nnamespace: prod\n", "base/web.yaml": BASE.replace("settings", "settings\n  namespace: other")},
    "overlay dev",
    2,
)
case("unsupported base", {SPEC: "", K: GOOD[K] + "helmCharts:\n- name: x\n"}, "overlay dev", 3)
case("second kustomization", {SPEC: "", "overlays/dev/Kustomization": "resources: []\n"}, "overlay dev", 2)
case("declaration that is a folder", {"overlays/dev/kgen.yaml/x": ""}, "overlay dev", 2)
case("overlays that is a file", {"overlays": "", SPEC: None}, "overlay kind", 2)
case(
    "base that is a component",
    {SPEC: "", K: GOOD[K] + "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n"},
    "overlay dev",
    2,
)
case("names and all", {SPEC: ""}, "overlay dev --all", 2)
case("declaration syntax", {SPEC: "cluster: [\n"}, "overlay dev", 2)
case("declaration duplicate key", {SPEC: "cluster: kind\ncluster: minikube\n"}, "overlay dev", 2)
case("declaration that is a list", {SPEC: "- cluster\n"}, "overlay dev", 2)
case("foreign overlay", {"overlays/dev/kustomization.yaml": "resources: []\n"}, "overlay dev --cluster kind", 2)
case("flag without a value", {}, "overlay dev --image nginx", 2)
PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  paused: true\n"
EDIT = "overlays/dev/edits/web.yaml"
LISTED = "patches:\n- edits/web.yaml\n"

case("edit without a terminal", {SPEC: ""}, "edit dev", 2)
case("patches that are no list", {SPEC: "patches: edits/web.yaml\n"}, "overlay dev", 2)
case(
    "patches that cannot be",
    {SPEC: "patches:\n- 7\n- ../web.yaml\n- /web.yaml\n- {target: {kind: Pod}}\n- {path: a, targt: {}}\n- [a]\n"},
    "overlay dev",
    2,
)
case("patch file that is not there", {SPEC: LISTED, "overlays/dev/edits/wbe.yaml": PATCH}, "overlay dev", 2)
case("patch file in no folder", {SPEC: LISTED}, "overlay dev", 2)
case(
    "patch file of kgen's",
    {SPEC: "patches: [patches/web.yaml]\n", "overlays/dev/patches/web.yaml": "# kgen-digest: sha256:" + "0" * 64},
    "overlay dev",
    2,
)
case("patch file that says nothing", {SPEC: LISTED, EDIT: "# later\n"}, "overlay dev", 2)
case("patch file that is no YAML", {SPEC: LISTED, EDIT: PATCH + "---\na: [\n"}, "overlay dev", 2)
case("patch of another name", {SPEC: LISTED, EDIT: PATCH.replace("web", "wbe")}, "overlay dev", 2)
case("patch of another version", {SPEC: LISTED, EDIT: PATCH.replace("apps/v1", "apps/v1beta2")}, "overlay dev", 2)
case(
    "second patch of another name", {SPEC: LISTED, EDIT: f"{PATCH}---\n{PATCH.replace('web', 'wbe')}"}, "overlay dev", 2
)
case("patch without a target", {SPEC: LISTED, EDIT: "- {op: remove, path: /spec}\n"}, "overlay dev", 2)
TARGETED = "patches:\n- {path: edits/web.yaml, target: {kind: %s, name: web}}\n"
case("target that is not there", {SPEC: TARGETED % "Deploymnt", EDIT: PATCH}, "overlay dev", 2)
case(
    "operation that fails",
    {SPEC: TARGETED % "Deployment", EDIT: "- {op: remove, path: /spec/paused}\n"},
    "overlay dev",
    2,
)
case("operation that is none", {SPEC: TARGETED % "Deployment", EDIT: "- {op: drop, path: /spec}\n"}, "overlay dev", 2)
case(
    "target with a wrong expression",
    {SPEC: TARGETED.replace("web}}", "'['}}") % "Deployment", EDIT: PATCH},
    "overlay dev",
    2,
)
case("patch of another type", {SPEC: LISTED, EDIT: PATCH.replace("paused: true", "template: []")}, "overlay dev", 2)
case("unknown flag", {}, "overlay dev --memory 3Gi", 2)
case("unknown command", {}, "rendr", 2)


def function_case(name: str, text: str | None, code: int = 2, arguments: str = "overlay dev") -> None:
    case(f"function: {name}", {SPEC: "python: overlay.py\n", "overlays/dev/overlay.py": text}, arguments, code)


def body_case(name: str, *lines: str) -> None:
    """One where the function does this."""
    function_case(name, "".join(f"{line}\n" for line in ("def overlay(resources):", *(f"    {one}" for one in lines))))


A = 'settings = resources["ConfigMap/settings"].body'
case("function: absolute", {SPEC: "python: /srv/overlay.py\n"}, "overlay dev", 2)
case("function: outside", {SPEC: "python: ../../../overlay.py\n"}, "overlay dev", 2)
case("function: a folder", {SPEC: "cluster: knd\npython: ../../base\n"}, "overlay dev", 2)
case("function: no text", {SPEC: "python: [overlay.py]\n"}, "overlay dev", 2)
function_case("not there", None)
function_case("forbidden", "raise SystemExit\n", 3, "overlay dev --no-python")
function_case("syntax", "def overlay(resources):\n    x = = 1\n")
function_case("none in it", "import json\n")
function_case("no function", "overlay = 3\n")
function_case("no argument", "def overlay(): ...\n")
function_case("two arguments", "def overlay(resources, base): ...\n")
function_case("async", "async def overlay(resources): ...\n")
function_case("async generator", "async def overlay(resources): yield\n")
function_case("generator", "def overlay(resources):\n    yield 1\n")
function_case("import", "import not_there\ndef overlay(resources): ...\n")
function_case("exit at once", "import sys\nsys.exit('bye')\n")
function_case("reason outside", "from kgen import reason\nwith reason('why'):\n    pass\n")
function_case("own exception", "class Odd(Exception):\n    def __str__(self): return 1\ndef overlay(_): raise Odd\n")
function_case("without a word", "def overlay(_): raise ValueError\n")
function_case("recursion", "def overlay(resources):\n    overlay(resources)\n")
function_case("interrupted", "def overlay(resources):\n    raise KeyboardInterrupt\n", 130)
body_case("gives back", "return resources")
body_case("exit", "raise SystemExit(0)")
body_case("key error", A, 'settings["spec"]["x"] = 1')
body_case("long", "raise ValueError('one\\ntwo \\x1b[31m' + 600 * 'x')")
body_case("no such resource", 'resources["Deploymnt/web"]')
body_case("no name", 'resources["web"]')
body_case("ambiguous", 'resources.add({"apiVersion": "a.b/v1", "kind": "Deployment", "metadata": {"name": "web"}})',
          'resources["Deployment/web"]')  # fmt: skip
body_case("no such container", 'resources["Deployment/web"].container("wbe")')
body_case("removed twice", 'web = resources["Deployment/web"]', "resources.remove(web)", "resources.remove(web)")
body_case("added twice", 'resources.add(resources["ConfigMap/settings"].body)')
body_case("adds nothing", "resources.add({})")
body_case("adds a list", "resources.add([])")
body_case("adds a List", 'resources.add({"apiVersion": "v1", "kind": "List", "metadata": {"name": "x"}, "items": []})')
body_case("empty reason", 'resources.remove("ConfigMap/settings", reason=" ")')
body_case(
    "two are one", A, 'resources.add({**settings, "metadata": {"name": "b"}})', 'settings["metadata"]["name"] = "b"'
)
body_case("no metadata", A, 'del settings["metadata"]')
body_case("no body", 'resources["ConfigMap/settings"].body = None')
body_case("namespace", A, 'settings["metadata"]["namespace"] = 1')
body_case("tuple", A, 'settings["data"]["x"] = ("a", "b")')
body_case("in a list", A, 'settings["x"] = [{"y": {1}}]')
body_case("not a number", A, 'settings["x"] = float("nan")')
body_case("great number", A, 'settings["x"] = 2**64')
body_case("half a character", A, 'settings["x"] = chr(0xD800)')
body_case("itself", A, 'settings["x"] = [settings]')
body_case("deep", A, "deep = {}", "for _ in range(5000): deep = {'a': deep}", "settings['x'] = deep")
body_case("key", A, 'settings["data"][8080] = "x"')
body_case("merge key", A, 'settings["data"]["<<"] = "x"')


def said() -> dict[str, str]:
    """What stderr says, by the line above it: ``## name: arguments``."""
    parts = SAID.read_text().split("\n## ")
    return dict(part.split("\n", 1) for part in parts[1:])


def update(key: str, err: str) -> None:
    """Write the file anew with one entry changed, in the order of the cases."""
    first = SAID.read_text().partition("\n")[0]
    known = {**said(), key: f"{err}\n"}
    order = [f"{name}: {arguments}" for name, (_, arguments, _) in CASES.items()]
    SAID.write_text(first + "\n" + "".join(f"\n## {key}\n{known[key].rstrip()}\n" for key in order if key in known))


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_input_is_told_in_one_clear_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgen: Kgen
) -> None:
    files, arguments, code = CASES[name]
    for path, text in {**GOOD, **files}.items():
        if text is not None:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    ran = kgen(*arguments.split())
    err = ran.err.rstrip("\n").replace(str(tmp_path), "PROJECT")
    if os.environ.get("KGEN_UPDATE"):
        update(f"{name}: {arguments}", err)
    assert (ran.code, err, ran.out) == (code, said().get(f"{name}: {arguments}", "").rstrip("\n"), "")
    assert tree(tmp_path) == before


def test_each_case_is_told_and_none_besides() -> None:
    assert list(said()) == [f"{name}: {arguments}" for name, (_, arguments, _) in CASES.items()]
