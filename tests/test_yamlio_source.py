"""Reading what people write with places, and splicing that touches one field only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgen.errors import InputError, InputErrors
from kgen.yamlio.source import Alias, Change, Mapping, Scalar, decode, read, splice
from kgen.yamlio.source.nodes import Leaf, plain
from kgen.yamlio.source.scalars import inline, kind_of, literal

MEMORY = ("node", "memory")


def shown(error: InputError) -> str:
    """The error as the command line shows it."""
    lines = [f"{part.origin}: {part.message}" + (f" | {part.hint}" if part.hint else "") for part in error.parts]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "null"),
        ("~", "null"),
        ("null", "null"),
        ("true", "boolean"),
        ("False", "boolean"),
        ("True", "boolean"),
        ("yes", "text"),
        ("on", "text"),
        ("0644", "integer"),
        ("0o644", "integer"),
        ("0x1F", "integer"),
        ("0b11", "integer"),
        ("1_000", "integer"),
        ("-1", "integer"),
        ("1.10", "number"),
        ("1e3", "number"),
        (".5", "number"),
        ("1.", "number"),
        (".inf", "number"),
        (".nan", "number"),
        ("12:30:45", "text"),
        ("2024-01-02", "text"),
        ("=", "text"),
        ("3Gi", "text"),
        ("1.10.2", "text"),
        ("-", "text"),
        ("_1", "text"),
    ],
)
def test_kind_of_a_plain_scalar(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("value", "style", "flow", "expected"),
    [
        ("3Gi", "", False, "3Gi"),
        (3, "", False, "3"),
        (3, "'", False, "'3'"),
        (3, '"', False, '"3"'),
        ("3", "", False, '"3"'),
        ("1.10", "", False, '"1.10"'),
        ("", "", False, '""'),
        ("yes", "", False, '"yes"'),
        ("No", "", False, '"No"'),
        ("y", "", False, '"y"'),
        ("null", "", False, '"null"'),
        ("12:30", "", False, '"12:30"'),
        ("2024-01-02", "", False, '"2024-01-02"'),
        ("-", "", False, '"-"'),
        ("hello world", "", False, '"hello world"'),
        ("localhost:5001/app", "", False, "localhost:5001/app"),
        ("localhost:5001/app", "", True, '"localhost:5001/app"'),
        ("a: b", "", False, '"a: b"'),
        ("a #b", "", False, '"a #b"'),
        ('say "hi"', "", False, "'say \"hi\"'"),
        ("C:\\dir", "", False, "'C:\\dir'"),
        ('it\'s "it"', "", False, '"it\'s \\"it\\""'),
        ("it's", "'", False, "'it''s'"),
        ("a\nb", "'", False, '"a\\nb"'),
        ("tab\t\0\x7f\u2028\U0001f600\U000e0001", "", False, '"tab\\t\\0\\u007F\\u2028😀\\U000E0001"'),
        ("é", "", False, '"é"'),
    ],
)
def test_inline_quotes_what_needs_it(value: str | int, style: str, flow: bool, expected: str) -> None:
    assert inline(value, style, flow=flow) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\nb\n", ("|", ("a", "b"))),
        ("a\n\n  b", ("|-", ("a", "", "  b"))),
        ("a\tb\nc\n", ("|", ("a\tb", "c"))),
        ("a", None),
        ("a\n", None),
        ("a\nb\n\n", None),
        ("\na\n", None),
        (" a\nb\n", None),
        ("a\r\nb\n", None),
        ("a\x07\nb\n", None),
    ],
)
def test_literal_block_only_where_it_is_exact(value: str, expected: object) -> None:
    assert literal(value) == expected


def test_decode_gives_the_text() -> None:
    assert decode("\ufeffa: ü\r\n".encode(), "kgen.yaml") == "\ufeffa: ü\r\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: 1\nb: \xe9\n", "kgen.yaml:2:4: not UTF-8 text: byte 0xe9 | save the file as UTF-8"),
        ("\ufeffa: 1".encode("utf-16-le"), "kgen.yaml:1:1: not UTF-8 text: byte 0xff | save the file as UTF-8"),
    ],
)
def test_decode_says_where_it_is_not_utf_8(data: bytes, expected: str) -> None:
    with pytest.raises(InputError) as error:
        decode(data, "kgen.yaml")
    assert shown(error.value) == expected


def test_read_tells_line_and_column() -> None:
    source = read("\ufeff# c\r\nnode:\r\n  memory: 3Gi # x\r\n", "kgen.yaml")
    assert isinstance(source.root, Mapping)
    node = source.root.entries[0]
    assert isinstance(node.value, Mapping)
    memory = node.value.entries[0]
    assert str(source.origin(node.key.start)) == "kgen.yaml:2:1"
    assert str(source.origin(memory.value.start)) == "kgen.yaml:3:11"
    assert source.text[memory.value.start : memory.value.end] == "3Gi"


def test_read_of_the_first_line_does_not_count_the_byte_order_mark() -> None:
    source = read("\ufeffa: 1", "f")
    assert isinstance(source.root, Mapping)
    assert str(source.origin(source.root.entries[0].key.start)) == "f:1:1"


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "--- # c\n...\n", "~\n", "\ufeff"])
def test_read_of_nothing(text: str) -> None:
    assert plain(read(text, "f").root) is None


def test_read_follows_aliases_and_merge_keys() -> None:
    text = "a: &a {x: 1, y: 2}\nb: *a\nc:\n  <<: [*a, {z: 3}]\n  y: 9\n"
    one, two = Leaf("integer", "1"), Leaf("integer", "2")
    source = read(text, "f")
    assert plain(source.root) == {
        "a": {"x": one, "y": two},
        "b": {"x": one, "y": two},
        "c": {"y": Leaf("integer", "9"), "x": one, "z": Leaf("integer", "3")},
    }
    assert isinstance(source.root, Mapping)
    assert isinstance(source.root.entries[1].value, Alias)


def test_read_takes_the_string_tag_and_quotes_for_text() -> None:
    source = read("[!!str 1, '2', \"<<\", ! 3, x]", "f")
    assert plain(source.root) == [Leaf("text", value) for value in ("1", "2", "<<", "3", "x")]


def test_read_puts_a_missing_value_behind_its_colon() -> None:
    source = read("a: # c\n\nb:\n", "f")
    assert isinstance(source.root, Mapping)
    first = source.root.entries[0].value
    assert isinstance(first, Scalar)
    assert (first.start, first.end) == (2, 2)


LONG = "x" * ((1 << 20) + 1)
BOMB = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{b}: &{b} [{('*' + a + ',') * 9}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 'x\nb: 1\n", "f:1:4: not valid YAML: what begins here is never closed | add the closing quote or bracket"),
        ("a: [b\n", "f:1:4: not valid YAML: what begins here is never closed | add the closing quote or bracket"),
        ("a:\n\tb: 1\n", "f:2:1: not valid YAML: a tab where YAML allows none | indent with spaces"),
        ("a: @b\n", "f:1:4: not valid YAML: this character cannot start a value | put the value in quotes"),
        (
            "a: b: c\n",
            (
                "f:1:5: not valid YAML: a ': ' that YAML cannot place here"
                " | mend the indentation, or put a value that holds ': ' in quotes"
            ),
        ),
        (
            "a: 1\n- b\n",
            (
                "f:2:1: not valid YAML: this does not fit the lines above it"
                " | give keys of one map the same indentation, and start only the items of a list with '- '"
            ),
        ),
        ("a: 1\nbcd\n", "f:3:1: not valid YAML: a key without its ':' | write it as key: value"),
        ("a: }\n", "f:1:4: not valid YAML: expected the node content, but found '}'"),
        ("%YAML 2.0\n---\n", "f:1:1: not valid YAML: found incompatible YAML document (version 1.* is required)"),
        ('"\\UFFFFFFFF"', "f:1:1: not valid YAML: an escape such as \\UFFFFFFFF names no character"),
        (
            "a: 1\nb: \0",
            "f:2:4: the character U+0000 is not allowed in YAML | remove it, or write it as an escape in double quotes",
        ),
        (
            "a: b\n" * 3000 + "\x07",
            (
                "f:3001:1: the character U+0007 is not allowed in YAML"
                " | remove it, or write it as an escape in double quotes"
            ),
        ),
        ("a: 1\n---\nb: 1\n", "f:2:1: a second document | keep one document in this file"),
        ("a: *x\n", "f:1:4: *x refers to nothing | mark the value it refers to with &x, above this line"),
        ("a: &x [*x]\n", "f:1:8: *x stands inside of what it refers to"),
        ("a: !!binary 1\n", "f:1:4: the tag !!binary has no meaning here | remove it"),
        ("a: !x {}\n", "f:1:4: the tag !x has no meaning here | remove it"),
        ("[a]: 1\n", "f:1:1: a key is plain text here, not a map, list or alias"),
        ("<<: 1\n", "f:1:5: '<<' takes a map or a list of maps | for example: <<: *common"),
        ("[" * 60, "f:1:52: nested deeper than 50 levels | use fewer levels"),
        (BOMB, "f:6:8: with its aliases written out the file has over 100000 values | use fewer aliases"),
        (LONG, "f:1:1: longer than 1048576 characters | split the file"),
    ],
    ids=lambda value: value[:30],
)
def test_read_says_what_is_not_yaml(text: str, expected: str) -> None:
    with pytest.raises(InputError) as error:
        read(text, "f")
    assert shown(error.value) == expected


def test_read_collects_duplicate_keys() -> None:
    source = read("a: 1\nb: {c: 1, c: 2}\na: 2\n", "f")
    assert [shown(error) for error in source.duplicates] == [
        "f:2:11: 'c' is given twice, first at f:2:5 | remove one of them",
        "f:3:1: 'a' is given twice, first at f:1:1 | remove one of them",
    ]


PIECES = [
    *(
        "a",
        "b:",
        "|",
        "|2",
        ">-",
        "'",
        '"',
        "#",
        "&x",
        "*x",
        "<<:",
        "!!str",
        "!t",
        "---",
        "...",
        "%YAML",
        "\\x4",
        "\\ud800",
    ),
    *("1.10", "~", "\r", "\u2028", "\ufeff", "@", "`", "!", "&", "*", "{", "}", "[", "]", ",", "?", "-", ":"),
    *("\n", "\n", "\r\n", " ", " ", "  ", "\t", "\0"),
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=14,
    ).map("".join)
)
def test_read_fails_in_one_way_only(text: str) -> None:
    try:
        read(text, "f")
    except InputError as error:
        assert error.origin is not None  # noqa: PT017  # either outcome is fine


SPLICED = [
    # nothing there yet
    ("", MEMORY, "3Gi", "node:\n  memory: 3Gi\n"),
    ("# c", MEMORY, "3Gi", "# c\nnode:\n  memory: 3Gi"),
    ("# c\n\n", MEMORY, "3Gi", "# c\n\nnode:\n  memory: 3Gi\n"),
    ("# c\r\n", MEMORY, "3Gi", "# c\r\nnode:\r\n  memory: 3Gi\r\n"),
    ("\ufeff", MEMORY, "3Gi", "\ufeffnode:\n  memory: 3Gi\n"),
    ("---\n", MEMORY, "3Gi", "---\nnode:\n  memory: 3Gi\n"),
    ("--- # c\n...\n", MEMORY, "3Gi", "--- # c\nnode:\n  memory: 3Gi\n...\n"),
    ("{}\n", MEMORY, "3Gi", "{node: {memory: 3Gi}}\n"),
    # a value that is missing
    ("node:\n", MEMORY, "3Gi", "node:\n  memory: 3Gi\n"),
    ("node:", MEMORY, "3Gi", "node:\n  memory: 3Gi"),
    ("node: # c\n# d\nx: 1\n", MEMORY, "3Gi", "node: # c\n  memory: 3Gi\n# d\nx: 1\n"),
    ("node: ~ # c\n", MEMORY, "3Gi", "node: # c\n  memory: 3Gi\n"),
    ("node: # c\n  ~\n", MEMORY, "3Gi", "node: # c\n  \n  memory: 3Gi\n"),
    ("node:\n  memory: # c\n", MEMORY, "3Gi", "node:\n  memory: 3Gi # c\n"),
    ("node:\n  memory: null\n", MEMORY, "3Gi", "node:\n  memory: 3Gi\n"),
    ("{node}\n", MEMORY, "3Gi", "{node: {memory: 3Gi}}\n"),
    ("{node: , x: 1}\n", MEMORY, "3Gi", "{node: {memory: 3Gi} , x: 1}\n"),
    ("node: {memory}\n", MEMORY, "3Gi", "node: {memory: 3Gi}\n"),
    ("node: {memory: }\n", MEMORY, "3Gi", "node: {memory: 3Gi }\n"),
    # a new key in a block map
    ("node:\n  cpu: 2 # c\n\nx: 1\n", MEMORY, "3Gi", "node:\n  cpu: 2 # c\n  memory: 3Gi\n\nx: 1\n"),
    ("node:\n    cpu: 2\n    # m\n", MEMORY, "3Gi", "node:\n    cpu: 2\n    memory: 3Gi\n    # m\n"),
    ("node:\r\n  cpu: 2\r\nx: 1\r\n", MEMORY, "3Gi", "node:\r\n  cpu: 2\r\n  memory: 3Gi\r\nx: 1\r\n"),
    ("x:\n   y: 1\n# end", MEMORY, "3Gi", "x:\n   y: 1\nnode:\n   memory: 3Gi\n# end"),
    ("x: 1", MEMORY, "3Gi", "x: 1\nnode:\n  memory: 3Gi"),
    ("x: 1\n...\n", MEMORY, "3Gi", "x: 1\nnode:\n  memory: 3Gi\n...\n"),
    ("x: |\n  a\n\n\n# c\n", ("z",), "b", "x: |\n  a\nz: b\n\n\n# c\n"),
    ("x: |+\n  a\n\n# c\n", ("z",), "b", "x: |+\n  a\n\nz: b\n# c\n"),
    ("x: >-\n  a\n   b  ", ("z",), "b", "x: >-\n  a\n   b  \nz: b"),
    ("x: 'a\n\n  b' # c\n", ("z",), "b", "x: 'a\n\n  b' # c\nz: b\n"),
    ("x:\n- a\n- b: 1\n  c: # d\n", ("z",), "b", "x:\n- a\n- b: 1\n  c: # d\nz: b\n"),
    ("x:\ny:\n", ("x", "z"), "b", "x:\n  z: b\ny:\n"),
    ("'x': 1\n", ("x",), 2, "'x': 2\n"),
    ("x:\n- |\n  a\n\n\n# c\n", ("z",), "b", "x:\n- |\n  a\nz: b\n\n\n# c\n"),
    ("x: {\n  a: 1\n} # c\n", ("z",), "b", "x: {\n  a: 1\n} # c\nz: b\n"),
    ("x: [\n  a\n]\n", ("z",), "b", "x: [\n  a\n]\nz: b\n"),
    # a new key in a flow map
    ("node: {}\n", MEMORY, "3Gi", "node: {memory: 3Gi}\n"),
    ("node: { }\n", MEMORY, "3Gi", "node: { memory: 3Gi }\n"),
    ("node: { cpu: 2 } # c\n", MEMORY, "3Gi", "node: { cpu: 2, memory: 3Gi } # c\n"),
    ("node: {cpu: 2,}\n", MEMORY, "3Gi", "node: {cpu: 2, memory: 3Gi,}\n"),
    ("node: {cpu: }\n", MEMORY, "3Gi", "node: {cpu: , memory: 3Gi }\n"),
    ("node: {cpu}\n", MEMORY, "3Gi", "node: {cpu, memory: 3Gi}\n"),
    ('{"node":{"cpu":2}}', MEMORY, "3Gi", '{"node":{"cpu":2, memory: 3Gi}}'),
    ("node: {\n  cpu: 2, # c\n  x: 1 # d\n}\n", MEMORY, "3Gi", "node: {\n  cpu: 2, # c\n  x: 1, memory: 3Gi # d\n}\n"),
    ("node: {\n  # c\n}\n", MEMORY, "3Gi", "node: {\n  # c\nmemory: 3Gi}\n"),
    ("images: {}\n", ("images", "a:1/b", "newName"), "c:2/d", 'images: {"a:1/b": {newName: "c:2/d"}}\n'),
    # another value
    ("node: {memory: 3Gi}\n", MEMORY, "4Gi", "node: {memory: 4Gi}\n"),
    ("node:\n  memory: '3Gi'  # c\n", MEMORY, "4Gi", "node:\n  memory: '4Gi'  # c\n"),
    ('node:\n  "memory" : "3Gi"\n', MEMORY, "4Gi", 'node:\n  "memory" : "4Gi"\n'),
    ("node:\n  memory:\n    3Gi # c\n", MEMORY, "4Gi", "node:\n  memory:\n    4Gi # c\n"),
    ("a: b\n  c\nd: e\n", ("a",), "f", "a: f\nd: e\n"),
    ("a: 'b\n\n  c'\nd: e\n", ("a",), "f", "a: 'f'\nd: e\n"),
    ("a: '3'\n", ("a",), 4, "a: '4'\n"),
    ("a: 3\n", ("a",), 4, "a: 4\n"),
    ("a: 3\n", ("a",), "4", 'a: "4"\n'),
    ("a: true\n", ("a",), "x", "a: x\n"),
    ("a: {b: 1}\n", ("a", "b"), "x: y", 'a: {b: "x: y"}\n'),
    # literal blocks
    ("a: |  # c\n  x\n  y\n\n# d\nb: 1\n", ("a",), "z2", "a: z2  # c\n\n# d\nb: 1\n"),
    ("a: |-2 # c\n   x\nb: 1\n", ("a",), "y\nz\n", "a: | # c\n  y\n  z\nb: 1\n"),
    ("a: >\n", ("a",), "y\nz", "a: |-\n  y\n  z\n"),
    ("a: x # c\nb: 1\n", ("a",), "y\n\nz\n", "a: | # c\n  y\n\n  z\nb: 1\n"),
    ("a: x\r\nb: 1\r\n", ("a",), "y\nz\n", "a: |\r\n  y\r\n  z\r\nb: 1\r\n"),
    ("b:\n    c: 1", ("b", "d"), "y\nz", "b:\n    c: 1\n    d: |-\n        y\n        z"),
    ("a: {b: x}\n", ("a", "b"), "y\nz", 'a: {b: "y\\nz"}\n'),
    ("a: x", ("a",), "y\nz\n", 'a: "y\\nz\\n"'),
    ("a: x\n      # deep\n", ("a",), "y\nz\n", 'a: "y\\nz\\n"\n      # deep\n'),
    # keys that need quotes
    ("labels:\n  x: y\n", ("labels", "true"), "a", 'labels:\n  x: y\n  "true": a\n'),
    ("labels:\n  app.kubernetes.io/name: y\n", ("labels", "app.kubernetes.io/name"), "z",
     "labels:\n  app.kubernetes.io/name: z\n"),
    ("config:\n  c:\n    8080: a\n", ("config", "c", "8080"), "b", "config:\n  c:\n    8080: b\n"),
    # removing
    ("a: 1\nb: 2 # c\nd: 3\n", ("b",), None, "a: 1\nd: 3\n"),
    ("a:\n  b: |\n    x\n\n\nc: 1\n", ("a", "b"), None, "a:\n\n\nc: 1\n"),
    ("a:\n  b: 1\n  # c\n", ("a",), None, "  # c\n"),
    ("\ufeffa: 1\nb: 2", ("a",), None, "\ufeffb: 2"),
    ("a: {b: 1, c: 2}\n", ("a", "b"), None, "a: {c: 2}\n"),
    ("a: {b: 1, c: 2}\n", ("a", "c"), None, "a: {b: 1}\n"),
    ("a: {b: 1,}\n", ("a", "b"), None, "a: {}\n"),
    ("a: {b: , c: 2}\n", ("a", "c"), None, "a: {b: }\n"),
    ("a: { b: 1 }\n", ("a", "b"), None, "a: {  }\n"),
    # anchors and merge keys beside the edited part
    ("a: &x {m: 1}\nb: *x\n", ("c",), 2, "a: &x {m: 1}\nb: *x\nc: 2\n"),
    ("a: &x {m: 1}\nb:\n  <<: *x\n", ("b", "m"), 2, "a: &x {m: 1}\nb:\n  <<: *x\n  m: 2\n"),
    ("a: &x {m: 1}\nb: 2\n", ("a", "m"), 2, "a: &x {m: 2}\nb: 2\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "keys", "value", "expected"), SPLICED)
def test_splice(text: str, keys: tuple[str, ...], value: str | int | None, expected: str) -> None:
    assert splice(text, [Change(keys, value)], "f") == expected


@pytest.mark.parametrize(
    ("text", "keys", "value"),
    [
        ("node: {memory: '3Gi'}\n", MEMORY, "3Gi"),
        ("a: 3\n", ("a",), 3),
        ("a: '3'\n", ("a",), 3),
        ("a: |\n  x\n", ("a",), "x\n"),
        ("a: &x y\nb: *x\n", ("b",), "y"),
        ("a: 1\n", ("b",), None),
        ("a: 1\n", ("b", "c"), None),
        ("a:\n", ("a", "c"), None),
        ("", ("a",), None),
    ],
)
def test_splice_leaves_what_is_so_already(text: str, keys: tuple[str, ...], value: str | int | None) -> None:
    assert splice(text, [Change(keys, value)], "f") == text


def test_splice_makes_changes_in_order() -> None:
    changes = [Change(("images", "app", "newTag"), "v1"), Change(("replicas", "web"), 2), Change(("cluster",), None)]
    assert splice("cluster: kind\n", changes, "f") == "images:\n  app:\n    newTag: v1\nreplicas:\n  web: 2\n"


@pytest.mark.parametrize(
    ("text", "keys", "value", "expected"),
    [
        ("a: &x {m: 1}\nb: *x\n", ("b", "m"), 2,
         "f:2:4: cannot set b.m: kgen does not edit through the alias *x | edit it by hand: b.m: 2"),
        ("a: &x {m: 1}\nb: *x\n", ("a", "m"), 2,
         "f:1:8: cannot set a.m: as the file is written, other fields would change too | edit it by hand: a.m: 2"),
        ("a: &x 1\nb: *x\n", ("a",), "v",
         "f:1:4: cannot set a: its value has an anchor or a tag | edit it by hand: a: v"),
        ("a: &x 1\nb: *x\n", ("b",), "v", "f:2:4: cannot set b: its value is the alias *x | edit it by hand: b: v"),
        ("a: &x\n", ("a", "b"), "v", "f:1:4: cannot set a.b: a has an anchor or a tag | edit it by hand: a.b: v"),
        ("a: {b: 1}\n", ("a",), "v", "f:1:4: cannot set a: it holds a map or a list | edit it by hand: a: v"),
        ("a: [b]\n", ("a", "b"), "v", "f:1:4: cannot set a.b: a does not hold a map | edit it by hand: a.b: v"),
        ("- a\n", ("a",), "v" * 80,
         'f:1:1: cannot set a: the file does not hold a map | edit it by hand: a: "' + "v" * 60 + "…"),
        ("? a\n: b\n", ("c",), "v",
         "f:1:1: cannot set c: as the file is written, other fields would change too | edit it by hand: c: v"),
        ("a: &x {m: 1}\nb: {<<: *x}\n", ("b", "m"), None,
         "f:2:1: cannot remove b.m: as the file is written, other fields would change too | remove it by hand"),
        ("a: 1\na: 2\n", ("b",), "v", "f:2:1: 'a' is given twice, first at f:1:1 | remove one of them"),
        ("a: [\n", ("b",), "v",
         "f:1:4: not valid YAML: what begins here is never closed | add the closing quote or bracket"),
    ],
)  # fmt: skip
def test_splice_refuses_by_line(text: str, keys: tuple[str, ...], value: str | int | None, expected: str) -> None:
    with pytest.raises(InputError) as error:
        splice(text, [Change(keys, value)], "f")
    assert shown(error.value) == expected


def test_duplicates_are_all_reported() -> None:
    with pytest.raises(InputErrors) as error:
        splice("a: 1\na: 2\na: 3\n", [Change(("b",), "v")], "f")
    assert len(error.value.parts) == 2


KEYS = st.sampled_from(["node", "memory", "a.b/c", "true", "x", "8080", "localhost:5001/app", "with space"])
TEXTS = st.one_of(
    st.sampled_from(["3Gi", "yes", "1.10", "", "a: b", "# no", "it's", '"q"', "x\ny\n", "x\n\n y", "é", "- a", "*x"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=8),
)
VALUES = st.one_of(TEXTS, st.integers(0, 99))
DOCUMENTS = st.recursive(
    st.one_of(VALUES, st.none()), lambda children: st.dictionaries(KEYS, children, min_size=1, max_size=4), max_leaves=8
).filter(lambda document: isinstance(document, dict))


class Writer:
    """Writes a document in a style that hypothesis draws: as people do, each line in its own way."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.step = draw(st.sampled_from([1, 2, 4]))

    def pick(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def scalar(self, value: str | int | None, flow: bool) -> str:
        if value is None:
            return self.pick("~", "null", "")
        return inline(value, self.pick("", "'", '"') if isinstance(value, str) else "", flow=flow)

    def flow(self, value: object) -> str:
        if not isinstance(value, dict):
            return self.scalar(value, flow=True)
        pad = self.pick("", " ")
        keys = [inline(key, self.pick("", '"'), flow=True) for key in value]
        pairs = [f"{key}: {self.flow(child)}" for key, child in zip(keys, value.values(), strict=True)]
        return "{" + pad + self.pick(", ", " , ").join(pairs) + pad + "}"

    def block(self, document: dict[str, object], indent: int) -> list[str]:
        lines: list[str] = []
        for key, value in document.items():
            start = " " * indent + inline(key, self.pick("", "'", '"'), flow=True) + self.pick(":", " :")
            end = self.pick("", "", "  # c: 1")
            if isinstance(value, dict) and self.pick("block", "block", "flow") == "block":
                lines += [start + end, *self.block(value, indent + self.step)]
            elif isinstance(value, str) and (block := literal(value)):
                inner = " " * (indent + self.step)
                lines += [f"{start} {block[0]}{end}", *(inner + line if line else "" for line in block[1])]
            else:
                lines += [f"{start} {self.flow(value)}{end}"]
            lines += self.draw(st.sampled_from([[], [], [""], [" " * indent + "# note: 'x"]]))
        return lines


@st.composite
def written(draw: st.DrawFn) -> tuple[dict[str, object], str]:
    """A document and a text for it."""
    document = draw(DOCUMENTS)
    lines = draw(st.sampled_from([[], ["# top"], ["---"], ["# top", "", "--- # x"]]))
    lines = [*lines, *Writer(draw).block(document, 0)]
    eol = draw(st.sampled_from(["\n", "\r\n"]))
    endings = (
        [eol, eol, eol + eol + "# end"] if "|" in lines[-1] + "".join(lines[-4:]) else [eol, eol, "", eol + "# end"]
    )
    return document, eol.join(lines) + draw(st.sampled_from(endings))


def leaf(value: object) -> object:
    if isinstance(value, dict):
        return {key: leaf(child) for key, child in value.items()}
    return value if value is None else Leaf("integer" if isinstance(value, int) else "text", str(value))


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, tuple[str, ...], str | int]:
    """A text, keys of a field in it or not, and a value for it."""
    document, text = draw(written())
    node, keys = document, ()
    while True:
        key = draw(st.one_of(st.sampled_from(sorted(node)), KEYS))
        keys, child = (*keys, key), node.get(key)
        if not isinstance(child, dict):
            more = () if child is not None else draw(st.sampled_from([(), (), ("new",), ("new", "x")]))
            return text, (*keys, *more), draw(VALUES)
        node = child


