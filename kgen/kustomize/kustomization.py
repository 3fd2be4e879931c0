"""The kustomization file: what it may say, and reading it.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgen.errors import InputError, Unsupported
from kgen.filesystem import FileSystem
from kgen.kustomize import entries, legacy
from kgen.kustomize.entries import Label, PatchEntry, ReplacementEntry, Replica, SortOptions
from kgen.kustomize.generators.generator import Generator
from kgen.kustomize.reading import Reader
from kgen.kustomize.spots import SourceFile, Spot
from kgen.kustomize.transformers.images import Image
from kgen.yamlio.written import through_json

if TYPE_CHECKING:
    from kgen.kustomize.variables import Variable

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_API_VERSIONS = {
    "Kustomization": "kustomize.config.k8s.io/v1beta1",
    "Component": "kustomize.config.k8s.io/v1alpha1",
}


@dataclass(frozen=True)
class Kustomization:
    """One kustomization file. Empty fields say nothing; names are those of the file, in Python's spelling.

    The last resources are those under ``bases``, which is only another name.
    """

    file: SourceFile
    kind: str = "Kustomization"
    resources: tuple[str, ...] = ()
    bases: int = 0
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
    replacements: tuple[ReplacementEntry, ...] = ()
    variables: "tuple[Variable, ...]" = ()
    configurations: tuple[str, ...] = ()
    crds: tuple[str, ...] = ()
    openapi: Mapping[str, str] = field(default_factory=dict)
    sort_options: SortOptions | None = None
    build_metadata: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    transformers: tuple[str, ...] = ()
    validators: tuple[str, ...] = ()

    @property
    def removes(self) -> bool:
        """Whether it, or a component or plug-in that it names, may take away what its resources have."""
        generators = (*self.config_map_generator, *self.secret_generator)
        patches = (self.patches, self.patches_strategic_merge, self.patches_json6902, self.replacements)
        others = (self.components, self.generators, self.transformers)
        return any((*patches, *others)) or any(generator.behavior in ("merge", "replace") for generator in generators)

    def spot(self, *steps: str | int) -> Spot:
        """A place in the file, to be looked up when needed."""
        match steps:
            case ("resources", int(index)) if index >= len(self.resources) - self.bases:
                steps = ("bases", index - len(self.resources) + self.bases)
        return Spot(self.file, steps)


_FIELDS = (
    *("apiVersion", "kind", "metadata", "openapi", "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels"),
    *("commonAnnotations", "patchesStrategicMerge", "patchesJson6902", "patches", "images", "imageTags"),
    *("replacements", "replicas", "vars", "sortOptions", "resources", "components", "crds", "bases"),
    *("configMapGenerator", "secretGenerator", "helmGlobals", "helmCharts", "helmChartInflationGenerator"),
    *("generatorOptions", "configurations", "generators", "transformers", "validators", "buildMetadata"),
)
_NEXT_LINE = re.compile(rb"\xc2\x85|\\(?:N|x85|u0085|U00000085)")
_UNSUPPORTED = ("helmCharts", "helmChartInflationGenerator")
_HELM_SETTINGS = ("chartHome", "configHome")
_METADATA_OPTIONS = ("originAnnotations", "transformerAnnotations", "managedByLabel")
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
    legacy.check_characters(data, content, path)
    if _NEXT_LINE.search(content):
        data = through_json(data, styles=False)
    reader = Reader(SourceFile(path, content.decode("utf-8", "replace")), data)
    reader.finish()
    reader.known(_FIELDS)
    made = _read(reader)
    reader.finish()
    if not any(_says(reader, key) for key in _FIELDS[2:]):
        raise InputError("this kustomization is empty", origin=reader.origin(), hint="list something under resources")
    for key in _UNSUPPORTED:
        if reader.raw(key) not in (None, []):
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
    _helm_settings(reader)
    ordering = reader.child("sortOptions")
    bases = reader.strings("bases")
    every = entries.options(reader.child("generatorOptions"))
    return Kustomization(
        file=reader.file,
        kind=kind,
        resources=(*reader.strings("resources"), *bases),
        bases=len(bases),
        components=reader.strings("components"),
        namespace=reader.string("namespace"),
        name_prefix=reader.string("namePrefix"),
        name_suffix=reader.string("nameSuffix"),
        labels=reader.each("labels", entries.label),
        common_labels=reader.string_map("commonLabels"),
        common_annotations=reader.string_map("commonAnnotations"),
        patches=reader.each("patches", entries.patch),
        patches_strategic_merge=reader.strings("patchesStrategicMerge"),
        patches_json6902=reader.each("patchesJson6902", entries.patch),
        images=(*reader.each("images", entries.image), *reader.each("imageTags", entries.image)),
        replicas=reader.each("replicas", entries.replica),
        config_map_generator=reader.each("configMapGenerator", lambda r: entries.generator(r, "ConfigMap", every)),
        secret_generator=reader.each("secretGenerator", lambda r: entries.generator(r, "Secret", every)),
        replacements=reader.each("replacements", entries.replacement_entry),
        variables=reader.each("vars", entries.variable),
        configurations=reader.strings("configurations"),
        crds=reader.strings("crds"),
        openapi=reader.string_map("openapi"),
        sort_options=None if ordering is None else entries.sort_options(ordering),
        build_metadata=reader.strings("buildMetadata"),
        generators=reader.strings("generators"),
        transformers=reader.strings("transformers"),
        validators=reader.strings("validators"),
    )


def _metadata(reader: Reader) -> None:
    metadata = reader.child("metadata")
    if metadata is not None:
        metadata.known(("name", "namespace", "labels", "annotations"))
        for key in ("name", "namespace"):
            metadata.string(key)
        for key in ("labels", "annotations"):
            metadata.string_map(key)


def _helm_settings(reader: Reader) -> None:
    """Settings without a chart make nothing, but kustomize reads them."""
    settings = reader.child("helmGlobals")
    if settings is not None:
        settings.known(_HELM_SETTINGS)
        for key in _HELM_SETTINGS:
            settings.string(key)
