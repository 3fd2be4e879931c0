"""The JSON Schema of ``kgen.yaml``, for completion, hover help and errors in editors.

Draft 7, which yaml-language-server handles best: https://github.com/redhat-developer/yaml-language-server.
"""

from collections.abc import Iterable
from typing import Any

from kgen.overlay.spec.fields import DECLARATION
from kgen.overlay.spec.model import Spec
from kgen.overlay.spec.shapes import Amount, Field, Flag, ListOf, Shape, Switch, Table, Text, Whole, Words

_DEFAULTS = {"base": Spec().base, "createNamespace": Spec().create_namespace}


def json_schema(clusters: Iterable[str] = ()) -> dict[str, Any]:
    """The schema.

    Args:
        clusters: The clusters to allow; any name if there are none.
    """
    schema: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "kgen.yaml",
        "description": "What is wanted of one kustomize overlay. Read by kgen overlay.",
        **_shape(DECLARATION),
    }
    for name, default in _DEFAULTS.items():
        schema["properties"][name]["default"] = default
    if names := list(clusters):
        schema["properties"]["cluster"] = {**_field(DECLARATION.fields["cluster"]), "enum": names, "examples": names}
    return schema


def _field(field: Field) -> dict[str, Any]:
    return {"description": field.description, **_shape(field.shape), "examples": [field.example]}


def _shape(shape: Shape) -> dict[str, Any]:  # noqa: PLR0911 - one for each shape
    """A map may be left empty, which YAML reads as null."""
    match shape:
        case Text():
            return {"type": "string", **_text(shape)}
        case Amount():
            return {"anyOf": [{"type": "string", "pattern": _whole(shape.pattern)}, *map(dict, shape.numbers)]}
        case Whole():
            return {"type": "integer", "minimum": shape.minimum, "maximum": shape.maximum}
        case Flag():
            return {"type": "boolean"}
        case ListOf():
            return {"type": ["array", "null"], "items": _item(shape)}
        case Words():
            return {"type": ["array", "null"], "items": _shape(shape.item)}
        case Switch(options) if not options.fields:
            return {"type": "boolean"}
        case Switch():
            return {"anyOf": [{"type": "boolean"}, _shape(shape.options) | {"type": "object"}]}
        case Table():
            fields = {name: _field(field) for name, field in shape.fields.items()}
            others = {_whole(pattern): _field(field) for pattern, field in shape.others}
            patterns = {"patternProperties": others} if others else {}
            return {"type": ["object", "null"], "properties": fields, **patterns, "additionalProperties": False}
    names = _text(shape.key)
    return {"type": ["object", "null"], "propertyNames": names, "additionalProperties": _shape(shape.value)}


def _item(shape: ListOf) -> dict[str, Any]:
    whole = _shape(shape.item) | {"type": "object", "required": [shape.short]}
    return {"anyOf": [_shape(shape.item.fields[shape.short].shape), whole]}


def _text(text: Text) -> dict[str, Any]:
    return {"pattern": _whole(text.pattern), "maxLength": text.max_length}


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"
