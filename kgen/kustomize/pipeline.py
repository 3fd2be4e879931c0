"""Building a kustomization: what is read, in which order it is changed, and what is done once at the end.

The order is kustomize's (https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/target/kusttarget.go):
resources, generators, components, then the transformers in one fixed order; hashes and references only once, at the
top.
"""

from collections.abc import Iterable

from kgen.errors import InputError
from kgen.kustomize import (
    configurations,
    fieldspecs,
    legacy,
    manifests,
    order,
    plugins,
    provenance,
    references,
    variables,
)
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.fieldspecs import FieldSpecs
from kgen.kustomize.hashes import add_hashes
from kgen.kustomize.kustomization import Kustomization
from kgen.kustomize.legacy import Oddity
from kgen.kustomize.loader import Folder, top
from kgen.kustomize.reading import Spot
from kgen.kustomize.session import Session
from kgen.kustomize.steps import Step, steps
from kgen.kustomize.variables import Variable
from kgen.resource import ResourceMap
from kgen.yamlio.written import unwritten

_LOCAL = "config.kubernetes.io/local-config"


class Accumulation:
    """What a kustomization has gathered: its resources, and the field specs and variables it and its bases speak of."""

    def __init__(self) -> None:
        self.collection = Collection()
        self.specs = FieldSpecs()
        self.variables: dict[str, Variable] = {}


def run(path: str, session: Session, *, hash_suffixes: bool, reorder: str) -> ResourceMap:
    """Build the kustomization of a folder.

    Args:
        path: The folder, absolute.
        session: The build.
        hash_suffixes: Whether content hashes end the names of generated resources.
        reorder: ``legacy`` or ``none``.

    Raises:
        InputError: The files are wrong.
        Unsupported: They use what kgen does not build.
    """
    folder = top(path, session)
    said = folder.kustomization()
    session.tracks = bool(said.build_metadata)
    _choose_schema(folder, said, top=True)
    gathered = Accumulation()
    _accumulate(folder, said, gathered)
    collection = gathered.collection
    if hash_suffixes:
        add_hashes(collection)
    references.fix(collection, gathered.specs.name_reference)
    for name in variables.resolve(collection, gathered.variables, gathered.specs.var_reference):
        session.oddities.append(Oddity(f"the variable {name} stands nowhere", gathered.variables[name].spot.origin))
    _finish(collection, styled=session.styled)
    ordered = _ordered(collection, said, reorder)
    if "managedByLabel" in said.build_metadata:
        provenance.label(collection)
    provenance.annotate(collection, said.build_metadata)
    return ResourceMap(draft.resource() for draft in ordered)


def _ordered(collection: Collection, said: Kustomization, reorder: str) -> list[Draft]:
    if said.sort_options is None:
        return order.legacy(collection) if reorder == "legacy" else list(collection)
    try:
        return order.by_options(collection, said.sort_options)
    except InputError as error:
        raise InputError(error.message, origin=said.spot("sortOptions").origin) from error


def _choose_schema(folder: Folder, said: Kustomization, *, top: bool) -> None:
    if not said.openapi and not top:
        return
    content = None
    if "path" in said.openapi:
        path = said.openapi["path"]
        data = folder.read(path, said.spot("openapi", "path"))
        content = legacy.first(data, folder.join(path), folder.session.oddities)
    if said.openapi:
        folder.session.schema.choose(said.openapi, content, said.spot("openapi").origin, top=top)


def _accumulate(folder: Folder, said: Kustomization, gathered: Accumulation) -> None:
    folder.styled = folder.styled or _minds_style(said)
    folder.session.styled = folder.session.styled or folder.styled
    _add_resources(folder, said, "resources", said.resources, gathered)
    gathered.specs = gathered.specs.merged(_field_specs(folder, said))
    _generate(folder, said, gathered)
    for index, path in enumerate(said.components):
        _add_component(folder, path, gathered, said.spot("components", index))
    _transform(folder, steps(folder, said, gathered.specs), gathered.collection)
    for draft in _plugins(folder, said, "transformers", said.transformers):
        _run_plugin(folder, draft, gathered.collection)
    checks = [plugins.transformer(draft, folder) for draft in _plugins(folder, said, "validators", said.validators)]
    plugins.validate(checks, gathered.collection, said.spot("validators"))
    for variable in said.variables:
        variables.claim(gathered.collection, variable)
    gathered.variables = variables.merged(gathered.variables, said.variables)


def _minds_style(said: Kustomization) -> bool:
    """Whether something may merge or copy values, which shows how they were written."""
    merges = said.patches or said.patches_strategic_merge or said.components or said.transformers
    return bool(merges or said.replacements or said.variables)


