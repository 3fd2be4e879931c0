import pytest
from verdict_situations import Pair, one, said, situation, with_, workload

from kgen.preview.comparison import Finding
from kgen.preview.verdicts import hidden_variable
from kgen.resource import Body

ENV = "spec.template.spec.containers.0.env"


def web(*names: str, kind: str = "Deployment") -> Body:
    return with_(workload(kind), ENV, [{"name": name, "value": str(index)} for index, name in enumerate(names)])


def test_a_variable_that_hides_another() -> None:
    found = one(hidden_variable, situation((web("A", "B"), web("A", "B", "A", "B"))))
    assert found[:2] == ("hidden-variable", "note")
    assert isinstance(found, Finding)
    assert (found.message, found.hint) == (
        "sets A of main, B of main twice: the last one counts, and an apply may drop the others",
        "keep one of them",
    )


@pytest.mark.parametrize(
    "pair",
    [
        (web("A", "A"), web("A")),
        (web("A", "A"), None),
        (web("A"), web("A", "B")),
        (web("A", "A"), web("A", "A")),
        (workload(), with_(workload(), ENV, "A")),
        (workload(), with_(workload(), ENV, [None, {"value": "1"}, {"value": "1"}])),
    ],
)
def test_nothing_is_hidden(pair: Pair) -> None:
    assert said(hidden_variable, situation(pair)) == []


def test_what_is_added_counts() -> None:
    assert len(said(hidden_variable, situation((None, web("A", "A", kind="StatefulSet"))))) == 1
