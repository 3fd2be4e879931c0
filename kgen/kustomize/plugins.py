"""kustomize's builtin plugins: transformers and generators that a file configures.

They stand under ``transformers``, ``generators`` and ``validators``, with ``apiVersion: builtin``
(https://kubectl.docs.kubernetes.io/references/kustomize/builtins/). Everything else there is a program to run, and
is refused.
"""

import copy
import posixpath
from collections.abc import Callable
from typing import NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize import entries, legacy
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft, Maker
from kgen.kustomize.faults import Leading
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.generators.generator import Generator, Options
from kgen.kustomize.generators.service_account import ServiceAccountGenerator
from kgen.kustomize.hashes import add_hashes
from kgen.kustomize.loader import Folder
from kgen.kustomize.manifests import ORIGIN, maps
from kgen.kustomize.reading import EXACT, LAX, Reader, Rules
from kgen.kustomize.spots import SourceFile, Spot
from kgen.kustomize.steps import Transformer
from kgen.kustomize.transformers import patch_sources
from kgen.kustomize.transformers.images import ImageTransformer
from kgen.kustomize.transformers.labels import EntriesTransformer
from kgen.kustomize.transformers.names import NameTransformer
from kgen.kustomize.transformers.namespace import SUBJECTS, NamespaceTransformer
from kgen.kustomize.transformers.replacements import Replacement, ReplacementTransformer
from kgen.kustomize.transformers.replicas import ReplicaTransformer
from kgen.kustomize.transformers.value_add import Target, ValueAddTransformer
from kgen.yamlio.written import unwritten

Configure = Callable[[Reader, Folder], Transformer]


def transformer(draft: Draft, folder: Folder) -> Transformer:
    """The transformer that a resource configures.

    Raises:
        InputError: The configuration is wrong, or it is a generator.
        Unsupported: It is a program, or a builtin that is not built here.
    """
    reader = _reader(draft)
    kind = draft.gvk.kind
    if kind not in _TRANSFORMERS:
        what = "is a generator" if kind in _GENERATORS else "is no builtin transformer"
        raise InputError(f"{draft.id} {what}", origin=draft.origin)
    made = _TRANSFORMERS[kind](reader, folder)
    reader.finish()
    return made


def generator(draft: Draft) -> Generator | ServiceAccountGenerator:
    """The generator that a resource configures.

    Raises:
        InputError: The configuration is wrong, or it is a transformer.
        Unsupported: It is a program, or a builtin that is not built here.
    """
    reader = _reader(draft, EXACT)
    kind = draft.gvk.kind
    if kind not in _GENERATORS:
        what = "is a transformer" if kind in _TRANSFORMERS else "is no builtin generator"
        raise InputError(f"{draft.id} {what}", origin=draft.origin)
    if kind == "IAMPolicyGenerator":
        return _service_account(reader)
    made = entries.generator(reader, _GENERATORS[kind], Options())
    sources = made.sources._replace(envs=reader.strings("envs"))  # the former field env counts in kustomizations only
    reader.finish()
    return made._replace(name=made.name or draft.name, namespace=made.namespace or draft.namespace, sources=sources)


def maker(draft: Draft) -> Maker | None:
    """What the configuration of a plug-in makes or changes, if that is to be told."""
    if draft.maker is None:
        return None
    gvk = draft.gvk
    return Maker("", draft.maker.path, gvk.kind, gvk.api_version, draft.name, draft.namespace)


_METADATA = ("name", "namespace", "labels", "annotations")
_NAMES = ("prefix", "suffix", "fieldSpecs")
_GENERATORS = {
    "ConfigMapGenerator": "ConfigMap",
    "SecretGenerator": "Secret",
    "IAMPolicyGenerator": "ServiceAccount",
}
_LONG = 128  # what is longer is written in two lines, and kustomize reads again what it wrote
_REFUSED = ("HelmChartInflationGenerator",)


def _reader(draft: Draft, rules: Rules = LAX) -> Reader:
    gvk = draft.gvk
    if gvk.api_version != "builtin":
        raise Unsupported(
            f"the plug-in {gvk.api_version} {gvk.kind}", origin=draft.origin, hint="build with --engine kubectl"
        )
    if gvk.kind in _REFUSED:
        raise Unsupported(f"the builtin {gvk.kind}", origin=draft.origin, hint="build with --engine kubectl")
    if ORIGIN in draft.strings("annotations"):
        what = f"a plug-in with the annotation {ORIGIN}"
        raise Unsupported(what, origin=draft.origin, hint="remove the annotation")
    if any(len(key) > _LONG for node in maps(draft.body) for key in node):
        raise Unsupported(f"a plug-in with a key of more than {_LONG} characters", origin=draft.origin)
    path = draft.origin.path if draft.origin else ""
    reader = Reader(SourceFile(path, "", draft.origin), unwritten(draft.body), rules=rules)
    metadata = reader.child("metadata")
    if metadata is not None:
        _check_metadata(metadata)
    return reader


