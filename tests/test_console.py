"""When colours are used, and how wide a terminal is."""

import io

import pytest

from kgen import console
from kgen.console import Colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "variables", "colour", "expected"),
    [
        (Terminal(), {}, Colour.AUTO, True),
        (io.StringIO(), {}, Colour.AUTO, False),
        (Terminal(), {"NO_COLOR": "1"}, Colour.AUTO, False),
        (Terminal(), {"NO_COLOR": ""}, Colour.AUTO, True),
        (Terminal(), {"NO_COLOR": "1"}, Colour.ALWAYS, True),
        (io.StringIO(), {}, Colour.ALWAYS, True),
        (Terminal(), {}, Colour.NEVER, False),
        (Terminal(), {"TERM": "dumb"}, Colour.AUTO, False),
    ],
)
def test_colours_where_a_terminal_and_the_person_want_them(
    stream: io.StringIO, variables: dict[str, str], colour: Colour, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout", stream)
    assert console.coloured(colour) is expected


def test_a_terminal_has_its_own_width_and_breaks_longer_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.stdout", Terminal())
    assert (console.width(), console.breaks()) == (40, True)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert (console.width(), console.breaks()) == (100, False)
