from typing import Any

import pytest

from kgen.errors import Origin, VerificationError
from kgen.filesystem import MemoryFileSystem
from kgen.overlay import verify as module
from kgen.overlay.verify import build_text, verify
from kgen.resource import Body, Resource, ResourceMap

REPORT = "this is a defect of kgen, nothing was written; please report it with the base and kgen.yaml"


def config(name: str = "a", **data: Any) -> Body:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def resources(*bodies: Body) -> ResourceMap:
    return ResourceMap(Resource(body) for body in bodies)


def refused(built: ResourceMap, wanted: ResourceMap, base: ResourceMap) -> str:
    with pytest.raises(VerificationError) as raised:
        verify(built, wanted, base)
    assert raised.value.hint == REPORT
    assert raised.value.exit_code == 5
    return raised.value.message


def test_what_was_wanted_passes() -> None:
    wanted = resources(config(x="1"), config("b"))
    verify(resources(config(x="1"), config("b")), wanted, resources(config(x="0")))


def test_another_value_is_refused() -> None:
    wanted = resources(config(x="1"))
    assert refused(resources(config(x=1)), wanted, wanted) == "the overlay does not make ConfigMap/a what was wanted"


def test_other_resources_are_refused() -> None:
    both, one = resources(config("a"), config("b")), resources(config("a"))
    message = "the overlay builds other resources than wanted: ConfigMap/b"
    assert refused(one, both, one) == message
    assert refused(both, one, one) == message


def test_the_order_of_resources_does_not_count() -> None:
    one, other = resources(config("a"), config("b")), resources(config("b"), config("a"))
    verify(one, other, one)


def test_deepdiff_is_asked_about_changed_resources_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second opinion counts where the first says nothing: its own equality is switched off here."""

    def blind(*sides: Any) -> bool:
        return not any("'0'" in repr(side) for side in sides)

    monkeypatch.setattr(module, "same", blind)
    base = resources(config(x="0"), config("b"))
    message = refused(resources(config(x="2"), config("b")), resources(config(x="1"), config("b")), base)
    where = "root['v1']['ConfigMap/a']['default']['data']['x']"
    assert message == (
        "the overlay does not make what was wanted: "
        f"{{'values_changed': {{\"{where}\": {{'new_value': '2', 'old_value': '1'}}}}}}"
    )


def test_an_overlay_that_does_not_build_is_a_defect() -> None:
    fs = MemoryFileSystem({"/p/base/kustomization.yaml": "resources: []\n"})
    with pytest.raises(VerificationError) as raised:
        build_text("/p/overlays/dev", {"kustomization.yaml": "resources:\n- gone.yaml\n"}, fs)
    assert raised.value.message.startswith("the overlay does not build: ")
    assert raised.value.origin is not None
    assert raised.value.origin.path == "/p/overlays/dev/kustomization.yaml"


def test_the_text_about_to_be_written_is_built_and_not_what_lies_there() -> None:
    base = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
    fs = MemoryFileSystem(
        {
            "/p/base/kustomization.yaml": "resources:\n- a.yaml\n",
            "/p/base/a.yaml": base,
            "/p/overlays/dev/kustomization.yaml": "resources:\n- stale.yaml\n",
            "/p/overlays/dev/stale.yaml": base,
        }
    )
    built = build_text("/p/overlays/dev", {"kustomization.yaml": "resources:\n- ../../base\nnamePrefix: dev-\n"}, fs)
    assert [(str(r.id), r.origin) for r in built] == [("ConfigMap/dev-a", Origin("/p/base/a.yaml", 1))]
