"""Reads ``kgen.yaml`` by the table of fields and collects all that is wrong with it."""

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kgen.errors import InputError, Origin
from kgen.fieldpath import FieldPath
from kgen.overlay.spec import advice
from kgen.overlay.spec.fields import DECLARATION
from kgen.overlay.spec.model import Ignored, Image, NodeSize, PatchFile, Path, Requirements, Spec, StorageFacts
from kgen.overlay.spec.shapes import (
    Amount,
    Complaint,
    Field,
    Flag,
    ListOf,
    MapOf,
    Single,
    Switch,
    Table,
    Text,
    Whole,
    Words,
)
from kgen.yamlio.source import Mapping, Node, Scalar, Sequence, Source, quoted, read, resolve

_KINDS: Final = {"text": "text", "integer": "a number", "number": "a number", "boolean": "a boolean"}


def parse(text: str, path: str) -> tuple[Spec, list[InputError]]:
    """Read one declaration.

    Args:
        text: The file; an empty one declares nothing.
        path: How errors name it.

    Returns:
        What could be read, and all that is wrong in the order of the file: syntax, duplicate keys, unknown fields,
        wrong types, names and quantities that Kubernetes would refuse.
    """
    try:
        source = read(text, path)
    except InputError as error:
        return Spec(path=path), [error]
    reader = _Reader(source)
    values = reader.declaration()
    errors = sorted([*source.duplicates, *reader.errors], key=place)
    return _spec(values, path, reader.origins), errors


def place(error: InputError) -> tuple[int, int]:
    """Line and column of an error, to sort by."""
    origin = error.origin or Origin("")
    return origin.line or 0, origin.column or 0


def _spec(values: dict[str, Any], path: str, origins: dict[Path, Origin]) -> Spec:
    made: dict[str, Any] = {
        "node": NodeSize(**values.pop("node", {})),
        "images": {name: Image(**_snake(image)) for name, image in values.pop("images", {}).items()},
        "resources": {name: Requirements(**parts) for name, parts in values.pop("resources", {}).items()},
        "storage": _storage(values.pop("storage", {})),
        "ignore": tuple(Ignored(**entry) for entry in values.pop("ignore", ())),
        "patches": tuple(PatchFile(**patch) for patch in values.pop("patches", ())),
    }
    return Spec(**_snake(values), **made, path=path, origins=origins)


def _storage(values: dict[str, Any]) -> StorageFacts:
    modes = values.get("accessModes")
    return StorageFacts(storage_class=values.get("class"), access_modes=frozenset(modes) if modes else None)


def _snake(values: dict[str, Any]) -> dict[str, Any]:
    return {re.sub("[A-Z]", lambda upper: "_" + upper[0].lower(), name): value for name, value in values.items()}


def _first(shape: Table | Text, field: Field) -> Field:
    """The field that an item of a list is."""
    return Field(shape, "", field.example[0])


class _Wrong(Exception):
    """A value is left out; what is wrong with it is in the list."""


