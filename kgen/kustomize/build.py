"""Building a kustomization: what is read, in which order it is changed, and what is done once at the end.

The order is kustomize's (https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/target/kusttarget.go):
resources, generators, components, then the transformers in one fixed order; hashes and references only once, at the
top.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from kgen.errors import InputError
from kgen.filesystem import FileSystem
from kgen.kustomize import fieldspecs, manifests, order, references
from kgen.kustomize.collection import Collection
from kgen.kustomize.fieldspecs import FieldSpec, FieldSpecs
from kgen.kustomize.hashes import content_hash
from kgen.kustomize.kustomization import Kustomization, Label, PatchEntry
from kgen.kustomize.loader import Folder, top
from kgen.kustomize.reading import Spot
from kgen.kustomize.transformers import patches
from kgen.kustomize.transformers.images import ImageTransformer
from kgen.kustomize.transformers.labels import EntriesTransformer
from kgen.kustomize.transformers.names import NameTransformer
from kgen.kustomize.transformers.namespace import NamespaceTransformer
from kgen.kustomize.transformers.replicas import ReplicaTransformer
from kgen.resource import ResourceMap

_EITHER = "give path, the name of a file, or patch, the text"
_LOCAL = "config.kubernetes.io/local-config"


class Transformer(Protocol):
    """Something that changes the resources of a kustomization."""

    def transform(self, collection: Collection) -> None:
        """Change them in place."""


class Accumulation:
    """What a kustomization has gathered: its resources, and the field specs that it and its bases speak of."""

    def __init__(self) -> None:
        self.collection = Collection()
        self.specs = FieldSpecs()


def run(path: str, fs: FileSystem, *, hash_suffixes: bool, reorder: str, restricted: bool) -> ResourceMap:
    """Build the kustomization of a folder.

    Args:
        path: The folder, absolute.
        fs: Where to read.
        hash_suffixes: Whether content hashes end the names of generated resources.
        reorder: ``legacy`` or ``none``.
        restricted: Whether files must lie below the kustomization that names them.

    Raises:
        InputError: The files are wrong.
        Unsupported: They use what kgen does not build.
    """
    folder = top(path, fs, restricted=restricted)
    gathered = Accumulation()
    _accumulate(folder, folder.kustomization(), gathered)
    collection = gathered.collection
    if hash_suffixes:
        _add_hashes(collection)
    references.fix(collection, gathered.specs.name_reference)
    _finish(collection)
    ordered = order.legacy(collection) if reorder == "legacy" else list(collection)
    return ResourceMap(draft.resource() for draft in ordered)


def _accumulate(folder: Folder, kustomization: Kustomization, gathered: Accumulation) -> None:
    for index, path in enumerate(kustomization.resources):
        _add_resource(folder, path, gathered, kustomization.spot("resources", index))
    gathered.specs = gathered.specs.merged(fieldspecs.defaults())
    for generator in (*kustomization.config_map_generator, *kustomization.secret_generator):
        generator.generate(gathered.collection, folder.read)
    for index, path in enumerate(kustomization.components):
        _add_component(folder, path, gathered, kustomization.spot("components", index))
    _transform(_transformers(folder, kustomization, gathered.specs), gathered.collection)


def _add_resource(folder: Folder, path: str, gathered: Accumulation, named: Spot) -> None:
    if not folder.is_folder(path):
        content = folder.read(path, named)
        gathered.collection.extend(manifests.drafts(content, folder.join(path)))
        return
    below = folder.folder(path, named)
    kustomization = below.kustomization(named)
    if kustomization.kind == "Component":
        raise InputError(f"'{path}' is a Component", origin=named.origin, hint="list it under components")
    part = Accumulation()
    _accumulate(below, kustomization, part)
    gathered.collection.extend(part.collection)
    gathered.specs = gathered.specs.merged(part.specs)


def _add_component(folder: Folder, path: str, gathered: Accumulation, named: Spot) -> None:
    """A component works on what its parent has gathered so far."""
    below = folder.folder(path, named)
    kustomization = below.kustomization(named)
    if kustomization.kind != "Component":
        raise InputError(f"'{path}' is no Component", origin=named.origin, hint="list it under resources")
    _accumulate(below, kustomization, gathered)
    gathered.collection.check_unique()


Step = tuple[Spot, Transformer]
"""A transformer, and what in the kustomization asks for it."""


def _transform(steps: Iterable[Step], collection: Collection) -> None:
    for spot, transformer in steps:
        try:
            transformer.transform(collection)
        except InputError as error:
            raise InputError(error.message, origin=error.origin or spot.origin, hint=error.hint) from error


def _transformers(folder: Folder, said: Kustomization, specs: FieldSpecs) -> Iterator[Step]:
    """In kustomize's order, whatever that of the file."""
    for index, text in enumerate(said.patches_strategic_merge):
        spot = said.spot("patchesStrategicMerge", index)
        yield spot, _strategic_merge(folder, text, spot)
    for index, entry in enumerate(said.patches):
        spot = said.spot("patches", index)
        yield spot, _patch(folder, entry, spot)
    yield from _names(said, specs)
    yield from _labels(said, specs)
    for index, entry in enumerate(said.patches_json6902):
        spot = said.spot("patchesJson6902", index)
        yield spot, _json6902(folder, entry, spot)
    for index, replica in enumerate(said.replicas):
        yield said.spot("replicas", index), ReplicaTransformer(replica.name, replica.amount, specs.replicas)
    if said.images:
        yield said.spot("images"), ImageTransformer(said.images, specs.images)


