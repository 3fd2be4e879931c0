"""Whether data is an OpenAPI schema for Go, which reads fields of other types as mistakes.

https://github.com/kubernetes/kube-openapi/blob/master/pkg/validation/spec/schema.go
"""

from collections.abc import Callable, Mapping
from typing import Any, Final


def is_schema(value: Any) -> bool:
    """Whether each field that a schema has is of its type, at any depth; others may be anything, as null may be."""
    if not isinstance(value, dict):
        return value is None
    return all(value[key] is None or fits(value[key]) for key, fits in _FIELDS.items() if key in value)


def are_texts(value: Any) -> bool:
    """Whether it is a list of texts."""
    return isinstance(value, list) and all(item is None or isinstance(item, str) for item in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _is_type(value: Any) -> bool:
    return _is_text(value) or are_texts(value)


def _are_schemas(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_schema, value))


def _is_schema_or_list(value: Any) -> bool:
    return is_schema(value) or _are_schemas(value)


def _is_schema_or_boolean(value: Any) -> bool:
    return is_schema(value) or _is_boolean(value)


def _is_map_of_schemas(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_schema, value.values()))


def _are_dependencies(value: Any) -> bool:
    return isinstance(value, dict) and all(is_schema(one) or are_texts(one) for one in value.values())


_FIELDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("$ref", "id", "description", "format", "title", "pattern", "discriminator"), _is_text),
    **dict.fromkeys(("nullable", "exclusiveMaximum", "exclusiveMinimum", "uniqueItems", "readOnly"), _is_boolean),
    **dict.fromkeys(("maximum", "minimum", "multipleOf"), _is_number),
    **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"), _is_whole),
    **dict.fromkeys(("allOf", "oneOf", "anyOf"), _are_schemas),
    **dict.fromkeys(("properties", "patternProperties", "definitions"), _is_map_of_schemas),
    **dict.fromkeys(("additionalProperties", "additionalItems"), _is_schema_or_boolean),
    "type": _is_type,
    "enum": _is_list,
    "required": are_texts,
    "items": _is_schema_or_list,
    "not": is_schema,
    "dependencies": _are_dependencies,
    "externalDocs": _is_map,
}
