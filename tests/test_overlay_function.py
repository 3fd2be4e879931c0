"""A person's Python function: what it is given, what becomes of what it does, and that it leaves nothing behind."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import Kgen

from kgen import reason
from kgen.errors import InputError, Origin
from kgen.fieldpath import FieldPath
from kgen.overlay.desired import Wish
from kgen.overlay.edits import Edit
from kgen.overlay.function import granted
from kgen.overlay.function.journal import Entry
from kgen.overlay.function.names import spelled
from kgen.overlay.function.resources import Resources
from kgen.overlay.synthesise import Directives
from kgen.resource import Body, Gvk, Resource, ResourceId, ResourceMap


def config(name: str = "a", namespace: str | None = None, **data: Any) -> Body:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def pod(*containers: str, init: str = "init") -> Body:
    spec = {"initContainers": [{"name": init}], "containers": [{"name": name, "image": name} for name in containers]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"app": "web"}}, "spec": spec}


def wished(*bodies: Body, edits: tuple[Edit, ...] = ()) -> Wish:
    return Wish(ResourceMap(Resource(body, Origin("base/a.yaml")) for body in bodies), edits, Directives("../../base"))


def done(function: Callable[[Resources], None], *bodies: Body, edits: tuple[Edit, ...] = ()) -> Wish:
    return granted(wished(*bodies, edits=edits), function, "set in overlay.py")


def reasons(wish: Wish) -> list[tuple[str, str, str]]:
    return [(str(edit.resource), str(edit.path), edit.reason) for edit in wish.edits]


def test_a_function_that_does_nothing_wishes_nothing() -> None:
    def overlay(resources: Resources) -> None:
        for resource in resources:
            assert resource.body

    given = wished(config(x="1"))
    after = granted(given, overlay, "")
    assert [resource.body for resource in after.edited] == [config(x="1")]
    assert (after.edits, after.is_free) == ((), True)


def test_the_given_resources_stay_as_they_are() -> None:
    given = wished(config(x="1"))
    after = granted(given, lambda resources: resources["ConfigMap/a"].body["data"].update(x="2"), "why")
    assert [[r.body["data"] for r in one.edited] for one in (given, after)] == [[{"x": "1"}], [{"x": "2"}]]


def test_what_is_shared_is_copied() -> None:
    def overlay(resources: Resources) -> None:
        shared = {"k": "v"}
        for resource in resources:
            resource.body["data"] = shared

    one, other = done(overlay, config("a"), config("b")).edited
    assert one.body["data"] == other.body["data"] == {"k": "v"}
    assert one.body["data"] is not other.body["data"]


def test_reasons_go_to_what_changed_inside_the_inner_one_wins() -> None:
    def overlay(resources: Resources) -> None:
        data = resources["ConfigMap/a"].body["data"]
        data["x"] = "2"
        with reason("outer"):
            data["y"] = "1"
            with reason("inner\n  one"):
                data["z"] = {"deep": True}
            data["w"] = "1"
        data["gone"] = "1"
        del data["gone"]

    assert reasons(done(overlay, config(x="1"))) == [
        ("ConfigMap/a", "data.x", "set in overlay.py"),
        ("ConfigMap/a", "data.y", "outer"),
        ("ConfigMap/a", "data.z", "inner one"),
        ("ConfigMap/a", "data.w", "outer"),
    ]


def test_what_is_held_on_to_is_looked_at_again() -> None:
    def overlay(resources: Resources) -> None:
        data = resources["ConfigMap/a"].body["data"]
        with reason("something else"):
            resources["ConfigMap/b"].body["data"]["x"] = "2"
        with reason("by what was kept"):
            data["x"] = "2"
        pairs = iter([resources["ConfigMap/b"].body["data"]])
        with reason("nothing"):
            pass
        with reason("by an iterator"):
            next(pairs)["y"] = "2"

    assert reasons(done(overlay, config("a", x="1"), config("b", x="1"))) == [
        ("ConfigMap/a", "data.x", "by what was kept"),
        ("ConfigMap/b", "data.x", "something else"),
        ("ConfigMap/b", "data.y", "by an iterator"),
    ]


def test_what_nobody_holds_on_to_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the time of a function with a reason for each resource would be quadratic."""
    looked: list[str] = []
    real = Entry.look
    monkeypatch.setattr(Entry, "look", lambda entry, why: (looked.append(entry.name), real(entry, why)))

    def overlay(resources: Resources) -> None:
        for resource in resources:
            with reason("why"):
                resource.body["data"]["x"] = "2"

    after = done(overlay, *(config(f"c{number}", x="1") for number in range(9)))
    assert [edit.reason for edit in after.edits] == ["why"] * 9
    assert looked == [f"ConfigMap/c{number}" for number in range(9)]


