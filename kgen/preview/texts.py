"""Texts that hold data: what differs in them, told field by field where both sides parse.

JSON, YAML, INI and properties in ConfigMaps and Secrets, and whole manifests such as Airflow's pod template. A text is
only read so if that loses nothing but comments and layout; what differs in those alone is told by lines, as all other
text is.
"""

import configparser
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from kgen.errors import KgenError
from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.preview.fields import compare_bodies
from kgen.preview.listkeys import Definitions, ListNode
from kgen.resource import Body, Gvk
from kgen.schema.defaults import type_of
from kgen.yamlio.spelled import Plain, load_spelled

_LONGEST: Final = 1 << 20
_PROPERTY: Final = re.compile(r"([A-Za-z0-9_.\-/]+)[ \t]*[=:][ \t]*(.*)")


def dissect(comparison: Comparison) -> Comparison:
    """The comparison with what differs in texts that hold data."""
    return replace(comparison, resources=tuple(map(_dissected, comparison.resources)))


def _dissected(change: ResourceChange) -> ResourceChange:
    if change.op != "change" or change.id.gvk[::2] != ("", "ConfigMap"):
        return change
    return replace(change, fields=tuple(_with_inner(f) if _is_text(f) else f for f in change.fields))


def data_of(key: str, text: str) -> Any:
    """What a text holds that is called so, in the first format that it is in; None where it is in none."""
    if len(text) > _LONGEST or not _may_hold_data(text):
        return None
    found = (_parsed(parse, text) for _, parse in _formats(key))
    return next((data for data in found if data is not None), None)


def _is_text(field: FieldChange) -> bool:
    """Whether it is one text of several lines, or of JSON, that became another."""
    if field.op != "change" or not isinstance(field.before, str) or not isinstance(field.after, str):
        return False
    return len(field.before) + len(field.after) <= _LONGEST and all(map(_may_hold_data, (field.before, field.after)))


def _may_hold_data(text: str) -> bool:
    return "\n" in text or text[:1] in {"{", "["}


def _with_inner(field: FieldChange) -> FieldChange:
    """The change with what differs inside, in the first format that both texts are in."""
    for name, parse in _formats(str(field.path.segments[-1])):
        before, after = _parsed(parse, field.before), _parsed(parse, field.after)
        if before is not None and after is not None:
            is_manifest = name == "yaml" and _is_manifest(before) and _is_manifest(after)
            found = _in_manifest(before, after) if is_manifest else _in_data(before, after)
            return replace(field, inner=found, format="manifest" if is_manifest else name) if found else field
    return field


def _in_data(before: Any, after: Any) -> tuple[FieldChange, ...]:
    return tuple(compare_bodies(before, after, ListNode()))


def _in_manifest(before: Body, after: Body) -> tuple[FieldChange, ...]:
    """As of a resource of the build."""
    gvk = Gvk.of(after)
    return tuple(compare_bodies(before, after, Definitions(()).root(gvk), type_of(gvk)))


def _is_manifest(value: Any) -> bool:
    return isinstance(value, dict) and {"apiVersion", "kind"} <= value.keys()


_Parse = Callable[[str], Any]


def _formats(key: str) -> tuple[tuple[str, _Parse], ...]:
    """The formats a text may be in: the one its key ends with, or all that can be told by its look."""
    return _BY_ENDING.get(key.rpartition(".")[2].lower(), _BY_LOOK)


def _parsed(parse: _Parse, text: str) -> Any:
    """What the text holds; None where it is not in this format."""
    try:
        return parse(text)
    except (ValueError, KgenError, RecursionError, configparser.Error):
        return None


def _json(text: str) -> Any:
    """Data as it is spelled: a number in another spelling is another one, and no key may repeat."""
    found = json.loads(text, object_pairs_hook=_unique, parse_float=_number)
    return found if isinstance(found, dict | list) else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _number(text: str) -> Any:
    return float(text) if repr(float(text)) == text else Plain(text)


def _yaml(text: str) -> Any:
    """One document as it is, several as a list."""
    found = load_spelled(text)
    if not found or not all(isinstance(document, dict | list) for document in found):
        return None
    return found[0] if len(found) == 1 else found


def _ini(text: str) -> Any:
    parser = configparser.RawConfigParser(
        strict=True, allow_no_value=True, default_section="\0", empty_lines_in_values=False
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read_string(text)
    return {section: dict(parser.items(section)) for section in parser.sections()} or None


def _properties(text: str) -> Any:
    """Lines of ``key=value``; nothing that a line may not say alone."""
    found = {}
    for line in map(str.strip, text.splitlines()):
        match = _PROPERTY.fullmatch(line)
        if line and line[0] not in "#!":
            if match is None or match[1] in found or line.endswith("\\"):
                return None
            found[match[1]] = match[2]
    return found


_JSON: Final = (("json", _json),)
_YAML: Final = (("yaml", _yaml),)
_INI: Final = (("ini", _ini),)
_PROPERTIES: Final = (("properties", _properties),)
_BY_ENDING: Final[Mapping[str, tuple[tuple[str, _Parse], ...]]] = {
    "json": _JSON,
    "yaml": _YAML,
    "yml": _YAML,
    "ini": _INI,
    "cfg": _INI,
    "conf": _INI + _PROPERTIES,
    "properties": _PROPERTIES,
    "env": _PROPERTIES,
}
_BY_LOOK: Final = _JSON + _INI + _PROPERTIES + _YAML
