"""Each answer is what kubectl found, with a value written so and nothing else to find."""

import pytest

from kgen.errors import Unsupported
from kgen.kustomize.manifests import drafts
from kgen.kustomize.searches import finds, joined, remarks

HEAD = "apiVersion: v1\nkind: Test\nmetadata: {name: test}\nspec:\n  name: "


def found(expression: str, written: str) -> bool:
    (draft,) = drafts(f"{HEAD}{written}\n", "test.yaml")
    return finds(expression, draft.body["spec"]["name"], draft.remarks)


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("", "[web]"),
        ("^web$", "web"),
        ("w.b", '"web"'),
        ("e", "|-\n    web"),
        ("web", "web # c"),
        ("^web", "&x web"),
        ("80", "!!int 80"),
        ("^0x50$", "0x50"),
        ("^it's$", "it's"),
        ("w\\x{e9}b", "wéb"),
        ("web", "!!str web"),
        ("80", '!!int "80"'),
    ],
)
def test_found(expression: str, written: str) -> None:
    assert found(expression, written)


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("^web$", '"web"'),
        ("^$", '""'),
        ("^w", "|-\n    web"),
        ("^web$", '"# web"'),
        ("web", "db # and not us"),
        ("^80$", '"80"'),
        ("x", "~"),
        ("^db$", "db1"),
    ],
)
def test_not_found(expression: str, written: str) -> None:
    assert not found(expression, written)


@pytest.mark.parametrize(
    ("expression", "written", "said"),
    [
        ("b$", "db # and not we", "'db'"),
        ("we", "db # and not we", "'db'"),
        ('"', '"web"', "'web'"),
        ("-", "|-\n    web", "'web'"),
        ("st", "!!str web", "'web'"),
        ("^8", "!!int 80", "'80'"),
        ("int", "!<tag:yaml.org,2002:int> 80", "'80'"),
        ("~", "~", "'null'"),
        ('"', '"a\\"b"', "'a\"b'"),
        ("web", "{web: 1}", "a map"),
        ("web$", "'web'", "'web'"),
        ("^w", "!!str web", "'web'"),
    ],
)
def test_what_depends_on_how_a_value_is_written(expression: str, written: str, said: str) -> None:
    with pytest.raises(Unsupported, match=r"in the path of a target, for which it counts how .* is written") as caught:
        found(expression, written)
    assert f"how {said} is written" in str(caught.value)


def test_a_comment_or_tag_of_what_was_merged_counts() -> None:
    mine, other = remarks("a: b"), remarks("a: b # web")
    assert not finds("web", "db", mine)
    both = joined(joined(mine, other), other)
    assert both == other
    with pytest.raises(Unsupported):
        finds("web", "db", both)