def _names(said: Kustomization, specs: FieldSpecs) -> Iterator[Step]:
    if said.namespace:
        yield said.spot("namespace"), NamespaceTransformer(said.namespace, specs.namespace)
    if said.name_prefix:
        yield said.spot("namePrefix"), NameTransformer(said.name_prefix, "", specs.name_prefix)
    if said.name_suffix:
        yield said.spot("nameSuffix"), NameTransformer("", said.name_suffix, specs.name_suffix)


def _labels(said: Kustomization, specs: FieldSpecs) -> Iterator[Step]:
    for index, label in enumerate(said.labels):
        yield said.spot("labels", index), EntriesTransformer(label.pairs, _label_specs(label, specs))
    if said.common_labels:
        yield said.spot("commonLabels"), EntriesTransformer(said.common_labels, specs.common_labels)
    if said.common_annotations:
        spot = said.spot("commonAnnotations")
        yield spot, EntriesTransformer(said.common_annotations, specs.common_annotations)


def _label_specs(label: Label, specs: FieldSpecs) -> tuple[FieldSpec, ...]:
    found = fieldspecs.merge_all(label.fields, specs.labels)
    if label.include_selectors:
        return fieldspecs.merge_all(found, specs.common_labels)
    if label.include_templates:
        found = fieldspecs.merge_all(found, specs.template_labels)
    return fieldspecs.merge_all(found, [FieldSpec("metadata/labels", create=True)])


def _strategic_merge(folder: Folder, text: str, spot: Spot) -> Transformer:
    """An entry of ``patchesStrategicMerge``: the patch itself, or the path of a file."""
    try:
        merges = manifests.drafts(text, spot.file.path)
    except InputError:
        merges = manifests.drafts(folder.read(text, spot), folder.join(text))
    return patches.Patch(tuple(merges), as_copies=True)


def _patch(folder: Folder, entry: PatchEntry, spot: Spot) -> Transformer:
    inline = entry.patch.strip()
    if bool(inline) == bool(entry.path):
        raise InputError("a patch has either a path or the patch itself", origin=spot.origin, hint=_EITHER)
    content = inline or folder.read(entry.path, spot).decode("utf-8", "replace")
    path = folder.join(entry.path) if entry.path else spot.file.path
    merges, operations = patches.read(content, path, folder.warnings)
    return patches.Patch(merges, operations, entry.target, entry.options)


def _json6902(folder: Folder, entry: PatchEntry, spot: Spot) -> Transformer:
    if entry.target is None or not entry.target.name:
        raise InputError("an entry of patchesJson6902 needs a target with a name", origin=spot.origin)
    if bool(entry.patch) == bool(entry.path):
        raise InputError("a patch has either a path or the patch itself", origin=spot.origin, hint=_EITHER)
    content = entry.patch or folder.read(entry.path, spot).decode("utf-8", "replace")
    path = folder.join(entry.path) if entry.path else spot.file.path
    operations = patches.read_operations(content, path, folder.warnings)
    if not operations:
        raise InputError("this patch is empty", origin=spot.origin, hint="write a patch, or remove the entry")
    return patches.Patch((), operations, entry.target, remembers=False)


def _add_hashes(collection: Collection) -> None:
    hashed = [draft for draft in collection if draft.needs_hash]
    for draft in hashed:
        suffix = content_hash(draft)
        draft.remember()
        draft.set_metadata("name", f"{draft.name}-{suffix}")
    collection.refresh(hashed)


def _finish(collection: Collection) -> None:
    """Drop what is only for kustomize itself, and see that every resource still is one."""
    for draft in collection:
        if not draft.gvk.kind or not (draft.name or draft.gvk.kind.endswith("List")):
            raise InputError(f"a patch took the kind or the name of {draft.first_key()}", origin=draft.origin)
        if draft.strings("annotations").get(_LOCAL, "false") != "false":
            collection.remove(draft)
        manifests.finish(draft.body)
    collection.check_unique()
