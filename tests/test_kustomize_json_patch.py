import pytest

from kgen.errors import Unsupported
from kgen.kustomize.json_patch import load


def patch(value: str, op: str = "test") -> str:
    return f'[{{"op": "{op}", "path": "/spec", "value": {value}}}]'


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ('"x<y"', "'<'"),
        ('{"a": ["x>y"]}', "'>'"),
        ('"x&y"', "'&'"),
        (r'"x\u003cy"', r"'\'"),
        (r'"x\/y"', r"'\'"),
        ('"x\u2028y"', r"'\u2028'"),
        ("1.0", "the number 1.0"),
        ("1e6", "the number 1e6"),
        ("[0.10]", "the number 0.10"),
        ("-0", "the number -0"),
        ("123456789012345678901234", "the number 12345678901234567890"),
    ],
)
def test_a_test_in_json_that_go_writes_otherwise_is_refused(value: str, what: str) -> None:
    with pytest.raises(Unsupported) as caught:
        load(patch(value), "p.json")
    assert caught.value.message.endswith(f"{what} in a JSON patch with a test, which compares how values are written")
    assert load(patch(value, "add"), "p.json")


@pytest.mark.parametrize("value", ['"xéy"', '{"a": [1, 0.1, -3, 1000000, true, null]}', "1e+21", '"a/b"'])
def test_a_test_in_json_that_go_writes_so_is_read(value: str) -> None:
    assert load(patch(value), "p.json")
