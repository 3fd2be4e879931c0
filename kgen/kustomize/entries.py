"""The entries that a kustomization file lists, read one by one; builtin transformers are configured by the same.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from kgen.errors import Unsupported
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.generators.generator import Generator, Options
from kgen.kustomize.generators.sources import Sources
from kgen.kustomize.reading import Reader
from kgen.kustomize.selectors import Selector
from kgen.kustomize.transformers.images import Image
from kgen.resource import Gvk, ResourceId

if TYPE_CHECKING:
    from kgen.kustomize.transformers.replacements import Options as FieldOptions
    from kgen.kustomize.transformers.replacements import Replacement, Source, Target
    from kgen.kustomize.variables import Variable


class Label(NamedTuple):
    """One entry of ``labels``."""

    pairs: Mapping[str, str]
    include_selectors: bool = False
    include_templates: bool = False
    fields: tuple[FieldSpec, ...] = ()


class Replica(NamedTuple):
    """One entry of ``replicas``."""

    name: str
    amount: int


class PatchEntry(NamedTuple):
    """One entry of ``patches`` or ``patchesJson6902``: a file or the patch itself, and what it is for."""

    path: str = ""
    patch: str = ""
    target: Selector | None = None
    options: Mapping[str, bool] = {}


class ReplacementEntry(NamedTuple):
    """One entry of ``replacements``: itself, or a file with some."""

    path: str = ""
    inline: "Replacement | None" = None


class SortOptions(NamedTuple):
    """``sortOptions``: ``legacy`` or ``fifo``, and which kinds come first and last, if not kustomize's."""

    order: str
    kinds: tuple[tuple[str, ...], tuple[str, ...]] | None = None


def field_spec(reader: Reader) -> FieldSpec:
    """Read one field spec."""
    reader.known(("group", "version", "kind", "path", "create"))
    return FieldSpec(
        reader.string("path"),
        reader.string("group"),
        reader.string("version"),
        reader.string("kind"),
        reader.boolean("create"),
    )


def label(reader: Reader) -> Label:
    """Read one entry of ``labels``."""
    reader.known(("pairs", "includeSelectors", "includeTemplates", "fields"))
    return Label(
        reader.string_map("pairs"),
        reader.boolean("includeSelectors"),
        reader.boolean("includeTemplates"),
        reader.each("fields", field_spec),
    )


def patch(reader: Reader) -> PatchEntry:
    """Read one entry of ``patches``."""
    reader.known(("path", "patch", "target", "options"))
    target = reader.child("target")
    return PatchEntry(
        reader.string("path"),
        reader.string("patch"),
        None if target is None else selector(target),
        reader.boolean_map("options"),
    )


def selector(reader: Reader) -> Selector:
    """Read a ``target`` or ``select``."""
    selectors = ("labelSelector", "annotationSelector")
    reader.known((*_IDENTITY, *selectors))
    return Selector(*map(reader.exact, _IDENTITY), *map(reader.string, selectors))


def image(reader: Reader) -> Image:
    """Read one entry of ``images``."""
    keys = ("name", "newName", "tagSuffix", "newTag", "digest")
    reader.known(keys)
    return Image(*(reader.string(key) for key in keys))


def replica(reader: Reader) -> Replica:
    """Read one entry of ``replicas``."""
    reader.known(("name", "count"))
    return Replica(reader.string("name"), reader.integer("count"))


_GENERATOR = ("namespace", "name", "behavior", "literals", "files", "envs", "env", "options")


def generator(reader: Reader, kind: str, every: Options) -> Generator:
    """Read one entry of a generator field; `every` are the ``generatorOptions``."""
    reader.known((*_GENERATOR, "type") if kind == "Secret" else _GENERATOR)
    env = reader.string("env")
    envs = (*reader.strings("envs"), *([env] if env else []))
    return Generator(
        kind=kind,
        name=reader.string("name"),
        namespace=reader.string("namespace"),
        behavior=reader.string("behavior"),
        sources=Sources(reader.strings("literals"), reader.strings("files"), envs),
        options=options(reader.child("options")).under(every),
        type=reader.string("type") if kind == "Secret" else "",
        spot=reader.spot(),
    )


