import pytest

from kgen.errors import InputError
from kgen.yamlio.source import lists

MAP = {"path": "b.yaml", "target": {"kind": "Deployment", "name": "web"}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "patches:\n- b.yaml\n"),
        ("# nothing yet", "# nothing yet\npatches:\n- b.yaml\n"),
        ("cluster: kind", "cluster: kind\npatches:\n- b.yaml\n"),
        ("cluster: kind\n\n# the end\n", "cluster: kind\npatches:\n- b.yaml\n\n# the end\n"),
        ("config:\n  a:\n    b: |\n      text\n\n", "config:\n  a:\n    b: |\n      text\npatches:\n- b.yaml\n\n"),
        ("patches:\n- a.yaml\n", "patches:\n- a.yaml\n- b.yaml\n"),
        ("patches:\n- a.yaml", "patches:\n- a.yaml\n- b.yaml"),
        ("patches:\n  - a.yaml # one\ncluster: kind\n", "patches:\n  - a.yaml # one\n  - b.yaml\ncluster: kind\n"),
        ("patches:\r\n- a.yaml\r\n", "patches:\r\n- a.yaml\r\n- b.yaml\r\n"),
        ("patches: [a.yaml]  # all\n", "patches: [a.yaml, b.yaml]  # all\n"),
        ("patches: []\n", "patches: [b.yaml]\n"),
        ("patches:\ncluster: kind\n", "patches:\n- b.yaml\ncluster: kind\n"),
        (
            "patches:\n- path: a.yaml\n  target:\n    kind: Pod\n\nimages: {}\n",
            "patches:\n- path: a.yaml\n  target:\n    kind: Pod\n- b.yaml\n\nimages: {}\n",
        ),
    ],
)
def test_an_item_is_added_and_the_rest_stays(before: str, after: str) -> None:
    assert lists.append(before, "patches", "b.yaml", "kgen.yaml") == after


def test_an_item_that_is_a_map_stands_in_one_line() -> None:
    after = "patches:\n- {path: b.yaml, target: {kind: Deployment, name: web}}\n"
    assert lists.append("", "patches", MAP, "kgen.yaml") == after


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("patches:\n- a.yaml\n", 0, ""),
        ("cluster: kind\npatches: [a.yaml]\n", 0, "cluster: kind\n"),
        ("patches:\n- a.yaml\n# second\n- b.yaml # gone\n", 1, "patches:\n- a.yaml\n# second\n"),
        ("patches:\n- a.yaml\n- b.yaml", 0, "patches:\n- b.yaml"),
        ("patches:\r\n- a.yaml\r\n- b.yaml\r\n", 0, "patches:\r\n- b.yaml\r\n"),
        ("patches: [a.yaml, b.yaml, c.yaml]\n", 0, "patches: [b.yaml, c.yaml]\n"),
        ("patches: [a.yaml, b.yaml, c.yaml]\n", 2, "patches: [a.yaml, b.yaml]\n"),
        ("patches:\n- path: a.yaml\n  target: {kind: Pod}\n- b.yaml\n", 0, "patches:\n- b.yaml\n"),
        (
            "patches:\n- a.yaml\n- path: b.yaml\n  target:\n    kind: Pod\nimages: {}\n",
            1,
            "patches:\n- a.yaml\nimages: {}\n",
        ),
    ],
)
def test_an_item_is_taken_out_and_the_rest_stays(before: str, index: int, after: str) -> None:
    assert lists.drop(before, "patches", index, "kgen.yaml") == after


@pytest.mark.parametrize("text", ["{cluster: kind}\n", "a: &a [x]\npatches: *a\n", "patches: text\n", "- a\n"])
def test_what_is_written_otherwise_is_for_a_person_to_edit(text: str) -> None:
    with pytest.raises(InputError) as raised:
        lists.append(text, "patches", "b.yaml", "kgen.yaml")
    assert (raised.value.message, raised.value.hint) == ("cannot add to patches", "add this item by hand: b.yaml")


def test_what_is_shared_is_for_a_person_to_take_out() -> None:
    with pytest.raises(InputError) as raised:
        lists.drop("a: &a [x, y]\npatches: *a\n", "patches", 0, "kgen.yaml")
    assert (raised.value.message, raised.value.hint) == ("cannot take this out of patches", "remove it by hand")
