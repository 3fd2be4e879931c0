import pickle

import pytest

from kgen.errors import InputError, InputErrors, KgenError, Origin, Refusals, ToolError, Unsupported, together
from kgen.overlay.verify import Inexpressible

HERE, BASE, TOP = (
    Origin("base/web.yaml", 3, 1),
    Origin("base/kustomization.yaml", 2),
    Origin("top/kustomization.yaml", 5),
)


def test_what_leads_to_an_error_is_its_place_and_then_the_chain_nearest_first() -> None:
    error = InputError("wrong")
    for place in (None, HERE, BASE, BASE._replace(line=9), TOP):
        error.led_from(place)
    assert (error.origin, error.chain) == (HERE, (BASE, TOP))


def test_each_part_has_its_own_chain() -> None:
    below, here = InputError("below", origin=HERE), InputError("here", origin=BASE)
    below.led_from(BASE)
    both = InputErrors([below, here])
    both.led_from(TOP)
    assert [part.chain for part in both.parts] == [(BASE, TOP), (TOP,)]


def test_errors_in_errors_are_told_one_by_one() -> None:
    one, two, three = (InputError(name) for name in ("one", "two", "three"))
    assert InputErrors([InputErrors([one, two]), three]).parts == (one, two, three)


@pytest.mark.parametrize(
    ("errors", "kind", "code"),
    [
        ([InputError("a")], InputError, 2),
        ([InputError("a"), InputError("b")], InputErrors, 2),
        ([Unsupported("a"), InputError("b")], InputErrors, 2),
        ([Unsupported("a")], Unsupported, 3),
        ([Unsupported("a"), Unsupported("b")], Refusals, 3),
    ],
)
def test_together_is_wrong_if_any_is_wrong_for_sure(errors: list[KgenError], kind: type[KgenError], code: int) -> None:
    made = together(errors)
    assert (type(made), made.exit_code, list(made.parts)) == (kind, code, errors)
    assert made.message == "\n".join(error.message for error in errors)


def test_what_is_said_twice_is_told_once() -> None:
    same = [InputError("a", origin=HERE), InputError("a", origin=HERE)]
    assert together(same) is same[0]
    assert len(together([*same, InputError("a", origin=TOP), ToolError("a", origin=HERE)]).parts) == 3


@pytest.mark.parametrize(
    "error",
    [
        InputError("wrong", origin=HERE, hint="right it"),
        Unsupported("the field 'helmCharts'", origin=HERE),
        InputErrors([InputError("a", origin=HERE), Unsupported("b")]),
        Refusals(Unsupported(name) for name in "ab"),
        Inexpressible(InputError("wrong")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_cross_from_one_process_to_another_as_they_are(error: KgenError) -> None:
    error.led_from(TOP)
    crossed = pickle.loads(pickle.dumps(error))  # noqa: S301 - its own
    assert (type(crossed), str(crossed), crossed.exit_code) == (type(error), str(error), error.exit_code)
    for part, other in zip(crossed.parts, error.parts, strict=True):
        assert vars(part).keys() == vars(other).keys()
        assert (part.message, part.origin, part.hint, part.chain) == (
            (other.message, other.origin, other.hint, other.chain)
        )
