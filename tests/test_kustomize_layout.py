"""Whether an empty text stands between brackets; what kustomize does there is in the build cases."""

import pytest

from kgen.errors import Unsupported
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build

VALUES = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: values\ndata:\n  empty: ''\n  map: {a: b}\n"
SHOP = "apiVersion: shops.example/v1\nkind: Shop\nmetadata:\n  name: shop\nspec:\n"


def replacement(source: str, target: str) -> str:
    """One that makes the field."""
    targets = f"[{{select: {{kind: Shop}}, fieldPaths: [{target}], options: {{create: true}}}}]"
    return f"- {{source: {{kind: ConfigMap, fieldPath: {source}}}, targets: {targets}}}\n"


NEW = replacement("data.empty", "spec.shelf.new")
COPY = replacement("data.map", "spec.shelf")
JSON_PATCH = 'patches:\n- target: {kind: Shop}\n  patch: \'[{"op": "add", "path": "/spec/more", "value": 1}]\'\n'


def merging(spec: str) -> str:
    """A strategic merge patch."""
    body = f"{{apiVersion: shops.example/v1, kind: Shop, metadata: {{name: shop}}, spec: {spec}}}"
    return f"patches:\n- patch: |\n    {body}\n"


UNKNOWN = {
    "the patch brings it": ("  old: 1\n", merging("{shelf: {a: b}}"), NEW),
    "the patch fills it": ("  shelf: {}\n", merging("{shelf: {a: b}}"), NEW),
    "the patch replaces it": ("  shelf: {a: b}\n", merging("{shelf: {$patch: replace, c: d}}"), NEW),
    "operations came before": ("  shelf: {}\n", JSON_PATCH, NEW),
    "it was copied": ("  shelf: {}\n", "", COPY + NEW),
    "an alias": ("  old: &old {a: b}\n  shelf: *old\n", "", NEW),
    "a merge": ("  old: &old\n    shelf: {a: b}\n  <<: *old\n", "", NEW),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_where_that_is_not_sure_the_build_is_refused(name: str) -> None:
    spec, patches, replacements = UNKNOWN[name]
    kustomization = f"resources: [values.yaml, shop.yaml]\n{patches}replacements:\n{replacements}"
    fs = MemoryFileSystem(
        {"/kustomization.yaml": kustomization, "/values.yaml": VALUES, "/shop.yaml": SHOP + spec},
    )
    with pytest.raises(Unsupported) as caught:
        build("/", fs)
    assert caught.value.message == (
        "not supported by the built-in engine: an empty text in a new field of spec.shelf of Shop/shop, "
        "which may stand between brackets"
    )


def test_what_a_patch_does_not_touch_is_as_in_its_file() -> None:
    spec = "  shelf: {}\n  other: {a: b}\n"
    replacements = f"replacements:\n{NEW}"
    fs = MemoryFileSystem(
        {
            "/kustomization.yaml": f"resources: [values.yaml, shop.yaml]\n{merging('{other: {c: d}}')}{replacements}",
            "/values.yaml": VALUES,
            "/shop.yaml": SHOP + spec,
        }
    )
    *_, shop = build("/", fs)
    assert shop.body["spec"]["shelf"] == {"new": ""}