def options(reader: Reader | None) -> Options:
    """Read ``options`` or ``generatorOptions``."""
    if reader is None:
        return Options()
    reader.known(("labels", "annotations", "disableNameSuffixHash", "immutable"))
    return Options(
        reader.string_map("labels"),
        reader.string_map("annotations"),
        reader.boolean("disableNameSuffixHash"),
        reader.boolean("immutable"),
    )


def replacement_entry(reader: Reader) -> ReplacementEntry:
    """Read one entry of ``replacements``."""
    reader.known(("path", "source", "targets"))
    return ReplacementEntry(reader.string("path"), _replacement(reader))


def replacement(reader: Reader) -> "Replacement":
    """Read a replacement from a file of its own."""
    reader.known(("source", "targets"))
    return _replacement(reader)


def _replacement(reader: Reader) -> "Replacement":
    from kgen.kustomize.transformers.replacements import Replacement  # most builds replace nothing

    source = reader.child("source")
    # What stands in a kustomization is written down and read again, without what is empty.
    says = reader.raw("targets") if reader.rules.strict else reader.has("targets")
    targets = reader.each("targets", _target) if says else None
    return Replacement(None if source is None else _source(source), targets, reader.spot())


_IDENTITY = ("group", "version", "kind", "name", "namespace")


def _source(reader: Reader) -> "Source":
    from kgen.kustomize.transformers.replacements import Source  # as above

    reader.known((*_IDENTITY, "fieldPath", "options"))
    selected = Selector(*map(reader.exact, _IDENTITY))
    return Source(selected, reader.string("fieldPath"), _field_options(reader.child("options")))


def _target(reader: Reader) -> "Target":
    from kgen.kustomize.transformers.replacements import Target  # as above

    reader.known(("select", "reject", "fieldPaths", "options"))
    select, rejected = reader.child("select"), reader.raw("reject")
    if isinstance(rejected, list) and None in rejected:
        raise Unsupported("an empty item of reject, on which kustomize panics", origin=reader.origin("reject"))
    return Target(
        None if select is None else selector(select),
        reader.each("reject", selector),
        reader.strings("fieldPaths"),
        _field_options(reader.child("options")),
    )


def _field_options(reader: Reader | None) -> "FieldOptions":
    from kgen.kustomize.transformers.replacements import Options  # as above

    if reader is None:
        return Options()
    reader.known(("delimiter", "index", "encoding", "create"))
    reader.string("encoding")
    return Options(reader.string("delimiter"), reader.integer("index"), reader.boolean("create"))


def variable(reader: Reader) -> "Variable":
    """Read one entry of ``vars``."""
    from kgen.kustomize.variables import Variable  # most builds have none

    reader.known(("name", "objref", "fieldref"))
    target, field = reader.child("objref"), reader.child("fieldref")
    path = ""
    if field is not None:
        field.known(("fieldPath",))
        path = field.string("fieldPath")
    identity = ResourceId(Gvk("", "", ""), "", "") if target is None else _object(target)
    return Variable(reader.string("name"), identity, path or "metadata.name", reader.spot())


def _object(reader: Reader) -> ResourceId:
    reader.known(("apiVersion", *_IDENTITY))
    group, version, kind, name, namespace = (reader.string(key) for key in _IDENTITY)
    parts = reader.string("apiVersion").split("/")
    if len(parts) == 1:
        version = parts[0] or version
    elif len(parts) == 2:  # noqa: PLR2004  # group and version
        group, version = parts
    return ResourceId(Gvk(group, version, kind), namespace, name)


def sort_options(reader: Reader) -> SortOptions:
    """Read ``sortOptions``."""
    reader.known(("order", "legacySortOptions"))
    legacy = reader.child("legacySortOptions")
    if legacy is None:
        return SortOptions(reader.string("order"))
    legacy.known(("orderFirst", "orderLast"))
    return SortOptions(reader.string("order"), (legacy.strings("orderFirst"), legacy.strings("orderLast")))