def changed_part(before: str, after: str) -> str:
    """What is left of the text when what both begin and end with is taken away."""
    start = shared(before, after)
    end = shared(before[start:][::-1], after[start:][::-1])
    return before[start : len(before) - end]


def shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@settings(max_examples=150, deadline=None)
@given(written())
def test_the_writer_of_these_tests_writes_what_it_should(pair: tuple[dict[str, object], str]) -> None:
    document, text = pair
    assert plain(read(text, "f").root) == leaf(document)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_splice_sets_one_field_and_touches_only_its_lines(case: tuple[str, tuple[str, ...], str | int]) -> None:
    text, keys, value = case
    after = splice(text, [Change(keys, value)], "f")
    node = plain(read(after, "f").root)
    for key in keys:
        node = node[key]
    assert node.value == str(value)
    assert node.kind == "text" or isinstance(value, int)
    before_value = plain(read(text, "f").root)
    for key in keys:
        before_value = before_value.get(key) if isinstance(before_value, dict) else None
    lines = before_value.value.count("\n") + 1 if before_value else 0
    assert changed_part(text, after).count("\n") <= lines
    assert ("\r\n" in text) == ("\r\n" in after) or "\n" not in text
    assert splice(after, [Change(keys, value)], "f") == after


@settings(max_examples=100, deadline=None)
@given(cases())
def test_splice_removes_one_field(case: tuple[str, tuple[str, ...], str | int]) -> None:
    text, keys, _ = case
    after = splice(text, [Change(keys, None)], "f")
    node = plain(read(after, "f").root)
    for key in keys[:-1]:
        node = node.get(key) if isinstance(node, dict) else None
    assert not isinstance(node, dict) or keys[-1] not in node
