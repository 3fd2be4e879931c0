import re
from dataclasses import replace
from typing import Any

import pytest
from goldens import golden, steering
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from preview_sample import HOSTILE, body, hostile, path, sample

from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.renderers import escaping
from kgen.renderers.lines import field_lines, flat
from kgen.renderers.markdown import MAX_BYTES, Comment, markdown
from kgen.resource import Resource

PARSER = MarkdownIt("commonmark")


def rendered(text: str) -> str:
    return PARSER.render(text)


def test_a_comment_tells_everything() -> None:
    made = markdown([sample()])
    assert made == golden("sample.md", made)


@pytest.mark.parametrize("limit", [500, 1_000, 2_000])
def test_a_comment_that_is_cut_says_so(limit: int) -> None:
    made = markdown([sample()], Comment(limit))
    assert made == golden(f"sample-{limit}.md", made)


def test_overlays_that_change_in_the_same_way_are_told_once() -> None:
    comparisons = [sample("a"), replace(sample("b"), ignored=0), sample("c"), Comparison("d", "base", ())]
    made = markdown(comparisons)
    assert re.findall("^### .*? vs .*?:|^> - In.*|no changes", made, re.MULTILINE) == [
        "### the same in 2 overlays vs `base`:",
        "> - In `a`, `c`.",
        "### `b` vs `base`:",
        "### `d` vs `base`:",
        "no changes",
    ]


def test_other_spellings_are_told_where_asked_for() -> None:
    told = """
<details><summary>1 field only spelled in another way</summary>

```yaml
# Deployment/web in prod
spec.template.spec.containers[name=web].resources.requests.memory: 1Gi → 1024Mi
```

</details>
"""
    made = markdown([sample()], Comment(equivalents=True))
    assert made.endswith(told)
    assert balanced(made)
    assert markdown([sample()]) == made.removesuffix(told)
    assert markdown([many(1)], Comment(equivalents=True)) == markdown([many(1)])


def test_nothing_to_compare_is_no_changes() -> None:
    assert markdown([]) == "<!-- kgen diff -->\nno changes\n"


def many(resources: int, value: str = "x") -> Comparison:
    changes = []
    for index in range(resources):
        config = Resource(body("ConfigMap", f"c{index}"))
        changes.append(ResourceChange(config, config, (FieldChange("change", path("data", "k"), "a", value),)))
    return Comparison("prod", "base", tuple(changes))


def balanced(text: str) -> bool:
    """Every fence and every element is closed, and nothing else is HTML."""
    html = [token.content for token in PARSER.parse(text) if token.type == "html_block"]
    html += [child.content for token in PARSER.parse(text) for child in token.children or () if "html" in child.type]
    tags = re.findall(r"</?[a-z]+>", "".join(html))
    opened = [tag for tag in tags if not tag.startswith("</")]
    assert set(tags) <= {f"<{slash}{name}>" for slash in ("", "/") for name in ("details", "summary", "code")}
    fences = [token for token in PARSER.parse(text) if token.type == "fence"]
    closed = all(re.search(rf"^{token.markup}$", text, re.MULTILINE) for token in fences)
    return closed and all(opened.count(tag) == tags.count(tag.replace("<", "</")) for tag in opened)


TEXTS = st.text(st.sampled_from("ab`~|@#<>&\\\"'*_[]()!-\n\r\t \u202e\u2028é€\U0001f600$:/.1\x1b"), max_size=60)
VALUES = TEXTS | st.none() | st.booleans() | st.integers(0, 9) | st.lists(TEXTS, max_size=3)