def test_a_reason_ends_where_an_exception_leaves_its_block() -> None:
    def overlay(resources: Resources) -> None:
        with suppress(LookupError), reason("never"):
            raise LookupError
        resources["ConfigMap/a"].body["data"]["x"] = "2"

    assert reasons(done(overlay, config())) == [("ConfigMap/a", "data.x", "set in overlay.py")]


def test_list_items_are_known_by_their_keys() -> None:
    def overlay(resources: Resources) -> None:
        with reason("a"):
            resources["Pod/web"].container("app")["image"] = "app:2"
        with reason("b"):
            resources["Pod/web"].body["spec"]["containers"].insert(0, {"name": "first"})

    assert reasons(done(overlay, pod("app"))) == [
        ("Pod/web", "spec.containers[name=first]", "b"),
        ("Pod/web", "spec.containers[name=app].image", "a"),
    ]


def test_another_order_of_items_is_a_change_of_their_list() -> None:
    def overlay(resources: Resources) -> None:
        with reason("first things first"):
            resources["Pod/web"].body["spec"]["containers"].reverse()

    assert reasons(done(overlay, pod("one", "two"))) == [("Pod/web", "spec.containers", "first things first")]


def test_a_flip_of_type_is_a_change() -> None:
    def overlay(resources: Resources) -> None:
        with reason("why"):
            resources["ConfigMap/a"].body["data"]["x"] = True

    after = done(overlay, config(x=1))
    assert reasons(after) == [("ConfigMap/a", "data.x", "why")]
    assert [type(resource.body["data"]["x"]) for resource in after.edited] == [bool]


def test_an_earlier_reason_goes_where_the_function_decides_again() -> None:
    x, y = (Edit(ResourceId(Gvk("", "v1", "ConfigMap"), "", "a"), FieldPath(("data", k)), "1", k) for k in "xy")
    after = done(lambda r: r["ConfigMap/a"].body["data"].update(x="2"), config(x="1", y="1"), edits=(x, y))
    assert reasons(after) == [("ConfigMap/a", "data.y", "y"), ("ConfigMap/a", "data.x", "set in overlay.py")]
    assert reasons(done(lambda r: r.remove("ConfigMap/a"), config(), edits=(x, y))) == [
        ("ConfigMap/a", '["$patch"]', "set in overlay.py")
    ]


def test_adding_and_removing() -> None:
    def overlay(resources: Resources) -> None:
        body = config("new", x="1")
        added = resources.add(body, reason="needed")
        body["data"]["x"] = "not seen"
        added.body["data"]["y"] = "2"
        with reason("old"):
            resources.remove(resources["ConfigMap/a"])
        resources.remove(resources.add(config("brief")))
        assert (len(resources), "ConfigMap/new" in resources, added in resources) == (1, True, True)
        assert "ConfigMap/a" not in resources

    after = done(overlay, config())
    assert [resource.body for resource in after.edited] == [config("new", x="1", y="2")]
    assert reasons(after) == [
        ("ConfigMap/new", "", "needed"),
        ("ConfigMap/new", "", "set in overlay.py"),
        ("ConfigMap/a", '["$patch"]', "old"),
    ]


def test_iteration_bears_adding_removing_and_renaming() -> None:
    def overlay(resources: Resources) -> None:
        for resource in resources:
            resources.remove(resource)
            resources.add({**resource.body, "metadata": {"name": resource.name * 2}})

    assert [str(resource.id) for resource in done(overlay, config("a"), config("b")).edited] == [
        "ConfigMap/aa",
        "ConfigMap/bb",
    ]


def test_another_name_tells_the_former_one() -> None:
    def overlay(resources: Resources) -> None:
        one, other = resources
        one.body["metadata"]["name"], other.body["metadata"]["name"] = "b", "a"
        assert resources["ConfigMap/b"] is one

    swapped = done(overlay, config("a", x="1"), config("b"))
    assert [(str(r.id), [str(one) for one in r.previous_ids], r.body["data"]) for r in swapped.edited] == [
        ("ConfigMap/b", ["ConfigMap/a"], {"x": "1"}),
        ("ConfigMap/a", ["ConfigMap/b"], {}),
    ]


def test_a_body_can_be_replaced() -> None:
    def overlay(resources: Resources) -> None:
        with reason("all"):
            resources["ConfigMap/a"].body = config(y="1")

    assert reasons(done(overlay, config(x="1"))) == [("ConfigMap/a", "data.y", "all"), ("ConfigMap/a", "data.x", "all")]


