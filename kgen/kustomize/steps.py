"""Which transformers a kustomization asks for, in kustomize's order, whatever that of the file.

https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/target/kusttarget_configplugin.go

A transformer is imported where a kustomization asks for it: most ask for one or two, and small builds are many.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from kgen.kustomize import fieldspecs
from kgen.kustomize.collection import Collection
from kgen.kustomize.entries import Label
from kgen.kustomize.fieldspecs import FieldSpec, FieldSpecs
from kgen.kustomize.kustomization import Kustomization
from kgen.kustomize.loader import Folder
from kgen.kustomize.spots import Spot


class Transformer(Protocol):
    """Something that changes the resources of a kustomization."""

    def transform(self, collection: Collection) -> None:
        """Change them in place."""


class Step(NamedTuple):
    """One transformer.

    Attributes:
        kind: What kustomize calls it.
        spot: What in the kustomization asks for it.
        transformer: What it does.
        times: For how many of kustomize's transformers it stands.
    """

    kind: str
    spot: Spot
    transformer: Transformer
    times: int = 1


def steps(folder: Folder, said: Kustomization, specs: FieldSpecs) -> Iterator[Step]:
    """The transformers of a kustomization's own fields."""
    if said.patches_strategic_merge or said.patches:
        yield from _patches(folder, said)
    yield from _names(said, specs)
    yield from _labels(said, specs)
    if said.patches_json6902:
        yield from _json6902(folder, said)
    yield from _values(said, specs)
    if said.replacements:
        from kgen.kustomize.plugins import replacements

        spot = said.spot("replacements")
        yield Step("ReplacementTransformer", spot, replacements(folder, said.replacements, spot))


def _patches(folder: Folder, said: Kustomization) -> Iterator[Step]:
    from kgen.kustomize.transformers import patch_sources

    if said.patches_strategic_merge:
        spot = said.spot("patchesStrategicMerge")
        texts = ((text, said.spot(*spot.steps, i)) for i, text in enumerate(said.patches_strategic_merge))
        made = patch_sources.from_merges(folder, texts, spot)
        yield Step("PatchStrategicMergeTransformer", spot, made)
    for index, entry in enumerate(said.patches):
        spot = said.spot("patches", index)
        yield Step("PatchTransformer", spot, patch_sources.from_entry(folder, entry, spot))


def _json6902(folder: Folder, said: Kustomization) -> Iterator[Step]:
    from kgen.kustomize.transformers import patch_sources

    for index, entry in enumerate(said.patches_json6902):
        spot = said.spot("patchesJson6902", index)
        yield Step("PatchJson6902Transformer", spot, patch_sources.from_json6902(folder, entry, spot))


def _names(said: Kustomization, specs: FieldSpecs) -> Iterator[Step]:
    if said.namespace:
        from kgen.kustomize.transformers.namespace import NamespaceTransformer

        made = NamespaceTransformer(said.namespace, specs.namespace)
        yield Step("NamespaceTransformer", said.spot("namespace"), made)
    if said.name_prefix or said.name_suffix:
        from kgen.kustomize.transformers.names import NameTransformer
    if said.name_prefix:
        prefix = NameTransformer(said.name_prefix, "", specs.name_prefix)
        yield Step("PrefixTransformer", said.spot("namePrefix"), prefix)
    if said.name_suffix:
        suffix = NameTransformer("", said.name_suffix, specs.name_suffix)
        yield Step("SuffixTransformer", said.spot("nameSuffix"), suffix)


def _labels(said: Kustomization, specs: FieldSpecs) -> Iterator[Step]:
    if not (said.labels or said.common_labels or said.common_annotations):
        return
    from kgen.kustomize.transformers.labels import EntriesTransformer

    for index, label in enumerate(said.labels):
        made = EntriesTransformer(label.pairs, _label_specs(label, specs))
        yield Step("LabelTransformer", said.spot("labels", index), made)
    if said.labels or said.common_labels:
        made = EntriesTransformer(said.common_labels, specs.common_labels)
        yield Step("LabelTransformer", said.spot("commonLabels"), made)
    if said.common_annotations:
        made = EntriesTransformer(said.common_annotations, specs.common_annotations)
        yield Step("AnnotationsTransformer", said.spot("commonAnnotations"), made)


def _label_specs(label: Label, specs: FieldSpecs) -> tuple[FieldSpec, ...]:
    found = fieldspecs.merge_all(label.fields, specs.labels)
    if label.include_selectors:
        return fieldspecs.merge_all(found, specs.common_labels)
    if label.include_templates:
        found = fieldspecs.merge_all(found, specs.template_labels)
    return fieldspecs.merge_all(found, [FieldSpec("metadata/labels", create=True)])


def _values(said: Kustomization, specs: FieldSpecs) -> Iterator[Step]:
    if said.replicas:
        from kgen.kustomize.transformers.replicas import ReplicaTransformer
    for index, replica in enumerate(said.replicas):
        made = ReplicaTransformer(replica.name, replica.amount, specs.replicas)
        yield Step("ReplicaCountTransformer", said.spot("replicas", index), made)
    if said.images:
        from kgen.kustomize.transformers.images import ImageTransformer

        images = ImageTransformer(said.images, specs.images)
        yield Step("ImageTagTransformer", said.spot("images"), images, times=len(said.images))
