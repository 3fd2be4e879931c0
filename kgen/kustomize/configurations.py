"""Field specs from files: ``configurations``, and ``crds``, which are OpenAPI definitions with notes in them.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configurations/ (the tables by example:
https://github.com/kubernetes-sigs/kustomize/tree/master/examples/transformerconfigs) and
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/crds/
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from kgen.errors import InputError, InputErrors, Origin, Unsupported
from kgen.kustomize import legacy, strict_json
from kgen.kustomize.entries import field_spec
from kgen.kustomize.fieldspecs import FieldSpec, FieldSpecs, NameReference
from kgen.kustomize.openapi_schema import are_texts, is_schema
from kgen.kustomize.reading import TYPED, Reader
from kgen.kustomize.spots import SourceFile
from kgen.resource import Gvk
from kgen.yamlio import allowance, load_legacy

_TABLES = {
    "namePrefix": "name_prefix",
    "nameSuffix": "name_suffix",
    "namespace": "namespace",
    "commonLabels": "common_labels",
    "labels": "labels",
    "templateLabels": "template_labels",
    "commonAnnotations": "common_annotations",
    "varReference": "var_reference",
    "images": "images",
    "replicas": "replicas",
}
_REFERENCES = "nameReference"


def configuration(content: bytes, path: str) -> FieldSpecs:
    """The tables of one file under ``configurations``.

    Raises:
        InputErrors: All that is wrong with it.
    """
    documents, repeats = load_legacy(content, path)
    if repeats:
        raise InputErrors(InputError(message.partition(":")[0], origin=origin) for message, origin in repeats)
    data = documents[0].body if documents else None
    legacy.check_characters(data, content, path)
    reader = Reader(SourceFile(path, content.decode("utf-8", "replace")), data, rules=TYPED)
    reader.known((*_TABLES, _REFERENCES))
    tables: dict[str, Any] = {name: reader.each(key, field_spec) for key, name in _TABLES.items()}
    tables["name_reference"] = reader.each(_REFERENCES, _reference)
    reader.finish()
    return FieldSpecs(**tables).ordered()


def _reference(reader: Reader) -> NameReference:
    reader.known(("group", "version", "kind", "fieldSpecs"))
    target = Gvk(reader.string("group"), reader.string("version"), reader.string("kind"))
    fields = reader.each("fieldSpecs", field_spec)
    if any(spec.steps in (("metadata",), ("metadata", "name")) for spec in fields):
        what = "a nameReference whose fieldSpecs name metadata or metadata/name"
        raise Unsupported(what, origin=reader.origin(), hint="name another field")
    return NameReference(target, fields)


_PREFIX = "x-kubernetes-"
_DEPTH = 100


def definitions(content: bytes, path: str) -> FieldSpecs:
    """The tables that the OpenAPI definitions of one file under ``crds`` speak of.

    Raises:
        InputError: It is something else; a CustomResourceDefinition is, too.
    """
    # What begins with a brace is JSON for kustomize, and 1.0 no whole number there.
    data = strict_json.load(content, path) if content.startswith(b"{") else None
    data = legacy.first(content, path, []) if data is None else data
    if data is None:
        return FieldSpecs()
    if not isinstance(data, dict) or not all(isinstance(api, dict | None) for api in data.values()):
        raise InputError(
            "crds lists files with OpenAPI definitions, and this is none",
            origin=Origin(path),
            hint="list a CustomResourceDefinition under resources",
        )
    for name, api in data.items():
        _check_definition(name, api or {}, Origin(path))
    tables = [
        table
        for name, api in data.items()
        if all(key in _properties(api) for key in ("kind", "apiVersion", "metadata"))
        for table in _noted(data, name, Gvk("", "", name.rpartition(".")[2]), ())
    ]
    return FieldSpecs().merged(FieldSpecs(*(tuple(chain.from_iterable(each)) for each in zip(*tables, strict=True))))


def _check_definition(name: str, api: dict[str, Any], origin: Origin) -> None:
    if len({key.lower() for key in api}) < len(api) or isinstance(api, strict_json.Repeating):
        raise Unsupported(f"a field of {name} that is there twice", origin=origin, hint="keep one")
    for key, value in api.items():
        fits = {"schema": is_schema, "dependencies": are_texts}.get(key.lower())
        if fits is not None and value is not None and not fits(value):
            raise InputError(f"'{key.lower()}' of {name} has a value of another type than it may", origin=origin)
        if fits is is_schema and strict_json.repeats(value):
            raise InputError(f"a name stands twice in one object in the schema of {name}", origin=origin)


def _properties(api: Any) -> dict[str, Any]:
    schema = (api or {}).get("Schema") or (api or {}).get("schema") or {}
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}


def _noted(apis: dict[str, Any], name: str, kind: Gvk, path: tuple[str, ...]) -> Iterator[FieldSpecs]:
    if len(path) > _DEPTH:
        raise InputError(f"the definition of {kind.kind} refers to itself")
    for key, schema in _properties(apis.get(name)).items():
        allowance.current().take(len(path) + 1, None)  # there may be endlessly many ways through a few definitions
        if isinstance(schema, dict):
            yield from _notes(schema, kind, (*path, key))
            if isinstance(schema.get("$ref"), str):
                yield from _noted(apis, schema["$ref"], kind, (*path, key))


def _notes(schema: dict[str, Any], kind: Gvk, path: tuple[str, ...]) -> Iterator[FieldSpecs]:
    said = {key: value for key, value in schema.items() if isinstance(value, str)}
    for key in said:
        if key != key.lower() and key.lower().startswith(_PREFIX):
            raise Unsupported(f"the key '{key}' in definitions under crds", hint=f"write {key.lower()}")
    spec = FieldSpec("/".join(path), *kind)
    if f"{_PREFIX}annotation" in said:
        yield FieldSpecs(common_annotations=(spec,))
    if f"{_PREFIX}label-selector" in said:
        yield FieldSpecs(common_labels=(spec,))
    if f"{_PREFIX}identity" in said:
        yield FieldSpecs(name_prefix=(spec,))
    version, target = said.get(f"{_PREFIX}object-ref-api-version"), said.get(f"{_PREFIX}object-ref-kind")
    if version is not None and target is not None:
        key = said.get(f"{_PREFIX}object-ref-name-key", "name")
        field = FieldSpec("/".join((*path, key)), *kind)
        yield FieldSpecs(name_reference=(NameReference(Gvk("", version, target), (field,)),))