def _check_metadata(metadata: Reader) -> None:
    """Kustomize reads it too: in any spelling, and of a generator as strictly as the rest."""
    for key in _METADATA:
        if metadata.name(key) != key:
            what = f"a plug-in with metadata.{metadata.name(key)}"
            raise Unsupported(what, origin=metadata.origin(), hint=f"write {key}")
    for key in () if metadata.rules.lenient else ("labels", "annotations"):
        metadata.string_map(key)


def _service_account(reader: Reader) -> ServiceAccountGenerator:
    service, account = reader.child("kubernetesService"), reader.child("serviceAccount")
    if reader.string("cloud") != "gke":
        reader.error("cloud is gke")
    name, namespace = (service.string(key) if service else "" for key in ("name", "namespace"))
    account_name, project = (account.string(key) if account else "" for key in ("name", "projectId"))
    reader.finish()
    return ServiceAccountGenerator(name, namespace, account_name, project, reader.origin())


def _specs(reader: Reader) -> tuple[FieldSpec, ...]:
    return reader.each("fieldSpecs", entries.field_spec)


def _names(reader: Reader, _: Folder) -> Transformer:
    for part, keys in ((reader, _NAMES), *((spec, FieldSpec._fields) for spec in reader.children("fieldSpecs"))):
        for key in keys:
            if part.name(key) != key:
                what = f"the key '{part.name(key)}' for '{key}' in the configuration of a prefix or suffix"
                raise Unsupported(what, origin=reader.origin(), hint=f"write {key}")
    specs = reader.raw("fieldSpecs")
    if isinstance(specs, list) and None in specs:
        raise Unsupported("a field spec that is null for a prefix or suffix", origin=reader.origin())
    if not reader.has("fieldSpecs"):
        reader.error("fieldSpecs is needed", hint="for names it is [{path: metadata/name}]")
    prefix = NameTransformer(reader.string("prefix"), "", _specs(reader))
    return _Chain((prefix, NameTransformer("", reader.string("suffix"), _specs(reader))))


def _prefix(reader: Reader, folder: Folder) -> Transformer:
    both = _names(reader, folder)
    return both.parts[0] if isinstance(both, _Chain) else both


def _suffix(reader: Reader, folder: Folder) -> Transformer:
    both = _names(reader, folder)
    return both.parts[1] if isinstance(both, _Chain) else both


class _Chain(NamedTuple):
    """Several transformers, one after the other."""

    parts: tuple[Transformer, ...]

    def transform(self, collection: Collection) -> None:
        for part in self.parts:
            part.transform(collection)


class _Hashes:
    """Content hashes, now already."""

    def transform(self, collection: Collection) -> None:
        add_hashes(collection)


def _annotations(reader: Reader, _: Folder) -> Transformer:
    return EntriesTransformer(reader.string_map("annotations"), _specs(reader))


def _labels(reader: Reader, _: Folder) -> Transformer:
    return EntriesTransformer(reader.string_map("labels"), _specs(reader))


def _images(reader: Reader, _: Folder) -> Transformer:
    child = reader.child("imageTag")
    return ImageTransformer(() if child is None else (entries.image(child),), _specs(reader))


def _replicas(reader: Reader, _: Folder) -> Transformer:
    child = reader.child("replica")
    replica = entries.Replica("", 0) if child is None else entries.replica(child)
    return ReplicaTransformer(replica.name, replica.amount, _specs(reader))


def _namespace(reader: Reader, _: Folder) -> Transformer:
    metadata = reader.child("metadata")
    namespace = "" if metadata is None else metadata.string("namespace")
    subjects = reader.string("setRoleBindingSubjects") or SUBJECTS[0]
    if subjects not in SUBJECTS:
        reader.error(f"setRoleBindingSubjects is one of {', '.join(SUBJECTS)}, not '{subjects}'")
    if not namespace:
        return _Chain(())
    return NamespaceTransformer(namespace, _specs(reader), reader.boolean("unsetOnly"), subjects)


def _patch(reader: Reader, folder: Folder) -> Transformer:
    entry = entries.patch(reader)
    reader.finish()
    return patch_sources.from_entry(folder, entry, reader.spot())


def _json6902(reader: Reader, folder: Folder) -> Transformer:
    entry = entries.patch(reader)._replace(patch=reader.string("jsonOp"))
    reader.finish()
    return patch_sources.from_json6902(folder, entry, reader.spot())


