"""A resource in the making: its body and what the engine must remember of its former names.

kustomize keeps these notes as annotations inside the resource and strips them at the end; here they are fields.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from kgen.errors import Origin, Unsupported
from kgen.kustomize.scalars import text
from kgen.kustomize.texts import Files
from kgen.origins import FieldOrigins
from kgen.resource import Body, Gvk, Resource, ResourceId
from kgen.schema.scope import is_cluster_scoped
from kgen.yamlio.brackets import NONE, Brackets

CLUSTER = "_non_namespaceable_"
"""Stands for the namespace of a kind that is in none; no namespace can have this name."""


class Maker(NamedTuple):
    """What made or changed a resource, as ``buildMetadata`` tells it; paths as the kustomizations write them.

    Attributes:
        path: The file it was read from.
        configured_in: The file that asked for it to be made or changed.
        kind: The transformer or generator.
        api_version: Of that.
        name: Of that, if it is a plug-in.
        namespace: Of that, if it is a plug-in.
    """

    path: str = ""
    configured_in: str = ""
    kind: str = ""
    api_version: str = "builtin"
    name: str = ""
    namespace: str = ""


@dataclass(slots=True, eq=False)
class Draft:
    """One resource on its way through the build.

    Attributes:
        body: Plain data, changed in place.
        origin: The file and line that made it.
        former: The kinds, effective namespaces and names it had, oldest first; its version is always the current one.
        prefixes: The name prefixes it got, in order; only resources with like ends refer to each other.
        suffixes: The same for suffixes.
        needs_hash: Whether a hash of its content will end its name.
        variables: Names of the ``vars`` that read from it.
        empty: The keys in its maps without any value, which a strategic merge drops, unlike those with the word null.
        odd: In a patch the values that are written as other text than they are printed, with that text.
        null_labels: Its labels that are null and written otherwise, with that text.
        place: Which document of its file it is, counted from 0, and the keys and positions that lead to it there.
        maker: What made it, where that is asked for.
        changes: What changed it since.
        commented: The keys in its file that have a comment behind them before their map or list, where styles matter.
        files: The texts of the files it is made of that have comments or tags.
        generated: Whether a generator made it.
        hiding: The paths of its nulls that hide labels.
        brackets: Where it may have brackets; between them an empty text without type stays a text.
        turns_in_brackets: In a patch whether it has empty list items or times, other values between brackets.
    """

    body: Body
    origin: Origin | None = None
    former: list[tuple[str, str, str]] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    suffixes: list[str] = field(default_factory=list)
    needs_hash: bool = False
    variables: list[str] = field(default_factory=list)
    empty: list[tuple[Body, Any]] = field(default_factory=list)
    odd: list[tuple[Body, Any, str]] = field(default_factory=list)
    null_labels: dict[str, str] = field(default_factory=dict)
    place: tuple[str | int, ...] = (0,)
    maker: Maker | None = None
    changes: list[Maker] = field(default_factory=list)
    commented: frozenset[str] = frozenset()
    files: Files = ()
    generated: bool = False
    hiding: frozenset[str] = frozenset()
    brackets: Brackets = NONE
    turns_in_brackets: bool = False

    @property
    def gvk(self) -> Gvk:
        """Its type now."""
        return _gvk(text(self.body.get("apiVersion")), text(self.body.get("kind")))

    @property
    def metadata(self) -> dict[str, Any]:
        """Its metadata, or an empty map."""
        found = self.body.get("metadata")
        return found if isinstance(found, dict) else {}

    @property
    def name(self) -> str:
        """Its name now."""
        return text(self.metadata.get("name"))

    @property
    def namespace(self) -> str:
        """Its namespace as written; empty when there is none."""
        return text(self.metadata.get("namespace"))

    @property
    def id(self) -> ResourceId:
        """Its identity as written."""
        return ResourceId(self.gvk, self.namespace, self.name)

    @property
    def key(self) -> ResourceId:
        """What it is compared by: the namespace is the effective one."""
        return key_of(self.id)

    def former_keys(self) -> list[ResourceId]:
        """What it was compared by before, oldest first."""
        version = text(self.body.get("apiVersion"))
        return [key_of(ResourceId(_gvk(version, kind), ns, name)) for kind, ns, name in self.former]

    def first_key(self) -> ResourceId:
        """What it was compared by at the beginning."""
        if not self.former:
            return self.key
        kind, namespace, name = self.former[0]
        return key_of(ResourceId(self.gvk._replace(kind=kind), namespace, name))

    def remember(self) -> None:
        """Note the present name, namespace and kind as former ones.

        Raises:
            Unsupported: A patch took its name or kind, or left one that kustomize cannot keep.
        """
        key = self.key
        if not key.name or not key.gvk.kind or "," in f"{key.name}{key.namespace}{key.gvk.kind}":
            raise Unsupported(
                f"{self.first_key()} without a usable name", origin=self.origin, hint="look at the patches for it"
            )
        self.former.append((key.gvk.kind, key.namespace, key.name))

    @property
    def has_notes(self) -> bool:
        """Whether kustomize would keep annotations of its own in it now."""
        return bool(self.former or self.prefixes or self.suffixes or self.needs_hash or self.maker or self.generated)

    def forget(self) -> None:
        """Lose all notes, as when a patch replaces the annotations that kustomize keeps them in."""
        self.former, self.prefixes, self.suffixes, self.needs_hash, self.generated = [], [], [], False, False
        self.forget_maker()

    def forget_maker(self) -> None:
        """Lose what made it; kustomize keeps the other notes through operations."""
        self.maker, self.changes = None, []

    def set_metadata(self, key: str, value: Any) -> None:
        """Set or, with an empty value, remove one field of the metadata."""
        if not isinstance(self.body.get("metadata"), dict):
            self.body["metadata"] = {}
        if value in ("", None) and key != "name":
            self.body["metadata"].pop(key, None)
        else:
            self.body["metadata"][key] = value

    def strings(self, key: str) -> dict[str, str]:
        """Labels or annotations as text; a null is the word that is written for it."""
        found = self.metadata.get(key)
        if not isinstance(found, dict):
            return {}
        said = {str(text(k)): str(text(v)) for k, v in found.items()}
        return {**said, **self._nulls(key, found)} if None in found.values() else said

    def _nulls(self, key: str, found: Body) -> dict[str, str]:
        empty = {name for holder, name in self.empty if holder is found}
        said = self.null_labels if key == "labels" else {}
        return {k: "" if k in empty else said.get(k, "null") for k, value in found.items() if value is None}

    def is_empty(self, holder: Body, key: Any) -> bool:
        """Whether a null is a key without any value, and not the word."""
        return any(one is holder and name == key for one, name in self.empty)

    def resource(self, origins: FieldOrigins | None = None) -> Resource:
        """The finished resource."""
        return Resource(self.body, self.origin, tuple(self._former_ids()), self.needs_hash, origins)

    def _former_ids(self) -> list[ResourceId]:
        ids = [key._replace(namespace="" if key.namespace == CLUSTER else key.namespace) for key in self.former_keys()]
        return [one for one in dict.fromkeys(ids) if one.key != self.id.key]


@cache
def _gvk(version: str, kind: str) -> Gvk:
    group, slash, rest = version.partition("/")
    return Gvk(group, rest, kind) if slash else Gvk("", version, kind)


def key_of(identity: ResourceId) -> ResourceId:
    """The identity with the effective namespace: ``default`` for none, a constant for kinds that are in none."""
    if is_cluster_scoped(identity.gvk):
        return ResourceId(identity.gvk, CLUSTER, identity.name)
    return identity if identity.namespace else ResourceId(identity.gvk, "default", identity.name)
