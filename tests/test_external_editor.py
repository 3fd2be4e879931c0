import pytest

from kgen.errors import ToolError
from kgen.external import editor


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ["vi"]),
        ({"EDITOR": "nano"}, ["nano"]),
        ({"EDITOR": "nano", "VISUAL": "code --wait"}, ["code", "--wait"]),
        ({"EDITOR": "nano", "VISUAL": "code", "KUBE_EDITOR": "'my editor' -w"}, ["my editor", "-w"]),
        ({"EDITOR": "nano", "VISUAL": " "}, ["nano"]),
    ],
)
def test_the_editor_is_the_one_kubectl_would_take(environment: dict[str, str], expected: list[str]) -> None:
    assert editor.command(environment) == expected


def test_an_open_quote_is_told() -> None:
    with pytest.raises(ToolError) as raised:
        editor.command({"EDITOR": "'vi"})
    assert raised.value.message == 'the editor "\'vi" has a quote that is not closed'


def test_an_editor_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBE_EDITOR", "/")
    with pytest.raises(ToolError) as raised:
        editor.edit("/nothing")
    assert raised.value.message == "the editor / cannot be started: Permission denied"
