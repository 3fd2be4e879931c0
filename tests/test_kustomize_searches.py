"""Each answer is what kubectl found, with a value written so and nothing else to find."""

import pytest

from kgen.errors import Unsupported
from kgen.kustomize.manifests import drafts
from kgen.kustomize.searches import finds
from kgen.kustomize.texts import file_of, joined

HEAD = "apiVersion: v1\nkind: Test\nmetadata: {name: test}\nspec:\n  name: "


def found(expression: str, written: str) -> bool:
    (draft,) = drafts(f"{HEAD}{written}\n", "test.yaml")
    return finds(expression, "name", draft.body["spec"]["name"], draft.files)


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
        ("-$", "'-'", "'-'"),
        (">", "'web'", "'web'"),
        ("s$", "yes", "'yes'"),
        ("9$", "!!str 1999-09-09", "'1999-09-09'"),
        ('"', '!!int "80"', "'80'"),
        ("d", '"we\n    b: c" # d', "'we b: c'"),
        ("d", "'we\n    b: c' # d", "'we b: c'"),
        ("^w", "!!str web", "'web'"),
    ],
)
def test_what_depends_on_how_a_value_is_written(expression: str, written: str, said: str) -> None:
    with pytest.raises(Unsupported, match=r"in the path of a target, for which it counts how .* is written") as caught:
        found(expression, written)
    assert f"how {said} is written" in str(caught.value)


def test_a_comment_of_what_was_merged_counts() -> None:
    mine, other = file_of("name: b"), file_of("name: b # web")
    assert not finds("web", "name", "db", mine)
    both = joined(joined(mine, other), other)
    assert both == other
    with pytest.raises(Unsupported):
        finds("web", "name", "db", both)


@pytest.mark.parametrize(
    "written",
    [
        "- v: x # c\n  n: web",
        "- v: x\n  # c\n  n: web",
        "- n: web\n  # c\n  v: x",
        "# c\n- n: web",
        "- # c\n  n: web",
        "- {v: x,\n   # c\n   n: web}",
        "- n: web\n  v: x # c",
        "- v: [a] # c\n  n: web",
        "- v:\n  - a # c\n  n: web",
        "- q: |\n    x # c\n  n: web",
        "- v: x\n  n: web\n# c",
        "- v: x\n  n: web\n\n# c\n\n- n: b",
        "- n:\n    web\n---\n# c",
        "- args:\n  - --in-n=b\n  # c\n  n: web",
    ],
)
def test_a_comment_elsewhere_does_not_count(written: str) -> None:
    (draft,) = drafts(f"# a\napiVersion: v1\nkind: Test\nmetadata: {{name: test}}\nspec:\n{written}\n", "test.yaml")
    assert finds("^web$", "n", draft.body["spec"][0]["n"], draft.files)


@pytest.mark.parametrize(
    "written",
    [
        "- n: web # c",
        "- n:\n    # c\n    web",
        "- n:\n\n    # c\n\n    web",
        "- {n: web, # c\n   v: x}",
        "- {n: web # c\n   , v: x}",
        "- {v: x, n: web # c\n   }",
        "- {n: # c\n   web, v: x}",
        "- ? n\n  : web # c",
        "- ? n\n  # c\n  : web",
        "- n: &a web # c",
        "- n: &a # c\n    web",
        "- n: # c\n  # d\n    web",
        '- "\\x6e": web # c',
        "- n: web # c\n- v: &b b # d\n  n: *b",
        "- n:\n    we\n    b # c",
        "- v: &k n\n  *k : web # c",
    ],
)
def test_a_comment_near_a_value_counts(written: str) -> None:
    (draft,) = drafts(f"apiVersion: v1\nkind: Test\nmetadata: {{name: test}}\nspec:\n{written}\n", "test.yaml")
    for item in draft.body["spec"]:
        with pytest.raises(Unsupported):
            finds("^w?e? ?b$", "n", item["n"], draft.files)


@pytest.mark.parametrize("written", ["- web # c", "# c\n- web", "- # c\n  web", "- a\n# c\n- web"])
def test_any_comment_may_belong_to_an_item(written: str) -> None:
    with pytest.raises(Unsupported):
        finds("^web$", "", "web", file_of(written))


def test_a_comment_may_be_before_an_item() -> None:
    with pytest.raises(Unsupported):
        finds("^web", "", "web", file_of("# c\n- web"))


def test_very_many_comments_are_refused_unless_a_word_is_in_few() -> None:
    files = file_of("".join(f"- n: a{number} # c{number}\n" for number in range(200)))
    assert finds("a7", "n", "a7", files)
    assert not finds("^c", "v", "a7", files)
    with pytest.raises(Unsupported, match=r"the expression '\^a7' in the path of a target, where very many values"):
        finds("^a7", "n", "a7", files)


def test_marks_in_a_text_are_read_in_linear_time() -> None:
    (file,) = file_of(f"a: |\n  a: {'!' * 99} {'&' * 99} x\n  # c\n" + "x" * 99_999 + "\n# d\n" * 9_999)
    assert {remark.text for remark in file.remarks} == {"!" * 99, "# c", "# d"}