def test_names_are_as_long_as_they_must_be() -> None:
    ids = [
        ResourceId(Gvk("", "v1", "Service"), "", "web"),
        ResourceId(Gvk("serving.knative.dev", "v1", "Service"), "", "web"),
        ResourceId(Gvk("", "v1", "ConfigMap"), "", "a"),
        ResourceId(Gvk("", "v1", "ConfigMap"), "data", "a"),
        ResourceId(Gvk("", "v1", "Pod"), "", "p"),
        ResourceId(Gvk("x", "v1", "Y"), "", "y"),
        ResourceId(Gvk("x", "v2", "Y"), "", "y"),
    ]
    names = ["Service.v1/web", "Service.serving.knative.dev/web", "default/ConfigMap/a", "data/ConfigMap/a", "Pod/p"]
    names += ["default/Y.v1.x/y", "default/Y.v2.x/y"]
    assert list(spelled(ids).values()) == names
    bodies = [
        {"apiVersion": one.gvk.api_version, "kind": one.gvk.kind, "metadata": {"name": one.name} | (
            {"namespace": one.namespace} if one.namespace else {})}
        for one in ids
    ]  # fmt: skip

    def overlay(resources: Resources) -> None:
        assert [resources[name] for name in names] == list(resources)

    done(overlay, *bodies)


def test_selecting() -> None:
    def overlay(resources: Resources) -> None:
        assert [repr(one) for one in resources.select(labels={"app": "web"})] == ["Pod/web"]
        assert [repr(one) for one in resources.select(kind="ConfigMap", namespace="default")] == ["ConfigMap/a"]
        assert [one.namespace for one in resources.select(name="a")] == ["", "data"]
        assert (len(resources.select()), repr(resources)) == (3, "<3 resources>")
        assert not resources.select(kind="Pod", name="a")

    done(overlay, config("a"), config("a", "data"), pod("web"))


def test_containers_of_any_kind() -> None:
    rollout = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": "r"},
        "spec": {"template": {"spec": {"containers": [{"name": "c"}]}}},
    }

    def overlay(resources: Resources) -> None:
        resources["Pod/web"].container("init")["image"] = "i"
        resources["Rollout/r"].container("c")["image"] = "r"
        with pytest.raises(KeyError, match=r"^no container 'x' in ConfigMap/a$") as raised:
            resources["ConfigMap/a"].container("x")
        assert raised.value.hint == "it has: none"  # type: ignore[attr-defined]

    edited = {str(resource.id): resource.body for resource in done(overlay, pod("web"), rollout, config()).edited}
    assert edited["Pod/web"]["spec"]["initContainers"] == [{"name": "init", "image": "i"}]
    assert edited["Rollout/r"]["spec"]["template"]["spec"]["containers"] == [{"name": "c", "image": "r"}]


def test_many_resources_are_summed_up() -> None:
    with pytest.raises(KeyError, match=r"^no resource 'Pod/zzz'$") as raised:
        done(lambda resources: [resources["Pod/zzz"]][:0] and None, *(config(f"n{number}") for number in range(20)))
    hint = "there are: " + ", ".join(f"ConfigMap/n{number}" for number in range(12)) + " … (20 in all)"
    assert raised.value.hint == hint  # type: ignore[attr-defined]


def test_reason_needs_a_run() -> None:
    with pytest.raises(InputError, match=r"^reason\(\) outside of the function overlay\(\)$"), reason("why"):
        pass


# From here on whole runs.

