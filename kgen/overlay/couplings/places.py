"""Where a resource says something as text: values of ConfigMaps and Secrets, environments, commands and arguments."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from kgen.fieldpath import FieldPath, ItemKey
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods


class Place(NamedTuple):
    """One text.

    Attributes:
        resource: Whose.
        path: Which field.
        text: What it says, decoded.
        key: What the value is called: the key of a ConfigMap, a variable's name, the flag before an argument.
        label: How ``kgen.yaml`` calls it beside the resource: ``LEVEL``, ``app/LEVEL``, ``app/args[0]``.
        container: The container that it is of, or None.
        encoded: Whether the field holds it in base64.
    """

    resource: ResourceId
    path: FieldPath
    text: str
    key: str
    label: str
    container: Body | None = None
    encoded: bool = False

    @property
    def address(self) -> str:
        """How ``couplings`` in ``kgen.yaml`` calls it."""
        return f"{self.resource}:{self.label}"

    def value(self, text: str) -> str:
        """What the field must hold to say this text."""
        return base64.b64encode(text.encode()).decode() if self.encoded else text


def places(resource: Resource) -> Iterator[Place]:
    """What a person wrote as text; what is no text there, or not where Kubernetes has it, is left alone."""
    identity = resource.id
    kind = identity.gvk.kind if not identity.gvk.group else ""
    for field in {"ConfigMap": ("data",), "Secret": ("data", "stringData")}.get(kind, ()):
        encoded = (kind, field) == ("Secret", "data")
        for key, value in (pods.mapping(resource.body, field) or {}).items():
            text = _decoded(value) if encoded else value
            if isinstance(text, str):
                yield Place(identity, FieldPath((field, str(key))), text, str(key), str(key), None, encoded)
    above, spec = pods.pod_spec_path(identity.gvk) or (), pods.pod_spec(resource.body) or {}
    for field in pods.CONTAINER_LISTS:
        for step, container in _items(spec.get(field)):
            yield from _of_container(identity, FieldPath((*above, field, step)), container)


def _items(values: Any) -> Iterator[tuple[ItemKey | int, Body]]:
    """The maps of a list, each by its name; by its place where that does not tell it apart."""
    found = values if isinstance(values, list) else []
    names = Counter(item["name"] for item in found if isinstance(item, dict) and isinstance(item.get("name"), str))
    for place, item in enumerate(found):
        if isinstance(item, dict):
            name = item.get("name")
            is_told = isinstance(name, str) and names[name] == 1
            yield (ItemKey((("name", name),)) if is_told else place), item


def _decoded(value: Any) -> str | None:
    try:
        return base64.b64decode(value, validate=True).decode() if isinstance(value, str) else None
    except (binascii.Error, UnicodeDecodeError):
        return None


def _of_container(resource: ResourceId, path: FieldPath, container: Body) -> Iterator[Place]:
    name = container.get("name")
    for step, variable in _items(container.get("env")):
        key, value = variable.get("name"), variable.get("value")
        if isinstance(value, str) and isinstance(key, str):
            yield Place(resource, path / "env" / step / "value", value, key, f"{name}/{key}", container)
    for field in ("command", "args"):
        values = container.get(field)
        before = ""
        for index, value in enumerate(values if isinstance(values, list) else ()):
            if isinstance(value, str):
                key = before if before.startswith("-") and "=" not in before else ""
                yield Place(resource, path / field / index, value, key, f"{name}/{field}[{index}]", container)
            before = value if isinstance(value, str) else ""
