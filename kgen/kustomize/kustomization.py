"""The kustomization file: what it may say, and reading it.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.filesystem import FileSystem
from kgen.kustomize import legacy
from kgen.kustomize.configurations import field_spec
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.generators.generator import Generator, Options
from kgen.kustomize.generators.sources import Sources
from kgen.kustomize.reading import Reader, SourceFile, Spot
from kgen.kustomize.selectors import Selector
from kgen.kustomize.transformers.images import Image

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_API_VERSIONS = {
    "Kustomization": "kustomize.config.k8s.io/v1beta1",
    "Component": "kustomize.config.k8s.io/v1alpha1",
}


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


@dataclass(frozen=True)
class Kustomization:
    """One kustomization file. Empty fields say nothing; names are those of the file, in Python's spelling."""

    file: SourceFile
    kind: str = "Kustomization"
    resources: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    namespace: str = ""
    name_prefix: str = ""
    name_suffix: str = ""
    labels: tuple[Label, ...] = ()
    common_labels: Mapping[str, str] = field(default_factory=dict)
    common_annotations: Mapping[str, str] = field(default_factory=dict)
    patches: tuple[PatchEntry, ...] = ()
    patches_strategic_merge: tuple[str, ...] = ()
    patches_json6902: tuple[PatchEntry, ...] = ()
    images: tuple[Image, ...] = ()
    replicas: tuple[Replica, ...] = ()
    config_map_generator: tuple[Generator, ...] = ()
    secret_generator: tuple[Generator, ...] = ()

    def spot(self, *steps: str | int) -> Spot:
        """A place in the file, to be looked up when needed."""
        return Spot(self.file, steps)


_FIELDS = (
    *("apiVersion", "kind", "metadata", "openapi", "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels"),
    *("commonAnnotations", "patchesStrategicMerge", "patchesJson6902", "patches", "images", "imageTags"),
    *("replacements", "replicas", "vars", "sortOptions", "resources", "components", "crds", "bases"),
    *("configMapGenerator", "secretGenerator", "helmGlobals", "helmCharts", "helmChartInflationGenerator"),
    *("generatorOptions", "configurations", "generators", "transformers", "validators", "buildMetadata"),
)
_UNSUPPORTED = (
    *("openapi", "replacements", "vars", "sortOptions", "crds", "helmGlobals", "helmCharts"),
    *("helmChartInflationGenerator", "configurations", "generators", "transformers", "validators", "buildMetadata"),
)
_ENGINE = "build with --engine kubectl"
_TEXTS = ("namePrefix", "nameSuffix", "namespace")
_APPENDED = ("bases", "imageTags", "helmChartInflationGenerator")


def load(path: str, fs: FileSystem) -> Kustomization:
    """Read the kustomization file at an absolute path.

    Raises:
        InputErrors: All that is wrong with it.
        InputError: It cannot be read at all, or is empty.
        Unsupported: It uses a field that kgen does not build.
    """
    return parse(path, fs.read(path))


def parse(path: str, content: bytes, warnings: list[legacy.Oddity] | None = None) -> Kustomization:
    """The same for the content of a file."""
    data = legacy.first(content, path, [] if warnings is None else warnings)
    reader = Reader(SourceFile(path, content.decode("utf-8", "replace")), data)
    reader.finish()
    reader.known(_FIELDS)
    made = _read(reader)
    reader.finish()
    if not any(_says(reader, key) for key in _FIELDS[2:]):
        raise InputError("this kustomization is empty", origin=reader.origin(), hint="list something under resources")
    for key in _UNSUPPORTED:
        if reader.raw(key) not in (None, [], {}):
            raise Unsupported(f"the field '{key}'", origin=reader.origin(reader.name(key)), hint=_ENGINE)
    return made


def _says(reader: Reader, key: str) -> bool:
    """Whether a field says anything; an empty list does, where it is kept as such."""
    value = reader.raw(key)
    return bool(value) if key in (*_TEXTS, *_APPENDED) else value is not None