class _Reader:
    """Walks the nodes beside the table."""

    def __init__(self, source: Source) -> None:
        self.errors: list[InputError] = []
        self.origins: dict[Path, Origin] = {}
        self._source = source

    def declaration(self) -> dict[str, Any]:
        root = self._source.root
        if root is None:
            return {}
        try:
            return self._table(root, DECLARATION, ())
        except _Wrong:
            return {}

    def _value(self, node: Node, field: Field, path: Path) -> Any:
        shape = field.shape
        if isinstance(shape, Table):
            return self._table(node, shape, path, field)
        if isinstance(shape, MapOf):
            return self._map(node, shape, path, field)
        if isinstance(shape, Switch):
            return self._switch(node, shape, path, field)
        if isinstance(shape, ListOf):
            return self._list(
                node, path, field, lambda item, at: self._item(item, shape, at, _first(shape.item, field))
            )
        if isinstance(shape, Words):
            return self._list(
                node, path, field, lambda item, at: self._single(item, shape.item, at, _first(shape.item, field))
            )
        return self._single(node, shape, path, field)

    def _table(self, node: Node, table: Table, path: Path, field: Field | None = None) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, child in self._entries(node, path, field):
            found = table.field(key.value)
            if found is None:
                where = f" in {FieldPath(path)}" if path else ""
                hint = advice.nearest(key.value, table.fields, "allowed")
                self._complain(key.start, Complaint(f"unknown field {key.value!r}{where}", hint))
                continue
            self._collect(values, key.value, child, found, path)
        return values

    def _switch(self, node: Node, shape: Switch, path: Path, field: Field) -> dict[str, Any] | None:
        """The options; None where it is off."""
        inner = resolve(node)
        if isinstance(inner, Scalar) and inner.kind == "boolean":
            return {} if inner.value.lower() == "true" else None
        if isinstance(inner, Mapping) and shape.options.fields:
            return self._table(node, shape.options, path, field)
        wanted = "true, false or a map" if shape.options.fields else "true or false"
        given = inner.value if isinstance(inner, Scalar) and inner.kind != "null" else _kind(inner)
        raise self._wrong(node, path, Complaint(f"must be {wanted}, not {given}", _example(path, field)))

    def _map(self, node: Node, shape: MapOf, path: Path, field: Field) -> dict[str, Any]:
        values: dict[str, Any] = {}
        example = next(iter(field.example.values()))
        for key, child in self._entries(node, path, field):
            complaint = shape.key.complaint(key.value)
            if complaint is not None:
                self._complain(key.start, complaint._replace(message=f"{FieldPath(path)}: {complaint.message}"))
            self._collect(values, key.value, child, Field(shape.value, "", example), path)
        return values

    def _list(self, node: Node, path: Path, field: Field, read_item: Callable[[Node, Path], Any]) -> list[Any]:
        inner = resolve(node)
        if isinstance(inner, Scalar) and inner.kind == "null":
            return []
        if not isinstance(inner, Sequence):
            raise self._wrong(node, path, Complaint(f"must be a list, not {_kind(inner)}", _example(path, field)))
        values: list[Any] = []
        for index, item in enumerate(inner.items):
            with contextlib.suppress(_Wrong):
                values.append(read_item(item, (*path, index)))
        return values

    def _item(self, node: Node, shape: ListOf, path: Path, field: Field) -> dict[str, Any]:
        """A map, or the text that stands for it; whatever is wrong in it, the list is read on."""
        self.origins[path] = self._source.origin(node.start)
        if isinstance(resolve(node), Scalar):
            return {shape.short: self._value(node, replace(field, shape=shape.item.fields[shape.short].shape), path)}
        wrong = len(self.errors)
        values = self._table(node, shape.item, path, field)
        if shape.short not in values and len(self.errors) == wrong:
            raise self._wrong(node, path, Complaint(f"has no {shape.short}", _example(path, field)))
        if len(self.errors) > wrong:
            raise _Wrong
        return values

    def _collect(self, values: dict[str, Any], key: str, node: Node, field: Field, path: Path) -> None:
        try:
            values[key] = self._value(node, field, (*path, key))
        except _Wrong:
            return

    def _entries(self, node: Node, path: Path, field: Field | None) -> list[tuple[Scalar, Node]]:
        inner = resolve(node)
        if isinstance(inner, Scalar) and inner.kind == "null":
            return []
        if not isinstance(inner, Mapping):
            raise self._wrong(node, path, Complaint(f"must be a map, not {_kind(inner)}", _example(path, field)))
        entries = inner.merged()
        for entry in entries:
            self.origins.setdefault((*path, entry.key.value), self._source.origin(entry.key.start))
        return [(entry.key, entry.value) for entry in entries]

    def _single(self, node: Node, shape: Single, path: Path, field: Field) -> str | int | bool:
        written = _written(resolve(node), shape, path, field)
        if isinstance(written, Complaint):
            raise self._wrong(node, path, written)
        complaint = shape.complaint(written)
        if complaint is not None:
            raise self._wrong(node, path, complaint._replace(message=f": {complaint.message}"))
        if isinstance(shape, Flag):
            return written.lower() == "true"
        return int(written) if isinstance(shape, Whole) else written

    def _wrong(self, node: Node, path: Path, complaint: Complaint) -> _Wrong:
        name = str(FieldPath(path)) or "the file"
        gap = "" if complaint.message.startswith(":") else " "
        self._complain(node.start, complaint._replace(message=f"{name}{gap}{complaint.message}"))
        return _Wrong()

    def _complain(self, offset: int, complaint: Complaint) -> None:
        origin = self._source.origin(offset)
        self.errors.append(InputError(complaint.message, origin=origin, hint=complaint.hint))


_WANTED: Final[dict[type, tuple[str, tuple[str, ...]]]] = {
    Text: ("text", ("text",)),
    Amount: ("a quantity", ("text", "integer", "number")),
    Whole: ("a whole number", ("integer",)),
    Flag: ("true or false", ("boolean",)),
}


def _written(node: Node, shape: Single, path: Path, field: Field) -> str | Complaint:
    """The value as it was written, or what is wrong with its type."""
    wanted, kinds = _WANTED[type(shape)]
    if not isinstance(node, Scalar):
        return Complaint(f"must be {wanted}, not {_kind(node)}", _example(path, field))
    if node.kind in kinds:
        return node.value
    if node.kind == "null":
        return Complaint("has no value", _empty(shape) + "remove the line")
    if isinstance(shape, Text):
        return _unquoted(node)
    if isinstance(shape, Whole) and shape.complaint(node.value) is None:
        return Complaint(f"must be {wanted}, not text", f"remove the quotes: {node.value}")
    given = node.value if node.kind == "number" else _kind(node)
    return Complaint(f"must be {wanted}, not {given}", _example(path, field))


def _empty(shape: Single) -> str:
    allowed = isinstance(shape, Text) and shape.complaint("") is None
    return 'write "" for an empty text, or ' if allowed else ""


def _unquoted(node: Scalar) -> Complaint:
    """The text is shown as written: ``1.10`` is not ``1.1``."""
    return Complaint(f"must be text, but {node.value} is {_kind(node)}", f"quote it: {quoted(node.value)}")


def _kind(node: Node) -> str:
    if isinstance(node, Scalar):
        return _KINDS.get(node.kind, "nothing")
    return "a list" if isinstance(node, Sequence) else "a map"


def _example(path: Path, field: Field | None) -> str:
    if field is None:
        return "for example: cluster: minikube"
    name = "- " if isinstance(path[-1], int) else f"{path[-1]}: "
    return f"for example: {name}{flow(field.example)}"


def flow(value: Any) -> str:
    """A value as YAML on one line, for people."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return value if isinstance(value, str) else json.dumps(value)
