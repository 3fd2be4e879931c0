"""Where a part goes in a path; the table is that of kustomize's ``InsertPathPart``, and odd paths beside it."""

import pytest

from kgen.kustomize.transformers.value_add import inserted


@pytest.mark.parametrize(
    ("path", "index", "part", "expected"),
    [
        ("", 0, "peach", "peach"),
        ("/", 7, "peach", "/peach"),
        ("pie", 0, "peach", "peach/pie"),
        ("/pie", 0, "peach", "/peach/pie"),
        ("raw", 1, "peach", "raw/peach"),
        ("/raw", 99, "peach", "/raw/peach"),
        ("a/nice/warm/pie", 3, "peach", "a/nice/warm/peach/pie"),
        ("/a/nice/warm/pie", 3, "peach", "/a/nice/warm/peach/pie"),
        ("a//b/../c", 1, "peach", "a/peach/c"),
        ("//a", 0, "peach", "/peach/a"),
        ("a/", 1, "peach", "a/peach"),
        ("a", 0, "//p//q", "/p/q/a"),
        ("/a", 0, "/p", "//p/a"),
        ("a" + "/a" * 5000, 0, "b", "b/a" + "/a" * 5000),
    ],
)
def test_a_part_is_put_into_a_path(path: str, index: int, part: str, expected: str) -> None:
    assert inserted(path, index, part) == expected