def _strategic_merge(reader: Reader, folder: Folder) -> Transformer:
    paths, inline = reader.strings("paths"), reader.string("patches")
    reader.finish()
    spot = reader.spot()
    return patch_sources.from_merges(folder, ((path, spot) for path in paths), spot, inline)


def _replacements(reader: Reader, folder: Folder) -> Transformer:
    listed = reader.each("replacements", entries.replacement_entry)
    reader.finish()
    return replacements(folder, listed, reader.spot("replacements"))


def replacements(folder: Folder, listed: tuple[entries.ReplacementEntry, ...], spot: Spot) -> ReplacementTransformer:
    """The transformer for ``replacements``.

    Raises:
        InputError: An entry is wrong.
    """
    spots = (Spot(spot.file, (*spot.steps, index)) for index in range(len(listed)))
    found = (one for entry, named in zip(listed, spots, strict=True) for one in replacement(folder, entry, named))
    return ReplacementTransformer(tuple(found))


def replacement(folder: Folder, entry: entries.ReplacementEntry, named: Spot) -> tuple[Replacement, ...]:
    """What one entry says: itself, or those in the file it names.

    Raises:
        InputError: It has both a path and a replacement, or the file is wrong.
    """
    path, inline = entry
    if not path:
        return () if inline is None else (inline,)
    if inline is not None and (inline.source is not None or inline.targets):
        raise InputError("a replacement has either a path or the replacement itself", origin=named.origin)
    with Leading(named):
        return tuple(one._replace(named=named) for one in _from_file(folder, path, named))


def _from_file(folder: Folder, path: str, spot: Spot) -> tuple[Replacement, ...]:
    content = folder.read(path, spot)
    data = legacy.first(content, folder.place(path), folder.session.oddities)
    if not isinstance(data, dict | list):
        raise InputError(f"'{path}' is neither a replacement nor a list of them", origin=spot.origin)
    file = SourceFile(folder.place(path), content.decode("utf-8", "replace"))
    errors: list[InputError] = []
    items = list(enumerate(data)) if isinstance(data, list) else [(-1, data)]
    readers = [Reader(file, item, (i,) if i >= 0 else (), errors, rules=LAX) for i, item in items]
    made = tuple(entries.replacement(reader) for reader in readers)
    for reader in readers[:1]:
        reader.finish()
    return made


def _value_add(reader: Reader, folder: Folder) -> Transformer:
    targets, path = _targets(reader), reader.string("targetFilePath")
    reader.finish()
    if path:
        content = folder.read(path, reader.spot())
        data = legacy.first(content, folder.place(path), folder.session.oddities)
        file = SourceFile(folder.place(path), content.decode("utf-8", "replace"))
        more = Reader(file, data, rules=LAX)
        targets += _targets(more)
        more.finish()
    if not targets:
        raise InputError("a ValueAddTransformer needs targets", origin=reader.origin())
    return ValueAddTransformer(reader.string("value").strip() or posixpath.basename(folder.root), targets)


def _targets(reader: Reader) -> tuple[Target, ...]:
    return reader.each("targets", _target)


def _target(reader: Reader) -> Target:
    child = reader.child("selector")
    path, position = reader.string("fieldPath"), reader.integer("filePathPosition")
    if not path:
        reader.error("fieldPath is needed", hint="for the namespace it is metadata/namespace")
    if position < 0:
        reader.error(f"filePathPosition is {position}, below 0", reader.name("filePathPosition"))
    return Target(None if child is None else entries.selector(child), path, position)


_TRANSFORMERS: dict[str, Configure] = {
    "AnnotationsTransformer": _annotations,
    "HashTransformer": lambda _, __: _Hashes(),
    "ImageTagTransformer": _images,
    "LabelTransformer": _labels,
    "NamespaceTransformer": _namespace,
    "PatchJson6902Transformer": _json6902,
    "PatchStrategicMergeTransformer": _strategic_merge,
    "PatchTransformer": _patch,
    "PrefixSuffixTransformer": _names,
    "PrefixTransformer": _prefix,
    "SuffixTransformer": _suffix,
    "ReplacementTransformer": _replacements,
    "ReplicaCountTransformer": _replicas,
    "ValueAddTransformer": _value_add,
}


def validate(validators: list[Transformer], collection: Collection, spot: Spot) -> None:
    """Run transformers that must not change anything.

    Raises:
        InputError: One did.
    """
    for validator in validators:
        before = [copy.deepcopy(draft.body) for draft in collection]
        validator.transform(collection)
        if [draft.body for draft in collection] != before:
            raise InputError("a validator changes the resources", origin=spot.origin, hint="list it under transformers")
        if before:
            what = "a builtin validator, which must not even write what is there already"
            raise Unsupported(what, origin=spot.origin, hint="remove it")
