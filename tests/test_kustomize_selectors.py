import pytest

from kgen.errors import InputError
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.selectors import Selector, select

WEB = Draft(
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"app": "web", "n": 5}, "annotations": {"a": "b"}},
    }
)


def collection(*drafts: Draft) -> Collection:
    made = Collection()
    made.extend(drafts)
    return made


@pytest.mark.parametrize(
    "selector",
    [
        Selector(),
        Selector(kind="Deployment", group="apps", version="v1", name="web"),
        Selector(kind="Deploy.*", name="w.b|x"),
        Selector(namespace="default"),
        Selector(label_selector="app=web"),
        Selector(label_selector="app==web,n>4, n<6,!old,app"),
        Selector(label_selector="app in (x, web),app notin (y),b!=c"),
        Selector(annotation_selector="a=b"),
    ],
    ids=str,
)
def test_selects(selector: Selector) -> None:
    assert list(select(selector, collection(WEB))) == [WEB]


@pytest.mark.parametrize(
    "selector",
    [
        Selector(name="we"),
        Selector(name="eb"),
        Selector(kind="deployment"),
        Selector(group="app"),
        Selector(namespace="other"),
        Selector(label_selector="app!=web"),
        Selector(label_selector="n>5"),
        Selector(label_selector="app>1"),
        Selector(label_selector="!app"),
        Selector(annotation_selector="a in ()"),
    ],
    ids=str,
)
def test_does_not_select(selector: Selector) -> None:
    assert list(select(selector, collection(WEB))) == []


def test_an_escaped_dot_is_looked_up_and_another_one_matched() -> None:
    drafts = [Draft({"kind": "Pod", "metadata": {"name": name}}) for name in ("a.b", "axb")]
    assert list(select(Selector(name=r"a\.b"), collection(*drafts))) == drafts[:1]
    assert list(select(Selector(name="a.b"), collection(*drafts))) == drafts


def test_selects_by_first_name_too() -> None:
    draft = Draft({"kind": "Pod", "metadata": {"name": "new", "namespace": "n"}}, former=[("Pod", "default", "old")])
    assert list(select(Selector(name="old", namespace="default"), collection(draft))) == [draft]


@pytest.mark.parametrize(
    "text",
    [
        "a=b=c",
        "a in b",
        "a in (b",
        "=b",
        "a b",
        "a,",
        "!a=b",
        "-a",
        "a>b",
        "a=b c",
        "ä=b",
        "a in (b c)",
        "a in (b,,)",
        "a in (,,)",
        "a in (=)",
        "a\u00a0=b",
        "a=\u00a0b",
    ],
)
def test_says_what_is_no_label_selector(text: str) -> None:
    with pytest.raises(InputError) as caught:
        list(select(Selector(label_selector=text), collection(Draft({"kind": "Pod"}))))
    assert caught.value.message == f"'{text}' is not a label selector"
    assert caught.value.hint == "write it like app=web,tier in (front, back),!old"
    assert not list(select(Selector(label_selector=text), collection()))


def test_says_what_is_no_regular_expression() -> None:
    with pytest.raises(InputError) as caught:
        list(select(Selector(name="a("), collection()))
    assert caught.value.message.startswith("'a(' is not a regular expression: ")
