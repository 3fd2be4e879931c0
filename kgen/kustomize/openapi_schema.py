"""Whether data is an OpenAPI schema for Go, which reads fields of other types as mistakes.

https://github.com/kubernetes/kube-openapi/blob/master/pkg/validation/spec/schema.go
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Check = Callable[[Any], bool]


def is_document(value: Any) -> bool:
    """Whether it is an OpenAPI document, as far as the things in its paths; what these hold is not looked at."""
    return value is None or (isinstance(value, dict) and _fits(value, _DOCUMENT))


def is_schema(value: Any) -> bool:
    """Whether each field that a schema has is of its type, at any depth; others may be anything, as null may be."""
    return value is None or (isinstance(value, dict) and _fits(value, _FIELDS))


def _fits(value: Mapping[str, Any], fields: Mapping[str, Check]) -> bool:
    return all(value[key] is None or fits(value[key]) for key, fits in fields.items() if key in value)


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
    return not isinstance(value, dict | list) or is_schema(value) or _are_schemas(value)


def _is_schema_or_boolean(value: Any) -> bool:
    return is_schema(value) or _is_boolean(value)


def _is_map_of_schemas(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_schema, value.values()))


def _are_dependencies(value: Any) -> bool:
    return isinstance(value, dict) and all(
        not isinstance(one, dict | list) or is_schema(one) or are_texts(one) for one in value.values()
    )


def _is_reference(value: Any) -> bool:
    """Go reads a text as an address; anything else is ignored."""
    return not isinstance(value, str) or _ADDRESS.fullmatch(value) is not None


def _are_texts_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _are_maps(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict | None) for item in value)


def _is_info(value: Any) -> bool:
    return isinstance(value, dict) and _fits(value, _INFO)


def _are_paths(value: Any) -> bool:
    return isinstance(value, dict) and all(
        item is None or (isinstance(item, dict) and _fits(item, _PATH))
        for path, item in value.items()
        if path.startswith("/")
    )


_ADDRESS: Final = re.compile(r"([^\x00-\x1f\x7f%]|%[0-9A-Fa-f]{2})*")
_FIELDS: Final[Mapping[str, Check]] = {
    **dict.fromkeys(("$ref", "$schema"), _is_reference),
    **dict.fromkeys(("id", "description", "format", "title", "pattern", "discriminator"), _is_text),
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
    "externalDocs": _are_texts_by_name,
}
_PATH: Final[Mapping[str, Check]] = {
    **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch"), _is_map),
    "parameters": _is_list,
}
_INFO: Final[Mapping[str, Check]] = {
    **dict.fromkeys(("title", "description", "termsOfService", "version"), _is_text),
    **dict.fromkeys(("contact", "license"), _are_texts_by_name),
}
_DOCUMENT: Final[Mapping[str, Check]] = {
    **dict.fromkeys(("id", "swagger", "host", "basePath"), _is_text),
    **dict.fromkeys(("consumes", "produces", "schemes"), are_texts),
    **dict.fromkeys(("parameters", "responses", "securityDefinitions"), _is_map),
    **dict.fromkeys(("security", "tags"), _are_maps),
    "info": _is_info,
    "definitions": _is_map_of_schemas,
    "externalDocs": _are_texts_by_name,
    "paths": _are_paths,
}
