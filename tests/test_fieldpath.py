import pytest

from kgen.fieldpath import FieldPath, ItemKey, pointer

WEB = ItemKey((("name", "web"),))
DNS = ItemKey((("port", 53), ("protocol", "UDP")))
BODY = {"spec": {"containers": [{"name": "side"}, {"name": "web", "image": "a"}], "ports": [{"port": 53}]}}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (FieldPath(), ""),
        (FieldPath(("spec", "replicas")), "spec.replicas"),
        (FieldPath(("spec", "containers", WEB, "image")), "spec.containers[name=web].image"),
        (FieldPath(("spec", "ports", DNS)), "spec.ports[53/UDP]"),
        (FieldPath(("args", 1)), "args[1]"),
        (FieldPath(("data", "airflow.cfg")), 'data["airflow.cfg"]'),
        (FieldPath(("data", 'a"b\\')), 'data["a\\"b\\\\"]'),
        (FieldPath(("data", "")), 'data[""]'),
    ],
)
def test_a_path_prints_as_people_say_it(path: FieldPath, text: str) -> None:
    assert str(path) == text


def test_a_path_extends_without_changing_itself() -> None:
    path = FieldPath(("spec",))
    assert path / "replicas" == FieldPath(("spec", "replicas"))
    assert path == FieldPath(("spec",))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (FieldPath(("spec", "containers", WEB, "image")), ("spec", "containers", 1, "image")),
        (FieldPath(("spec", "absent")), ("spec", "absent")),
        (FieldPath(("spec", "ports", 0, "port")), ("spec", "ports", 0, "port")),
    ],
)
def test_positions_are_those_of_the_body(path: FieldPath, expected: tuple[str | int, ...]) -> None:
    assert path.positions(BODY) == expected


@pytest.mark.parametrize("path", [FieldPath(("spec", "ports", DNS)), FieldPath(("spec", WEB)), FieldPath(("a", WEB))])
def test_an_item_that_is_not_there_has_no_position(path: FieldPath) -> None:
    with pytest.raises(KeyError):
        path.positions(BODY)
    assert path.get(BODY) is None


def test_get_follows_merge_keys_and_positions() -> None:
    assert FieldPath(("spec", "containers", WEB, "image")).get(BODY) == "a"
    assert FieldPath(("spec", "containers", 0, "name")).get(BODY) == "side"
    assert FieldPath(("spec", "containers", 7, "name")).get(BODY) is None


def test_a_json_pointer_escapes_its_keys() -> None:
    assert pointer(("metadata", "annotations", "a/b~c", 0)) == "/metadata/annotations/a~1b~0c/0"
    assert FieldPath(("spec", "containers", WEB)).pointer(BODY) == "/spec/containers/1"


def test_an_item_key_says_the_merge_keys_that_the_item_has() -> None:
    assert ItemKey.of({"port": 53, "name": "dns"}, ("port", "protocol")) == ItemKey((("port", 53),))
    assert not WEB.matches("web")