def written(texts: list[str], values: list[Any], name: str) -> Comparison:
    change = ResourceChange(
        Resource(body("ConfigMap", name)),
        Resource(body("ConfigMap", name)),
        tuple(
            FieldChange("change", path("data", text), value, f"{text}\n{value}", reason=text or None)
            for text, value in zip(texts, values, strict=False)
        ),
    )
    added = ResourceChange(None, Resource(body("ConfigMap", f"{name}2", data=dict.fromkeys(texts, "x"))))
    return replace(hostile(), name=name, resources=(change, added), notes=tuple(texts))


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.lists(TEXTS, min_size=1, max_size=4), st.lists(VALUES, min_size=1, max_size=4), TEXTS, st.integers(500, 4_000)
)
def test_any_comment_fits_is_balanced_and_steers_nothing(
    texts: list[str], values: list[Any], name: str, limit: int
) -> None:
    comparisons = [written(texts, values, name), sample(), written(values and texts[:1], values, "other")]
    made = markdown(comparisons, Comment(limit))
    assert len(made.encode()) <= limit
    assert balanced(made)
    assert not steering(made)
    assert "no changes" not in made or len(made.encode()) == len(markdown(comparisons, Comment(10**6)).encode())


@pytest.mark.parametrize("limit", [500, 700, 1_000, 5_000, 20_000, MAX_BYTES])
def test_the_worst_is_told_first_and_the_rest_is_counted(limit: int) -> None:
    made = markdown([many(2_000), replace(sample(), name="worst")], Comment(limit))
    assert len(made.encode()) <= limit
    shown, lines, hidden = (
        int(found.replace(",", "")) if found else 0
        for found in re.search(
            r"of 2,006 resources, ([\d,]+) shown, ([\d,]+) in a line(?:, ([\d,]+) comparisons? not at all)?\.", made
        ).groups()  # type: ignore[union-attr]  # fails loudly when it goes
    )
    assert made.count("<details>") == shown
    assert made.count("\n- `") == lines
    assert made.count("\n### ") == 2 - hidden
    assert made.endswith("All of it: `kgen diff`\n")
    if limit > 1_000:
        assert "`Service/web` in `prod`" in made or "<code>Service/web</code>" in made


def test_most_of_the_room_is_used() -> None:
    assert len(markdown([many(2_000)]).encode()) > MAX_BYTES - 200


def test_a_long_value_is_shortened_and_the_comment_says_it_is_cut() -> None:
    made = markdown([many(1, "y" * 100_000)])
    assert made.endswith("**Cut to fit:** long values and lists are shortened. All of it: `kgen diff`\n")
    assert len(made) < 1_000


def test_of_a_long_line_what_differs_is_kept() -> None:
    config = Resource(body("ConfigMap", "c"))
    before, after = (f"{'x' * 50_000}{middle}{'y' * 50_000}" for middle in ("HERE", "THERE"))
    change = ResourceChange(config, config, (FieldChange("change", path("data", "k"), before, after),))
    made = markdown([Comparison("prod", "base", (change,))])
    assert re.findall(r"^- … x+HEREy+ …$|^\+ … x+THEREy+ …$", made, re.MULTILINE) != []
    assert len(made) < 1_000


def test_the_bytes_of_other_scripts_count() -> None:
    made = markdown([many(300, "\u4e2d" * 90)], Comment(20_000))
    assert len(made) < len(made.encode()) <= 20_000


def test_too_few_bytes_and_endless_markers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^499 bytes are too few for a comment, it takes 500$"):
        markdown([sample()], Comment(499))
    with pytest.raises(ValueError, match=r"^the marker takes 110 bytes, at most 80 are left for it$"):
        markdown([sample()], Comment(marker="x" * 100))


def test_the_marker_is_the_first_line_and_ends_nowhere_else() -> None:
    assert markdown([], Comment(marker="kgen diff: a/b-c --> x")).splitlines()[0] == "<!-- kgen diff: a/b-c --%3E x -->"


def test_what_a_repository_says_stands_in_code() -> None:
    html = rendered(markdown([hostile()]))
    outside = re.sub(r"<code[^>]*>.*?</code>", "", html, flags=re.DOTALL)
    assert "<img" not in html
    assert "<script" not in html
    for piece in ("@octocat", "#1", "&amp;amp;", "$a$", "onerror", "</script"):
        assert piece in html.replace("&lt;", "<")
        assert piece not in outside.replace("&lt;", "<")


