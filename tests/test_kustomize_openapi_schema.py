"""What Go reads as an OpenAPI document or schema; each answer is kubectl's, which panics at the others."""

from typing import Any

import pytest

from kgen.kustomize.openapi_schema import is_document, is_schema

SCHEMAS: dict[str, tuple[list[Any], list[Any]]] = {
    "$ref": (["#/definitions/a", "a%20b", 5, [1]], ["%zz", "\0"]),
    "$schema": (["http://a/b"], ["%zz"]),
    "description": (["a"], [5, [], {}]),
    "type": (["object", ["object", "null"]], [5, {}, [5]]),
    "nullable": ([True], [5, "true"]),
    "maximum": ([5, 1.5], ["5", True]),
    "maxLength": ([5], [1.0, "5", 2**63, True]),
    "enum": ([[1, "a", None]], [{}, "a"]),
    "required": ([["a"]], ["a", [5]]),
    "items": ([{}, [{}], 5], [{"type": 5}, [5]]),
    "allOf": ([[{}]], [{}, [5]]),
    "not": ([{}], [5, []]),
    "properties": ([{"a": {}}], [[], {"a": 5}, {"a": {"properties": {"b": {"type": 5}}}}]),
    "additionalProperties": ([True, {}], [5, {"type": 5}]),
    "dependencies": ([{"a": ["b"]}, {"a": {}}, {"a": 5}], [[], {"a": [5]}]),
    "externalDocs": ([{"url": "a"}], [5, {"url": 5}]),
    "x-kubernetes-anything": ([5, [], {}], []),
}
DOCUMENTS: dict[str, tuple[list[Any], list[Any]]] = {
    "swagger": (["2.0"], [2.0]),
    "schemes": ([["https"]], ["https", [5]]),
    "parameters": ([{}], [5]),
    "tags": ([[{}]], [5, [5]]),
    "info": ([{"title": "a", "license": {"name": "b"}}], [5, {"title": 5}, {"license": 5}]),
    "definitions": ([{"a": {}}], [0, [], {"a": {"type": 5}}]),
    "paths": ([{"/a": {"get": {}, "parameters": []}, "a": 5}], [5, {"/a": {"get": 5}}, {"/a": {"parameters": 5}}]),
}


def _cases(fields: dict[str, tuple[list[Any], list[Any]]]) -> list[tuple[str, Any, bool]]:
    return [(key, value, fits) for key, both in fields.items() for fits in (True, False) for value in both[not fits]]


@pytest.mark.parametrize(("key", "value", "fits"), [*_cases(SCHEMAS), ("type", None, True)])
def test_a_schema_has_fields_of_their_types(key: str, value: Any, fits: bool) -> None:
    assert is_schema({key: value}) == fits


@pytest.mark.parametrize(("key", "value", "fits"), [*_cases(DOCUMENTS), ("info", None, True)])
def test_a_document_has_fields_of_their_types(key: str, value: Any, fits: bool) -> None:
    assert is_document({key: value}) == fits


def test_null_is_an_empty_one() -> None:
    assert is_schema(None)
    assert is_document(None)
    assert not is_schema([])
    assert not is_document([])