BASE = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: '1'\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write files of a project; the working directory is its root."""

    def files(**named: str) -> None:
        texts = {"base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": BASE, **named}
        for path, text in texts.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)

    monkeypatch.chdir(tmp_path)
    return files


def set_x(value: str) -> str:
    return f"def overlay(resources):\n    resources['ConfigMap/a'].body['data']['x'] = {value}\n"


def test_overlays_with_neighbours_of_one_name_do_not_mix(
    write: Callable[..., None], kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    files = {}
    for name in ("one", "two"):
        files[f"overlays/{name}/kgen.yaml"] = "python: overlay.py\n"
        files[f"overlays/{name}/overlay.py"] = f"from yaml import VALUE\nfrom sub.deep import D\n{set_x('VALUE + D')}"
        files[f"overlays/{name}/yaml.py"] = f"VALUE = '{name}'\n"
        files[f"overlays/{name}/sub/deep.py"] = "from pathlib import Path\nD = Path('data.txt').read_text()\n"
        files[f"overlays/{name}/data.txt"] = name.upper()
    write(**files)
    import yaml

    before = (dict(sys.modules), list(sys.path), os.getcwd(), sys.dont_write_bytecode)
    assert kgen("overlay", "--all").code == 0
    assert {name for name in sys.modules if name.split(".")[0] in ("overlay", "sub")} == set()
    assert sys.modules["yaml"] is yaml
    assert (list(sys.path), os.getcwd(), sys.dont_write_bytecode) == before[1:]
    assert "x: oneONE\n" in kgen("build", "overlays/one").out
    assert "x: twoTWO\n" in kgen("build", "overlays/two").out
    assert not list(Path().rglob("__pycache__"))
    assert kgen("overlay", "--all", "--check") == (0, "", "")


def test_what_is_printed_goes_aside(write: Callable[..., None], kgen: Kgen) -> None:
    code = f"import os\nprint('loading')\n{set_x('2')[:-2]}'2'\n    print('hello')\n    os.system('echo sub')\n"
    write(**{"overlays/dev/kgen.yaml": "python: overlay.py\n", "overlays/dev/overlay.py": code})
    ran = kgen("overlay", "dev")
    assert (ran.code, sorted(ran.err.split())) == (0, ["hello", "loading", "sub"])
    assert ran.out.startswith("overlays/dev: written\n")


def test_only_overlay_runs_it_and_only_once(write: Callable[..., None], kgen: Kgen) -> None:
    code = f"with open('trace', 'a') as file:\n    file.write('.')\n{set_x(chr(39) + '2' + chr(39))}"
    write(**{"overlays/dev/kgen.yaml": "python: ../shared.py\n", "overlays/shared.py": code})
    trace = Path("overlays/trace")
    assert kgen("overlay", "dev", "--no-python").code == 3
    assert not trace.exists()
    assert kgen("overlay", "dev").code == 0
    assert trace.read_text() == "."
    trace.unlink()
    for command in ("build", "diff", "blame"):
        assert kgen(command, "overlays/dev").code == 0
    assert not trace.exists()
    assert "# set in shared.py\n    data.x: 1 → 2" in kgen("diff", "dev").out.replace('"', "")


def test_why_a_resource_is_added_is_told_as_why_one_is_patched(write: Callable[..., None], kgen: Kgen) -> None:
    code = "def overlay(resources):\n    body = resources['ConfigMap/a'].body\n"
    code += "    resources.add({**body, 'metadata': {'name': 'b'}}, reason='the second tenant')\n"
    code += "    body['data']['x'] = '2'\n"
    write(**{"overlays/dev/kgen.yaml": "python: overlay.py\n", "overlays/dev/overlay.py": code})
    told = "  ConfigMap/a\n    # set in overlay.py\n  ConfigMap/b\n    # the second tenant\n"
    assert told in kgen("overlay", "dev").out


def test_patches_are_laid_over_what_the_function_leaves(write: Callable[..., None], kgen: Kgen) -> None:
    code = "def overlay(resources):\n    resources.remove('ConfigMap/b', reason='no use')\n"
    code += "    resources['ConfigMap/a'].body['data'].update(x='2', y='2')\n"
    patch = BASE.replace("  x: '1'", "  # by hand\n  x: '3'")
    declared = "python: overlay.py\npatches: [edits/a.yaml]\n"
    files = {"kgen.yaml": declared, "overlay.py": code, "edits/a.yaml": patch}
    files = {f"overlays/dev/{name}": text for name, text in files.items()}
    write(**files | {"base/a.yaml": f"{BASE}---\n{BASE.replace('name: a', 'name: b')}"})
    ran = kgen("overlay", "dev")
    assert (ran.code, ran.out.splitlines()[-5:]) == (
        0,
        ["  ConfigMap/a", "    # set in overlay.py", "    # by hand", "  ConfigMap/b", "    # no use"],
    )
    assert 'data:\n  x: "3"\n  "y": "2"\n' in kgen("build", "overlays/dev").out


def test_the_innermost_line_of_the_person_is_told_and_debug_tells_all(write: Callable[..., None], kgen: Kgen) -> None:
    code = "import json\nfrom deeper import fail\ndef overlay(resources):\n    fail(json)\n"
    files = {
        "kgen.yaml": "python: overlay.py\n",
        "overlay.py": code,
        "deeper.py": "def fail(json):\n    json.loads('{')\n",
    }
    write(**{f"overlays/dev/{name}": text for name, text in files.items()})
    ran = kgen("overlay", "dev")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("overlays/dev/deeper.py:2: error: JSONDecodeError: Expecting property name")
    assert ran.err.endswith("\n  hint: the line is: json.loads('{') (--debug shows all of them)\n")
    assert "Traceback" in kgen("overlay", "dev", "--debug").err


def test_a_line_of_a_library_in_the_project_is_not_told(write: Callable[..., None], kgen: Kgen) -> None:
    code = "import sys\nsys.path.append('site-packages')\nimport installed\ndef overlay(_):\n    installed.fail()\n"
    library = "def fail():\n    raise ValueError('no')\n"
    files = {"kgen.yaml": "python: overlay.py\n", "overlay.py": code, "site-packages/installed.py": library}
    write(**{f"overlays/dev/{name}": text for name, text in files.items()})
    assert kgen("overlay", "dev").err.startswith("overlays/dev/overlay.py:5: error: ValueError: no\n")
    del sys.modules["installed"]
