"""``openapi``: a schema of a person's own, which tells merge keys of custom resources.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/openapi/. As in kustomize the first one that is
met counts for the whole build, and takes the place of the built-in schema, unless that was in use already.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kgen.errors import InputError, Origin, Unsupported
from kgen.kustomize.openapi_schema import is_document
from kgen.resource import Gvk
from kgen.schema.data.merge_lists import TYPES
from kgen.schema.merge_keys import NOTHING, MergeType, is_known, merge_type, named_type
from kgen.schema.scope import is_cluster_scoped

BUILT_IN = "v1.21.2"
_KUBERNETES = "io.k8s.api"  # what the names of its own types begin with, those of its libraries too
_GVK = "x-kubernetes-group-version-kind"


class Schema:
    """What strategic merges of one build know of kinds."""

    def __init__(self) -> None:
        self._own: _Definitions | None = None
        self._chosen = False
        self._built_in = self._looked_up = False

    def see(self, gvk: Gvk) -> None:
        """Note that a resource of this kind was read: kustomize looks unknown ones up in its schema."""
        if self._own is None and not is_known(gvk) and not is_cluster_scoped(gvk):
            self._looked_up = True

    def choose(self, said: Mapping[str, str], content: Any, origin: Origin, *, top: bool) -> None:
        """Take a kustomization's ``openapi`` field, unless an earlier one was taken.

        Args:
            said: The field.
            content: The data of the file it names, or None.
            origin: Where the field is.
            top: Whether it is the first kustomization of the build.

        Raises:
            InputError: There is no such version, or both are given.
            Unsupported: The file says which kinds are in no namespace, or nothing, which is an error in some builds.
        """
        if content is None and "path" in said:
            raise Unsupported("an openapi file that is empty", origin=origin, hint="remove the field")
        if self._chosen and not top:
            return
        version = said.get("version", "")
        if content is not None and "version" in said:
            raise InputError("openapi has either a version or a path", origin=origin)
        if content is not None:
            # What was looked up only is read late, and then it is the own one that is replaced.
            late = self._looked_up and not self._built_in
            self._own = _Definitions(content, origin, built_in=self._built_in or late, late=late)
            self._chosen = True
        elif version:
            if version != BUILT_IN:
                raise InputError(f"there is no schema {version}", origin=origin, hint=f"the only one is {BUILT_IN}")
            self._chosen = True

    def merge_type(self, gvk: Gvk) -> MergeType:
        """What is known of a kind."""
        if self._own is None:
            self._built_in = True
            return merge_type(gvk)
        return self._own.merge_type(gvk)


class _Definitions:
    """The ``definitions`` of an OpenAPI document."""

    def __init__(self, data: Any, origin: Origin, *, built_in: bool, late: bool) -> None:
        if not is_document(data):
            what = "an openapi file that is no OpenAPI document, which kustomize minds when it looks something up"
            raise Unsupported(what, origin=origin, hint="it has a map of definitions, each of them a schema")
        self._schemas: dict[str, Any] = _get(data, "definitions") or {}
        self._built_in, self._late = built_in, late
        self._kinds: dict[tuple[str, str], Any] = {}
        for schema in self._schemas.values():
            for said in _list(_get(schema, _GVK)):
                _check_kind(said, origin)
                self._kinds[_version(said), str(_get(said, "kind") or "")] = schema
        _check_paths(_get(data, "paths"), origin)
        if built_in and not late:
            _check_names(self._schemas, origin)

    def merge_type(self, gvk: Gvk) -> MergeType:
        """What is known of a kind; of the built-in schema only if that was in use before."""
        schema = self._kinds.get((gvk.api_version, gvk.kind))
        if schema is not None and not (self._late and is_known(gvk)):
            return _Schema(self, schema)
        return merge_type(gvk) if self._built_in else NOTHING

    def type_of(self, schema: Any) -> MergeType:
        """The type of a schema, or of what it refers to."""
        seen: set[str] = set()
        while isinstance(reference := _get(schema, "$ref"), str):
            name = reference.removeprefix("#/definitions/").replace("~1", "/").replace("~0", "~")
            if name in seen:
                return NOTHING
            seen.add(name)
            if name not in self._schemas or (self._late and name.startswith(_KUBERNETES)):
                return named_type(name.rpartition(".")[2]) if self._built_in else NOTHING
            schema = self._schemas[name]
        return _Schema(self, schema) if isinstance(schema, dict) else NOTHING


class _Schema(MergeType):
    """A type that an OpenAPI schema describes."""

    __slots__ = ("_definitions", "_schema")

    def __init__(self, definitions: _Definitions, schema: Any) -> None:
        strategy = _get(schema, "x-kubernetes-patch-strategy")
        if not isinstance(strategy, str | None):
            raise Unsupported("a schema whose x-kubernetes-patch-strategy is no text", hint="write merge")
        several, one = _get(schema, "x-kubernetes-list-map-keys"), _get(schema, "x-kubernetes-patch-merge-key")
        keys = tuple(several) if isinstance(several, list) else (one,) if isinstance(one, str) else ()
        super().__init__(keys if isinstance(strategy, str) and "merge" in strategy.split(",") else None)
        self._definitions, self._schema = definitions, schema

    def field(self, key: str) -> MergeType:
        """See `MergeType.field`."""
        properties, others = _get(self._schema, "properties"), _get(self._schema, "additionalProperties")
        if isinstance(properties, dict) and key in properties:
            return self._definitions.type_of(properties[key])
        return self._definitions.type_of(others) if isinstance(others, dict) else NOTHING

    def item(self) -> MergeType:
        """See `MergeType.item`."""
        items = _get(self._schema, "items")
        is_array = _get(self._schema, "type") in ("array", ["array"])
        if is_array and not isinstance(items, dict | None):
            raise Unsupported("a schema whose items are no schema", hint="write items: {}")
        return self._definitions.type_of(items) if is_array and isinstance(items, dict) else NOTHING


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _version(said: Any) -> str:
    group, version = str(_get(said, "group") or ""), str(_get(said, "version") or "")
    return f"{group}/{version}" if group else version


def _check_kind(said: Any, origin: Origin) -> None:
    if not all(isinstance(_get(said, key), str) for key in ("group", "version", "kind")):
        raise Unsupported(f"an openapi file with {_GVK} that lacks group, version or kind", origin=origin)


def _check_names(names: Iterable[str], origin: Origin) -> None:
    """Types of Kubernetes' own that are in use would change below the kinds that have them."""
    for name in names:
        if name.startswith(_KUBERNETES) and name.rpartition(".")[2] in TYPES:
            raise Unsupported(
                f"an openapi file with the type {name}, after others of Kubernetes' own were in use",
                origin=origin,
                hint="say openapi in the first kustomization of the build",
            )


def _check_paths(paths: Any, origin: Origin) -> None:
    """Whether a kind is in a namespace is known from the paths of its API, too."""
    scopes: dict[tuple[str, str], bool] = {}
    for path, said in paths.items() if isinstance(paths, dict) else ():
        kind = _get(_get(said, "get"), _GVK)
        if isinstance(kind, dict):
            key = _version(kind), str(_get(kind, "kind") or "")
            scopes[key] = scopes.get(key, False) or "namespaces/{namespace}" in path
    for (version, kind), namespaced in scopes.items():
        gvk = Gvk(*version.rpartition("/")[::2], kind)
        if not namespaced and not is_cluster_scoped(gvk) and not is_known(gvk):
            raise Unsupported(f"an openapi file that says {kind} is in no namespace", origin=origin)
