import pytest

from kgen.errors import Unsupported
from kgen.kustomize.paths import Goal, places, steps


@pytest.mark.parametrize(
    "path", ["null.made", "null.made.deep", "null.0", "null.[a=b].c", "list.0.made", "list.*.made"]
)
def test_nothing_is_made_below_a_null(path: str) -> None:
    with pytest.raises(Unsupported, match="is to be made below a null"):
        places({"null": None, "list": [None]}, steps(path), Goal("scalar"))


@pytest.mark.parametrize("path", ["null.made", "null.[a=b].c", "list.0.made"])
def test_nothing_is_found_below_a_null(path: str) -> None:
    assert not places({"null": None, "list": [None]}, steps(path), Goal())