def _field_specs(folder: Folder, said: Kustomization) -> FieldSpecs:
    specs = fieldspecs.defaults()
    own = FieldSpecs()
    for index, path in enumerate(said.configurations):
        content = folder.read(path, said.spot("configurations", index))
        own = own.merged(configurations.configuration(content, folder.join(path)))
    specs = specs.merged(own) if said.configurations else specs
    for index, path in enumerate(said.crds):
        content = folder.read(path, said.spot("crds", index))
        specs = specs.merged(configurations.definitions(content, folder.join(path)))
    return specs


def _add_resources(
    folder: Folder, said: Kustomization, field: str, paths: Iterable[str], gathered: Accumulation
) -> None:
    for index, path in enumerate(paths):
        named = said.spot(field, index)
        if folder.is_folder(path):
            _add_folder(folder, path, gathered, named)
            continue
        found = manifests.drafts(folder.read(path, named), folder.join(path), styles=folder.styled)
        for draft in found:
            folder.session.schema.see(draft.gvk)
            draft.maker = provenance.read_from(folder, path) if folder.session.tracks else None
        gathered.collection.extend(found)


def _add_folder(folder: Folder, path: str, gathered: Accumulation, named: Spot) -> None:
    below = folder.folder(path, named)
    said = below.kustomization(named)
    _choose_schema(below, said, top=False)
    if said.kind == "Component":
        raise InputError(f"'{path}' is a Component", origin=named.origin, hint="list it under components")
    part = Accumulation()
    _accumulate(below, said, part)
    gathered.collection.extend(part.collection)
    gathered.specs = gathered.specs.merged(part.specs)
    gathered.variables = variables.merged(gathered.variables, part.variables.values())


def _add_component(folder: Folder, path: str, gathered: Accumulation, named: Spot) -> None:
    """A component works on what its parent has gathered so far."""
    below = folder.folder(path, named)
    said = below.kustomization(named)
    _choose_schema(below, said, top=False)
    if said.kind != "Component":
        raise InputError(f"'{path}' is no Component", origin=named.origin, hint="list it under resources")
    _accumulate(below, said, gathered)
    gathered.collection.check_unique()


def _generate(folder: Folder, said: Kustomization, gathered: Accumulation) -> None:
    for kind, entries in (("ConfigMap", said.config_map_generator), ("Secret", said.secret_generator)):
        for entry in entries:
            spot = entry.spot or said.spot()
            maker = provenance.made_by(folder, spot, f"{kind}Generator") if folder.session.tracks else None
            entry.generate(gathered.collection, folder.read, maker)
    for draft in _plugins(folder, said, "generators", said.generators):
        plugins.generator(draft).generate(gathered.collection, folder.read, provenance.made_by_plugin(draft))


def _plugins(folder: Folder, said: Kustomization, field: str, texts: tuple[str, ...]) -> Collection:
    """The configurations of plug-ins: those written in place, then those of files and folders."""
    gathered = Accumulation()
    paths = []
    for index, text in enumerate(texts):
        try:
            found = manifests.drafts(text, said.file.path)
        except InputError:
            paths.append(text)
            continue
        for draft in found:
            draft.origin = said.spot(field, index).origin
            draft.maker = provenance.read_from(folder, said.file.name) if folder.session.tracks else None
        gathered.collection.extend(found)
    _add_resources(folder, said, field, paths, gathered)
    return gathered.collection


def _run_plugin(folder: Folder, draft: Draft, collection: Collection) -> None:
    made = plugins.transformer(draft, folder)
    try:
        made.transform(collection)
    except InputError as error:
        raise InputError(error.message, origin=error.origin or draft.origin, hint=error.hint) from error
    provenance.record(collection, provenance.made_by_plugin(draft), 1)


def _transform(folder: Folder, asked: Iterable[Step], collection: Collection) -> None:
    for kind, spot, transformer, times in asked:
        try:
            transformer.transform(collection)
        except InputError as error:
            raise InputError(error.message, origin=error.origin or spot.origin, hint=error.hint) from error
        if folder.session.tracks:
            provenance.record(collection, provenance.made_by(folder, spot, kind), times)


def _finish(collection: Collection, *, styled: bool) -> None:
    """Drop what is only for kustomize itself, and see that every resource still is one."""
    for draft in collection:
        if not draft.gvk.kind or not (draft.name or draft.gvk.kind.endswith("List")):
            raise InputError(f"a patch took the kind or the name of {draft.first_key()}", origin=draft.origin)
        if draft.strings("annotations").get(_LOCAL, "false") != "false":
            collection.remove(draft)
        manifests.finish(draft)
        if styled:
            unwritten(draft.body)
    collection.check_unique()