def test_no_line_of_a_manifest_closes_its_fence() -> None:
    added = ResourceChange(None, Resource({**body("ConfigMap", "x"), "immutable": "```\n<img src=x>\n"}))
    html = rendered(markdown([Comparison("prod", "base", (added,))]))
    assert "  ```\n  &lt;img src=x&gt;\n" in html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("spec.selector is immutable", "`spec.selector` is immutable"),
        (
            "run kubectl delete --cascade=orphan deployment/web, then",
            "run `kubectl delete --cascade=orphan deployment/web`, then",
        ),
        (
            "kubectl apply -k deletes none: kubectl delete svc a_b, (then",
            "`kubectl apply -k` deletes none: `kubectl delete svc a_b`, (then",
        ),
        ("see GH-1, #1 and @you", "see `GH-1, #1` and `@you`"),
        ("the pods (all of them) don't fit: 90% is used", "the pods (all of them) don't fit: 90% is used"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("https://x.y/issues/1 www.x.y a@b.c", "`https://x.y/issues/1 www.x.y a@b.c`"),
        ("deadbeefdeadbeef 1234567", "deadbeefdeadbeef `1234567`"),
    ],
)
def test_a_sentence_has_plain_words_and_code(text: str, shown: str) -> None:
    assert escaping.prose(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", "`(empty)`"), (" a", "`  a `"), ("a|b", "`a|b`"), ("a\nb", r"`a\nb`"), ("``", "``` `` ```")],
)
def test_a_code_span_keeps_what_it_holds(text: str, shown: str) -> None:
    assert escaping.span(text) == shown


SEVEN = "".join(f"{index}\n" for index in range(1, 8))
ENDS = ["- 1", "+ x", "  2", "  3", "  …", "  5", "  6", "- 7", "+ y"]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (1, "1", ["- 1", '+ "1"']),
        ("a\nb\nc\nd\ne\n", "a\nB\nc\nd\nE\n", ["  a", "- b", "+ B", "  c", "  d", "- e", "+ E"]),
        (SEVEN, SEVEN.replace("1", "x").replace("7", "y"), ENDS),
        (SEVEN, SEVEN.replace("1", "x"), ["- 1", "+ x", "  2", "  3"]),
        (SEVEN, SEVEN.replace("7", "y"), ["  5", "  6", "- 7", "+ y"]),
        ("a\n", "a", [r'- "a\n"', "+ a"]),
        ("a\n", "b\n", ["- a", "+ b"]),
        ("a", "a\nb", ["  a", "+ b (no line end)"]),
        ("a\nb (no line end)\n", "a\nb", ["- a", "- b (no line end)", "+ a", "+ b (no line end)"]),
        ({"a": 1, "b": [1, 2]}, {"a": 1, "b": [1, 3]}, ["  b:", "  - 1", "- - 2", "+ - 3"]),
        ("", "x\ny\n", ['- ""', "+ x", "+ y"]),
        (HOSTILE[-3:], "\x1b", ["- $a$", r"+ \x1b"]),
    ],
)  # fmt: skip
def test_a_value_is_told_by_its_lines(before: Any, after: Any, lines: list[str]) -> None:
    field = FieldChange("change", path("x"), before, after)
    assert [f"{line.sign} {line.text}" for line in field_lines(field)] == lines


def test_a_text_that_holds_data_is_told_by_what_changes_in_it() -> None:
    one = FieldChange("change", path("core", "executor"), "Local", "Kubernetes")
    other = FieldChange("change", path("core", "dags"), "1", "01", sort="equivalent")
    field = FieldChange("change", path("data", "a.cfg"), "before", "after", format="ini")
    assert [name for name, _ in flat([replace(field, inner=(one, other))])] == ['data["a.cfg"] → core.executor']
    assert [name for name, _ in flat([replace(field, inner=(other,))])] == ['data["a.cfg"]']  # never nothing


def test_what_was_added_and_what_goes_has_one_side() -> None:
    added = FieldChange("add", path("x"), None, {"a": 1, "b": 2})
    removed = FieldChange("remove", path("x"), None, None)
    assert [line.text for line in field_lines(added)] == ["a: 1", "b: 2"]
    assert [(line.sign, line.text) for line in field_lines(removed)] == [("-", "null")]