def _read(reader: Reader) -> Kustomization:
    kind = reader.string("kind") or "Kustomization"
    if kind not in _API_VERSIONS:
        reader.error(f"kind is Kustomization or Component, not '{kind}'", reader.name("kind"))
    version = reader.string("apiVersion")
    if version and kind in _API_VERSIONS and version != _API_VERSIONS[kind]:
        reader.error(f"apiVersion of a {kind} is {_API_VERSIONS[kind]}, not '{version}'", reader.name("apiVersion"))
    _metadata(reader)
    every = _options(reader.child("generatorOptions"))
    return Kustomization(
        file=reader.file,
        kind=kind,
        resources=(*reader.strings("resources"), *reader.strings("bases")),
        components=reader.strings("components"),
        namespace=reader.string("namespace"),
        name_prefix=reader.string("namePrefix"),
        name_suffix=reader.string("nameSuffix"),
        labels=reader.each("labels", _label),
        common_labels=reader.string_map("commonLabels"),
        common_annotations=reader.string_map("commonAnnotations"),
        patches=reader.each("patches", _patch),
        patches_strategic_merge=reader.strings("patchesStrategicMerge"),
        patches_json6902=reader.each("patchesJson6902", _patch),
        images=(*reader.each("images", _image), *reader.each("imageTags", _image)),
        replicas=reader.each("replicas", _replica),
        config_map_generator=reader.each("configMapGenerator", lambda r: _generator(r, "ConfigMap", every)),
        secret_generator=reader.each("secretGenerator", lambda r: _generator(r, "Secret", every)),
    )


def _metadata(reader: Reader) -> None:
    metadata = reader.child("metadata")
    if metadata is not None:
        metadata.known(("name", "namespace", "labels", "annotations"))
        for key in ("name", "namespace"):
            metadata.string(key)
        for key in ("labels", "annotations"):
            metadata.string_map(key)


def _label(reader: Reader) -> Label:
    reader.known(("pairs", "includeSelectors", "includeTemplates", "fields"))
    return Label(
        reader.string_map("pairs"),
        reader.boolean("includeSelectors"),
        reader.boolean("includeTemplates"),
        reader.each("fields", field_spec),
    )


def _patch(reader: Reader) -> PatchEntry:
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
    keys = ("group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector")
    reader.known(keys)
    return Selector(*(reader.string(key) for key in keys))


def _image(reader: Reader) -> Image:
    keys = ("name", "newName", "tagSuffix", "newTag", "digest")
    reader.known(keys)
    return Image(*(reader.string(key) for key in keys))


def _replica(reader: Reader) -> Replica:
    reader.known(("name", "count"))
    return Replica(reader.string("name"), reader.integer("count"))


_GENERATOR = ("namespace", "name", "behavior", "literals", "files", "envs", "env", "options")


def _generator(reader: Reader, kind: str, every: Options) -> Generator:
    reader.known((*_GENERATOR, "type") if kind == "Secret" else _GENERATOR)
    env = reader.string("env")
    envs = (*reader.strings("envs"), *([env] if env else []))
    return Generator(
        kind=kind,
        name=reader.string("name"),
        namespace=reader.string("namespace"),
        behavior=reader.string("behavior"),
        sources=Sources(reader.strings("literals"), reader.strings("files"), envs),
        options=_options(reader.child("options")).under(every),
        type=reader.string("type") if kind == "Secret" else "",
        spot=reader.spot(),
    )


def _options(reader: Reader | None) -> Options:
    if reader is None:
        return Options()
    reader.known(("labels", "annotations", "disableNameSuffixHash", "immutable"))
    return Options(
        reader.string_map("labels"),
        reader.string_map("annotations"),
        reader.boolean("disableNameSuffixHash"),
        reader.boolean("immutable"),
    )
